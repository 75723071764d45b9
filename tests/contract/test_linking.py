"""The pane's own client, over real HTTP, against the sandbox CRM: what is linked is what was in the mail."""

from __future__ import annotations

import asyncio
import datetime
import email.policy
import zoneinfo
from collections.abc import Iterator
from pathlib import Path

import pytest

from connector.errors import MailChanged, NothingLinkable, RecordRefused, SignInNeeded
from connector.finding.records import Record
from connector.linking.link import Link
from connector.linking.linker import Linker
from connector.linking.receipt import receipt_of
from connector.linking.states import FileState
from connector.linking.zone import ServerZone
from connector.vtenext.doors import storing
from contract.office import Office, digests, files_of, sample
from contract.surroundings import MailFileMailbox, SystemClock
from mails.samples import SAMPLES
from sandbox_crm.crm import SandboxCrm
from sandbox_crm.faults import Fault
from sandbox_crm.quirks import Quirks
from standin_outlook.mails import Mail


@pytest.fixture
def crm() -> SandboxCrm:
    return SandboxCrm()


@pytest.fixture
def office(crm: SandboxCrm) -> Iterator[Office]:
    with Office.served(crm) as office:
        yield office
        crm.faults.release()


@pytest.fixture
def mary(office: Office) -> Record:
    return office.record("Contacts", firstname="Mary", lastname="Smith")


SCRIPT = (
    "Offer &lt;img src=x onerror=alert(1)&gt; for ' OR '1'='1 \\' ; &lt;script&gt;alert(&quot;hi&quot;)&lt;/script&gt;"
)
"""The one sample whose subject seems to hold a script, as vtenext keeps it."""


@pytest.mark.parametrize("mail", SAMPLES, ids=lambda mail: Path(mail.source).stem)
def test_every_sample_arrives_whole(office: Office, mary: Record, mail: Mail) -> None:
    link = office.link(mail, mary)
    assert link.failure is None
    [message] = office.crm.linked_messages(mary.id)
    documents = office.crm.linked_documents(mary.id)
    stored = [office.crm.file(one.id) for one in documents if one.has_file]
    # There is nothing to store of a file without content.
    empty = [one for one in link.files if one.problem is not None and one.problem.code == "file-empty"]
    assert digests(stored) == digests(filter(None, files_of(mail)))
    assert len(documents) + len(empty) == len(mail.attachments)
    assert len(empty) == files_of(mail).count(b"")
    assert receipt_of(link).complete == (not empty)
    if mail.subject and len(mail.subject) <= 255 and mail.subject.isascii():
        assert message["subject"] == (SCRIPT if "</script>" in mail.subject else mail.subject.strip())


def test_linking_again_only_adds_the_relation(office: Office, mary: Record) -> None:
    mail = sample("related-inline-images")
    company = office.record("Accounts", accountname="Northwind Traders")
    office.link(mail, mary)
    again = receipt_of(office.link(mail, company))
    assert again.before
    assert again.complete
    assert len(office.crm.messages()) == 1
    assert len(office.crm.documents()) == len(mail.attachments)
    assert [one.id for one in office.crm.linked_messages(company.id)] == [office.crm.messages()[0].id]
    assert len(office.crm.linked_documents(company.id)) == len(mail.attachments)


def test_a_mail_without_message_id_is_found_again(office: Office, mary: Record) -> None:
    mail = sample("no-message-id")
    office.link(mail, mary)
    assert receipt_of(office.link(mail, mary)).before
    assert len(office.crm.messages()) == 1


def test_several_records_take_one_upload(office: Office, mary: Record) -> None:
    mail = sample("nested-mail")
    company = office.record("Accounts", accountname="Northwind Traders")
    link = office.link(mail, mary, company)
    assert receipt_of(link).linked == (mary, company)
    assert len(office.crm.messages()) == 1
    for record in (mary, company):
        assert len(office.crm.linked_messages(record.id)) == 1
        assert len(office.crm.linked_documents(record.id)) == len(mail.attachments)


def test_a_record_that_the_user_may_not_see_is_not_linked(office: Office) -> None:
    hidden = office.record("Accounts", accountname="Blue Yonder Airlines")
    link = office.link(sample("plain-ascii"), hidden)
    assert link.failure is not None
    assert isinstance(link.failure.error, RecordRefused)
    assert not office.crm.messages()


def test_a_module_without_messages_leaves_nothing_behind(office: Office) -> None:
    notice = Record(office.crm.all_records("Notices")[0].id, "Notices", "A notice")
    link = office.link(sample("related-inline-images"), notice)
    assert link.failure is not None
    assert isinstance(link.failure.error, NothingLinkable)
    assert not office.crm.messages()
    assert not office.crm.documents()


def test_of_several_records_the_one_that_takes_no_mail_is_named(office: Office, mary: Record) -> None:
    notice = Record(office.crm.all_records("Notices")[0].id, "Notices", "A notice")
    receipt = receipt_of(office.link(sample("related-inline-images"), notice, mary))
    assert receipt.linked == (mary,)
    assert {line.record: line.problem.code for line in receipt.records if line.problem} == {notice: "relation-missing"}


@pytest.mark.parametrize("zone", ["Europe/Rome", "UTC", "America/New_York", "Asia/Kathmandu"])
def test_dates_are_in_the_servers_own_zone(zone: str) -> None:
    crm = SandboxCrm(time_zone=zone)
    mail = sample("plain-ascii")
    with Office.served(crm) as office:
        link = office.link(mail, office.record("Contacts", firstname="Mary", lastname="Smith"))
    assert link.failure is None
    told = datetime.datetime.fromisoformat(crm.messages()[0]["mdate"])
    written = email.message_from_bytes(mail.raw, policy=email.policy.default)["Date"].datetime
    own = written.astimezone(zoneinfo.ZoneInfo(zone)).replace(tzinfo=None)
    # A zone that nobody told is known by its offset today; a mail from the other half of the year may be an hour off.
    assert abs(told - own) <= datetime.timedelta(hours=1 if zone == "Asia/Kathmandu" else 0)


@pytest.mark.parametrize("clock", ["America/New_York", "Asia/Tokyo"])
def test_a_date_stays_right_for_a_user_whose_clock_is_another(clock: str) -> None:
    """The CRM takes a time for one on the user's clock, and shows it so; a query tells the server's."""
    crm = SandboxCrm()
    crm.access.zones["agent"] = zoneinfo.ZoneInfo(clock)
    mail = sample("plain-ascii")
    written = email.message_from_bytes(mail.raw, policy=email.policy.default)["Date"].datetime
    own = written.astimezone(crm.time_zone).strftime("%Y-%m-%d %H:%M:%S")
    with Office.served(crm) as office:
        records = (
            office.record("Contacts", firstname="Mary", lastname="Smith"),
            office.record("Accounts", accountname="Northwind Traders"),
        )
        for record in records:
            link = office.link(mail, record)
            assert link.failure is None
            assert [one["mdate"] for one in crm.messages()] == [own]


def test_module_ids_of_another_installation(mary: Record) -> None:
    del mary
    crm = SandboxCrm(id_offset=70)
    with Office.served(crm) as office:
        record = office.record("Contacts", firstname="Mary", lastname="Smith")
        mail = sample("related-inline-images")
        assert receipt_of(office.link(mail, record)).complete
        assert len(crm.linked_documents(record.id)) == len(mail.attachments)


def test_the_limit_that_the_crm_tells_is_a_hint() -> None:
    crm = SandboxCrm(quirks=Quirks(upload_max_filesize=500))
    with Office.served(crm) as office:
        mail = sample("related-inline-images")
        assert any(len(content) > 500 for content in files_of(mail))
        receipt = receipt_of(office.link(mail, office.record("Contacts", firstname="Mary", lastname="Smith")))
    assert receipt.complete
    assert digests(crm.file(one.id) for one in crm.documents()) == digests(files_of(mail))


def test_a_file_that_the_server_drops_silently_is_sent_again_and_then_named() -> None:
    crm = SandboxCrm(quirks=Quirks(server_file_limit=500))
    with Office.served(crm) as office:
        mail = sample("related-inline-images")
        receipt = receipt_of(office.link(mail, office.record("Contacts", firstname="Mary", lastname="Smith")))
    small = [content for content in files_of(mail) if len(content) <= 500]
    assert digests(crm.file(one.id) for one in crm.documents()) == digests(small)
    assert {line.problem.code for line in receipt.files if not line.stored and line.problem} == {
        "file-over-server-limit"
    }


def test_more_files_than_php_takes_at_once_arrive_all_the_same() -> None:
    crm = SandboxCrm(quirks=Quirks(max_file_uploads=2))
    mail = sample("names-hostile")
    assert len(mail.attachments) > 4
    with Office.served(crm) as office:
        mary = office.record("Contacts", firstname="Mary", lastname="Smith")
        link = office.link(mail, mary)
        again = office.link(mail, mary)
    assert receipt_of(link).complete
    assert receipt_of(again).complete
    assert digests(crm.file(one.id) for one in crm.documents()) == digests(files_of(mail))


@pytest.mark.parametrize("quirks", [Quirks(post_max_size=1500), Quirks(proxy_limit=1500)], ids=["php", "proxy"])
def test_a_request_over_the_limit_goes_on_file_by_file(quirks: Quirks) -> None:
    crm = SandboxCrm(quirks=quirks)
    mail = sample("attachments-same-name")
    with Office.served(crm) as office:
        receipt = receipt_of(office.link(mail, office.record("Contacts", firstname="Mary", lastname="Smith")))
    assert len(crm.messages()) <= 1
    assert receipt.complete or {one.problem.code for one in receipt.files if one.problem} == {"file-over-server-limit"}


def test_what_was_made_ahead_is_sent_only_where_nothing_has_become_known_since(office: Office, mary: Record) -> None:
    mail = sample("related-inline-images")

    async def work() -> tuple[str, str]:
        linker = office.linker(await office.client())
        link = await linker.prepare(await linker.read_ahead(office.plan(mail, mary)))
        assert link.upload is not None
        assert (await linker.prepare(link)).upload is link.upload
        # By another mail's link, for example.
        linker.zone = ServerZone("Asia/Tokyo")
        again = (await linker.prepare(link)).upload
        assert again is not None
        return str(link.upload.record["mdate"]), str(again.record["mdate"])

    first, second = map(datetime.datetime.fromisoformat, asyncio.run(work()))
    assert datetime.timedelta(hours=6) < second - first < datetime.timedelta(hours=9)


def test_another_mail_selected_before_the_first_write_stops_the_link(office: Office, mary: Record) -> None:
    mail, other = sample("related-inline-images"), sample("plain-ascii")

    async def work() -> Link:
        client = await office.client()
        link = office.plan(mail, mary)

        def watch(state: Link) -> None:
            if state.content is not None:
                office.mailbox.open = other

        return await Linker(storing(client), office.mailbox, office.clock, office.linker(client).zone, watch).run(link)

    link = asyncio.run(work())
    assert link.failure is not None
    assert isinstance(link.failure.error, MailChanged)
    assert not office.crm.messages()


def test_a_key_that_is_refused_is_used_once(office: Office, mary: Record) -> None:
    async def work() -> Link:
        client = await office.client()
        office.crm.renew_access_key("agent")
        await asyncio.gather(*(client.modules() for _ in range(6)), return_exceptions=True)
        return await office.linker(client).run(office.plan(sample("plain-ascii"), mary))

    link = asyncio.run(work())
    assert link.failure is not None
    assert isinstance(link.failure.error, SignInNeeded)
    assert office.crm.failed_sign_ins("agent") == 1


def test_a_link_goes_on_after_a_new_sign_in(office: Office, mary: Record) -> None:
    office.crm.faults.add(Fault("relate", "unauthorized_401"))

    async def work() -> tuple[Link, Link]:
        stopped = await office.linker(await office.client()).run(office.plan(sample("nested-mail"), mary))
        return stopped, await office.linker(await office.client()).run(stopped)

    stopped, done = asyncio.run(work())
    assert stopped.failure is not None
    assert isinstance(stopped.failure.error, SignInNeeded)
    assert receipt_of(done).complete
    assert len(office.crm.messages()) == 1


@pytest.mark.parametrize(("arrival", "pauses"), [({}, [1, 2, 4]), ({"arrival": 14}, [2, 4, 8])])
def test_what_may_still_come_is_looked_for_as_long_as_is_set(
    office: Office, mary: Record, arrival: dict[str, float], pauses: list[float]
) -> None:
    slept: list[float] = []

    class Noting(SystemClock):
        async def sleep(self, seconds: float) -> None:
            slept.append(seconds)

    async def work() -> Link:
        client, clock = await office.client(), Noting()
        linker = Linker(
            storing(client), office.mailbox, clock, ServerZone.guess(clock), office.states.append, **arrival
        )
        office.crm.faults.add(Fault("create", "reset", "Messages"))
        stopped = await linker.run(office.plan(sample("plain-ascii"), mary))
        assert stopped.uncertain
        assert slept == []
        done = await linker.run(stopped)
        assert slept == pauses
        return done

    assert receipt_of(asyncio.run(work())).complete
    assert len(office.crm.messages()) == 1


def test_taking_back_removes_what_was_stored_and_nothing_else(office: Office, mary: Record) -> None:
    earlier, mail = sample("nested-mail"), sample("related-inline-images")
    office.link(earlier, mary)
    office.crm.faults.add(Fault("relate", "error_500"))

    async def work() -> None:
        linker = office.linker(await office.client())
        stopped = await linker.run(office.plan(mail, mary))
        assert stopped.failure is not None
        await linker.take_back(stopped)

    asyncio.run(work())
    assert [one["subject"] for one in office.crm.messages()] == [earlier.subject]
    assert len(office.crm.documents()) == len(earlier.attachments)


def test_attachments_that_outlook_does_not_hand_out_are_named(office: Office, mary: Record) -> None:
    office.mailbox = MailFileMailbox(office.files, reads_files=False)
    link = office.link(sample("nested-mail"), mary)
    assert link.failure is None
    assert {one.state for one in link.files} == {FileState.GIVEN_UP}
    assert {one.problem.code for one in receipt_of(link).files if one.problem} == {"file-unreadable-here"}
    assert len(office.crm.linked_messages(mary.id)) == 1
