"""The search by hand, in any module."""

from __future__ import annotations

from connector.app import events as e
from connector.app.element import Element, h
from connector.app.language import _, fill, shown
from connector.app.state import Asking, State
from connector.app.views.box import message_box
from connector.app.views.row import Row, rows
from connector.app.views.skeleton import skeleton_rows
from connector.app.views.unasked import try_again, unasked_box
from connector.errors import Problem


def search(state: State) -> Element:
    """The form, and what was found. It stands above the suggestions, so that results need no scrolling."""
    return h(
        "section",
        h("h2", _("Find another record"), key="title", id="finding", cls="unseen"),
        _form(state),
        *_found(state),
        key="search",
        cls="panel",
        aria_labelledby="finding",
    )


def _form(state: State) -> Element:
    chosen = state.search.module
    options = [h("option", _("Everywhere"), value="", selected=not chosen, key="everywhere")]
    options += [
        h("option", shown(one.label, 60), value=one.name, selected=one.name == chosen, key=one.name)
        for one in state.modules
    ]
    # No button: a search begins by itself when the typing pauses, and at once with Enter.
    return h(
        "form",
        h(
            "input",
            type_="search",
            id="search-text",
            name="search",
            value=state.search.text,
            placeholder=_("Search the CRM"),
            aria_label=_("Name, number or address"),
            autocomplete="off",
            spellcheck="false",
            enterkeyhint="search",
            maxlength="200",
            on={"input": e.SearchTyped},
            key="text",
        ),
        h(
            "select",
            options,
            id="search-module",
            aria_label=_("Search in"),
            value=chosen,
            on={"change": e.SearchModuleChosen},
            key="module",
        ),
        key="form",
        cls="search",
        role="search",
        on={"submit": e.SearchAsked()},
    )


def _found(state: State) -> list[Element | None]:
    asked, again = state.search, e.SearchAsked()
    entries = [Row(record, detail=record.detail) for record in asked.results]
    if asked.asking is Asking.FAILED:
        problem = asked.problem or Problem("unexpected")
        return [message_box(problem, "error", try_again(again), key="problem", role="alert")]
    if asked.asking is Asking.YES and not entries:
        return [skeleton_rows(_("Searching…"), 2)]
    missing = unasked_box(state, asked.unasked, again) if asked.unasked and asked.asking is Asking.DONE else None
    if entries:
        return [rows(state, "found", entries, busy=asked.asking is Asking.YES), missing]
    if asked.asking is Asking.DONE:
        return [missing or h("p", _nothing(state), key="empty", cls="hint")]
    return []


def _nothing(state: State) -> str:
    asked = state.search
    text = shown(asked.text.strip(), 80)
    if not asked.module:
        return fill(_("No record found for “{text}”. Choose a module to look in others, too."), text=text)
    label = shown(state.list_label_of(asked.module), 60)
    return fill(_("No record found for “{text}” in {module}."), text=text, module=label)
