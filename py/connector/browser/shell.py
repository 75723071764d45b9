"""The screen that stands in the page before Python does (``pane/early.js``), taken over as it is by then."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import js
from pyodide.ffi import to_js

from connector.app.language import is_english
from connector.app.state import Settings, State
from connector.app.views import view
from connector.app.views.skeleton import WAITING
from connector.app.writing import Written, written
from connector.browser.dom import Page
from connector.browser.values import flag, part
from connector.signin.states import Out, Returning


def _early(*, kept: bool, only: str = "") -> Written:
    """That screen as Python draws it. ``only``: the CRM where nobody has to type its address."""
    settings = Settings(crm_urls=(only,), free_url=False) if only else Settings()
    return written(view(State(ready=True, settings=settings, sign_in=Returning() if kept else Out())))


_ENGLISH = {kept: _early(kept=kept) for kept in (False, True)}
"""The picture of Python's memory holds them."""


def root() -> Any:
    """Return the element in which the pane stands."""
    return js.document.getElementById("pane")


def warn(problems: Sequence[str]) -> None:
    """Say in the browser's console what is wrong with the configuration."""
    if problems:
        js.console.warn("config.json: " + " ".join(problems))


def started() -> None:
    """Mark the pane as usable, for screen readers and for the page's own scripts."""
    pane = root()
    pane.removeAttribute("aria-busy")
    pane.dataset.started = "yes"
    js.performance.mark("usable")


def tell(kind: str) -> None:
    """Say in that screen's place why the pane does not start (``pane/watch.js``); what was typed is kept."""
    watch = _part("watch")
    if watch is not None:
        watch.tell(to_js([kind]))


def take_over(page: Page) -> bool:
    """Go on with that screen, where it is there; nothing stands in its place any more.

    Returns whether the CRM's records stand there already (``pane/first.js``).
    """
    watch = _part("watch")
    if watch is not None:
        watch.release()
    early = _part("early")
    if early is None:
        return False
    handed = early.hand()
    kept, only, rows = flag(early, "returning"), str(handed.only), str(handed.rows)
    page.adopt(_ENGLISH[kept] if is_english() and not only else _early(kept=kept, only=only), WAITING, rows)
    return bool(rows)


def typed() -> dict[str, str]:
    """What was typed there by now, by the controls' ids, never a secret."""
    early = _part("early")
    return {} if early is None else dict(early.typed().to_py())


def forget() -> None:
    """Drop what was ticked there: another mail is open."""
    early = _part("early")
    if early is not None:
        early.forget()


def dropped() -> str:
    """The subject of the mail before, where something was ticked for it; else empty."""
    early = _part("early")
    return "" if early is None else str(early.dropped())


def release() -> None:
    """Let what was pressed meanwhile happen."""
    early = _part("early")
    if early is not None:
        early.release()


def _part(name: str) -> Any:
    return part(js.mailConnector, name)
