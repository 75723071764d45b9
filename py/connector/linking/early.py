"""Reading that is begun before its turn comes.

By a link, whose steps that only read need not wait for one another, and while the user is choosing, so that the link
need not ask.
"""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Callable, Coroutine
from typing import Any, TypeVar, cast

from connector.errors import ConnectorError, SignInNeeded
from connector.linking.states import Step

T = TypeVar("T")
LASTING = 20.0
"""Seconds for which an answer counts that came while the user was choosing."""


class Early:
    """What was begun, by the step that it belongs to."""

    def __init__(self) -> None:
        self._begun: dict[Step, asyncio.Task[Any]] = {}

    def begin(self, step: Step, work: Coroutine[Any, Any, Any]) -> None:
        """Begin the work of a step."""
        task = self._begun[step] = begin_now(work)
        may_fail(task)

    def keep(self, step: Step, outcome: Any) -> None:
        """Have the outcome of a step, which is known already."""

        async def known() -> Any:
            return outcome

        self.begin(step, known())

    def give_up(self) -> None:
        """Break off what nobody has taken."""
        for task in self._begun.values():
            task.cancel()
        self._begun.clear()

    async def take(self, step: Step, work: Callable[[], Coroutine[Any, Any, T]]) -> T:
        """The outcome of what was begun for the step, and of ``work`` where nothing was."""
        begun = self._begun.pop(step, None)
        return cast(T, await begun) if begun is not None else await work()


class Ahead:
    """What was asked while the user was choosing. It counts for `LASTING` seconds, once, and not where it failed."""

    def __init__(self) -> None:
        self._asked: dict[str, tuple[float, asyncio.Task[Any]]] = {}

    def begin(self, key: str, ask: Callable[[], Coroutine[Any, Any, Any]]) -> None:
        """Ask, unless that was done a moment ago and has not failed."""
        self._asked = {
            one: asked for one, asked in self._asked.items() if self.knows(one) and not _has_failed(asked[1])
        }
        if key not in self._asked:
            task = asyncio.ensure_future(ask())
            may_fail(task)
            self._asked[key] = asyncio.get_running_loop().time(), task

    def knows(self, key: str) -> bool:
        """Whether that was asked, and counts."""
        at, _ = self._asked.get(key, (-LASTING, None))
        return asyncio.get_running_loop().time() - at < LASTING

    async def take(self, key: str, ask: Callable[[], Coroutine[Any, Any, T]]) -> T:
        """The answer, asked for anew where there is none that counts. Raises what `ask` raises."""
        if self.knows(key):
            _, task = self._asked.pop(key)
            try:
                return cast(T, await task)
            except SignInNeeded:
                raise
            except ConnectorError:
                pass
        return await ask()


def begin_now(work: Coroutine[Any, Any, T]) -> asyncio.Task[T]:
    """Do the work up to where it first waits, and the rest in a task; Python before 3.12 begins a turn later."""
    loop = asyncio.get_running_loop()
    if sys.version_info >= (3, 12):
        return asyncio.Task(work, loop=loop, eager_start=True)
    return loop.create_task(work)


def _has_failed(task: asyncio.Task[Any]) -> bool:
    return task.done() and (task.cancelled() or task.exception() is not None)


def may_fail(task: asyncio.Task[Any]) -> None:
    """Whoever waits for the task may have gone by the time it fails; an error that nobody waits for is none."""
    task.add_done_callback(lambda ended: ended.cancelled() or ended.exception())
