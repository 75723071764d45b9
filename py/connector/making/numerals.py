"""Numbers as people write them: ``1234.5``, ``1234,5``, ``1.234,50``, ``1 234,5``.

    >>> number("1.234,50", 2, ",")
    '1234.50'

What could be read in two ways is none: ``1.234`` is a thousand to some people, and a little more than one to others.
"""

from __future__ import annotations

import re
from decimal import Decimal, InvalidOperation

_SPACES = " \u00a0\u202f'\u2019"
"""What stands between thousands and can be nothing else."""
_SPACED = re.compile(rf"[1-9]\d{{0,2}}(?:[{_SPACES}]\d{{3}})+(?=[.,]|$)", re.ASCII)
_SPACE = re.compile(rf"[{_SPACES}]")
_SIGN = re.compile(r"[.,]")
_PARTS = re.compile(r"(-?)([1-9]\d{0,2}(?:,\d{3})+|[1-9]\d{0,2}(?:\.\d{3})+|\d+)(?:([.,])(\d*))?", re.ASCII)

_UNCLEAR = re.compile(r"-?[1-9]\d{0,2}[.,]\d{3}", re.ASCII)


def number(text: str, decimals: int, sign: str) -> str | None:
    """Return a number with a point and nothing between its digits; None for what is none, or has too many decimals.

    ``sign`` decides what one sign before three digits means, where a number may have three decimals; elsewhere it is
    refused, as nobody knows.
    """
    text = text.strip().replace("\u2212", "-")
    spaced = _SPACED.match(text.removeprefix("-"))
    if spaced:
        text = text.replace(spaced[0], _SPACE.sub("", spaced[0]), 1)
    if _is_unclear(text, spaced=spaced is not None):
        if decimals < 3 or text[-4] != sign:
            return None
        before, after = text[:-4], text[-3:]
        return f"{before}.{after}"
    part = _PARTS.fullmatch(text)
    if part is None or (part[3] and part[3] in part[2]) or part[4] == "":
        return None
    minus, whole, _, behind = part.groups()
    behind = (behind or "")[:decimals] + (behind or "")[decimals:].rstrip("0")
    if len(behind) > decimals:
        return None
    return minus + (_SIGN.sub("", whole).lstrip("0") or "0") + (f".{behind}" if behind else "")


def between(read: str, least: str, most: str) -> bool:
    """Return whether a number, as `number` returns it, lies within limits, of which each may be empty."""
    try:
        value = Decimal(read)
        return Decimal(least or value) <= value <= Decimal(most or value)
    except InvalidOperation:
        return True


def _is_unclear(text: str, *, spaced: bool) -> bool:
    """Whether it has one sign before three digits, and nothing that tells what the sign means: ``1.234``."""
    return not spaced and _UNCLEAR.fullmatch(text) is not None
