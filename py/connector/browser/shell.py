"""The screen that stands in the page before Python does (``pane/early.js``), taken over as it is by then."""

from __future__ import annotations

from typing import Any

import js

from connector.app.state import State
from connector.app.views import view
from connector.browser.dom import Page
from connector.browser.values import flag, part


def take_over(page: Page) -> None:
    """Go on with that screen, where it is there."""
    early = _early()
    if early is not None:
        page.adopt(view(State(ready=True, returning=flag(early, "returning"))))


def typed() -> dict[str, str]:
    """What was typed there by now, by the controls' ids, never a secret."""
    early = _early()
    return {} if early is None else dict(early.typed().to_py())


def release() -> None:
    """Let what was pressed meanwhile happen."""
    early = _early()
    if early is not None:
        early.release()


def _early() -> Any:
    return part(js.mailConnector, "early")
