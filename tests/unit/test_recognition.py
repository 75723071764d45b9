"""Another mail's headers are noticed; the mail's own are not taken for another's, whatever one property says."""

from __future__ import annotations

import datetime
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connector.mail import headers
from connector.mail.address import Address
from connector.mail.mail import Mail
from connector.mail.recognition import are_of_another
from connector.ports import Traits
from mails.samples import SAMPLES
from unit.growth import assert_linear

SENT = datetime.datetime(2026, 11, 20, 9, 0, tzinfo=datetime.UTC)
MAIL = Mail(
    traits=Traits("item-1"),
    message_id="<offer-42@northwind.example>",
    subject="Offer 42 for the cold store",
    author=Address("Mary Smith", "mary.smith@northwind.example"),
    to=(Address("Sales", "sales@ourcompany.example"),),
    cc=(Address("Sean Archer", "sean.archer@contoso.example"),),
    created=SENT + datetime.timedelta(seconds=40),
    attachments=(),
    sent=False,
)
OWN = {
    "Message-ID": "<offer-42@northwind.example>",
    "Subject": "Offer 42 for the cold store",
    "From": "Mary Smith <mary.smith@northwind.example>",
    "To": "Sales <sales@ourcompany.example>",
    "Cc": "Sean Archer <sean.archer@contoso.example>",
    "Date": "Fri, 20 Nov 2026 10:00:00 +0100",
}
MOVED = SENT + datetime.timedelta(days=90)


def told(**changed: str) -> str:
    fields = {name: changed.get(name.replace("-", "_"), value) for name, value in OWN.items()}
    return "".join(f"{name}: {value}\r\n" for name, value in fields.items() if value)


def another(text: str, mail: Mail = MAIL) -> bool:
    return are_of_another(headers.parse(text), mail)


STAMPED = told(Message_ID="<0f3e@eur05.prod.outlook.example>")


@pytest.mark.parametrize(
    ("text", "mail"),
    {
        "as it is": (told(), MAIL),
        "no headers at all": ("", MAIL),
        "only what servers write": ("Received: from a by b\r\nX-Spam: no\r\n", MAIL),
        "other letter case": (told(Message_ID="<OFFER-42@Northwind.example>"), MAIL),
        "its second line": (told(Message_ID="<list@lists.example>\r\nMessage-ID: <offer-42@northwind.example>"), MAIL),
        "two on a line": (told(Message_ID="<list@lists.example> <offer-42@northwind.example>"), MAIL),
        "folded": (told(Message_ID="\r\n <offer-42@\r\n northwind.example>"), MAIL),
        "kept where Exchange keeps it": (
            told(Message_ID="<0f3e@a.example>\r\nX-Microsoft-Original-Message-ID: <offer-42@northwind.example>"),
            MAIL,
        ),
        "stamped anew": (STAMPED, MAIL),
        "stamped anew, moved": (STAMPED, replace(MAIL, created=MOVED)),
        "stamped anew, without a date": (STAMPED, replace(MAIL, created=None)),
        "stamped anew, nobody's address": (STAMPED, replace(MAIL, author=Address("", ""), to=(), cc=())),
        "stamped anew, no names and no addresses, moved": (
            STAMPED,
            replace(MAIL, author=Address("", ""), to=(Address("", ""),), cc=(Address("", ""),), created=MOVED),
        ),
        "no id in the headers": (told(Message_ID=""), replace(MAIL, created=MOVED)),
        "no id of its own": (told(), replace(MAIL, has_own_id=False, message_id="<x@mail-connector.invalid>")),
        "subject edited": (told(), replace(MAIL, subject="My own words for it")),
        "subject edited, written by the machine": (told(Subject="=?utf-8?q?Angebot?="), MAIL),
        "subject cut off": (
            told(Message_ID="<0@x.example>", Subject="Offer 42 for the cold store " * 20),
            replace(MAIL, subject="Offer 42 for the cold store " * 9),
        ),
        "subject with a mark before it": (
            told(Message_ID="<0@x.example>", Subject="The whole long story of our offer number 42 for the cold store"),
            replace(MAIL, subject="[EXTERNAL] The whole long story of our offer number 42 for the cold store"),
        ),
        "subject of another character set": (
            told(Message_ID="<0@x.example>", Subject="=?koi8-r?b?8NLJ18XU?="),
            replace(MAIL, subject="\ufffd\ufffd\ufffd\ufffd"),
        ),
        "moved": (told(), replace(MAIL, created=MOVED)),
        "on behalf of": (told(From="Boss <boss@x.example>\r\nSender: mary.smith@northwind.example"), MAIL),
    }.values(),
)
def test_the_mails_own_headers_are_not_anothers(text: str, mail: Mail) -> None:
    assert not another(text, mail)


OTHERS = {"Message_ID": "<invoice-7@northwind.example>", "Subject": "Invoice 7"}


@pytest.mark.parametrize(
    ("text", "mail"),
    {
        "another mail of the sender": (told(**OTHERS), MAIL),
        "a minute later": (told(**OTHERS, Date="Fri, 20 Nov 2026 10:01:00 +0100"), MAIL),
        "of somebody else, with the same subject": (
            told(Message_ID="<1@x.example>", From="Bob <bob@x.example>", Date="Sat, 21 Nov 2026 10:01:00 +0100"),
            MAIL,
        ),
        "to somebody else, with the same subject": (told(Message_ID="<1@x.example>", To="c@d.example", Cc=""), MAIL),
        "a scanner's next, with the same id": (told(Subject="Scan 2", Date="Fri, 20 Nov 2026 12:00:00 +0100"), MAIL),
        "somebody else's, with the same id": (told(Subject="Scan 2", From="bob@x.example"), MAIL),
        "another, neither has an id": (
            told(Message_ID="", Subject="Invoice 7"),
            replace(MAIL, has_own_id=False, message_id="<x@mail-connector.invalid>"),
        ),
        "somebody else's without a subject": (
            told(Message_ID="", Subject="", From="bob@x.example", Date="Sat, 21 Nov 2026 10:01:00 +0100"),
            replace(MAIL, subject=""),
        ),
        "nothing to compare but the id": ("Message-ID: <1@x.example>\r\n", replace(MAIL, subject="")),
        "of another script": (
            told(Message_ID="<1@x.example>", Subject="=?utf-8?b?0J/RgNC40LLQtdGC?="),
            replace(MAIL, subject="Добрый день"),
        ),
    }.values(),
)
def test_another_mails_headers_are_noticed(text: str, mail: Mail) -> None:
    assert another(text, mail)


IDENTITIES = st.sampled_from(["", "<offer-42@northwind.example>", "<OFFER-42@NORTHWIND.example>", "<0@other.example>"])


@given(
    identity=IDENTITIES,
    own=st.booleans(),
    created=st.sampled_from([None, MAIL.created, MOVED, SENT - datetime.timedelta(days=400)]),
    author=st.sampled_from([MAIL.author, Address("Mary Smith", ""), Address("", "")]),
    people=st.sampled_from([(MAIL.to, MAIL.cc), ((), ()), ((Address("Sales", ""),), ())]),
)
def test_whatever_outlook_withholds_the_mail_is_itself(
    identity: str,
    own: bool,
    created: datetime.datetime | None,
    author: Address,
    people: tuple[tuple[Address, ...], tuple[Address, ...]],
) -> None:
    to, cc = people
    mail = replace(MAIL, has_own_id=own, created=created, author=author, to=to, cc=cc)
    assert not another(told(Message_ID=identity), mail)


def test_no_sample_is_taken_for_another_and_no_other_for_it() -> None:
    """Pairs that share their subject are told apart by their ids only where the rest differs: they are left out."""
    from connector.mail.mail import mail_from
    from connector.mail.ours import ours_of
    from contract.surroundings import Files, MailFileMailbox

    mailbox = MailFileMailbox(Files())
    known = []
    for sample in SAMPLES:
        mailbox.open = sample
        raw = mailbox.mail()
        assert raw is not None
        known.append((sample, mail_from(raw, ours_of(mailbox.owner))))
    for sample, mail in known:
        assert not another(sample.headers, mail), sample.source
        for other, _ in known:
            if sample.subject and other.headers and other.subject.casefold() != sample.subject.casefold():
                assert another(other.headers, mail), (sample.source, other.source)


def test_a_subject_of_combining_signs_costs_no_more_than_another() -> None:
    """Python 3.14.2, which the pane runs on, sorts them in a time that grows with the square (CVE-2026-3276)."""
    mail = replace(MAIL, message_id="", subject="\u0315\u0300")
    assert_linear(lambda text: another(text, mail), lambda size: told(Subject="\u0315\u0300" * size), 2_000)
