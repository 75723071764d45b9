"""Work that goes on beside the pane, in tasks that report back by events.

work = Work(dispatch, leisure)
work.begin("search", search(text))      # drops a search that still goes on
work.begin_at_leisure("mark", read())   # once the records stand there
work.change("remove 4x22", remove)      # to its end; a second press of it does nothing
work.stop("search")
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any

from connector.app import events as e
from connector.app.leisure import Leisure
from connector.errors import ConnectorError, Problem, SignInNeeded

Change = Callable[[], Coroutine[Any, Any, None]]


class Work:
    """Pieces of work by their names; of each name one goes on at most.

    ``dispatch`` hears of a lost sign-in, and of any other failure that the work does not handle itself.
    """

    def __init__(self, dispatch: Callable[[e.Event], None], leisure: Leisure) -> None:
        self._dispatch, self._leisure = dispatch, leisure
        self._tasks: dict[str, asyncio.Task[None]] = {}
        self._changes: dict[str, Change] = {}
        self._interrupted: dict[str, Change] = {}

    def begin(self, name: str, work: Coroutine[Any, Any, None]) -> None:
        """Start work of a name; the same work for something earlier is dropped."""
        self._begin(name, work)

    def begin_at_leisure(self, name: str, work: Coroutine[Any, Any, None]) -> None:
        """Start work for which nobody waits, once the records stand there or after a while."""
        self._begin(name, self._leisure.after(work), work)

    def change(self, name: str, change: Change) -> None:
        """Start what changes something in the CRM, unless it goes on already; it is never dropped for another change.

        Where the sign-in is lost meanwhile, it is begun anew by `go_on`. The state knows which are under way.
        """
        if not self.idle(name):
            return
        self._changes[name] = change
        self._dispatch(e.ChangeBegan(name))
        self._begin(name, self._changed(name, change))
        self._tasks[name].add_done_callback(lambda _: self._dispatch(e.ChangeEnded(name)))

    def go_on(self) -> None:
        """Begin anew the changes that a lost sign-in has interrupted."""
        interrupted, self._interrupted = self._interrupted, {}
        for name, change in interrupted.items():
            self.change(name, change)

    def forget(self) -> None:
        """Let go of those changes: the user does not come back."""
        self._interrupted.clear()

    async def _changed(self, name: str, change: Change) -> None:
        try:
            await change()
        except SignInNeeded:
            self._interrupted[name] = change
            raise
        finally:
            self._changes.pop(name, None)

    def _begin(self, name: str, *works: Coroutine[Any, Any, None]) -> None:
        """Start the first, which awaits the others."""

        def ended(task: asyncio.Task[None]) -> None:
            if self._tasks.get(name) is task:
                del self._tasks[name]
            # What is stopped before it has begun is awaited by nobody.
            for work in works:
                work.close()

        earlier = self._tasks.pop(name, None)
        if earlier is not None:
            earlier.cancel()
        self._tasks[name] = asyncio.ensure_future(self._guarded(works[0]))
        self._tasks[name].add_done_callback(ended)

    def idle(self, name: str) -> bool:
        """Return whether no work of that name goes on."""
        task = self._tasks.get(name)
        return task is None or task.done()

    def stop(self, name: str) -> None:
        """Stop work, unless it is this very work that asks for it."""
        task = self._tasks.get(name)
        if task is not None and task is not asyncio.current_task():
            task.cancel()
            del self._tasks[name]

    def stop_all(self) -> None:
        """Stop all work but the one that asks for it; changes that are under way count as interrupted."""
        self._interrupted |= self._changes
        for name in tuple(self._tasks):
            self.stop(name)

    async def _guarded(self, work: Coroutine[Any, Any, None]) -> None:
        try:
            await work
        except SignInNeeded as error:
            self._dispatch(e.SessionLost(error.details.get("why", "")))
        except ConnectorError as error:
            self._dispatch(e.Broke(Problem(error.code, error.details)))
