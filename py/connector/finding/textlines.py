"""The lines of a mail's text, and the people whose addresses stand in one."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from itertools import dropwhile, takewhile

from connector.mail.address import Address
from connector.mail.addresslist import is_mail
from connector.mail.headers import one_line

Test = Callable[[Address], bool]
"""Whether an address is passed over."""
LONGEST_TEXT, LONGEST_LINE, MOST_LINES = 100_000, 1_000, 3_000
_SIGNS = "：；，、。．！？（）［］｛｝「」『』【】〔〕《》〈〉＜＞｜＝‘‚“”„«»‹›…،؛"
"""Signs of other scripts beside those of ASCII: no address has one."""
_MAIL = re.compile(rf"[^\s@<>()\[\]{{}}\"',;:|\\{_SIGNS}]{{1,64}}@[\w-]{{1,63}}(?:\.[\w-]{{1,63}}){{1,8}}")
_UNSEEN = dict.fromkeys([0xAD, 0x2060, 0xFEFF, *range(0x200B, 0x2010), *range(0x202A, 0x202F), *range(0x2066, 0x206A)])
_UNSEEN_AND_HYPHENS = {**_UNSEEN, 0x2010: "-", 0x2011: "-"}
_MESSAGE_ID = re.compile(
    r"(?i)(?:message\W?ids?|identificativo(?: messaggio)?|references|in-reply-to|nachrichten-id|"
    r"(?:^|[^\w\s])\s*id)\W{0,4}$"
)
_AT = re.compile(r"(?i)(?<=\w)\s*[(\[](?:at|ät|chiocciola|arobase)[)\]]\s*(?=\w)")
_DOT = re.compile(r"(?i)(?<=\w)\s*[(\[](?:dot|punkt|punto|point)[)\]]\s*(?=\w)")
_QUOTED = re.compile(r"^\s*(?:>\s?)+")
_GAPS = re.compile(r"\s{2,}")
_AROUND_A_NAME = re.compile(r"(?i)mailto:|[<>\[\]()\"*|;,]")
_PARTICLES = frozenset(
    "de da di do du del della dello dei der den des dem van von vom zu zur ten ter la le el al bin ben y i".split()
)
"""Small words within names."""
_PROSE = frozenset(
    "a an the to by from for with and at via da di de il la le e ed è al all alla un una per con von vom zu an und mit "
    "für der die das par pour à et un une por para con y van door aan en email mail sip".split()
)
MOST_NAMES = 5
"""Words of a name."""
_QUERY = re.compile(r"(?i)(?:[^=&@]*=[^=&@]*&)*[^=&@]*mail[^=&@]*=")
"""What stands before an address in a query: ``name=Mary&email=``."""
MOST_DIGITS = 12
"""Digits of a local part from which on it is no person's, but the number of a mail."""


def nobody(_: Address) -> bool:
    """Pass over none."""
    return False


def lines_of(text: str) -> list[str]:
    """Return the lines without blanks and signs of a quote around them, and with a tab for several blanks.

    Signs that nobody sees are taken out. Of a text, as of one line, only a beginning is read. An address that was
    wrapped is joined with its name, and one that is written ``mary (at) northwind.example``, or as in a link, gets its
    sign.
    """
    found: list[str] = []
    for line in text[:LONGEST_TEXT].translate(_UNSEEN_AND_HYPHENS).splitlines()[:MOST_LINES]:
        line = _GAPS.sub("\t", _QUOTED.sub("", line[:LONGEST_LINE]).strip())
        if "@" not in line:
            line = _DOT.sub(".", _AT.sub("@", line.replace("%40", "@")))
        if found and found[-1].endswith("<") and "@" in line:
            found[-1] = f"{found[-1]}{line}"[:LONGEST_LINE]
        else:
            found.append(line)
    return found


def found_in(line: str) -> Iterator[tuple[str, int, int]]:
    """Yield each address in a line, with where it begins and ends. The number of a mail is none."""
    for found in _MAIL.finditer(line):
        query = _QUERY.match(found[0])
        start = found.start() + (query.end() if query else 0)
        mail = line[start : found.end()].strip(".-_*").removeprefix("mailto:")
        local = mail.partition("@")[0]
        numbered = sum(one.isdigit() for one in local) >= MOST_DIGITS
        if is_mail(mail) and not numbered and not _MESSAGE_ID.search(line[max(0, start - 40) : start]):
            yield mail, start, found.end()


def people_in(line: str) -> Iterator[Address]:
    """Yield the people named in a line: each address, with the name before the first."""
    done = 0
    for mail, start, end in found_in(line):
        yield Address(name_in(line[done:start]), mail)
        done = end


def name_in(text: str) -> str:
    """The name that stands before an address; empty where none does. In a sentence it begins with a capital letter."""
    if len(text) > 120:
        return ""
    name = one_line(_AROUND_A_NAME.sub(" ", text)).strip(" '-:")
    words = name.split()
    if ":" in name:
        return ""
    small = {one for one in words if one[:1].islower()} - _PARTICLES
    if small and not (text.rstrip().endswith("<") and len(words) <= 3 and _PROSE.isdisjoint(words)):
        words = [*takewhile(lambda one: not one[:1].islower() or one in _PARTICLES, reversed(words))][::-1]
        words = [*dropwhile(_PARTICLES.__contains__, words)]
    return " ".join(words) if len(words) <= MOST_NAMES else ""


def once(people: Iterable[Address]) -> tuple[Address, ...]:
    """The people, each address once."""
    seen: dict[str, Address] = {}
    for one in people:
        seen.setdefault(one.mail.casefold(), one)
    return tuple(seen.values())
