"""What is chosen, and the button that links: always in reach at the foot of the pane."""

from __future__ import annotations

from connector.app import events as e
from connector.app.element import Element, h
from connector.app.figures import names_text
from connector.app.language import _, fill, shown
from connector.app.state import State
from connector.app.views.foreign import foreign
from connector.app.views.suggestions import reason_text
from connector.finding.records import Record
from connector.linking.note import LONGEST


def link_bar(state: State) -> Element:
    """The chosen records, each with a button that removes it, and the button for all of them."""
    chosen = state.chosen
    return h(
        "section",
        h("h2", _("Chosen records"), key="title", id="chosen", cls="unseen"),
        h("ul", [_chip(state, record) for record in chosen], key="chips", cls="chips") if chosen else None,
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
        aria_label=_("Note: a comment on the record, which the CRM shows to colleagues"),
        title=_("Stored as a comment on the record. The CRM shows it to colleagues, and may notify them."),
        autocomplete="off",
        maxlength=str(LONGEST),
        on={"input": e.NoteTyped},
        key="note",
    )


def _chip(state: State, record: Record) -> Element:
    return h(
        "li",
        foreign(record.name or record.id, "name", 80),
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
    return fill(_("Link to {name}"), name=names_text([one.name or one.id for one in chosen]))
