"""Notices that leave by themselves: what was done, or dropped, and asks for nothing."""

from __future__ import annotations

import asyncio

from connector.app import events as e
from connector.app.noticing import waiting
from connector.app.parts import Pane
from connector.app.state import Notice
from connector.ports import Surroundings

SECONDS = 20.0
"""How long one stays; as long again each time the pointer or the focus is in it then."""
READ = 5.0
"""How long one stays at least, where the next one waits: so long takes reading it."""
LIST = "passing"
"""The name of their list on the page."""


class Passing:
    """Closes the notice that asks for nothing and is shown, some time after it has come, or for the next one."""

    def __init__(self, surroundings: Surroundings, pane: Pane) -> None:
        self._surroundings, self._pane = surroundings, pane
        self._shown: Notice | None = None
        self._since = 0.0
        self._timer: asyncio.Handle | None = None
        self._hurried = False

    def cause(self, event: e.Event) -> None:  # noqa: ARG002  # any event may bring one
        """Look which one is shown, and when it leaves."""
        shown, more = waiting(self._pane.state)
        if shown is not self._shown:
            self._shown = shown
            self._begin(hurried=more)
        elif more and not self._hurried:
            self._hurried = True
            self._wait(max(0.0, self._since + READ - _now()))

    def _begin(self, *, hurried: bool) -> None:
        """Let the time of the shown one begin; it is short where another one waits."""
        self._since, self._hurried = _now(), hurried
        self._wait(READ if hurried else SECONDS)

    def _wait(self, seconds: float) -> None:
        """Let the shown one end after so many seconds, if there is one."""
        if self._timer is not None:
            self._timer.cancel()
        self._timer = None if self._shown is None else asyncio.get_running_loop().call_later(seconds, self._over)

    def _over(self) -> None:
        shown, more = waiting(self._pane.state)
        if shown is None:
            return
        if self._surroundings.touches(LIST):
            self._begin(hurried=more)
        else:
            self._pane.dispatch(e.NoticeClosed(shown.id))


def _now() -> float:
    return asyncio.get_running_loop().time()
