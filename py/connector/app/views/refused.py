"""Why a sign-in did not succeed, and how near the lock is."""

from __future__ import annotations

from connector.app.element import Element, h
from connector.app.state import State
from connector.app.views.box import message_box
from connector.errors import Problem
from connector.vtenext.session import LOCKS_AT, WARN_AT


def problems(state: State) -> Element:
    """The region for what went wrong. It stands there from the start, so that what comes into it is read out."""
    return h("div", _problem(state), key="problems", cls="problems", role="alert")


def _problem(state: State) -> list[Element]:
    form = state.form
    boxes = [message_box(form.problem, "error", key="problem")] if form.problem else []
    if form.locks and form.failures >= WARN_AT:
        left = str(max(LOCKS_AT - form.failures, 0))
        boxes.append(message_box(Problem("lock-warning", {"left": left}), "warning", key="lock"))
    return boxes
