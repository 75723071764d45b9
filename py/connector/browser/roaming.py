"""The add-in's own settings in the user's mailbox: the port `connector.ports.MailboxSettings`.

Source: Office JavaScript API reference, ``Office.RoamingSettings``. They hold 32 KB in all, are read once when the
pane is opened, and are the same on all devices of the mailbox. Some hosts have none.
"""

from __future__ import annotations

import asyncio
from typing import Any

import js
from pyodide.ffi import JsException, create_once_callable

from connector.browser.values import part, text


class RoamingSettings:
    """The settings, as far as this Outlook has any. ``seconds``: how long to wait until they are saved."""

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._unsaved: set[str] = set()

    def read(self, name: str) -> str:
        """Return a text that is kept."""
        settings = _settings()
        try:
            value = settings.get(name) if settings is not None else ""
        except JsException:
            return ""
        return value if isinstance(value, str) else ""

    async def write(self, name: str, value: str) -> bool:
        """Keep a text. One that could not be saved is taken back; one that could not be forgotten is tried again."""
        settings, before = _settings(), self.read(name)
        if settings is None:
            return not value
        if before == value and name not in self._unsaved:
            return True
        saved = await self._put(settings, name, value)
        if saved:
            self._unsaved.discard(name)
        else:
            self._unsaved.add(name)
            _set(settings, name, before if value else "")
        return saved

    async def _put(self, settings: Any, name: str, value: str) -> bool:
        answer: asyncio.Future[Any] = asyncio.get_running_loop().create_future()

        def answered(result: Any = None) -> None:
            if not answer.done():
                answer.set_result(result)

        try:
            if not _set(settings, name, value):
                return False
            settings.saveAsync(create_once_callable(answered))
            async with asyncio.timeout(self._seconds):
                return text(await answer, "status") == "succeeded"
        except (JsException, TimeoutError):
            return False


def _settings() -> Any:
    return part(part(part(js, "Office"), "context"), "roamingSettings")


def _set(settings: Any, name: str, value: str) -> bool:
    try:
        if value:
            settings.set(name, value)
        else:
            settings.remove(name)
    except JsException:
        return False
    return True
