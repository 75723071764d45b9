"""What is chosen, and the button that links: always in reach at the foot of the pane."""

from __future__ import annotations

from connector.app import events as e
from connector.app.element import Element, h
from connector.app.figures import names_text
from connector.app.language import _, fill, shown
from connector.app.state import State
from connector.app.views.foreign import foreign
from connector.app.views.making import made_rows
from connector.app.views.row import AT_ONCE
from connector.app.views.suggestions import reason_text
from connector.finding.records import Record
from connector.linking.note import LONGEST

MOST_NAMES = 2
"""Names on the button; those of all stand above it."""


def link_bar(state: State) -> Element:
    """The button that links and, where the lists and the button don't say it already, what is chosen."""
    chosen = state.chosen
    chips = () if len(chosen) == 1 and listed(state, chosen[0]) else chosen
    return h(
        "section",
        h("h2", _("Chosen records"), key="title", id="chosen", cls="unseen"),
        h("ul", [_chip(state, record) for record in chips], key="chips", cls="chips") if chips else None,
        h("p", _("Choose a record above."), key="hint", id="choose-hint", cls="hint") if not chosen else None,
        _why(state),
        _note(state),
        h(
            "button",
            h("span", _link_text(chosen), dir="auto"),
            type_="button",
            key="link",
            id="link",
            cls="primary",
            disabled=not chosen,
            # A record was made for this mail: one press more links it.
            autofocus=any(one in state.made for one in chosen),
            aria_describedby="choose-hint" if not chosen else "preselected" if state.preselected else None,
            title=_("Ctrl+Enter, on the Mac ⌘+Enter"),
            aria_keyshortcuts="Control+Enter Meta+Enter",
            on={"click": e.LinkAsked()},
        ),
        key="bar",
        cls="bar",
        aria_labelledby="chosen",
    )


def listed(state: State, record: Record) -> bool:
    """Whether the record stands in a list on the pane, not folded: its tick there says that it is chosen."""
    suggested = [*(one.id for one in made_rows(state)), *(one.record.id for one in state.suggestions)]
    results = state.search.results
    found = list(results.groups.values()) if not state.search.module else [results.answers.found]
    lists = [suggested, *([one.id for one in group] for group in found)]
    return any(record.id in ids[:AT_ONCE] for ids in lists)


def _why(state: State) -> Element | None:
    """Say of a record that the pane has chosen by itself why it is there."""
    record = state.preselected
    found = next((one for one in state.suggestions if record is not None and one.record.id == record.id), None)
    if found is None:
        return None
    reason = reason_text(found, sent=bool(state.mail and state.mail.sent))
    return h(
        "p", fill(_("Chosen for you: {reason}"), reason=reason), key="why", id="preselected", cls="hint", dir="auto"
    )


def _note(state: State) -> Element | None:
    """A line for the user, where a chosen record takes a comment."""
    if not any(one.module in state.commentable for one in state.chosen):
        return None
    return h(
        "input",
        type_="text",
        id="note",
        value=state.note,
        placeholder=_("Note for colleagues (optional)"),
        # What it is called aloud is what stands there: it may be named to a machine that listens.
        aria_label=_("Note for colleagues (optional)"),
        title=_("Stored as a comment on the record. The CRM shows it to colleagues, and may notify them."),
        autocomplete="off",
        maxlength=str(LONGEST),
        on={"input": e.NoteTyped},
        key="note",
    )


def _chip(state: State, record: Record) -> Element:
    return h(
        "li",
        foreign(record.name or record.id, "name", 160),
        h("span", shown(state.label_of(record.module), 40), cls="about", dir="auto"),
        h(
            "button",
            type_="button",
            cls="close",
            title=_("Remove"),
            aria_label=fill(_("Remove {name}"), name=shown(record.name or record.id, 80)),
            on={"click": e.RecordDropped(record)},
        ),
        key=f"chosen-{record.id}",
        cls="chip",
    )


def _link_text(chosen: tuple[Record, ...]) -> str:
    if not chosen:
        return _("Link this mail")
    return fill(_("Link to {name}"), name=names_text([one.name or one.id for one in chosen], MOST_NAMES))
