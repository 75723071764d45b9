"""The table of a link's states: no dead end, no way but those in it, and a picture of it in the documents."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import product
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connector.errors import Problem
from connector.linking.link import Link
from connector.linking.moves import CONTENT, COPY, COURSE, FILE, Event
from connector.linking.note import Comment, Note, note_of
from connector.linking.original import original_of
from connector.linking.outcome import FileOutcome, given_up, reopened
from connector.linking.reading import with_read
from connector.linking.statement import Finding, Part, Statement
from connector.linking.states import (
    Absent,
    Course,
    FileState,
    InDoubt,
    Proven,
    Read,
    ReadEarly,
    Step,
    UnderWay,
    Unproven,
    Unread,
    Unsought,
    Withheld,
)
from connector.linking.steps import ORDER, next_step
from connector.linking.undoing import doubted, kept, taken_back
from connector.machine import ImpossibleMove, Machine, State
from connector.ports import FileHandle
from unit.test_linking import CONTENT as WRITTEN
from unit.test_linking import OURS, THEIRS, plan
from workshop.states import PICTURES

MACHINES = (COURSE, CONTENT, COPY, FILE)
FIRST = replace(plan(), files=plan().files[:2])
HELD = FileHandle("k", 7)
SAMPLES: dict[object, object] = {
    type(one): one
    for one in (
        *(Unread(), ReadEarly(WRITTEN), Read(WRITTEN), Withheld(WRITTEN)),
        *(Unsought(), Absent(), UnderWay(), InDoubt(), Unproven(OURS), Proven(OURS)),
    )
}


def reached(begin: State, machine: Machine[Any]) -> set[State]:
    """All states to which a way leads."""
    found, left = {begin}, [begin]
    while left:
        state = left.pop()
        ends = {end for event in machine.events for end in machine.leads(state, event)} - found
        found |= ends
        left += ends
    return found


@pytest.mark.parametrize("machine", MACHINES, ids=lambda one: one.name)
def test_each_state_is_reached_and_no_row_stands_there_twice(machine: Machine[Event]) -> None:
    assert reached(machine.first, machine) == set(machine.states)
    assert len(machine.rows) == len(set(machine.rows))


@pytest.mark.parametrize(
    ("machine", "final"),
    [(COURSE, Course.GOING), (CONTENT, Read), (COPY, Proven), (COPY, Unsought), (FILE, FileState.STORED)],
)
def test_no_state_is_a_dead_end(machine: Machine[Event], final: State) -> None:
    for state in machine.states:
        assert final in reached(state, machine), state


def test_no_event_is_one_that_never_happens() -> None:
    assert {event for machine in MACHINES for event in machine.events} == set(Event)


@given(st.sampled_from(MACHINES), st.data())
def test_a_move_is_possible_just_where_the_table_has_it(machine: Machine[Event], data: st.DataObject) -> None:
    begin, end = data.draw(st.sampled_from(machine.states)), data.draw(st.sampled_from(machine.states))
    event = data.draw(st.sampled_from(Event))
    made = [SAMPLES.get(one, one) if isinstance(one, type) else one for one in (begin, end)]
    allowed = end in machine.leads(begin, event) if event in machine.events else end is begin
    if allowed:
        machine.move(made[0], event, made[1])
    else:
        with pytest.raises(ImpossibleMove):
            machine.move(made[0], event, made[1])


def test_a_link_does_not_leave_its_table() -> None:
    with pytest.raises(ImpossibleMove):
        FIRST.moved(Event.SENT, copy=UnderWay())
    with pytest.raises(ImpossibleMove):
        FIRST.moved(Event.CHECKED, course=Course.GOING, copy=Absent())
    with pytest.raises(ImpossibleMove):
        FIRST.files[0].moved(Event.HANDED_OVER, FileState.STORED)


# What may come of a step; the first of each is what comes of it where nothing goes wrong. -----------


def arrived(one: FileOutcome, document: str, *, ours: bool = True) -> FileOutcome:
    return one.moved(Event.ARRIVED, FileState.STORED, document=document, ours=ours)


def after_check(link: Link) -> Iterator[Link]:
    yield link.moved(Event.CHECKED, course=Course.GOING, refused={})
    refused = {link.plan.records[0].id: Problem("record-refused")}
    yield link.moved(Event.CHECKED, course=Course.GOING, refused=refused)


def after_read(link: Link) -> Iterator[Link]:
    mail = link.plan.mail
    mail = replace(mail, attachments=mail.attachments[: len(link.files)])
    if link.stored is not None:
        yield replace(with_read(link, Event.ASKED_AGAIN, mail, WRITTEN), compared=())
        yield link.moved(Event.ASKED_AGAIN, reading=Read(link.read_content))
    elif isinstance(link.reading, ReadEarly):
        yield link.moved(Event.CONFIRMED, reading=Read(link.reading.content))
        anew = replace(link.with_original(reopened), files=tuple(map(reopened, link.files)))
        yield with_read(anew, Event.CHANGED, mail, WRITTEN)
    else:
        yield with_read(link, Event.READ, mail, WRITTEN)


def after_files(link: Link) -> Iterator[Link]:
    for outcomes in product((True, False), repeat=len(link.files)):
        files = tuple(
            one
            if one.state is not FileState.WAITING
            else one.moved(Event.HANDED_OVER, FileState.READ, file=HELD)
            if handed
            else given_up(one, "file-office-failed")
            for one, handed in zip(link.files, outcomes, strict=True)
        )
        yield replace(link, files=files).unproven()


def after_find(link: Link) -> Iterator[Link]:
    ours = link.uncertain
    yield link.moved(Event.NOT_FOUND, copy=Absent())
    yield link.moved(Event.FOUND, copy=Unproven(OURS if ours else THEIRS, dated=not ours), lacks=frozenset({Part.TEXT}))


def after_store(link: Link) -> Iterator[Link]:
    sent = link.moved(Event.SENT, copy=UnderWay())
    stored = sent.moved(Event.ANSWERED, copy=Unproven(OURS))
    yield stored
    yield stored.proven()
    yield sent
    yield sent.moved(Event.UNANSWERED, copy=UnderWay(), lost=True)
    yield sent.moved(Event.BROKEN_OFF, copy=InDoubt())
    yield sent.moved(Event.FAULTED, copy=InDoubt(), piecewise=True)
    yield sent.moved(Event.REFUSED, copy=Unsought())


def after_read_back(link: Link) -> Iterator[Link]:
    ours = link.stored_mail.ours
    yield link.proven(
        tuple(
            arrived(one, one.document or f"9x{at}", ours=ours) if one.state is FileState.READ else one
            for at, one in enumerate(link.files)
        )
    )
    yield link.proven()
    if ours:
        yield link.moved(Event.YIELDED, copy=replace(link.standing, mail=THEIRS))


def after_sending(link: Link) -> Iterator[Link]:
    def sent(one: FileOutcome, *, taken: bool) -> FileOutcome:
        if one.state is not FileState.READ:
            return one
        return arrived(one, "9x7") if taken else given_up(one, "file-over-server-limit")

    for taken in (True, False):
        yield replace(link, files=tuple(sent(one, taken=taken) for one in link.files)).unproven()


def after_original(link: Link) -> Iterator[Link]:
    yield link.with_original(lambda one: one.moved(Event.HANDED_OVER, FileState.READ, file=HELD))
    yield link.with_original(lambda one: given_up(one, "original-ungiven"))


def after_sending_the_original(link: Link) -> Iterator[Link]:
    tried = link.with_original(lambda one: replace(one, tries=one.tries + 1)).unproven()
    yield tried.with_original(lambda one: arrived(one, "9x8"))
    yield tried.with_original(lambda one: arrived(one, "9x9", ours=False))
    yield tried.with_original(lambda one: given_up(one, "file-over-server-limit"))
    yield tried


def after_date(link: Link) -> Iterator[Link]:
    yield link.moved(Event.DATED, copy=replace(link.standing, dated=True))


def after_relating(link: Link) -> Iterator[Link]:
    done = {(link.stored_mail.id, one) for one in link.unrelated}
    done |= {(document, one) for document, ones in link.pending_documents().items() for one in ones}
    yield link.with_related(done, {})
    yield link.with_related(frozenset(), dict.fromkeys(done, Problem("relation-missing")))


def after_fill(link: Link) -> Iterator[Link]:
    yield link.moved(Event.FILLED, copy=replace(link.standing), lacks=frozenset(), compared=())


def after_noting(link: Link) -> Iterator[Link]:
    for record in link.note.pending(link.related):
        tried = link.note.trying(record)
        yield replace(link, note=tried.with_comment(record, Comment("36x1")))
        yield replace(link, note=tried.with_refusal(record, Problem("note-failed")))
        yield replace(link, note=tried)


def after_taking_back(link: Link) -> Iterator[Link]:
    for found in after_find(link) if link.uncertain else [link]:
        begun = doubted(found)
        yield taken_back(begun)
        yield kept(begun)
        yield begun


AFTER: dict[Step, Callable[[Link], Iterator[Link]]] = {
    Step.TAKE_BACK: after_taking_back,
    Step.CHECK: after_check,
    Step.READ: after_read,
    Step.FILES: after_files,
    Step.FIND: after_find,
    Step.STORE: after_store,
    Step.READ_BACK: after_read_back,
    Step.SEND_FILES: after_sending,
    Step.ORIGINAL: after_original,
    Step.SEND_ORIGINAL: after_sending_the_original,
    Step.DATE: after_date,
    Step.RELATE: after_relating,
    Step.DOCUMENTS: after_relating,
    Step.NOTE: after_noting,
    Step.FILL: after_fill,
}


def compared(link: Link) -> Link:
    """As a complete link is, of which Outlook has not given the text."""
    return replace(link, compared=(Statement(Part.TEXT, Finding.WITHHELD),))


@st.composite
def walks(draw: st.DrawFn) -> Link:
    """A link that has been through anything: steps that failed and were tried again, and taking back."""
    early = FIRST.moved(Event.READ_EARLY, reading=ReadEarly(WRITTEN))
    link = draw(st.sampled_from([FIRST, early]))
    if draw(st.booleans()):
        link = replace(link, original=original_of(link.plan.mail))
    link = replace(link, note=draw(st.sampled_from([Note(), note_of("call", link.plan.records)])))
    for _ in range(draw(st.integers(0, 25))):
        step = next_step(link)
        if step is None:
            link = compared(link).reopened()
        elif draw(st.integers(0, 7)) == 0:
            # It failed, and somebody tries again, or takes back.
            link = link.reopened()
            if draw(st.booleans()) and not link.uncertain:
                link = draw(st.sampled_from([doubted(link), taken_back(doubted(link))]))
        else:
            link = draw(st.sampled_from(list(AFTER[step](link))))
    return link


@given(walks())
def test_whatever_has_happened_a_link_ends(link: Link) -> None:
    link = link.reopened()
    for _ in range(40):
        step = next_step(link)
        if step is None:
            break
        link = next(AFTER[step](link))
    assert next_step(link) is None
    assert link.stored is not None
    assert link.read_back
    assert {record.id for record in link.targets} <= link.related
    assert not {one.state for one in link.papers} & {FileState.WAITING, FileState.READ}


@given(walks(), st.data())
def test_whatever_has_happened_taking_back_leaves_nothing(link: Link, data: st.DataObject) -> None:
    if link.uncertain:
        link = data.draw(st.sampled_from(list(after_find(link))))
    begun = doubted(link)
    assert begun.written
    assert next_step(begun) is Step.TAKE_BACK
    link = taken_back(begun)
    assert link.stored is None or not link.stored.ours
    assert not any(one.ours and one.document for one in link.papers)
    assert link.stored is not None or link.original is None or not link.original.document
    assert not link.note.written
    assert not link.note.doubted()
    assert next_step(link) is Step.CHECK
    if link.stored is None:
        assert isinstance(link.copy, Unsought)


def test_each_step_has_its_turn() -> None:
    assert {turn.step for turn in ORDER} == set(Step) == set(AFTER)


@pytest.mark.parametrize("path", PICTURES, ids=lambda path: path.stem)
def test_the_pictures_in_the_documents_are_those_of_the_tables(path: Path) -> None:
    assert path.read_text("utf-8") == PICTURES[path](), "run scripts/states.py"
