"""Relating a mail or Documents to records: each by a call of its own, or many in one where the component does that.

The component's ``mailconnectorrelate`` takes several sources; a stock vtenext, and an older component, take one.
"""

from __future__ import annotations

import asyncio
import json
from collections import Counter
from collections.abc import Awaitable, Callable, Mapping, Sequence, Set
from dataclasses import dataclass
from functools import partial
from itertools import product
from typing import Any

from connector.crm import wire
from connector.crm.client import CrmClient
from connector.domain.linking import Problem
from connector.domain.records import is_record_id
from connector.errors import (
    AnswerError,
    AnswerUnreadable,
    OperationMissing,
    PermissionDenied,
    RecordRefused,
    RelationMissing,
)

AT_ONCE = 4
SEVERAL = "mailconnectorrelate"
MOST_SOURCES, MOST_TARGETS = 50, 50
"""Of one request, as the contract has it."""

Pair = tuple[str, str]
"""A source, which is a mail or a Document, and the record to which it is related."""
Told = Callable[[Set[Pair], Mapping[Pair, Problem]], None]
"""Takes what has been related, and what was refused, since it was called last."""


async def related(client: CrmClient, source: str, targets: Sequence[str]) -> dict[str, Problem]:
    """Relate to all at once; where one of several is refused, to ever fewer, to tell which. Returns the refused ones.

    A module without the relation refuses all its records: they are not asked for one by one.
    """
    try:
        await client.relate(source, targets)
    except (RelationMissing, PermissionDenied, RecordRefused) as error:
        parts = _parted(targets)
        if len(parts) == 1 and (len(targets) == 1 or isinstance(error, RelationMissing)):
            return dict.fromkeys(targets, Problem(error.code, error.details))
        if len(parts) == 1:
            parts = [targets[: len(targets) // 2], targets[len(targets) // 2 :]]
        problems: dict[str, Problem] = {}
        for part in parts:
            problems |= await related(client, source, part)
        return problems
    return {}


def _parted(targets: Sequence[str]) -> list[Sequence[str]]:
    """The records of each module by themselves."""
    parts: dict[str, list[str]] = {}
    for target in targets:
        parts.setdefault(target.partition("x")[0], []).append(target)
    return list(parts.values())


async def relate_all(client: CrmClient, pending: Mapping[str, Sequence[str]], told: Told) -> None:
    """Relate each source to its targets, in as few calls as the CRM allows.

    Raises the first `ConnectorError` when all that was under way has ended; what ``told`` has heard by then stands.
    """
    left = {source: dict.fromkeys(targets) for source, targets in pending.items()}

    def note(done: Set[Pair], refused: Mapping[Pair, Problem]) -> None:
        for source, target in (*done, *refused):
            del left[source][target]
        told(done, refused)

    async def alone(source: str, targets: Sequence[str]) -> None:
        problems = await related(client, source, targets)
        done = {(source, target) for target in targets if target not in problems}
        note(done, {(source, target): problem for target, problem in problems.items()})

    # A source whose targets no other has is related by a call of its own, which takes any number of them.
    same = Counter(map(tuple, pending.values()))
    several = {source: targets for source, targets in pending.items() if same[tuple(targets)] > 1}
    if several and client.relates_several is not False:
        single = [partial(alone, source, targets) for source, targets in pending.items() if source not in several]
        work = [partial(_batch, client, sources, targets, note) for sources, targets in batches(several)]
        await few_at_once([*single, *work])
    # What the component left undone, or all of it.
    await few_at_once([partial(alone, source, tuple(targets)) for source, targets in left.items() if targets])


async def few_at_once(work: Sequence[Callable[[], Awaitable[None]]], most: int = AT_ONCE) -> None:
    """Do everything, ``most`` at a time; the first error is raised when all have ended."""
    errors: list[Exception] = []
    left = iter(work)

    # Not a task for each: in a browser it costs the event loop's turns, whether or not there is anything to wait for.
    async def some() -> None:
        for task in left:
            try:
                await task()
            except Exception as error:
                errors.append(error)

    await asyncio.gather(*(some() for _ in range(min(most, len(work)))))
    if errors:
        raise errors[0]


# By the component ---------------------------------------------------------------------------------


def batches(pending: Mapping[str, Sequence[str]]) -> list[tuple[tuple[str, ...], tuple[str, ...]]]:
    """Sources and targets of requests that together relate each source to its targets, and to nothing else."""
    groups: dict[tuple[str, ...], list[str]] = {}
    for source, targets in pending.items():
        for some in _parts(targets, MOST_TARGETS):
            groups.setdefault(some, []).append(source)
    return [(some, targets) for targets, sources in groups.items() for some in _parts(sources, MOST_SOURCES)]


def _parts(values: Sequence[str], most: int) -> list[tuple[str, ...]]:
    return [tuple(values[start : start + most]) for start in range(0, len(values), most)]


async def _batch(client: CrmClient, sources: Sequence[str], targets: Sequence[str], note: Told) -> None:
    """Ask until all is related or refused; leaves the rest where a round brings nothing, or there is no such operation.

    Raises the error of a pair that the CRM failed to relate, rather than refused, as a call of its own would.
    """
    left = set(product(sources, targets))
    while left and client.relates_several is not False:
        waiting = [source for source in sources if any((source, target) in left for target in targets)]
        given = {"sources": json.dumps(waiting), "targets": json.dumps(targets)}
        try:
            answer = answer_from(await client.ask_component(SEVERAL, given))
        except OperationMissing:
            client.relates_several = False
            return
        client.relates_several = True
        done = answer.related & left
        errors = {pair: error for pair, error in answer.refused.items() if pair in left - done}
        refused = final(errors)
        note(done, refused)
        for pair, error in errors.items():
            if pair not in refused:
                raise error
        if answer.complete or not (done or refused):
            return
        left -= done | refused.keys()


@dataclass(frozen=True)
class Answer:
    """What ``mailconnectorrelate`` answers. ``complete`` is false where it had no time for the rest."""

    related: frozenset[Pair]
    refused: Mapping[Pair, AnswerError]
    complete: bool


def final(errors: Mapping[Pair, AnswerError]) -> dict[Pair, Problem]:
    """Those that the CRM refuses for good, rather than fails to relate."""
    kinds = RelationMissing | PermissionDenied | RecordRefused
    return {pair: Problem(error.code, error.details) for pair, error in errors.items() if isinstance(error, kinds)}


def answer_from(result: Any) -> Answer:
    """Read the operation's result; raises `AnswerUnreadable` where it is none."""
    if not isinstance(result, dict) or type(result.get("complete")) is not bool:
        raise AnswerUnreadable(reason=SEVERAL)
    related = frozenset(_pair(entry) for entry in _entries(result, "related", list))
    refused = {
        _pair([entry.get("source"), entry.get("target")]): wire.refusal(str(entry.get("reason")))
        for entry in _entries(result, "refused", dict)
    }
    return Answer(related, refused, result["complete"])


def _entries(result: Mapping[str, Any], key: str, kind: type) -> list[Any]:
    entries = result.get(key)
    if not isinstance(entries, list) or not all(isinstance(one, kind) for one in entries):
        raise AnswerUnreadable(reason=SEVERAL)
    return entries


def _pair(ids: list[Any]) -> Pair:
    if len(ids) != 2 or not all(map(is_record_id, ids)):
        raise AnswerUnreadable(reason=SEVERAL)
    source, target = ids
    return source, target
