"""A window on the CRM's own sign-in page: the port `connector.ports.Dialog`.

Office opens dialogs on the pane's own origin only, so the pane's page ``signin.html`` goes first, leads
on to the CRM, and gets the answer back. Where Office offers no dialog, a plain window does the same.
"""

from __future__ import annotations

import asyncio
import json
from typing import Any

import js
from pyodide.ffi import JsException, create_once_callable, create_proxy

from connector.browser.values import given, number, part, text
from connector.errors import PageBlocked, PageClosed

CLOSED_BY_USER = 12006
SHARE = 70
"""Height of the window, in percent of the screen."""
OPENING_SECONDS = 20.0
"""Seconds after which a dialog of Office's that neither opened nor failed is given up."""


class OfficeDialog:
    """Opens one window at a time."""

    def return_address(self) -> str:
        """The address of ``signin.html`` beside the pane."""
        return str(js.URL.new("signin.html", js.location.origin + js.location.pathname).href)

    async def visit(self, url: str) -> str:
        """Open the page and wait for the fragment that it brings. Raises `PageError`."""
        start = f"{self.return_address()}#go={js.encodeURIComponent(url)}"
        answer: asyncio.Future[str] = asyncio.get_running_loop().create_future()
        window = await _office_dialog(start, answer) or _plain_window(start, answer)
        if window is None:
            raise PageBlocked(host=str(js.URL.new(url).host))
        try:
            return await answer
        finally:
            window.close()


def _settle(answer: asyncio.Future[str], message: Any) -> None:
    """Take a message if it has the right shape; anything else is not for us."""
    if not isinstance(message, str) or len(message) > 4000 or answer.done():
        return
    try:
        content = json.loads(message)
    except (ValueError, RecursionError):
        return
    if isinstance(content, dict) and content.get("mailConnector") == "sign-in":
        answer.set_result(str(content.get("fragment") or ""))


def _closed(answer: asyncio.Future[str]) -> None:
    if not answer.done():
        answer.set_exception(PageClosed(host=""))


class _Window:
    """A window that can be closed, and the listeners to let go of."""

    def __init__(self, window: Any, *proxies: Any) -> None:
        self._window = window
        self._proxies = proxies

    def close(self) -> None:
        try:
            self._window.close()
        except JsException:
            pass
        for proxy in self._proxies:
            proxy.destroy()


async def _office_dialog(start: str, answer: asyncio.Future[str]) -> _Window | None:
    """Office's own dialog; None where it can't be had."""
    ui = part(js.Office.context, "ui")
    if part(ui, "displayDialogAsync") is None:
        return None
    opened: asyncio.Future[Any] = asyncio.get_running_loop().create_future()
    options = js.Object.new()
    options.height, options.width, options.promptBeforeOpen, options.displayInIframe = SHARE, 40, False, False

    def came(result: Any = None) -> None:
        if not opened.done():
            opened.set_result(result)

    def received(event: Any) -> None:
        if text(event, "origin") in ("", js.location.origin):
            _settle(answer, part(event, "message"))

    def told(event: Any) -> None:
        if number(event, "error") == CLOSED_BY_USER:
            _closed(answer)

    try:
        ui.displayDialogAsync(start, options, create_once_callable(came))
        async with asyncio.timeout(OPENING_SECONDS):
            result = await opened
        dialog = part(result, "value")
        if text(result, "status") != "succeeded" or dialog is None:
            _dismiss_notes()
            return None
        dialog.addEventHandler(js.Office.EventType.DialogMessageReceived, create_proxy(received))
        dialog.addEventHandler(js.Office.EventType.DialogEventReceived, create_proxy(told))
    except (JsException, TimeoutError):
        return None
    # Office may still call the handlers while it closes the dialog: they are left alive.
    return _Window(dialog)


def _dismiss_notes() -> None:
    """Close what office.js lays over the whole pane when a window is blocked; the pane tells it itself.

    By its own button: office.js fails later where somebody else has removed its elements.
    """
    for button in js.document.querySelectorAll("body > [role=dialog] input[type=button]"):
        button.click()


def _plain_window(start: str, answer: asyncio.Future[str]) -> _Window | None:
    """A window of the browser; None when it is blocked."""
    window = js.window.open(start, "mail-connector-sign-in", "popup,width=520,height=680")
    if not given(window):
        return None

    def received(event: Any) -> None:
        if event.origin == js.location.origin:
            _settle(answer, event.data)

    def look() -> None:
        if window.closed:
            # The message may be on its way: give it a turn first.
            asyncio.get_running_loop().call_later(0.5, _closed, answer)

    on_message, on_look = create_proxy(received), create_proxy(look)
    js.window.addEventListener("message", on_message)
    timer = js.setInterval(on_look, 500)
    answer.add_done_callback(lambda _: js.clearInterval(timer))
    answer.add_done_callback(lambda _: js.window.removeEventListener("message", on_message))
    return _Window(window, on_message)
