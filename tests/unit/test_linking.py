"""The next step of a link: from any state it leads on, and nothing is done twice."""

from __future__ import annotations

import datetime
from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from connector.errors import Problem
from connector.finding.records import Record
from connector.linking.link import Link, LinkPlan, begin
from connector.linking.outcome import FINAL, FileOutcome
from connector.linking.states import (
    Absent,
    Content,
    Course,
    FileState,
    InDoubt,
    Proven,
    Read,
    ReadEarly,
    Step,
    StoredMail,
    UnderWay,
    Unproven,
    Unread,
    Unsought,
    Withheld,
)
from connector.linking.steps import next_step
from connector.ports import Body, FileHandle
from unit.screens import MAIL, MARY, OFFER

CONTENT = Content(Body("<p>x</p>", ""), datetime.datetime(2026, 11, 23, tzinfo=datetime.UTC))
OURS = StoredMail("7x12", "19x5", "2026-11-23 14:00:00", "2026-11-23 14:00:00", ours=True)
THEIRS = replace(OURS, ours=False)


def plan(*records: Record) -> Link:
    return begin(LinkPlan(MAIL, records or (MARY, OFFER)), lambda attachment: attachment.name)


def files(link: Link, state: FileState) -> tuple[FileOutcome, ...]:
    return tuple(
        replace(one, state=state, document=f"9x{i}" if state is FileState.STORED else "")
        for i, one in enumerate(link.files)
    )


def test_the_steps_of_a_mail_with_files_in_order() -> None:
    link = plan()
    assert next_step(link) is Step.CHECK
    link = replace(link, course=Course.GOING)
    assert next_step(link) is Step.READ
    link = replace(link, reading=Read(CONTENT))
    assert next_step(link) is Step.FILES
    link = replace(link, files=files(link, FileState.READ))
    assert next_step(link) is Step.FIND
    link = replace(link, copy=Absent())
    assert next_step(link) is Step.STORE
    link = replace(link, copy=Unproven(OURS))
    assert next_step(link) is Step.READ_BACK
    link = replace(link, copy=Proven(OURS))
    assert next_step(link) is Step.SEND_FILES
    link = replace(link, files=files(link, FileState.STORED))
    assert next_step(link) is Step.DATE
    link = replace(link, copy=Proven(OURS, dated=True))
    assert next_step(link) is Step.RELATE
    link = replace(link, related=frozenset({MARY.id, OFFER.id}))
    assert next_step(link) is Step.RELATE
    link = replace(link, related=link.related | set(link.documents))
    assert next_step(link) is Step.DOCUMENTS
    pairs = frozenset((document, record.id) for document in link.documents for record in (MARY, OFFER))
    assert next_step(replace(link, attached=pairs)) is None


def test_a_mail_without_files_needs_none_of_their_steps() -> None:
    link = replace(plan(), files=(), course=Course.GOING, copy=Absent(), reading=Read(CONTENT))
    assert next_step(link) is Step.STORE
    link = replace(link, copy=Proven(OURS, dated=True), related=frozenset({MARY.id, OFFER.id}))
    assert next_step(link) is None


def test_an_uncertain_link_looks_before_it_stores_again() -> None:
    link = replace(plan(), course=Course.GOING, reading=Read(CONTENT), copy=UnderWay())
    assert next_step(replace(link, files=files(link, FileState.READ))) is Step.FIND


def test_a_mail_that_stands_there_is_not_stored() -> None:
    link = replace(plan(), course=Course.GOING, reading=Read(CONTENT), copy=Unproven(THEIRS, dated=True))
    assert next_step(link) is Step.READ_BACK
    link = replace(link, copy=Proven(THEIRS, dated=True), files=files(link, FileState.STORED))
    assert next_step(link) is Step.RELATE


def test_a_refused_record_is_waited_for_no_more() -> None:
    link = replace(plan(), course=Course.GOING, copy=Proven(OURS, dated=True), files=())
    link = replace(link, refused={OFFER.id: Problem("record-refused")}, related=frozenset({MARY.id}))
    assert link.targets == (MARY,)
    assert next_step(link) is None


links = st.builds(
    replace,
    st.just(plan()),
    course=st.sampled_from(Course),
    reading=st.just(Unread()) | st.sampled_from([ReadEarly(CONTENT), Read(CONTENT), Withheld(CONTENT)]),
    copy=st.sampled_from([Unsought(), Absent(), UnderWay(), InDoubt()])
    | st.sampled_from(
        [kind(mail, dated) for kind in (Unproven, Proven) for mail in (OURS, THEIRS) for dated in (False, True)]
    ),
    related=st.sets(st.sampled_from([MARY.id, OFFER.id])).map(frozenset),
    files=st.tuples(
        *(
            st.builds(
                replace,
                st.just(one),
                state=st.sampled_from(FileState),
                document=st.sampled_from(["", "9x1", "9x2"]),
                file=st.none() | st.just(FileHandle("k", 7)),
                problem=st.none() | st.sampled_from([Problem(code) for code in (*sorted(FINAL), "file-office")]),
            )
            for one in plan().files
        )
    ),
)


@given(links)
def test_the_step_is_one_that_is_needed(link: Link) -> None:
    step = next_step(link)
    if step is None:
        assert link.stored is not None
        assert {record.id for record in link.targets} <= link.related
        assert not link.pending_documents()
        assert not {one.state for one in link.files} & {FileState.WAITING, FileState.READ}
    if step in (Step.READ, Step.FIND, Step.STORE):
        assert link.stored is None
    if step is Step.STORE:
        assert link.searched
        assert not link.uncertain
    if step in (Step.FIND, Step.STORE):
        assert link.content is not None
    if step in (Step.SEND_FILES, Step.DATE, Step.RELATE, Step.DOCUMENTS):
        assert link.stored is not None
        assert link.read_back


@given(links)
def test_reopening_gives_up_nothing_and_repeats_nothing_that_is_final(link: Link) -> None:
    again = link.reopened()
    assert again.failure is None
    for before, after in zip(link.files, again.files, strict=True):
        if before.state is FileState.STORED:
            assert after == before
        if before.problem is not None and before.problem.code in FINAL:
            assert after.state is before.state
    assert again.stored == link.stored


@given(links)
def test_a_note_is_written_once(link: Link) -> None:
    assert (
        link.noted("subject-cut", stored="x")
        .noted("subject-cut", stored="x")
        .notes.count(Problem("subject-cut", {"stored": "x"}))
        == 1
    )
