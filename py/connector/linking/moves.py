"""From which state of a link to which, and by what: the one table of it.

    link = link.moved(Event.FOUND, copy=Unproven(mail))

A move that is not in the table raises `ImpossibleMove`: it is a fault of the program, whatever the CRM or Outlook say.
`scripts/linking_states.py` draws the table (``docs/linking-states.svg``); `connector.linking.steps.ORDER` says which
step comes next in a state.
"""

from __future__ import annotations

import enum
from dataclasses import dataclass

from connector.linking.states import (
    Absent,
    Course,
    FileState,
    InDoubt,
    Proven,
    Read,
    ReadEarly,
    UnderWay,
    Unproven,
    Unread,
    Unsought,
    Withheld,
)

State = type[object] | Course | FileState
"""A state as the table knows it: a class of `ContentState` or `CopyState` without what belongs to it, or a value."""


class Event(enum.Enum):
    """What happens to a link. The values are the words of the diagram."""

    TRIED_AGAIN = "run again"
    CHECKED = "records checked"
    UNDO_BEGAN = "taking back"
    TAKEN_BACK = "taken back"
    KEPT = "CRM keeps it"

    READ_EARLY = "read early"
    READ = "read"
    CONFIRMED = "still the same"
    CHANGED = "read anew"
    ASKED_AGAIN = "asked again"

    FOUND = "found"
    NOT_FOUND = "not found"
    SENT = "sent"
    UNANSWERED = "no answer"
    BROKEN_OFF = "sending broke off"
    FAULTED = "answered with a fault"
    REFUSED = "refused"
    ANSWERED = "stored"
    READ_BACK = "read back"
    FILES_MOVED = "files read or sent"
    YIELDED = "older copy stays"
    DATED = "dated"
    FILLED = "completed"

    HANDED_OVER = "handed over"
    GIVEN_UP = "given up"
    ARRIVED = "found in the CRM"
    RETRIED = "another try"
    UNFILED = "its Document goes"
    REOPENED = "mail has changed"


class ImpossibleMove(Exception):
    """A change of a link that the table does not have."""


def kind(state: object) -> State:
    """Return a state as the table knows it."""
    return state if isinstance(state, Course | FileState) else type(state)


@dataclass(frozen=True)
class Machine:
    """One kind of states. ``rows``: from a state, by an event, to a state. ``stays``: events that leave all as it is.

    ``first`` is where it begins; an event of no row and not of ``stays`` concerns others only.
    """

    name: str
    first: State
    rows: tuple[tuple[State, Event, State], ...]
    stays: tuple[Event, ...] = ()

    @property
    def states(self) -> tuple[State, ...]:
        """All states, in the order of the rows."""
        return tuple(dict.fromkeys((self.first, *(state for row in self.rows for state in (row[0], row[2])))))

    @property
    def events(self) -> tuple[Event, ...]:
        """All events that concern it."""
        return tuple(dict.fromkeys((*(row[1] for row in self.rows), *self.stays)))

    def move(self, before: object, event: Event, after: object) -> None:
        """Raise `ImpossibleMove` unless an event that concerns these states leads from one to the other."""
        begin, end = kind(before), kind(after)
        if (end not in self.leads(begin, event)) if event in self.events else end != begin:
            raise ImpossibleMove(f"{event.name}: {begin} to {end}")

    def leads(self, before: State, event: Event) -> tuple[State, ...]:
        """Return to where an event leads from a state; empty where it can't come."""
        ends = tuple(row[2] for row in self.rows if row[:2] == (before, event))
        return (*ends, before) if event in self.stays else ends


COURSE = Machine(
    "The link",
    Course.STARTING,
    (
        (Course.STARTING, Event.CHECKED, Course.GOING),
        (Course.GOING, Event.TRIED_AGAIN, Course.STARTING),
        (Course.STARTING, Event.UNDO_BEGAN, Course.UNDOING),
        (Course.GOING, Event.UNDO_BEGAN, Course.UNDOING),
        (Course.UNDOING, Event.UNDO_BEGAN, Course.UNDOING),
        (Course.UNDOING, Event.TAKEN_BACK, Course.STARTING),
        (Course.UNDOING, Event.KEPT, Course.STARTING),
        (Course.STARTING, Event.TRIED_AGAIN, Course.STARTING),
        (Course.UNDOING, Event.TRIED_AGAIN, Course.UNDOING),
    ),
)

CONTENT = Machine(
    "What was read of the mail",
    Unread,
    (
        (Unread, Event.READ_EARLY, ReadEarly),
        (Unread, Event.READ, Read),
        (ReadEarly, Event.CONFIRMED, Read),
        (ReadEarly, Event.CHANGED, Read),
        (Read, Event.TRIED_AGAIN, Withheld),
        (Withheld, Event.ASKED_AGAIN, Read),
        (Withheld, Event.TRIED_AGAIN, Read),
    ),
    stays=(Event.TRIED_AGAIN,),
)

COPY = Machine(
    "The mail in the CRM",
    Unsought,
    (
        (Unsought, Event.NOT_FOUND, Absent),
        (Absent, Event.SENT, UnderWay),
        (UnderWay, Event.UNANSWERED, UnderWay),
        (UnderWay, Event.BROKEN_OFF, InDoubt),
        (UnderWay, Event.FAULTED, InDoubt),
        (UnderWay, Event.ANSWERED, Unproven),
        (UnderWay, Event.REFUSED, Unsought),
        (UnderWay, Event.FOUND, Unproven),
        (UnderWay, Event.NOT_FOUND, Absent),
        (InDoubt, Event.FOUND, Unproven),
        (InDoubt, Event.NOT_FOUND, Absent),
        (Unsought, Event.FOUND, Unproven),
        (Unproven, Event.READ_BACK, Proven),
        (Proven, Event.FILES_MOVED, Unproven),
        (Unproven, Event.YIELDED, Unproven),
        (Proven, Event.YIELDED, Proven),
        (Unproven, Event.DATED, Unproven),
        (Proven, Event.DATED, Proven),
        (Unproven, Event.FILLED, Unproven),
        (Proven, Event.FILLED, Proven),
        (Proven, Event.TRIED_AGAIN, Unproven),
        (Unproven, Event.UNDO_BEGAN, InDoubt),
        (Proven, Event.UNDO_BEGAN, InDoubt),
        (Proven, Event.UNDO_BEGAN, Unproven),
        (Unsought, Event.UNDO_BEGAN, Unsought),
        (Absent, Event.UNDO_BEGAN, Absent),
        # The mail of another time stays.
        (Unproven, Event.UNDO_BEGAN, Unproven),
        (Unproven, Event.TAKEN_BACK, Unproven),
        (InDoubt, Event.TAKEN_BACK, Unsought),
        (Absent, Event.TAKEN_BACK, Unsought),
        (Unsought, Event.TAKEN_BACK, Unsought),
    ),
    stays=(Event.TRIED_AGAIN,),
)

FILE = Machine(
    "Each attachment",
    FileState.WAITING,
    (
        (FileState.WAITING, Event.HANDED_OVER, FileState.READ),
        (FileState.READ, Event.ARRIVED, FileState.STORED),
        (FileState.WAITING, Event.GIVEN_UP, FileState.GIVEN_UP),
        (FileState.READ, Event.GIVEN_UP, FileState.GIVEN_UP),
        (FileState.GIVEN_UP, Event.GIVEN_UP, FileState.GIVEN_UP),
        # The CRM may say so of one that it had before.
        (FileState.STORED, Event.GIVEN_UP, FileState.GIVEN_UP),
        (FileState.WAITING, Event.ARRIVED, FileState.STORED),
        (FileState.GIVEN_UP, Event.ARRIVED, FileState.STORED),
        (FileState.STORED, Event.ARRIVED, FileState.STORED),
        (FileState.GIVEN_UP, Event.RETRIED, FileState.READ),
        (FileState.GIVEN_UP, Event.RETRIED, FileState.WAITING),
        (FileState.STORED, Event.UNFILED, FileState.READ),
        (FileState.STORED, Event.UNFILED, FileState.WAITING),
        (FileState.GIVEN_UP, Event.UNFILED, FileState.READ),
        (FileState.GIVEN_UP, Event.UNFILED, FileState.WAITING),
        (FileState.READ, Event.UNFILED, FileState.READ),
        (FileState.WAITING, Event.UNFILED, FileState.WAITING),
        (FileState.WAITING, Event.REOPENED, FileState.WAITING),
        (FileState.READ, Event.REOPENED, FileState.WAITING),
        (FileState.GIVEN_UP, Event.REOPENED, FileState.WAITING),
    ),
)
