"""A note beside a link: a comment on each record, written once, told, taken back with the link; stock and component."""

from __future__ import annotations

import pytest

from connector.app import events as e
from connector.app.views import view
from connector.finding.records import Record
from connector.linking.note import as_comment
from connector.linking.states import Step
from contract.both import pane, server
from contract.office import sample, seed_record
from contract.seeded import company, mary
from contract.sitting import Sitting
from sandbox_crm.faults import Fault
from unit.markup import find, text

__all__ = ["company", "mary", "pane", "server"]
NOTE = "Call back before <Friday> & send the offer \U0001f600"


@pytest.fixture
def at(pane: Sitting) -> Sitting:
    """Signed in, on a mail."""
    pane.select(sample("plain-ascii"))
    pane.sign_in()
    return pane


def operation(at: Sitting) -> str:
    return "create" if at.state.stock else "mailconnectorcomment"


def broken(at: Sitting, kind: str, when: str) -> None:
    """Let the first comment fail, before or after the CRM has stored it."""
    at.crm.faults.add(Fault(operation(at), kind, module="ModComments" if at.state.stock else None, when=when))


def comments(at: Sitting) -> list[tuple[str, str]]:
    """The comments in the CRM: the number of the record, and the text as it is kept."""
    rows = [row for row in at.crm.store.rows("ModComments") if not row.deleted]
    return [(row.fields["related_to"], row.fields["commentcontent"]) for row in rows]


def link(at: Sitting, *records: Record, note: str = NOTE) -> None:
    at.say(e.NoteTyped(note))
    at.link(*records)


def said(at: Sitting) -> str:
    return text(view(at.state))


def offered(at: Sitting) -> bool:
    return bool(find(view(at.state), lambda it: it.attributes.get("id") == "note"))


def test_the_note_stands_at_each_record_and_the_receipt_says_so(at: Sitting, mary: Record, company: Record) -> None:
    link(at, mary, company)
    assert comments(at) == [(mary.number, as_comment(NOTE)), (company.number, as_comment(NOTE))]
    assert at.view.receipt is not None
    assert at.view.receipt.complete
    assert [line.note for line in at.view.receipt.records] == [NOTE, NOTE]
    assert "Note: " in said(at)
    assert at.state.note == "", "the next mail has its own"


def test_what_was_typed_is_not_lost_with_an_undo(at: Sitting, mary: Record, company: Record) -> None:
    link(at, mary)
    at.say(e.UndoAsked(at.view.link.plan.mail.key))
    assert comments(at) == []
    assert at.state.note == NOTE
    at.link(company)
    assert comments(at) == [(company.number, as_comment(NOTE))]
    at.begin(e.UndoAsked(at.view.link.plan.mail.key))
    at.hasten(sample("html-only"))
    assert at.state.note == "", "the other mail has its own"
    at.hasten(sample("plain-ascii"))
    assert at.state.note == NOTE


def test_without_a_note_nothing_is_asked_for(at: Sitting, mary: Record) -> None:
    link(at, mary, note="  ")
    assert comments(at) == []
    assert "Note:" not in said(at)
    if not at.state.stock:
        assert all(one.operation != "mailconnectorcomment" for one in at.crm.requests)


def test_it_is_offered_where_a_chosen_record_takes_it(at: Sitting, mary: Record) -> None:
    assert offered(at)
    for one in at.state.chosen:
        at.say(e.RecordDropped(one))
    assert not offered(at)
    at.say(e.RecordChosen(seed_record(at.crm, "Machines", machinename="CNC-42")))
    assert not offered(at), "machines take no comments"
    at.say(e.RecordChosen(mary))
    assert offered(at)


def test_a_record_that_takes_none_says_so(at: Sitting, mary: Record) -> None:
    link(at, mary, seed_record(at.crm, "Machines", machinename="CNC-42"))
    assert [number for number, _text in comments(at)] == [mary.number]
    assert "such records take no comments" in said(at)


def test_who_may_not_comment_is_offered_nothing(at: Sitting) -> None:
    at.say(e.SignOutAsked())
    at.crm.access.refuse("agent", "ModComments", "create")
    at.crm.access.refuse("agent", "ModComments", "access")
    at.sign_in()
    assert at.state.chosen
    assert not offered(at)


def test_a_right_that_was_lost_is_told_and_the_mail_is_linked(at: Sitting, mary: Record) -> None:
    at.crm.access.refuse("agent", "ModComments", "create")
    link(at, mary)
    assert at.view.receipt is not None
    assert [one.name for one in at.view.receipt.linked] == [mary.name]
    assert not at.view.receipt.complete
    assert "The note was not stored: the CRM does not let you write comments" in said(at)
    assert comments(at) == []


@pytest.mark.parametrize("when", ["before", "after"])
def test_trying_again_writes_it_once(at: Sitting, mary: Record, company: Record, when: str) -> None:
    broken(at, "reset", when)
    link(at, mary, company)
    if at.view.receipt is None:
        assert "The note is not stored yet" in said(at)
        at.retry()
    assert at.view.receipt is not None
    assert at.view.receipt.complete
    assert sorted(number for number, _text in comments(at)) == sorted([mary.number, company.number])


@pytest.mark.parametrize("when", ["before", "after"])
def test_a_failure_of_the_crm_is_told_and_can_be_tried_again(at: Sitting, mary: Record, when: str) -> None:
    broken(at, "error_500", when)
    link(at, mary)
    assert "It is not known whether the note was stored: the CRM failed." in said(at)
    at.retry()
    assert at.view.receipt is not None
    assert at.view.receipt.complete
    assert len(comments(at)) == 1


def test_undo_takes_it_back(at: Sitting, mary: Record, company: Record) -> None:
    link(at, mary, company)
    at.say(e.UndoAsked(at.view.link.plan.mail.key))
    assert comments(at) == []
    assert at.problems == ["taken-back"]


@pytest.mark.parametrize("when", ["before", "after"])
def test_what_may_have_arrived_is_taken_back_too(at: Sitting, mary: Record, when: str) -> None:
    broken(at, "reset", when)
    link(at, mary)
    assert at.view.receipt is None
    at.cancel()
    assert comments(at) == []
    assert at.state.current is None


def test_beside_a_mail_that_stood_there_before_only_the_note_is_taken_back(
    at: Sitting, mary: Record, company: Record
) -> None:
    link(at, mary, note="")
    at.say(e.LinkClosed(at.view.link.plan.mail.key))
    broken(at, "reset", "after")
    link(at, company)
    assert at.view.receipt is None
    at.cancel()
    assert comments(at) == []
    assert len(at.crm.messages()) == 1


def test_what_the_crm_keeps_is_found_again_and_not_doubled(at: Sitting, mary: Record) -> None:
    link(at, mary)
    at.crm.access.refuse("agent", "Messages", "delete")
    at.say(e.UndoAsked(at.view.link.plan.mail.key))
    at.crm.access.restore_rights()
    at.finish(mary)
    assert at.view.receipt is not None
    assert len(comments(at)) == 1
    assert [line.note for line in at.view.receipt.records] == [NOTE]


def test_who_may_not_delete_comments_takes_nothing_back_with_them(at: Sitting, mary: Record) -> None:
    link(at, mary)
    at.crm.access.refuse("agent", "ModComments", "delete")
    at.say(e.UndoAsked(at.view.link.plan.mail.key))
    assert len(comments(at)) == 1
    at.crm.access.restore_rights()
    at.cancel()
    assert (comments(at), at.crm.messages(), at.problems) == ([], [], ["taken-back"])


def test_cancelled_while_it_is_written_nothing_stays(at: Sitting, mary: Record) -> None:
    key = at.state.mail.key if at.state.mail else ""
    at.say(e.NoteTyped(NOTE))
    at.at_step(Step.NOTE, lambda: at.app.dispatch(e.CancelAsked(key)))
    at.link(mary)
    assert comments(at) == []
    assert at.crm.messages() == []


def test_a_sign_in_that_is_lost_before_it_goes_on_with_it(at: Sitting, mary: Record) -> None:
    component = at.crm.component
    at.say(e.NoteTyped(NOTE))
    at.at_step(Step.NOTE, lambda: component.revoke_tokens("agent") if component else at.crm.renew_access_key("agent"))
    at.link(mary)
    assert not at.state.signed_in
    at.sign_in()
    assert len(comments(at)) == 1


def test_a_note_of_somebody_else_with_the_same_words_stays(at: Sitting, mary: Record) -> None:
    """Theirs was there before the mail."""
    theirs = at.crm.new_record("ModComments", related_to=mary.id, commentcontent=as_comment(NOTE))
    link(at, mary)
    assert len(comments(at)) == 2
    at.say(e.UndoAsked(at.view.link.plan.mail.key))
    assert len(comments(at)) == 1
    row = at.crm.store.row(int(theirs.partition("x")[2]))
    assert row is not None
    assert not row.deleted


def test_another_mail_begins_without_a_note(at: Sitting) -> None:
    at.say(e.NoteTyped(NOTE))
    at.select(sample("reply-chain"))
    assert at.state.note == ""


def test_a_note_that_was_begun_is_there_when_the_mail_is_shown_again(at: Sitting) -> None:
    at.say(e.NoteTyped("Call back"))
    at.select(sample("plain-utf8-flowed"))
    assert at.state.note == ""
    at.say(e.NoteTyped("Another"))
    at.select(sample("plain-ascii"))
    assert at.state.note == "Call back"
    at.link(*(one.record for one in at.state.suggestions[:1]))
    at.select(sample("plain-utf8-flowed"))
    assert at.state.note == "Another"
    at.select(sample("plain-ascii"))
    assert at.state.note == "", "it was sent"
    at.say(e.SignOutAsked())
    at.sign_in()
    at.select(sample("plain-utf8-flowed"))
    assert at.state.note == ""
