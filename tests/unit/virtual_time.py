"""An event loop whose clock stands still while something is done, and jumps when all only wait: no machine is too slow.

run(work())     # like asyncio.run
pass_by(0.1)    # in the loop: work that takes so long
"""

from __future__ import annotations

import asyncio
import selectors
from collections.abc import Coroutine
from typing import Any, TypeVar, cast

Result = TypeVar("Result")


class _Jumping(selectors.DefaultSelector):
    """Waits for nothing: the time until the next timer is over at once."""

    def __init__(self) -> None:
        super().__init__()
        self.now = 0.0

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        ready = super().select(0)
        if not ready and timeout:
            self.now += timeout
        return ready


class _Handle:
    """What Pyodide's loop offers of a handle."""

    def __init__(self, timer: asyncio.TimerHandle) -> None:
        self._timer = timer

    def cancel(self) -> None:
        """Do not call it."""
        self._timer.cancel()

    def cancelled(self) -> bool:
        """Whether it is not called any more."""
        return self._timer.cancelled()


class VirtualLoop(asyncio.SelectorEventLoop):
    """See above."""

    def __init__(self) -> None:
        self.jumping = _Jumping()
        super().__init__(self.jumping)

    def call_later(self, delay: float, callback: Any, *args: Any, context: Any = None) -> Any:  # type: ignore[override]
        """Call it then. Pyodide's loop returns a plain handle: nobody can ask it when."""
        return _Handle(super().call_later(delay, callback, *args, context=context))

    def time(self) -> float:
        """Seconds that have passed, as far as anybody waited for them."""
        return self.jumping.now


def run(work: Coroutine[Any, Any, Result]) -> Result:
    """Run it to its end."""
    with asyncio.Runner(loop_factory=VirtualLoop) as runner:
        return runner.run(work)


def pass_by(seconds: float) -> None:
    """Let time pass without waiting."""
    cast(VirtualLoop, asyncio.get_running_loop()).jumping.now += seconds
