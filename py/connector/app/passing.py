"""Notices that leave by themselves: what was done, or dropped, and asks for nothing."""

from __future__ import annotations

import asyncio

from connector.app import events as e
from connector.app.parts import Pane
from connector.app.state import Notice
from connector.ports import Surroundings

SECONDS = 20.0
"""How long one stays; as long again each time the pointer or the focus is in it then."""
LIST = "passing"
"""The name of their list on the page."""
TONES = ("info", "success")


class Passing:
    """Closes each notice that asks for nothing, some time after it has come."""

    def __init__(self, surroundings: Surroundings, pane: Pane) -> None:
        self._surroundings, self._pane = surroundings, pane
        self._known: tuple[Notice, ...] = ()

    def cause(self, event: e.Event) -> None:  # noqa: ARG002  # any event may bring one
        """Wait for the end of those that have just come."""
        notices = self._pane.state.notices
        if notices is self._known:
            return
        new = [one for one in notices if one.tone in TONES and not self._has(one)]
        self._known = notices
        for one in new:
            self._wait(one)

    def _has(self, notice: Notice) -> bool:
        return any(one is notice for one in self._known)

    def _wait(self, notice: Notice) -> None:
        asyncio.get_running_loop().call_later(SECONDS, self._end, notice)

    def _end(self, notice: Notice) -> None:
        if not any(one is notice for one in self._pane.state.notices):
            return
        if self._surroundings.touches(LIST):
            self._wait(notice)
        else:
            self._pane.dispatch(e.NoticeClosed(notice.id))
