"""The pane as a tree of elements, made of the state alone.

    page.show(view(app.state))

Every module here shows one part. Containers whose parts come and go give each part a ``key``, so that
what stays keeps its node, its focus and its place on the page.
"""

from __future__ import annotations

from connector.app.element import Element, h
from connector.app.language import _
from connector.app.state import State
from connector.app.views.announcement import announcement
from connector.app.views.chosen import link_bar
from connector.app.views.devices import devices
from connector.app.views.draft import draft_form
from connector.app.views.earlier import stored_before
from connector.app.views.elsewhere import elsewhere
from connector.app.views.fatal import fatal
from connector.app.views.header import header
from connector.app.views.mail import mail_card, no_mail
from connector.app.views.notices import notices
from connector.app.views.person import person
from connector.app.views.progress import link_panel
from connector.app.views.search import search
from connector.app.views.signin import sign_in
from connector.app.views.skeleton import skeleton
from connector.app.views.suggestions import suggestions

__all__ = ["view"]


def view(state: State) -> Element:
    """What the pane shows."""
    return h(
        "div",
        header(state),
        h(
            "main",
            # Live regions stand here from the start: one that comes with its text is not read out.
            h("p", announcement(state), key="said", cls="unseen", role="status"),
            *notices(state),
            devices(state),
            elsewhere(state),
            *_screen(state),
            key="main",
        ),
        cls="frame",
        data_screen=_name(state),
    )


def _name(state: State) -> str:
    """The screen's name, for tests and for style."""
    if state.fatal is not None:
        return "fatal"
    if not state.ready:
        return "starting"
    if not state.signed_in:
        return "returning" if state.returning else "sign-in"
    if state.mail is None:
        return "no-mail"
    if state.current is None:
        return "create" if state.drafting else "choose"
    return "receipt" if state.current.receipt else "linking" if state.current.running else "failure"


def _screen(state: State) -> list[Element | None]:
    if state.fatal is not None:
        return [fatal(state)]
    if not state.ready:
        return [skeleton(_("Starting…"))]
    if state.returning:
        return [skeleton(_("Starting…")), search(state), suggestions(state), link_bar(state)]
    if not state.signed_in:
        return [sign_in(state)]
    if state.mail is None:
        return [no_mail(state)]
    card = mail_card(state, state.mail)
    if state.current is not None:
        return [card, link_panel(state)]
    if state.drafting is not None:
        return [card, draft_form(state, state.drafting)]
    return [card, stored_before(state), person(state), search(state), suggestions(state), link_bar(state)]
