"""Signing in to the CRM: user name and password, the second factor's code, the CRM's own page."""

from __future__ import annotations

from connector.app import events as e
from connector.app.element import Element, h
from connector.app.language import _, fill, ngettext, shown
from connector.app.state import State
from connector.app.views.box import message_box
from connector.app.views.credentials import CODE, PASSWORD, address, field, keep, marks, password, problems, user
from connector.app.views.fatal import support
from connector.app.views.leave import leave
from connector.app.views.mail import NO_FILES
from connector.errors import Problem
from connector.signin.states import Code, CodeAwaited, CodeEntered, PageOpen


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
        h("p", _about(), key="about") if not form.reason else None,
        None if state.reads_files else h("p", _(NO_FILES), key="no-files", cls="hint"),
        _form(state, e.SignInAsked, *address(state), user(state), password(state), *keep(state)),
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


def _about() -> str:
    return _(
        "Links the open mail, with all its attachments, to records of your CRM. "
        "Your password goes to the CRM alone, and is not kept."
    )


def _tone(problem: Problem) -> str:
    """Having to sign in again is nothing bad; what keeps the pane from working is."""
    return (
        "info"
        if problem.code in ("key-refused", "session-ended", "sign-in-needed", "signed-out-elsewhere")
        else "error"
    )


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
        _form(state, e.CodeSent, _code_field(state, f"code-{code.sent}-{refused}")),
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


def _code_field(state: State, key: str) -> Element:
    """A new control for each code, and after each refusal: empty, and with the focus in it."""
    return field(
        _("Code"),
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
            **marks(state.form, CODE),
        ),
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
        leave(_("Cancel"), e.PageDropped(), key="cancel"),
        key="page-waiting",
        cls="panel",
        aria_labelledby="sign-in",
    )


# What all forms share -----------------------------------------------------------------------------


def _form(state: State, sent: type[e.Event], *fields: Element | None) -> Element:
    """Fields, what went wrong, and the button that sends them."""
    busy = state.signing_in
    words = _("Signing in…") if busy else _("Sign in")
    at = next((place for place, one in enumerate(fields) if one is not None and one.key in (PASSWORD, CODE)), 0) + 1
    return h(
        "form",
        *fields[:at],
        problems(state.form, at_address=False),
        *fields[at:],
        h("button", words, type_="submit", key="go", cls="primary", disabled=busy),
        key="form",
        aria_busy="true" if busy else None,
        on={"submit": sent},
    )
