"""The screen that stands in the page before Python does (``pane/early.js``), taken over as it is by then."""

from __future__ import annotations

from typing import Any

import js

from connector.app.state import State
from connector.app.views import view
from connector.browser.dom import Page


def take_over(page: Page) -> None:
    """Go on with that screen, where it is there."""
    early = _early()
    if early:
        page.adopt(view(State(ready=True, returning=early.returning)))


def typed() -> dict[str, str]:
    """What was typed there by now, by the controls' ids, never a secret."""
    early = _early()
    return dict(early.typed().to_py()) if early else {}


def release() -> None:
    """Let what was pressed meanwhile happen."""
    early = _early()
    if early:
        early.release()


def _early() -> Any:
    return getattr(js.mailConnector, "early", None)
