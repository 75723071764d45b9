"""Address fields, taken apart as mail programs do: what stands in angle brackets is the address.

>>> list(mailboxes("ceo@northwind.example <stranger@elsewhere.example>, Team: a@b.example;"))
[('ceo@northwind.example', 'stranger@elsewhere.example'), ('', 'a@b.example')]
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

_TOKEN = re.compile(
    r"""
    (?P<quoted>"(?:[^"\\]|\\.)*")
  | (?P<open>\() | (?P<literal>\[[^\]]*\])
  | (?P<angle><(?:"(?:[^"\\]|\\.)*"|[^<>"])*>?)
  | (?P<comma>,) | (?P<colon>:) | (?P<end>;)
  | (?P<blank>\s+)
  | (?P<word>[^\s"(\[<,:;]+)
    """,
    re.VERBOSE | re.DOTALL,
)
_COMMENT = re.compile(r"[()]|\\.|[^()\\]+", re.DOTALL)


@dataclass
class _Entry:
    """One entry of the list as far as it was read. ``words``: quoted and plain text with the blanks between."""

    words: list[str] = field(default_factory=list)
    comments: list[str] = field(default_factory=list)
    angle: str | None = None


def mailboxes(value: str) -> Iterator[tuple[str, str]]:
    """Yield name and address of each mailbox in an unfolded field; either may be empty, both never are.

    Groups are opened. Names are as they stand there, encoded words too, but without quotation marks.
    """
    entry = _Entry()
    place, unclosed = 0, False
    while place < len(value):
        token = _TOKEN.match(value, place) if value[place] != '"' or not unclosed else None
        if token is None:  # a stray sign; a quotation that is never closed is none, nor are those after it
            unclosed = unclosed or value[place] == '"'
            entry.words.append(" " if value[place] == '"' else value[place])
            place += 1
            continue
        place = token.end()
        if token.lastgroup == "open":
            comment, place = _comment(value, place)
            entry.comments.append(comment)
            entry.words.append(" ")
        elif token.lastgroup == "angle":
            if entry.angle is None:
                entry.angle = token.group()
        elif token.lastgroup in ("comma", "end"):
            yield from _mailbox(entry)
            entry = _Entry()
        elif token.lastgroup == "colon":
            entry = _Entry()  # what stood before it was a group's name
        else:
            entry.words.append(token.group())
    yield from _mailbox(entry)


def _comment(value: str, place: int) -> tuple[str, int]:
    """Return a comment's text and where it ends; comments may be nested to any depth."""
    depth, text = 1, []
    while place < len(value) and depth:
        piece = _COMMENT.match(value, place)
        found = piece.group() if piece else value[place]
        place += len(found)
        depth += {"(": 1, ")": -1}.get(found, 0)
        text.append(found if found in "()" or not found.startswith("\\") else found[1:])
    return "".join(text[:-1] if not depth else text).strip(), place


def _mailbox(entry: _Entry) -> Iterator[tuple[str, str]]:
    comment = " ".join(entry.comments).strip()
    if entry.angle is not None:
        name = _spoken("".join(entry.words)) or comment
        address = _plain(re.sub(r"^\s*@[^:]*:", "", entry.angle.strip("<>")))
    else:
        name, address = _bare("".join(entry.words), comment)
    if address or (name and entry.words and "".join(entry.words).strip()):
        yield name, address


def _bare(text: str, comment: str) -> tuple[str, str]:
    """Name and address of an entry without angle brackets: the first word that looks like an address is it."""
    joined = re.sub(r"\s*([@.])\s*(?=\S)", r"\1", text) if _is_spaced(text) else text
    for word in re.findall(r'(?:"(?:[^"\\]|\\.)*"|\S)+', joined):
        if "@" in word:
            return comment, word
    return _spoken(text) or comment, ""


def _is_spaced(text: str) -> bool:
    """Whether blanks stand around the dots and the at sign of one address, as RFC 822 let them."""
    return text.count("@") == 1 and re.fullmatch(r"\s*[^\s@]+(\s*[.@]\s*[^\s@]+)*\s*", text) is not None


def _plain(address: str) -> str:
    """An address without comments and without blanks outside quotation marks."""
    pieces = re.split(r'("(?:[^"\\]|\\.)*")', address)
    pieces[::2] = [re.sub(r"\s+", "", _without_comments(piece)) for piece in pieces[::2]]
    return "".join(pieces)


def _without_comments(text: str) -> str:
    depth, kept = 0, []
    for piece in re.findall(r"[()]|[^()]+", text):
        depth = max(0, depth + {"(": 1, ")": -1}.get(piece, 0))
        if not depth and piece != ")":
            kept.append(piece)
    return "".join(kept)


def _spoken(text: str) -> str:
    """A display name without quotation marks and escapes, with single blanks."""
    unquoted = re.sub(r'"((?:[^"\\]|\\.)*)"?', lambda found: re.sub(r"(?s)\\(.)", r"\1", found[1]), text)
    return re.sub(r"\s+", " ", unquoted).strip()
