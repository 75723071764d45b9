"""The time zone of the CRM's server.

vtenext stores ``mdate`` as it is sent, in its server's own zone, and no operation tells that zone.
A record's ``createdtime`` shows the server's clock: compared with ours it gives the offset of today.
Which zone that is has to be guessed, since an old mail may lie on the other side of a clock change.
"""

from __future__ import annotations

import datetime
from dataclasses import dataclass, field, replace

from connector.ports import Clock

FIRST_GUESS = "Europe/Rome"
"""vtenext's own default."""

_COMMON = (
    "UTC", "Europe/London", "Europe/Rome", "Europe/Athens", "America/New_York", "America/Chicago", "America/Denver",
    "America/Los_Angeles", "America/Sao_Paulo", "Europe/Moscow", "Asia/Dubai", "Asia/Kolkata", "Asia/Shanghai",
    "Asia/Tokyo", "Australia/Sydney",
)  # fmt: skip
_STANDARD_OFFSET = {"Europe/London": 0, "Europe/Rome": 60, "Europe/Athens": 120}
_STEP = 15
_CLOCK_ERROR = 5
_FURTHEST = 14 * 60


def format_date(instant: datetime.datetime, offset_minutes: int) -> str:
    """The instant as ``YYYY-MM-DD HH:MM:SS`` on a clock so many minutes east of UTC."""
    local = _naive_utc(instant) + datetime.timedelta(minutes=offset_minutes)
    return local.isoformat(" ", "seconds")


def observed_offset(server_clock_text: str, created_between: tuple[datetime.datetime, datetime.datetime]) -> int | None:
    """Minutes east of UTC of the server's clock, a multiple of 15; None when the text makes no sense.

    ``server_clock_text`` is a record's ``createdtime``, ``created_between`` our time before and after
    the call that created it. Our clock may be wrong by a few minutes, and an upload may take long.
    """
    text = server_clock_text.strip()
    try:
        if text[10:11] not in (" ", "T"):
            return None
        server = datetime.datetime.fromisoformat(text[:19]).replace(tzinfo=None)
    except ValueError:
        return None
    before, after = sorted(map(_naive_utc, created_between))
    earliest, latest = _minutes(server - after), _minutes(server - before)
    if not -_FURTHEST - _STEP < earliest < _FURTHEST + _STEP:
        return None

    def unlikelihood(offset: int) -> tuple[float, int, float]:
        outside = max(earliest - offset - _CLOCK_ERROR, offset - latest - _CLOCK_ERROR, 0.0)
        return outside, (offset % 60 != 0) + (offset % 30 != 0), abs(offset - earliest)

    # Several fit a long upload: whole hours first, then what fits its end, when the record is written.
    offset = min(range(-_FURTHEST - _STEP, _FURTHEST + 2 * _STEP, _STEP), key=unlikelihood)
    return offset if abs(offset) <= _FURTHEST else None


@dataclass(frozen=True)
class ServerZone:
    """What is believed about the server's zone: an IANA ``name``, or ``fixed`` minutes where none fits.

    ``known``: the CRM has named it, or its clock was seen to fit.
    """

    name: str
    fixed: int = 0
    known: bool = field(default=False, compare=False)

    @classmethod
    def guess(cls, clock: Clock) -> ServerZone:
        """The belief before anything is known: vtenext's default."""
        del clock  # the device's own zone says less about the server than vtenext's default does
        return cls(FIRST_GUESS)

    def learn(self, offset_now: int, now: datetime.datetime, clock: Clock) -> ServerZone:
        """The belief after the server's clock was seen ``offset_now`` minutes east of UTC.

        Keeps what is believed as long as it fits; else the default, this device's zone, a common one
        that fits today; else the bare offset.
        """
        if self.offset_at(now, clock) == offset_now and self.name:
            return replace(self, known=True)
        for name in (FIRST_GUESS, clock.zone(), *_COMMON):
            if name and _zone_offset(name, now, clock) == offset_now:
                return ServerZone(name, known=True)
        return ServerZone("", offset_now, known=True)

    def seen_in(self, text: str, clock: Clock) -> ServerZone:
        """Return the belief after a time of the server with its offset; unchanged where the text has no offset."""
        try:
            time = datetime.datetime.fromisoformat(text)
        except ValueError:
            return self
        offset = time.utcoffset()
        return self if offset is None else self.learn(int(offset.total_seconds() // 60), time, clock)

    def offset_at(self, instant: datetime.datetime, clock: Clock) -> int:
        """Minutes east of UTC of the server's clock at that instant, summer time included."""
        offset = _zone_offset(self.name, instant, clock) if self.name else None
        return self.fixed if offset is None else offset


def with_offset(text: str, zone: ServerZone, clock: Clock) -> str:
    """A time that the CRM wrote on its server's clock, with the offset of that clock then; other texts as they are."""
    try:
        local = datetime.datetime.fromisoformat(text.strip())
    except ValueError:
        return text
    if local.tzinfo is not None or not 1 < local.year < 9999:
        return text
    # The offset hangs on the instant, the instant on the offset: the second round is right but for an hour a year.
    offset = zone.offset_at(local.replace(tzinfo=datetime.UTC), clock)
    offset = zone.offset_at(local.replace(tzinfo=_fixed(offset)), clock)
    return local.replace(tzinfo=_fixed(offset)).isoformat()


def _fixed(minutes: int) -> datetime.timezone:
    return datetime.timezone(datetime.timedelta(minutes=minutes))


def _zone_offset(name: str, instant: datetime.datetime, clock: Clock) -> int | None:
    if name == "UTC":
        return 0
    offset = clock.offset(name, instant)
    if offset is None and name in _STANDARD_OFFSET:
        return _STANDARD_OFFSET[name] + (60 if _summer_in_europe(instant) else 0)
    return offset


def _summer_in_europe(instant: datetime.datetime) -> bool:
    """Whether clocks are advanced in the EU: last Sundays of March and October, 01:00 UTC.

    Until 1995 summer ended in September. Before 1981 rules differed by country; winter is assumed.
    """
    moment = _naive_utc(instant)
    if moment.year < 1981:
        return False
    end = 10 if moment.year >= 1996 else 9
    return _last_sunday(moment.year, 3) <= moment < _last_sunday(moment.year, end)


def _last_sunday(year: int, month: int) -> datetime.datetime:
    last = datetime.datetime(year, month, 30 if month == 9 else 31, 1)
    return last - datetime.timedelta(days=(last.weekday() + 1) % 7)


def _naive_utc(instant: datetime.datetime) -> datetime.datetime:
    return instant.astimezone(datetime.UTC).replace(tzinfo=None) if instant.tzinfo else instant


def _minutes(difference: datetime.timedelta) -> float:
    return difference.total_seconds() / 60
