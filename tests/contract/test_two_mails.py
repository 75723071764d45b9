"""Two mails of one program, with one Message-ID, that differ in something: through an Outlook that lies.

Nothing of either is lost: the CRM has the bytes of each file and each text, or the pane says what it has not; and what
it says of the second is so of the second.
"""

from __future__ import annotations

import email.policy
import re
from collections import Counter
from dataclasses import dataclass, replace
from email.message import EmailMessage
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connector.app.element import Element
from connector.app.views import view
from connector.finding.records import Record
from contract.handed import SECOND, Handed
from contract.lying_mails import Drawn, mails
from contract.lying_outlook import LyingOutlook
from contract.office import seed_record
from contract.oracle import receipt_in
from contract.sitting import Sitting
from contract.test_lying_outlook import crms, manners, stands_in_the_way
from draws import drawing
from sandbox_crm.crm import SandboxCrm
from sandbox_crm.store.inspection import Entry
from standin_outlook.items import opens
from standin_outlook.mail import Mail
from standin_outlook.mails import read
from standin_outlook.manners import FRANK, Manners
from unit.markup import text, walk

__all__ = ["crms"]
DRAWS, FEW = 60, 20


@dataclass(frozen=True)
class Page:
    """What one mail of the scanner is made of."""

    message_id: str = "<0@scanner.lab.example>"
    subject: str = "Scan"
    sender: str = "mary.smith@northwind.example"
    to: str = "sales@ourcompany.example"
    date: str = "Fri, 20 Nov 2026 10:00:00 +0100"
    text: str = "Please find the scan of page one attached."
    scan: bytes = b"A" * 500
    logo: bytes = b"\x89PNG" + b"A" * 60

    @property
    def mail(self) -> Mail:
        """The mail."""
        message = EmailMessage()
        message["From"], message["To"], message["Subject"] = self.sender, self.to, self.subject
        if self.date:
            message["Date"] = self.date
        if self.message_id:
            message["Message-ID"] = self.message_id
        message.set_content(self.text)
        message.add_attachment(self.scan, "application", "pdf", filename="scan.pdf")
        message.add_attachment(self.logo, "image", "png", filename="logo.png")
        for number, part in enumerate(message.walk()):
            if part.is_multipart():
                part.set_boundary(f"=_{number}")
        return read(message.as_bytes(policy=email.policy.default))


OTHERS: dict[str, list[Any]] = {
    "subject": ["Scan 2", "SCAN"],
    "sender": ["mary.smith@elsewhere.example"],
    "to": ["purchase@ourcompany.example", "sales@ourcompany.example, eve@ourcompany.example"],
    "date": ["Fri, 20 Nov 2026 11:00:00 +0100", "Fri, 20 Nov 2026 10:00:02 +0100"],
    "text": ["Please find the scan of page two attached."],
    "scan": [b"A" * 499 + b"B", b"B" * 501],
    "logo": [b"\x89PNG" + b"B" * 60],
}


@st.composite
def pairs(draw: st.DrawFn) -> tuple[Page, Page]:
    """A mail and another."""
    alike = {}
    if draw(st.booleans()):
        alike["message_id"] = ""
    if draw(st.integers(0, 3)) == 0:
        alike["date"] = ""
    names = draw(st.lists(st.sampled_from(sorted(OTHERS)), min_size=1, max_size=2, unique=True))
    other = {name: draw(st.sampled_from(OTHERS[name])) for name in names}
    first = changed(Page(), **alike)
    return first, changed(first, **other)


def changed(page: Page, **values: Any) -> Page:
    return replace(page, **values)


NOT_COMPARED = "Files that were in the CRM already"


def linked(crm: SandboxCrm, mail: Mail, outlook: Manners) -> tuple[Element, Handed]:
    """Link in a pane that was just opened: its receipt."""
    record = Record(seed_record(crm, "Contacts", lastname="Smith").id, "Contacts", "Mary Smith")
    with Sitting(crm, mailbox=lambda files: LyingOutlook(files, outlook)) as at:
        at.sign_in()
        at.select(mail)
        at.link(record)
        receipt = receipt_in(view(at.state))
        assert receipt is not None, text(view(at.state))
        return receipt, Handed(mail, outlook, at.mailbox.owner.address, crm, (record.id,))


def differences(page: Page, receipt: Element, stored: Entry, handed: Handed) -> list[str]:
    """What the receipt claims of the mail, and is not so of this record."""
    crm, said = handed.crm, text(receipt)
    (about,) = [text(one) for one in walk(receipt) if one.key == "mail" and one.tag == "div"]
    found = [] if stored["subject"].strip() == page.subject else ["subject"]
    if ("sender" in about) and stored["mfrom"].casefold() != page.sender:
        found.append("sender")
    if "recipients" in about and {one.strip().casefold() for one in stored["mto"].split(",")} != set(
        page.to.split(", ")
    ):
        found.append("recipients")
    if re.search(r"\btext\b", about) and page.text not in stored["description"]:
        found.append("text")
    if re.search(r"\bdate\b", about) and page.date and handed.date and abs(handed.shown(stored) - handed.date) > SECOND:
        found.append("date")
    there = Counter(crm.file(one.id) for one in crm.linked_documents(stored.id) if one.has_file)
    lines = [one for one in walk(receipt) if one.tag == "li" and str(one.key or "").startswith("file-")]
    held = Counter(
        attachment.content
        for line, attachment in zip(lines, handed.attachments, strict=True)
        if line.attributes["class"] != "bad"
    )
    if held - there and NOT_COMPARED not in said:
        found.append("files")
    return found


def test_two_mails_of_one_scanner(crms: dict[bool, SandboxCrm], pytestconfig: pytest.Config) -> None:
    @drawing(pytestconfig, "two mails of one scanner", DRAWS, few=FEW)
    @given(pages=pairs(), outlook=manners(), component=st.booleans())
    def draw(pages: tuple[Page, Page], outlook: Manners, component: bool) -> None:
        crm = crms[component]
        crm.reset()
        if stands_in_the_way(outlook) or not opens(pages[0].mail, outlook):
            return
        for page in pages:
            receipt, handed = linked(crm, page.mail, outlook)
            found = [differences(page, receipt, one, handed) for one in crm.messages()]
            assert [] in found, f"{found}\n{text(receipt)}\n{outlook}"

    draw()


def test_one_mail_is_one_in_any_two_outlooks(crms: dict[bool, SandboxCrm], pytestconfig: pytest.Config) -> None:
    """Where both tell the same id, and the text in the same form; nothing of it is stored twice."""

    @drawing(pytestconfig, "one mail in two Outlooks", DRAWS, few=FEW)
    @given(one=mails(), first=manners(), second=manners(), component=st.booleans())
    def draw(one: Drawn, first: Manners, second: Manners, component: bool) -> None:
        crm = crms[component]
        crm.reset()
        same = ("message_id", "html", "text")
        second = second.changed({name: getattr(first, name) for name in same})
        both = (first, second)
        if not one.mail.internet_message_id or any(
            stands_in_the_way(each) or not opens(one.mail, each) for each in both
        ):
            return
        for outlook in both:
            receipt, _ = linked(crm, one.mail, outlook)
        assert len(crm.messages()) == 1, f"{text(receipt)}\n{both}"
        there = Counter(crm.file(each.id) for each in crm.documents() if each.has_file)
        mine = Counter(each.content for each in one.mail.attachments)
        assert not there - mine, f"{text(receipt)}\n{both}"

    draw()


@pytest.mark.parametrize("component", [False, True], ids=["stock", "component"])
@pytest.mark.parametrize("name", OTHERS)
def test_what_a_frank_outlook_tells_apart_is_two(crms: dict[bool, SandboxCrm], name: str, component: bool) -> None:
    crm = crms[component]
    crm.reset()
    # Of the last of a kind more or less is not enough: a list may be cut off, a file of another size is added.
    pages = [Page(), changed(Page(), **{name: OTHERS[name][0]})]
    for page in (*pages, *pages):
        linked(crm, page.mail, FRANK)
    assert len(crm.messages()) == len(pages)
    assert len(crm.documents()) == 2 * len(pages)
