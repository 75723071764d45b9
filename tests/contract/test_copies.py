"""Two mails are two mails, one mail is one: whatever ids they have, on a stock CRM and on one with the component."""

from __future__ import annotations

import asyncio
import email.policy
import json
import zoneinfo
from dataclasses import replace
from email.message import EmailMessage

import pytest

from connector.finding.records import Record
from connector.linking.link import Link
from connector.linking.receipt import receipt_of
from contract.both import at, client_of, company, link, mary, receipt
from contract.office import Office
from contract.surroundings import MailFileMailbox
from contract.vtews import elsewhere
from sandbox_crm.faults import Fault
from standin_outlook.mails import Mail, read

SCANNER = "<0@scanner.lab.example>"


def mail(
    text: str = "Scan of page A",
    *,
    mid: str = SCANNER,
    subject: str = "Scan",
    date: str = "Fri, 20 Nov 2026 10:00:00 +0100",
    content: bytes = b"A" * 500,
    sender: str = "Mary Smith <mary.smith@northwind.example>",
    to: str = "sales@ourcompany.example",
) -> Mail:
    """A mail of a scanner."""
    message = EmailMessage()
    message["From"], message["To"] = sender, to
    message["Subject"] = subject
    message["Date"] = date
    if mid:
        message["Message-ID"] = mid
    message.set_content(text)
    message.add_attachment(content, "application", "pdf", filename="scan.pdf")
    return read(message.as_bytes(policy=email.policy.default.clone(utf8=True)))


__all__ = ["at", "company", "mary"]
LATER = "Fri, 20 Nov 2026 11:00:00 +0100"
FIRST = mail()
SECONDS = {
    "all but the id": mail("Scan of page B", subject="Scan 2", date=LATER, content=b"B" * 500),
    "the subject": mail(subject="Scan 2"),
    "the date": mail(date=LATER),
    "the date by two seconds": mail(date="Fri, 20 Nov 2026 10:00:02 +0100"),
    "the text": mail("Scan of page B"),
    "the bytes of the file": mail(content=b"A" * 499 + b"B"),
    "the sender": mail(sender="Mary Smith <mary.smith@elsewhere.example>"),
    "the recipient": mail(to="purchase@ourcompany.example"),
    "the id's letter case": mail(mid=SCANNER.upper()),
    "an accent in the id": mail(mid=SCANNER.replace("lab", "läb")),
}


@pytest.mark.parametrize("what", SECONDS)
def test_mails_that_differ_in_one_thing_are_two(at: Office, mary: Record, company: Record, what: str) -> None:
    second = SECONDS[what]
    first = receipt(at, FIRST, mary)
    other = receipt(at, second, company)

    assert (first.before, other.before) == (False, False)
    assert len(at.crm.messages()) == 2
    assert len(at.crm.documents()) == 2
    # Each in its own record, and not in the other's: the CRM's relations hang on id and subject.
    assert len(at.crm.linked_messages(mary.id)) == 1
    assert len(at.crm.linked_messages(company.id)) == 1
    [shown] = at.crm.linked_messages(company.id)
    assert shown["subject"] == second.subject
    assert second.text.strip() in shown["description"]
    assert [at.crm.file(one.id) for one in at.crm.linked_documents(company.id)] == [second.attachments[0].content]
    same_id = second.internet_message_id == FIRST.internet_message_id
    assert [note.code for note in other.notes] == (["other-mail"] if same_id else [])


@pytest.mark.parametrize("what", SECONDS)
def test_each_of_them_is_found_again(at: Office, mary: Record, company: Record, what: str) -> None:
    for one in (FIRST, SECONDS[what]):
        link(at, one, mary)
    for one in (SECONDS[what], FIRST):
        again = receipt(at, one, company)
        assert again.before
        assert again.complete
    assert len(at.crm.messages()) == 2
    assert len(at.crm.documents()) == 2
    assert len(at.crm.linked_messages(company.id)) == 2


def test_one_mail_is_found_again_in_any_zone(at: Office, mary: Record, company: Record) -> None:
    at.crm.time_zone = zoneinfo.ZoneInfo("Asia/Tokyo")
    link(at, FIRST, mary)
    assert receipt(at, FIRST, company).before
    assert len(at.crm.messages()) == 1


def test_a_mail_that_another_program_stored_is_used(at: Office, mary: Record) -> None:
    element = {
        "subject": FIRST.subject,
        "messageid": SCANNER,
        "mdate": "2026-11-20 10:00:00",
        "mfrom": "mary.smith@northwind.example",
        "description": "Scan of page A",
        "mtype": "Link",
    }
    with elsewhere(at.crm) as other:
        other.create("Messages", element, user="agent")
        other.create("Messages", element | {"mdate": "2026-11-20 12:07:00"}, user="agent")
    assert receipt(at, FIRST, mary).before
    assert len(at.crm.messages()) == 2
    assert [one["mdate"] for one in at.crm.linked_messages(mary.id)][:1] == ["2026-11-20 10:00:00"]


def test_a_lost_answer_costs_no_other_mail(at: Office, mary: Record, company: Record) -> None:
    """What came of a lost answer is removed where it came twice: but only that."""
    link(at, FIRST, mary)
    second = SECONDS["the text"]
    operation = "mailconnectorlink" if at.crm.component is not None else "create"
    at.crm.faults.add(Fault(operation, "reset", when="after"))

    async def work() -> Link:
        return await at.linker(await client_of(at)).run(at.plan(second, company))

    done = asyncio.run(work())
    assert done.lost
    assert done.failure is None
    assert receipt_of(done).complete
    assert len(at.crm.messages()) == 2
    assert len(at.crm.linked_messages(mary.id)) == len(at.crm.linked_messages(company.id)) == 1


def test_taking_back_one_leaves_the_other(at: Office, mary: Record, company: Record) -> None:
    link(at, FIRST, mary)

    async def work() -> None:
        linker = at.linker(await client_of(at))
        await linker.take_back(await linker.run(at.plan(SECONDS["the text"], company)))

    asyncio.run(work())
    assert [one["messageid"] for one in at.crm.messages()] == [SCANNER]
    assert len(at.crm.documents()) == 1
    assert len(at.crm.linked_messages(mary.id)) == 1


def test_two_devices_that_store_the_second_mail_at_once_keep_one(at: Office, mary: Record, company: Record) -> None:
    link(at, FIRST, mary)
    second = SECONDS["the text"]

    async def work() -> list[Link]:
        plan = at.plan(second, company)
        here, there = [at.linker(await client_of(at)) for _ in range(2)]
        return list(await asyncio.gather(here.run(plan), there.run(plan)))

    done = asyncio.run(work())
    assert all(one.failure is None for one in done)
    assert len(at.crm.messages()) == 2
    assert len(at.crm.documents()) == 2


def test_a_thousand_mails_of_one_scanner(at: Office, mary: Record) -> None:
    """More than the CRM tells at once: the right one is found all the same, and nothing is read without need."""
    with elsewhere(at.crm) as other:
        for number in range(120):
            element = {"subject": "Scan", "messageid": SCANNER, "mtype": "Link", "description": "Scan of page A"}
            shown = f"2026-11-{1 + number // 60:02} 08:{number % 60:02}:07"
            other.create("Messages", element | {"mdate": shown}, user="agent")
    date = "Sun, 01 Nov 2026 08:30:07 +0100"
    before = len(at.crm.requests)
    assert receipt(at, mail(date=date), mary).before
    assert sum(one.operation == "retrieve" for one in at.crm.requests[before:]) < 40
    assert len(at.crm.messages()) == 120


def test_an_earlier_mail_that_is_gone_is_none(at: Office, mary: Record) -> None:
    link(at, FIRST, mary)
    with elsewhere(at.crm) as other:
        other.data("delete", user="agent", id=at.crm.messages()[0].id)
    again = receipt(at, FIRST, mary)
    assert not again.before
    assert again.notes == ()


def test_what_is_chosen_for_is_looked_up_once(at: Office, mary: Record) -> None:
    """Looking for copies costs a stock CRM two queries, and no mail is read that is not there."""
    at.crm.clear_requests()
    link(at, replace(FIRST), mary)
    asked = [one.operation for one in at.crm.requests if one.module == "Messages" and one.operation != "relate"]
    if at.crm.component is None:
        assert asked == ["query", "create", "query"]


def two_files(first: bytes, second: bytes) -> Mail:
    message = email.message_from_bytes(FIRST.raw, policy=email.policy.default)
    for part in message.iter_attachments():
        part.set_content(first, "application", "pdf", filename="scan.pdf")
    message.add_attachment(second, "application", "pdf", filename="page.pdf")
    return read(message.as_bytes())


def test_a_mail_whose_only_file_has_another_size_is_another(at: Office, mary: Record, company: Record) -> None:
    """Everything else is the same, to the second; nobody has read its file ahead."""
    receipt(at, FIRST, mary)
    done = receipt(at, mail(content=b"B" * 501), company)
    assert not done.before
    assert [one.size for one in done.files] == [501]
    assert len(at.crm.messages()) == len(at.crm.documents()) == 2


def test_a_file_of_another_size_is_added_to_the_mail(at: Office, mary: Record, company: Record) -> None:
    receipt(at, two_files(b"A" * 500, b"P" * 80), mary)
    done = receipt(at, two_files(b"A" * 500, b"Q" * 81), company)
    assert done.before
    assert [one.size for one in done.files] == [500, 81]
    assert sorted(int(one["filesize"]) for one in at.crm.documents()) == [80, 81, 500]


def test_files_that_outlook_does_not_hand_out_now_may_stand_there(at: Office, mary: Record, company: Record) -> None:
    receipt(at, FIRST, mary)
    at.mailbox = MailFileMailbox(at.files, reads_files=False)
    done = receipt(at, FIRST, company)
    assert done.before
    assert done.complete
    assert [one.stored_name for one in done.files] == ["scan.pdf"]
    assert len(at.crm.linked_documents(company.id)) == 1


def test_what_was_not_compared_is_not_said_to_be_there(at: Office, mary: Record, company: Record) -> None:
    """A stock CRM hands out no file, and nothing was noted by earlier versions; nor by a component of theirs."""
    receipt(at, FIRST, mary)
    again = receipt(at, FIRST, company)
    assert (again.before, again.notes) == (True, ())
    with elsewhere(at.crm) as other:
        mark = "Mail Connector; sent 2026-11-20 09:00:00 UTC"
        other.data("revise", user="agent", element=json.dumps({"id": at.crm.messages()[0].id, "xmailer": mark}))
    again = receipt(at, FIRST, company)
    assert again.complete
    codes = [(note.code, note.details["count"]) for note in again.notes]
    assert codes == ([("files-not-compared", "1")] if at.crm.component is None else [])
