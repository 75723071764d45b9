"""Which suggestion is certain."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connector.finding.certainty import certain, only_recipient
from connector.finding.otherside import Asked, other_side
from connector.finding.person import Person, Role, Why
from connector.finding.records import Record
from connector.finding.suggestion import Reason, Suggestion, ordered
from connector.mail.address import Address
from connector.mail.mail import mail_from
from connector.mail.ours import ours_of
from connector.mail.source import Source
from connector.ports import RawAddress
from contract.surroundings import Files, MailFileMailbox
from people.situations import DAEMON, one
from people.situations import MARY as WRITTEN
from unit.screens import COMPANY, MAIL, MARY, OFFER, TICKET

OURS = ours_of(RawAddress("Sales", "sales@ourcompany.example"))
TOM, SELF = "From: Tom <tom.brown@ourcompany.example>", "From: Sales <sales@ourcompany.example>"
PROGRAM = "From: Our shop <noreply@ourcompany.example>"
PERSON = Suggestion(MARY, Reason.ADDRESS, "mary.smith@northwind.example", role="from")
OTHER = Suggestion(COMPANY, Reason.ADDRESS, "info@northwind.example", role="cc", place=1)
TALK = Suggestion(OFFER, Reason.CONVERSATION, "Offer 42")
GUESSES = (Reason.NUMBER, Reason.RECENT, Reason.COMPANY, Reason.OPPORTUNITY, Reason.TICKET, Reason.DOMAIN, Reason.TEXT)

any_list = st.lists(
    st.builds(
        Suggestion,
        st.builds(
            Record, st.integers(1, 5).map("4x{}".format), st.sampled_from(["Contacts", "HelpDesk"]), st.just("a")
        ),
        st.sampled_from(Reason),
        st.just("a"),
        role=st.sampled_from(["", "from", "sender", "reply-to", "to", "cc", "text"]),
    ),
    max_size=5,
).map(ordered)


def test_one_person_who_has_written_is_certain() -> None:
    assert certain([PERSON]) == MARY
    assert certain([replace(PERSON, role="reply-to")]) == MARY
    assert certain([PERSON, *(Suggestion(COMPANY, reason, "x") for reason in GUESSES)]) == MARY


@pytest.mark.parametrize("role", ["", "sender", "to", "cc", "text"])
def test_anybody_else_is_not(role: str) -> None:
    assert certain([replace(PERSON, role=role)]) is None


def test_the_only_recipient_of_a_sent_mail_is_certain() -> None:
    assert certain([replace(PERSON, role="to")], only_recipient=Role.TO) == MARY
    assert certain([replace(PERSON, role="cc")], only_recipient=Role.TO) is None
    assert certain([replace(PERSON, role="cc")], only_recipient=Role.CC) == MARY


def test_two_with_an_address_are_a_doubt() -> None:
    assert certain([PERSON, OTHER]) is None
    assert certain([PERSON, replace(OTHER, role="text", reason=Reason.TEXT)]) == MARY


def test_what_the_conversation_is_linked_to_decides() -> None:
    assert certain([TALK, PERSON]) == OFFER
    assert certain([TALK, PERSON, OTHER]) == OFFER
    ticket = Suggestion(TICKET, Reason.CONVERSATION, "Offer 42")
    assert certain([TALK, ticket, PERSON]) is None
    assert certain([TALK, replace(PERSON, reason=Reason.CONVERSATION)]) == MARY


def test_a_conversation_of_somebody_elsewhere_is_a_doubt_where_the_writer_is_known() -> None:
    """A mail to many was linked to one of them, and another one answers."""
    talk = Suggestion(Record("4x70", "Contacts", "Zoe", "zoe@elsewhere.example"), Reason.CONVERSATION, "Offer 42")
    assert certain([talk, PERSON]) is None
    assert certain([talk]) == talk.record
    assert certain([talk, replace(PERSON, role="cc")]) == talk.record
    assert certain([replace(talk, role="cc"), PERSON]) == talk.record
    for module, right in (("HelpDesk", talk.record), ("Vendors", None), ("Machines", talk.record)):
        assert certain([replace(talk, record=replace(talk.record, module=module)), PERSON]) == (
            right and replace(right, module=module)
        )
    for detail in ("zoe@mail.northwind.example", ""):
        near = replace(talk, record=replace(talk.record, detail=detail))
        assert certain([near, PERSON]) == near.record
    colleague = Person(Address("", "new@elsewhere.example"), Role.FROM, Why.WROTE)
    assert certain([talk, PERSON], strangers=[colleague]) == talk.record
    (mary,) = (one for one in other_side(MAIL).people if one.main)
    alike = Asked("mary.smith@northwind.example", mary, exact=False)
    assert certain([talk, replace(PERSON, asked=alike)]) == talk.record


def test_a_conversation_of_another_company_is_a_doubt() -> None:
    talk = Suggestion(Record("3x70", "Accounts", "Zoe Ltd", "info@zoe.example"), Reason.CONVERSATION, "Offer 42")
    other = Suggestion(COMPANY, Reason.COMPANY, PERSON.record.name)
    assert certain([talk, PERSON, other]) is None
    assert certain([talk, PERSON]) == talk.record, "whose company it may be"
    assert certain([talk, PERSON, replace(other, about="Zoe")]) == talk.record
    assert certain([talk, replace(OTHER, role="from")]) is None, "a company's own address"


def test_an_address_that_is_only_alike_or_a_programs_is_a_doubt() -> None:
    (mary,) = (one for one in other_side(MAIL).people if one.main)
    for by, right in (
        (Asked("mary.smith@northwind.example", mary), MARY),
        (Asked("mary.smith@mail.northwind.example", mary, exact=False), None),
        (Asked("no-reply@northwind.example", replace(mary, why=Why.MACHINE)), None),
        (Asked("lena@ourcompany.example", replace(mary, why=Why.COLLEAGUE)), None),
    ):
        assert certain([replace(PERSON, asked=by)]) == right


@pytest.mark.parametrize(
    ("mail", "why", "right"),
    [
        ("visitor@elsewhere.example", Why.ANSWERED, None),
        ("visitor@gmail.com", Why.ANSWERED, None),
        ("office@mail.northwind.example", Why.ANSWERED, MARY),
        ("visitor@elsewhere.example", Why.MACHINE, MARY),
    ],
)
def test_answers_that_go_to_a_stranger_elsewhere_are_a_doubt(mail: str, why: Why, right: Record | None) -> None:
    """A web agency that the CRM knows sends the forms of our site from its own address."""
    stranger = Person(Address("", mail), Role.REPLY_TO, why)
    assert certain([PERSON], strangers=[stranger]) == right
    assert certain([PERSON], strangers=[replace(stranger, role=Role.CC)]) == MARY
    assert certain([replace(PERSON, role="reply-to")], strangers=[stranger]) == right
    assert certain([replace(PERSON, role="reply-to")], strangers=[replace(stranger, role=Role.FROM)]) == MARY


def test_the_host_of_a_form_may_get_the_answers_too() -> None:
    host = Person(Address("", "info@forms.example"), Role.REPLY_TO, Why.ANSWERED)
    program = Person(Address("", "noreply@forms.example"), Role.FROM, Why.MACHINE)
    assert certain([replace(PERSON, role="reply-to")], strangers=[host]) is None
    assert certain([replace(PERSON, role="reply-to")], strangers=[host, program]) == MARY


def test_a_case_with_the_address_is_no_person() -> None:
    assert certain([Suggestion(TICKET, Reason.TICKET, "a@b.example", role="from")]) is None


@given(any_list, st.sampled_from([None, Role.TO, Role.CC]))
def test_nothing_is_certain_for_a_guess(found: tuple[Suggestion, ...], alone: Role | None) -> None:
    record = certain(found, only_recipient=alone)
    if record is None:
        return
    (one,) = (one for one in found if one.record == record)
    assert one.reason is Reason.CONVERSATION or one.role in ("from", "reply-to", alone)
    talks = [other for other in found if other.reason is Reason.CONVERSATION]
    people = [other for other in found if other.role not in ("", "text") and other.record.module == "Contacts"]
    assert talks == [one] or people == [one]


def test_a_mail_to_two_has_no_only_recipient() -> None:
    mary, john = Address("", "mary@b.example"), Address("", "john@b.example")
    sent = replace(MAIL, sent=True, to=(mary,), cc=(john,))
    assert only_recipient(sent) is Role.TO
    assert only_recipient(replace(sent, to=(mary, john))) is None
    assert only_recipient(replace(sent, sent=False)) is None
    assert only_recipient(replace(sent, to=(mary, Address("John", "")))) is None


@pytest.mark.parametrize(
    ("head", "right"),
    [
        (f"{TOM}\nTo: {WRITTEN}\nCc: sales@ourcompany.example", Role.TO),
        (f"{TOM}\nTo: {WRITTEN}\nCc: sales@ourcompany.example, john@b.example", None),
        (f"{TOM}\nTo: {WRITTEN}\nCc: sales@ourcompany.example\nReply-To: john@b.example", None),
        (f"{TOM}\nTo: {WRITTEN}, John\nCc: sales@ourcompany.example", None),
        (f"{TOM}\nTo: sales@ourcompany.example, {WRITTEN}", None),
        (f"{TOM}\nTo: sales@ourcompany.example\nCc: {WRITTEN}", None),
        (f"From: john@b.example\nTo: {WRITTEN}\nCc: sales@ourcompany.example", None),
        (f"From: no-reply@b.example\nTo: {WRITTEN}\nCc: sales@ourcompany.example", None),
        (f"From: 'Anna' via Info <info@ourcompany.example>\nTo: {WRITTEN}\nCc: sales@ourcompany.example", None),
        (f"{PROGRAM}\nTo: {WRITTEN}", Role.TO),
        (f"{PROGRAM}\nTo: {WRITTEN}\nCc: sales@ourcompany.example", None),
        (f"{PROGRAM}\nSender: sales@ourcompany.example\nTo: tom.brown@ourcompany.example, {WRITTEN}", None),
        (f"{SELF}\nTo: {WRITTEN}", Role.TO),
        (f"{SELF}\nTo: tom.brown@ourcompany.example, {WRITTEN}", Role.TO),
        (f"{SELF}\nTo: sales@ourcompany.example, {WRITTEN}", None),
        (f"{SELF}\nTo: sales@ourcompany.example\nCc: {WRITTEN}", None),
        (f"{SELF}\nTo: sales@ourcompany.example\nBcc: {WRITTEN}", Role.CC),
        (f"{SELF}\nTo: sales@ourcompany.example\nBcc: {WRITTEN}, john@b.example", None),
        (f"{SELF}\nTo: sales@ourcompany.example\nBcc: {WRITTEN}\nReply-To: john@b.example", None),
        (f"{DAEMON}\nX-Failed-Recipients: {WRITTEN}", Role.TO),
        (f"{DAEMON}\nX-Failed-Recipients: {WRITTEN}, john@b.example", None),
        (f"From: john@b.example\nTo: sales@ourcompany.example\nX-Failed-Recipients: {WRITTEN}", None),
    ],
)
def test_the_one_whom_we_have_written_to(head: str, right: Role | None) -> None:
    mailbox = MailFileMailbox(Files())
    mailbox.open = one("mail", head).mail()
    raw = mailbox.mail()
    assert raw is not None
    assert only_recipient(mail_from(raw, OURS, Source(asyncio.run(mailbox.headers())))) is right
