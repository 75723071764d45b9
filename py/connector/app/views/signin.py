"""Signing in to the CRM."""

from __future__ import annotations

from connector.app import events as e
from connector.app.element import Element, h
from connector.app.language import _
from connector.app.state import State
from connector.app.views.box import message_box
from connector.app.views.factor import code_form, page_waiting
from connector.app.views.fatal import support
from connector.app.views.foreign import foreign
from connector.app.views.refused import problems
from connector.errors import Problem
from connector.vtenext import url


def sign_in(state: State) -> Element:
    """The form for the way that the sign-in takes. Secrets go from their control to the event and are nowhere else."""
    if state.form.page_open:
        return page_waiting()
    return code_form(state, state.form.code) if state.form.code else password_form(state)


def password_form(state: State) -> Element:
    """User name and password, or the way to the CRM's own page."""
    form = state.form
    return h(
        "section",
        h("h2", _("Sign in to your CRM"), key="title", id="sign-in"),
        message_box(form.reason, _tone(form.reason), key="reason") if form.reason and not form.problem else None,
        h(
            "form",
            *_address(state),
            _field("user", _("User name"), "text", form.user, "username", e.UserTyped, focus=_focus(state) == "user"),
            _password(state),
            *_keep(state),
            problems(state),
            h(
                "button",
                _("Signing in…") if form.busy else _("Sign in"),
                type_="submit",
                key="go",
                cls="primary",
                disabled=form.busy,
            ),
            key="form",
            aria_busy="true" if form.busy else None,
            on={"submit": e.SignInAsked},
        ),
        h(
            "button",
            _("Use the CRM's own sign-in page"),
            type_="button",
            key="page",
            cls="quiet",
            disabled=form.busy,
            title=_("For single sign-on and whatever else the CRM asks for"),
            on={"click": e.PageAsked()},
        ),
        support(state),
        key="sign-in",
        cls="panel sign-in",
        aria_labelledby="sign-in",
    )


def _tone(problem: Problem) -> str:
    """Having to sign in again is nothing bad; what keeps the pane from working is."""
    return "info" if problem.code in ("key-refused", "session-ended", "signed-out-elsewhere") else "error"


def _focus(state: State) -> str:
    form = state.form
    if not form.url and state.settings.free_url:
        return "url"
    return "user" if not form.user else "password"


def _address(state: State) -> list[Element | None]:
    """A choice of the CRMs that the organization has set up, a field for any other, or just the only one's name."""
    settings, typed = state.settings, state.form.url
    presets = settings.crm_urls
    if len(presets) == 1 and not settings.free_url:
        return [h("p", h("span", _("CRM"), cls="label"), foreign(presets[0]), key="url", cls="field fixed")]
    other = typed not in presets
    field = h(
        "div",
        h("label", _("Address of the CRM"), for_="url"),
        h(
            "input",
            id="url",
            name="url",
            type_="text",
            inputmode="url",
            value=typed,
            required=True,
            autocomplete="url",
            autocapitalize="none",
            spellcheck="false",
            maxlength="500",
            aria_describedby="url-hint",
            autofocus=_focus(state) == "url",
            on={"input": e.UrlTyped},
        ),
        h("p", _("For example crm.example.com"), id="url-hint", cls="hint"),
        key="url",
        cls="field",
    )
    if len(presets) < 2:
        return [field]
    options = [h("option", url.host(one), value=one, selected=one == typed, key=one) for one in presets]
    if settings.free_url:
        options.append(h("option", _("Another address…"), value="", selected=other, key="other"))
    select = h(
        "div",
        h("label", _("CRM"), for_="crm"),
        h("select", options, id="crm", name="crm", value="" if other else typed, on={"change": e.UrlTyped}),
        key="crm",
        cls="field",
    )
    return [select, field if other and settings.free_url else None]


def _field(
    name: str, label: str, kind: str, value: str, complete: str, event: type[e.Event], *, focus: bool
) -> Element:
    return h(
        "div",
        h("label", label, for_=name),
        h(
            "input",
            id=name,
            name=complete,
            type_=kind,
            value=value,
            required=True,
            autocomplete=complete,
            autocapitalize="none",
            spellcheck="false",
            maxlength="255",
            autofocus=focus,
            on={"input": event},
        ),
        key=name,
        cls="field",
    )


def _password(state: State) -> Element:
    form = state.form
    return h(
        "div",
        h("label", _("Password"), for_="password", key="label"),
        h(
            "input",
            id="password",
            name="password",
            type_="password",
            required=True,
            autocomplete="current-password",
            maxlength="500",
            # A new control after each refusal: empty, and with the focus in it.
            autofocus=_focus(state) == "password" or form.failures > 0,
            key=f"password-{form.failures}",
        ),
        key="password",
        cls="field",
    )


def _keep(state: State) -> list[Element]:
    """The tick, and where a CRM may turn out to have nothing but an access key, what that means for it."""
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
            aria_describedby="keep-hint" if only_tokens else None,
            on={"change": lambda value: e.KeepTicked(bool(value))},
        ),
        h("span", _("Stay signed in on this device")),
        key="keep",
        cls="check",
    )
    if not only_tokens:
        return [tick]
    hint = _("Where the CRM has the Mail Connector component. An access key, which never ends, is not kept.")
    return [tick, h("p", hint, id="keep-hint", key="keep-hint", cls="hint")]
