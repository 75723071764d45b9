"""Collect the texts that people read, for translators: ``python scripts/catalogue.py``.

Writes ``pane/locale/mail-connector.pot`` and brings every language's ``mail-connector.po`` beside it up
to date; translations that are there are kept, and those of texts that have changed are proposed, marked fuzzy. A new
language begins with ``python scripts/catalogue.py --new it``. The build takes no language in which something is
missing (`workshop.translations`).
"""

from __future__ import annotations

import copy
import io
import re
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from workshop import commands, environment, extraction
from workshop.checkout import ROOT

if TYPE_CHECKING:
    from babel.messages.catalog import Catalog

LOCALE = ROOT / "pane" / "locale"
DOMAIN = "mail-connector"
SOURCE_LANGUAGE = "en"
"""The texts in the program are English: its catalogue says each text as it is."""


def template() -> Catalog:
    """All texts, in the order of the files (`workshop.extraction`)."""
    from babel.messages.catalog import Catalog

    catalog = Catalog(project="Mail Connector for vtenext", version="1", charset="utf-8", fuzzy=False)
    catalog.copyright_holder = "the authors of Mail Connector for vtenext"
    catalog.header_comment = "# Texts of the pane. Made by: python scripts/catalogue.py"
    for found in extraction.texts():
        catalog.add(found.text, locations=[(found.place, 0)], context=found.context)
    return catalog


def updated(language: str, texts: Catalog, old: Catalog | None) -> Catalog:
    """The catalogue of a language, with every text of the program and the translations that are there."""
    from babel.messages.catalog import Catalog

    catalog = old or Catalog(locale=language, project=texts.project, version=texts.version, fuzzy=False)
    # A catalogue takes the template's own messages in: each needs some of its own.
    catalog.update(copy.deepcopy(texts), no_fuzzy_matching=language == SOURCE_LANGUAGE)
    catalog.header_comment = texts.header_comment
    catalog.fuzzy = False
    catalog.obsolete.clear()
    if language == SOURCE_LANGUAGE:
        for message in catalog:
            if message.id:
                message.string = message.id
                message.flags.discard("fuzzy")
    return catalog


def languages() -> list[str]:
    """All that have a catalogue, English too."""
    return sorted(file.parent.parent.name for file in LOCALE.glob(f"*/LC_MESSAGES/{DOMAIN}.po"))


def file_of(language: str) -> Path:
    """Where the catalogue of a language lies."""
    return LOCALE / language / "LC_MESSAGES" / f"{DOMAIN}.po"


def read(file: Path) -> Catalog | None:
    """A catalogue from its file; None where there is none yet."""
    from babel.messages.pofile import read_po

    if not file.exists():
        return None
    with file.open("rb") as lines:
        return read_po(lines, locale=file.parent.parent.name)


def written(catalog: Catalog) -> str:
    """A catalogue as the text of a file; the same texts give the same file on any day."""
    from babel.messages.pofile import write_po

    out = io.BytesIO()
    write_po(out, catalog, width=110, sort_by_file=False, include_lineno=False)
    changing = "POT-Creation-Date|PO-Revision-Date|Report-Msgid-Bugs-To|Generated-By|Last-Translator|Language-Team"
    dates = rf'^"(?:{changing}): .*\n'
    return re.sub(dates, "", out.getvalue().decode("utf-8"), flags=re.MULTILINE)


def files(new: str = "") -> dict[Path, str]:
    """Every file of the folder ``locale`` with the content that it ought to have."""
    texts = template()
    made = {LOCALE / f"{DOMAIN}.pot": written(texts)}
    for language in sorted({*languages(), SOURCE_LANGUAGE, *([new] if new else [])}):
        file = file_of(language)
        made[file] = written(updated(language, texts, read(file)))
    return made


def known(language: str) -> bool:
    """Return whether this is the code of a language (``pt``), without a country."""
    from babel import Locale, UnknownLocaleError

    try:
        return Locale.parse(language).language == language
    except (UnknownLocaleError, ValueError):
        return False


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; returns the exit code."""
    parser = commands.Options(description="Collect the pane's texts for translators.")
    parser.add_argument("--new", metavar="LANGUAGE", default="", help="begin a language, for example it or de")
    options = parser.parse_args(arguments)
    environment.ensure()
    if options.new and not known(options.new):
        print(
            f"{options.new!r} is no language's code. Give one of two or three letters, such as pt or nl.",
            file=sys.stderr,
        )
        return 1
    for file, content in files(options.new).items():
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(content, encoding="utf-8", newline="\n")
        print(file.relative_to(ROOT).as_posix())
    return 0
