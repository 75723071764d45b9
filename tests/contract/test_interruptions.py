"""What happens in the middle of a link: it is cancelled, the pane closed, the key renewed, another mail linked."""

from __future__ import annotations

import time
import zoneinfo
from collections.abc import Iterator
from dataclasses import replace

import pytest

from connector.app import events as e
from connector.app.state import Asking
from connector.errors import SignInNeeded
from connector.finding.records import Record
from connector.linking.states import Step
from contract.both import stock_pane, stock_server
from contract.office import seed_record
from contract.seeded import company, mary
from contract.sitting import Sitting
from pane.fault_cases import SENDER, mail_of, wrong_with
from patience import LONGEST
from sandbox_crm.app import create_app
from sandbox_crm.crm import SandboxCrm
from sandbox_crm.faults import Fault
from sandbox_crm.rest.striking import FOR_GOOD
from standin_outlook.mails import Mail
from workshop.serving import Server

__all__ = ["company", "mary", "stock_pane", "stock_server"]
MAIL, OTHER = mail_of(9001), mail_of(9002)
LATER = {Step.STORE, Step.READ_BACK, Step.SEND_FILES, Step.DATE, Step.RELATE, Step.DOCUMENTS}


@pytest.fixture
def at(stock_pane: Sitting) -> Iterator[Sitting]:
    stock_pane.crm.time_zone = zoneinfo.ZoneInfo("Europe/Rome")
    stock_pane.sign_in()
    stock_pane.select(MAIL)
    yield stock_pane
    assert stock_pane.transport.after_refusal == 0


def wrong(at: Sitting, *records: Record, mail: Mail = MAIL) -> list[tuple[str, str]]:
    """What is wrong with the mail in the CRM."""
    return list(wrong_with(at.crm, mail, {one.id for one in records}))


def records_for(step: Step, mary: Record, company: Record) -> tuple[Record, ...]:
    """With one record the Documents are related together with the mail: there is no step of their own."""
    return (mary, company) if step is Step.DOCUMENTS else (mary,)


# A server that leads on ----------------------------------------------------------------------------


@pytest.mark.parametrize("alone", [False, True])
def test_what_a_server_leads_on_is_told_and_goes_on_when_it_is_right(at: Sitting, mary: Record, alone: bool) -> None:
    """It may have handled the upload before: the mail is looked for, and never sent smaller for it."""
    fault = Fault("create", "moved_307", module="Documents" if alone else "Messages", data="https://elsewhere.example/")
    if alone:
        at.crm.quirks = replace(at.crm.quirks, max_file_uploads=1)
    at.crm.faults.add(fault)
    at.link(mary)
    assert at.view.link.failure is not None
    assert at.view.link.failure.error.code == "crm-redirects"
    assert len(at.crm.messages()) == alone
    at.retry()
    assert at.view.receipt is not None
    assert wrong(at, mary) == []


# Cancelling ---------------------------------------------------------------------------------------


ELSEWHERE = {Step.TAKE_BACK, Step.SEND_FILES, Step.ORIGINAL, Step.SEND_ORIGINAL, Step.NOTE, Step.FILL}
FIRST_TIME = [step for step in Step if step not in ELSEWHERE]


@pytest.mark.parametrize("step", FIRST_TIME)
def test_cancelling_at_any_step_leaves_nothing(at: Sitting, mary: Record, company: Record, step: Step) -> None:
    records = records_for(step, mary, company)
    at.crm.time_zone = zoneinfo.ZoneInfo("Asia/Tokyo")
    at.at_step(step, lambda: at.app.dispatch(e.CancelAsked(MAIL.item_id)))
    at.link(*records)
    assert wrong(at) == []
    assert at.state.current is None
    assert set(at.problems) <= {"link-cancelled", "link-cancelled-unsure", "taken-back"}
    assert at.files.held == {}
    at.link(*records)
    assert wrong(at, *records) == []


@pytest.mark.parametrize("step", [Step.SEND_FILES, Step.READ_BACK, Step.RELATE])
def test_cancelling_while_files_are_sent_alone(at: Sitting, mary: Record, step: Step) -> None:
    at.crm.quirks = replace(at.crm.quirks, max_file_uploads=1)
    at.at_step(step, lambda: at.app.dispatch(e.CancelAsked(MAIL.item_id)))
    at.link(mary)
    assert wrong(at) == []
    assert at.state.current is None


def test_cancelling_a_mail_that_may_still_come_does_not_promise_too_much(at: Sitting, mary: Record) -> None:
    at.crm.faults.add(Fault("create", "never_answers", "Messages"))
    at.link(mary)
    at.cancel()
    assert wrong(at) == []
    assert at.problems == ["link-cancelled-unsure"]


def test_a_burst_of_calls_with_a_renewed_key_locks_nobody(at: Sitting) -> None:
    at.transport.patient = True
    at.crm.faults.add(Fault("query", "slow", delay=FOR_GOOD, times=20))
    at.begin(e.SuggestAgainAsked())
    at.wait_for(lambda: len(at.crm.faults.struck) == 1)
    at.crm.renew_access_key("agent")
    at.crm.faults.release()
    at.settle()
    assert at.crm.failed_sign_ins("agent") == 1
    assert not at.state.signed_in


def test_cancelling_a_mail_whose_answer_was_lost_removes_it(at: Sitting, mary: Record) -> None:
    at.crm.faults.add(Fault("create", "never_answers", "Messages", "after"))
    at.link(mary)
    assert at.view.link.uncertain
    assert at.crm.messages()
    at.cancel()
    assert wrong(at) == []
    assert at.problems == ["taken-back"]


def test_what_can_not_be_removed_is_told(at: Sitting, mary: Record) -> None:
    at.crm.faults.add(Fault("relate", "error_500", "Messages"))
    at.link(mary)
    at.crm.refuse("agent", "Messages", "delete")
    at.cancel()
    assert at.crm.messages()
    failure = at.view.link.failure
    assert failure is not None
    assert failure.error.code == "take-back-failed"
    at.retry()
    assert wrong(at, mary) == []


def test_taking_back_that_broke_off_can_be_turned_into_going_on(at: Sitting, mary: Record) -> None:
    at.crm.faults.add(Fault("relate", "error_500", "Messages"))
    at.link(mary)
    at.crm.faults.add(Fault("delete", "reset", "Documents", "after", after_bytes=0))
    at.cancel()
    assert at.view.link.failure is not None
    at.retry()
    assert wrong(at, mary) == []
    assert at.view.receipt is not None
    assert at.view.receipt.complete


def test_taking_back_that_is_tried_again_can_be_cancelled(at: Sitting, mary: Record) -> None:
    at.crm.faults.add(Fault("relate", "error_500", "Messages"))
    at.link(mary)
    at.crm.faults.add(Fault("delete", "reset", "Documents", "after", after_bytes=0))
    at.cancel()
    at.at_step(Step.TAKE_BACK, lambda: at.app.dispatch(e.CancelAsked(MAIL.item_id)))
    at.retry()
    assert wrong(at) == []
    assert at.state.current is None


def test_an_older_copy_of_the_mail_survives_a_cancel(at: Sitting, mary: Record, company: Record) -> None:
    at.link(mary)
    at.say(e.LinkClosed(MAIL.item_id))
    at.at_step(Step.RELATE, lambda: at.app.dispatch(e.CancelAsked(MAIL.item_id)))
    at.link(company)
    assert wrong(at, mary) == []


def test_cancelling_twice_is_cancelling_once(at: Sitting, mary: Record) -> None:
    def twice() -> None:
        at.app.dispatch(e.CancelAsked(MAIL.item_id))
        at.app.dispatch(e.CancelAsked(MAIL.item_id))
        at.app.dispatch(e.RetryAsked(MAIL.item_id))

    at.at_step(Step.RELATE, twice)
    at.link(mary)
    assert wrong(at) == []
    assert at.state.links == {}


# Closing the pane ---------------------------------------------------------------------------------


TOGETHER: list[tuple[Step, bool]] = [(step, False) for step in sorted(LATER, key=str) if step is not Step.SEND_FILES]
ALONE = [(step, True) for step in sorted(LATER, key=str)]


@pytest.mark.parametrize(("step", "alone"), TOGETHER + ALONE)
def test_closing_the_pane_at_any_step_and_linking_anew(
    at: Sitting, mary: Record, company: Record, step: Step, alone: bool
) -> None:
    records = records_for(step, mary, company)
    if alone:
        at.crm.quirks = replace(at.crm.quirks, max_file_uploads=1)
    at.crm.time_zone = zoneinfo.ZoneInfo("Asia/Tokyo")
    closed: list[bool] = []
    at.at_step(step, lambda: closed.append(True))
    at.begin_link(*records)
    at.wait_for(lambda: bool(closed))
    at.reopen()
    at.sign_in()
    at.select(MAIL)
    at.link(*records)
    assert wrong(at, *records) == []


# The sign-in --------------------------------------------------------------------------------------


@pytest.mark.parametrize("step", list(Step))
def test_a_key_renewed_at_any_step_costs_one_refusal(at: Sitting, mary: Record, company: Record, step: Step) -> None:
    if step is Step.SEND_FILES:
        at.crm.quirks = replace(at.crm.quirks, max_file_uploads=1)
    if step is Step.DATE:
        at.crm.time_zone = zoneinfo.ZoneInfo("Asia/Tokyo")
    at.at_step(step, lambda: at.crm.renew_access_key("agent") and None)
    at.link(mary, company)
    # Documents are related a few at a time: those are on their way together.
    assert at.crm.failed_sign_ins("agent") <= (3 if step is Step.DOCUMENTS else 2 if step is Step.CHECK else 1)
    if not at.state.signed_in:
        at.sign_in()
    assert at.view.receipt is not None
    assert at.view.receipt.complete
    assert wrong(at, mary, company) == []


def test_cancelling_with_a_lost_sign_in_is_done_after_the_next(at: Sitting, mary: Record) -> None:
    at.crm.faults.add(Fault("relate", "error_500", "Messages"))
    at.link(mary)
    at.crm.renew_access_key("agent")
    at.cancel()
    assert not at.state.signed_in
    assert at.crm.messages()
    at.sign_in()
    assert wrong(at) == []
    assert at.state.current is None
    assert at.crm.failed_sign_ins("agent") == 0


def test_what_is_half_taken_back_when_the_key_is_renewed_is_taken_back_later(at: Sitting, mary: Record) -> None:
    at.crm.faults.add(Fault("relate", "error_500", "Messages"))
    at.link(mary)
    at.crm.faults.add(Fault("delete", "reset", times=9))
    at.cancel()
    at.crm.faults.clear()
    at.crm.renew_access_key("agent")
    at.retry()
    assert not at.state.signed_in
    at.sign_in()
    assert wrong(at, mary) == []


def test_an_upload_that_is_refused_after_a_new_sign_in_goes_on_with_that(at: Sitting, mary: Record) -> None:
    at.transport.patient = True
    at.crm.faults.add(Fault("create", "slow", "Messages", delay=FOR_GOOD))
    at.begin_link(mary)
    at.wait_for(lambda: bool(at.crm.faults.struck))
    at.crm.renew_access_key("agent")
    at.begin(e.SuggestAgainAsked())
    at.wait_for(lambda: not at.state.signed_in)
    at.begin(*at.sign_in_events())
    at.wait_for(lambda: at.state.signed_in)
    at.crm.faults.release()
    at.settle()
    assert at.state.signed_in
    assert wrong(at, mary) == []


def test_two_links_that_lose_the_sign_in_together(at: Sitting, mary: Record, company: Record) -> None:
    at.transport.patient = True
    at.crm.faults.add(Fault("create", "slow", "Messages", delay=FOR_GOOD))
    at.begin_link(mary)
    at.wait_for(lambda: bool(at.crm.faults.struck))
    at.begin_select(OTHER)
    at.begin_link(company)
    at.wait_for(lambda: at.view.link.step is Step.STORE and at.state.suggesting is Asking.DONE)
    at.crm.renew_access_key("agent")
    at.crm.faults.release()
    at.settle()
    assert not at.state.signed_in
    errors = [view.link.failure and view.link.failure.error for view in at.state.links.values()]
    assert len(errors) == 2
    assert all(isinstance(error, SignInNeeded) for error in errors)
    assert at.crm.failed_sign_ins("agent") == 1
    at.sign_in()
    assert wrong(at, mary) == []
    assert wrong(at, company, mail=OTHER) == []


@pytest.mark.parametrize("step", sorted(LATER - {Step.SEND_FILES}, key=str))
def test_signing_out_while_a_link_is_under_way_leaves_nothing(
    at: Sitting, mary: Record, company: Record, step: Step
) -> None:
    at.crm.time_zone = zoneinfo.ZoneInfo("Asia/Tokyo")
    at.at_step(step, lambda: at.app.dispatch(e.SignOutAsked()))
    at.link(*records_for(step, mary, company))
    assert not at.state.signed_in
    assert wrong(at) == []
    assert at.store.kept is None


def test_what_a_sign_out_could_not_remove_waits_for_the_same_user(at: Sitting, mary: Record) -> None:
    at.crm.faults.add(Fault("relate", "error_500", "Messages"))
    at.link(mary)
    at.crm.faults.add(Fault("delete", "reset", times=9))
    at.say(e.SignOutAsked())
    assert not at.state.signed_in
    requests = len(at.transport.requests)
    at.retry()
    assert len(at.transport.requests) == requests
    at.crm.faults.clear()
    at.sign_in("sara")
    assert not at.state.signed_in
    assert at.state.form.problem is not None
    assert at.state.form.problem.code == "other-session"
    at.sign_in()
    assert at.view.receipt is not None
    assert wrong(at, mary) == []


# Answers that come late ---------------------------------------------------------------------------


def test_a_create_that_ends_after_the_retry_leaves_one_mail() -> None:
    crm = SandboxCrm()
    # A server in a thread of its own goes on while the pane's loop rests.
    with Server(create_app(crm)) as server, Sitting(crm, server.url) as at:
        at.sign_in()
        at.select(MAIL)
        mary = seed_record(crm, "Contacts", firstname="Mary", lastname="Smith")
        crm.faults.add(Fault("create", "slow", "Messages", delay=FOR_GOOD))
        at.link(mary)
        assert at.view.link.uncertain
        at.transport.patient = True

        def arrive() -> None:
            crm.faults.release()
            hung = time.monotonic() + LONGEST
            while len(crm.messages()) < 2:
                assert time.monotonic() < hung
                time.sleep(0.005)

        at.at_step(Step.RELATE, arrive)
        at.retry()
        assert wrong(at, mary) == []


def test_both_creates_arrived_and_both_answers_were_lost(at: Sitting, mary: Record) -> None:
    at.crm.faults.add(Fault("create", "never_answers", "Messages", "after"))
    # Only when it is looked for after that: before storing nothing keeps it from being seen.
    at.at_step(Step.STORE, lambda: at.crm.faults.add(Fault("query", "permission_500", "Messages")))
    at.link(mary)
    at.crm.faults.clear()
    assert len(at.crm.messages()) == 1
    at.crm.faults.add(Fault("create", "never_answers", "Messages", "after"))
    at.retry()
    at.transport.patient = True
    at.finish()
    assert wrong(at, mary) == []


def test_a_file_alone_that_arrived_twice_stays_once(at: Sitting, mary: Record) -> None:
    """A browser repeats a call on a connection that broke without an answer; the CRM then handles it twice."""
    at.crm.quirks = replace(at.crm.quirks, max_file_uploads=1)
    at.transport.repeats = True
    at.crm.faults.add(Fault("create", "reset", "Documents", "after", after_bytes=0))
    at.crm.faults.add(Fault("create", "reset", "Messages", "after", after_bytes=0))
    at.link(mary)
    at.finish()
    assert len(at.crm.faults.struck) == 2
    assert wrong(at, mary) == []


# Two mails at once --------------------------------------------------------------------------------


@pytest.mark.parametrize("fault", [None, "reset", "never_answers", "fatal_500"])
def test_two_mails_with_files_of_the_same_name_and_size(
    at: Sitting, mary: Record, company: Record, fault: str | None
) -> None:
    if fault:
        at.crm.faults.add(Fault("create", fault, "Messages", "after"))
    at.begin_link(mary)
    at.begin_select(OTHER)
    at.begin_link(company)
    at.settle()
    at.select(MAIL)
    at.finish(mary)
    at.select(OTHER)
    at.finish(company)
    assert wrong(at, mary) == []
    assert wrong(at, company, mail=OTHER) == []


def test_a_mail_with_a_longer_message_id_keeps_its_files(at: Sitting, mary: Record) -> None:
    at.crm.quirks = replace(at.crm.quirks, max_file_uploads=1)
    assert SENDER
    at.link(mary)
    assert wrong(at, mary) == []
    at.select(OTHER)
    at.link(mary)
    assert wrong(at, mary, mail=OTHER) == []
    assert wrong(at, mary) == []


def test_what_is_only_hidden_was_not_removed(at: Sitting, mary: Record) -> None:
    """The right to mails is taken while the link is taken back: refused and not shown is not gone."""
    at.crm.faults.add(Fault("relate", "error_500", "Messages"))
    at.link(mary)
    at.crm.refuse("agent", "Messages", "access")
    at.cancel()
    assert at.crm.messages()
    assert "taken-back" not in at.problems
    assert at.view.link.failure is not None
    at.crm.access.restore_rights()
    at.cancel()
    assert at.crm.messages() == []
    assert "taken-back" in at.problems


def test_a_document_that_can_not_be_removed_is_told(at: Sitting, mary: Record) -> None:
    """A file's answer was lost, it was sent once more, and the CRM refuses to remove the second one."""
    at.crm.quirks = replace(at.crm.quirks, max_file_uploads=1)
    at.crm.refuse("agent", "Documents", "delete")
    at.transport.repeats = True
    at.crm.faults.add(Fault("create", "reset", "Documents", "after", after_bytes=0))
    at.link(mary)
    at.finish(mary)
    assert at.view.receipt is not None
    assert "document-stays" in {note.code for note in at.view.receipt.notes}


def test_a_copy_that_the_user_may_not_remove_is_told(at: Sitting, mary: Record) -> None:
    at.crm.refuse("agent", "Messages", "delete")
    at.transport.repeats = True
    at.crm.faults.add(Fault("create", "reset", "Messages", "after", after_bytes=0))
    at.link(mary)
    assert len(at.crm.messages()) == 2
    assert at.view.receipt is not None
    assert at.view.receipt.complete
    assert [note.code for note in at.view.receipt.notes] == ["copy-stays"]
