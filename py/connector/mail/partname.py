"""The names of a message's parts, and those by which Outlook lists them.

parameter('attachment; filename="=?utf-8?q?a=C3=A4.pdf?="', "filename")
listed_as("offer 5: 10.pdf", "offer 5_ 10.pdf")
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from urllib.parse import unquote_to_bytes

from connector.mail.headers import decode_words, one_line

_PARAMETER = re.compile(r"""(?x) ; \s* ([^\s=;*]+) (\*\d+)? (\*)? \s* = \s* (?: "( (?:[^"\\]|\\.)* )" | ([^;]*) )""")
_ESCAPED = re.compile(r"\\(.)")
_NUMBERED = re.compile(r"(?ai)att(\d+)\b")
_UNREAD = "\ufffd"
_ITEM_ENDING = re.compile(r"\.(eml|msg|ics)$")
_CHARSET = re.compile(r"([^']*)'[^']*'")


def called(name: str) -> str:
    """Return a name of a file as Outlook and a message may both write it."""
    return "".join(one_line(name).casefold().split())


def listed_as(sent: str, listed: str) -> bool:
    """Return whether Outlook may list a part of this name by that one.

    It leaves out signs that no file's name may have, shows what it can't read as U+FFFD, and an attached mail without
    its ending.
    """
    one, other = called(sent), called(listed)
    if _UNREAD in other:
        return len(one) == len(other) and all(its in (mine, _UNREAD) for mine, its in zip(one, other, strict=True))
    letters = _letters(one)
    return letters != "" and _letters(other) in (letters, _letters(_ITEM_ENDING.sub("", one)))


def _letters(name: str) -> str:
    return "".join(filter(str.isalnum, name))


def numbered(names: Sequence[str]) -> bool:
    """Return whether these are names that Exchange gives files without one, in their order (``ATT00001.png``)."""
    numbers = [int(match[1]) for name in names if (match := _NUMBERED.match(name))]
    return len(numbers) == len(names) and numbers == sorted(set(numbers))


def parameter(value: str, name: str) -> str:
    """A parameter of a field such as Content-Type, decoded (RFC 2231, and RFC 2047 as mailers write it); or empty."""
    pieces: list[tuple[int, bool, str]] = []
    for found, number, encoded, quoted, bare in _PARAMETER.findall(value):
        if found.lower() == name:
            written = _ESCAPED.sub(r"\1", quoted) if quoted else bare.strip()
            pieces.append((int(number[1:] or 0) if number else 0, bool(encoded), written))
    if not pieces:
        return ""
    first = pieces[0][2]
    pieces.sort(key=lambda piece: piece[0])
    if any(encoded for _, encoded, _ in pieces):
        return one_line(_percent_decoded(pieces))
    joined = "".join(written for at, (number, _, written) in enumerate(pieces) if number == at)
    return one_line(decode_words(joined or first))


def _percent_decoded(pieces: Sequence[tuple[int, bool, str]]) -> str:
    charset, data = "utf-8", b""
    for at, (_, encoded, written) in enumerate(pieces):
        stated = _CHARSET.match(written) if encoded and at == 0 else None
        if stated:
            charset, written = stated[1] or charset, written[stated.end() :]
        data += unquote_to_bytes(written) if encoded else written.encode("utf-8", "replace")
    try:
        return data.decode(charset, "replace")
    except (LookupError, ValueError):
        return data.decode("utf-8", "replace")
