"""The browser around the pane: the port `connector.ports.Surroundings`, and the files that the pane is served with."""

from __future__ import annotations

import gettext
import io
import json
from typing import Any

import js
from pyodide.ffi import JsException, jsnull


class BrowserPage:
    """Opens pages beside the pane, and tells what it runs on."""

    def device(self) -> str:
        """Outlook's own name for itself, for the CRM's list of devices: ``OutlookWebApp, OfficeOnline, Linux``."""
        diagnostics = getattr(js.Office.context.mailbox, "diagnostics", None)
        parts = [getattr(diagnostics, "hostName", None), getattr(js.Office.context, "platform", None)]
        parts.append(getattr(js.navigator, "platform", None))
        return ", ".join(str(part) for part in parts if part)[:100]

    def open_page(self, url: str) -> None:
        """Open a page in the user's browser: by Outlook where it offers that, else in a new window."""
        ui = js.Office.context.ui
        if hasattr(ui, "openBrowserWindow") and js.Office.context.requirements.isSetSupported(
            "OpenBrowserWindowApi", "1.1"
        ):
            ui.openBrowserWindow(url)
        else:
            # Not "noopener": window.open then returns nothing, and office.js has the host open the page once more.
            opened = js.window.open(url, "_blank")
            if opened:
                opened.opener = jsnull


async def served_config() -> Any:
    """Fetch ``config.json``; an empty object where there is none. Raises ValueError when it is no JSON."""
    try:
        # boot.js has asked for it while Python was on its way.
        early = getattr(getattr(js, "mailConnector", None), "config", None)
        answer = await (early or js.fetch("config.json", cache="no-cache"))
        return json.loads(str(await answer.text())) if answer.ok else {}
    except JsException:
        return {}


async def served_translations(language: str) -> gettext.NullTranslations:
    """Fetch the catalogue of a language (``it``, ``de-DE``); English, the texts' own language, needs none."""
    for name in dict.fromkeys((language.replace("-", "_"), language.partition("-")[0])):
        if name and name.partition("_")[0] in LANGUAGES:
            answer = await js.fetch(f"locale/{name.partition('_')[0]}/LC_MESSAGES/mail-connector.mo")
            if answer.ok:
                return gettext.GNUTranslations(io.BytesIO((await answer.arrayBuffer()).to_bytes()))
    return gettext.NullTranslations()


LANGUAGES: frozenset[str] = frozenset()
"""Languages other than English that the pane is translated into."""
