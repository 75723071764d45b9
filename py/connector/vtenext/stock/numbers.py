"""What in a subject may be a record's number: only the CRM knows how its numbers begin, and does not tell that.

numbers_in("Re: [ORD-2026-12] TT7")     # ("ORD-2026", "ORD-2026-12", "TT7")
"""

from __future__ import annotations

import re

MOST_NUMBERS, LONGEST_SUBJECT = 10, 1_000
MOST_PARTS = 3
"""Parts of one number, which signs stand between."""
_JOINED = re.compile(r"[^\W_]+(?:[-_./#][^\W_]+)*")
_PART = re.compile(r"[^\W_]+")
_NUMBER = re.compile(r"[^\W\d_].{0,30}[0-9]")
"""It begins with a letter and ends with a digit."""


def numbers_in(subject: str) -> tuple[str, ...]:
    """Return the texts that may be numbers, in capital letters and in their order, each once."""
    found: dict[str, None] = {}
    for joined in _JOINED.finditer(subject[:LONGEST_SUBJECT]):
        parts = [one.span() for one in _PART.finditer(joined[0])]
        for at, (start, _) in enumerate(parts):
            texts = (joined[0][start:end] for _, end in parts[at : at + MOST_PARTS])
            found |= dict.fromkeys(one.upper() for one in texts if _NUMBER.fullmatch(one))
    return tuple(found)[:MOST_NUMBERS]
