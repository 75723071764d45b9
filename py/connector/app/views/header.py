"""The head of the pane: its name, and who is signed in where."""

from __future__ import annotations

from connector.app import events as e
from connector.app.element import Element, h
from connector.app.language import _, shown
from connector.app.state import State
from connector.app.views.devices import devices_button
from connector.app.views.foreign import foreign
from connector.vtenext import url

LONGEST_HOST, HOSTS_BEGIN = 80, 30
"""Characters of the host that are shown, and how many of them are from its begin."""


def header(state: State) -> Element:
    """Always there; the account only while somebody is signed in, and its place as soon as somebody will be."""
    somebody = state.signed_in or state.returning
    return h(
        "header",
        h(
            "div",
            # Outlook shows the name right above; whoever reads by headings needs it all the same.
            h("h1", _("Mail Connector"), key="title", cls="unseen" if somebody else None),
            h("p", _account(state), key="account", cls="account", title=_whole(state)) if somebody else None,
            h("p", _("Without the Mail Connector component"), key="stock", cls="hint") if state.stock else None,
            key="names",
            cls="names",
        ),
        h(
            "div",
            devices_button(state),
            h("button", _("Sign out"), key="out", type_="button", cls="quiet", on={"click": e.SignOutAsked()}),
            key="session",
            cls="session",
        )
        if somebody
        else None,
        key="header",
    )


def _whole(state: State) -> str | None:
    """What a narrow pane cuts, for whoever points at it."""
    account = state.account
    return shown(f"{account.name.strip() or account.user} · {account.crm_url}", 200) if account else None


def _account(state: State) -> list[Element | str]:
    account = state.account
    if account is None:
        return []
    return [
        foreign(account.name.strip() or account.user, "user", 80),
        # For screen readers: without it name and host are one word.
        " ",
        h("span", _by_labels(url.host(account.crm_url) or account.crm_url), dir="auto", cls="host"),
    ]


def _by_labels(host: str) -> list[Element | str]:
    """A host that goes on in the next line behind a dot. Its end tells it from others: the middle is cut if any."""
    if len(host) > LONGEST_HOST:
        host = f"{host[:HOSTS_BEGIN]}…{host[HOSTS_BEGIN + 1 - LONGEST_HOST :]}"
    *labels, last = shown(host).split(".")
    return [*(part for label in labels for part in (f"{label}.", h("wbr"))), last]
