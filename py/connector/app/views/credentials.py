"""The fields of the sign-in: where the CRM is, who signs in, and whether that is to last.

What went wrong stands beside the field in which it can be mended.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from connector.app import events as e
from connector.app.element import Element, h
from connector.app.language import _
from connector.app.state import SignInForm, State
from connector.app.views.box import message_box
from connector.app.views.foreign import foreign
from connector.errors import Problem
from connector.vtenext import url
from connector.vtenext.session import LOCKS_AT, WARN_AT

URL, USER, PASSWORD, CODE = "url", "user", "password", "code"
_AT = {
    "crm-address": (URL,),
    "crm-address-invalid": (URL,),
    "crm-address-insecure": (URL,),
    "crm-unreachable": (URL,),
    "crm-hidden": (URL,),
    "crm-redirects": (URL,),
    "answer-unreadable": (URL,),
    "other-address": (URL,),
    "sign-in-refused": (USER, PASSWORD),
    "password-wrong": (USER, PASSWORD),
    "user-inactive": (USER,),
    "code-wrong": (CODE,),
    "code-expired": (CODE,),
}
"""Codes of problems, and the fields in which the user can mend them."""


def field(label: str, control: Element, hint: str = "") -> Element:
    """A control below its label, and a hint below it. The control's id is the field's key."""
    name = control.attributes["id"]
    return h(
        "div",
        h("label", label, for_=name, key="label"),
        replace(control, key=control.key or "control"),
        h("p", hint, id=f"{name}-hint", key="hint", cls="hint") if hint else None,
        key=name,
        cls="field",
    )


def fields_of(form: SignInForm) -> tuple[str, ...]:
    """Return the fields that the problem is about; none where it is about no field."""
    return _AT.get(form.problem.code, ()) if form.problem else ()


def marks(form: SignInForm, control: str, hint: str = "") -> dict[str, Any]:
    """Return what a control says of the problem: that it is wrong, and where the reason and its own hint stand."""
    wrong = control in fields_of(form)
    described = " ".join(one for one in ("problem" if wrong else "", hint) if one)
    return {"aria_invalid": "true" if wrong else None, "aria_describedby": described or None}


def problems(form: SignInForm, *, at_address: bool) -> Element:
    """Why a sign-in did not succeed: at the address, or behind the other fields. What comes into it is read out."""
    mine = (URL in fields_of(form)) is at_address
    key = "url-problems" if at_address else "problems"
    boxes = [h("div", message_box(form.problem), key="problem", id="problem")] if form.problem and mine else []
    if form.locks and form.failures >= WARN_AT and not at_address:
        left = str(max(LOCKS_AT - form.failures, 0))
        boxes.append(message_box(Problem("lock-warning", {"left": left}), "warning", key="lock"))
    return h("div", boxes, key=key, cls="problems" if mine else None, role="alert")


def address(state: State) -> list[Element | None]:
    """A choice of the CRMs that the organization has set up, a field for any other, or just the only one's name."""
    settings, typed = state.settings, state.form.url
    presets = settings.crm_urls
    wrong = problems(state.form, at_address=True)
    if len(presets) == 1 and not settings.free_url:
        return [h("p", h("span", _("CRM"), cls="label"), foreign(presets[0]), key="url", cls="field fixed"), wrong]
    other = typed not in presets
    if len(presets) < 2:
        return [_url(state), wrong]
    options = [h("option", url.host(one), value=one, selected=one == typed, key=one) for one in presets]
    if settings.free_url:
        options.append(h("option", _("Another address…"), value="", selected=other, key="other"))
    choice = h("select", options, id="crm", name="crm", value="" if other else typed, on={"change": e.UrlTyped})
    return [field(_("CRM"), choice), _url(state) if other and settings.free_url else None, wrong]


def focus(state: State) -> str:
    """Return the field that is to have the focus: the wrong one, else the first that is empty."""
    form = state.form
    wrong = fields_of(form)
    if URL in wrong or (not form.url and state.settings.free_url):
        return URL
    return USER if not form.user or wrong == (USER,) else PASSWORD


def _url(state: State) -> Element:
    return field(
        _("Address of the CRM"),
        h(
            "input",
            id="url",
            name="url",
            type_="text",
            inputmode="url",
            value=state.form.url,
            required=True,
            autocomplete="url",
            autocapitalize="none",
            spellcheck="false",
            maxlength="500",
            autofocus=focus(state) == URL,
            on={"input": e.UrlTyped},
            **marks(state.form, URL, "url-hint"),
        ),
        _("For example crm.example.com"),
    )


def user(state: State) -> Element:
    """The user's name."""
    return field(
        _("User name"),
        h(
            "input",
            id="user",
            name="username",
            type_="text",
            value=state.form.user,
            required=True,
            autocomplete="username",
            autocapitalize="none",
            spellcheck="false",
            maxlength="255",
            autofocus=focus(state) == USER,
            on={"input": e.UserTyped},
            **marks(state.form, USER),
        ),
    )


def password(state: State) -> Element:
    """The password, which goes from its control to the event and is nowhere else."""
    form = state.form
    return field(
        _("Password"),
        h(
            "input",
            id="password",
            name="password",
            type_="password",
            required=True,
            autocomplete="current-password",
            maxlength="500",
            # A new control after each refusal: empty, and with the focus in it. After all else it keeps what was typed.
            autofocus=focus(state) == PASSWORD,
            key=f"password-{form.failures}",
            **marks(form, PASSWORD),
        ),
    )


def keep(state: State) -> list[Element]:
    """The tick and what it means, also for a CRM that turns out to have nothing but an access key."""
    settings = state.settings
    if not settings.stay_signed_in:
        return []
    only_tokens = not settings.licence_required and not settings.keep_access_key
    tick = h(
        "label",
        h(
            "input",
            id="keep",
            type_="checkbox",
            checked=state.form.keep,
            aria_describedby="keep-hint",
            on={"change": lambda value: e.KeepTicked(bool(value))},
        ),
        h("span", _("Stay signed in on this device")),
        key="keep",
        cls="check",
    )
    hint = _("Without this, your sign-in ends with Outlook. Tick it only where nobody else uses this device.")
    key = _("An access key, which a CRM without the component gives, is never kept.") if only_tokens else ""
    return [tick, h("p", f"{hint} {key}".strip(), id="keep-hint", key="keep-hint", cls="hint")]
