"""The colours of Outlook: light or dark, as the Office theme or the system says."""

from __future__ import annotations

from typing import Any

import js
from pyodide.ffi import JsException, create_proxy

from connector.browser.values import part, text

DARK_BELOW = 128


def follow_theme() -> None:
    """Take over Outlook's theme now and whenever it changes; where there is none, CSS follows the system."""
    _apply(part(js.Office.context, "officeTheme"))
    changed = text(js.Office.EventType, "OfficeThemeChanged")
    if changed:
        handler = create_proxy(lambda event, *_: _apply(part(event, "officeTheme")))
        try:
            js.Office.context.mailbox.addHandlerAsync(changed, handler)
        except JsException:
            # The theme of the start stays.
            handler.destroy()


def _apply(theme: Any) -> None:
    brightness = _brightness(text(theme, "bodyBackgroundColor"))
    if brightness is not None:
        js.document.documentElement.dataset.theme = "dark" if brightness < DARK_BELOW else "light"


def _brightness(colour: str) -> float | None:
    """Perceived brightness (0 to 255) of ``#rrggbb``; None when it is something else."""
    digits = colour.lstrip("#")
    try:
        red, green, blue = (int(digits[place : place + 2], 16) for place in (0, 2, 4))
    except ValueError:
        return None
    return 0.299 * red + 0.587 * green + 0.114 * blue
