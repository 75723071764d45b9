"""What the app is put together of: parts that begin what an event causes, and what they see of the whole."""

from __future__ import annotations

from typing import Protocol

from connector.app import events as e
from connector.app.state import State


class Pane(Protocol):
    """The whole, as a part sees it."""

    @property
    def state(self) -> State:
        """What the pane shows now."""
        ...

    def dispatch(self, event: e.Event) -> None:
        """Take an event."""
        ...


class Part(Protocol):
    """Has the effects of one matter."""

    def cause(self, event: e.Event) -> None:
        """Begin what the event causes. The state is the one after it."""
        ...
