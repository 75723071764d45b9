"""Keys that press a button of the pane, wherever in it the focus is.

Ctrl+Enter, on the Mac Cmd+Enter, presses the one that links. Escape presses the one that leaves all as it is, where the
pane asks or shows something on the side: the last button that names the key as its own (``aria-keyshortcuts``).
"""

from __future__ import annotations

from typing import Any

import js
from pyodide.ffi import create_proxy

from connector.browser.values import flag, given, number, text

LEAVES = "button[aria-keyshortcuts='Escape']:enabled"


def listen(button: str) -> None:
    """Press the button of this id whenever the keys are pressed, as long as it is there and enabled."""
    js.document.addEventListener("keydown", create_proxy(lambda event: _pressed(event, button)))


def _pressed(event: Any, button: str) -> None:
    held, key = flag(event, "ctrlKey") or flag(event, "metaKey"), text(event, "key")
    if flag(event, "altKey") or flag(event, "shiftKey"):
        return
    if key == "Escape" and not held:
        _leave(event)
    if key != "Enter" or not held:
        return
    target = js.document.getElementById(button)
    if not given(target):
        return
    # Else the keys send the form that the focus is in.
    event.preventDefault()
    if not flag(target, "disabled") and not flag(event, "repeat"):
        target.click()


def _leave(event: Any) -> None:
    # In a field the key is its own: it ends what is being composed, and clears a search.
    field = event.target.matches("input:not([type=checkbox]), textarea, select") is True
    buttons = js.document.querySelectorAll(LEAVES)
    count = number(buttons, "length")
    if not field and count > 0 and not flag(event, "repeat"):
        event.preventDefault()
        buttons[count - 1].click()
