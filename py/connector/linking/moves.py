"""From which state of a link to which, and by what: the one table of it.

    link = link.moved(Event.FOUND, copy=Unproven(mail))

A move that is not in the table raises `ImpossibleMove` (`connector.machine`). `scripts/states.py` draws the table
(``docs/linking-states.svg``); `connector.linking.steps.ORDER` says which step comes next in a state.
"""

from __future__ import annotations

import enum

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
from connector.machine import Machine


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
