"""Work that is begun before it is needed: by a key, with what makes it worth nothing, and taken once.

    answers = Prefetch[str](lasts=20.0)
    answers.begin("4x22", partial(ask, "4x22"))             # somebody is choosing
    await answers.take("4x22", partial(ask, "4x22"))        # it is needed: what was begun, or else asked now
    answers.give_up()                                       # nobody wants the rest

So a link begins the steps that only read (`connector.linking.run`), the CRM is asked while the user is choosing
(`connector.linking.storage.Storage.ahead`), and attachments are read then (`connector.linking.ahead`).
"""

from __future__ import annotations

import asyncio
import enum
import math
import sys
from collections.abc import Callable, Coroutine, Hashable
from typing import Any, Generic, TypeVar, cast

from connector.errors import ConnectorError, SignInNeeded

K = TypeVar("K", bound=Hashable)
T = TypeVar("T")
Work = Callable[[], Coroutine[Any, Any, T]]


class Anew(enum.Enum):
    """When failed work is done anew when it is taken; otherwise its error is raised."""

    NEVER = enum.auto()
    FAILED_BEFORE = enum.auto()
    """Where it had failed before it was asked for; nobody waits twice."""
    ALWAYS = enum.auto()
    """But for a sign-in that was lost."""


class Prefetch(Generic[K]):
    """Pieces of work by their keys.

    ``lasts`` are the seconds for which an outcome is used, and ``valid`` says whether any is: not when it is about
    another mail, for example. ``drop`` lets go of an outcome that nobody takes.
    """

    def __init__(
        self,
        *,
        lasts: float = math.inf,
        anew: Anew = Anew.NEVER,
        valid: Callable[[], bool] = lambda: True,
        drop: Callable[[Any], None] = lambda _: None,
    ) -> None:
        self._lasts = lasts
        self._anew = anew
        self._valid = valid
        self._drop = drop
        self._begun: dict[K, tuple[float, asyncio.Task[Any]]] = {}

    def begin(self, key: K, work: Work[Any]) -> None:
        """Begin a piece of work, unless that was done before and may still be taken."""
        for old in [one for one in self._begun if self._is_old(one)]:
            self.give_up(old)
        if key in self._begun and not (self._anew is not Anew.NEVER and _has_failed(self._begun[key][1])):
            return
        task = begin_now(work())
        may_fail(task)
        self._begun[key] = asyncio.get_running_loop().time(), task

    def keep(self, key: K, outcome: Any) -> None:
        """Have an outcome that is known already."""

        async def known() -> Any:
            return outcome

        self.give_up(key)
        self.begin(key, known)

    async def take(self, key: K, work: Work[T]) -> T:
        """Return the outcome of what was begun; do ``work`` where nothing was, or where that is not used any more.

        Raises what the work raised, unless it is done anew. If the waiting stops, so does the work.
        """
        if self._is_old(key) or not self._valid():
            self.give_up(key)
        if key not in self._begun:
            return await work()
        task = self._begun.pop(key)[1]
        before = task.done()
        try:
            if not before:
                # Not asyncio.shield: it reports an error to the console when the one who asked has been cancelled.
                await asyncio.wait([task])
        except asyncio.CancelledError:
            self._let_go(task)
            raise
        if task.cancelled() or self._is_done_anew(task.exception(), before=before):
            return await work()
        return cast(T, task.result())

    def give_up(self, key: K | None = None) -> None:
        """Break off what nobody has taken, and let go of what came of it; with ``key`` that piece only."""
        if key is None:
            given_up, self._begun = list(self._begun.values()), {}
        else:
            given_up = [self._begun.pop(key)] if key in self._begun else []
        for _, task in given_up:
            self._let_go(task)

    async def all_there(self, count: int) -> bool:
        """Return whether so many outcomes are here to be taken, once no work is on its way any more."""
        begun = self._begun
        if begun:
            await asyncio.wait([task for _, task in begun.values()])
        return begun is self._begun and len(begun) == count and not any(_has_failed(task) for _, task in begun.values())

    def _is_old(self, key: K) -> bool:
        at = self._begun[key][0] if key in self._begun else math.inf
        return asyncio.get_running_loop().time() - at >= self._lasts

    def _is_done_anew(self, error: BaseException | None, *, before: bool) -> bool:
        if error is None or isinstance(error, SignInNeeded) or self._anew is Anew.NEVER:
            return False
        return before if self._anew is Anew.FAILED_BEFORE else isinstance(error, ConnectorError)

    def _let_go(self, task: asyncio.Task[Any]) -> None:
        task.cancel()
        task.add_done_callback(self._gone)

    def _gone(self, task: asyncio.Task[Any]) -> None:
        if not _has_failed(task):
            self._drop(task.result())


def begin_now(work: Coroutine[Any, Any, T]) -> asyncio.Task[T]:
    """Do the work up to where it first waits, and the rest in a task; Python before 3.12 begins a turn later."""
    loop = asyncio.get_running_loop()
    if sys.version_info >= (3, 12):
        return asyncio.Task(work, loop=loop, eager_start=True)
    return loop.create_task(work)


def may_fail(task: asyncio.Task[Any]) -> None:
    """Nobody may wait for the task any more when it fails; an error that nobody waits for is none."""
    task.add_done_callback(lambda ended: ended.cancelled() or ended.exception())


def _has_failed(task: asyncio.Task[Any]) -> bool:
    return task.done() and (task.cancelled() or task.exception() is not None)
