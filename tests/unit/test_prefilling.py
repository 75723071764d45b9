"""What a mail fills in of a form."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connector.finding.records import Record
from connector.finding.suggestion import Reason, Suggestion
from connector.mail.address import Address
from connector.making.checking import sendable, wrong
from connector.making.form import Entry, Form
from connector.making.likeness import alike, known_by_address, sought
from connector.making.prefilling import Known, candidates, plain_subject, prefilled
from connector.making.signature import Numbers, numbers, own_lines
from unit.screens import (
    COMPANY,
    COMPANY_FORM,
    CONTACT_FORM,
    FORMS,
    LEAD,
    LEAD_FORM,
    MAIL,
    MARY,
    SENT,
    TICKET,
    TICKET_FORM,
)


def offered(form: Form, known: Known) -> tuple[Record, ...]:
    """The records to which a new one may belong."""
    assert form.reference is not None
    return candidates(form, form.reference, known)


PAUL = Address("Newman, Paul (Sales)", "paul.newman@northwind.example")
FROM_PAUL = replace(MAIL, author=PAUL, subject="AW: Re: Leak in hall 4")
BY_DOMAIN = Suggestion(COMPANY, Reason.DOMAIN, "northwind.example")
SIGNATURE = """Dear Luca,

the pump leaks. Paul Newman's order was 0044 20 1234 5678 910.

Kind regards
Paul Newman
Tel. +44 20 7946 0101 | Fax: +44 20 7946 0199
Mobile: +44 7700 900123

From: Luca Conti
Sent: Monday
Tel: +39 02 1234 5678
"""


def known(**changes: object) -> Known:
    """What is known of a mail of Paul's."""
    return replace(Known(PAUL, FROM_PAUL, (BY_DOMAIN,)), **changes)  # type: ignore[arg-type]


def test_a_contact_has_names_address_and_company() -> None:
    entry = prefilled(CONTACT_FORM, known())
    assert entry.values == {"first_name": "Paul", "last_name": "Newman", "mail": PAUL.mail}
    assert entry.record == COMPANY


def test_of_two_companies_neither_is_chosen() -> None:
    two = (BY_DOMAIN, replace(BY_DOMAIN, record=replace(COMPANY, id="3x20")))
    assert prefilled(CONTACT_FORM, known(suggestions=two)).record is None
    assert len(offered(CONTACT_FORM, known(suggestions=two))) == 2


def test_somebody_elses_company_is_offered_and_not_chosen() -> None:
    other = known(suggestions=(Suggestion(COMPANY, Reason.COMPANY, "Mary Smith"),))
    assert prefilled(CONTACT_FORM, other).record is None
    assert offered(CONTACT_FORM, other) == (COMPANY,)


def test_what_was_made_for_the_mail_is_what_the_next_one_belongs_to() -> None:
    made = known(suggestions=(), chosen=(COMPANY,), made=(COMPANY,))
    assert prefilled(CONTACT_FORM, made).record == COMPANY
    assert prefilled(CONTACT_FORM, replace(made, made=())).record is None, "to be linked is not to belong together"
    contact = replace(MARY, id="4x99")
    assert prefilled(TICKET_FORM, replace(made, made=(COMPANY, contact))).record == contact
    two = replace(COMPANY, id="3x20")
    assert prefilled(CONTACT_FORM, replace(made, made=(COMPANY, two))).record is None


def test_a_company_that_was_made_for_the_mail_is_not_a_strangers() -> None:
    other = replace(SENT, to=(PAUL, Address("Ann", "ann@other.example")))
    made = known(mail=other, suggestions=(), made=(COMPANY,))
    assert prefilled(CONTACT_FORM, made).record is None


@pytest.mark.parametrize(
    ("person", "suggestions", "company"),
    [
        (PAUL, (BY_DOMAIN,), COMPANY.name),
        (PAUL, (), "Northwind"),
        (Address("Paul Newman | Northwind GmbH", PAUL.mail), (), "Northwind GmbH"),
        (Address("", "paul@harbour-works.co.uk"), (), "Harbour Works"),
        (Address("Paul", "paul@gmail.com"), (), ""),
        (Address("Paul", ""), (), ""),
    ],
)
def test_a_lead_has_the_companys_name(person: Address, suggestions: tuple[Suggestion, ...], company: str) -> None:
    entry = prefilled(LEAD_FORM, known(person=person, suggestions=suggestions))
    assert entry.text("company") == company
    assert entry.record is None


def test_a_company_has_the_domain_and_no_persons_address() -> None:
    values = prefilled(COMPANY_FORM, known(suggestions=())).values
    assert values == {"company": "Northwind", "website": "northwind.example"}
    values = prefilled(COMPANY_FORM, known(person=Address("", "info@northwind.example"), suggestions=())).values
    assert values["mail"] == "info@northwind.example"
    public = known(person=Address("Paul", "paul@gmail.com"), suggestions=())
    assert prefilled(COMPANY_FORM, public).values == {}


def test_a_ticket_has_subject_text_and_the_person_it_is_of() -> None:
    entry = prefilled(TICKET_FORM, known(text="The pump leaks."))
    assert entry.values == {"title": "Leak in hall 4", "state": "Open", "description": "The pump leaks."}
    assert entry.record == COMPANY
    mine = (Suggestion(MARY, Reason.ADDRESS, PAUL.mail), BY_DOMAIN)
    assert prefilled(TICKET_FORM, known(suggestions=mine)).record == MARY
    assert offered(TICKET_FORM, known(suggestions=mine[::-1])) == (MARY, COMPANY)


@pytest.mark.parametrize(
    ("subject", "plain"),
    [("Re: Re[2]: AW: Offer", "Offer"), ("R: I: Offerta", "Offerta"), ("Report: done", "Report: done"), ("Re:", "")],
)
def test_a_subject_is_freed_of_replies(subject: str, plain: str) -> None:
    assert plain_subject(subject) == plain


@given(st.sampled_from(FORMS), st.text(max_size=400), st.text(max_size=300), st.text(max_size=200))
def test_what_is_filled_in_fits(form: Form, name: str, subject: str, text: str) -> None:
    entry = prefilled(form, known(person=Address(name, PAUL.mail), mail=replace(MAIL, subject=subject), text=text))
    assert {problem.code for problem in wrong(form, entry).values()} <= {"field-missing"}
    assert set(sendable(form, entry)) <= {one.name for one in form.fields}


# The signature ------------------------------------------------------------------------------------


def test_numbers_are_taken_from_the_writers_own_signature() -> None:
    assert numbers(SIGNATURE, "Newman") == Numbers("+44 20 7946 0101", "+44 7700 900123")
    values = prefilled(CONTACT_FORM, known(text=SIGNATURE)).values
    assert values["phone"] == "+44 20 7946 0101"


@pytest.mark.parametrize(
    "text",
    [
        "Regards\nTel: +44 20 7946 0101",
        "Newman\n+44 20 7946 0101",
        "Newman\nTel: +44 20 7946 0101\nTel: +44 20 7946 0102",
        "Newman\nFax: +44 20 7946 0101",
        "Newman\nTel: 12345",
        "> Newman\n> Tel: +44 20 7946 0101",
        "Hello\n-----Original Message-----\nNewman\nTel: +44 20 7946 0101",
    ],
)
def test_a_number_that_is_not_certain_is_none(text: str) -> None:
    assert numbers(text, "Newman") == Numbers()


def test_of_somebody_else_than_the_writer_no_number_is_taken() -> None:
    other = known(person=Address("Luca Newman", "luca@northwind.example"), text=SIGNATURE)
    assert "phone" not in prefilled(CONTACT_FORM, other).values


@given(st.text(max_size=300), st.text(max_size=10))
def test_any_text_has_a_signature_or_none(text: str, name: str) -> None:
    told = numbers(text, name)
    assert told.phone in " ".join(text.split())
    assert len(own_lines(text)) <= text.count("\n") + text.count("\r") + 1


# What looks like it -------------------------------------------------------------------------------


def test_people_of_one_name_look_alike_in_any_order_and_others_do_not() -> None:
    entry = Entry({"first_name": "mary", "last_name": "Smith"})
    swapped = replace(MARY, id="4x40", name="Smith Mary", detail="")
    other = replace(MARY, id="4x41", name="Mary Ann Smith", detail="")
    assert sought(CONTACT_FORM, entry) == "mary Smith"
    assert alike(CONTACT_FORM, entry, [MARY, swapped, other, COMPANY, TICKET, MARY]) == (MARY, swapped)
    by_address = Entry({"last_name": "X", "mail": MARY.detail.upper()})
    assert alike(LEAD_FORM, by_address, [MARY, LEAD]) == (MARY,)


def test_companies_look_alike_whatever_their_legal_form() -> None:
    company = replace(COMPANY, name="Northwind Ltd.")
    assert alike(COMPANY_FORM, Entry({"company": "NORTHWIND GmbH & Co. KG"}), [company, MARY]) == (company,)
    assert alike(COMPANY_FORM, Entry({"company": "Northwind Traders"}), [company]) == ()
    assert sought(TICKET_FORM, Entry({"title": "Leak"})) == ""


def test_whom_the_crm_knows_by_the_address_is_known_without_a_search() -> None:
    suggestions = (Suggestion(MARY, Reason.ADDRESS, PAUL.mail), Suggestion(TICKET, Reason.ADDRESS, PAUL.mail))
    assert known_by_address(CONTACT_FORM, PAUL.mail.upper(), suggestions) == (MARY,)
    assert known_by_address(COMPANY_FORM, PAUL.mail, suggestions) == ()
