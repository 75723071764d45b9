"""Every mail has one identity, on every device."""

from __future__ import annotations

import datetime
import re
from dataclasses import astuple

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connector.mail.identity import (
    LONGEST,
    UNKNOWN,
    Fingerprint,
    distinct,
    fingerprint,
    made_of,
    own_message_id,
    sought_by,
    sought_unread,
)
from sandbox_crm.store.collation import folded, like

DATE = datetime.datetime(2026, 11, 20, 9, 0, 7, tzinfo=datetime.UTC)
KNOWN = "<f3b67957357963f7.24c271d11748211bba8e.f9bc5891.d1c9262ed6cc4b4e1f48.6b000c17@mail-connector.invalid>"


def own(text: str) -> str:
    return own_message_id(text)


@pytest.mark.parametrize(
    ("given_id", "expected"),
    [
        ("<a@x.example>", "<a@x.example>"),
        ("a@x.example", "<a@x.example>"),
        (" <a@x.example>\r\n", "<a@x.example>"),
        ("<a b\t@x.example>", "<ab@x.example>"),
        ("<<a@x.example>>", "<a@x.example>"),
        ("<a@x.example> (added by x)", "<a@x.example>"),
        ("no-at-sign", "<no-at-sign>"),
        ("<\U0001f600@x>", "<_@x.cffdbc000c4f2e99cbf0bb35daa6f0d2fc813fb1>"),
    ],
)
def test_its_own_id(given_id: str, expected: str) -> None:
    assert own(given_id) == expected


@given(st.text())
def test_every_id_can_be_stored_and_stays_itself(text: str) -> None:
    result = own(text)
    if not result:
        return
    assert re.fullmatch("<[^<>\\s]+>", result)
    assert len(result) <= LONGEST
    assert result.isprintable()
    assert max(result) <= "\uffff"
    assert own(result) == result


def test_long_ids_stay_different() -> None:
    assert own("a" * 400 + "1@x") != own("a" * 400 + "2@x")


@pytest.mark.parametrize("nothing", ["", " ", "<>", "< >", "\x00"])
def test_a_mail_may_have_no_id(nothing: str) -> None:
    assert own(nothing) == ""


# Made of a mail ------------------------------------------------------------------------------------


def made(
    subject: str = "Alarm",
    text: str = "Pump1stopped",
    sender: str = "mary@x.example",
    files: tuple[str, ...] | None = ("3:abc", "5:def"),
    date: datetime.datetime | None = DATE,
) -> Fingerprint:
    return fingerprint(subject, text, sender, files, date)


SAME = {
    "white space in the subject": made(subject=" Alarm\t"),
    "letter case of the sender": made(sender="Mary@X.example"),
    "files in another order": made(files=("5:def", "3:abc")),
    "the date in another zone": made(date=DATE.astimezone(datetime.timezone(datetime.timedelta(hours=5)))),
    "parts of a second": made(date=DATE + datetime.timedelta(microseconds=900_000)),
}
OTHER = {
    "the subject": made(subject="Alarm 2"),
    "letter case of the subject": made(subject="ALARM"),
    "the text": made(text="Pump2stopped"),
    "the sender": made(sender="x@x.example"),
    "the bytes of a file": made(files=("3:abc", "5:xyz")),
    "a file more": made(files=("3:abc", "5:def", "5:def")),
    "no files": made(files=()),
    "the date": made(date=DATE + datetime.timedelta(seconds=1)),
    "no text": made(text=""),
    "no address of the sender": made(sender="Mary"),
    "files that could not be read": made(files=None),
    "no date": made(date=None),
}


@pytest.mark.parametrize("what", SAME)
def test_what_makes_no_other_id(what: str) -> None:
    assert SAME[what].message_id == made().message_id


@pytest.mark.parametrize("what", OTHER)
def test_what_makes_another_id(what: str) -> None:
    assert OTHER[what].message_id != made().message_id


def test_the_made_id_is_known_for_good() -> None:
    """Mails that were stored by an earlier release must be found again."""
    assert made().message_id == KNOWN


@given(st.text(), st.text(), st.text(), st.none() | st.lists(st.text()).map(tuple), st.none() | st.just(DATE))
def test_an_id_says_what_it_is_made_of(
    subject: str, text: str, sender: str, files: tuple[str, ...] | None, date: datetime.datetime | None
) -> None:
    one = made(subject, text, sender, files, date)
    assert made_of(one.message_id) == one
    assert made_of(distinct(one.message_id, text)) == one
    assert len(distinct(distinct(one.message_id, "x"), "y")) <= 255
    assert re.fullmatch(r"<[0-9a-f.]+@mail-connector\.invalid>", one.message_id)


# What a mail is looked for by ----------------------------------------------------------------------


def sieve(pattern: str, stored: str) -> bool:
    """As the CRM's database takes it."""
    return like(pattern + "%").fullmatch(folded(stored)) is not None


parts = st.builds(
    made,
    subject=st.sampled_from(["Alarm", "Scan"]),
    text=st.sampled_from(["", "a", "b"]),
    sender=st.sampled_from(["", "m@x.example"]),
    files=st.sampled_from([None, (), ("1:a",)]),
    date=st.sampled_from([None, DATE, DATE + datetime.timedelta(hours=1)]),
)


@given(parts, parts)
def test_a_mail_is_found_whatever_was_not_known_of_it(stored: Fingerprint, now: Fingerprint) -> None:
    sought = sought_by(now)
    found = any(sieve(one, stored.message_id) for one in sought.beginnings)
    if all(UNKNOWN in pair or pair[0] == pair[1] for pair in zip(astuple(stored), astuple(now), strict=True)):
        assert found
        assert sought.fits(stored.message_id)
    if stored.subject != now.subject:
        assert not found
    unread = sought_unread("", "Alarm")
    assert any(sieve(one, stored.message_id) for one in unread.beginnings) is (stored.subject == made().subject)


@given(st.text(), st.text())
def test_an_own_id_fits_itself_and_what_is_told_apart_from_it(text: str, more: str) -> None:
    own_id = own(text)
    if own_id:
        sought = sought_unread(own_id, "")
        assert sought.fits(own_id)
        assert sought.fits(distinct(own_id, more))
        assert len(distinct(own_id, more)) <= 255
        assert not sought.fits(own_id + "x")
        assert not sought.fits("<x" + own_id)
        assert sought.fits(own_id.upper()) is (own_id.upper() == own_id)
    assert not sought_unread("<a@x>", "").fits(own_id) or own_id == "<a@x>"


def test_a_subject_that_one_outlook_cuts_makes_no_other_mail() -> None:
    long, other = "Offer " * 60, "Offer " * 30 + "!" * 180
    made = [fingerprint(one, "text", "a@x.example", (), DATE) for one in (long, long[:255], other)]
    assert made[0] == made[1] != made[2]
