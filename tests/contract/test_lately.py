"""Records that were chosen for a correspondent before are suggested again, as long as the CRM shows them."""

from __future__ import annotations

import pytest

from connector.app import events as e
from connector.finding.suggestion import Reason
from contract.both import pane, server, stock_pane, stock_server
from contract.office import sample, seed_record
from contract.sitting import Sitting
from people.situations import COLLEAGUE, DAEMON, FORM, one

__all__ = ["pane", "server", "stock_pane", "stock_server"]
STRANGER, OTHER = sample("sender-stranger"), sample("plain-ascii")


@pytest.fixture
def at(pane: Sitting) -> Sitting:
    """Signed in, before a mail of somebody whom the CRM does not know."""
    pane.sign_in()
    pane.select(STRANGER)
    return pane


def recent(at: Sitting) -> list[str]:
    return [one.record.name for one in at.state.suggestions if one.reason is Reason.RECENT]


def link_to_the_ticket(at: Sitting) -> str:
    ticket = seed_record(at.crm, "HelpDesk", ticket_title="Gru ferma in cantiere")
    at.link(ticket)
    assert at.view.receipt is not None
    return ticket.id


def again(at: Sitting) -> None:
    at.select(OTHER)
    at.select(STRANGER)


def test_what_was_linked_is_suggested_for_the_same_person(at: Sitting) -> None:
    assert recent(at) == []
    link_to_the_ticket(at)
    at.select(OTHER)
    assert recent(at) == []
    at.select(STRANGER)
    assert recent(at) == ["Gru ferma in cantiere"]
    at.reopen()
    at.sign_in()
    assert recent(at) == ["Gru ferma in cantiere"]


@pytest.mark.parametrize("head", [FORM, COLLEAGUE, DAEMON])
def test_what_a_text_names_somebody_for_is_not_suggested_for_the_next_one(pane: Sitting, head: str) -> None:
    """The next visitor of a web form is another one, and so is whom a colleague forwards the next time."""
    first, second = (f"From: Visitor <{who}@visitors.example>\nSent: Monday\nTo: x" for who in ("one", "two"))
    pane.sign_in()
    pane.select(one("first", head, text=first).mail())
    link_to_the_ticket(pane)
    pane.select(one("second", head, text=second).mail())
    assert recent(pane) == []
    pane.select(one("third", head, text="Your parcel is on its way").mail())
    assert recent(pane) == ["Gru ferma in cantiere"], "there is nobody else"


def test_signing_out_forgets_it(at: Sitting) -> None:
    link_to_the_ticket(at)
    assert at.roaming.kept
    at.say(e.SignOutAsked())
    assert at.roaming.kept == {}
    at.sign_in()
    again(at)
    assert recent(at) == []


def test_a_mailbox_that_does_not_forget_is_told(at: Sitting) -> None:
    link_to_the_ticket(at)
    at.roaming.works = False
    at.say(e.SignOutAsked())
    assert "lately-kept" in at.problems


def test_a_mailbox_that_keeps_nothing_stops_no_link(at: Sitting) -> None:
    at.roaming.works = False
    link_to_the_ticket(at)
    again(at)
    assert recent(at) == []
    assert at.problems == []


def test_another_user_of_the_mailbox_sees_nothing_of_it(at: Sitting) -> None:
    link_to_the_ticket(at)
    kept = dict(at.roaming.kept)
    at.say(e.SignOutAsked())
    at.roaming.kept = kept
    at.sign_in("sara")
    again(at)
    assert recent(at) == []


def test_what_the_user_may_not_see_any_more_is_not_suggested(at: Sitting) -> None:
    number = link_to_the_ticket(at).partition("x")[2]
    row = at.crm.store.row(int(number))
    assert row is not None
    row.owner = 1
    at.crm.store.save(row)
    again(at)
    assert recent(at) == []
    assert at.state.unasked is None
