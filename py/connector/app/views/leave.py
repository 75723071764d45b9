"""The button that leads back: the Escape key presses it, too (`connector.browser.shortcut`)."""

from __future__ import annotations

from connector.app import events as e
from connector.app.element import Element, h


def leave(label: str, event: e.Event, *, key: str, first: bool = False) -> Element:
    """A button that leaves what is open; ``first``: it gets the focus when it comes."""
    return h(
        "button",
        label,
        key=key,
        type_="button",
        autofocus=first,
        aria_keyshortcuts="Escape",
        on={"click": event},
    )
