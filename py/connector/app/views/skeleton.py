"""Placeholders in the shape of what is to come, so that nothing jumps when it does."""

from __future__ import annotations

from connector.app.element import Element, h

WAITING = "waiting"
"""The key of rows that are being asked for."""


def skeleton(text: str) -> Element:
    """The frame of the mail card, for the start of the pane."""
    lines = [_line(width) for width in ("long", "middle", "short", "middle")]
    return h(
        "section",
        h("p", text, cls="unseen"),
        h("div", lines, cls="lines", aria_hidden="true"),
        key="card",
        cls="card",
        aria_busy="true",
    )


def skeleton_rows(text: str, count: int = 3) -> Element:
    """Rows of a list that is being asked for."""
    rows = [h("div", h("div", cls="tick"), h("div", _line("middle"), _line("short"), cls="lines"), cls="ghost")] * count
    return h(
        "div",
        h("p", text, cls="hint"),
        h("div", *rows, aria_hidden="true"),
        key=WAITING,
        cls="rows",
        aria_busy="true",
    )


def _line(width: str) -> Element:
    return h("div", cls=f"line {width}")
