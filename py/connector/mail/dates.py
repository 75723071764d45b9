"""The instant that the text of a ``Date`` field means (RFC 5322, sections 3.3 and 4.3, and its usual abuse).

A wrong date is worse than none: what can be read in two ways, or says no time zone, has no instant.
"""

from __future__ import annotations

import datetime
import re

_LONGEST = 1_000
_ALIKE = str.maketrans('\u2212\u2010\u2013\xa0\u202f\u200e"', "---    ")
_COMMENT = re.compile(r"\(([^()]*)\)")
_MONTHS = (
    "january", "february", "march", "april", "may", "june",
    "july", "august", "september", "october", "november", "december",
)  # fmt: skip
_UNIVERSAL = ("gmt", "utc", "ut")
_ZONES = {  # hours east of UTC; names with several meanings (IST, AST, the military letters) are left out
    "gmt": 0, "utc": 0, "ut": 0, "z": 0, "est": -5, "edt": -4, "cst": -6, "cdt": -5, "mst": -7, "mdt": -6, "pst": -8,
    "pdt": -7, "akst": -9, "akdt": -8, "hst": -10, "wet": 0, "west": 1, "bst": 1, "cet": 1, "cest": 2, "met": 1,
    "mest": 2, "mez": 1, "mesz": 2, "eet": 2, "eest": 3, "msk": 3, "jst": 9, "kst": 9, "aest": 10, "aedt": 11,
    "awst": 8, "nzst": 12, "nzdt": 13, "sast": 2,
}  # fmt: skip
_FRACTIONS = {"0": 0, "5": 30, "25": 15, "50": 30, "75": 45}
"""Minutes of a fraction of an hour: ``+5.5`` and ``+05.30`` are the same zone."""
_SUMMER = ("wet", "cet", "met", "mez", "eet")
"""Zones that some mailers write with ``DST`` after them in summer."""

_MONTH = f"(?:{'|'.join(name[:3] for name in _MONTHS)})[a-z]*"
_CALENDAR = re.compile(rf"""(?ix) \s* (?: [^\s0-9,]+ [\s,]+ | [^\s0-9,]+, ){{0,2}}?
    (?: (?P<day>[0-9]{{1,2}}) (?:st|nd|rd|th)? [.\s-]* (?P<word>{_MONTH}) \.? (?: [.,\s-]* (?P<year>[0-9]{{2,4}}) )?
      | (?P<word2>{_MONTH}) \.? \s* (?P<day2>[0-9]{{1,2}}) (?:st|nd|rd|th)? (?: [,\s]+ (?P<year2>[0-9]{{4}}) )?
      | (?P<year3>[0-9]{{4}}) (?P<sign3>[-/.]) (?P<month3>[0-9]{{1,2}}) (?P=sign3) (?P<day3>[0-9]{{1,2}})
      | (?P<first>[0-9]{{1,2}}) (?P<sign4>[-/.]) (?P<second>[0-9]{{1,2}}) (?P=sign4) (?P<year4>[0-9]{{4}})
    ) (?: [,\s]+ | (?<=[0-9]) t (?=[0-9]) )
""")
_TIME = re.compile(r"""(?ix)
    ([0-9]{1,2}) \s* (?: :\s*([0-9]{1,2}) | \.\s*([0-9]{2}) )
    (?: \s* (?: :\s*([0-9]{1,2}) | \.\s*([0-9]{2}) ) (?:[.,][0-9]+)? )? (?![0-9:])
    (?: \s* ([ap])\.?m\b\.? )?
""")
_YEAR = re.compile(r"\s+([0-9]{4})(?![0-9:.])")
_ZONE = re.compile(r"""(?ix) [\s,]*
    (?P<name>[a-z]+ (?![\w/]) )?
    (?: \s* (?P<sign>[+-]) \s?
      (?: (?P<hours>[0-9]{1,2}) (?P<point>[:.]) (?P<minutes>[0-9]{1,2}) | (?P<digits>[0-9]{1,4}) )
      (?! \w*[0-9] | [:.][0-9] )
      | \s* (?P<zero>0000) (?![0-9:.]) )?
""")
_DST = re.compile(r"(?i)\s*dst\b")
_DOUBT = re.compile(r"(?i)(?<!\w)[+-]\s?[0-9]|\b(?:[ap]\.?m|dst|daylight|summer)\b")


def instant(text: str) -> datetime.datetime | None:
    """When it was, in UTC; None where the text does not say that for certain. Years 1970 to 2100."""
    text, comments = _without_comments(text[:_LONGEST].translate(_ALIKE))
    calendar = _CALENDAR.match(text)
    time = _TIME.match(text, calendar.end()) if calendar else None
    found = _day(calendar) if calendar else None
    if time is None or found is None:
        return None
    (year, month, day), rest = found, text[time.end() :]
    if not year:
        year, rest = _year_after(rest)
    offset, tail = _zone(rest)
    named = not any(sign.isdigit() for sign in rest[: len(rest) - len(tail)])
    if not year:
        year, tail = _year_after(tail)
    if (offset is None and tail.strip(" ,;.")) or _DOUBT.search(tail):
        return None
    if named:  # in CST (+0800) the comment shows that this is not America's
        offsets = {offset, *(east for east, more in map(_zone, comments) if not more.strip())} - {None}
        offset = offsets.pop() if len(offsets) == 1 else None
    if offset is None:
        return None
    hour, minute, second = _hour(int(time[1]), time[6]), int(time[2] or time[3]), int(time[4] or time[5] or 0)
    second = 59 if second == 60 else second
    try:
        local = datetime.datetime(year, month, day, hour, minute, second, tzinfo=datetime.UTC)
        when = local - datetime.timedelta(minutes=offset)
    except (ValueError, OverflowError):
        return None
    return when if 1970 <= when.year <= 2100 else None


def _without_comments(text: str) -> tuple[str, list[str]]:
    """The text with its comments blanked out, and these; comments nest."""
    comments: list[str] = []
    while found := _COMMENT.findall(text):
        comments += found
        text = _COMMENT.sub(" ", text)
    return text, comments


def _day(match: re.Match[str]) -> tuple[int, int, int] | None:
    """Year, month and day; the year is 0 where it stands elsewhere. None for what is no day, or may be two."""
    if match["year3"]:
        return int(match["year3"]), int(match["month3"]), int(match["day3"])
    if match["year4"]:
        day, month = int(match["first"]), int(match["second"])
        if match["sign4"] != "." and day != month:  # with dots the day comes first, else nobody knows
            if max(day, month) <= 12:
                return None
            day, month = max(day, month), min(day, month)
        return int(match["year4"]), month, day
    name = (match["word"] or match["word2"]).lower()
    months = [number for number, full in enumerate(_MONTHS, 1) if full.startswith(name)]
    if not months:
        return None
    written = match["year"] or match["year2"] or "0"
    year = int(written)
    if len(written) == 2:
        year += 2000 if year < 50 else 1900
    elif len(written) == 3:
        year += 1900
    return year, months[0], int(match["day"] or match["day2"])


def _year_after(text: str) -> tuple[int, str]:
    """The year at the beginning of the text, 0 if there is none, and the rest."""
    match = _YEAR.match(text)
    return (int(match[1]), text[match.end() :]) if match else (0, text)


def _hour(hour: int, half: str | None) -> int:
    """The hour of the day, of an English half of it too; one that can't be comes out beyond 23."""
    if not half:
        return hour
    if half in "pP":
        return hour + 12 if 0 < hour < 12 else hour or 24
    return {12: 0}.get(hour, hour if hour < 12 else 24)


def _zone(text: str) -> tuple[int | None, str]:
    """Minutes east of UTC at the beginning of the text, None where that is not clear; and the rest."""
    match = _ZONE.match(text)
    if match is None or not match[0].strip(" ,"):
        return None, text
    rest = text[match.end() :]
    name, number = (match["name"] or "").lower(), _number(match)
    if not match["sign"] and not match["zero"]:
        known = _ZONES.get(name)
        if known is not None and name in _SUMMER and (summer := _DST.match(rest)):
            known, rest = known + 1, rest[summer.end() :]
        return None if known is None else 60 * known, rest
    if name in _ZONES and name not in _UNIVERSAL:
        certain = number == 60 * _ZONES[name]  # CET-1CEST means the contrary of CET-1
    else:
        certain = name in ("", *_UNIVERSAL) or len(match["digits"] or "....") > 2
    return number if certain else None, rest


def _number(match: re.Match[str]) -> int | None:
    """Minutes east of UTC that a zone's number means: 1 and 01 are hours, 100 and 0100 hours and minutes."""
    digits, minutes = match["digits"], 0
    if digits:
        hours = int(digits[:-2] if len(digits) > 2 else digits)
        minutes = int(digits[-2:]) if len(digits) > 2 else 0
        if len(digits) == 3 and minutes % 15:
            return None
    elif match["sign"]:
        hours, written = int(match["hours"]), match["minutes"]
        if match["point"] == "." and written in _FRACTIONS:
            minutes = _FRACTIONS[written]
        elif len(written) < 2:
            return None
        else:
            minutes = int(written)
    else:
        hours = 0
    if hours > 14 or minutes > 59:
        return None
    return (60 * hours + minutes) * (-1 if match["sign"] == "-" else 1)
