"""A link that is finished is taken back: at once, or later after a question, and nothing that stood there before."""

from __future__ import annotations

import pytest

from connector.app import events as e
from connector.app.state import Undo
from connector.app.views import view
from connector.app.views.earlier import AGAIN, ELSEWHERE
from connector.finding.records import Record
from connector.linking.states import Step
from contract.both import pane, server
from contract.office import sample
from contract.seeded import company, mary
from contract.sitting import Sitting
from sandbox_crm.faults import Fault
from unit.markup import buttons, find, text

__all__ = ["company", "mary", "pane", "server"]
FILES = "related-inline-images"


@pytest.fixture
def at(pane: Sitting) -> Sitting:
    """Signed in, on a mail with files."""
    pane.select(sample(FILES))
    pane.sign_in()
    return pane


def stored(at: Sitting) -> list[int]:
    """How many mails and Documents the CRM holds."""
    return [len(at.crm.all_records(module)) for module in ("Messages", "Documents")]


def link(at: Sitting, *records: Record) -> str:
    """Link; returns the key of the link, which is complete."""
    at.link(*records)
    assert at.view.receipt is not None
    assert at.view.receipt.complete
    return at.view.link.plan.mail.key


def over(at: Sitting) -> None:
    """Ten seconds pass."""
    at.say(e.UndoOver(at.view.link))


def said(at: Sitting) -> str:
    return text(view(at.state))


def test_undo_leaves_nothing_of_the_link(at: Sitting, mary: Record, company: Record) -> None:
    before = stored(at)
    key = link(at, mary, company)
    assert stored(at) != before
    assert buttons(view(at.state))["Undo"].on == {"click": e.UndoAsked(key)}
    at.say(e.UndoAsked(key))
    assert stored(at) == before
    assert at.state.current is None
    assert at.problems == ["taken-back"]


def test_after_undo_the_mail_can_be_linked_again(at: Sitting, mary: Record) -> None:
    at.say(e.UndoAsked(link(at, mary)))
    before = stored(at)
    link(at, mary)
    assert stored(at)[0] == before[0] + 1


def test_a_mail_that_was_undone_does_not_come_back_to_its_record(at: Sitting, mary: Record, company: Record) -> None:
    for _ in range(2):
        at.say(e.UndoAsked(link(at, mary)))
    at.say(e.LinkClosed(link(at, company)))
    assert len(at.crm.linked_messages(company.id)) == 1
    assert at.crm.linked_messages(mary.id) == []
    assert at.state.stored_before is not None


def test_later_it_comes_back_on_a_stock_vtenext_and_the_receipt_says_so(
    at: Sitting, mary: Record, company: Record
) -> None:
    """Nothing that the CRM answers tells of the relation that outlived the mail, and nothing is kept about it."""
    at.say(e.UndoAsked(link(at, mary)))
    at.reopen()
    at.sign_in()
    key = link(at, company)
    assert len(at.crm.linked_messages(company.id)) == 1
    assert len(at.crm.linked_messages(mary.id)) == at.state.stock
    assert (AGAIN in said(at)) is at.state.stock
    over(at)
    at.say(e.LinkClosed(key))
    link(at, company)
    assert AGAIN not in said(at), "a mail that is there is told to be there"


def test_after_some_seconds_it_takes_a_question(at: Sitting, mary: Record) -> None:
    before = stored(at)
    key = link(at, mary)
    over(at)
    assert (ELSEWHERE in said(at)) is at.state.stock
    if at.state.stock:
        assert at.view.undo is Undo.NO
        return
    assert "Undo" not in buttons(view(at.state))
    at.say(e.UndoToggled(key))
    assert "Remove the mail and its files from the CRM?" in said(at)
    at.say(e.UndoToggled(key))
    assert "Remove the mail" not in said(at)
    at.say(e.UndoToggled(key), e.UndoAsked(key))
    assert stored(at) == before


def test_a_mail_that_stood_there_before_is_not_touched(at: Sitting, mary: Record, company: Record) -> None:
    at.say(e.LinkClosed(link(at, mary)))
    before = stored(at)
    key = link(at, company)
    if at.state.stock:
        assert at.view.undo is Undo.NO
        assert "Undo" not in buttons(view(at.state))
        assert ELSEWHERE in said(at)
        at.say(e.UndoAsked(key), e.UndoToggled(key))
        assert stored(at) == before
        at.say(e.LinkClosed(key))
        assert ELSEWHERE in said(at), "where the mail is said to be there already, too"
        return
    assert ELSEWHERE not in said(at)
    at.say(e.UndoAsked(key))
    assert stored(at) == before
    assert at.state.current is None
    assert at.state.earlier is not None
    assert [one.name for one in at.state.earlier.records] == [mary.name], "what an earlier link did stays"


def test_a_record_that_had_the_mail_before_is_not_undone(at: Sitting, mary: Record, company: Record) -> None:
    if at.state.stock:
        return
    at.say(e.LinkClosed(link(at, mary)))
    at.say(e.NoteTyped("Call back"))
    key = link(at, mary, company)
    assert [one.id for one in at.view.fresh] == [company.id]
    at.say(e.UndoAsked(key))
    assert all(row.deleted for row in at.crm.store.rows("ModComments")), "nor is its note left anywhere"
    assert at.state.earlier is not None
    assert [one.name for one in at.state.earlier.records] == [mary.name]
    link(at, mary)
    assert at.view.undo is Undo.NO, "nothing has changed"


def test_of_an_older_mail_each_record_has_its_way_later(at: Sitting, mary: Record, company: Record) -> None:
    at.say(e.LinkClosed(link(at, mary)))
    link(at, company)
    over(at)
    assert at.view.undo is Undo.NO


def test_an_undo_of_an_older_mail_that_fails_is_told(at: Sitting, mary: Record, company: Record) -> None:
    if at.state.stock:
        return
    at.say(e.LinkClosed(link(at, mary)))
    key = link(at, company)
    at.crm.faults.add(Fault("mailconnectortakeback", "error_500", times=2))
    at.say(e.UndoAsked(key))
    assert f"may still be linked to {company.name}." in said(at)
    over(at)
    assert "Undo" in buttons(view(at.state)), "it can be tried again"
    at.crm.faults.clear()
    at.begin(e.UndoAsked(key))
    assert "Taking back…" in said(at)
    at.settle()
    assert at.state.current is None
    assert at.state.earlier is not None
    assert [one.name for one in at.state.earlier.records] == [mary.name]


def test_an_undo_of_an_older_mail_is_done_in_parts(at: Sitting, mary: Record, company: Record) -> None:
    if at.state.stock:
        return
    other = next(one.record for one in at.state.suggestions if one.record.id not in (mary.id, company.id))
    at.say(e.LinkClosed(link(at, mary)), e.NoteTyped("Call back"))
    key = link(at, company, other)
    component = at.crm.component
    assert component is not None
    # The note goes, then the first record; the second is another request.
    at.watch = lambda _: component.revoke_tokens("agent") if "mail-unlinked" in at.problems else None
    at.say(e.UndoAsked(key))
    assert not at.state.signed_in
    at.sign_in()
    assert at.state.current is None
    assert at.problems.count("mail-unlinked") == 2
    assert at.state.earlier is not None
    assert [one.name for one in at.state.earlier.records] == [mary.name]


def test_the_seconds_of_one_link_are_not_those_of_the_next(at: Sitting, mary: Record) -> None:
    first = at.view.link if link(at, mary) else None
    assert first is not None
    at.say(e.UndoAsked(first.plan.mail.key))
    link(at, mary)
    at.say(e.UndoOver(first))
    assert at.view.undo is Undo.FRESH


@pytest.mark.parametrize("kind", ["reset", "error_500", "html"])
def test_an_undo_that_fails_is_told_and_can_be_tried_again(at: Sitting, mary: Record, kind: str) -> None:
    before = stored(at)
    key = link(at, mary)
    at.crm.faults.add(Fault("delete" if at.state.stock else "mailconnectortakeback", kind, times=2))
    at.say(e.UndoAsked(key))
    if at.state.current is not None:
        assert at.view.link.failure is not None
        ways = find(view(at.state), lambda one: one.tag == "button" and one.attributes.get("class") == "primary")
        assert [(text(one), one.on) for one in ways] == [("Take back", {"click": e.CancelAsked(key)})]
        assert "Not taken back yet" in said(at)
        at.crm.faults.clear()
        at.cancel()
    assert stored(at) == before


def test_after_an_undo_that_failed_all_can_be_linked_all_the_same(at: Sitting, mary: Record) -> None:
    key = link(at, mary)
    before = stored(at)
    at.crm.faults.add(Fault("delete" if at.state.stock else "mailconnectortakeback", "error_500", times=2))
    at.say(e.UndoAsked(key))
    assert at.view.link.failure is not None
    at.crm.faults.clear()
    assert buttons(view(at.state))["Link all the same"].on == {"click": e.RetryAsked(key)}
    at.retry()
    assert "Not taken back" not in said(at)
    assert at.view.receipt is not None
    assert at.view.receipt.complete, "its files were let go of, and are read anew"
    assert stored(at) == before


def test_a_sign_in_that_is_lost_goes_on_with_taking_back(at: Sitting, mary: Record) -> None:
    before = stored(at)
    key = link(at, mary)
    component = at.crm.component
    if component is None:
        at.crm.renew_access_key("agent")
    else:
        component.revoke_tokens("agent")
    at.say(e.UndoAsked(key))
    assert not at.state.signed_in
    at.sign_in()
    assert stored(at) == before


def test_what_somebody_else_uses_meanwhile_stays(at: Sitting, mary: Record, company: Record) -> None:
    if at.state.stock:
        return
    key = link(at, mary)
    message = at.view.link.stored
    assert message is not None
    at.crm.relate_by_hand(message.id, company.id)
    at.say(e.UndoAsked(key))
    assert "could not be removed from the CRM" in said(at)
    assert find(view(at.state), lambda one: one.key == "undo") == []
    assert at.crm.record(message.id)
    at.retry()
    assert at.view.receipt is not None
    assert at.view.receipt.complete


def test_instead_of_a_record_that_was_deleted_another_is_chosen(at: Sitting, mary: Record, company: Record) -> None:
    before = stored(at)
    at.crm.remove_by_hand(mary.id)
    at.link(mary)
    key = at.view.link.plan.mail.key
    assert "it was deleted, or you have no right to see it" in said(at)
    ways = [name for name in buttons(view(at.state)) if name in ("Choose another record", "Close", "Try again")]
    assert ways == ["Choose another record", "Try again"]
    at.say(e.LinkClosed(key))
    assert at.state.chosen == ()
    link(at, company)
    assert stored(at)[0] == before[0] + 1


def test_whoever_comes_back_within_the_seconds_finds_the_undo(at: Sitting, mary: Record) -> None:
    before = stored(at)
    key = link(at, mary)
    shown = at.view.link
    at.hasten(sample("plain-ascii"))
    assert at.state.elsewhere == (), "nothing of it is listed: it was seen"
    at.hasten(sample(FILES))
    assert buttons(view(at.state))["Undo"].on == {"click": e.UndoAsked(key)}
    at.say(e.UndoAsked(key))
    assert stored(at) == before
    link(at, mary)
    at.hasten(sample("plain-ascii"))
    at.say(e.UndoOver(shown))
    assert key in at.state.links, "those were the seconds of the link before"
    at.say(e.UndoOver(at.state.links[key].link))
    assert key not in at.state.links
    at.hasten(sample(FILES))
    assert at.state.current is None


def test_a_link_that_has_ended_elsewhere_can_be_undone_for_as_long(at: Sitting, mary: Record) -> None:
    before = stored(at)

    def leave() -> None:
        at.mailbox.select(sample("plain-ascii"))
        at.app.show_mail()

    at.at_step(Step.STORE, leave)
    at.link(mary)
    assert at.problems == ["link-finished-elsewhere"]
    [key] = at.state.links
    assert at.state.elsewhere == ()
    at.hasten(sample(FILES))
    at.say(e.UndoAsked(key))
    assert stored(at) == before


def test_a_receipt_that_nobody_has_looked_at_stays_listed(at: Sitting, mary: Record, company: Record) -> None:
    def leave() -> None:
        at.mailbox.select(sample("plain-ascii"))
        at.app.show_mail()
        at.crm.remove_by_hand(company.id)

    at.at_step(Step.STORE, leave)
    at.link(mary, company)
    [listed] = at.state.elsewhere
    assert listed.receipt is not None
    assert not listed.receipt.complete
    at.hasten(sample("plain-utf8-flowed"))
    assert list(at.state.elsewhere) == [listed]
    at.hasten(sample(FILES))
    assert at.view.receipt is not None
    at.say(e.UndoOver(at.view.link))
    at.hasten(sample("plain-ascii"))
    assert not at.state.links
