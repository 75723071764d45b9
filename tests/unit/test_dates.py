"""Dates as mailers write them: the instant that they mean, or none."""

from __future__ import annotations

import datetime
import email.utils

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connector.mail.dates import instant

HOURS = {f"Mon, 23 Nov 2026 10:00:00 {zone}": hour for zone, hour in {
    "-600": 16, "+1": 9, "+01": 9, "+100": 9, "-6": 16, "-06": 16, "+0100": 9, "+1:00": 9, "+01:00": 9, "+01.00": 9,
    "+ 0100": 9, "\u22120600": 16, "+0": 10, "-0000": 10, "0000": 10, "GMT+1": 9, "GMT +1": 9, "GMT + 1": 9,
    "gmt+01": 9, "IST (+0530)": 4.5,
    "UTC+2": 8, "UTC +2": 8, "UTC-2": 12, "UT+2": 8, "GMT+100": 9, "GMT+0100": 9, "GMT+01:00": 9, "GMT+1.00": 9,
    "+0100 (CET)": 9, "+0100 CET": 9, "+0100CET": 9, "(CET)": 9, "(GMT+01:00)": 9, "CET (+0100)": 9, "CET +0100": 9,
    "GMT+0100 (Central European Standard Time)": 9, "+0800 (CST)": 2, "-0400 (GMT-05:00)": 14, "+0100 (a (b) c)": 9,
    "+0100 (never closed": 9, "+0100; and more": 9, "MSD +0400": 6, "GMT": 10, "UTC": 10, "UT": 10, "Z": 10, "z": 10,
    "EST": 15, "edt": 14, "CST": 16, "PDT": 17, "CET": 9, "CEST": 8, "MET DST": 8, "MESZ": 8, "JST": 1, "BST": 9,
}.items()}  # fmt: skip


@pytest.mark.parametrize("written", HOURS)
def test_zones(written: str) -> None:
    midnight = datetime.datetime(2026, 11, 23, tzinfo=datetime.UTC)
    assert instant(written) == midnight + datetime.timedelta(hours=HOURS[written])


@pytest.mark.parametrize(
    ("zone", "minutes"),
    [("+530", 330), ("+5:30", 330), ("+5.5", 330), ("+5.30", 330), ("+05.75", 345), ("UTC+9:30", 570), ("-330", -210)],
)
def test_zones_of_half_hours(zone: str, minutes: int) -> None:
    local = datetime.datetime(2026, 11, 23, 10, tzinfo=datetime.UTC)
    assert instant(f"Mon, 23 Nov 2026 10:00:00 {zone}") == local - datetime.timedelta(minutes=minutes)


@pytest.mark.parametrize(
    "zone",
    [
        # no zone, or one whose meaning nobody knows
        "", "A", "IST", "LCL", "Europe/Rome", "Pacific Standard Time", "(Pacific Standard Time)", "lunchtime",
        # that may mean the contrary, or another hour
        "Etc/GMT+1", "CET-1CEST", "EST5EDT", "CST (+0800)", "GMT Daylight Time", "+0100 DST", "EST DST", "XYZ+3",
        "+0000 +0100", "CET +0200", "+0100 PM",
        # that can't be
        "-30", "+99", "+010", "+0160", "+1500", "+01000", "+1h30", "--0100", "+-0100", "0100", "+1:5", "+",
    ],
)  # fmt: skip
def test_a_zone_that_is_not_certain_gives_no_instant(zone: str) -> None:
    assert instant(f"Mon, 23 Nov 2026 10:00:00 {zone}") is None


@pytest.mark.parametrize(
    "written",
    [
        "Mon,23 Nov 2026 10:11:12 +0100",
        "Mon 23 Nov 2026 10:11:12 +0100",
        "mon., 23 nov. 2026, 10:11:12 +0100",
        "23 NOVEMBER 2026 10:11:12 +0100",
        "Montag, 23. Nov 2026 10:11:12 +0100",
        "\u661f\u671f\u4e00, 23 Nov 2026 10:11:12 +0100",
        "S\u00e1b, 23 Nov 2026 10:11:12 +0100",
        '"Mon, 23 Nov 2026 10:11:12 +0100"',
        "Mon , 23 Nov 2026 10 : 11 : 12 +0100",
        "Mon (a day), 23 Nov (or so) 2026 10(h):11(m):12 +0100",
        "Mon, 23-Nov-2026 10.11.12 +0100",
        "23Nov2026 10:11:12+0100",
        "Mon, 23 Nov 26 10:11:12 +0100",
        "Mon, 23 Nov 126 10:11:12 +0100",
        "Mon, 23 Nov 2026 10:11:12.345 +0100",
        "Mon, 23 Nov 2026 10:11:12 AM +0100",
        "Tue, 23 Nov 2026 10:11:12 +0100",
        "Mon Nov 23 10:11:12 2026 +0100",
        "Mon Nov 23 10:11:12 +0100 2026",
        "Mon Nov 23 10:11:12 CET 2026",
        "Mon 23 Nov 10:11:12 CET 2026",
        "Mon Nov 23 2026 10:11:12 GMT+0100 (Central European Standard Time)",
        "November 23, 2026 10:11:12 AM CET",
        "Nov 23rd, 2026 10:11:12 +0100",
        "2026-11-23T10:11:12+01:00",
        "2026-11-23T09:11:12Z",
        "2026-11-23t09:11:12.000z",
        "2026-11-23 10:11:12 +0100",
        "2026/11/23 10:11:12 +0100",
        "23.11.2026 10:11:12 +0100",
        "23/11/2026 10:11:12 +0100",
        "11/23/2026 10:11:12 +0100",
    ],
)
def test_forms(written: str) -> None:
    assert instant(written) == datetime.datetime(2026, 11, 23, 9, 11, 12, tzinfo=datetime.UTC)


@pytest.mark.parametrize(
    ("written", "parts"),
    [
        ("23 Nov 2026 10:11 -0530", (2026, 11, 23, 15, 41)),
        ("23 Nov 2026 1:2 +0000", (2026, 11, 23, 1, 2)),
        ("23 Nov 98 10:11 +0000", (1998, 11, 23, 10, 11)),
        ("Thu, 31 Dec 2026 23:59:60 -0000", (2026, 12, 31, 23, 59, 59)),
        ("23 Nov 2026 12:05 AM +0000", (2026, 11, 23, 0, 5)),
        ("23 Nov 2026 12:05 PM +0000", (2026, 11, 23, 12, 5)),
        ("23 Nov 2026 1:05pm +0000", (2026, 11, 23, 13, 5)),
        ("23 Nov 2026 13:05 p.m. +0000", (2026, 11, 23, 13, 5)),
        ("11/11/2026 10:11 +0000", (2026, 11, 11, 10, 11)),
        ("10.12.2026 10:11 +0000", (2026, 12, 10, 10, 11)),
        ("Thu Jan  1 00:00:00 GMT 1970", (1970, 1, 1)),
    ],
)
def test_parts(written: str, parts: tuple[int, int, int]) -> None:
    assert instant(written) == datetime.datetime(*parts, tzinfo=datetime.UTC)


@pytest.mark.parametrize(
    "written",
    [
        "", "yesterday", "Mon, 23 Nov 2026", "1795428672", "Mon, 32 Nov 2026 10:11:12 +0100",
        "Mon, 23 Foo 2026 10:11:12 +0100", "Mon, 23 Marraskuu 2026 10:11:12 +0200", "Mon, 23 Nov 2026 25:00:00 +0100",
        "Mon, 23 Nov 1969 10:11:12 +0100", "Mon, 23 Nov 2101 10:11:12 +0100", "Mon, 23 Nov 2569 10:11:12 +0700",
        "Mon, 23 Nov 20261 10:11:12 +0100", "Mon, 23 Nov 2026 10:11:61 +0100", "Mon, 23 Nov 2026 10:11:12:13 +0100",
        "Mon, 23 Nov 0000 10:11:12 +0100", "Mon, 31 Dec 9999 23:59:59 -1200", "Mon, 23 Nov 2026 13:11:12 AM +0100",
        "Mon, 23 Nov 2026 0:11:12 PM +0100", "\u00b23 Nov 2026 10:11:12 +0100", "10/12/2026 10:11:12 +0100",
        "23.11.26 10:11:12 +0100", "Mon Nov 23 10:11:12 +0100", "Mon Nov 23 10:11:12 2026", "29 Feb 2026 10:11 +0100",
    ],
)  # fmt: skip
def test_what_is_no_certain_date_gives_no_instant(written: str) -> None:
    assert instant(written) is None


LOCAL = st.datetimes(datetime.datetime(1971, 1, 1), datetime.datetime(2099, 12, 30)).map(
    lambda one: one.replace(microsecond=0)
)


@given(LOCAL, st.integers(-14 * 60, 14 * 60))
def test_what_python_writes_is_read_back(local: datetime.datetime, offset: int) -> None:
    when = local.replace(tzinfo=datetime.timezone(datetime.timedelta(minutes=offset)))
    assert instant(email.utils.format_datetime(when)) == when
    assert instant(when.isoformat()) == when


@given(
    LOCAL,
    st.integers(-14, 14),
    st.sampled_from([0, 15, 30, 45]),
    st.sampled_from(
        [
            "{h:+d}:{m:02}",
            "{h:+03d}{m:02}",
            "{h:+d}{m:02}",
            "GMT{h:+d}:{m:02}",
            "UTC {h:+03d}.{m:02}",
            "UTC{h:+d}{m:02}",
        ]
    ),
    st.sampled_from(["", " (a comment)", " (nested (comments))", " junk", "\t;", " +"]),
    st.sampled_from(["%a, %d %b %Y %H:%M:%S", "%d %B %y %I:%M:%S %p", "%b %d, %Y %H:%M:%S", "%Y/%m/%d %H.%M.%S"]),
)
def test_zones_in_every_mix(
    local: datetime.datetime, hours: int, minutes: int, zone: str, tail: str, form: str
) -> None:
    minutes = minutes if abs(hours) < 14 else 0
    east = 60 * hours + (minutes if hours >= 0 else -minutes)
    form = form.replace("%y", "%Y") if local.year > 2049 else form
    written = f"{local:{form}} {zone.format(h=hours, m=minutes)}{tail}"
    assert instant(written) == local.replace(tzinfo=datetime.UTC) - datetime.timedelta(minutes=east)


SCRAPS = st.sampled_from(
    [
        "Mon, ",
        "23 ",
        "Nov ",
        "2026 ",
        "10:11:12 ",
        "10:11 ",
        "+0100",
        "-6",
        "GMT",
        " CET",
        "PM ",
        "(CET)",
        "(",
        " ",
        "/",
    ]
)


@given(st.lists(SCRAPS | st.text(max_size=3), max_size=12).map("".join))
def test_where_python_reads_an_instant_too_it_is_the_same(text: str) -> None:
    ours = instant(text)
    parsed = email.utils.parsedate_tz(text)
    if ours is not None and parsed is not None and parsed[9] is not None and "PM" not in text:
        theirs = datetime.datetime.fromtimestamp(email.utils.mktime_tz(parsed), datetime.UTC)
        assert ours == theirs


@given(st.text())
def test_never_raises(text: str) -> None:
    when = instant(text)
    assert when is None or 1970 <= when.year <= 2100
