"""How the state takes the events of the sign-in: the machine's state and the form. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from connector.app import events as e
from connector.app.state import SignInForm, State
from connector.signin.moves import Event, moved, possible
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

PRESSED: Mapping[type[e.Event], Event] = {
    e.SignInAsked: Event.ASKED,
    e.PageAsked: Event.ASKED,
    e.CodeSent: Event.CODE_ENTERED,
    e.CodeAgainAsked: Event.CODE_AGAIN,
    e.CodeDropped: Event.DROPPED,
    e.PageDropped: Event.DROPPED,
    e.SignOutAsked: Event.SIGNED_OUT,
}
"""What the user presses, as the machine knows it."""


def too_late(state: State, event: e.Event) -> bool:
    """Return whether the user has pressed what has no meaning any more: the sign-in has gone on meanwhile."""
    pressed = PRESSED.get(type(event))
    return pressed is not None and not possible(state.sign_in, pressed)


def entered(state: State, event: e.SignInEvent) -> State:
    """Return the state after the event, but for what a session brings or takes away."""
    return replace(state, sign_in=_moved(state.sign_in, event), form=_form(state, event))


def _moved(before: SignInState, event: e.SignInEvent) -> SignInState:
    match event:
        case e.SignInAsked() | e.PageAsked():
            return moved(before, Event.ASKED, FormSent())
        case e.CodeRequired(channel, lifetime):
            code = Code(channel, lifetime, _code(before).sent + 1)
            return moved(before, Event.CODE_REQUIRED, CodeAwaited(code))
        case e.CodeSent() | e.CodeAgainAsked():
            return moved(before, PRESSED[type(event)], CodeEntered(_code(before)))
        case e.CodeRefused():
            return moved(before, Event.CODE_REFUSED, CodeAwaited(_code(before)))
        case e.PageOpened():
            return moved(before, Event.PAGE_OPENED, PageOpen())
        case e.CodeDropped() | e.PageDropped():
            return moved(before, Event.DROPPED, Out())
        case e.SignInFailed():
            return moved(before, Event.REFUSED, Out())
        case e.SignedIn(crm_url, user, name, stock):
            came = Event.TAKEN_UP if isinstance(before, Returning) else Event.ACCEPTED
            return moved(before, came, SignedIn(crm_url, user, name, stock))
        case e.UserNamed(name):
            account = before if isinstance(before, SignedIn) else SignedIn("", "")
            return moved(before, Event.NAMED, replace(account, name=name))
        case e.SignedOut(reason):
            return moved(before, Event.ENDED if reason else Event.SIGNED_OUT, Out())
        case e.KeptFound():
            return moved(before, Event.KEPT, Returning())
        case _:
            return before


def _code(state: SignInState) -> Code:
    """Return the code that was sent last, or one that never was."""
    return state.code if isinstance(state, CodeAwaited | CodeEntered) else Code("", "", sent=0)


def _form(state: State, event: e.SignInEvent) -> SignInForm:
    form = state.form
    match event:
        case e.UrlTyped(text):
            return replace(form, url=text, failures=0 if text != form.url else form.failures)
        case e.UserTyped(text):
            return replace(form, user=text, failures=0 if text != form.user else form.failures)
        case e.KeepTicked(keep):
            return replace(form, keep=keep)
        case e.SignInAsked() | e.CodeRequired() | e.CodeDropped():
            return replace(form, problem=None)
        case e.PageAsked() | e.CodeSent() | e.CodeAgainAsked():
            return replace(form, problem=None, reason=None)
        case e.CodeRefused(problem):
            return replace(form, problem=problem)
        case e.SignInFailed(problem, counted, locks):
            return replace(
                form, problem=problem, failures=form.failures + counted, locks=locks if counted else form.locks
            )
        case e.SignedIn(crm_url, user):
            return SignInForm(url=crm_url, user=user, keep=form.keep)
        case e.SignedOut(reason) if reason:
            return replace(form, problem=None, reason=reason)
        case e.SignedOut():
            return SignInForm(url=next(iter(state.settings.crm_urls), ""))
        case _:
            return form
