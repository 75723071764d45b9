"""The texts that people read, found in what they stand in: Python, the page's scripts, the pages, Outlook's manifest.

    for found in texts():
        catalog.add(found.text, locations=[(found.place, 0)], context=found.context)

In Python and JavaScript a text is marked by the function that it goes through; in pages and in the manifest everything
that is shown is one.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from html.parser import HTMLParser
from pathlib import Path
from xml.etree import ElementTree

from workshop.checkout import ROOT

SOURCES = ROOT / "py" / "connector"
PANE = ROOT / "pane"
MANIFEST = ROOT / "manifest.xml"
PYTHON = {"_": None, "N_": None, "ngettext": (1, 2), "pgettext": ((1, "c"), 2)}
JAVASCRIPT = {"N_": None, "say": None}
PAGES = ("index.html", "signin.html", "check.html")
"""Pages that are shown in one language; ``support.html`` has them all."""
SPOKEN = ("aria-label", "title", "placeholder")
"""Attributes that people read or hear."""
NOT_TRANSLATED = ("vtenext", "Mail Connector for vtenext")
"""Names of products."""
TOLD_BY_OUTLOOK = ("Description", "String")
"""The manifest's elements whose ``DefaultValue`` is a text, not an address."""


@dataclass(frozen=True)
class Found:
    """A text, or its two forms where it counts; the file in which it stands, and what tells it from the same text."""

    place: str
    text: str | tuple[str, ...]
    context: str | None = None


def texts() -> Iterator[Found]:
    """Yield all texts, in the order of the files. One that stands twice comes twice."""
    for file in sorted(SOURCES.rglob("*.py"), key=_place):
        yield from _marked("python", file)
    for file in sorted(PANE.glob("*.js")):
        yield from _marked("javascript", file)
    for name in PAGES:
        yield from (Found(_place(PANE / name), text) for text in page_texts((PANE / name).read_text("utf-8")))
    for element in told(ElementTree.parse(MANIFEST).getroot()):  # noqa: S314  # this project's own file
        yield Found(_place(MANIFEST), element.get("DefaultValue", ""))


def told(manifest: ElementTree.Element) -> list[ElementTree.Element]:
    """Return the manifest's elements that hold a text to translate."""
    elements = (one for one in manifest.iter() if one.tag.rsplit("}", 1)[-1] in TOLD_BY_OUTLOOK)
    return [one for one in elements if one.get("DefaultValue") not in (None, *NOT_TRANSLATED)]


def page_texts(page: str) -> list[str]:
    """Return what people read in an HTML page, its templates included, in order, each once."""
    reader = _Reader()
    reader.feed(page)
    reader.close()
    return [text for text in dict.fromkeys(reader.found) if text not in NOT_TRANSLATED]


def _place(file: Path) -> str:
    return file.relative_to(ROOT).as_posix()


def _marked(language: str, file: Path) -> Iterator[Found]:
    from babel.messages.extract import extract_from_file

    # Line numbers would change the catalogue with every edit of the program.
    keywords = PYTHON if language == "python" else JAVASCRIPT
    for _line, text, _comments, context in extract_from_file(language, file, keywords=keywords):
        yield Found(_place(file), text, context)


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, _tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found += [value for name, value in attrs if name in SPOKEN and value]

    def handle_data(self, data: str) -> None:
        if data.strip():
            self.found.append(data)
