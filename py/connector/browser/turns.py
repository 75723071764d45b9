"""The turns of Python's event loop: what is ready is done in one task of the browser's.

    Turns.begin()       # once, in the loop that runs

Pyodide hands each callback over to the browser alone, with a proxy, a message and a stack of its own. From the mail to
its records there are a hundred of them, most of which only hand something on to the next.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable
from contextvars import Context
from typing import Any, Self

LONGEST = 0.008
"""Seconds after which the browser has its turn: half a frame."""


class Turns:
    """Takes what a loop is to call soon. ``loop`` is asked for the time, and to call later."""

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self._loop = loop
        self._ready: deque[asyncio.Handle] = deque()
        self._planned = False

    @classmethod
    def begin(cls) -> Self:
        """Take what the running loop is to call soon from now on."""
        loop = asyncio.get_running_loop()
        turns = cls(loop)
        loop.call_soon = turns.call_soon  # type: ignore[method-assign,assignment]
        return turns

    def call_soon(
        self, callback: Callable[..., Any], *arguments: Any, context: Context | None = None
    ) -> asyncio.Handle:
        """Call it in the next turn, or in this one, after what was to be called before."""
        handle = asyncio.Handle(callback, arguments, self._loop, context)
        self._ready.append(handle)
        if not self._planned:
            self._plan()
        return handle

    def _plan(self) -> None:
        self._planned = True
        self._loop.call_later(0, self._turn)

    def _turn(self) -> None:
        end = self._loop.time() + LONGEST
        try:
            while self._ready and self._loop.time() < end:
                handle = self._ready.popleft()
                if not handle.cancelled():
                    handle._run()
        finally:
            self._planned = False
            if self._ready:
                self._plan()
