"""Work for which nobody waits: it begins once the first records stand there.

    leisure = Leisure(clock)
    leisure.follow(state)               # with each new state
    await leisure.after(read_the_mark())

In a browser all of Python's work goes one after the other, so whatever is done before the records holds them up.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Coroutine
from typing import Any

from connector.app.state import Asking, State
from connector.ports import Clock

LONGEST = 0.5
"""Seconds after which it begins all the same: a CRM may be slow, or away."""
FRAME = 0.02
"""Seconds in which a browser paints what has come."""


class Leisure:
    """Lets work wait while somebody waits for the records of the shown mail."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._stand = asyncio.Event()

    def follow(self, state: State) -> None:
        """Take the state that is shown now."""
        if awaited(state):
            self._stand.clear()
        else:
            self._stand.set()

    async def stand(self, seconds: float) -> None:
        """Wait until the records stand there, but no longer than this."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._stand.wait()

    async def after(self, work: Coroutine[Any, Any, None]) -> None:
        """Do the work when there is leisure for it."""
        try:
            if not self._stand.is_set():
                await self.stand(LONGEST)
                await self._clock.sleep(FRAME)
            await work
        finally:
            # It may not have begun.
            work.close()


def awaited(state: State) -> bool:
    """Whether the pane shows a mail, or soon will, of which it has no records yet, but may get some."""
    if state.returning:
        return True
    return state.signed_in and state.mail is not None and state.suggesting is Asking.YES and not state.suggestions
