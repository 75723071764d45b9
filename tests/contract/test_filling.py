"""What Outlook did not tell when a mail was linked is added when it is linked again: on both kinds of CRM."""

from __future__ import annotations

import asyncio
import email.policy
import zoneinfo
from dataclasses import replace

import pytest

from connector.errors import OfficeCallFailed
from connector.finding.records import Record
from connector.linking.link import Link
from connector.linking.receipt import receipt_of
from connector.linking.statement import Finding, Part
from connector.mail.sameness import mark_of
from connector.mail.visible import letters
from connector.ports import CloudLink, FileHandle, RawAttachment
from contract.both import at, client_of, company, link, mary, receipt
from contract.office import Office, sample
from contract.surroundings import Files, MailFileMailbox
from contract.test_receipts import findings, said
from sandbox_crm.faults import Fault

__all__ = ["at", "company", "mary"]
HTML = '<p>Dear Mary,</p><p>1 &lt; 2 &amp; &amp;lt;b&amp;gt; &euro; &#128512; 😀 <a href="https://x.example/?a=1&amp;b=2">x</a>'
SUBJECT = 'Offer & <b> "42"'
MAIL = sample("related-inline-images")
MAIL = replace(MAIL, subject=SUBJECT, headers=MAIL.headers.replace(f"Subject: {MAIL.subject}", f"Subject: {SUBJECT}"))
TOLD = replace(MAIL, html=HTML + MAIL.html, text="")
SILENT = replace(TOLD, html="", raw=b"")
DATE = email.message_from_bytes(MAIL.raw, policy=email.policy.default)["Date"].datetime
UNDATED = replace(TOLD, headers="", raw=b"")


def hashes(at: Office) -> list[str | None]:
    return [row.hash for row in at.crm.store.rows("Messages")]


def filled_by(at: Office) -> str:
    """The operation that adds a text."""
    return "revise" if at.crm.component is None else "mailconnectorfill"


def alive(at: Office) -> bool:
    """Whether the attachments of every mail are Documents that are there."""
    there = {one.id for one in at.crm.documents()}
    return all(set(one.attachments) <= there for one in at.crm.messages())


def test_a_text_that_was_missing_is_added(at: Office, mary: Record, company: Record) -> None:
    first = receipt(at, SILENT, mary)
    assert findings(first)[Part.TEXT] is Finding.UNGIVEN
    before = hashes(at)

    shown = said(at, TOLD, company)

    assert "The mail's text was missing in the CRM, and was added" in shown
    assert "was in the CRM already, with subject, sender" in shown
    assert "and text" in shown
    [stored] = at.crm.messages()
    assert letters(stored["description"]) == letters(TOLD.html)
    # Nothing else has changed: the mail is known by the same hash, linked to both, with its files.
    assert hashes(at) == before
    for record in (mary, company):
        assert len(at.crm.linked_messages(record.id)) == 1
        assert len(at.crm.linked_documents(record.id)) == len(MAIL.attachments)
    assert alive(at)
    assert stored["subject"].strip() == MAIL.subject
    again = receipt(at, TOLD, mary)
    assert again.filled == frozenset()
    assert findings(again)[Part.TEXT] is Finding.SAME


def test_pictures_come_with_the_text(at: Office, mary: Record) -> None:
    receipt(at, SILENT, mary)
    receipt(at, TOLD, mary)
    [stored] = at.crm.messages()
    assert stored["description"].count('src="data:image/') == MAIL.html.count("cid:") > 0
    assert at.files.held.keys() <= {one.file.key for state in at.states for one in state.files if one.file}


class Slow(MailFileMailbox):
    """Hands over each attachment when it is asked for it a second time."""

    def __init__(self, files: Files) -> None:
        super().__init__(files)
        self._asked: set[str] = set()

    async def read_file(self, attachment: RawAttachment) -> FileHandle | CloudLink:
        if attachment.id in self._asked:
            return await super().read_file(attachment)
        self._asked.add(attachment.id)
        raise OfficeCallFailed(what=attachment.name)


def test_pictures_that_outlook_gives_late_come_with_the_text(at: Office, mary: Record) -> None:
    receipt(at, SILENT, mary)
    at.mailbox = Slow(at.files)
    done = receipt(at, TOLD, mary)
    [stored] = at.crm.messages()
    assert stored["description"].count('src="data:image/') == MAIL.html.count("cid:")
    assert done.complete
    assert done.filled == {Part.TEXT}


@pytest.mark.parametrize("zone", ["Europe/Rome", "Asia/Tokyo"])
def test_a_date_that_was_unsure_is_corrected(at: Office, mary: Record, company: Record, zone: str) -> None:
    at.crm.time_zone = zoneinfo.ZoneInfo(zone)
    receipt(at, replace(UNDATED, date=UNDATED.date.replace(year=2027)), mary)
    [stored] = at.crm.messages()
    assert stored["mdate"].startswith("2027")

    shown = said(at, TOLD, company)

    assert "The mail's date was that of its arrival in the CRM, and was corrected" in shown
    [stored] = at.crm.messages()
    local = DATE.astimezone(zoneinfo.ZoneInfo(zone))
    assert stored["mdate"] == local.strftime("%Y-%m-%d %H:%M:%S")
    assert stored["xmailer"].startswith(mark_of(DATE))
    assert letters(stored["description"]) == letters(TOLD.html)
    assert alive(at)


def test_text_and_date_are_added_together(at: Office, mary: Record) -> None:
    receipt(at, replace(SILENT, headers=""), mary)
    done = receipt(at, TOLD, mary)
    assert done.filled == {Part.TEXT, Part.DATE}
    assert done.complete
    assert len(at.crm.messages()) == 1


def test_a_text_that_was_withheld_is_asked_for_again(at: Office, mary: Record) -> None:
    """Outlook gave none, though the mail has one: "Try again" brings it."""
    withheld = replace(MAIL, html="", text="")

    async def work() -> tuple[Link, Link, Link]:
        linker = at.linker(await client_of(at))
        first = await linker.run(at.plan(withheld, mary))
        still = await linker.run(first)
        at.mailbox.open = MAIL
        return first, still, await linker.run(still)

    first, still, done = asyncio.run(work())
    assert not receipt_of(first).complete
    assert not receipt_of(still).complete
    assert receipt_of(done).complete
    assert receipt_of(done).filled == {Part.TEXT}
    assert letters(at.crm.messages()[0]["description"]) == letters(MAIL.html)
    assert len(at.crm.messages()) == 1


def test_attachments_of_a_deleted_twin_do_not_come_back(at: Office, mary: Record, company: Record) -> None:
    """vtenext gives a mail that is saved again the attachments of a deleted one with its id and subject."""

    async def taken_back() -> None:
        linker = at.linker(await client_of(at))
        await linker.take_back(await linker.run(at.plan(SILENT, mary)))

    asyncio.run(taken_back())
    assert at.crm.messages() == []
    receipt(at, replace(SILENT, headers=""), mary)
    assert receipt(at, TOLD, company).filled == {Part.TEXT, Part.DATE}
    assert alive(at)


def test_a_date_in_another_zone_costs_no_attachment(at: Office, mary: Record) -> None:
    at.crm.time_zone = zoneinfo.ZoneInfo("Asia/Tokyo")

    async def taken_back() -> None:
        linker = at.linker(await client_of(at))
        await linker.take_back(await linker.run(at.plan(TOLD, mary)))

    asyncio.run(taken_back())
    receipt(at, TOLD, mary)
    assert alive(at)


def test_a_crm_that_takes_it_as_it_is(at: Office, mary: Record) -> None:
    at.crm.quirks = replace(at.crm.quirks, revise_decodes=False)
    receipt(at, replace(SILENT, headers=""), mary)
    assert receipt(at, TOLD, mary).filled == {Part.TEXT, Part.DATE}
    [stored] = at.crm.messages()
    assert letters(stored["description"]) == letters(TOLD.html)
    assert stored["subject"].strip() == MAIL.subject


def test_a_mail_that_may_not_be_changed_stays_as_it_is(at: Office, mary: Record, company: Record) -> None:
    receipt(at, SILENT, mary)
    at.crm.faults.add(Fault(filled_by(at), "permission_500"))
    done = receipt(at, TOLD, company)
    assert done.linked == (company,)
    assert done.filled == frozenset()
    assert findings(done)[Part.TEXT] is Finding.MISSING
    at.crm.faults.add(Fault(filled_by(at), "permission_500"))
    assert "The CRM kept nothing of the mail's text." in said(at, TOLD, company)


@pytest.mark.parametrize("when", ["before", "after"])
def test_what_breaks_off_goes_on(at: Office, mary: Record, when: str) -> None:
    receipt(at, SILENT, mary)
    at.crm.faults.add(Fault(filled_by(at), "reset", when=when))

    async def work() -> tuple[Link, Link]:
        linker = at.linker(await client_of(at))
        stopped = await linker.run(at.plan(TOLD, mary))
        return stopped, await linker.run(stopped)

    stopped, done = asyncio.run(work())
    assert stopped.failure is not None
    assert stopped.related
    assert receipt_of(done).filled == {Part.TEXT}
    assert letters(at.crm.messages()[0]["description"]) == letters(TOLD.html)


def test_a_text_that_stands_there_is_not_overwritten(at: Office, mary: Record) -> None:
    link(at, TOLD, mary)
    [before] = at.crm.messages()
    shown = said(at, SILENT, mary)
    [after] = at.crm.messages()
    assert after["description"] == before["description"]
    assert "The text in the CRM was not compared with the mail's: one of the two is not known." in shown
