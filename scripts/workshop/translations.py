"""The languages that the pane speaks beside English: whether each text is there in each, and what the build serves.

    faults = faults_of("it", catalog)     # sentences about what is broken, and about what is missing
    translation_of(catalog).texts         # for pane/language.js

A language is there as soon as its catalogue is in ``pane/locale``.
"""

from __future__ import annotations

import datetime
import io
import json
import re
import sys
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from functools import cache, cached_property
from typing import TYPE_CHECKING

from workshop import catalogue

if TYPE_CHECKING:
    from babel.messages.catalog import Catalog, Message

EPOCH = datetime.datetime(1980, 1, 1, tzinfo=datetime.UTC)
WORDS_IN_A_ROW = re.compile(r"(\w{3} ){6,}\w{3}")
"""A text that is a list: the days of the week, the months."""
SENTENCE = 4
"""Words from which on a text can't be the same in two languages."""
_WORD = re.compile(r"[^\W\d_]{2,}")
_PLACE = re.compile(r"\{(\w+)\}")


@dataclass(frozen=True)
class Faults:
    """What is wrong with a translation, a sentence each.

    ``broken``: texts that would be shown wrongly. ``missing``: texts that would be shown in English.
    """

    broken: tuple[str, ...]
    missing: tuple[str, ...]


@dataclass(frozen=True)
class Translation:
    """A language as it is served: ``texts`` (JSON) for the page's scripts, ``catalogue`` (``.mo``) for Python."""

    texts: bytes
    catalogue: bytes

    def text(self, english: str) -> str:
        """Return a text of the page's scripts, or of the manifest; English where it is not translated."""
        return self._said.get(english, english)

    @cached_property
    def _said(self) -> dict[str, str]:
        found: dict[str, str] = json.loads(self.texts)
        return found


def languages() -> list[str]:
    """Return all languages that have a catalogue, but English."""
    return [language for language in catalogue.languages() if language != catalogue.SOURCE_LANGUAGE]


@cache
def catalogues() -> Mapping[str, Catalog]:
    """Return their catalogues, brought up to date with the program's texts, which takes a second."""
    texts = catalogue.template()
    return {one: catalogue.updated(one, texts, catalogue.read(catalogue.file_of(one))) for one in languages()}


def faults_of(language: str, catalog: Catalog) -> Faults:
    """Look through a catalogue."""
    broken: list[str] = []
    missing: list[str] = []
    for message in catalog:
        if not message.id:
            continue
        english = _forms(message.id)[0]
        strings = _forms(message.string)
        if not any(strings):
            missing.append(f"{language}: “{english}” is not translated.")
        elif strings[0] == english and len(_WORD.findall(_PLACE.sub("", english))) >= SENTENCE:
            missing.append(f"{language}: “{english}” stands there in English.")
        elif message.fuzzy:
            missing.append(f"{language}: “{english}” is marked fuzzy. Look at it, correct it, and take the mark away.")
        elif message.pluralizable and (len(strings) != catalog.num_plurals or not all(strings)):
            there = sum(map(bool, strings))
            broken.append(f"{language}: “{english}” has {there} plural forms; {catalog.num_plurals} are needed.")
        else:
            broken += [f"{language}: “{english}” {fault}" for fault in _lost(message, strings)]
    return Faults(tuple(broken), tuple(missing))


def _lost(message: Message, strings: tuple[str, ...]) -> Iterator[str]:
    originals = _forms(message.id)
    for number, text in enumerate(strings):
        original = originals[min(number, len(originals) - 1)]
        wanted, got = set(_PLACE.findall(original)), set(_PLACE.findall(text))
        for name in sorted(wanted - got):
            yield f"has lost its place holder {{{name}}}."
        for name in sorted(got - wanted):
            yield f"has a place holder that nothing fills: {{{name}}}."
        if WORDS_IN_A_ROW.fullmatch(original) and len(text.split()) != len(original.split()):
            yield f"has {len(text.split())} words; {len(original.split())} are needed, one for each."


def _forms(text: str | list[str] | tuple[str, ...] | None) -> tuple[str, ...]:
    return (text,) if isinstance(text, str) else tuple(text or ())


def translation_of(catalog: Catalog, also: Collection[str] = ()) -> Translation:
    """Return what is served of a catalogue: the same bytes for the same texts, on any day.

    ``also`` are texts of Python's that the page needs before Python is there.
    """
    early = {
        str(message.id): str(message.string)
        for message in catalog
        if message.id
        and message.string
        and not (message.fuzzy or message.pluralizable or message.context)
        and (message.id in also or any(not place.startswith("py/") for place, _line in message.locations))
    }
    return Translation(json.dumps(early, ensure_ascii=False, sort_keys=True).encode(), compiled(catalog))


def compiled(catalog: Catalog) -> bytes:
    """Return a catalogue as Python's `gettext` reads it. What is marked fuzzy is not in it."""
    from babel.messages.mofile import write_mo

    out = io.BytesIO()
    # Where the catalogue names no day, babel takes this minute.
    catalog.creation_date = EPOCH
    write_mo(out, catalog)
    return out.getvalue()


def all_faults(found: Mapping[str, Catalog]) -> Faults:
    """Return the faults of all languages."""
    each = [faults_of(language, catalog) for language, catalog in found.items()]
    return Faults(
        tuple(sentence for faults in each for sentence in faults.broken),
        tuple(sentence for faults in each for sentence in faults.missing),
    )


def pseudo(texts: Catalog) -> Catalog:
    """Return a language that is English with marks on it, a third longer: it shows what is not marked or does not fit.

    ``texts``: the template. Its name is ``qps``, as Microsoft's own pseudo-locales begin.
    """
    from babel.messages.catalog import Catalog

    made = Catalog(project=texts.project, version=texts.version, charset="utf-8", fuzzy=False)
    for message in texts:
        if message.id:
            strings = tuple(_longer(form) for form in _forms(message.id))
            string = strings if message.pluralizable else strings[0]
            made.add(message.id, string, locations=message.locations, context=message.context)
    return made


_ACCENTS = str.maketrans("aeiouyAEIOUYcnsCNSgl", "àéîöûÿÀÉÎÖÛÝçñšÇÑŠĝļ")


def _longer(text: str) -> str:
    """Mark each word, and make it a third longer; place holders stay."""
    parts = re.split(r"(\{\w+\}|[^\w{]+)", text)
    return "".join(
        part if not part or not part[0].isalpha() else part.translate(_ACCENTS) + "~" * -(-len(part) // 3)
        for part in parts
    )


def main() -> int:
    """Print what is wrong with the translations, or missing; returns the exit code."""
    faults = all_faults(catalogues())
    for sentence in (*faults.broken, *faults.missing):
        print(sentence)
    return 1 if faults.broken or faults.missing else 0


if __name__ == "__main__":
    sys.exit(main())
