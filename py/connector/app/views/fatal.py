"""The pane can't work here at all."""

from __future__ import annotations

from connector.app.element import Element, h
from connector.app.language import _, fill
from connector.app.state import State
from connector.app.views.box import message_box
from connector.app.views.foreign import foreign
from connector.errors import Problem


def fatal(state: State) -> Element:
    """Why, and what helps."""
    problem = state.fatal or Problem("unexpected")
    return h(
        "section",
        h("h2", _("The Mail Connector can't start"), key="title"),
        message_box(problem, "error", key="problem", role="alert"),
        support(state),
        key="fatal",
        cls="panel",
    )


def support(state: State) -> Element | None:
    """Where the organization gives help, if it says so."""
    text = state.settings.support.strip()
    if not text:
        return None
    before, _mark, after = fill(_("Help: {support}"), support="\x00").partition("\x00")
    return h("p", before, foreign(text), after, key="support", cls="hint")
