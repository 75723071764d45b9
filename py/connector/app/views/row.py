"""A record that can be chosen, in a list of such."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

from connector.app import events as e
from connector.app.element import Element, h
from connector.app.language import _, fill, ngettext, shown
from connector.app.state import State
from connector.app.views.foreign import foreign
from connector.app.views.icon import icon
from connector.finding.records import Record

AT_ONCE = 12
"""Rows that are shown without unfolding the rest."""


@dataclass(frozen=True)
class Row:
    """A record, and why it is here. ``labelled`` where nothing above the row names the module."""

    record: Record
    reason: str = ""
    detail: str = ""
    labelled: bool = True


def rows(state: State, kind: str, entries: Sequence[Row], *, busy: bool = False) -> Element:
    """A list of records with a checkbox each; ``kind`` tells one list's ids from another's."""
    made = [_row(state, kind, entry) for entry in entries]
    first, rest = made[:AT_ONCE], made[AT_ONCE:]
    more = h(
        "details",
        h("summary", ngettext("{count} more", "{count} more", len(rest))),
        h("ul", rest, cls="rows"),
        key="more",
        cls="more",
    )
    return h(
        "div",
        h("ul", first, key="first", cls="rows"),
        more if rest else None,
        key="list",
        data_list=kind,
        aria_busy="true" if busy else None,
    )


def _row(state: State, kind: str, entry: Row) -> Element:
    record = entry.record
    about = _about(state, entry)
    return h(
        "li",
        h(
            "label",
            h(
                "input",
                type_="checkbox",
                id=f"{kind}-{record.id}",
                checked=any(one.id == record.id for one in state.chosen),
                on={"change": partial(_ticked, record)},
            ),
            h(
                "span",
                foreign(record.name or record.id, "name", 160, whole=True),
                h("span", icon(record.module) if entry.labelled else None, about, cls="about", dir="auto")
                if about
                else None,
                foreign(entry.detail, "detail", 120) if entry.detail else None,
                cls="row-text",
            ),
            cls="row",
        ),
        key=f"{kind}-{record.id}",
    )


def _ticked(record: Record, value: str) -> e.Event:
    """What the checkbox says, not what was chosen before: that may change under a press."""
    return e.RecordChosen(record) if value else e.RecordDropped(record)


def _about(state: State, entry: Row) -> str:
    """What the record is and why it is here; empty where the row needs neither."""
    label = shown(state.label_of(entry.record.module), 60) if entry.labelled else ""
    both = fill(_("{module} · {reason}"), module=label, reason=entry.reason) if label and entry.reason else ""
    about = both or label or entry.reason
    if state.earlier is None or all(one.id != entry.record.id for one in state.earlier.records):
        return about
    return fill(_("{about} · already linked"), about=about) if about else _("already linked")
