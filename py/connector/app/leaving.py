"""What stays of a mail when another one is shown, for when the user comes back to it. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from connector.app.state import LinkView, State, Undo
from connector.errors import Problem
from connector.linking.link import Link


def receipts(state: State, shown: str) -> dict[str, LinkView]:
    """Return the links when the mail with this key is shown.

    A receipt that was looked at is done with, but for the seconds in which one press takes it back. One that came
    while another mail was shown is listed until somebody has looked at it.
    """
    before = state.mail.key if state.mail else ""
    kept = {}
    for key, one in state.links.items():
        if one.receipt is None or key == shown or (key != before and not one.seen):
            kept[key] = one
        elif one.undo is Undo.FRESH:
            kept[key] = seen(one)
    return kept


def seen(view: LinkView) -> LinkView:
    """Return a link whose receipt the user knows, so that it need not be listed."""
    return replace(view, seen=view.receipt is not None)


def finished(link: Link) -> Problem:
    """Return what is said of a link that has ended while another mail is shown."""
    records = ", ".join(record.name for record in link.targets)
    return Problem("link-finished-elsewhere", {"subject": link.plan.mail.subject, "records": records})


def with_note(state: State, key: str) -> State:
    """Return the state in which the note of a link that is taken back stands in its field again."""
    view = state.links.get(key)
    text = view.link.note.text if view is not None else ""
    if state.mail is not None and state.mail.key == key:
        return replace(state, note=state.note or text)
    return replace(state, notes={**state.notes, key: text}) if text else state


def notes(state: State) -> Mapping[str, str]:
    """Return the notes that were begun for mails and not sent, by the mails' keys, with that for the shown one."""
    if state.mail is None:
        return state.notes
    kept = {key: note for key, note in state.notes.items() if key != state.mail.key}
    unsent = state.note.strip() and state.current is None
    return {**kept, state.mail.key: state.note} if unsent else kept
