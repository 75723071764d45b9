"""Relating several records in one request: what is asked, and what any answer does to it."""

from __future__ import annotations

import asyncio
import json
from collections import Counter
from collections.abc import Mapping, Set
from itertools import product
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connector.crm.client import CrmClient
from connector.crm.relating import MOST_SOURCES, MOST_TARGETS, SEVERAL, Pair, answer_from, batches, relate_all
from connector.domain.linking import Problem
from connector.domain.session import Session
from connector.errors import (
    AnswerUnreadable,
    ConnectorError,
    CrmFault,
    PermissionDenied,
    RecordRefused,
    RelationMissing,
)
from connector.ports import Progress, Request, Response

CRM = "https://crm.example.com/crm"
sources = st.integers(1, 400).map("7x{}".format)
targets = st.integers(1, 90).map("4x{}".format)
pendings = st.dictionaries(sources, st.lists(targets, unique=True, min_size=1, max_size=70).map(tuple), max_size=80)
REASONS = (
    "There is no relation with module Notices",
    "Permission to read given object is denied",
    "Record you are trying to access is not found",
    "Database error while performing required operation",
)


def pairs_of(pending: Mapping[str, tuple[str, ...]]) -> set[Pair]:
    return {(source, target) for source, some in pending.items() for target in some}


@given(pendings)
def test_batches_hold_each_pair_once_and_no_other(pending: dict[str, tuple[str, ...]]) -> None:
    made = batches(pending)
    held = Counter(pair for some, targets in made for pair in product(some, targets))
    assert held == Counter(pairs_of(pending))
    assert all(0 < len(some) <= MOST_SOURCES and 0 < len(targets) <= MOST_TARGETS for some, targets in made)


@given(st.integers(0, 300), st.integers(1, 50))
def test_as_few_batches_as_can_be(documents: int, records: int) -> None:
    pending = {f"7x{number}": tuple(f"4x{one}" for one in range(records)) for number in range(documents)}
    assert len(batches(pending)) == -(-documents // MOST_SOURCES)


# Answers ------------------------------------------------------------------------------------------


def test_an_answer_is_read() -> None:
    refused = [{"source": "7x2", "target": f"4x{number}", "reason": reason} for number, reason in enumerate(REASONS)]
    answer = answer_from({"related": [["7x1", "4x1"]], "refused": refused, "complete": False, "more": 1})
    assert answer.related == {("7x1", "4x1")}
    assert not answer.complete
    kinds = [type(error) for error in answer.refused.values()]
    assert kinds == [RelationMissing, PermissionDenied, RecordRefused, CrmFault]
    assert answer.refused["7x2", "4x0"].details["module"] == "Notices"


GOOD = {"related": [], "refused": [], "complete": True}


@pytest.mark.parametrize(
    "result",
    [
        None, [], "related", {}, GOOD | {"complete": 1}, GOOD | {"related": None}, GOOD | {"refused": {}},
        GOOD | {"related": ["7x1"]}, GOOD | {"related": [["7x1"]]}, GOOD | {"related": [["7x1", "4x1", "4x2"]]},
        GOOD | {"related": [["7x1", "4x1; DROP"]]}, GOOD | {"related": [[["7x1"], "4x1"]]}, GOOD | {"refused": [[]]},
        GOOD | {"refused": [{"source": "7x1", "reason": ""}]}, GOOD | {"refused": [{"source": 7, "target": "4x1"}]},
    ],
)  # fmt: skip
def test_what_is_no_answer_is_unreadable(result: Any) -> None:
    with pytest.raises(AnswerUnreadable):
        answer_from(result)


# The whole of it, whatever is answered --------------------------------------------------------------


class Scripted:
    """A transport for what no CRM does on purpose: each call that relates several gets the next answer."""

    def __init__(self, answers: list[Any]) -> None:
        self._answers = answers
        self.asked: list[tuple[list[str], list[str]]] = []
        self.alone: list[Pair] = []

    def prepare(self, request: Request | None) -> None:
        """Nothing can be done before."""

    async def send(self, request: Request, *, progress: Progress | None = None) -> Response:
        """Answer one request; when there are no more answers, with one that tells nothing new."""
        if progress is not None:
            progress(1, 1)
        given = json.loads(request.body or "")
        result: Any = None
        if request.url.endswith(f"/{SEVERAL}"):
            self.asked.append((json.loads(given["sources"]), json.loads(given["targets"])))
            result = self._answers.pop(0) if self._answers else GOOD | {"complete": False}
        else:
            assert given["operation"] == "relate"
            self.alone += [(given["id"], target) for target in json.loads(given["relatelist"])]
        return Response(200, json.dumps({"status": 200, "data": {"contract": 1, "ok": True, "result": result}}))


class Heard:
    """What was told."""

    def __init__(self) -> None:
        self.done: list[Pair] = []
        self.refused: dict[Pair, Problem] = {}

    def __call__(self, done: Set[Pair], refused: Mapping[Pair, Problem]) -> None:
        self.done += done
        self.refused |= refused


def run(transport: Scripted, pending: Mapping[str, tuple[str, ...]]) -> tuple[Heard, ConnectorError | None]:
    heard = Heard()
    try:
        client = CrmClient(transport, Session(CRM, "agent", token="t"))  # no secret
        asyncio.run(relate_all(client, pending, heard))
    except ConnectorError as error:
        return heard, error
    return heard, None


pairs = st.tuples(st.sampled_from(["7x1", "7x2", "7x3", "9x9"]), st.sampled_from(["4x1", "4x2", "9x9"]))
answers = st.fixed_dictionaries(
    {
        "related": st.lists(pairs.map(list), max_size=6),
        "refused": st.lists(
            st.builds(
                lambda pair, reason: {"source": pair[0], "target": pair[1], "reason": reason},
                pairs,
                st.sampled_from(REASONS),
            ),
            max_size=3,
        ),
        "complete": st.booleans(),
    }
)


@given(st.lists(answers | st.none(), max_size=8))
def test_whatever_is_answered_each_pair_has_one_outcome_and_it_ends(scripted: list[Any]) -> None:
    pending = {"7x1": ("4x1", "4x2"), "7x2": ("4x1", "4x2"), "7x3": ("4x2",)}
    transport = Scripted(list(scripted))
    heard, error = run(transport, pending)
    outcomes = Counter([*heard.done, *heard.refused])
    assert set(outcomes) <= pairs_of(pending)
    assert max(outcomes.values(), default=1) == 1
    if error is None:
        assert set(outcomes) == pairs_of(pending)
    else:
        assert isinstance(error, AnswerUnreadable | CrmFault)
    # Each round but the last of a batch brings something.
    assert len(transport.asked) <= len(pairs_of(pending)) + len(batches(pending))


def test_a_round_that_brings_nothing_is_the_last_and_calls_one_by_one_follow() -> None:
    pending = {"7x1": ("4x1",), "7x2": ("4x1",), "7x3": ("4x1",)}
    transport = Scripted([GOOD | {"related": [["7x1", "4x1"]], "complete": False}])
    heard, error = run(transport, pending)
    assert error is None
    assert [some for some, _ in transport.asked] == [["7x1", "7x2", "7x3"], ["7x2", "7x3"]]
    assert sorted(transport.alone) == [("7x2", "4x1"), ("7x3", "4x1")]
    assert set(heard.done) == pairs_of(pending)


def test_what_is_left_out_of_a_complete_answer_is_related_alone() -> None:
    pending = {"7x1": ("4x1",), "7x2": ("4x1",), "7x3": ("4x1",)}
    transport = Scripted([GOOD | {"related": [["7x2", "4x1"]]}])
    heard, error = run(transport, pending)
    assert error is None
    assert sorted(transport.alone) == [("7x1", "4x1"), ("7x3", "4x1")]
    assert set(heard.done) == pairs_of(pending)


def test_a_source_whose_targets_no_other_has_takes_all_of_them_at_once() -> None:
    pending = {"44x1": ("4x1", *(f"7x{number}" for number in range(100))), "7x1": ("4x1",), "7x2": ("4x1",)}
    transport = Scripted([GOOD | {"related": [["7x1", "4x1"], ["7x2", "4x1"]]}])
    heard, error = run(transport, pending)
    assert error is None
    assert transport.asked == [(["7x1", "7x2"], ["4x1"])]
    assert transport.alone == [("44x1", target) for target in pending["44x1"]]
    assert set(heard.done) == pairs_of(pending)


def test_a_breakdown_that_is_told_as_a_refusal_is_none() -> None:
    """It is raised, as from a call of its own, so that a retry asks for it again; the rest stands."""
    refused = [{"source": "7x1", "target": "4x1", "reason": REASONS[3]}]
    transport = Scripted([GOOD | {"related": [["7x2", "4x1"]], "refused": refused}])
    heard, error = run(transport, {"7x1": ("4x1",), "7x2": ("4x1",)})
    assert isinstance(error, CrmFault)
    assert (heard.done, heard.refused, transport.alone) == ([("7x2", "4x1")], {}, [])
