"""From which state of the sign-in to which, and by what: the one table of it.

    state = moved(state, Event.ASKED, FormSent())

A move that is not in the table raises `ImpossibleMove` (`connector.machine`). `scripts/states.py` draws the table
(``docs/signin-states.svg``).
"""

from __future__ import annotations

import enum
from typing import TypeVar

from connector.machine import Machine, kind
from connector.signin.states import (
    CodeAwaited,
    CodeEntered,
    FormSent,
    Out,
    PageOpen,
    Returning,
    SignedIn,
    SignInState,
)

S = TypeVar("S", bound=SignInState)


class Event(enum.Enum):
    """What happens to a sign-in. The values are the words of the diagram."""

    KEPT = "one is kept"
    TAKEN_UP = "taken up"
    ASKED = "form sent"
    CODE_REQUIRED = "code required"
    CODE_ENTERED = "code entered"
    CODE_AGAIN = "another code wanted"
    CODE_REFUSED = "code refused"
    PAGE_OPENED = "page opened"
    DROPPED = "user goes back"
    REFUSED = "failed"
    ACCEPTED = "accepted"
    NAMED = "full name known"
    ENDED = "CRM ends it"
    SIGNED_OUT = "signed out"


SIGN_IN = Machine(
    "Signing in",
    Out,
    (
        (Out, Event.ASKED, FormSent),
        (FormSent, Event.REFUSED, Out),
        (FormSent, Event.CODE_REQUIRED, CodeAwaited),
        (CodeAwaited, Event.CODE_ENTERED, CodeEntered),
        (CodeAwaited, Event.CODE_AGAIN, CodeEntered),
        (CodeAwaited, Event.DROPPED, Out),
        (CodeEntered, Event.CODE_REQUIRED, CodeAwaited),
        (CodeEntered, Event.CODE_REFUSED, CodeAwaited),
        (CodeEntered, Event.REFUSED, Out),
        (CodeEntered, Event.DROPPED, Out),
        (FormSent, Event.PAGE_OPENED, PageOpen),
        # An administrator may ask for the page while somebody looks for the code.
        (CodeEntered, Event.PAGE_OPENED, PageOpen),
        (PageOpen, Event.REFUSED, Out),
        (PageOpen, Event.DROPPED, Out),
        (FormSent, Event.ACCEPTED, SignedIn),
        (CodeEntered, Event.ACCEPTED, SignedIn),
        (PageOpen, Event.ACCEPTED, SignedIn),
        (SignedIn, Event.NAMED, SignedIn),
        (SignedIn, Event.ENDED, Out),
        (SignedIn, Event.SIGNED_OUT, Out),
        (Out, Event.KEPT, Returning),
        (Returning, Event.TAKEN_UP, SignedIn),
    ),
)


def moved(before: SignInState, event: Event, after: S) -> S:
    """Return the state after the event. Raises `ImpossibleMove` where the table has no such row."""
    SIGN_IN.move(before, event, after)
    return after


def possible(state: SignInState, event: Event) -> bool:
    """Return whether the event can come in this state."""
    return bool(SIGN_IN.leads(kind(state), event))
