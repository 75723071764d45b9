"""What the pane chooses by itself, and when it lets go of that."""

from __future__ import annotations

import datetime
from dataclasses import replace

import pytest

from connector.app import events as e
from connector.app.state import Asking, Settings, State
from connector.app.update import update
from connector.app.views import view
from connector.errors import Problem
from connector.finding.answers import Unasked
from connector.finding.suggestion import Reason, Suggestion
from connector.linking.states import StoredMail
from connector.mail.source import Source
from connector.signin.states import SignedIn
from connector.vtenext.crm import Earlier
from unit.markup import by_id, text
from unit.screens import COMPANY, MAIL, MARY, OTHER

FIRST = replace(MAIL, subject="Offer 42", source=Source("Message-ID: <offer-42@northwind.example>\n\n"))
ANSWER = replace(FIRST, source=Source("Message-ID: <a@b.example>\nReferences: <1@b.example> <2@b.example>\n\n"))
IN = State(ready=True, sign_in=SignedIn("https://crm.example", "agent"))
STOCK = State(ready=True, sign_in=SignedIn("https://crm.example", "agent", stock=True))
FOUND = (
    Suggestion(MARY, Reason.ADDRESS, "mary.smith@northwind.example", role="from"),
    Suggestion(COMPANY, Reason.COMPANY, ""),
)
NOWHERE = e.EarlierCame(1, Earlier((), ()))
STORED = StoredMail("7x1", "19x5", "2026-11-23 14:00:00", "", ours=False)


def came(turn: int = 1, thread: tuple[str, ...] = (), *, complete: bool = True) -> e.SuggestionsCame:
    return e.SuggestionsCame(turn, FOUND, complete=complete, thread=thread)


def after(state: State, *events: e.Event) -> State:
    for event in events:
        state = update(state, event)
    return state


CHOSEN = after(IN, e.MailShown(FIRST), NOWHERE, came())


def test_the_certain_one_is_chosen_and_said_so() -> None:
    assert (CHOSEN.chosen, CHOSEN.preselected) == ((MARY,), MARY)
    assert "Chosen for you: Sender's address" in text(view(CHOSEN))
    link = by_id(view(CHOSEN), "link")
    assert "disabled" not in link.attributes
    assert link.attributes["aria-keyshortcuts"] == "Control+Enter Meta+Enter"


def test_whoever_takes_it_away_is_not_asked_again() -> None:
    state = after(CHOSEN, e.RecordDropped(MARY))
    assert state.chosen == ()
    for event in (came(), NOWHERE, e.SuggestAgainAsked(), came(), e.SourceCame(FIRST), e.ConversationAsked(), came()):
        state = update(state, event)
        assert state.chosen == ()
    assert "Chosen for you" not in text(view(state))


def test_what_the_user_chose_is_never_overridden() -> None:
    state = after(IN, e.MailShown(FIRST), e.RecordChosen(COMPANY), NOWHERE, came())
    assert (state.chosen, state.preselected) == ((COMPANY,), None)
    both = after(CHOSEN, e.RecordChosen(COMPANY), e.SuggestAgainAsked())
    assert both.chosen == (MARY, COMPANY)


def test_it_goes_with_the_mail_and_with_the_answers_and_nobody_is_told() -> None:
    other = after(CHOSEN, e.MailShown(OTHER))
    assert (other.chosen, other.preselected, other.notices) == ((), None, ())
    again = after(CHOSEN, e.SuggestAgainAsked())
    assert (again.chosen, again.preselected) == ((), None)
    assert after(again, NOWHERE, came()).chosen == (MARY,)
    out = after(CHOSEN, e.SignedOut(Problem("session-ended")))
    assert (out.chosen, out.preselected) == ((), None)


@pytest.mark.parametrize(
    "doubt",
    [
        (NOWHERE, came(complete=False)),
        (came(),),
        (e.StoredUnknown(1), came()),
        (NOWHERE, replace(came(), unasked=Unasked(("Vendors",)))),
        (NOWHERE, replace(came(), nothing_cut=False)),
        (NOWHERE, came(), e.SuggestionsFailed(1, Problem("crm-fault"))),
        (e.EarlierCame(1, Earlier((COMPANY,), ())), came()),
        (NOWHERE, came(), e.StoredBefore(1, STORED)),
        (NOWHERE, came(turn=7)),
        (NOWHERE, came(), e.FiledBefore(1, datetime.datetime(2026, 11, 23, tzinfo=datetime.UTC))),
    ],
)
def test_what_may_contradict_leaves_a_doubt(doubt: tuple[e.Event, ...]) -> None:
    assert after(IN, e.MailShown(FIRST), *doubt).chosen == ()


def test_nothing_is_chosen_before_outlook_has_told_of_the_conversation() -> None:
    early = after(IN, e.MailShown(replace(FIRST, source=None)), NOWHERE, came())
    assert early.chosen == ()
    assert after(early, e.SourceCame(FIRST)).chosen == (MARY,)
    answer = after(early, e.SourceCame(ANSWER))
    assert answer.chosen == ()
    asked = after(answer, e.ConversationAsked(), NOWHERE)
    assert asked.suggesting is Asking.YES
    assert asked.suggestions == FOUND, "what was there stays meanwhile"
    assert after(asked, came(thread=("<2@b.example>", "<1@b.example>"))).chosen == (MARY,)


def test_an_answer_whose_head_nobody_knows_leaves_a_doubt() -> None:
    for subject, right in (("Offer 42", (MARY,)), ("Re: Offer 42", ()), ("AW[2]: Offer", ()), ("回复：Offer", ())):
        unknown = replace(MAIL, subject=subject, source=Source())
        assert after(IN, e.MailShown(unknown), NOWHERE, came()).chosen == right, subject


def test_a_stock_crm_is_waited_for_until_it_has_told_of_own_mails() -> None:
    stock = after(STOCK, e.MailShown(FIRST), came())
    assert stock.chosen == ()
    assert after(stock, e.NotStored(1)).chosen == (MARY,)
    assert after(stock, e.StoredBefore(1, STORED)).chosen == ()
    assert after(STOCK, e.MailShown(ANSWER), came(), e.NotStored(1)).chosen == ()


def test_what_a_stock_crm_can_not_tell_is_said() -> None:
    said = "does not say what the conversation was linked to"
    assert said in text(view(after(STOCK, e.MailShown(ANSWER), came())))
    assert said in text(view(replace(after(STOCK, e.MailShown(ANSWER), came()), suggestions=())))
    assert said not in text(view(after(STOCK, e.MailShown(FIRST), came())))
    assert said not in text(view(after(IN, e.MailShown(ANSWER), came())))


def test_an_organization_may_switch_it_off() -> None:
    off = replace(IN, settings=Settings(preselect=False))
    assert after(off, e.MailShown(FIRST), NOWHERE, came()).chosen == ()


def test_an_address_of_which_only_a_name_tells_is_a_guess() -> None:
    guessed = replace(FIRST, guessed=frozenset({"mary.smith@northwind.example"}))
    assert after(IN, e.MailShown(guessed), NOWHERE, came()).chosen == ()


def test_once_linked_nothing_is_chosen_anew() -> None:
    state = after(CHOSEN, e.LinkAsked())
    assert (state.chosen, state.preselected, state.touched) == ((MARY,), None, True)
