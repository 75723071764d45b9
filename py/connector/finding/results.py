"""What a search by hand has brought so far."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable, Mapping
from dataclasses import dataclass, field

from connector.finding.answers import Answers, Unasked
from connector.finding.records import Record


@dataclass(frozen=True)
class Results:
    """The records that were found, those of one module together, and how far the search went.

    ``more`` are the modules that have further records of this kind: choosing one of them shows these. ``left`` are
    modules that were not searched. ``complete`` is false while further modules are still being searched.
    """

    answers: Answers[Record] = field(default_factory=Answers)
    more: frozenset[str] = frozenset()
    left: tuple[str, ...] = ()
    complete: bool = True

    @property
    def groups(self) -> Mapping[str, tuple[Record, ...]]:
        """The records by module, in the order in which the modules were found."""
        return grouped(self.answers.found)


async def first(search: AsyncIterator[Results]) -> Answers[Record]:
    """Return what a search brings first: everywhere, that is what the modules have that matter to a mail."""
    async for results in search:
        return results.answers
    return Answers()


async def last(search: AsyncIterator[Results]) -> Answers[Record]:
    """Return all that a search brings."""
    answers = Answers[Record]()
    async for results in search:
        answers = results.answers
    return answers


def grouped(records: Iterable[Record]) -> Mapping[str, tuple[Record, ...]]:
    """Records by their module; the order of both stays."""
    groups: dict[str, list[Record]] = {}
    for record in records:
        groups.setdefault(record.module, []).append(record)
    return {module: tuple(found) for module, found in groups.items()}


def joined(first: Answers[Record], second: Answers[Record]) -> Answers[Record]:
    """What two questions brought, each record once."""
    failed = [one for one in (first.unasked, second.unasked) if one is not None]
    modules = tuple(dict.fromkeys(module for one in failed for module in one.modules))
    problem = next((one.problem for one in failed if one.problem is not None), None)
    found: dict[str, Record] = {}
    for one in (*first.found, *second.found):
        found.setdefault(one.id, one)
    return Answers(tuple(found.values()), Unasked(modules, problem) if failed else None)
