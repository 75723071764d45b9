"""Comments in the fields of a mail's head (RFC 5322, section 3.2.2), and the quoted texts that have none."""

from __future__ import annotations

import re

QUOTED = r'"(?:[^"\\]++|\\.)*+"'
ESCAPED = re.compile(r"\\(.)")
_OUTSIDE = re.compile(rf'(?:[^"(\\]++|\\.|{QUOTED}|")++')
_PARENTHESES = re.compile(r"\\.|[()]")


def closing(text: str, start: int) -> dict[int, int]:
    """Return where each comment from ``start`` on ends, by where it opens. Comments nest; some are never closed."""
    ends: dict[int, int] = {}
    if text.find(")", start) < 0:
        return ends
    open_at: list[int] = []
    for match in _PARENTHESES.finditer(text, start):
        if match[0] == "(":
            open_at.append(match.start())
        elif match[0] == ")" and open_at:
            ends[open_at.pop()] = match.end()
    return ends


def contents(comments: str) -> list[str]:
    """Return what stands in the comments of a text that consists of comments."""
    found, end = [], 0
    for start, stop in sorted(closing(comments, 0).items()):
        if start >= end:
            found.append(ESCAPED.sub(r"\1", comments[start + 1 : stop - 1]))
            end = stop
    return found


def without_comments(text: str) -> str:
    """Return the text with a blank in the place of each comment; quoted texts have none."""
    kept, at = [], 0
    ends: dict[int, int] | None = None
    while at < len(text):
        if outside := _OUTSIDE.match(text, at):
            kept.append(outside[0])
            at = outside.end()
        else:
            ends = closing(text, at) if ends is None else ends
            kept.append(" " if at in ends else text[at])
            at = ends.get(at, at + 1)
    return "".join(kept)
