"""The browser around the pane: the port `connector.ports.Surroundings`, and the files that the pane is served with."""

from __future__ import annotations

import gettext
import io
import json
from typing import Any

import js
from pyodide.ffi import JsException, jsnull

from connector.browser.values import given, part, text


class BrowserPage:
    """Opens pages beside the pane, and tells what it runs on."""

    def device(self) -> str:
        """Outlook's own name for itself, for the CRM's list of devices: ``OutlookWebApp, OfficeOnline, Linux``."""
        diagnostics = part(js.Office.context.mailbox, "diagnostics")
        names = text(diagnostics, "hostName"), text(js.Office.context, "platform"), text(js.navigator, "platform")
        return ", ".join(filter(None, names))[:100]

    def open_page(self, url: str) -> None:
        """Open a page in the user's browser: by Outlook where it offers that, else in a new window."""
        context = js.Office.context
        offered = part(part(context, "ui"), "openBrowserWindow")
        if offered is not None and context.requirements.isSetSupported("OpenBrowserWindowApi", "1.1") is True:
            context.ui.openBrowserWindow(url)
        else:
            # Not "noopener": window.open then returns nothing, and office.js has the host open the page once more.
            opened = js.window.open(url, "_blank")
            if given(opened):
                opened.opener = jsnull

    def touches(self, name: str) -> bool:
        """Whether the pointer or the focus is in the list of that name."""
        found = js.document.querySelector(f'[data-list="{name}"]')
        return given(found) and found.matches(":hover, :focus-within") is True


async def served_config() -> Any:
    """Return the content of ``config.json``, an object, which ``pane/boot.js`` has asked for and looked at.

    None where that fails all the same; `connector.app.settings.problems` then says so.
    """
    try:
        return json.loads(str(await js.mailConnector.config))
    except (JsException, ValueError):
        return None


async def served_translations(language: str) -> gettext.NullTranslations:
    """Fetch the catalogue of a language (``it``, ``de-DE``); English, the texts' own language, needs none.

    A catalogue that can't be had leaves the texts English.
    """
    for name in dict.fromkeys((language.replace("-", "_"), language.partition("-")[0])):
        if name and name.partition("_")[0] in LANGUAGES:
            try:
                answer = await js.fetch(f"locale/{name.partition('_')[0]}/LC_MESSAGES/mail-connector.mo")
                content = (await answer.arrayBuffer()).to_bytes() if answer.ok else b""
            except JsException:
                content = b""
            if content:
                return gettext.GNUTranslations(io.BytesIO(content))
    return gettext.NullTranslations()


LANGUAGES: frozenset[str] = frozenset()
"""Languages other than English that the pane is translated into."""


def display_language() -> str:
    """Return the language of Outlook's own texts, as in ``it-IT``."""
    return text(js.Office.context, "displayLanguage") or "en"


def partition_key() -> str:
    """Return what keeps the storage of one Outlook apart from that of others; empty where Outlook names none."""
    return text(js.Office.context, "partitionKey")
