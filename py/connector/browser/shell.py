"""The sign-in form that stands in the page before Python does (``pane/early.js``), taken over as it is by then."""

from __future__ import annotations

from typing import Any

import js

from connector.app.state import State
from connector.app.views import view
from connector.browser.dom import Page


def taken_over(page: Page) -> dict[str, str]:
    """Go on with that form, where it is there; returns what was typed into it, by the controls' ids, never a secret."""
    early = _early()
    if not early:
        return {}
    typed: dict[str, str] = early.typed().to_py()
    page.adopt(view(State(ready=True)))
    return typed


def release() -> None:
    """Let what was pressed meanwhile happen."""
    early = _early()
    if early:
        early.release()


def _early() -> Any:
    return getattr(js.mailConnector, "early", None)
