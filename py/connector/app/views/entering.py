"""A field of the form for a new record: its label, its control, what is wrong with it."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any

from connector.app import events as e
from connector.app.element import Element, h
from connector.app.language import _, fill, shown
from connector.app.texts import say
from connector.errors import Problem
from connector.finding.records import Record
from connector.making.draft import Draft
from connector.making.form import TICKED, Field, Kind

INPUTS = {
    Kind.MAIL: ("email", "email"),
    Kind.PHONE: ("tel", "tel"),
    Kind.URL: ("text", "url"),
    Kind.DATE: ("date", None),
    Kind.MOMENT: ("datetime-local", None),
    Kind.TIME: ("time", None),
    Kind.NUMBER: ("text", "decimal"),
}
"""By kind: the type of the control, and the keyboard of a telephone."""
MOST_FOUND = 6


def entered(draft: Draft, field: Field) -> Element:
    """Return the label with the control, and below it what belongs to it."""
    wrong = draft.problems.get(field.name)
    ident, error = f"draft-{field.name}", f"draft-{field.name}-error"
    said = h("p", _said(wrong), id=error, cls="field-error", key="error") if wrong else None
    cls = "field wrong" if wrong else "field"
    about = _about(draft, field, error if wrong else None)
    if field.kind is Kind.TICK:
        text = h("span", *_label(field), cls="label", key="text")
        label = h("label", _control(draft, field, ident, about), text, key="label", cls="check")
        return h("div", label, said, key=field.name, cls=cls)
    if field.kind is Kind.SEVERAL:
        return _several(draft, field, said, cls, about)
    return h(
        "div",
        h("label", *_label(field), for_=ident, key="label"),
        _control(draft, field, ident, about),
        h("p", fill(_("Time zone: {zone}"), zone=shown(field.zone, 60)), id=f"{ident}-zone", key="zone", cls="hint")
        if field.zone
        else None,
        *(_belongs(draft, field) if field.kind is Kind.RECORD else ()),
        said,
        key=field.name,
        cls=cls,
    )


def _label(field: Field) -> list[Element | str]:
    """What the field is called, in what it is counted, and whether it is needed."""
    label: list[Element | str] = [h("span", shown(field.label, 80), dir="auto")]
    if field.unit:
        label += [" ", h("span", "· ", shown(field.unit, 10))]
    if field.required:
        label += [" ", h("span", _("(needed)"), cls="about")]
    return label


def _said(problem: Problem) -> str:
    said = say(problem)
    return f"{said.what} {said.next}".strip()


def _about(draft: Draft, field: Field, error: str | None) -> dict[str, Any]:
    """What all controls say of themselves. Anew after each refusal, with the focus in it: the first that is wrong."""
    at = draft.at == field.name
    zone = f"draft-{field.name}-zone" if field.zone else None
    return {
        "key": f"control-{draft.attempts}" if at else "control",
        "autofocus": at or (draft.attempts == 0 and field is _first(draft)),
        "aria_required": "true" if field.required and field.kind is not Kind.SEVERAL else None,
        "aria_invalid": "true" if error else None,
        "aria_describedby": " ".join(filter(None, (error, zone))) or None,
    }


def _control(draft: Draft, field: Field, ident: str, about: Mapping[str, Any]) -> Element:
    text = draft.entry.text(field.name)
    if field.kind in (Kind.CHOICE, Kind.RECORD):
        chosen, options = _options(draft, field)
        belongs = field.kind is Kind.RECORD
        event = partial(e.DraftBelongs, name=field.name) if belongs else partial(e.DraftTyped, field.name)
        return h("select", options, id=ident, value=chosen, disabled=draft.busy, on={"change": event}, **about)
    if field.kind is Kind.TICK:
        on = {"change": partial(_ticked, field.name)}
        return h("input", type_="checkbox", id=ident, checked=text == TICKED, disabled=draft.busy, on=on, **about)
    listen = {"input": partial(e.DraftTyped, field.name)}
    if field.kind is Kind.LONG:
        return h("textarea", id=ident, value=text, rows=4, readonly=draft.busy, on=listen, **about)
    kind, mode = INPUTS.get(field.kind, ("text", None))
    if field.kind is Kind.NUMBER and not field.decimals and not field.least.startswith("-"):
        mode = "numeric"
    dated = field.kind is Kind.DATE
    return h(
        "input", id=ident, type_=kind, inputmode=mode, value=text, autocomplete="off", readonly=draft.busy, on=listen,
        min=(dated and field.least) or None, max=(dated and field.most) or None, **about,
    )  # fmt: skip


def _ticked(name: str, value: str) -> e.Event:
    return e.DraftTyped(name, TICKED if value else "")


def _several(draft: Draft, field: Field, said: Element | None, cls: str, about: Mapping[str, Any]) -> Element:
    """Ticks, one for each value, in a box that scrolls where there are many."""
    chosen = draft.entry.text(field.name).split("\n")
    own = {"key": about["key"], "autofocus": about["autofocus"], "aria_describedby": about["aria_describedby"]}
    rows = [
        h(
            "label",
            h(
                "input",
                type_="checkbox",
                id=f"draft-{field.name}-{place}" if place else f"draft-{field.name}",
                checked=one.value in chosen,
                disabled=draft.busy,
                on={"change": partial(_set, field.name, one.value)},
                **(own if place == 0 else {"key": "control"}),
            ),
            h("span", shown(one.label or one.value, 80), dir="auto", key="text"),
            key=f"value-{place}",
            cls="check",
        )
        for place, one in enumerate(field.values)
    ]
    return h(
        "div",
        h("span", *_label(field), id=f"draft-{field.name}-label", key="label", cls="label"),
        h("div", rows, key="values", cls="several", role="group", aria_labelledby=f"draft-{field.name}-label"),
        said,
        key=field.name,
        cls=cls,
    )


def _set(name: str, value: str, ticked: str) -> e.Event:
    return e.DraftPicked(name, value, bool(ticked))


def _first(draft: Draft) -> Field | None:
    """Where the work begins: what is needed and empty, or the first of all."""
    fields = draft.form.fields
    lacking = (one for one in fields if one.required and one.kind is not Kind.RECORD and not draft.entry.text(one.name))
    return next(lacking, fields[0] if fields else None)


def _options(draft: Draft, field: Field) -> tuple[str, list[Element]]:
    """What is chosen, and what can be."""
    if field.kind is Kind.RECORD:
        target = draft.entry.target(field.name)
        chosen = target.id if target else ""
        several = [(one.id, one.name or one.id) for one in draft.offered(field.name)]
    else:
        chosen = draft.entry.text(field.name)
        several = [(one.value, one.label or one.value) for one in field.values]
    none = [h("option", _("(none)"), value="", selected=not chosen, key="none")] if _optional(field, chosen) else []
    return chosen, none + [
        h("option", shown(label, 80), value=value, selected=value == chosen, key=value) for value, label in several
    ]


def _optional(field: Field, chosen: str) -> bool:
    return not field.required or not chosen


def _belongs(draft: Draft, field: Field) -> list[Element | None]:
    """The search for another record than those that are offered."""
    found = draft.found_for(field.name)
    rows = [_found(field, one) for one in (found.found if found else ())[:MOST_FOUND]]
    nothing = found is not None and not rows
    text = _("Could not ask the CRM.") if found is not None and found.unasked else _("No record found")
    return [
        h(
            "input",
            type_="search",
            id=f"draft-{field.name}-search",
            value=draft.sought if draft.seeking == field.name else "",
            placeholder=_("Search for another"),
            aria_label=fill(_("Search: {label}"), label=shown(field.label, 80)),
            autocomplete="off",
            spellcheck="false",
            maxlength="200",
            readonly=draft.busy,
            # Of no form: Enter here is no wish to create the record.
            form="none",
            on={"input": partial(e.DraftSought, name=field.name)},
            key="search",
        ),
        h("ul", rows, key="found", cls="rows") if rows else None,
        h("p", text, key="nothing", cls="hint", role="status") if nothing else None,
    ]


def _found(field: Field, record: Record) -> Element:
    text = " · ".join(filter(None, (shown(record.name or record.id, 80), shown(record.detail, 80))))
    event = e.DraftBelongs(record.id, field.name)
    return h("li", h("button", text, type_="button", cls="quiet", on={"click": event}), key=record.id)
