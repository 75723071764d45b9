"""The table of the sign-in's states: no dead end, no way but those in it, and something to press in each of them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connector.app import events as e
from connector.app.signins import PRESSED, too_late
from connector.app.state import State
from connector.app.update import update
from connector.app.views import view
from connector.errors import Problem
from connector.machine import ImpossibleMove, kind
from connector.signin.moves import SIGN_IN, Event, moved, possible
from connector.signin.states import (
    Code,
    CodeAwaited,
    CodeEntered,
    FormSent,
    Out,
    PageOpen,
    Returning,
    SignedIn,
    SignInState,
)
from unit.markup import walk
from unit.test_states import reached

CODE = Code("wilson", "60")
SAMPLES: tuple[SignInState, ...] = (
    *(Out(), Returning(), FormSent(), CodeAwaited(CODE), CodeEntered(CODE), PageOpen()),
    SignedIn("https://crm.example", "agent"),
)
HAPPENS: dict[Event, tuple[e.Event, ...]] = {
    Event.KEPT: (e.KeptFound(),),
    Event.TAKEN_UP: (e.SignedIn("https://crm.example", "agent"),),
    Event.ASKED: (e.SignInAsked("secret"), e.PageAsked()),
    Event.CODE_REQUIRED: (e.CodeRequired("mail", "60"),),
    Event.CODE_ENTERED: (e.CodeSent("123456"),),
    Event.CODE_AGAIN: (e.CodeAgainAsked(),),
    Event.CODE_REFUSED: (e.CodeRefused(Problem("code-wrong")),),
    Event.PAGE_OPENED: (e.PageOpened(),),
    Event.DROPPED: (e.CodeDropped(), e.PageDropped()),
    Event.REFUSED: (e.SignInFailed(Problem("password-wrong"), counted=True),),
    Event.ACCEPTED: (e.SignedIn("https://crm.example", "agent"),),
    Event.NAMED: (e.UserNamed("Luca Conti"),),
    Event.ENDED: (e.SignedOut(Problem("key-refused")),),
    Event.SIGNED_OUT: (e.SignedOut(),),
}
"""By what events of the pane those of the table come about."""


def test_each_state_is_reached_and_no_row_stands_there_twice() -> None:
    assert reached(SIGN_IN.first, SIGN_IN) == set(SIGN_IN.states) == {kind(one) for one in SAMPLES}
    assert len(SIGN_IN.rows) == len(set(SIGN_IN.rows))
    assert set(SIGN_IN.events) == set(Event) == set(HAPPENS)


@pytest.mark.parametrize("state", SAMPLES, ids=lambda state: type(state).__name__)
def test_from_everywhere_a_way_leads_in_and_out(state: SignInState) -> None:
    assert {SignedIn, Out} <= reached(kind(state), SIGN_IN)


@given(st.sampled_from(SAMPLES), st.sampled_from(Event), st.sampled_from(SAMPLES))
def test_a_move_is_possible_just_where_the_table_has_it(before: SignInState, event: Event, after: SignInState) -> None:
    if kind(after) in SIGN_IN.leads(kind(before), event):
        assert moved(before, event, after) is after
    else:
        with pytest.raises(ImpossibleMove):
            moved(before, event, after)


@pytest.mark.parametrize("event", [one for happens in HAPPENS.values() for one in happens], ids=repr)
@pytest.mark.parametrize("state", SAMPLES, ids=lambda state: type(state).__name__)
def test_the_pane_takes_just_the_events_that_the_table_has(state: SignInState, event: e.Event) -> None:
    before = State(ready=True, sign_in=state)
    if any(event in HAPPENS[one] and possible(state, one) for one in Event):
        assert not too_late(before, event)
        update(before, event)
    else:
        assert too_late(before, event) is (type(event) in PRESSED)
        with pytest.raises(ImpossibleMove):
            update(before, event)


def test_signing_out_is_asked_for_only_by_who_is_signed_in() -> None:
    for state in SAMPLES:
        assert too_late(State(sign_in=state), e.SignOutAsked()) is not isinstance(state, SignedIn)


@st.composite
def walks(draw: st.DrawFn) -> State:
    """A sign-in after anything that can happen to one."""
    state = State(ready=True)
    for _ in range(draw(st.integers(0, 30))):
        event = draw(st.sampled_from([one for one in Event if possible(state.sign_in, one)]))
        state = update(state, draw(st.sampled_from(HAPPENS[event])))
    return state


@given(walks())
def test_whatever_has_happened_the_user_can_go_on(state: State) -> None:
    tree = view(state)
    assert "secret" not in repr(state)
    assert "123456" not in repr(state)
    if not isinstance(state.sign_in, Returning | FormSent):
        handlers = [one.on.get("click") or one.on.get("submit") for one in walk(tree) if one.tag in ("button", "form")]
        events = [one if isinstance(one, e.Event) else one("x") for one in handlers if one is not None]
        assert any(type(event) in PRESSED and not too_late(state, event) for event in events)


@given(walks())
def test_whatever_has_happened_a_sign_in_is_possible(state: State) -> None:
    if state.signed_in:
        state = update(state, e.SignedOut())
    elif isinstance(state.sign_in, Returning):
        state = update(update(state, e.SignedIn("https://crm.example", "agent")), e.SignedOut())
    elif isinstance(state.sign_in, FormSent):
        state = update(state, e.SignInFailed(Problem("offline"), counted=False))
    elif not isinstance(state.sign_in, Out):
        state = update(state, e.PageDropped())
    state = update(update(state, e.SignInAsked("secret")), e.SignedIn("https://crm.example", "agent"))
    assert state.signed_in
    assert state.form.problem is None
