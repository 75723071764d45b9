"""Who is suggested for mails of every kind: the pane in a browser, beside the genuine office.js, in front of a CRM."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from pane.desk import Desk, desk
from people.situations import COLLEAGUE, MARY, PLAIN, SITUATIONS, one
from sandbox_crm.component import Component
from sandbox_crm.crm import SandboxCrm
from standin_outlook.mails import Mailbox
from workshop.certificate import Certificate

pytestmark = pytest.mark.browser

GUESS = "Mary Smith.*A guess from the text"
FIRST = {
    "plain": "Mary Smith.*Sender's address",
    "trailing-dot": "Mary Smith.*Sender's address",
    "srs": "Mary Smith.*Sender's address",
    "plus": r"Mary Smith.*Almost the address mary\.smith\+offers@northwind\.example",
    "form-reply-to": "Mary Smith.*Address for answers",
    "google-group": "Mary Smith.*Sender's address",
    "mailman": "Mary Smith.*Address for answers",
    "certified-mail": "Mary Smith.*Address for answers",
    "behalf": "Mary Smith.*Address it was sent from",
    "colleague-copies-a-customer": "Mary Smith.*Recipient's address",
    "ndr-header": "Mary Smith.*Did not get the mail",
    "sent-by-an-alias": "Mary Smith.*Recipient's address",
    "sent-in-blind": "Mary Smith.*Recipient's address",
    "below": r"Northwind Traders.*Same mail domain \(northwind\.example\)",
    "form-labels": GUESS,
    "forward-de": GUESS,
    "ndr-text": GUESS,
    "attached": GUESS,
}
MORE = (
    one(
        "attached",
        f'{COLLEAGUE}\nContent-Type: multipart/mixed; boundary="bb"',
        text="--bb\nContent-Type: text/plain\n\nsee there\n--bb\nContent-Type: message/rfc822\n\n"
        f"From: Mary Smith <{MARY}>\nTo: Tom Brown <tom.brown@ourcompany.example>\nSubject: Order\n\nHi\n--bb--",
    ),
    one("plus", PLAIN.replace(MARY, "mary.smith+offers@northwind.example")),
    one("behalf", f"From: CEO <ceo@elsewhere.example>\nSender: Mary Smith <{MARY}>\nTo: sales@ourcompany.example"),
    one("below", PLAIN.replace(MARY, "robot@mail.northwind.example")),
    one("several", f"From: sales@ourcompany.example\nTo: {MARY}, who@nowhere.example, zoe@nowhere.example"),
    one("shared", f"From: Support <support@ourcompany.example>\nTo: {MARY}"),
)


@pytest.fixture(scope="module")
def office(browser: Browser, dist: Path, certificate: Certificate) -> Iterator[Desk]:
    """One pinned pane, signed in once, beside a mailbox with these mails."""
    mailbox = Mailbox([situation.mail() for situation in (*SITUATIONS, *MORE)])
    with desk(browser, dist, certificate, SandboxCrm(component=Component()), mailbox) as at:
        at.signed_in("plain")
        yield at


@pytest.mark.deep("people in a browser", few=4)
@pytest.mark.parametrize("name", FIRST)
def test_the_right_one_is_first_with_the_reason(office: Desk, name: str) -> None:
    office.show(office.mailbox.named(name))
    expect(office.pane.locator(".card")).to_contain_text(name)
    rows = office.pane.get_by_role("region", name="Suggested records").get_by_role("checkbox")
    expect(rows.first).to_have_accessible_name(re.compile(FIRST[name], re.DOTALL))
    if FIRST[name] == GUESS:
        expect(rows).to_have_count(1)
        expect(rows.first).not_to_be_checked()


def test_who_is_unknown_is_named_beside_those_who_are_known(office: Desk) -> None:
    office.show(office.mailbox.named("several"))
    section = office.pane.get_by_role("region", name="Suggested records")
    expect(section.get_by_role("checkbox").first).to_have_accessible_name(re.compile("Mary Smith"))
    strangers = section.get_by_role("list", name="Not in the CRM")
    expect(strangers).to_contain_text("who@nowhere.example")
    expect(strangers).to_contain_text("zoe@nowhere.example")
    expect(strangers).not_to_contain_text(MARY)


def test_whose_mailbox_a_shared_mail_lies_in_outlook_itself_tells(office: Desk) -> None:
    with office.outlook.behaving(shared="given", sent_headers=False):
        office.show(office.mailbox.named("shared"))
        row = office.pane.get_by_role("region", name="Suggested records").get_by_role("checkbox").first
        expect(row).to_have_accessible_name(re.compile("Mary Smith.*Recipient's address", re.DOTALL))
        expect(office.pane.locator(".card .people")).to_contain_text("To ")
