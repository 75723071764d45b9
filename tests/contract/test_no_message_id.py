"""Mails without a Message-ID: what they are made of tells them apart, wherever they are read."""

from __future__ import annotations

import asyncio
import datetime
import zoneinfo
from dataclasses import replace
from email.message import EmailMessage
from itertools import product

import pytest

from connector.finding.records import Record
from connector.linking.link import Link
from contract.both import at, client_of, company, mary, receipt
from contract.office import Office
from contract.surroundings import MailFileMailbox
from sandbox_crm.faults import Fault
from standin_outlook.mails import Address, Mail, read

__all__ = ["at", "company", "mary"]
TEXT = "Pump 1 stopped.\nPressure: 1.5 bar (<2)\n"
HTML = (
    '<html><head>\r\n<meta http-equiv="Content-Type" content="text/html; charset=utf-8"><style>p{margin:0}</style>'
    '</head><body dir="ltr"><div class="elementToProof">Pump 1 stopped.<br>\r\n'
    "Pressure: 1.5&nbsp;bar (&lt;2)</div></body></html>"
)


def alarm(
    text: str = TEXT,
    *,
    subject: str = "Alarm",
    to: str = "Sales <sales@ourcompany.example>, Bob <bob@ourcompany.example>",
    sender: str = "Pump house <pump@northwind.example>",
    date: str = "Fri, 20 Nov 2026 10:00:00 +0100",
    log: bytes = b"A" * 300,
    picture: bytes = b"\x89PNG" + b"A" * 60,
) -> Mail:
    """A mail of a device that gives its mails no Message-ID."""
    message = EmailMessage()
    message["From"], message["To"], message["Subject"], message["Date"] = sender, to, subject, date
    message.set_content(text)
    message.add_attachment(log, "text", "plain", filename="log.txt")
    message.add_attachment(picture, "image", "png", filename="view.png")
    mail = read(message.as_bytes())
    assert not mail.internet_message_id
    return replace(mail, html="", text=text)


FIRST = alarm()
UNDATED = replace(FIRST, headers="", raw=b"")
WEEKS = datetime.timedelta(weeks=7)


def inline(mail: Mail, *which: bool) -> Mail:
    files = tuple(replace(one, is_inline=is_inline) for one, is_inline in zip(mail.attachments, which, strict=True))
    return replace(mail, attachments=files)


ELSEWHERE = {
    "the same": FIRST,
    "arrived a second later": replace(FIRST, date=FIRST.date + datetime.timedelta(seconds=1)),
    "arrived in another mailbox much later": replace(FIRST, date=FIRST.date + WEEKS, item_id="OTHER="),
    "files told as inline": inline(FIRST, True, True),
    "the picture is not listed": replace(FIRST, attachments=FIRST.attachments[:1]),
    "files in another order": replace(FIRST, attachments=FIRST.attachments[::-1]),
    "recipients in another order and case": replace(
        FIRST, to=tuple(Address(f"{one.name} (x)", one.address.upper()) for one in reversed(FIRST.to))
    ),
    "recipients cut off": replace(FIRST, to=FIRST.to[:1]),
    "another name of the sender": replace(FIRST, from_=Address("", "Pump@Northwind.example"), sender=None),
    "Outlook's HTML": replace(FIRST, html=HTML, text=""),
    "other line ends": replace(FIRST, text=TEXT.replace("\n", "\r\n\r\n")),
    "without a date": UNDATED,
    "without a date, in another mailbox": replace(UNDATED, date=FIRST.date + WEEKS),
    "without its text": replace(FIRST, text=""),
}
SECONDS = {
    "the text": alarm(TEXT.replace("1 stopped", "2 stopped")),
    "the text by a sign": alarm(TEXT.replace("1.5", "15")),
    "the bytes of a file": alarm(log=b"B" * 300),
    "the bytes of a picture": alarm(picture=b"\x89PNG" + b"B" * 60),
    "the size of a picture": alarm(picture=b"\x89PNG" + b"B" * 70),
    "the hour": alarm(date="Fri, 20 Nov 2026 11:00:00 +0100"),
    "the second": alarm(date="Fri, 20 Nov 2026 10:00:01 +0100"),
    "the day": alarm(date="Sat, 21 Nov 2026 10:00:00 +0100"),
    "the sender": alarm(sender="Pump house <pump2@northwind.example>"),
    "the recipients": alarm(to="eve@ourcompany.example"),
    "the subject": alarm(subject="alarm"),
}


@pytest.mark.parametrize(("first", "second"), [*product(["the same"], ELSEWHERE), *product(ELSEWHERE, ["the same"])])
def test_one_mail_is_one_in_any_mailbox(at: Office, mary: Record, company: Record, first: str, second: str) -> None:
    receipt(at, ELSEWHERE[first], mary)
    again = receipt(at, ELSEWHERE[second], company)
    assert again.before
    assert len(at.crm.messages()) == 1
    assert len(at.crm.linked_messages(company.id)) == 1
    assert len(at.crm.documents()) == 2 if "not listed" not in second + first else 1


@pytest.mark.parametrize("what", SECONDS)
def test_mails_that_differ_in_one_thing_are_two(at: Office, mary: Record, company: Record, what: str) -> None:
    for one, record in ((FIRST, mary), (SECONDS[what], company)):
        assert not receipt(at, one, record).before
    assert len(at.crm.messages()) == 2
    assert len(at.crm.linked_messages(mary.id)) == len(at.crm.linked_messages(company.id)) == 1
    for one in (SECONDS[what], FIRST, SECONDS[what]):
        assert receipt(at, one, mary).before
    assert len(at.crm.messages()) == 2
    assert len(at.crm.documents()) == 4


def test_files_that_could_not_be_read_then_come_later(at: Office, mary: Record) -> None:
    """On a phone the content of files can't be read: the mail is known by the rest."""
    desk, at.mailbox = at.mailbox, MailFileMailbox(at.files, reads_files=False)
    assert not receipt(at, FIRST, mary).complete
    at.mailbox = desk
    again = receipt(at, FIRST, mary)
    assert again.before
    assert again.complete
    assert len(at.crm.messages()) == 1
    assert sorted(at.crm.file(one.id) for one in at.crm.documents()) == sorted(one.content for one in FIRST.attachments)


def test_many_alarms_of_one_device(at: Office, mary: Record) -> None:
    """Every hour the same text: each is one mail, however many there are."""
    alarms = [alarm(date=f"Fri, 20 Nov 2026 {hour:02}:00:00 +0100") for hour in range(12)]
    for one in (*alarms, *alarms):
        receipt(at, one, mary)
    assert len(at.crm.messages()) == 12
    assert len(at.crm.documents()) == 24


@pytest.mark.parametrize("zone", ["Europe/Rome", "Asia/Tokyo", "America/St_Johns"])
def test_a_mail_of_nothing_but_a_subject(at: Office, mary: Record, zone: str) -> None:
    """Whatever the zone of the CRM's server is, which a stock one does not tell."""
    at.crm.time_zone = zoneinfo.ZoneInfo(zone)
    bare = replace(UNDATED, text="", attachments=())
    receipt(at, bare, mary)
    assert receipt(at, bare, mary).before
    # Nothing that tells is known of both: rather twice than lost.
    assert not receipt(at, replace(bare, date=bare.date + datetime.timedelta(seconds=2)), mary).before
    dated = replace(FIRST, text="", attachments=())
    receipt(at, dated, mary)
    assert receipt(at, dated, mary).before
    assert len(at.crm.messages()) == 3


@pytest.mark.parametrize("when", ["before", "after"])
def test_an_answer_that_is_lost_costs_nothing(at: Office, mary: Record, when: str) -> None:
    operation = "mailconnectorlink" if at.crm.component is not None else "create"
    at.crm.faults.add(Fault(operation, "reset", when=when))
    assert receipt(at, FIRST, mary).complete
    assert receipt(at, FIRST, mary).before
    assert len(at.crm.messages()) == 1
    assert len(at.crm.documents()) == 2


def test_two_devices_at_once_keep_one(at: Office, mary: Record) -> None:
    async def work() -> list[Link]:
        plan = at.plan(FIRST, mary)
        here, there = [at.linker(await client_of(at)) for _ in range(2)]
        return list(await asyncio.gather(here.run(plan), there.run(plan)))

    assert all(one.failure is None for one in asyncio.run(work()))
    assert len(at.crm.messages()) == 1
    assert len(at.crm.documents()) == 2


def test_what_was_made_ahead_is_what_is_sent(at: Office, mary: Record) -> None:
    async def work() -> Link:
        linker = at.linker(await client_of(at))
        made = await linker.prepare(await linker.read_ahead(at.plan(FIRST, mary)))
        sent = at.transport.prepared
        assert made.upload is not None
        assert made.message_id.startswith("<")
        done = await linker.run(made)
        assert sent in at.transport.requests
        return done

    assert asyncio.run(work()).failure is None
    assert len(at.crm.messages()) == 1


def test_several_ids_are_all_looked_for(at: Office, mary: Record) -> None:
    """Outlook tells one of the ids that stand in the headers, and not the same one everywhere."""
    headers = FIRST.headers + "Message-ID: <two-1@x.example> <two-2@x.example>\r\nMessage-ID: <two-3@x.example>\r\n"
    for number in (1, 2, 3):
        one = replace(FIRST, headers=headers, internet_message_id=f"<two-{number}@x.example>")
        assert receipt(at, one, mary).before is (number > 1)
    assert [one["messageid"] for one in at.crm.messages()] == ["<two-1@x.example>"]


WITH_ID = read(FIRST.raw.replace(b"Subject:", b"Message-ID: <alarm.7@northwind.example>\r\nSubject:", 1))
UNTOLD = replace(WITH_ID, internet_message_id="")


@pytest.mark.parametrize(("first", "second"), [(WITH_ID, UNTOLD), (UNTOLD, WITH_ID), (UNTOLD, UNTOLD)])
@pytest.mark.parametrize("headers", [True, False])
def test_an_id_that_outlook_does_not_tell_stands_in_the_mail(
    at: Office, mary: Record, company: Record, first: Mail, second: Mail, headers: bool
) -> None:
    """In its headers, or where these are missing in the whole message."""
    for mail, record in ((first, mary), (second, company)):
        done = receipt(at, mail if headers else replace(mail, headers=""), record)
        assert done.notes == ()
    assert [one["messageid"] for one in at.crm.messages()] == ["<alarm.7@northwind.example>"]


def test_another_mail_without_an_id_is_not_said_to_have_the_same(at: Office, mary: Record) -> None:
    receipt(at, FIRST, mary)
    done = receipt(at, alarm("Pump 2 stopped.\n"), mary)
    assert [note.code for note in done.notes] == ["other-mail-alike"]
