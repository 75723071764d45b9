"""Relating a mail or a Document to records, several at once."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence

from connector.crm.client import CrmClient
from connector.domain.linking import Problem
from connector.errors import PermissionDenied, RelationMissing

AT_ONCE = 4


async def related(client: CrmClient, source: str, targets: Sequence[str]) -> dict[str, Problem]:
    """Relate to all at once; where one of several is refused, one by one, to tell which. Returns the refused ones."""
    try:
        await client.relate(source, targets)
    except (RelationMissing, PermissionDenied) as error:
        if len(targets) == 1:
            return {targets[0]: Problem(error.code, error.details)}
        problems: dict[str, Problem] = {}
        for target in targets:
            problems |= await related(client, source, [target])
        return problems
    return {}


async def few_at_once(work: Sequence[Callable[[], Awaitable[None]]]) -> None:
    """Do everything, a few at a time; the first error is raised when all have ended."""
    slots = asyncio.Semaphore(AT_ONCE)

    async def one(task: Callable[[], Awaitable[None]]) -> None:
        async with slots:
            await task()

    outcomes = await asyncio.gather(*(one(task) for task in work), return_exceptions=True)
    for outcome in outcomes:
        if isinstance(outcome, BaseException):
            raise outcome
