"""Signing in to the CRM: user name and password, the second factor's code, the CRM's own page."""

from __future__ import annotations

from connector.app import events as e
from connector.app.element import Element, h
from connector.app.language import _, fill, ngettext, shown
from connector.app.state import State
from connector.app.views.box import message_box
from connector.app.views.fatal import support
from connector.app.views.foreign import foreign
from connector.errors import Problem
from connector.signin.states import Code, CodeAwaited, CodeEntered, PageOpen
from connector.vtenext import url
from connector.vtenext.session import LOCKS_AT, WARN_AT


def sign_in(state: State) -> Element:
    """The form for the way that the sign-in takes. Secrets go from their control to the event and are nowhere else."""
    match state.sign_in:
        case PageOpen():
            return _page_waiting()
        case CodeAwaited(code) | CodeEntered(code):
            return _code_form(state, code)
        case _:
            return _password_form(state)


# User name and password ---------------------------------------------------------------------------


def _password_form(state: State) -> Element:
    form = state.form
    return h(
        "section",
        h("h2", _("Sign in to your CRM"), key="title", id="sign-in"),
        message_box(form.reason, _tone(form.reason), key="reason") if form.reason and not form.problem else None,
        _form(state, e.SignInAsked, *_address(state), _user(state), _password(state), *_keep(state)),
        h(
            "button",
            _("Use the CRM's own sign-in page"),
            type_="button",
            key="page",
            cls="quiet",
            disabled=state.signing_in,
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


def _user(state: State) -> Element:
    return h(
        "div",
        h("label", _("User name"), for_="user"),
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
            autofocus=_focus(state) == "user",
            on={"input": e.UserTyped},
        ),
        key="user",
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


# The second factor's code -------------------------------------------------------------------------


def _code_form(state: State, code: Code) -> Element:
    """The code goes from its control to `CodeSent`. The control's name is the one whose value a form hands over."""
    refused = state.form.problem.code if state.form.problem else ""
    again, busy = _("Send another code"), state.signing_in
    return h(
        "section",
        h("h2", _("Enter your code"), key="title", id="code-title"),
        h("p", _sent_by(code.channel), key="sent", dir="auto"),
        h("p", _lifetime(code), key="lifetime", cls="hint", role="status"),
        _form(state, e.CodeSent, _code_field(f"code-{code.sent}-{refused}")),
        h(
            "div",
            h("button", again, type_="button", disabled=busy, on={"click": e.CodeAgainAsked()}),
            h("button", _("Back"), type_="button", on={"click": e.CodeDropped()}),
            key="ways",
            cls="buttons",
        ),
        key="code-form",
        cls="panel sign-in",
        aria_labelledby="code-title",
    )


def _code_field(key: str) -> Element:
    """A new control for each code, and after each refusal: empty, and with the focus in it."""
    return h(
        "div",
        h("label", _("Code"), for_="code", key="label"),
        h(
            "input",
            id="code",
            name="password",
            type_="text",
            inputmode="numeric",
            required=True,
            autocomplete="one-time-code",
            spellcheck="false",
            maxlength="16",
            autofocus=True,
            key=key,
        ),
        key="code",
        cls="field",
    )


def _sent_by(channel: str) -> str:
    if channel == "wilson":
        return _("The CRM has sent a code to your Wilson app.")
    if channel == "mail":
        return _("The CRM has sent you a code by e-mail.")
    return fill(_("The CRM has sent you a code ({channel})."), channel=shown(channel, 40) or _("in its own way"))


def _lifetime(code: Code) -> str:
    seconds = int(code.lifetime) if code.lifetime.isascii() and code.lifetime.isdigit() else 60
    valid = ngettext("It is valid for {count} second.", "It is valid for {count} seconds.", seconds)
    return valid if code.sent < 2 else fill(_("Another code was sent. {valid}"), valid=valid)


# The CRM's own page -------------------------------------------------------------------------------


def _page_waiting() -> Element:
    """While the CRM's own page is open in a window."""
    return h(
        "section",
        h("h2", _("Sign in to your CRM"), key="title", id="sign-in", tabindex="-1", autofocus=True),
        h("p", _("The CRM's sign-in page is open in a window. Sign in there; the pane goes on by itself."), key="text"),
        h("p", _("Can't see the window? It may be behind this one, or be blocked."), key="hint", cls="hint"),
        h("button", _("Cancel"), type_="button", key="cancel", on={"click": e.PageDropped()}),
        key="page-waiting",
        cls="panel",
        aria_labelledby="sign-in",
    )


# What all forms share -----------------------------------------------------------------------------


def _form(state: State, sent: type[e.Event], *fields: Element | None) -> Element:
    """Fields, what went wrong, and the button that sends them."""
    busy = state.signing_in
    words = _("Signing in…") if busy else _("Sign in")
    return h(
        "form",
        *fields,
        # It stands there from the start, so that what comes into it is read out.
        h("div", _problems(state), key="problems", cls="problems", role="alert"),
        h("button", words, type_="submit", key="go", cls="primary", disabled=busy),
        key="form",
        aria_busy="true" if busy else None,
        on={"submit": sent},
    )


def _problems(state: State) -> list[Element]:
    """Why a sign-in did not succeed, and how near the lock is."""
    form = state.form
    boxes = [message_box(form.problem, "error", key="problem")] if form.problem else []
    if form.locks and form.failures >= WARN_AT:
        left = str(max(LOCKS_AT - form.failures, 0))
        boxes.append(message_box(Problem("lock-warning", {"left": left}), "warning", key="lock"))
    return boxes
