"""The pane's own linker on a CRM with the component: Documents are related together, and nothing else changes."""

from __future__ import annotations

import asyncio
import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace

import pytest

from connector.crm.client import COMPONENT_CALL, CrmClient, Row
from connector.crm.linker import Linker
from connector.crm.relating import MOST_SOURCES, SEVERAL
from connector.domain.linking import Link, Step
from connector.domain.receipt import receipt_of
from connector.domain.records import Record
from connector.errors import CrmFault, CrmInterrupted, CrmTimeout, NothingLinkable, RecordRefused, SignInNeeded
from connector.ports import Form, Progress, Request, Response
from contract.office import Office
from contract.plain_http import PlainHttp
from contract.surroundings import Files, HttpTransport, MailFileMailbox
from contract.vtews import Vtews
from pane.fault_cases import mail_of, wrong_with
from sandbox_crm.component import Component
from sandbox_crm.faults import Fault
from standin_outlook.mails import Mail

MANY, FEW = mail_of(7001, files=100), mail_of(7002, files=6)
THREE_BATCHES = mail_of(7005, files=120)


@pytest.fixture(scope="module")
def served() -> Iterator[Office]:
    with Office.served() as office:
        yield office
        office.crm.faults.clear()


@pytest.fixture
def at(served: Office) -> Office:
    """The CRM as at its start, with a fresh component."""
    served.crm.reset()
    served.crm.install_component()
    # Set up for mails with many attachments; PHP as it comes takes 20 in a request.
    served.crm.quirks = replace(served.crm.quirks, max_file_uploads=200)
    return replace(served, transport=HttpTransport(served.files), states=[])


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


def asked(at: Office) -> list[tuple[list[str], list[str]]]:
    """Sources and targets of each call that relates several."""
    bodies = [json.loads(one.body or "") for one in at.transport.requests if one.url.endswith(f"/{SEVERAL}")]
    return [(json.loads(body["sources"]), json.loads(body["targets"])) for body in bodies]


def related_alone(at: Office) -> list[str]:
    """The source of each ``relate`` of its own."""
    bodies = [json.loads(one.body) for one in at.transport.requests if one.body and one.url.endswith(COMPONENT_CALL)]
    return [body["id"] for body in bodies if body["operation"] == "relate"]


class Holding(HttpTransport):
    """Keeps the record's answer back until something else has happened."""

    def __init__(self, files: Files) -> None:
        super().__init__(files)
        self.happened = asyncio.Event()

    async def send(self, request: Request, *, progress: Progress | None = None) -> Response:
        answer = await super().send(request, progress=progress)
        if json.loads(request.body or "{}").get("operation") == "retrieve":
            await self.happened.wait()
        return answer


@pytest.mark.parametrize("what", ["the body", "the question for earlier copies"])
def test_what_only_reads_does_not_wait_for_the_record(at: Office, mary: Record, what: str) -> None:
    transport = Holding(at.files)

    class Noticed(MailFileMailbox):
        async def body(self, form: Form) -> str:
            if what == "the body":
                transport.happened.set()
            return await super().body(form)

    class Asked(CrmClient):
        async def query(self, statement: str) -> list[Row]:
            rows = await super().query(statement)
            if what != "the body":
                transport.happened.set()
            return rows

    async def work() -> Link:
        client = Asked(transport, (await at.component_client()).session)
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


def test_a_mail_with_a_hundred_attachments_takes_three_calls_and_each_shows(at: Office, mary: Record) -> None:
    done = link(at, MANY, mary)

    assert wrong(at, MANY, mary) == []
    assert receipt_of(done).complete
    assert [len(sources) for sources, _ in asked(at)] == [MOST_SOURCES, MOST_SOURCES]
    assert Counter(source for sources, _ in asked(at) for source in sources) == Counter(done.documents)
    assert related_alone(at) == [done.stored_mail.id]
    assert len({(len(state.attached), len(state.related)) for state in at.states}) == 1 + 3


def test_several_records_take_no_more_calls(at: Office, mary: Record, company: Record) -> None:
    link(at, MANY, mary, company)

    assert wrong(at, MANY, mary, company) == []
    assert {tuple(targets) for _, targets in asked(at)} == {(mary.id, company.id)}
    assert len(asked(at)) == 2


def test_a_document_is_not_related_to_a_record_that_refuses_its_mail(at: Office, mary: Record) -> None:
    notice = Record(at.crm.all_records("Notices")[0].id, "Notices", "A notice")
    done = link(at, FEW, notice, mary)

    assert wrong(at, FEW, mary) == []
    assert list(done.refused) == [notice.id]
    assert {target for _, target in done.attached} == {mary.id}


def test_nothing_stays_when_the_only_record_refuses_the_mail(at: Office) -> None:
    done = link(at, FEW, Record(at.crm.all_records("Notices")[0].id, "Notices", "A notice"))

    assert done.failure is not None
    assert type(done.failure.error) is NothingLinkable
    assert wrong(at, FEW) == []
    assert at.crm.documents() == []


def test_one_attachment_is_related_together_with_its_mail(at: Office, mary: Record) -> None:
    mail = mail_of(7003, files=1)
    done = link(at, mail, mary)

    assert wrong(at, mail, mary) == []
    assert asked(at) == []
    assert related_alone(at) == [done.stored_mail.id, *done.documents]


def test_without_attachments_the_mail_is_related_by_a_call_of_its_own(at: Office, mary: Record) -> None:
    mail = mail_of(7006, files=0)
    done = link(at, mail, mary)

    assert wrong(at, mail, mary) == []
    assert related_alone(at) == [done.stored_mail.id]


def test_linking_again_relates_to_the_new_record_only(at: Office, mary: Record, company: Record) -> None:
    link(at, FEW, mary)
    link(at, FEW, company)

    assert wrong(at, FEW, mary, company) == []
    assert [targets for _, targets in asked(at)] == [[mary.id], [company.id]]


# What is refused ----------------------------------------------------------------------------------


def refusals(done: Link) -> list[tuple[str, str, list[tuple[str, str]]]]:
    """The record that was refused a Document, and why, for each."""
    return sorted((record, one.code, sorted(one.details.items())) for (_, record), one in done.unattached.items())


@pytest.mark.parametrize("right", ["", "edit"], ids=["no relationship", "no right"])
def test_refusals_are_the_same_as_one_by_one(at: Office, mary: Record, right: str) -> None:
    """A record that takes mails but no Documents; a user who may not change Documents."""
    note = Record(at.crm.new_record("MyNotes", owner="agent", subject="A note"), "MyNotes", "A note")
    if right:
        at.crm.refuse("agent", "Documents", right)
    together = link(at, FEW, note, mary)
    component_of(at).relates_several = False
    one_by_one = link(at, mail_of(7004, files=6), note, mary)

    assert together.failure is None
    assert len(asked(at)) == 3, "the older one twice, to make sure"
    assert refusals(together) == refusals(one_by_one)
    assert len(refusals(together)) == (12 if right else 6)
    assert [len(one.attached) for one in (together, one_by_one)] == [0 if right else 6] * 2
    assert receipt_of(together).notes == receipt_of(one_by_one).notes


def test_one_refused_document_keeps_no_other_from_its_record(at: Office, mary: Record) -> None:
    gone: list[str] = []

    def watch(state: Link) -> None:
        if state.step is Step.RELATE and not gone:
            gone.append(state.documents[2])
            with Vtews(at.url.removesuffix(at.crm.path_prefix), at.crm) as other:
                other.data("delete", id=gone[0])

    async def work() -> Link:
        client = await at.component_client()
        linker = at.linker(client)
        return await Linker(client, at.mailbox, at.clock, linker.zone, watch).run(at.plan(FEW, mary))

    done = asyncio.run(work())

    assert done.failure is None
    assert {pair: problem.code for pair, problem in done.unattached.items()} == {(gone[0], mary.id): "record-refused"}
    assert len(done.attached) == len(at.crm.linked_documents(mary.id)) == 5
    assert len(asked(at)) == 1


# Older components, and none -----------------------------------------------------------------------


def test_an_older_component_is_asked_by_the_first_link_only(at: Office, mary: Record, company: Record) -> None:
    component_of(at).relates_several = False

    async def work() -> list[Link]:
        client: CrmClient = await at.component_client()
        return [await at.linker(client).run(at.plan(MANY, one)) for one in (mary, company)]

    first, second = asyncio.run(work())

    assert wrong(at, MANY, mary, company) == []
    assert len(asked(at)) == 2 * 2, "each once more, to make sure"
    mail = first.stored_mail.id
    assert Counter(related_alone(at)) == Counter({mail: 2, **dict.fromkeys(first.documents, 2)})
    assert second.failure is None


def test_a_stock_crm_is_not_asked(at: Office, mary: Record) -> None:
    at.crm.remove_component()
    at.link(FEW, mary)

    assert wrong(at, FEW, mary) == []
    assert asked(at) == []
    assert Counter(one.operation for one in at.crm.requests)["relate"] == 7


# What breaks off ----------------------------------------------------------------------------------


def test_what_it_had_no_time_for_is_asked_again(at: Office, mary: Record, company: Record) -> None:
    component_of(at).relate_seconds = 0
    done = link(at, FEW, mary, company)

    assert wrong(at, FEW, mary, company) == []
    assert [sources for sources, _ in asked(at)] == [list(done.documents[start:]) for start in range(6)]
    assert related_alone(at) == [done.stored_mail.id]


@pytest.mark.parametrize("later", [False, True], ids=["first", "later"])
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
def test_what_breaks_off_leaves_the_rest_related_and_goes_on(
    at: Office, mary: Record, later: bool, kind: str, when: str, error: type[Exception]
) -> None:
    at = replace(at, transport=PlainHttp(at.files, lambda: at.crm.faults.held.values()))
    if later:
        at.crm.faults.add(Fault(SEVERAL, "slow"))
    at.crm.faults.add(Fault(SEVERAL, kind, when=when))
    stopped = link(at, THREE_BATCHES, mary)
    at.crm.faults.clear()

    assert stopped.failure is not None
    assert stopped.failure.step is Step.RELATE
    assert type(stopped.failure.error) is error
    # All three are under way together; what is not broken off comes to its end, unless the token is refused.
    known = len(stopped.attached)
    assert known in {50 + 50, 50 + 20} | ({0, 20, 50} if error is SignInNeeded else set())
    there = {one.id for one in at.crm.linked_documents(mary.id)}
    assert {document for document, _ in stopped.attached} <= there
    before = len(asked(at))

    done = again(at, stopped)

    assert receipt_of(done).complete
    assert wrong(at, THREE_BATCHES, mary) == []
    assert sum(len(sources) for sources, _ in asked(at)[before:]) == 120 - known
    assert len(at.crm.linked_documents(mary.id)) == 120
    assert set(related_alone(at)) == {done.stored_mail.id}
