"""Showing a link's progress no more often than anybody can follow.

    paced = Paced(lambda state: page.show(view(state)))
    app = App(ports, paced.show)

A mail with a hundred attachments moves its link some three hundred times, and to draw the list each time takes longer
than the work itself. Everything else is shown at once.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import fields

from connector.app.state import LinkView, State

PAUSE = 0.1
"""Seconds between two pictures of nothing but progress, and until a link that begins is shown.

By then its upload is on its way, which to draw would have held up, or all is done.
"""
_OTHERS = tuple(field.name for field in fields(State) if field.name != "links")


class Paced:
    """Hands states on to ``show``: the last always, the first soon, of progress in between what there is time for."""

    def __init__(self, show: Callable[[State], None]) -> None:
        self._show = show
        self._newest: State | None = None
        self._at = 0.0
        self._timer: asyncio.TimerHandle | None = None

    def show(self, state: State) -> None:
        """Show this state, now or, unless a newer one comes, soon."""
        newest, self._newest = self._newest, state
        loop = asyncio.get_event_loop()
        rest = self._at + PAUSE - loop.time()
        if newest is None:
            self._now()
        elif begins(newest, state):
            self._stop()
            self._timer = loop.call_later(PAUSE, self._now)
        elif not only_progress(newest, state) or (rest <= 0 and self._timer is None):
            self._now()
        elif self._timer is None:
            self._timer = loop.call_later(rest, self._now)

    def _stop(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _now(self) -> None:
        self._stop()
        if self._newest is not None:
            self._show(self._newest)
        self._at = asyncio.get_event_loop().time()


def begins(before: State, after: State) -> bool:
    """Whether nothing has changed but that a link is under way."""
    new = after.links.keys() - before.links.keys()
    return _only_links(before, after) and bool(new) and all(_under_way(after.links[key]) for key in new)


def only_progress(before: State, after: State) -> bool:
    """Whether nothing has changed but how far running links have come."""
    if not _only_links(before, after):
        return False
    pairs = [(before.links.get(key), view) for key, view in after.links.items()]
    return len(before.links) == len(pairs) and all(
        earlier is not None and _under_way(earlier) and _under_way(view) for earlier, view in pairs
    )


def _only_links(before: State, after: State) -> bool:
    return all(getattr(before, name) is getattr(after, name) for name in _OTHERS)


def _under_way(view: LinkView) -> bool:
    return view.running and not view.removing and view.receipt is None
