"""That some of what was asked of the CRM was not answered: what is shown is not all, or nothing is known."""

from __future__ import annotations

from connector.app import events as e
from connector.app.element import Element, h
from connector.app.figures import names_text
from connector.app.language import _, fill
from connector.app.state import State
from connector.app.texts import say
from connector.app.views.box import quoted, text_box
from connector.finding.answers import Unasked
from connector.finding.records import module_rank

MOST_MODULES = 8


def unasked_box(state: State, unasked: Unasked, again: e.Event) -> Element:
    """The modules that could not be asked, why, and the way to ask once more."""
    said = say(unasked.problem) if unasked.problem else None
    modules = sorted(unasked.modules, key=module_rank)
    names = names_text([state.list_label_of(module) for module in modules], MOST_MODULES)
    return text_box(
        fill(_("Could not ask: {modules}."), modules=names),
        "warning",
        h("p", said.what, key="why", dir="auto") if said else None,
        h("p", _("There may be more than is shown here."), key="next", cls="next"),
        quoted(said.quoted) if said else None,
        try_again(again),
        key="unasked",
        role="alert",
    )


def try_again(event: e.Event) -> Element:
    """The button that asks once more."""
    return h("button", _("Try again"), type_="button", key="again", on={"click": event})
