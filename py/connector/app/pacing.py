"""Showing states no more often than anybody can follow.

    paced = Paced(lambda state: page.show(view(state)))
    app = App(ports, paced.show)        # nothing is shown yet
    paced.flush()                       # what there is to show stands there now, and from now on

Of states that come in one go, only the last is shown: an answer of the CRM causes three. A mail with a hundred
attachments moves its link some three hundred times, and to draw the list each time takes longer than the work itself.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import fields

from connector.app.events import Event
from connector.app.state import LinkView, State

PAUSE = 0.1
"""Seconds between two pictures of nothing but progress, and until a link that begins is shown.

By then its upload is on its way, which to draw would have held up, or all is done.
"""
_OTHERS = tuple(field.name for field in fields(State) if field.name != "links")


class Paced:
    """Hands states on to ``show`` as soon as what goes on is done; of progress, what there is time for.

    The first one is shown by `flush`.
    """

    def __init__(self, show: Callable[[State], None]) -> None:
        self._show = show
        self._newest: State | None = None
        self._at = 0.0
        self._timer: asyncio.Handle | None = None
        self._soon = True

    def show(self, state: State) -> None:
        """Show this state, unless a newer one comes, as soon as what goes on is done, or later."""
        newest, self._newest = self._newest, state
        loop = asyncio.get_event_loop()
        rest = self._at + PAUSE - loop.time()
        if self._soon:
            return
        if newest is not None and begins(newest, state):
            self._stop()
            self._timer = loop.call_later(PAUSE, self._now)
        elif newest is None or not only_progress(newest, state) or (rest <= 0 and self._timer is None):
            self._stop()
            self._soon, self._timer = True, loop.call_soon(self._now)
        elif self._timer is None:
            self._timer = loop.call_later(rest, self._now)

    def flush(self) -> None:
        """Show now what waits for the end of what goes on, or for the first time."""
        if self._soon:
            self._now()

    def at_once(self, dispatch: Callable[[Event], None]) -> Callable[[Event], None]:
        """Return a ``dispatch`` for the page: whoever has pressed something sees at once that it was taken."""

        def heard(event: Event) -> None:
            dispatch(event)
            self.flush()

        return heard

    def _stop(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
        self._soon, self._timer = False, None

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
