"""What is certain is chosen by itself, so that one press links; and what that costs of questions."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest

from connector.app import events as e
from connector.finding.suggestion import Reason
from contract.both import component_server, pane, server
from contract.office import sample, seed_record
from contract.sitting import Sitting
from sandbox_crm.crm import SandboxCrm
from sandbox_crm.faults import Fault

__all__ = ["component_server", "pane", "server"]
MAIL, ANSWER = sample("plain-ascii"), sample("reply-chain")
EARLIER = "<offer-2027-003@northwind.example>"


@pytest.fixture
def at(component_server: tuple[SandboxCrm, str]) -> Iterator[Sitting]:
    """Signed in to a CRM with the component."""
    crm, url = component_server
    crm.reset()
    with Sitting(crm, url) as sitting:
        sitting.sign_in()
        yield sitting


def finds(at: Sitting) -> int:
    """How often the CRM was asked what matters to a mail."""
    return sum(one.operation == "mailconnectorfind" for one in at.crm.requests)


def link_earlier(at: Sitting, *titles: str) -> None:
    """Link a mail of the conversation to tickets, as somebody did in another pane."""
    headers = MAIL.headers.replace(MAIL.internet_message_id, EARLIER)
    at.select(replace(MAIL, item_id="earlier", internet_message_id=EARLIER, headers=headers))
    at.link(*(seed_record(at.crm, "HelpDesk", ticket_title=title) for title in titles))
    assert at.view.receipt is not None


def test_one_press_links(pane: Sitting) -> None:
    pane.sign_in()
    pane.select(MAIL)
    assert [one.name for one in pane.state.chosen] == ["Mary Smith"]
    assert pane.state.preselected is not None
    assert pane.files.held == {}, "nothing is read before anybody asks for it"
    pane.say(e.LinkAsked())
    assert pane.view.receipt is not None
    assert pane.view.receipt.complete


def test_whose_sign_in_had_ended_when_the_pane_was_opened_gets_it_chosen_too(at: Sitting) -> None:
    at.select(MAIL)
    at.crm.reset()
    at.reopen()
    assert not at.state.signed_in
    at.sign_in()
    assert at.state.mail is not None
    assert at.state.mail.date is not None, "the card shows it"
    assert [one.name for one in at.state.chosen] == ["Mary Smith"]


@pytest.mark.parametrize("ended", [e.SignOutAsked(), e.SessionLost("expired")], ids=["signed out", "lost"])
def test_who_signs_in_anew_before_outlook_has_told_all_has_the_choice(pane: Sitting, ended: e.Event) -> None:
    pane.sign_in()
    pane.begin_select(MAIL)
    pane.say(ended)
    pane.sign_in()
    assert [one.name for one in pane.state.chosen] == ["Mary Smith"]


def test_a_mail_of_its_own_is_asked_for_once_and_an_answer_twice(at: Sitting) -> None:
    at.crm.clear_requests()
    at.select(MAIL)
    assert finds(at) == 1
    at.crm.clear_requests()
    at.select(ANSWER)
    assert finds(at) == 2


def test_an_answer_goes_where_its_conversation_went(at: Sitting) -> None:
    link_earlier(at, "Gru ferma in cantiere")
    at.select(ANSWER)
    first = at.state.suggestions[0]
    assert (first.record.name, first.reason) == ("Gru ferma in cantiere", Reason.CONVERSATION)
    assert [one.name for one in at.state.chosen] == ["Gru ferma in cantiere"]


def test_where_the_conversation_went_to_two_records_nothing_is_chosen(at: Sitting) -> None:
    link_earlier(at, "Gru ferma in cantiere", "Door alarm rings at night")
    at.select(ANSWER)
    assert [one.reason for one in at.state.suggestions[:2]] == [Reason.CONVERSATION] * 2
    assert at.state.chosen == ()


def test_nothing_is_chosen_where_the_conversation_could_not_be_asked(at: Sitting) -> None:
    link_earlier(at, "Gru ferma in cantiere")
    at.crm.broken.add("Messages")
    at.select(ANSWER)
    assert at.state.suggestions
    assert at.state.chosen == ()
    at.crm.broken.clear()


def test_a_second_question_that_fails_leaves_what_is_there_and_chooses_nothing(at: Sitting) -> None:
    at.crm.faults.add(Fault("mailconnectorfind", "slow", times=1), Fault("mailconnectorfind", "error_500", times=1))
    at.select(ANSWER)
    assert at.state.chosen == ()
    assert at.state.suggestion_problem is not None
    at.say(e.SuggestAgainAsked())
    assert at.state.suggestion_problem is None


def test_what_is_linked_already_is_not_chosen(pane: Sitting) -> None:
    pane.sign_in()
    pane.select(MAIL)
    pane.say(e.LinkAsked())
    pane.select(ANSWER)
    pane.select(MAIL)
    assert pane.state.chosen == ()
