"""The pane's own linker on a CRM with the component: what it asks, and what is there in the end."""

from __future__ import annotations

import asyncio
import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace

import pytest

from connector.errors import (
    CrmFault,
    CrmInterrupted,
    CrmTimeout,
    NothingLinkable,
    RecordRefused,
    SignInNeeded,
    TakeBackFailed,
)
from connector.finding.records import Record
from connector.linking.link import Link
from connector.linking.linker import Linker
from connector.linking.receipt import receipt_of
from connector.linking.states import Step
from connector.ports import Form, Progress, Request, Response
from connector.vtenext.client import CrmClient
from connector.vtenext.component.lookup import MAIL
from connector.vtenext.component.relating import RELATE
from connector.vtenext.component.storage import LINK, RECORD
from connector.vtenext.doors import storing
from contract.office import Office
from contract.plain_http import PlainHttp
from contract.surroundings import MailFileMailbox
from contract.vtews import elsewhere
from contract.wire import Wire
from pane.fault_cases import mail_of, wrong_with
from sandbox_crm.app import create_app
from sandbox_crm.component.component import Component
from sandbox_crm.crm import SandboxCrm
from sandbox_crm.faults import Fault
from standin_outlook.mails import Mail

SIGNING = {"mailconnectorstatus", "mailconnectorlogin"}
MANY, FEW = mail_of(7001, files=100), mail_of(7002, files=6)


@pytest.fixture(scope="module")
def crm() -> Iterator[SandboxCrm]:
    crm = SandboxCrm()
    yield crm
    crm.close()


@pytest.fixture
def at(crm: SandboxCrm) -> Office:
    """The CRM as at its start, with a fresh component."""
    crm.reset()
    crm.install_component()
    # Set up for mails with many attachments; PHP as it comes takes 20 in a request.
    return Office.over(crm)


@pytest.fixture
def mary(at: Office) -> Record:
    return at.record("Contacts", firstname="Mary", lastname="Smith")


@pytest.fixture
def company(at: Office) -> Record:
    return at.record("Accounts", accountname="Northwind Traders")


def component_of(at: Office) -> Component:
    assert at.crm.component is not None
    return at.crm.component


def link(at: Office, mail: Mail, *records: Record) -> Link:
    """Sign in by the component, and link."""

    async def work() -> Link:
        return await at.linker(await at.component_client()).run(at.plan(mail, *records))

    return asyncio.run(work())


def again(at: Office, stopped: Link) -> Link:
    """Sign in by the component, and go on."""

    async def work() -> Link:
        return await at.linker(await at.component_client()).run(stopped)

    return asyncio.run(work())


def wrong(at: Office, mail: Mail, *records: Record) -> list[tuple[str, str]]:
    return list(wrong_with(at.crm, mail, {one.id for one in records}))


def asked(at: Office) -> list[str]:
    """The operations that were called, without signing in."""
    return [name for one in at.transport.requests if (name := one.url.rpartition("/")[2]) not in SIGNING]


def related(at: Office) -> list[list[str]]:
    """The records of each call that relates a stored mail."""
    bodies = [json.loads(one.body or "") for one in at.transport.requests if one.url.endswith(f"/{RELATE}")]
    return [json.loads(body["targets"]) for body in bodies]


class Holding(PlainHttp):
    """Keeps the record's answer back until something else has happened."""

    def __init__(self, at: Office) -> None:
        super().__init__(at.files, lambda: at.crm.faults.held.values(), Wire(create_app(at.crm)))
        self.happened = asyncio.Event()
        self.waits_for = ""

    async def send(self, request: Request, *, progress: Progress | None = None) -> Response:
        answer = await super().send(request, progress=progress)
        if request.url.endswith(f"/{self.waits_for}") and self.waits_for:
            self.happened.set()
        if request.url.endswith(f"/{RECORD}"):
            await self.happened.wait()
        return answer


@pytest.mark.parametrize("what", ["the body", "the question for earlier copies"])
def test_what_only_reads_does_not_wait_for_the_record(at: Office, mary: Record, what: str) -> None:
    transport = Holding(at)
    transport.waits_for = "" if what == "the body" else MAIL

    class Noticed(MailFileMailbox):
        async def body(self, form: Form) -> str:
            if what == "the body":
                transport.happened.set()
            return await super().body(form)

    async def work() -> Link:
        client = CrmClient(transport, (await at.component_client()).session)
        return await at.linker(client).run(at.plan(FEW, mary))

    at = replace(at, mailbox=Noticed(at.files))
    done = asyncio.run(work())

    assert receipt_of(done).complete
    assert wrong(at, FEW, mary) == []


def test_a_record_that_is_refused_stores_nothing_whatever_was_read_by_then(at: Office) -> None:
    hidden = Record("4x99999", "Contacts", "Nobody")
    done = link(at, FEW, hidden)

    assert done.failure is not None
    assert type(done.failure.error) is RecordRefused
    assert at.crm.messages() == []
    assert done.content is None


def test_a_link_is_three_questions_two_of_which_come_before_the_press(at: Office, mary: Record) -> None:
    done = link(at, FEW, mary)

    assert wrong(at, FEW, mary) == []
    assert receipt_of(done).complete
    assert sorted(asked(at)) == sorted([RECORD, MAIL, LINK])


@pytest.mark.parametrize("files", [0, 1, 20])
def test_it_takes_no_more_for_more_files(at: Office, mary: Record, company: Record, files: int) -> None:
    mail = mail_of(7003, files=files)
    link(at, mail, mary, company)

    assert wrong(at, mail, mary, company) == []
    assert (asked(at).count(LINK), related(at)) == (1, [])


def test_a_hundred_files_are_sent_twenty_at_a_time(at: Office, mary: Record) -> None:
    done = link(at, MANY, mary)

    assert wrong(at, MANY, mary) == []
    assert receipt_of(done).complete
    assert Counter(asked(at))[LINK] == 5, Counter(asked(at))
    assert related(at) == []
    assert len(at.crm.messages()[0].attachments) == 100


def test_a_document_is_not_related_to_a_record_that_refuses_its_mail(at: Office, mary: Record) -> None:
    notice = Record(at.crm.all_records("Notices")[0].id, "Notices", "A notice")
    done = link(at, FEW, notice, mary)

    assert wrong(at, FEW, mary) == []
    assert list(done.refused) == [notice.id]
    assert {target for _, target in done.attached} == {mary.id}


def test_nothing_is_stored_where_the_only_record_refuses_the_mail(at: Office) -> None:
    done = link(at, FEW, Record(at.crm.all_records("Notices")[0].id, "Notices", "A notice"))

    assert done.failure is not None
    assert type(done.failure.error) is NothingLinkable
    assert not done.written
    assert wrong(at, FEW) == []
    assert (at.crm.messages(), at.crm.documents()) == ([], [])


def test_linking_again_relates_to_the_new_record_only(at: Office, mary: Record, company: Record) -> None:
    link(at, FEW, mary)
    before = len(asked(at))
    link(at, FEW, company)

    assert wrong(at, FEW, mary, company) == []
    assert related(at) == [[company.id]]
    assert LINK not in asked(at)[before:]


def test_a_hundred_records_take_two_calls(at: Office) -> None:
    names = [f"Person {number}" for number in range(100)]
    ids = [at.crm.new_record("Contacts", owner="agent", lastname=name) for name in names]
    records = [Record(one, "Contacts", name) for one, name in zip(ids, names, strict=True)]
    done = link(at, FEW, *records)

    assert receipt_of(done).complete
    assert wrong(at, FEW, *records) == []
    assert [len(some) for some in related(at)] == [50]


# What is refused ----------------------------------------------------------------------------------


@pytest.mark.parametrize("right", ["", "edit"], ids=["no relationship", "no right"])
def test_a_record_that_takes_mails_and_no_documents_is_told(at: Office, mary: Record, right: str) -> None:
    """A record that takes mails but no Documents; a user who may not change Documents."""
    note = Record(at.crm.new_record("MyNotes", owner="agent", subject="A note"), "MyNotes", "A note")
    if right:
        at.crm.refuse("agent", "Documents", right)
    done = link(at, FEW, note, mary)

    assert done.failure is None
    assert done.related >= {note.id, mary.id}
    if right:
        assert {one.problem.code for one in done.files if one.problem} == {"file-refused"}
    else:
        assert {record for _, record in done.unattached} == {note.id}
        assert len(done.unattached) == len(done.attached) == 6


def test_one_document_that_is_deleted_meanwhile_keeps_no_other_from_its_record(at: Office, mary: Record) -> None:
    first = link(at, FEW, mary)
    company = at.record("Accounts", accountname="Northwind Traders")
    gone: list[str] = []

    def watch(state: Link) -> None:
        if state.step is Step.RELATE and not gone:
            gone.append(state.documents[2])
            with elsewhere(at.crm) as other:
                other.data("delete", id=gone[0])

    async def work() -> Link:
        client = await at.component_client()
        zone = at.linker(client).zone
        return await Linker(storing(client), at.mailbox, at.clock, zone, watch).run(at.plan(FEW, company))

    done = asyncio.run(work())

    assert gone == [first.documents[2]]
    assert done.failure is None
    assert len(at.crm.linked_documents(company.id)) == 5


# Taking back --------------------------------------------------------------------------------------


def taken_back(at: Office, done: Link) -> None:
    async def work() -> None:
        await at.linker(await at.component_client()).take_back(done)

    asyncio.run(work())


def test_what_somebody_else_has_deleted_is_gone(at: Office, mary: Record) -> None:
    done = link(at, FEW, mary)
    at.crm.remove_by_hand(done.documents[0])
    taken_back(at, done)
    assert (at.crm.messages(), at.crm.documents()) == ([], [])

    done = link(at, FEW, mary)
    at.crm.remove_by_hand(done.stored_mail.id)
    taken_back(at, done)
    assert (at.crm.messages(), at.crm.documents()) == ([], [])


def test_many_documents_of_a_deleted_mail_are_taken_back(at: Office, mary: Record) -> None:
    done = link(at, MANY, mary)
    at.crm.remove_by_hand(done.stored_mail.id)
    taken_back(at, replace(done, copy=replace(done.standing, mail=replace(done.stored_mail, ours=False))))
    assert at.crm.documents() == []


@pytest.mark.parametrize("ours", [True, False])
def test_a_mail_that_is_another_users_by_now_is_not_told_as_gone(at: Office, mary: Record, ours: bool) -> None:
    done = link(at, FEW, mary)
    hers = at.crm.store_by_hand("sara", "<hers@ourcompany.example>")
    copy = replace(done.standing, mail=replace(done.stored_mail, id=hers, ours=ours))
    with pytest.raises(TakeBackFailed):
        taken_back(at, replace(done, copy=copy))
    assert len(at.crm.messages()) == 2
    assert len(at.crm.documents()) == 6


def test_a_document_that_somebody_else_has_related_stays_and_is_told(at: Office, mary: Record, company: Record) -> None:
    done = link(at, FEW, mary)
    with elsewhere(at.crm) as other:
        other.data("relate", id=done.documents[1], relatelist=json.dumps([company.id]), relationid="")
    with pytest.raises(TakeBackFailed) as failed:
        taken_back(at, done)
    assert failed.value.details["reason"] == "related_elsewhere"
    assert [one["id"] for one in at.crm.documents()] == [done.documents[1]]


# What breaks off ----------------------------------------------------------------------------------


def test_what_it_had_no_time_for_is_asked_again(at: Office, mary: Record, company: Record) -> None:
    component_of(at).relate_seconds = 0
    done = link(at, FEW, mary, company)

    assert wrong(at, FEW, mary, company) == []
    assert receipt_of(done).complete
    assert related(at) == [[mary.id, company.id]] * 5


@pytest.mark.parametrize(
    ("kind", "when", "error"),
    [
        ("reset", "before", CrmInterrupted),
        ("reset", "after", CrmInterrupted),
        ("error_500", "before", CrmFault),
        ("fatal_500", "after", CrmFault),
        ("never_answers", "after", CrmTimeout),
        ("unauthorized_401", "before", SignInNeeded),
    ],
)
def test_what_breaks_off_goes_on_where_it_was(
    at: Office, mary: Record, company: Record, kind: str, when: str, error: type[Exception]
) -> None:
    link(at, FEW, mary)
    at.crm.faults.add(Fault(RELATE, kind, when=when))
    stopped = link(at, FEW, company)
    at.crm.faults.clear()

    assert stopped.failure is not None
    assert stopped.failure.step is Step.RELATE
    assert type(stopped.failure.error) is error

    done = again(at, stopped)

    assert receipt_of(done).complete
    assert wrong(at, FEW, mary, company) == []


def test_a_stock_crm_is_asked_by_its_own_operations(at: Office, mary: Record) -> None:
    at.crm.remove_component()
    at.link(FEW, mary)

    assert wrong(at, FEW, mary) == []
    assert not [one for one in at.crm.requests if one.operation.startswith("mailconnector")]
