"""What a mail carries of this add-in in Outlook: the port `connector.ports.Marks`.

Source: Office JavaScript API reference, ``Office.CustomProperties`` and ``Office.NotificationMessages``, which need no
more than the permission to read the item; ``Office.Categories`` and ``Office.MasterCategories`` (Mailbox 1.8), which
need that to write the item, and the mailbox.
"""

from __future__ import annotations

from typing import Any

import js
from pyodide.ffi import JsException, to_js

from connector.browser.office import OfficeMailbox
from connector.browser.values import part, text
from connector.errors import OfficeCallFailed
from connector.ports import Traits

PROPERTY, BAR = "mailConnectorFiled", "mail-connector"
COLOUR = "Preset4"
"""Of a category that is made: green, in Outlook's list of colours."""
ICON = "icon16"
"""The picture of the manifest that stands before the bar's text."""


class OfficeMarks:
    """The mark as a custom property of the item, and the bar as a notification message."""

    def __init__(self, mailbox: OfficeMailbox) -> None:
        self._mailbox = mailbox

    async def mark(self) -> str:
        """The open mail's mark."""
        properties = await self._properties(self._mailbox.item())
        return "" if properties is None else _kept(properties)

    async def keep(self, traits: Traits, text: str) -> None:
        """Give the mail this mark. Outlook keeps it for the item that is open at that moment."""
        properties = await self._properties(self._mailbox.item(traits))
        if properties is None or self._mailbox.item(traits) is None or _kept(properties) == text:
            return
        try:
            if text:
                properties.set(PROPERTY, text)
            else:
                properties.remove(PROPERTY)
        except (AttributeError, JsException) as error:
            raise OfficeCallFailed(what="mark", reason=str(error)) from error
        await self._mailbox.call("mark", properties.saveAsync)

    async def categorize(self, traits: Traits, category: str, *, has: bool) -> None:
        """Give the mail a category, or take it away."""
        item = self._mailbox.item(traits)
        categories = part(item, "categories")
        change = part(categories, "addAsync" if has else "removeAsync")
        if change is None:
            return
        if has:
            await self._make(category)
        if self._mailbox.item(traits) is not None:
            await self._mailbox.call("category", change, to_js([category]))

    async def _make(self, category: str) -> None:
        """Have the mailbox know a category; one that it does not know it refuses to give."""
        known = part(js.Office.context.mailbox, "masterCategories")
        ask, add = part(known, "getAsync"), part(known, "addAsync")
        if ask is None or add is None:
            return
        listed = await self._mailbox.call("category", ask)
        names = [text(one, "displayName") for one in listed] if listed is not None else []
        if category.casefold() not in map(str.casefold, names):
            details = [{"displayName": category, "color": COLOUR}]
            await self._mailbox.call("category", add, to_js(details, dict_converter=js.Object.fromEntries))

    async def show(self, text: str) -> None:
        """Show the bar, or take it away."""
        bars = part(self._mailbox.item(), "notificationMessages")
        replace, remove = part(bars, "replaceAsync"), part(bars, "removeAsync")
        if replace is None or remove is None:
            return
        if not text:
            await self._mailbox.call("bar", remove, BAR)
            return
        details = {"type": "informationalMessage", "message": text, "icon": ICON, "persistent": False}
        await self._mailbox.call("bar", replace, BAR, to_js(details, dict_converter=js.Object.fromEntries))

    async def _properties(self, item: Any) -> Any:
        """The add-in's properties of an item; None where there is no item, or Outlook has none."""
        load = part(item, "loadCustomPropertiesAsync")
        return None if load is None else await self._mailbox.call("mark", load)


def _kept(properties: Any) -> str:
    try:
        value = properties.get(PROPERTY)
    except (AttributeError, JsException) as error:
        raise OfficeCallFailed(what="mark", reason=str(error)) from error
    return value if isinstance(value, str) else ""
