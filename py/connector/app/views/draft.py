"""The form for a new record: what the mail fills in, what is wrong, and what looks like it in the CRM."""

from __future__ import annotations

from connector.app import events as e
from connector.app.element import Element, h
from connector.app.figures import names_text
from connector.app.language import _, fill, shown
from connector.app.state import State
from connector.app.views.box import message_box, text_box
from connector.app.views.entering import entered
from connector.app.views.foreign import foreign
from connector.errors import Problem
from connector.finding.records import Record
from connector.making.draft import Draft


def draft_form(state: State, draft: Draft) -> Element:
    """The panel with the form."""
    singular = shown(draft.form.singular, 60)
    possible = not draft.form.lacking
    return h(
        "section",
        h("h2", fill(_("New record: {singular}"), singular=singular), key="title", id="draft"),
        h(
            "form",
            h("div", _lacking(draft), key="lacking"),
            *(entered(draft, one) for one in draft.form.fields if possible),
            h("div", _alike(state, draft), key="alike", role="status"),
            h("div", _problem(draft), key="problem", cls="problems", role="alert"),
            h(
                "div",
                h("button", _go(draft, singular), type_="submit", key="go", cls="primary", aria_disabled=_while(draft))
                if possible
                else None,
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


def _while(draft: Draft) -> str | None:
    """The button keeps the focus while its record is made: what is said of a failure stands beside it."""
    return "true" if draft.busy else None


def _despite(draft: Draft) -> bool:
    """Whether what looks like it, or that nobody knows, stands there to be read."""
    return bool(draft.alike) or draft.unsure


def _go(draft: Draft, singular: str) -> str:
    if draft.busy:
        return _("Creating…")
    if draft.problem is not None and draft.sent_at is not None:
        return _("Try again")
    return _("Create all the same") if _despite(draft) else fill(_("Create: {singular}"), singular=singular)


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


def _lacking(draft: Draft) -> Element | None:
    """In place of a form that the CRM would refuse: what it wants filled and the form does not have."""
    if not draft.form.lacking:
        return None
    problem = Problem("form-lacking", {"label": names_text(draft.form.lacking)})
    return message_box(problem, "info", _page(draft, first=True))


def _page(draft: Draft, *, first: bool = False) -> Element:
    event, text = e.CreationOpened(draft.form.module), _("Open the CRM's page")
    return h(
        "button",
        text,
        type_="button",
        key="page",
        cls="primary" if first else None,
        autofocus=first,
        on={"click": event},
    )


def _problem(draft: Draft) -> Element | None:
    problem = draft.problem
    if problem is None:
        return message_box(Problem("fields-wrong"), "error") if draft.problems and not draft.busy else None
    more = _page(draft) if problem.code == "form-incomplete" else None
    if draft.sent_at is not None:
        text = _("If it was created after all, this finds it: there will be no second one.")
        more = h("p", text, key="once", cls="next")
    return message_box(problem, "error", more)
