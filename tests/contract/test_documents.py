"""The files of a mail and the Documents that the CRM makes of them: one for each, whatever they are called.

Both ways, on a stock vtenext and with the component.
"""

from __future__ import annotations

import asyncio
import datetime
from collections import Counter
from collections.abc import Awaitable, Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from email.message import EmailMessage

import pytest

from connector.finding.records import Record
from connector.linking.link import Link
from connector.linking.linker import Linker
from connector.linking.receipt import receipt_of
from connector.linking.states import Step
from connector.ports import FormFile
from connector.vtenext.client import CrmClient
from connector.vtenext.doors import storing
from contract.office import Office, seed_record
from contract.vtews import elsewhere
from sandbox_crm.component.component import Component
from sandbox_crm.crm import SandboxCrm
from sandbox_crm.faults import Fault
from sandbox_crm.quirks import Quirks
from sandbox_crm.store.modules import modules
from standin_outlook.mail import Mail
from standin_outlook.reading import read

LONG = "2026-11-23 Offer for the extension of the cold store, revision "
File = tuple[str, bytes]


def mail_with(files: Sequence[File], *, message_id: str = "<documents@northwind.example>") -> Mail:
    """A mail with these attachments, in this order."""
    message = EmailMessage()
    message["From"] = "Mary Smith <mary.smith@northwind.example>"
    message["To"] = "sales@ourcompany.example"
    message["Subject"] = "Offer 42"
    message["Date"] = "Mon, 23 Nov 2026 09:15:00 +0100"
    message["Message-ID"] = message_id
    message.set_content("Please find the files attached.")
    for name, content in files:
        message.add_attachment(content, maintype="application", subtype="octet-stream", filename=name)
    return read(message.as_bytes())


class Clock:
    """The CRM's time, as a test wants it."""

    def __init__(self) -> None:
        self.time = datetime.datetime(2026, 11, 23, 9, 30, tzinfo=datetime.UTC)

    def __call__(self) -> datetime.datetime:
        return self.time


@dataclass
class Desk:
    """An office, signed in as ``way`` says: to a stock vtenext, or by the component."""

    office: Office
    clock: Clock
    way: str

    @property
    def crm(self) -> SandboxCrm:
        return self.office.crm

    @property
    def mary(self) -> Record:
        return self.office.record("Contacts", firstname="Mary", lastname="Smith")

    @property
    def company(self) -> Record:
        return self.office.record("Accounts", accountname="Northwind Traders")

    async def client(self) -> CrmClient:
        return await (self.office.client() if self.way == "stock" else self.office.component_client())

    def link(self, mail: Mail, *records: Record) -> Link:
        async def work() -> Link:
            linker = self.office.linker(await self.client())
            return await linker.run(self.office.plan(mail, *(records or (self.mary,))))

        link = asyncio.run(work())
        assert link.failure is None, link.failure
        return link

    def in_the_crm(self, work: Callable[[CrmClient], Awaitable[object]]) -> None:
        """What the same user does there, with all the rights of the CRM's own pages."""

        async def done() -> None:
            await work(await self.office.client())

        asyncio.run(done())

    def stored(self) -> list[tuple[str, bytes]]:
        """Title and content of all Documents, oldest first."""
        return [(one["notes_title"], self.crm.file(one.id)) for one in self.crm.documents()]


@pytest.fixture(params=["stock", "component"])
def desk(request: pytest.FixtureRequest) -> Iterator[Desk]:
    clock = Clock()
    crm = SandboxCrm(clock=clock, component=None if request.param == "stock" else Component())
    with Office.served(crm) as office:
        yield Desk(office, clock, request.param)
        crm.faults.release()


NAMES = {
    "long": [f"{LONG}3.pdf"],
    "alike": [f"{LONG}{number}.pdf" for number in range(5)],
    "same": ["scan.pdf"] * 4,
    "as long as the cut": [f"{LONG}3.pdf", LONG[:50], f"{LONG}4.pdf"],
    "html": ["a & b.pdf", "a &amp; b.pdf", "R&eacute;sum&eacute;.pdf", "it's.pdf", "<b>.pdf"],
    "emoji": ["party \U0001f600.pdf", "party \U0001f601.pdf", "\U0001f600" * 30 + ".pdf"],
    "underscores": ["price_list_2026.xlsx", "_price_list.xlsx", "0_price_list.xlsx", "1_0_x.txt"],
    "wide": ["日本" * 40 + ".pdf", "ü" * 60 + ".pdf", "é" * 49 + "& x.pdf", "two  spaces .pdf"],
}


@pytest.mark.parametrize("equal", [True, False], ids=["equal sizes", "other sizes"])
@pytest.mark.parametrize("names", NAMES.values(), ids=NAMES)
def test_each_file_is_stored_once_and_found_again(desk: Desk, names: list[str], equal: bool) -> None:
    files = [(name, bytes([65 + index]) * (9 if equal else 9 + index)) for index, name in enumerate(names)]
    mail = mail_with(files)

    first, again = desk.link(mail), desk.link(mail, desk.company)

    assert receipt_of(first).complete
    assert [content for _, content in desk.stored()] == [content for _, content in files]
    # The same Document for the same file, each time.
    assert [desk.crm.file(one.document) for one in first.files] == [content for _, content in files]
    assert [one.document for one in again.files] == [one.document for one in first.files]
    assert receipt_of(again).complete
    for record in (desk.mary, desk.company):
        assert {one.id for one in desk.crm.linked_documents(record.id)} == set(first.documents)


def test_a_name_that_the_crm_cuts_is_told_with_what_it_keeps(desk: Desk) -> None:
    [line] = receipt_of(desk.link(mail_with([(f"{LONG}3.pdf", b"offer")]))).files
    assert line.stored
    assert line.problem is not None
    assert (line.problem.code, line.problem.details["stored"]) == ("file-title-cut", LONG[:50])


def test_a_document_that_somebody_renamed_is_not_sent_again(desk: Desk) -> None:
    mail = mail_with([("offer.pdf", b"offer")])
    [document] = desk.link(mail).documents
    desk.in_the_crm(lambda client: client.revise(document, {"notes_title": "Signed.pdf"}))

    again = receipt_of(desk.link(mail, desk.company))

    assert desk.stored() == [("Signed.pdf", b"offer")]
    assert again.complete
    assert [line.problem.code for line in again.files if line.problem] == ["file-renamed"]
    assert [one.id for one in desk.crm.linked_documents(desk.company.id)] == [document]


def test_another_document_of_the_same_size_is_not_taken_for_the_file(desk: Desk) -> None:
    mail = mail_with([("offer.pdf", b"offer")])
    [document] = desk.link(mail).documents
    desk.clock.time += datetime.timedelta(days=1)
    other = {"notes_title": "Signed.pdf", "filelocationtype": "I", "filestatus": "1"}
    file = FormFile("filename", "Signed.pdf", desk.office.files.hold(b"other", "application/pdf"))
    desk.in_the_crm(lambda client: client.create("Documents", other, files=[file]))
    desk.in_the_crm(lambda client: client.delete(document))

    again = desk.link(mail, desk.company)

    assert receipt_of(again).complete
    assert desk.stored() == [("Signed.pdf", b"other"), ("offer.pdf", b"offer")]
    assert [one["notes_title"] for one in desk.crm.linked_documents(desk.company.id)] == ["offer.pdf"]


# Relations ----------------------------------------------------------------------------------------


def related_both_ways(desk: Desk, link: Link) -> bool:
    """Whether the mail lists its Documents, and each Document the mail."""
    mail, documents = link.stored_mail.id, set(link.documents)
    listed = {one.id for one in desk.crm.linked_documents(mail)}
    return listed == documents and all(
        mail in {one.id for one in desk.crm.linked_messages(document)} for document in documents
    )


@pytest.mark.parametrize("most", [20, 1], ids=["with the mail", "most of them alone"])
def test_mail_and_documents_list_each_other_however_they_came(desk: Desk, most: int) -> None:
    desk.crm.quirks = replace(desk.crm.quirks, max_file_uploads=most)
    link = desk.link(mail_with([(f"{number}.pdf", b"content") for number in range(3)]), desk.mary, desk.company)

    assert receipt_of(link).complete
    # With the component those that are sent later are attached to the mail all the same.
    alone = max(0, 3 - most) if desk.way == "stock" else 0
    assert sum(one.alone for one in link.files) == alone
    assert related_both_ways(desk, link)
    assert len(desk.crm.messages()[0].attachments) == 3 - alone


def test_a_mail_that_is_linked_again_lists_its_documents_where_it_did_not(desk: Desk) -> None:
    """As those that an earlier version stored."""
    mail = mail_with([("a.pdf", b"a"), ("b.pdf", b"b")])
    first = desk.link(mail)
    desk.crm.unrelate_by_hand(first.stored_mail.id, *first.documents)
    assert not related_both_ways(desk, first)

    assert related_both_ways(desk, desk.link(mail, desk.company))


def test_it_takes_no_call_more_on_a_stock_crm() -> None:
    crm = SandboxCrm(quirks=Quirks(max_file_uploads=1))
    with Office.served(crm) as office:
        link = office.link(
            mail_with([("a.pdf", b"a"), ("b.pdf", b"b")]), seed_record(crm, "Contacts", lastname="Smith")
        )
    assert receipt_of(link).complete
    # The mail, and each of its Documents.
    assert Counter(one.operation for one in crm.requests)["relate"] == 3


def test_a_crm_whose_documents_take_no_mails_is_asked_once(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(modules(), "Documents", replace(modules()["Documents"], has_messages=False))
    mail = mail_with([(f"{number}.pdf", b"content") for number in range(6)])

    link = desk.link(mail)

    assert receipt_of(link).complete
    assert {one.id for one in desk.crm.linked_documents(desk.mary.id)} == set(link.documents)
    assert Counter(one.operation for one in desk.crm.requests)["relate"] <= 6 + 3


def test_a_record_that_goes_meanwhile_keeps_no_other_from_the_mail(desk: Desk) -> None:
    """To a stock vtenext a record that is gone is one of a module without a relation; the others have one."""
    people = [desk.office.record("Contacts", firstname=name) for name in ("Mary", "James", "Priya")]
    mail = mail_with([("a.pdf", b"a"), ("b.pdf", b"b")])

    async def work() -> Link:
        client = await desk.client()
        gone: list[str] = []

        def watch(state: Link) -> None:
            if state.step is Step.STORE and not gone:
                gone.append(people[1].id)
                with elsewhere(desk.crm) as other:
                    other.data("delete", id=gone[0])

        linker = Linker(storing(client), desk.office.mailbox, desk.office.clock, desk.office.linker(client).zone, watch)
        return await linker.run(desk.office.plan(mail, *people))

    link = asyncio.run(work())
    assert link.failure is None
    assert {line.record.name: line.problem and line.problem.code for line in receipt_of(link).records} == {
        "Mary": None,
        "James": "record-refused",
        "Priya": None,
    }
    for one in (people[0], people[2]):
        assert len(desk.crm.linked_messages(one.id)) == 1
        assert len(desk.crm.linked_documents(one.id)) == 2


# More than the server takes at once ---------------------------------------------------------------


MANY = [(f"{LONG}{number}.pdf", bytes([number]) * 50) for number in range(45)]


def uploads(desk: Desk) -> list[int]:
    """How many files each request brought, that brought any."""
    return [len(one.files) for one in desk.office.transport.requests if one.files]


def test_more_files_than_php_takes_at_once_go_in_as_few_requests(desk: Desk) -> None:
    mail = mail_with(MANY)

    first, again = desk.link(mail), desk.link(mail, desk.company)

    assert receipt_of(first).complete
    # A stock vtenext does not tell how many it takes: PHP's own number is believed.
    assert uploads(desk) == [20 if desk.way == "stock" else 45, 20, 5]
    assert [desk.crm.file(one.document) for one in first.files] == [content for _, content in MANY]
    assert [one.document for one in again.files] == [one.document for one in first.files]
    assert len(desk.crm.documents()) == 45
    assert related_both_ways(desk, first)
    assert {one.id for one in desk.crm.linked_documents(desk.mary.id)} == set(first.documents)


def test_a_mail_that_was_deleted_before_gives_back_none_of_its_files(desk: Desk) -> None:
    """To a mail that is changed vtenext gives what a deleted one with its id and subject had."""
    mail = mail_with(MANY[:23])
    before = desk.link(mail)

    async def remove(client: CrmClient) -> None:
        for one in (before.stored_mail.id, *before.documents):
            await client.delete(one)

    desk.in_the_crm(remove)
    link = desk.link(mail)

    assert receipt_of(link).complete
    [stored] = desk.crm.messages()
    # A stock CRM gets the others alone.
    attached = link.files[:20] if desk.way == "stock" else link.files
    assert list(stored.attachments) == [one.document for one in attached]


def test_what_is_too_large_among_many_is_named_and_nothing_else_is_missing(desk: Desk) -> None:
    desk.crm.quirks = replace(desk.crm.quirks, server_file_limit=1000)
    files = [*MANY[:3], ("large.bin", bytes(2000)), *MANY[3:30], ("larger.bin", bytes(3000)), *MANY[30:]]

    link = desk.link(mail_with(files))

    missing = [line for line in receipt_of(link).files if not line.stored]
    assert [line.name for line in missing] == ["large.bin", "larger.bin"]
    assert {line.problem.code for line in missing if line.problem} == {"file-over-server-limit"}
    assert sorted(content for _, content in desk.stored()) == sorted(content for _, content in MANY)
    assert related_both_ways(desk, link)


def test_the_next_mail_sends_no_more_files_than_the_last_could(desk: Desk) -> None:
    async def work() -> None:
        client = await desk.client()
        for number in range(2):
            mail = mail_with(MANY[:25], message_id=f"<{number}@northwind.example>")
            link = await desk.office.linker(client).run(desk.office.plan(mail, desk.mary))
            assert receipt_of(link).complete

    asyncio.run(work())
    assert uploads(desk) == [20 if desk.way == "stock" else 25, 5, 20, 5]
    assert len(desk.crm.documents()) == 50


@pytest.mark.parametrize("kind", ["permission_500", "too_large_413"])
def test_a_crm_that_takes_no_files_for_a_stored_mail_gets_them_one_by_one(kind: str) -> None:
    crm = SandboxCrm()
    crm.faults.add(Fault("revise", kind, module=None, times=9))
    with Office.served(crm) as office:
        link = office.link(mail_with(MANY[:23]), seed_record(crm, "Contacts", lastname="Smith"))
    assert [one.alone for one in link.files] == [False] * 20 + [True] * 3
    assert len(crm.documents()) == 23


@pytest.mark.parametrize("when", ["before", "after"])
@pytest.mark.parametrize("kind", ["reset", "error_500", "truncated_json"])
def test_an_answer_that_is_lost_doubles_nothing(desk: Desk, kind: str, when: str) -> None:
    operation = "revise" if desk.way == "stock" else "mailconnectorlink"
    mail = mail_with(MANY[:25])

    async def work() -> Link:
        client = await desk.client()
        linker = desk.office.linker(client)

        def watch(state: Link) -> None:
            if any(one.added for one in state.files) and not desk.crm.faults.struck and not desk.crm.faults.waiting:
                desk.crm.faults.add(Fault(operation, kind, when=when))

        linker = Linker(storing(client), desk.office.mailbox, desk.office.clock, linker.zone, watch)
        link = await linker.run(desk.office.plan(mail, desk.mary))
        for _ in range(3):
            if link.failure is not None:
                link = await linker.run(link)
        return link

    link = asyncio.run(work())
    assert desk.crm.faults.struck
    assert link.failure is None
    assert receipt_of(link).complete
    assert sorted(content for _, content in desk.stored()) == sorted(content for _, content in MANY[:25])


def test_documents_of_another_device_in_between_are_not_taken(desk: Desk) -> None:
    """The same user links another mail elsewhere while the files that were left out are added."""
    mail, other = mail_with(MANY[:25]), mail_with([("a.pdf", b"a")], message_id="<other@northwind.example>")

    async def work() -> Link:
        client = await desk.client()
        begun = [False]

        def watch(state: Link) -> None:
            if any(one.added for one in state.files) and not begun[0]:
                begun[0] = True
                store_elsewhere()

        def store_elsewhere() -> None:
            with elsewhere(desk.crm) as other_device:
                other_device.mail(
                    [("file0", "a.pdf", b"a", "application/pdf")], user="agent", messageid=other.internet_message_id
                )

        zone = desk.office.linker(client).zone
        linker = Linker(storing(client), desk.office.mailbox, desk.office.clock, zone, watch)
        return await linker.run(desk.office.plan(mail, desk.mary))

    link = asyncio.run(work())
    assert receipt_of(link).complete
    assert [desk.crm.file(one.document) for one in link.files] == [content for _, content in MANY[:25]]
    again = desk.link(mail, desk.company)
    assert [one.document for one in again.files] == [one.document for one in link.files]
    assert len(desk.crm.documents()) == 26
