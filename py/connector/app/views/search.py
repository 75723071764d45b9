"""The search by hand, in any module."""

from __future__ import annotations

from collections.abc import Sequence

from connector.app import events as e
from connector.app.element import Element, h
from connector.app.figures import names_text
from connector.app.language import _, fill, ngettext, shown
from connector.app.state import Asking, State
from connector.app.views.box import message_box
from connector.app.views.icon import icon
from connector.app.views.row import Row, rows
from connector.app.views.skeleton import skeleton_rows
from connector.app.views.unasked import MOST_MODULES, try_again, unasked_box
from connector.errors import Problem
from connector.finding.records import Record


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
            # Nobody is known: most will search now. The pane takes the focus from nobody for that.
            autofocus=_nobody_known(state),
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


def _nobody_known(state: State) -> bool:
    asked = state.suggesting is Asking.DONE and not state.unasked
    return asked and not (state.suggestions or state.made or state.chosen)


def _found(state: State) -> list[Element | None]:
    asked, again = state.search, e.SearchAsked()
    answers = asked.results.answers
    if not answers.found and asked.asking is Asking.YES:
        return [skeleton_rows(_("Searching…"), 2)]
    failed = asked.asking is Asking.FAILED
    problem = asked.problem or Problem("unexpected")
    parts = [_results(state) if answers.found else None]
    if failed:
        parts.append(message_box(problem, "error", try_again(again), key="problem", role="alert"))
    if asked.asking is Asking.DONE:
        missing = unasked_box(state, answers.unasked, again) if answers.unasked else None
        nothing = None if answers.found or missing else h("p", _nothing(state), key="empty", cls="hint")
        parts += [missing, nothing, _left(state)]
    return parts


def _results(state: State) -> Element:
    """The records, by module where several were searched, and how many they are."""
    asked = state.search
    busy = asked.asking is Asking.YES
    if asked.module:
        lists = [rows(state, "found", _entries(asked.results.answers.found), busy=busy)]
    else:
        lists = [_group(state, module, found, busy=busy) for module, found in asked.results.groups.items()]
    return h("div", h("p", _count(state), key="count", cls="hint"), *lists, key="results", cls="results")


def _entries(records: Sequence[Record]) -> list[Row]:
    return [Row(one, shown(one.company, 80), detail=one.detail, labelled=False) for one in records]


def _group(state: State, module: str, records: Sequence[Record], *, busy: bool) -> Element:
    label = shown(state.list_label_of(module), 60)
    more = h(
        "button",
        fill(_("More in {module}"), module=label),
        type_="button",
        key="more",
        cls="quiet",
        on={"click": e.SearchModuleChosen(module)},
    )
    return h(
        "div",
        h("h3", icon(module), h("span", label, dir="auto"), key="name"),
        rows(state, "found", _entries(records), busy=busy),
        more if module in state.search.results.more else None,
        key=f"in-{module}",
        cls="group",
    )


def _count(state: State) -> str:
    results = state.search.results
    count = len(results.answers.found)
    if state.search.asking is Asking.YES:
        return ngettext("{count} record so far…", "{count} records so far…", count)
    if results.more:
        return ngettext("{count} record, and there are more", "{count} records, and there are more", count)
    return ngettext("{count} record", "{count} records", count)


def _nothing(state: State) -> str:
    asked = state.search
    text = shown(asked.text.strip(), 80)
    if not asked.module and state.stock:
        return fill(_("No record found for “{text}”."), text=text)
    if not asked.module:
        # The component looks inside names in one module only, and inside addresses nowhere.
        said = _(
            "No record found for “{text}”: beginnings of names, numbers and addresses were searched. "
            "Choose a module to look inside names, too."
        )
        return fill(said, text=text)
    label = shown(state.list_label_of(asked.module), 60)
    return fill(_("No record found for “{text}” in {module}."), text=text, module=label)


def _left(state: State) -> Element | None:
    """The modules that a search everywhere has left out."""
    left = state.search.results.left
    if not left:
        return None
    names = names_text([state.list_label_of(module) for module in left], MOST_MODULES)
    return h(
        "p",
        fill(_("Not searched: {modules}. Choose a module to search there."), modules=names),
        key="left",
        cls="hint",
        dir="auto",
    )
