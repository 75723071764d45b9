"""The sign-in form that stands in the page before Python does (``pane/early.js``), taken over as it is by then."""

from __future__ import annotations

from typing import Any

import js

from connector.app.state import State
from connector.app.views import view
from connector.browser.dom import Page


def take_over(page: Page) -> None:
    """Go on with that form, where it is there."""
    if _early():
        page.adopt(view(State(ready=True)))


def typed() -> dict[str, str]:
    """What was typed into that form by now, by the controls' ids, never a secret."""
    early = _early()
    return dict(early.typed().to_py()) if early else {}


def release() -> None:
    """Let what was pressed meanwhile happen."""
    early = _early()
    if early:
        early.release()


def _early() -> Any:
    return getattr(js.mailConnector, "early", None)
