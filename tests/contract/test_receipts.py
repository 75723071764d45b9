"""The receipt claims what was compared: on a stock CRM, and on one with the component."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pytest

from connector.app.element import Element
from connector.app.state import LinkView, State
from connector.app.views.receipt import receipt as receipt_view
from connector.finding.records import Record
from connector.linking.receipt import Receipt, receipt_of
from connector.linking.statement import Finding, Part
from connector.mail.body import from_text
from connector.mail.visible import anything
from contract.both import at, company, link, mary, receipt
from contract.office import Office, sample
from mails.samples import SAMPLES
from standin_outlook.mails import Address, Mail
from unit.markup import text

__all__ = ["at", "company", "mary"]
MAIL = sample("plain-ascii")


HEAD = MAIL.raw.partition(b"\r\n\r\n")[0]


def as_html(html: str) -> bytes:
    return re.sub(rb"(?i)text/plain", b"text/html", HEAD) + b"\r\n\r\n" + html.encode()


def as_coded(text: bytes) -> bytes:
    head = re.sub(rb"(?im)^content-transfer-encoding:.*\r\n", b"", HEAD)
    return head + b"\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n" + text


def findings(given: Receipt) -> dict[Part, Finding]:
    return {one.part: one.finding for one in given.mail}


def said(at: Office, mail: Mail, *records: Record) -> str:
    """What the receipt shows."""
    done = link(at, mail, *records)
    view = LinkView(done, running=False, receipt=receipt_of(done))
    assert view.receipt is not None
    shown = receipt_view(State(), view, view.receipt)
    assert isinstance(shown, Element)
    return text(shown)


def test_all_of_a_mail_is_compared(at: Office, mary: Record, company: Record) -> None:
    people = len(MAIL.to) + len(MAIL.cc)
    held = f"with subject, sender, {people} of {people} recipient{'s' if people > 1 else ''}, date and text"
    assert f"The mail {held}" in said(at, MAIL, mary)
    again = said(at, MAIL, company)
    # Nobody knows the CRM's zone here: of a mail that stood there it can't be said that its date is right.
    assert f"was in the CRM already, {held.replace(', date and', ' and')}" in again
    assert "Linked to Northwind Traders" in again


@pytest.mark.parametrize("mail", SAMPLES, ids=lambda mail: Path(mail.source).stem)
def test_nothing_is_lacking_of_a_sample(at: Office, mary: Record, mail: Mail) -> None:
    found = findings(receipt(at, mail, mary))
    nothing = Finding.UNGIVEN if mail.item_class == "IPM.Note.SMIME" else Finding.NONE
    assert found[Part.TEXT] is (Finding.SAME if anything(mail.html or from_text(mail.text)) else nothing)
    name = mail.from_.name if mail.from_ else ""
    kept = all(sign <= "\uffff" for sign in name)
    assert found[Part.SENDER] in ((Finding.SAME, Finding.NONE, Finding.UNSURE) if kept else (Finding.CHANGED,))
    assert found[Part.RECIPIENTS] in (Finding.SAME, Finding.NONE)


def test_a_text_that_was_cut_is_not_said_to_be_there(at: Office, mary: Record, company: Record) -> None:
    at.crm.quirks = replace(at.crm.quirks, body_limit=100)
    shown = said(at, MAIL, mary)
    assert "but not everything is there" in shown
    assert "The CRM kept only the beginning of the text" in shown
    assert "and text" not in shown


def test_a_text_that_was_lost_is_not_said_to_be_there(at: Office, mary: Record) -> None:
    at.crm.quirks = replace(at.crm.quirks, body_limit=0)
    shown = said(at, MAIL, mary)
    assert "The CRM kept nothing of the mail's text." in shown
    assert "Linked to Mary Smith, but not everything is there" in shown


@pytest.mark.parametrize(
    ("raw", "sentence"),
    [
        (b"", "The mail is in the CRM without text: Outlook gave none."),
        (MAIL.raw, "The mail has a text, but Outlook did not hand it over: the mail is in the CRM without it."),
        (MAIL.raw.partition(b"\r\n\r\n")[0] + b"\r\n\r\n \r\n", "and date; the mail has no text"),
        # HTML may be all tags, and a code may stand for blanks: nobody knows.
        (as_html("<html><style>p{margin:0}</style><p>&nbsp;</p></html>"), "without text: Outlook gave none."),
        (as_coded(b"=C2=A0\r\n=C2=A0\r\n"), "without text: Outlook gave none."),
        (as_coded(b"=C2=A0 The text of the mail.\r\n" * 9), "but Outlook did not hand it over"),
    ],
)
def test_a_mail_without_text_is_said_to_be_without(at: Office, mary: Record, raw: bytes, sentence: str) -> None:
    shown = said(at, replace(MAIL, html="", text="", raw=raw), mary)
    assert sentence in shown
    assert "and text" not in shown
    assert ("not everything is there" in shown) is ("but Outlook" in sentence)


def test_a_date_of_arrival_is_said_to_be_one(at: Office, mary: Record) -> None:
    shown = said(at, replace(MAIL, headers="", raw=b""), mary)
    assert "It is not certain when the mail was written." in shown
    assert ", date" not in shown
    [stored] = at.crm.messages()
    assert stored["xmailer"].startswith("Mail Connector; date unsure, came ")


def test_a_subject_that_the_database_can_not_hold_is_told_as_it_is_there(at: Office, mary: Record) -> None:
    shown = said(at, replace(MAIL, subject="Thanks 😀!"), mary)
    assert "“Thanks ????!”" in shown
    assert "with sender" in shown


def test_every_one_of_many_recipients_is_counted(at: Office, mary: Record) -> None:
    people = tuple(Address(f"Person {n}", f"person{n}@northwind.example") for n in range(600))
    head = f"To: {', '.join(one.address for one in people)}\r\n{MAIL.headers.replace('To:', 'X-To:')}"
    assert "600 of 600 recipients" in said(at, replace(MAIL, to=people[:500], cc=(), headers=head), mary)


def test_a_list_that_may_be_cut_is_not_said_to_be_whole(at: Office, mary: Record) -> None:
    people = tuple(Address(f"Person {n}", f"person{n}@northwind.example") for n in range(100))
    shown = said(at, replace(MAIL, to=people, cc=(), headers="", raw=b""), mary)
    assert "The CRM has the 100 recipients that Outlook gave. The mail may have more." in shown
    assert "100 of 100" not in shown


def test_recipients_without_an_address_are_told(at: Office, mary: Record) -> None:
    shown = said(at, replace(MAIL, to=(Address("Sales", ""),), cc=(), headers="", raw=b""), mary)
    assert "Outlook gave no mail address for 1 of the 1 recipients. The CRM has their names only." in shown


def test_a_picture_that_was_cut_off_the_text_is_missed(at: Office, mary: Record) -> None:
    mail = sample("related-inline-images")
    shown = "".join(f'<img src="cid:{one.content_id}">' for one in mail.attachments if one.content_id)
    at.crm.quirks = replace(at.crm.quirks, body_limit=500)
    said_of_it = said(at, replace(mail, html=f"<p>These two:</p>{shown}"), mary)
    assert "The CRM has the text, with only 1 of the 2 pictures in it." in said_of_it
    assert "and text" not in said_of_it


def test_a_mail_of_which_nobody_is_told_says_so(at: Office, mary: Record) -> None:
    nobody = Address("", "")
    shown = said(at, replace(MAIL, from_=nobody, sender=nobody, to=(), cc=(), headers="", raw=b""), mary)
    assert "Outlook gave no sender, and the CRM has none." in shown
    assert "Outlook gave no recipients, and the CRM has none." in shown


def test_an_answer_that_does_not_tell_the_mail_costs_one_more_question(at: Office, mary: Record) -> None:
    """So far every CRM has told the whole record when it stored it."""
    at.crm.clear_requests()
    receipt(at, MAIL, mary)
    assert [one.operation for one in at.crm.requests if one.operation == "retrieve" and one.module == "Messages"] == []


@pytest.mark.parametrize("year", [2038, 2099])
def test_a_date_that_the_database_can_not_hold_is_not_said_to_be_there(at: Office, mary: Record, year: int) -> None:
    sent = MAIL.headers.replace("2026", str(year))
    assert sent != MAIL.headers
    at.crm.clear_requests()
    shown = said(at, replace(MAIL, headers=sent, date=MAIL.date.replace(year=year), raw=b""), mary)
    assert "The CRM kept no date: its database can't hold that of the mail." in shown
    assert "not everything is there" in shown
    assert ", date" not in shown
    assert [one.operation for one in at.crm.requests if one.operation == "revise"] == []


def test_a_senders_name_that_the_database_can_not_hold_is_told(at: Office, mary: Record) -> None:
    sender = Address("Mary 😀", "mary.smith@northwind.example")
    shown = said(at, replace(MAIL, from_=sender, sender=sender), mary)
    assert "but another name than the mail: “Mary ????”" in shown
    assert "with subject, " in shown
    assert "sender, " not in shown


def test_short_fields_hold_whole_addresses(at: Office, mary: Record) -> None:
    """The CRM cuts them off anywhere."""
    sender = Address("Name " * 80, "mary.smith@northwind.example")
    replies = ", ".join(f"Person {n} <person{n}@northwind.example>" for n in range(20))
    ids = " ".join(f"<{n}.of.many@northwind.example>" for n in range(20))
    headers = f"{MAIL.headers.rstrip()}\r\nReply-To: {replies}\r\nIn-Reply-To: {ids}\r\n\r\n"
    receipt(at, replace(MAIL, from_=sender, sender=sender, headers=headers, raw=b""), mary)
    [stored] = at.crm.messages()
    assert stored["mfrom_f"].endswith(" <mary.smith@northwind.example>")
    assert stored["in_reply_to"].endswith("@northwind.example>")
    for name, end in (("mreplyto", "@northwind.example"), ("mreplyto_f", "@northwind.example>")):
        assert 100 < len(stored[name]) <= 255
        assert stored[name].endswith(end)
    assert stored["mreplyto"].count("@") == stored["mreplyto_n"].count("Person") == stored["mreplyto_f"].count("<")
