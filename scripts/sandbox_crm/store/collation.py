"""How MySQL's ``utf8_general_ci`` compares text: without case, without accents, without trailing spaces."""

from __future__ import annotations

import functools
import re
import unicodedata


@functools.lru_cache(maxsize=4096)
def _weight(character: str) -> str:
    base = unicodedata.normalize("NFD", character)[0]
    upper = base.upper()
    if len(upper) == 1:
        return upper
    return "S" if character == "ß" else base


def folded(text: str) -> str:
    """Return the text with each character replaced by what it compares as (one for one)."""
    return "".join(map(_weight, text))


def key(text: str) -> str:
    """Return what the text is compared and sorted by."""
    return folded(text).rstrip(" ")


def like(pattern: str) -> re.Pattern[str]:
    """Compile a LIKE pattern (``%`` any text, ``_`` one character, backslash escapes); match it on `folded` text."""
    out: list[str] = []
    position = 0
    while position < len(pattern):
        character = pattern[position]
        if character == "\\" and position + 1 < len(pattern):
            position += 1
            out.append(re.escape(_weight(pattern[position])))
        elif character == "%":
            if not out or out[-1] != ".*":
                out.append(".*")
        elif character == "_":
            out.append(".")
        else:
            out.append(re.escape(_weight(character)))
        position += 1
    return re.compile("".join(out), re.DOTALL)


def number(text: str) -> float:
    """Return what MySQL makes of a text where it needs a number: its numeric beginning, or zero."""
    match = re.match(r"\s*[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d{1,3})?", text)
    return float(match[0]) if match else 0.0
