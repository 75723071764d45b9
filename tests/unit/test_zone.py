"""The server's time zone: learned from one look at its clock, right for mails of all seasons."""

from __future__ import annotations

import datetime
import zoneinfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connector.linking.zone import ServerZone, format_date, observed_offset, with_offset

UTC = datetime.UTC


def at(*parts: int) -> datetime.datetime:
    return datetime.datetime(*parts, tzinfo=UTC)  # type: ignore[arg-type, misc]


WINTER, SUMMER = at(2026, 11, 23, 9, 57), at(2026, 7, 1, 8, 0)


class DeviceClock:
    """A clock with the machine's own zone tables; ``known`` False plays a device without them."""

    def __init__(self, zone: str = "", known: bool = True) -> None:
        self._zone = zone
        self._known = known

    def now(self) -> datetime.datetime:
        return WINTER

    def offset(self, zone: str, instant: datetime.datetime) -> int | None:
        if not self._known:
            return None
        try:
            offset = instant.astimezone(zoneinfo.ZoneInfo(zone)).utcoffset()
        except (zoneinfo.ZoneInfoNotFoundError, ValueError):
            return None
        return None if offset is None else int(offset.total_seconds() // 60)

    def zone(self) -> str:
        return self._zone

    async def sleep(self, seconds: float) -> None:
        raise NotImplementedError


CLOCK = DeviceClock()


def test_format_date() -> None:
    assert format_date(WINTER, 60) == "2026-11-23 10:57:00"
    assert format_date(at(2026, 1, 1), -330) == "2025-12-31 18:30:00"
    assert (
        format_date(datetime.datetime(2026, 7, 1, 8, tzinfo=datetime.timezone(datetime.timedelta(hours=2))), 0)
        == "2026-07-01 06:00:00"
    )


@given(
    st.integers(-14 * 4, 14 * 4).map(lambda quarters: 15 * quarters),
    st.datetimes(datetime.datetime(1990, 1, 1), datetime.datetime(2090, 1, 1)),
    st.integers(0, 120),
    st.integers(-300, 300),
)
def test_offset_is_seen_through_a_clock_some_minutes_wrong(
    offset: int, before: datetime.datetime, seconds: int, error: int
) -> None:
    start = before.replace(tzinfo=UTC)
    end = start + datetime.timedelta(seconds=seconds)
    server = format_date(end + datetime.timedelta(seconds=error), offset)
    assert observed_offset(server, (start, end)) == offset


@given(
    st.integers(-14, 14).map(lambda hours: 60 * hours),
    st.datetimes(datetime.datetime(1990, 1, 1), datetime.datetime(2090, 1, 1)),
    st.integers(0, 25 * 60),
    st.integers(-240, 240),
)
def test_offset_of_whole_hours_is_seen_after_a_long_upload(
    offset: int, before: datetime.datetime, seconds: int, error: int
) -> None:
    start = before.replace(tzinfo=UTC)
    end = start + datetime.timedelta(seconds=seconds)
    server = format_date(end + datetime.timedelta(seconds=error), offset)
    assert observed_offset(server, (start, end)) == offset


@pytest.mark.parametrize(
    "text",
    [
        "",
        "now",
        "0000-00-00 00:00:00",
        "2026-11-23",
        "2026-11-25 10:57:00",
        "2020-01-01 00:00:00",
        "2026-11-24 00:30:00",
        "23.11.2026 10:57",
    ],
)
def test_nonsense_gives_no_offset(text: str) -> None:
    assert observed_offset(text, (WINTER, WINTER)) is None


@given(st.text(max_size=30) | st.text("0123456789-: T", min_size=10, max_size=20))
def test_observed_offset_never_raises(text: str) -> None:
    offset = observed_offset(text, (WINTER, WINTER))
    assert offset is None or (abs(offset) <= 14 * 60 and offset % 15 == 0)


def test_first_guess_is_rome_in_summer_and_winter() -> None:
    zone = ServerZone.guess(CLOCK)
    assert zone.name == "Europe/Rome"
    assert (zone.offset_at(WINTER, CLOCK), zone.offset_at(SUMMER, CLOCK)) == (60, 120)


@given(
    st.datetimes(datetime.datetime(1996, 1, 1), datetime.datetime(2037, 12, 31)),
    st.sampled_from(["Europe/Rome", "Europe/London", "Europe/Athens"]),
)
def test_without_zone_tables_the_european_rule_holds(moment: datetime.datetime, name: str) -> None:
    instant = moment.replace(tzinfo=UTC)
    assert ServerZone(name).offset_at(instant, DeviceClock(known=False)) == ServerZone(name).offset_at(instant, CLOCK)


@pytest.mark.parametrize(
    ("instant", "minutes"), [(at(1975, 7, 1), 60), (at(1990, 7, 1), 120), (at(1995, 10, 1), 60), (at(1996, 10, 1), 120)]
)
def test_without_zone_tables_old_mails(instant: datetime.datetime, minutes: int) -> None:
    assert ServerZone("Europe/Rome").offset_at(instant, DeviceClock(known=False)) == minutes


@pytest.mark.parametrize(
    ("device", "now", "offset", "name"),
    [
        ("America/New_York", WINTER, 60, "Europe/Rome"),
        ("Europe/Berlin", WINTER, 60, "Europe/Rome"),
        ("Europe/Lisbon", WINTER, 0, "Europe/Lisbon"),
        ("Europe/Rome", WINTER, 0, "UTC"),
        ("Europe/Rome", SUMMER, 60, "Europe/London"),
        ("Europe/Rome", WINTER, -300, "America/New_York"),
        ("America/Bogota", SUMMER, -300, "America/Bogota"),
        ("Europe/Rome", WINTER, 330, "Asia/Kolkata"),
        ("", WINTER, 345, ""),
        ("No/Where", WINTER, -210, ""),
    ],
)
def test_learning(device: str, now: datetime.datetime, offset: int, name: str) -> None:
    clock = DeviceClock(device)
    zone = ServerZone.guess(clock).learn(offset, now, clock)
    assert zone.name == name
    assert zone.offset_at(now, clock) == offset
    assert zone.learn(offset, now, clock) == zone


def test_what_was_learned_holds_for_the_other_half_of_the_year() -> None:
    zone = ServerZone.guess(CLOCK).learn(-300, WINTER, CLOCK)
    assert zone.offset_at(SUMMER, CLOCK) == -240


@given(st.integers(-56, 56).map(lambda quarters: 15 * quarters), st.booleans())
def test_what_was_learned_fits_what_was_seen(offset: int, known: bool) -> None:
    clock = DeviceClock("Europe/Rome", known)
    zone = ServerZone.guess(clock).learn(offset, WINTER, clock)
    assert zone.offset_at(WINTER, clock) == offset
    assert zone.learn(60, WINTER, clock).name == "Europe/Rome" or offset == 60


@given(st.datetimes(datetime.datetime(1990, 1, 1), datetime.datetime(2050, 1, 1), timezones=st.just(UTC)))
def test_a_time_of_the_server_gets_its_offset(instant: datetime.datetime) -> None:
    zone, instant = ServerZone("Europe/Rome"), instant.replace(microsecond=0)
    written = format_date(instant, zone.offset_at(instant, CLOCK))
    told = datetime.datetime.fromisoformat(with_offset(written, zone, CLOCK))
    # In the hour that comes twice a year nobody can tell which one it was.
    assert abs(told - instant) in (datetime.timedelta(), datetime.timedelta(hours=1))
    assert told == instant or zone.offset_at(instant, CLOCK) != zone.offset_at(told, CLOCK)


@pytest.mark.parametrize("text", ["", "yesterday", "0000-00-00 00:00:00", "2026-11-23T14:06:01+01:00", "9999-12-31"])
def test_what_is_no_time_of_the_server_stays(text: str) -> None:
    assert with_offset(text, ServerZone("Europe/Rome"), CLOCK) == text


def test_summer_is_told_from_winter() -> None:
    zone = ServerZone("Europe/Rome")
    assert with_offset("2026-07-01 10:00:00", zone, CLOCK) == "2026-07-01T10:00:00+02:00"
    assert with_offset("2026-11-23 10:57:00", zone, CLOCK) == "2026-11-23T10:57:00+01:00"
    assert with_offset("2026-11-23 10:57:00", ServerZone("", -90), CLOCK) == "2026-11-23T10:57:00-01:30"
