"""Relating a mail and its Documents with the component: what is asked, and what any answer does to it."""

from __future__ import annotations

import asyncio
import contextlib
import json
from collections.abc import Mapping, Sequence, Set
from dataclasses import replace
from itertools import product
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connector.errors import AnswerUnreadable, Problem
from connector.finding.records import Record
from connector.linking.link import Link, LinkPlan
from connector.linking.outcome import FileOutcome
from connector.linking.states import FileState, Proven, Read, StoredMail
from connector.linking.storage import Pair
from connector.ports import FileHandle, Progress, RawAttachment
from connector.vtenext.component.question import Question
from connector.vtenext.component.relating import MOST_TARGETS, RELATE
from connector.vtenext.component.storage import ComponentStorage
from unit.screens import MAIL
from unit.test_linking import CONTENT

MAIL_ID, DOCUMENTS = "44x9", ("7x1", "7x2")
RECORDS = ("4x1", "4x2", "3x3")
GOOD: dict[str, Any] = {"related": [], "refused": [], "complete": True}


def link_to(*records: str) -> Link:
    """A link whose mail stands in the CRM with two Documents, and is related to nothing."""
    attached = RawAttachment("1", "a.txt", 3, "text/plain", "file", inline=False)
    file = FileOutcome(attached, "a.txt", FileState.STORED, FileHandle("k", 3))
    files = tuple(replace(file, document=one) for one in DOCUMENTS)
    plan = LinkPlan(MAIL, tuple(Record(one, "Contacts", one) for one in records))
    return Link(plan, files, reading=Read(CONTENT), copy=Proven(StoredMail(MAIL_ID, "", "", "", ours=True)))


class Scripted:
    """Answers each call with the next answer; with one that tells nothing new when there are no more."""

    def __init__(self, answers: Sequence[Any]) -> None:
        self._answers = list(answers)
        self.asked: list[list[str]] = []
        self.done: set[Pair] = set()
        self.refused: dict[Pair, Problem] = {}

    async def ask(self, question: Question, progress: Progress | None = None) -> Any:
        parameters = question.parameters
        assert question == Question(RELATE, {"message": MAIL_ID, "targets": parameters["targets"]})
        assert progress is None
        self.asked.append(json.loads(parameters["targets"]))
        return self._answers.pop(0) if self._answers else GOOD | {"complete": False}

    def prepare(self, question: Question) -> None:
        raise AssertionError(question)

    def told(self, done: Set[Pair], refused: Mapping[Pair, Problem]) -> None:
        self.done |= done
        self.refused |= refused

    def relate(self, link: Link, pending: Mapping[str, Sequence[str]]) -> None:
        asyncio.run(ComponentStorage(self.ask, self.prepare).relate(link, pending, self.told))


def everything(link: Link) -> dict[str, tuple[str, ...]]:
    """What the first step of relating asks for: the mail to records and Documents."""
    return {MAIL_ID: link.unrelated, **link.pending_documents()}


def pairs_with(*records: str) -> list[list[str]]:
    return [list(pair) for pair in product((MAIL_ID, *DOCUMENTS), records)]


def test_one_call_relates_the_mail_and_its_documents() -> None:
    link, crm = link_to(*RECORDS), Scripted([GOOD | {"related": pairs_with(*RECORDS)}])
    crm.relate(link, everything(link))
    assert crm.asked == [list(RECORDS)]
    link = link.with_related(crm.done, crm.refused)
    assert (link.unrelated, link.pending_documents()) == ((), {})


@pytest.mark.parametrize("count", [1, MOST_TARGETS, MOST_TARGETS + 1, 3 * MOST_TARGETS])
def test_as_few_calls_as_the_contract_allows(count: int) -> None:
    records = [f"4x{number}" for number in range(1, count + 1)]
    link = link_to(*records)
    crm = Scripted([GOOD | {"related": pairs_with(*records)} for _ in range(count)])
    crm.relate(link, everything(link))
    assert [one for some in crm.asked for one in some] == records
    assert len(crm.asked) == -(-count // MOST_TARGETS)


def test_what_it_had_no_time_for_is_asked_again() -> None:
    pairs = pairs_with(*RECORDS)
    crm = Scripted([GOOD | {"related": pairs[:4], "complete": False}, GOOD | {"related": pairs}])
    link = link_to(*RECORDS)
    crm.relate(link, everything(link))
    assert len(crm.asked) == 2
    assert link.with_related(crm.done, crm.refused).pending_documents() == {}


def test_a_document_that_is_none_any_more_is_refused() -> None:
    link, crm = link_to("4x1"), Scripted([GOOD | {"related": [[MAIL_ID, "4x1"], [DOCUMENTS[0], "4x1"]]}])
    crm.relate(link, everything(link))
    assert {pair: one.code for pair, one in crm.refused.items()} == {(DOCUMENTS[1], "4x1"): "record-refused"}


def test_a_round_that_brings_nothing_is_the_last() -> None:
    link, crm = link_to("4x1"), Scripted([GOOD | {"complete": False}] * 9)
    with pytest.raises(AnswerUnreadable):
        crm.relate(link, everything(link))
    assert len(crm.asked) == 1


def test_mail_and_documents_are_one_where_nothing_else_is_left() -> None:
    link, crm = link_to("4x1"), Scripted([GOOD | {"related": pairs_with("4x1")}])
    crm.relate(link, {MAIL_ID: DOCUMENTS})
    assert crm.asked == [["4x1"]]
    assert {(MAIL_ID, one) for one in DOCUMENTS} <= crm.done


def test_refusals_tell_the_record_and_why() -> None:
    refused = [
        {"source": MAIL_ID, "target": "4x2", "code": "record_refused", "details": {"id": "4x2"}},
        {"source": MAIL_ID, "target": "3x3", "code": "relation_missing", "details": {"module": "Notices"}},
        {"source": DOCUMENTS[0], "target": "4x1", "code": "permission_denied", "details": {"what": "Documents"}},
    ]
    link = link_to(*RECORDS)
    crm = Scripted([GOOD | {"related": [[MAIL_ID, "4x1"], [DOCUMENTS[1], "4x1"]], "refused": refused}])
    crm.relate(link, everything(link))
    link = link.with_related(crm.done, crm.refused)
    assert {record: one.code for record, one in link.refused.items()} == {
        "4x2": "record-refused",
        "3x3": "relation-missing",
    }
    assert [record.id for record in link.targets] == ["4x1"]
    assert {pair: one.code for pair, one in link.unattached.items()} == {(DOCUMENTS[0], "4x1"): "permission-denied"}
    assert (link.unrelated, link.pending_documents()) == ((), {})


@pytest.mark.parametrize(
    "result", [None, [], "related", {}, GOOD | {"complete": 1}, GOOD | {"related": None}, GOOD | {"related": {}}]
)
def test_what_is_no_answer_is_unreadable(result: Any) -> None:
    link = link_to("4x1")
    with pytest.raises(AnswerUnreadable):
        Scripted([result]).relate(link, everything(link))


ids = st.sampled_from([MAIL_ID, *DOCUMENTS, *RECORDS, "9x9", "", "4x1; DROP", None, 7, ["4x1"]])
pairs = st.lists(ids, max_size=3)
refusals = st.fixed_dictionaries(
    {},
    optional={
        "source": ids,
        "target": ids,
        "code": st.sampled_from(["record_refused", "relation_missing", "permission_denied", "another", None, 1]),
        "details": st.sampled_from([None, {}, {"id": 1}, "none"]),
    },
)
answers = st.fixed_dictionaries(
    {
        "related": st.lists(pairs | st.none(), max_size=6),
        "refused": st.lists(refusals, max_size=3) | st.none(),
        "complete": st.booleans(),
    }
)


@given(st.lists(answers, max_size=8))
def test_whatever_is_answered_it_ends_and_only_what_was_told_counts(scripted: list[dict[str, Any]]) -> None:
    link, crm = link_to(*RECORDS), Scripted(scripted)
    with contextlib.suppress(AnswerUnreadable):
        crm.relate(link, everything(link))
    pairs = (pair for answer in scripted for pair in answer["related"] if pair)
    told = {tuple(pair) for pair in pairs if all(isinstance(one, str) for one in pair)}
    assert crm.done - {(MAIL_ID, one) for one in DOCUMENTS} <= told
    assert len(crm.asked) <= 1 + len(link.unrelated) + sum(map(len, link.pending_documents().values()))
