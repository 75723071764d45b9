"""The order of a link's steps: which one its state asks for."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from connector.linking.link import Link
from connector.linking.states import (
    Absent,
    Course,
    FileState,
    InDoubt,
    Proven,
    ReadEarly,
    Step,
    UnderWay,
    Unproven,
    Unread,
    Unsought,
    Withheld,
)


class Rule(NamedTuple):
    """A step, and in which states it is the next one: in words, and as a test of a link."""

    step: Step
    words: str
    fits: Callable[[Link], bool]


def _to_be_read(link: Link) -> bool:
    return isinstance(link.reading, Unread | ReadEarly)


def _waits(link: Link) -> bool:
    return link.has(FileState.WAITING)


def _original(link: Link, state: FileState) -> bool:
    return link.original is not None and link.original.state is state


def _original_waits(link: Link) -> bool:
    """Read while its mail is open, and not of a mail that has it in the CRM."""
    return isinstance(link.copy, Absent | Proven) and _original(link, FileState.WAITING)


ORDER = (
    Rule(Step.TAKE_BACK, "Undoing", lambda link: link.undoing),
    Rule(Step.CHECK, "Starting", lambda link: link.course is Course.STARTING),
    # What is found is compared with what was read, and a mail without an id is recognized by its files.
    Rule(Step.READ, "not in the CRM; Unread, Read early", lambda link: link.stored is None and _to_be_read(link)),
    Rule(Step.FILES, "not in the CRM; a file is waiting", lambda link: link.stored is None and _waits(link)),
    Rule(Step.FIND, "Unsought, Under way, In doubt", lambda link: isinstance(link.copy, Unsought | UnderWay | InDoubt)),
    Rule(Step.ORIGINAL, "not in the CRM, or Proven; the original is waiting", _original_waits),
    Rule(Step.STORE, "Absent", lambda link: isinstance(link.copy, Absent)),
    Rule(Step.READ_BACK, "Unproven", lambda link: isinstance(link.copy, Unproven)),
    Rule(Step.FILES, "a file is waiting", _waits),
    Rule(Step.SEND_FILES, "a file is read", lambda link: link.has(FileState.READ)),
    Rule(Step.SEND_ORIGINAL, "the original is read", lambda link: _original(link, FileState.READ)),
    Rule(Step.DATE, "not dated", lambda link: not link.standing.dated),
    Rule(Step.RELATE, "the mail is not related to all", lambda link: bool(link.unrelated)),
    Rule(Step.DOCUMENTS, "nor are its Documents", lambda link: bool(link.pending_documents())),
    Rule(Step.NOTE, "the user's note is not at each", lambda link: bool(link.note.pending(link.related))),
    Rule(Step.READ, "Withheld", lambda link: isinstance(link.reading, Withheld)),
    Rule(Step.FILL, "the stored mail lacks something", lambda link: bool(link.lacks)),
)
"""Which step comes next: the first that fits. Where none does, the link is complete."""


def next_step(link: Link) -> Step | None:
    """What has to be done next; None when the link is complete."""
    return next((rule.step for rule in ORDER if rule.fits(link)), None)
