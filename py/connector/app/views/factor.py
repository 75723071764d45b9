"""The second factor's code, and the CRM's own sign-in page."""

from __future__ import annotations

from connector.app import events as e
from connector.app.element import Element, h
from connector.app.language import _, fill, ngettext, shown
from connector.app.state import CodeWanted, State
from connector.app.views.refused import problems


def code_form(state: State, wanted: CodeWanted) -> Element:
    """The code goes from its control to `CodeSent`. The control's name is the one whose value a form hands over."""
    form = state.form
    return h(
        "section",
        h("h2", _("Enter your code"), key="title", id="code-title"),
        h("p", _sent_by(wanted.channel), key="sent", dir="auto"),
        h("p", _lifetime(wanted), key="lifetime", cls="hint", role="status"),
        h(
            "form",
            h(
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
                    # A new control for each code, and after each refusal: empty, and with the focus in it.
                    key=f"code-{wanted.asked}-{form.problem.code if form.problem else ''}",
                ),
                key="code",
                cls="field",
            ),
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
            on={"submit": e.CodeSent},
        ),
        h(
            "div",
            h("button", _("Send another code"), type_="button", disabled=form.busy, on={"click": e.CodeAgainAsked()}),
            h("button", _("Back"), type_="button", on={"click": e.CodeDropped()}),
            key="ways",
            cls="buttons",
        ),
        key="code-form",
        cls="panel sign-in",
        aria_labelledby="code-title",
    )


def _sent_by(channel: str) -> str:
    if channel == "wilson":
        return _("The CRM has sent a code to your Wilson app.")
    if channel == "mail":
        return _("The CRM has sent you a code by e-mail.")
    return fill(_("The CRM has sent you a code ({channel})."), channel=shown(channel, 40) or _("by its own way"))


def _lifetime(wanted: CodeWanted) -> str:
    seconds = int(wanted.lifetime) if wanted.lifetime.isascii() and wanted.lifetime.isdigit() else 60
    valid = ngettext("It is valid for {count} second.", "It is valid for {count} seconds.", seconds)
    return valid if wanted.asked < 2 else fill(_("Another code was sent. {valid}"), valid=valid)


def page_waiting() -> Element:
    """While the CRM's own page is open in a window."""
    return h(
        "section",
        h("h2", _("Sign in to your CRM"), key="title", id="sign-in", tabindex="-1", autofocus=True),
        h("p", _("The CRM's sign-in page is open in a window. Sign in there; the pane goes on by itself."), key="text"),
        h(
            "p",
            _("No window to be seen? It may be behind this one, or be blocked."),
            key="hint",
            cls="hint",
        ),
        h("button", _("Cancel"), type_="button", key="cancel", on={"click": e.PageDropped()}),
        key="page-waiting",
        cls="panel",
        aria_labelledby="sign-in",
    )
