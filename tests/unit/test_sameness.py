"""Another mail is never taken for this one, nor this one for another."""

from __future__ import annotations

import datetime
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connector.mail.identity import distinct, fingerprint
from connector.mail.sameness import (
    Clocks,
    Original,
    files_by_mark,
    is_marked_unsure,
    is_same,
    mark_of,
    same_subject,
    sent_by_mark,
)
from connector.mail.visible import letters

HOUR, MINUTE, SECOND = datetime.timedelta(hours=1), datetime.timedelta(minutes=1), datetime.timedelta(seconds=1)
DATE = datetime.datetime(2026, 11, 20, 9, 0, 7, tzinfo=datetime.UTC)
OWN = "<0@scanner.lab.example>"
SUBJECT = "Scan"
HTML = "<p>Scan of page A</p>"
MADE = fingerprint(SUBJECT, letters(HTML), "mary@x.example", (), DATE)
MAIL = Original(
    (OWN,), SUBJECT, "Mary@x.example", frozenset({"sales@y.example", "bob@y.example"}), HTML, DATE, DATE + MINUTE, MADE
)


def rome(_: datetime.datetime) -> datetime.timedelta:
    return HOUR


ROME, PERHAPS_ROME = Clocks(rome, certain=True), Clocks(rome, certain=False)


def shown(date: datetime.datetime, zone: datetime.timedelta = HOUR) -> str:
    return (date + zone).replace(tzinfo=None).isoformat(" ", "seconds")


ROW = {
    "messageid": OWN,
    "subject": SUBJECT,
    "mfrom": "mary@x.example",
    "mto": "Sales@y.example, bob@y.example",
    "mcc": "",
    "mbcc": "",
    "mdate": shown(DATE),
    "xmailer": mark_of(DATE),
    "description": "\n<!-- begin sanitized html -->\n<div><p>Scan of page A</p></div>\n<!-- end sanitized html -->\n",
}
UNMARKED = ROW | {"xmailer": ""}
UNSURE = ROW | {"xmailer": mark_of(None), "mdate": shown(DATE + 3 * HOUR)}
SECOND_MAIL = distinct(OWN, "x")

SAME: dict[str, tuple[Original, dict[str, Any]]] = {
    "all of it": (MAIL, ROW),
    "with an id of its own": (MAIL, ROW | {"messageid": SECOND_MAIL}),
    "in other words of the CRM": (MAIL, ROW | {"subject": " Scan ", "description": "Scan\n of<br>page&nbsp;A"}),
    "the text was not given then": (MAIL, ROW | {"description": ""}),
    "the text is not given now": (replace(MAIL, html=""), ROW),
    "nor then": (replace(MAIL, html=""), ROW | {"description": ""}),
    "another form of the sender": (replace(MAIL, sender="on-behalf@x.example"), ROW),
    "no sender": (replace(MAIL, sender=""), ROW | {"description": ""}),
    "no recipients": (replace(MAIL, recipients=frozenset()), ROW),
    "other recipients": (replace(MAIL, recipients=frozenset({"x@y.example"})), ROW),
    "the date was unsure then": (MAIL, UNSURE),
    "the date is unsure now": (replace(MAIL, date=None), ROW),
    "in another mailbox": (replace(MAIL, date=None, arrived=DATE + 2000 * HOUR), ROW),
    "nor was it sure then": (replace(MAIL, date=None, arrived=DATE + 2000 * HOUR), UNSURE),
    "half a second off": (replace(MAIL, date=DATE + SECOND / 2), ROW),
    "shown in a wrong zone": (MAIL, ROW | {"mdate": shown(DATE, 9 * HOUR)}),
    "of another program": (MAIL, UNMARKED),
    "of another program, in a zone nobody knows": (MAIL, UNMARKED | {"mdate": shown(DATE, 9 * HOUR)}),
    "of another program, by its arrival": (MAIL, UNMARKED | {"mdate": shown(DATE + MINUTE)}),
    "nothing told but the id": (MAIL, {"messageid": OWN}),
    "a cut subject": (replace(MAIL, subject="S" * 300), ROW | {"subject": "S" * 255}),
    "a subject with an emoji": (replace(MAIL, subject="Scan 😀!"), ROW | {"subject": "Scan ????!"}),
    "a subject with a sign that the database has not": (replace(MAIL, subject="Łódź"), ROW | {"subject": "?ód?"}),
    "the sender as the head has it": (replace(MAIL, writers=frozenset({"mary@x.example", "m@x.example"})), ROW),
    "a sender that a list rewrote": (
        replace(MAIL, writers=frozenset({"mary@x.example"})),
        ROW | {"mfrom": "sales@y.example"},
    ),
    "a recipient whose address the head has": (
        replace(MAIL, everybody=MAIL.recipients | {"s@y.example"}),
        ROW | {"mto": "s@y.example, bob@y.example"},
    ),
    "more recipients": (replace(MAIL, everybody=MAIL.recipients), ROW | {"mbcc": "x@y.example"}),
    "an encoded subject": (replace(MAIL, subject="A & B"), ROW | {"subject": "A &amp; B"}),
}
OTHER: dict[str, tuple[Original, dict[str, Any]]] = {
    "the id in another case": (MAIL, ROW | {"messageid": OWN.upper()}),
    "the id with an accent": (MAIL, ROW | {"messageid": OWN.replace("scanner", "scännér")}),
    "a longer id": (MAIL, ROW | {"messageid": OWN + "x"}),
    "no id": (MAIL, {}),
    "another subject": (MAIL, ROW | {"subject": "Scan 2"}),
    "a subject in another case": (MAIL, ROW | {"subject": "SCAN"}),
    "a longer subject": (replace(MAIL, subject="Scan 2"), ROW),
    "a subject that happens to begin so": (replace(MAIL, subject="S" * 120), ROW | {"subject": "S" * 100}),
    "another date": (MAIL, ROW | {"xmailer": mark_of(DATE + HOUR), "mdate": shown(DATE + HOUR)}),
    "two seconds later": (replace(MAIL, date=DATE + 2 * SECOND), ROW),
    "another date, of another program": (MAIL, UNMARKED | {"mdate": shown(DATE + 7 * MINUTE)}),
    "another day, of another program": (MAIL, UNMARKED | {"mdate": shown(DATE + 24 * HOUR)}),
    "arrived before that was sent": (replace(MAIL, date=None, arrived=DATE - 30 * HOUR), ROW),
    "sent after that had arrived": (replace(MAIL, date=DATE + 30 * HOUR), UNSURE),
    "another text": (replace(MAIL, html="<p>Scan of page B</p>"), ROW),
    "another text, the date unsure": (replace(MAIL, html="<p>Scan of page B</p>", date=None), ROW),
    "more text": (replace(MAIL, html="<p>Scan of page A, and page B</p>"), ROW),
    "another sender, of whom all is told": (
        replace(MAIL, writers=frozenset({"mary@x.example", "m@x.example"})),
        ROW | {"mfrom": "x@z.example"},
    ),
    "another recipient, of whom all is told": (
        replace(MAIL, everybody=MAIL.recipients),
        ROW | {"mto": "sales@y.example, eve@y.example"},
    ),
    "another sender, and no text": (replace(MAIL, sender="x@z.example"), ROW | {"description": ""}),
}


@pytest.mark.parametrize("why", SAME)
def test_the_same_mail(why: str) -> None:
    assert is_same(*SAME[why], PERHAPS_ROME)


@pytest.mark.parametrize("why", OTHER)
def test_another_mail(why: str) -> None:
    assert not is_same(*OTHER[why], ROME)
    assert not is_same(*OTHER[why], PERHAPS_ROME)


BARE = replace(MAIL, ids=(), html="", date=None, made=fingerprint(SUBJECT, "", "mary@x.example", (), None))
MARKED = UNSURE | {"messageid": BARE.made.message_id, "description": "", "xmailer": mark_of(None, BARE.arrived)}


def test_of_a_mail_of_which_nothing_is_known_the_arrival_tells() -> None:
    """In whatever zone the CRM shows it, which nobody knows."""
    assert is_same(BARE, MARKED, PERHAPS_ROME)
    assert is_same(replace(BARE, arrived=DATE + MINUTE + SECOND), MARKED, PERHAPS_ROME)
    assert not is_same(replace(BARE, arrived=DATE + MINUTE + 15 * MINUTE), MARKED, PERHAPS_ROME)
    assert not is_same(replace(BARE, arrived=None), MARKED, PERHAPS_ROME)
    earlier = MARKED | {"xmailer": "Mail Connector; date unsure", "mdate": shown(DATE + MINUTE)}
    assert is_same(BARE, earlier, ROME)


def test_a_mark_tells_what_it_was_made_of() -> None:
    digests = [f"{number:064x}"[::-1] for number in (20, 3)]
    row = {"xmailer": mark_of(DATE, files=digests)}
    assert sent_by_mark(row) == DATE.replace(tzinfo=None)
    assert files_by_mark(row) == ("30000000", "41000000")
    assert not is_marked_unsure(row)
    row = {"xmailer": mark_of(None, DATE, digests)}
    assert (is_marked_unsure(row), files_by_mark(row)) == (True, ("30000000", "41000000"))
    # What is not known of all, or finds no room in the field, is not noted.
    for unknown in (None, [], ["a" * 64] * 21):
        assert files_by_mark({"xmailer": mark_of(DATE, files=unknown)}) == ()
    assert len(mark_of(None, DATE, ["a" * 64] * 20)) <= 255


def test_a_zone_that_is_known_leaves_no_doubt() -> None:
    later = UNMARKED | {"mdate": shown(DATE + 3 * HOUR)}
    assert is_same(MAIL, later, PERHAPS_ROME)
    assert not is_same(MAIL, later, ROME)


@given(st.dictionaries(st.sampled_from(sorted(ROW)), st.none() | st.text() | st.integers()))
def test_any_record_is_compared(row: dict[str, Any]) -> None:
    assert is_same(MAIL, ROW | row, ROME) in (True, False)


@given(st.text(), st.integers(200, 255))
def test_whatever_the_database_does_to_a_subject_it_stays_the_mails(subject: str, limit: int) -> None:
    stored = "".join("????" if sign > "\uffff" else sign for sign in " ".join(subject.split()))[:limit]
    assert same_subject(subject, stored) is not False


@given(st.text(), st.text())
def test_two_subjects_are_never_certainly_the_same(one: str, other: str) -> None:
    if same_subject(one, other) and len(other) < 200:
        assert same_subject(other, one)
