"""The browser around the pane: the port `connector.ports.Surroundings`, and the files that the pane is served with."""

from __future__ import annotations

import gettext
import io
import json
import struct
from typing import Any

import js
from pyodide.ffi import JsException, jsnull

from connector.browser.values import flag, given, part, text
from connector.signin.devicename import device_name


class BrowserPage:
    """Opens pages beside the pane, and says what it runs on."""

    def device(self) -> str:
        """What this device is called in the CRM's list of devices, such as ``Outlook on the web, Linux``."""
        diagnostics = part(js.Office.context.mailbox, "diagnostics")
        names = text(diagnostics, "hostName"), text(js.Office.context, "platform"), text(js.navigator, "platform")
        return device_name(*names)

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

    def spares_data(self) -> bool:
        """Whether data is to be saved, or comes over a mobile network, as far as the browser tells; WebKit does not."""
        connection = part(js.navigator, "connection")
        return flag(connection, "saveData") or text(connection, "type") == "cellular"

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
    """Return the texts in a language (``it``, ``de-AT``; empty for that of the page's address) as the pane has them.

    ``pane/language.js`` has been fetching them since the page was opened, and puts what stands in the page into that
    language by then. What can't be had, or is not translated, is English.
    """
    speaking = part(js.mailConnector, "language")
    if speaking is None:
        return gettext.NullTranslations()
    try:
        content = await speaking.use(language)
        return gettext.GNUTranslations(io.BytesIO(content.to_bytes())) if given(content) else gettext.NullTranslations()
    except (JsException, OSError, ValueError, struct.error):  # The file may have come cut or altered.
        js.document.documentElement.lang = "en"
        return gettext.NullTranslations()


def display_language() -> str:
    """Return the language of Outlook's own texts, as in ``it-IT``; empty where it names none."""
    return text(js.Office.context, "displayLanguage")


def named_crm() -> str:
    """Return the CRM's address that the manifest has put into the pane's; empty where there is none."""
    found = js.URLSearchParams.new(js.location.search).get("crm")
    return str(found) if given(found) else ""


def partition_key() -> str:
    """Return what keeps the storage of one Outlook apart from that of others; empty where Outlook names none."""
    return text(js.Office.context, "partitionKey")
