"""Every mail has one identity, on every device."""

from __future__ import annotations

import dataclasses
import datetime
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connector.domain.identity import LONGEST, message_id_of
from connector.ports import RawAddress, RawAttachment, RawMail

CREATED = datetime.datetime(2026, 11, 23, 9, 57, 1, 500, tzinfo=datetime.UTC)
FILE = RawAttachment("1", "offer.pdf", 10, "application/pdf", "file", False)
MAIL = RawMail(
    item_id="AAA",
    subject="Offer 42",
    sender=RawAddress("Mary", "mary@x.example"),
    author=RawAddress("Mary", "mary@x.example"),
    to=(RawAddress("Sales", "sales@y.example"), RawAddress("Bob", "bob@y.example")),
    cc=(),
    created=CREATED,
    message_id="",
    conversation_id="",
    attachments=(FILE,),
)


def own(text: str) -> str:
    return message_id_of(dataclasses.replace(MAIL, message_id=text))


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
        ("<\U0001f600@x>", "<_@x>"),
    ],
)
def test_its_own_id(given_id: str, expected: str) -> None:
    assert own(given_id) == expected


@given(st.text())
def test_every_id_can_be_stored_and_stays_itself(text: str) -> None:
    result = own(text)
    assert re.fullmatch("<[^<>\\s]+>", result)
    assert len(result) <= LONGEST
    assert result.isprintable()
    assert max(result) <= "\uffff"
    assert own(result) == result


def test_long_ids_stay_different() -> None:
    assert own("a" * 400 + "1@x") != own("a" * 400 + "2@x")


@pytest.mark.parametrize("nothing", ["", " ", "<>", "< >", "\x00"])
def test_without_an_id_one_is_derived(nothing: str) -> None:
    assert re.fullmatch("<[0-9a-f]{40}@mail-connector.invalid>", own(nothing))
    assert own(nothing) == message_id_of(MAIL)


def test_the_derived_id_is_the_same_everywhere() -> None:
    inline = RawAttachment("2", "image001.png", 10, "image/png", "file", True)
    elsewhere = dataclasses.replace(
        MAIL,
        item_id="BBB",
        sender=None,
        subject=" Offer  42 ",
        author=RawAddress("Smith, Mary", "Mary@X.example"),
        to=tuple(reversed(MAIL.to)),
        created=CREATED.replace(microsecond=0).astimezone(datetime.timezone(datetime.timedelta(hours=2))),
        attachments=(inline, dataclasses.replace(FILE, id="9", size=11)),
    )
    assert message_id_of(elsewhere) == message_id_of(MAIL)
    # Known for good: mails stored by an earlier release must be found again.
    assert message_id_of(MAIL) == "<643332ef02dc0ce01812ed21e4f48b55134912e6@mail-connector.invalid>"


@pytest.mark.parametrize(
    "change",
    [
        {"subject": "Offer 43"},
        {"author": RawAddress("", "other@x.example")},
        {"to": (RawAddress("", "bob@y.example"),)},
        {"cc": (RawAddress("", "c@y.example"),)},
        {"created": CREATED + datetime.timedelta(seconds=1)},
        {"created": None},
        {"attachments": ()},
        {"attachments": (FILE, FILE)},
    ],
)
def test_another_mail_has_another_derived_id(change: dict[str, object]) -> None:
    assert message_id_of(dataclasses.replace(MAIL, **change)) != message_id_of(MAIL)  # type: ignore[arg-type]


@given(st.text(), st.text(), st.text())
def test_hostile_mails_have_an_id(subject: str, name: str, address: str) -> None:
    raw = RawAddress(name, address)
    mail = dataclasses.replace(MAIL, subject=subject, author=raw, sender=raw, to=(raw, raw), created=None)
    assert re.fullmatch("<[0-9a-f]{40}@mail-connector.invalid>", message_id_of(mail))
