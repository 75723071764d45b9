"""The form for a new record: what the mail fills in, what is wrong, and what looks like it in the CRM."""

from __future__ import annotations

from functools import partial

from connector.app import events as e
from connector.app.element import Element, h
from connector.app.language import _, fill, shown
from connector.app.state import State
from connector.app.texts import say
from connector.app.views.box import message_box, text_box
from connector.app.views.foreign import foreign
from connector.errors import Problem
from connector.finding.records import Record
from connector.making.draft import Draft
from connector.making.form import Field, Kind

INPUTS = {Kind.MAIL: ("email", "email"), Kind.PHONE: ("tel", "tel"), Kind.URL: ("text", "url")}
"""By kind: the type of the control, and the keyboard of a telephone."""


def draft_form(state: State, draft: Draft) -> Element:
    """The panel with the form."""
    singular = shown(draft.form.singular, 60)
    return h(
        "section",
        h("h2", fill(_("New record: {singular}"), singular=singular), key="title", id="draft"),
        h(
            "form",
            *(_field(draft, one) for one in draft.form.fields),
            h("div", _alike(state, draft), key="alike", role="status"),
            h("div", _problem(draft), key="problem", cls="problems", role="alert"),
            h(
                "div",
                h("button", _go(draft, singular), type_="submit", key="go", cls="primary", disabled=draft.busy),
                h(
                    "button",
                    _("Cancel"),
                    type_="button",
                    key="cancel",
                    disabled=draft.busy,
                    on={"click": e.DraftClosed()},
                ),
                key="ways",
                cls="buttons",
            ),
            key="form",
            novalidate=True,
            autocomplete="off",
            aria_busy="true" if draft.busy else None,
            on={"submit": e.DraftSent(despite=_despite(draft))},
        ),
        key="draft",
        cls="panel draft",
        aria_labelledby="draft",
    )


def _despite(draft: Draft) -> bool:
    """Whether what looks like it, or that nobody knows, stands there to be read."""
    return bool(draft.alike) or draft.unsure


def _go(draft: Draft, singular: str) -> str:
    if draft.busy:
        return _("Creating…")
    if draft.problem is not None and draft.sent_at is not None:
        return _("Try again")
    return _("Create all the same") if _despite(draft) else fill(_("Create: {singular}"), singular=singular)


def _field(draft: Draft, field: Field) -> Element:
    wrong = draft.problems.get(field.name)
    ident, error = f"draft-{field.name}", f"draft-{field.name}-error"
    label: list[Element | str | None] = [h("span", shown(field.label, 80), dir="auto")]
    if field.required:
        label += [" ", h("span", _("(needed)"), cls="about")]
    return h(
        "div",
        h("label", *label, for_=ident, key="label"),
        _control(draft, field, ident, error if wrong else None),
        *(_belongs(draft, field) if field.kind is Kind.RECORD else ()),
        h("p", _said(wrong), id=error, cls="field-error", key="error") if wrong else None,
        key=field.name,
        cls="field wrong" if wrong else "field",
    )


def _said(problem: Problem) -> str:
    said = say(problem)
    return f"{said.what} {said.next}".strip()


def _control(draft: Draft, field: Field, ident: str, error: str | None) -> Element:
    # Anew after each refusal, with the focus in it: the first that is wrong.
    at = draft.at == field.name
    first = draft.attempts == 0 and field is _first(draft)
    key = f"control-{draft.attempts}" if at else "control"
    focus, wrong = at or first, "true" if error else None
    needed = "true" if field.required else None
    if field.kind in (Kind.CHOICE, Kind.RECORD):
        chosen, options = _options(draft, field)
        event = e.DraftBelongs if field.kind is Kind.RECORD else partial(e.DraftTyped, field.name)
        return h(
            "select", options, id=ident, value=chosen, key=key, autofocus=focus, aria_required=needed,
            aria_invalid=wrong, aria_describedby=error, disabled=draft.busy, on={"change": event},
        )  # fmt: skip
    value, listen = draft.entry.text(field.name), {"input": partial(e.DraftTyped, field.name)}
    if field.kind is Kind.LONG:
        return h(
            "textarea", id=ident, value=value, rows=4, key=key, autofocus=focus, aria_required=needed,
            aria_invalid=wrong, aria_describedby=error, readonly=draft.busy, on=listen,
        )  # fmt: skip
    kind, mode = INPUTS.get(field.kind, ("text", None))
    return h(
        "input", id=ident, type_=kind, inputmode=mode, value=value, key=key, autofocus=focus, autocomplete="off",
        aria_required=needed, aria_invalid=wrong, aria_describedby=error, readonly=draft.busy, on=listen,
    )  # fmt: skip


def _first(draft: Draft) -> Field | None:
    """Where the work begins: what is needed and empty, or the first of all."""
    fields = draft.form.fields
    lacking = (one for one in fields if one.required and one.kind is not Kind.RECORD and not draft.entry.text(one.name))
    return next(lacking, fields[0] if fields else None)


def _options(draft: Draft, field: Field) -> tuple[str, list[Element]]:
    """What is chosen, and what can be."""
    if field.kind is Kind.RECORD:
        chosen = draft.entry.record.id if draft.entry.record else ""
        several = [(one.id, one.name or one.id) for one in draft.offered if one.module in field.modules]
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
    found = draft.found
    rows = [_found(one) for one in (found.found if found else ())[:6]]
    nothing = found is not None and not rows
    text = _("Could not ask the CRM.") if found is not None and found.unasked else _("No record found")
    return [
        h(
            "input",
            type_="search",
            id=f"draft-{field.name}-search",
            value=draft.sought,
            placeholder=_("Search for another"),
            aria_label=fill(_("Search: {label}"), label=shown(field.label, 80)),
            autocomplete="off",
            spellcheck="false",
            maxlength="200",
            readonly=draft.busy,
            # Of no form: Enter here is no wish to create the record.
            form="none",
            on={"input": e.DraftSought},
            key="search",
        ),
        h("ul", rows, key="found", cls="rows") if rows else None,
        h("p", text, key="nothing", cls="hint", role="status") if nothing else None,
    ]


def _found(record: Record) -> Element:
    text = " · ".join(filter(None, (shown(record.name or record.id, 80), shown(record.detail, 80))))
    button = h("button", text, type_="button", cls="quiet", on={"click": e.DraftBelongs(record.id)})
    return h("li", button, key=record.id)


def _alike(state: State, draft: Draft) -> Element | None:
    if draft.alike:
        return text_box(
            _("This one is in the CRM already:") if len(draft.alike) == 1 else _("These are in the CRM already:"),
            "warning",
            h("ul", [_same(state, one) for one in draft.alike], key="alike", cls="linked"),
            role="group",
        )
    if draft.unsure:
        more = h("p", _("Create it all the same, or wait and try again."), key="next", cls="next")
        return text_box(_("Could not ask whether it is in the CRM already."), "warning", more, role="group")
    return None


def _same(state: State, record: Record) -> Element:
    name = record.name or record.id
    about = " · ".join(filter(None, (shown(state.label_of(record.module), 80), shown(record.detail, 80))))
    return h(
        "li",
        h("div", foreign(name, "name", 160), h("span", about, cls="about", dir="auto"), key="who", cls="line-text"),
        h(
            "button",
            _("Choose"),
            type_="button",
            cls="quiet",
            aria_label=fill(_("Choose {name}"), name=shown(name, 80)),
            on={"click": e.DraftClosed(record)},
            key="choose",
        ),
        key=record.id,
    )


def _problem(draft: Draft) -> Element | None:
    problem = draft.problem
    if problem is None:
        return message_box(Problem("fields-wrong"), "error") if draft.problems and not draft.busy else None
    more = None
    if problem.code == "form-incomplete":
        more = h(
            "button",
            _("Open the CRM's page"),
            type_="button",
            key="page",
            on={"click": e.CreationOpened(draft.form.module)},
        )
    if draft.sent_at is not None:
        text = _("If it was created after all, this finds it: there will be no second one.")
        more = h("p", text, key="once", cls="next")
    return message_box(problem, "error", more)
