"""Reading that is begun before its step's turn comes, so that steps that only read need not wait for one another."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any, TypeVar, cast

from connector.domain.linking import Step

T = TypeVar("T")


class Early:
    """What was begun, by the step that it belongs to."""

    def __init__(self) -> None:
        self._begun: dict[Step, asyncio.Task[Any]] = {}

    def begin(self, step: Step, work: Coroutine[Any, Any, Any]) -> None:
        """Begin the work of a step."""
        task = self._begun[step] = asyncio.ensure_future(work)
        may_fail(task)

    def give_up(self) -> None:
        """Break off what nobody has taken."""
        for task in self._begun.values():
            task.cancel()
        self._begun.clear()

    async def take(self, step: Step, work: Callable[[], Coroutine[Any, Any, T]]) -> T:
        """The outcome of what was begun for the step, and of ``work`` where nothing was."""
        begun = self._begun.pop(step, None)
        return cast(T, await begun) if begun is not None else await work()


def may_fail(task: asyncio.Task[Any]) -> None:
    """Whoever waits for the task may have gone by the time it fails; an error that nobody waits for is none."""
    task.add_done_callback(lambda ended: ended.cancelled() or ended.exception())
