"""The mail of an earlier link is taken from one record: by whoever has linked it there, and nothing else is touched."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from connector.app import events as e
from connector.app.state import Asking
from connector.app.views import view
from connector.finding.records import Record
from contract.both import component_server
from contract.office import sample
from contract.seeded import company, mary
from contract.sitting import Sitting
from sandbox_crm.component.links import WANTED, Note
from sandbox_crm.crm import SandboxCrm
from sandbox_crm.faults import Fault
from unit.markup import find, text

__all__ = ["company", "component_server", "mary"]
MAIL, OTHER = sample("related-inline-images"), sample("plain-ascii")


@pytest.fixture
def at(component_server: tuple[SandboxCrm, str]) -> Iterator[Sitting]:
    """Signed in, on a mail with files."""
    crm, url = component_server
    crm.reset()
    with Sitting(crm, url) as sitting:
        sitting.select(MAIL)
        sitting.sign_in()
        yield sitting


def linked(at: Sitting, *records: Record, note: str = "") -> None:
    """Link the mail, leave it, and open it again."""
    at.say(e.NoteTyped(note))
    at.link(*records)
    assert at.view.receipt is not None
    again(at)


def again(at: Sitting) -> None:
    at.select(OTHER)
    at.select(MAIL)


def offered(at: Sitting) -> list[str]:
    """The records from which the mail can be taken, by what is read out."""
    buttons = find(view(at.state), lambda it: it.tag == "button" and it.key == "remove")
    return [str(one.attributes["aria-label"]).removeprefix("Remove from this record: ") for one in buttons]


def subject(at: Sitting) -> str:
    assert at.state.mail is not None
    return at.state.mail.subject


def shown(at: Sitting) -> list[str]:
    return [] if at.state.earlier is None else sorted(one.name for one in at.state.earlier.records)


def test_a_note_that_may_not_be_deleted_keeps_the_mail_there(at: Sitting, mary: Record) -> None:
    linked(at, mary, note="Call back")
    at.crm.access.refuse("agent", "ModComments", "delete")
    at.say(e.UnlinkToggled(mary.id), e.UnlinkAsked(mary))
    assert shown(at) == [mary.name]
    assert [problem for problem in at.problems if problem != "mail-unlinked"]
    assert [row.deleted for row in at.crm.store.rows("ModComments")] == [False]


def test_what_the_users_own_link_did_can_be_removed_later(at: Sitting, mary: Record, company: Record) -> None:
    linked(at, mary, company, note="Call back")
    assert sorted(offered(at)) == [mary.name, company.name]
    at.say(e.UnlinkToggled(mary.id))
    assert "Remove the mail from this record? Nothing else is touched." in text(view(at.state))
    at.say(e.UnlinkAsked(mary))
    assert shown(at) == [company.name]
    assert "mail-unlinked" in at.problems
    assert len(at.crm.messages()) == 1
    kept = [row.fields["related_to"] for row in at.crm.store.rows("ModComments") if not row.deleted]
    assert kept == [company.number], "the note goes with the relation, and only with that"


def test_nothing_flashes_when_a_record_is_taken_away(at: Sitting, mary: Record, company: Record) -> None:
    linked(at, mary, company)
    before, buttons = at.state.suggestions, "Create in the CRM:" in text(view(at.state))
    at.states.clear()
    at.say(e.UnlinkAsked(mary))
    assert shown(at) == [company.name]
    assert {one.suggestions for one in at.states} == {before}
    assert {one.suggesting for one in at.states} == {Asking.DONE}
    assert {"Create in the CRM:" in text(view(one)) for one in at.states} == {buttons}
    known = [set() if one.earlier is None else {known.name for known in one.earlier.records} for one in at.states]
    assert all(company.name in names for names in known), "where it is linked still stands there meanwhile"


def test_it_is_offered_as_soon_as_the_receipt_is_closed(at: Sitting, mary: Record, company: Record) -> None:
    at.link(mary)
    at.say(e.LinkClosed(at.view.link.plan.mail.key))
    assert offered(at) == [mary.name]
    assert at.state.chosen == (), "nothing is chosen by itself where the mail is linked"
    at.link(company)
    at.say(e.LinkClosed(at.view.link.plan.mail.key))
    assert sorted(offered(at)) == [mary.name, company.name]
    at.say(e.UnlinkAsked(company))
    assert shown(at) == [mary.name]


def test_the_question_can_be_left(at: Sitting, mary: Record) -> None:
    linked(at, mary)
    at.say(e.UnlinkToggled(mary.id), e.UnlinkToggled(mary.id))
    assert "Remove the mail from this record?" not in text(view(at.state))
    assert offered(at) == [mary.name]
    again(at)
    assert shown(at) == [mary.name]


def test_what_stood_there_before_is_not_offered(at: Sitting, mary: Record, company: Record) -> None:
    at.link(mary)
    message = at.view.link.stored
    assert message is not None
    at.crm.relate_by_hand(message.id, company.id)
    at.say(e.LinkClosed(at.view.link.plan.mail.key))
    linked(at, company)
    assert shown(at) == [mary.name, company.name]
    assert offered(at) == [mary.name]
    at.say(e.UnlinkAsked(company))
    assert shown(at) == [mary.name, company.name]


def test_another_users_link_is_not_offered(at: Sitting, mary: Record) -> None:
    linked(at, mary)
    at.say(e.SignOutAsked())
    at.sign_in("admin")
    assert shown(at) == [mary.name]
    assert offered(at) == []


def test_with_the_last_record_the_marks_go_too(at: Sitting, mary: Record) -> None:
    linked(at, mary)
    assert at.marks.kept[MAIL.item_id]
    at.say(e.UnlinkAsked(mary))
    assert at.marks.kept[MAIL.item_id] == ""
    again(at)
    assert shown(at) == []
    assert "mark in this mailbox" not in text(view(at.state))


def test_a_failure_is_told_and_leaves_it(at: Sitting, mary: Record) -> None:
    linked(at, mary)
    at.crm.faults.add(Fault("mailconnectortakeback", "error_500", times=1))
    at.say(e.UnlinkAsked(mary))
    assert "mail-unlinked" not in at.problems
    assert at.problems
    again(at)
    assert offered(at) == [mary.name]
    at.say(e.UnlinkAsked(mary))
    assert shown(at) == []


def test_what_somebody_else_has_linked_there_too_stays(at: Sitting, mary: Record) -> None:
    linked(at, mary)
    component = at.crm.component
    assert component is not None
    [own] = at.crm.store.rows("Messages")
    theirs = at.crm.store.row(int(at.crm.store_by_hand("admin", "<other@x>").partition("x")[2]))
    assert theirs is not None
    theirs.hash = own.hash
    at.crm.store.save(theirs)
    component.links.note(Note(theirs.number, int(mary.number), theirs.owner, WANTED))
    at.say(e.UnlinkAsked(mary))
    assert "somebody else has linked it there, too" in text(view(at.state))
    assert "related_elsewhere" not in text(view(at.state)), "a word for programs"
    again(at)
    assert offered(at) == [mary.name]


def taken(at: Sitting) -> int:
    """How often the CRM was asked to take something back."""
    return [one.operation for one in at.crm.requests].count("mailconnectortakeback")


def test_one_removal_does_not_drop_another(at: Sitting, mary: Record, company: Record) -> None:
    linked(at, mary, company)
    at.crm.clear_requests()
    at.begin(e.UnlinkAsked(mary), e.UnlinkAsked(mary), e.UnlinkAsked(company))
    assert "Removing…" in text(view(at.state))
    assert offered(at) == []
    at.settle()
    assert taken(at) == 2
    assert at.problems.count("mail-unlinked") == 2
    assert shown(at) == []
    assert at.marks.kept[MAIL.item_id] == "", "no record is left"
    assert "Removing…" not in text(view(at.state))


def test_a_lost_sign_in_goes_on_with_removing(at: Sitting, mary: Record, company: Record) -> None:
    linked(at, mary, company)
    component = at.crm.component
    assert component is not None
    component.revoke_tokens("agent")
    at.at_once(e.UnlinkAsked(mary), e.UnlinkAsked(company))
    assert not at.state.signed_in
    at.sign_in()
    assert shown(at) == []
    assert at.problems.count("mail-unlinked") == 2


def test_nothing_is_removed_for_whoever_signs_in_instead(at: Sitting, mary: Record) -> None:
    linked(at, mary)
    component = at.crm.component
    assert component is not None
    component.revoke_tokens("agent")
    at.say(e.UnlinkAsked(mary))
    at.sign_in("admin")
    at.say(e.SignOutAsked())
    at.sign_in()
    assert shown(at) == [mary.name]


def test_a_removal_whose_answer_is_lost_shows_where_the_mail_is_linked(
    at: Sitting, mary: Record, company: Record
) -> None:
    linked(at, mary, company)
    at.crm.faults.add(Fault("mailconnectortakeback", "reset", when="after"))
    at.say(e.UnlinkAsked(mary))
    assert shown(at) == [company.name]
    assert at.problems == ["mail-unlinked"], "it was done, and that is what is told"
    at.crm.faults.add(Fault("mailconnectortakeback", "reset", when="after"))
    at.say(e.UnlinkAsked(company))
    assert shown(at) == []
    assert at.marks.kept[MAIL.item_id] == "", "the mark goes with the last one, answer or not"


def test_a_removal_that_was_not_done_is_told_by_its_names(at: Sitting, mary: Record, company: Record) -> None:
    linked(at, mary, company)
    at.crm.faults.add(Fault("mailconnectortakeback", "reset", when="before", times=2))
    at.say(e.UnlinkAsked(mary))
    at.say(e.UnlinkAsked(company))
    assert sorted(shown(at)) == sorted([mary.name, company.name])
    for record in (mary, company):
        assert f"“{subject(at)}” is still linked to “{record.name}”." in text(view(at.state))


def test_what_became_of_a_removal_may_not_be_known(at: Sitting, mary: Record) -> None:
    linked(at, mary)
    at.crm.faults.add(Fault("mailconnectortakeback", "reset", when="after"))
    at.crm.faults.add(Fault("mailconnectorfind", "reset"))
    at.say(e.UnlinkAsked(mary))
    assert f"It is not known whether “{subject(at)}” was taken from “{mary.name}”." in text(view(at.state))


def test_what_became_of_a_removal_is_not_known_where_the_crm_fails_to_list_links(at: Sitting, mary: Record) -> None:
    linked(at, mary)
    at.crm.faults.add(Fault("mailconnectortakeback", "reset", when="before"))
    at.crm.broken.add("Messages")
    at.say(e.UnlinkAsked(mary))
    assert f"It is not known whether “{subject(at)}” was taken from “{mary.name}”." in text(view(at.state))


def test_a_removal_that_fails_while_another_mail_is_shown_is_told(at: Sitting, mary: Record) -> None:
    linked(at, mary)
    said = subject(at)
    at.crm.faults.add(Fault("mailconnectortakeback", "reset", when="after"))
    at.begin(e.UnlinkAsked(mary))
    at.hasten(OTHER)
    assert f"It is not known whether “{said}” was taken from “{mary.name}”." in text(view(at.state))


def test_a_mail_that_is_not_linked_offers_nothing(at: Sitting) -> None:
    assert shown(at) == []
    assert offered(at) == []
