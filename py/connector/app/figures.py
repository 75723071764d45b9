"""Sizes, dates and counts as people read them, in the language in use."""

from __future__ import annotations

import datetime
from collections.abc import Sequence

from connector.app.language import _, fill, ngettext, pgettext, shown

LONGEST_NAME = 80
KILO = 1024
"""Outlook counts so, and what people compare is Outlook's own figure."""


def size_text(count: int) -> str:
    """A number of bytes: ``812 bytes``, ``14 KB``, ``1.2 MB``."""
    size, unit = _in_units(max(count, 0))
    return fill(unit, size=size)


def progress_text(sent: int, total: int) -> str:
    """How much has gone out or come in, both figures in the unit of the whole: ``12.3 of 25 MB``."""
    total = max(total, 0)
    whole, unit = _in_units(total)
    part = _figure(min(max(sent, 0), total), _factor(total))
    return fill(_("{part} of {whole}"), part=part, whole=fill(unit, size=whole))


def date_text(when: datetime.datetime, zone: datetime.tzinfo | None = None) -> str:
    """A date and time: ``Mon 23 Nov 2026, 14:05``. An aware one is shown in ``zone``, else in this device's own."""
    if when.tzinfo is not None:
        try:
            when = when.astimezone(zone)
        except (OverflowError, ValueError, OSError):
            # At the ends of the calendar there is no other zone; what the mail says is better than nothing.
            pass
    return fill(_("{day}, {hour}:{minute}"), day=_day(when), hour=f"{when.hour:02}", minute=f"{when.minute:02}")


def crm_date_text(text: str) -> str:
    """A date and time as the CRM writes it, in this device's own zone; empty when it is none.

    Without an offset (``2026-11-23 14:05:00``) it is shown as it is, and said to be the CRM's time.
    """
    try:
        when = datetime.datetime.fromisoformat(text.strip())
    except ValueError:
        return ""
    return date_text(when) if when.tzinfo is not None else fill(_("{date}, the CRM's time"), date=date_text(when))


def stored_date_text(text: str) -> str:
    """A date and time as it stands in a record of the CRM, in the CRM's own zone; empty when it is none."""
    try:
        return date_text(datetime.datetime.fromisoformat(text.strip()).replace(tzinfo=None))
    except ValueError:
        return ""


def day_text(text: str) -> str:
    """A date as the CRM writes it (``2026-12-31``, with or without a time); empty when it is none."""
    try:
        return _day(datetime.datetime.fromisoformat(text.strip()))
    except ValueError:
        return ""


def _day(when: datetime.datetime) -> str:
    days = _("Mon Tue Wed Thu Fri Sat Sun").split()
    months = _("Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec").split()
    return fill(
        _("{weekday} {day} {month} {year}"),
        weekday=days[when.weekday() % len(days)],
        day=str(when.day),
        month=months[(when.month - 1) % len(months)],
        year=str(when.year),
    )


def _factor(count: int) -> int:
    """The unit, in bytes. A size that would be rounded to 1024 of a unit is 1 of the next."""
    return next((unit for unit in (1, KILO, KILO**2) if round(count / unit) < KILO), KILO**3)


def _in_units(count: int) -> tuple[str, str]:
    """The figure, and the unit with a place for it."""
    factor = _factor(count)
    units = {
        1: ngettext("{size} byte", "{size} bytes", count),
        KILO: _("{size} KB"),
        KILO**2: _("{size} MB"),
        KILO**3: _("{size} GB"),
    }
    return _figure(count, factor), units[factor]


def _figure(count: int, factor: int) -> str:
    if factor == 1:
        return str(count)
    value = count / factor
    if (factor == KILO and value >= 10) or value >= 100:
        return str(round(value))
    digits = f"{value:.1f}".removesuffix(".0")
    return digits.replace(".", decimal_sign())


def decimal_sign() -> str:
    """What stands before the decimals of a number."""
    return pgettext("decimal separator", ".")


def names_text(names: Sequence[str], most: int = 3) -> str:
    """Names in a sentence: ``Ada``, ``Ada and Bob``, ``Ada, Bob and Eve``, ``Ada, Bob, Eve and 3 more``."""
    listed = [shown(name, LONGEST_NAME) for name in names[:most]]
    more = len(names) - most
    if more > 0:
        last = ngettext("{count} more", "{count} more", more)
    elif len(listed) > 1:
        last = listed.pop()
    else:
        return "".join(listed)
    return fill(_("{names} and {last}"), names=_(", ").join(listed), last=last)
