"""Has Python compiled thoroughly while the user chooses, so that it need not happen during the link.

    rehearsal = Rehearsal(view)
    rehearsal.follow(state)     # with each new state

A browser compiles WebAssembly quickly first, and thoroughly what has run for a while, on another processor. For
the heart of Python that takes a third of a second, more than once; during a link it is the upload that waits.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from connector.app.state import State

WHOLE = 0.3
"""Seconds of work after which hardly anything is left to compile (``scripts/bench.py linking``)."""
TURN = PAUSE = 0.008
"""Seconds of work at a time, and for everybody else in between."""


class Rehearsal:
    """Does ``work`` for nobody, a moment at a time, once the user has chosen a record and until a link begins."""

    def __init__(self, work: Callable[[State], object]) -> None:
        self._work = work
        self._state = State()
        self._left = WHOLE
        self._running: asyncio.Task[None] | None = None

    def follow(self, state: State) -> None:
        """Take the state that is shown now."""
        self._state = state
        if self._wanted and self._running is None:
            self._running = asyncio.ensure_future(self._run())

    @property
    def _wanted(self) -> bool:
        state = self._state
        return bool(self._left > 0 and state.chosen and state.preselected is None and not state.links)

    async def _run(self) -> None:
        now = asyncio.get_running_loop().time
        while self._wanted:
            began = now()
            while now() - began < TURN:
                self._work(self._state)
            self._left -= now() - began
            await asyncio.sleep(PAUSE)
        self._running = None
