"""Pictures of every state of the pane, and what a screen reader is told in it: ``python scripts/gallery.py``.

The states are those of the tests (``tests/unit/screens.py``), drawn with the pane's own style. Committed are, in
``docs/gallery``, a sheet of each state in English (320 pixels: light, dark, forced colours; 450: light), and of those
that most people see every day also one in the other languages. ``--all FOLDER`` takes each combination, a file each.

The tree of roles and names of each state is written to ``tests/pane/aria.txt``, and how it is laid out into
``tests/pane/layouts`` (`workshop.layouts`): tests compare both.
"""

from __future__ import annotations

import gettext
import io
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from workshop import commands, environment, layouts
from workshop.checkout import ROOT

if TYPE_CHECKING:
    from PIL.Image import Image
    from playwright.sync_api import Page

OUT = ROOT / "docs" / "gallery"
TREES = ROOT / "tests" / "pane" / "aria.txt"
WIDTHS = (320, 450)
SCHEMES = ("light", "dark", "forced")
LANGUAGES = ("en", "it", "de", "fr", "es")
EVERYDAY = (
    "sign-in-first", "sign-in-locking", "choose", "choose-card", "choose-several", "choose-unknown", "create-wrong",
    "linking-store", "failure-half", "receipt", "receipt-mixed", "elsewhere", "notices",
)  # fmt: skip
"""The states of which the pictures in other languages are committed."""
LOWEST, GAP, COLOURS = 480, 12, 24
"""Pixels of the least height and between pictures; colours of a sheet: so few make a small file without loss."""
PLATE = "#8a8a8a"


@dataclass(frozen=True)
class Look:
    """How a state is looked at."""

    width: int = WIDTHS[0]
    scheme: str = "light"
    language: str = "en"

    @property
    def name(self) -> str:
        """A part of a file's name."""
        return f"{self.width}-{self.scheme}-{self.language}"


EVERY = tuple(Look(width, scheme) for width in WIDTHS for scheme in SCHEMES)
LOOKS = (*EVERY[:4],)
TONGUES = tuple(Look(language=language) for language in LANGUAGES[1:])


class Studio:
    """A browser's page in which states are drawn and taken."""

    def __init__(self, page: Page) -> None:
        from workshop.stylesheet import joined

        self._page = page
        page.set_content(
            '<!doctype html><html lang="en"><head><title>Mail Connector</title>'
            f'<style>{joined(ROOT / "pane" / "pane.css")}</style></head><body><div id="pane"></div></body></html>'
        )

    def draw(self, markup: str, look: Look) -> None:
        """Show a state, with the bar at its end where it is longer than the window."""
        page, forced = self._page, "active" if look.scheme == "forced" else "none"
        page.emulate_media(color_scheme="dark" if look.scheme == "dark" else "light", forced_colors=forced)  # type: ignore[arg-type]
        page.set_viewport_size({"width": look.width, "height": LOWEST})
        put = "(markup) => { document.getElementById('pane').innerHTML = markup; return document.body.scrollHeight; }"
        height: int = page.evaluate(put, markup)
        page.set_viewport_size({"width": look.width, "height": max(height, LOWEST)})

    def take(self, markup: str, look: Look) -> Image:
        """Return a picture of a state."""
        from PIL import Image

        self.draw(markup, look)
        return Image.open(io.BytesIO(self._page.screenshot())).convert("RGB")

    @property
    def page(self) -> Page:
        """The browser's page."""
        return self._page

    def tree(self, markup: str) -> str:
        """Return what a screen reader is told of a state: roles, names and states."""
        self.draw(markup, Look())
        return self._page.locator("#pane").aria_snapshot()


@contextmanager
def studio() -> Iterator[Studio]:
    """Open a browser for pictures. Raises `environment.Failed`."""
    from playwright.sync_api import sync_playwright

    from workshop import browser

    found = browser.find_headless()
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=found.path, args=[*found.headless_flags])
        yield Studio(opened.new_page(reduced_motion="reduce"))
        opened.close()


def drawn(language: str = "en") -> Mapping[str, str]:
    """Return the markup of every state in a language, by the state's name."""
    sys.path += [folder for folder in (str(ROOT / "py"), str(ROOT / "tests")) if folder not in sys.path]
    from connector.app.language import use
    from connector.app.views import view
    from unit.markup import html
    from unit.screens import SCREENS
    from workshop import translations

    if language != "en":
        use(gettext.GNUTranslations(io.BytesIO(translations.compiled(translations.catalogues()[language]))))
    try:
        return {name: html(view(state)) for name, state in SCREENS.items()}
    finally:
        use(gettext.NullTranslations())


def trees(at: Studio) -> str:
    """Return the trees of all states as one text."""
    return "".join(f"# {name}\n{at.tree(markup)}\n\n" for name, markup in drawn().items())


def sheet(pictures: Sequence[Image]) -> Image:
    """Put pictures side by side."""
    from PIL import Image

    width = sum(one.width + GAP for one in pictures) + GAP
    made = Image.new("RGB", (width, max(one.height for one in pictures) + 2 * GAP), PLATE)
    left = GAP
    for one in pictures:
        made.paste(one, (left, GAP))
        left += one.width + GAP
    return made


def write(at: Studio, out: Path) -> None:
    """Take what is committed; what was there before is removed."""
    out.mkdir(parents=True, exist_ok=True)
    for old in out.glob("*.webp"):
        old.unlink()
    said = {look.language: drawn(look.language) for look in (Look(), *TONGUES)}
    for name, markup in said["en"].items():
        _save(sheet([at.take(markup, look) for look in LOOKS]), out / f"{name}.webp")
        if name in EVERYDAY:
            _save(sheet([at.take(said[look.language][name], look) for look in TONGUES]), out / f"{name}.languages.webp")
    (out / "README.md").write_text(index(said["en"]), encoding="utf-8", newline="\n")


def write_all(at: Studio, out: Path) -> None:
    """Take every state in every look and language."""
    out.mkdir(parents=True, exist_ok=True)
    for language in LANGUAGES:
        for name, markup in drawn(language).items():
            for look in (Look(one.width, one.scheme, language) for one in EVERY):
                _save(at.take(markup, look), out / f"{name}-{look.name}.webp")


def index(names: Iterable[str]) -> str:
    """Return the page that shows what is committed."""
    lines = [
        "# Everything that the pane can show",
        "",
        "Made by `python scripts/gallery.py`. Each sheet has a state in English, 320 pixels wide (light, dark,",
        "forced colours) and 450. Those that most people see every day are there in Italian, German, French and",
        "Spanish, too. Every combination, a file each: `python scripts/gallery.py --all FOLDER`.",
        "",
    ]
    for name in names:
        lines += [f"## {name}", "", f"![{name}]({name}.webp)", ""]
        if name in EVERYDAY:
            lines += [f"![{name} in Italian, German, French and Spanish]({name}.languages.webp)", ""]
    return "\n".join(lines)


def _save(picture: Image, file: Path) -> None:
    from PIL.Image import Dither

    picture.quantize(COLOURS, dither=Dither.NONE).convert("RGB").save(file, lossless=True, quality=90, method=6)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; returns the exit code."""
    parser = commands.Options(description="Take pictures of everything that the pane can show.")
    parser.add_argument(
        "--all",
        metavar="FOLDER",
        type=commands.folder_to_make,
        help="take all combinations, a file each, into this folder",
    )
    parser.add_argument("--trees", action="store_true", help="write only what tests compare")
    options = parser.parse_args(arguments)
    environment.ensure(whole=True)
    with studio() as at:
        if options.all is not None:
            write_all(at, options.all)
            return 0
        TREES.write_text(trees(at), encoding="utf-8", newline="\n")
        if not options.trees:
            write(at, OUT)
        layouts.write(at.page, dict(drawn()))
    return 0
