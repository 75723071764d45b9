"""An event loop in which waiting takes no time: what is due next happens as soon as nothing else is left to do.

Only for what goes on in this loop alone, as with a `contract.wire.Wire`: who waits for another thread waits in vain.
"""

from __future__ import annotations

import asyncio
import selectors


class LeapingLoop(asyncio.SelectorEventLoop):
    """A loop whose time leaps over every pause. Two waits end in the order in which they would have."""

    def __init__(self) -> None:
        self.leapt = 0.0
        """Seconds that nobody has waited."""
        super().__init__(_Impatient(self))

    def time(self) -> float:
        """Seconds since some moment, with those that were leapt over."""
        return super().time() + self.leapt


class _Impatient(selectors.SelectSelector):
    """Looks for what has come, and has the time be over where nothing has."""

    def __init__(self, loop: LeapingLoop) -> None:
        super().__init__()
        self._loop = loop

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        if timeout is None or timeout <= 0:
            return super().select(timeout)
        ready = super().select(0)
        if not ready:
            self._loop.leapt += timeout
        return ready
