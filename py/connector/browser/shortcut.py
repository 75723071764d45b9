"""Ctrl+Enter, on the Mac Cmd+Enter: presses the button that links, wherever in the pane the focus is."""

from __future__ import annotations

from typing import Any

import js
from pyodide.ffi import create_proxy

from connector.browser.values import flag, given, text


def listen(button: str) -> None:
    """Press the button of this id whenever the keys are pressed, as long as it is there and enabled."""
    js.document.addEventListener("keydown", create_proxy(lambda event: _pressed(event, button)))


def _pressed(event: Any, button: str) -> None:
    held = flag(event, "ctrlKey") or flag(event, "metaKey")
    if text(event, "key") != "Enter" or not held or flag(event, "altKey") or flag(event, "shiftKey"):
        return
    target = js.document.getElementById(button)
    if not given(target):
        return
    # Else the keys send the form that the focus is in.
    event.preventDefault()
    if not flag(target, "disabled") and not flag(event, "repeat"):
        target.click()
