"""How long to wait before Microsoft Graph is asked once more, and when that makes no sense any more."""

from __future__ import annotations

import datetime
import re
from collections.abc import Mapping

BUSY = frozenset({408, 429, 500, 502, 503, 504})
"""HTTP statuses after which the same question may get an answer."""
_DATE = re.compile(r"\w{3}, (\d{2}) (\w{3}) (\d{4}) (\d{2}):(\d{2}):(\d{2}) GMT", re.ASCII)
MONTHS = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split()
MOST_TRIES = 5
LONGEST_PAUSE = 60.0
"""Seconds: where Graph asks for a longer pause nobody waits for it; the user decides."""


def pause(headers: Mapping[str, str], tries: int, now: datetime.datetime, *, first: float = 1.0) -> float | None:
    """Return the seconds to wait after so many tries, the last of which was refused; None to give up.

    ``headers`` of the refusal, in lower case. Graph's Retry-After is seconds or a date (RFC 9110); where a page does
    not see it, ``first`` seconds, and twice as many each time.
    """
    if tries >= MOST_TRIES:
        return None
    wanted = retry_after(headers.get("retry-after", ""), now)
    if wanted is None:
        return first * float(2 ** (tries - 1))
    return wanted if wanted <= LONGEST_PAUSE else None


def retry_after(value: str, now: datetime.datetime) -> float | None:
    """Return the seconds that a Retry-After header asks for, none below 0; None where it says nothing."""
    text = value.strip()
    if text.isascii() and text.isdigit():
        return float(min(int(text[:9]), 10**9))
    found = _DATE.fullmatch(text)
    if found is None or found[2] not in MONTHS:
        return None
    day, year, hour, minute, second = (int(found[at]) for at in (1, 3, 4, 5, 6))
    month = MONTHS.index(found[2]) + 1
    try:
        date = datetime.datetime(year, month, day, hour, minute, second, tzinfo=datetime.UTC)
    except ValueError:
        return None
    return max(0.0, (date - now).total_seconds())
