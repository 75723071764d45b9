"""The fault matrix on CPython: every call of the journey, every trouble, before and after the CRM handled it."""

from __future__ import annotations

import zoneinfo
from collections.abc import Iterator
from dataclasses import replace

import pytest

from connector.app import events as e
from connector.app.state import Asking
from connector.app.texts import say, say_error
from connector.app.views.failure import standing
from connector.finding.records import Record
from connector.vtenext.component.lookup import MAIL
from connector.vtenext.component.relating import RELATE
from connector.vtenext.component.storage import FILE, LINK, RECORD
from contract.both import stock_pane, stock_server
from contract.office import seed_record
from contract.sitting import Sitting
from pane.fault_cases import CASES, TROUBLES, Case, Spot, Tally, Trouble, mail_of, untrue, wrong_with
from sandbox_crm.component.component import Component
from sandbox_crm.crm import SandboxCrm
from sandbox_crm.faults import Fault
from standin_outlook.mails import Mail

__all__ = ["stock_pane", "stock_server"]
MOST_TRIES = 4
# In the middle of the request: only uploads are large enough to have one.
SMALL = tuple(one for one in TROUBLES if not one.at(Spot("", RELATE, None)).strikes_upload)


@pytest.fixture(scope="module")
def tally(request: pytest.FixtureRequest) -> Iterator[Tally]:
    counted = Tally()
    yield counted
    counted.tell(request.config, "fault matrix on CPython")


@pytest.mark.parametrize("case", CASES, ids=str)
def test_nothing_is_lost_doubled_or_misfiled(stock_pane: Sitting, tally: Tally, case: Case) -> None:
    at = stock_pane
    mail = mail_of(CASES.index(case))
    prepare(at, case)
    before = len(tally.findings)
    records = Journey(at, tally, mail).through(case)
    tally.cases += 1
    tally.audit(at.crm, mail, records)
    assert at.crm.faults.struck == [case.fault]
    assert at.transport.after_refusal == 0
    assert tally.findings[before:] == []


@pytest.mark.parametrize("trouble", SMALL, ids=lambda trouble: trouble.name)
@pytest.mark.parametrize("operation", [MAIL, RECORD, LINK])
def test_what_the_component_is_asked_while_a_record_is_chosen(
    stock_server: tuple[SandboxCrm, str], tally: Tally, operation: str, trouble: Trouble
) -> None:
    at_the_component(stock_server, tally, operation, 1, trouble, choosing=True)


@pytest.mark.parametrize("trouble", TROUBLES, ids=lambda trouble: trouble.name)
def test_a_mail_that_is_stored_and_related_in_one_request(
    stock_server: tuple[SandboxCrm, str], tally: Tally, trouble: Trouble
) -> None:
    at_the_component(stock_server, tally, LINK, 1, trouble)


@pytest.mark.parametrize(
    ("place", "trouble"),
    [*((1, one) for one in TROUBLES), *((2, one) for one in SMALL)],
    ids=lambda given: str(getattr(given, "name", given)),
)
def test_a_file_that_is_sent_alone(
    stock_server: tuple[SandboxCrm, str], tally: Tally, place: int, trouble: Trouble
) -> None:
    at_the_component(stock_server, tally, FILE, place, trouble, alone=True)


@pytest.mark.parametrize("trouble", SMALL, ids=lambda trouble: trouble.name)
@pytest.mark.parametrize("operation", [MAIL, RELATE])
def test_what_follows_files_that_are_sent_alone(
    stock_server: tuple[SandboxCrm, str], tally: Tally, operation: str, trouble: Trouble
) -> None:
    at_the_component(stock_server, tally, operation, 1, trouble, alone=True)


def at_the_component(
    server: tuple[SandboxCrm, str],
    tally: Tally,
    operation: str,
    place: int,
    trouble: Trouble,
    *,
    choosing: bool = False,
    alone: bool = False,
) -> None:
    """Link, with the trouble at one call of an operation; ``place`` 1 is the first.

    ``choosing``: what is called while a record is chosen counts; otherwise what is called from the press on.
    ``alone``: the CRM takes one file with a mail, and the others each in a request of its own.
    """
    crm, url = server
    crm.reset()
    crm.install_component(Component())
    crm.quirks = replace(crm.quirks, max_file_uploads=1 if alone else crm.quirks.max_file_uploads)
    mail = mail_of(5000 + place)
    before = len(tally.findings)
    with Sitting(crm, url) as at:
        journey = Journey(at, tally, mail)
        journey.sign_in()
        assert not at.state.stock
        at.select(mail)
        journey.see_suggestions()
        if not choosing:
            at.choose(journey.record)
        if place > 1:
            crm.faults.add(Fault(operation, "slow", times=place - 1))
        crm.faults.add(trouble.at(Spot("", operation, None)))
        if choosing:
            at.choose(journey.record)
        at.say(e.LinkAsked())
        journey.finish()
        assert crm.faults.struck[-1].kind == trouble.kind
    tally.cases += 1
    tally.audit(crm, mail, [journey.record.id])
    assert tally.findings[before:] == []


def prepare(at: Sitting, case: Case) -> None:
    """Set up the CRM as the case wants it."""
    crm = at.crm
    crm.time_zone = zoneinfo.ZoneInfo("America/New_York" if case.spot.abroad else "Europe/Rome")
    if case.spot.alone:
        crm.quirks = replace(crm.quirks, max_file_uploads=1)


class Journey:
    """One case, from signing in to the receipt, with all the tries that it takes."""

    def __init__(self, at: Sitting, tally: Tally, mail: Mail) -> None:
        self.at, self.tally, self.mail = at, tally, mail
        self.record = record_of(at.crm)

    def through(self, case: Case) -> list[str]:
        """Go through it; returns the ids of the records to which the mail has to be linked now."""
        at, phase = self.at, case.spot.phase
        if phase == "sign-in":
            at.crm.faults.add(case.fault)
        self.sign_in()
        if phase == "mail":
            at.crm.faults.add(case.fault)
        at.select(self.mail)
        self.see_suggestions()
        if phase == "link":
            at.crm.faults.add(case.fault)
        if phase == "cancel":
            return self.cancelled(case)
        at.link(self.record)
        self.finish()
        return [self.record.id]

    def sign_in(self) -> None:
        for _ in range(MOST_TRIES):
            self.at.sign_in()
            if self.at.state.signed_in:
                return
            problem = self.at.state.form.problem or self.at.state.form.reason
            assert problem is not None
            assert say(problem).what
            assert say(problem).next
        self.tally.find("stuck", "sign in")

    def see_suggestions(self) -> None:
        """Until they are there: again, or sign in again."""
        for _ in range(MOST_TRIES):
            if not self.at.state.signed_in:
                self.sign_in()
            if self.at.state.suggesting is Asking.DONE:
                return
            assert self.at.state.suggesting is Asking.FAILED
            assert self.at.state.suggestion_problem is not None
            assert say(self.at.state.suggestion_problem).next
            self.at.say(e.SuggestAgainAsked())
        self.tally.find("stuck", "suggestions")

    def finish(self) -> None:
        """Try again until the link is complete; what the pane says in between has to be true."""
        for _ in range(MOST_TRIES):
            if not self.at.state.signed_in:
                self.truth()
                self.sign_in()
            view = self.at.state.current
            if view is None:  # abandoned, and said so
                assert any(say(one.problem).what for one in self.at.state.notices)
                self.truth()
                self.at.link(self.record)
                continue
            assert not view.running
            if view.receipt is not None and view.receipt.complete:
                if not any(note.code == "documents-not-related" for note in view.receipt.notes):
                    return
                self.truth()
                self.at.say(e.LinkClosed(self.mail.item_id))
                self.at.link(self.record)
                continue
            self.truth()
            self.at.retry()
        self.tally.find("stuck", "link")

    def truth(self) -> None:  # noqa: C901  # one look at each sentence
        """What the pane says of the CRM has to be so."""
        crm, view = self.at.crm, self.at.state.current
        if view is None:
            said = {one.problem.code for one in self.at.state.notices}
            if said & {"nothing-linkable", "link-cancelled", "taken-back"}:
                for kind, what in wrong_with(crm, self.mail, set()):
                    self.tally.find("lies", f"says that nothing was stored, but {kind} {what}")
            return
        if view.link.failure is not None:
            sentence = say_error(view.link.failure.error)
            assert sentence.what
            assert sentence.next
            if "Nothing was stored" in sentence.what and not view.link.uncertain and wrong_with(crm, self.mail, set()):
                for kind, what in wrong_with(crm, self.mail, set()):
                    self.tally.find("lies", f"{sentence.what} But {kind} {what}")
            for line in untrue(crm, self.mail, standing(view.link)):
                self.tally.find("lies", line)
        if view.receipt is not None:
            there = {one.id for one in crm.documents()}
            for outcome in view.link.files:
                if outcome.document and outcome.document not in there:
                    self.tally.find("lies", f"{outcome.name} is not in the CRM")
            linked = {record.id for record in view.receipt.linked}
            for record in linked:
                if not crm.linked_messages(record):
                    self.tally.find("lies", f"not linked to {record}")

    def cancelled(self, case: Case) -> list[str]:
        """Link as far as the relation, have that fail, take back; the fault strikes there."""
        at = self.at
        at.crm.faults.add(Fault("relate", "error_500", "Messages"))
        at.link(self.record)
        at.crm.faults.clear()
        at.crm.faults.add(case.fault)
        at.cancel()
        for _ in range(MOST_TRIES):
            if not at.state.signed_in:
                self.truth()
                self.sign_in()
            self.truth()
            if at.state.current is None:
                return []
            at.cancel()
        self.tally.find("stuck", "cancel")
        return []


def record_of(crm: SandboxCrm) -> Record:
    """Mary Smith, who wrote the mails."""
    return seed_record(crm, "Contacts", firstname="Mary", lastname="Smith")
