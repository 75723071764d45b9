"""A window on the CRM's own sign-in page: the port `connector.ports.Dialog`.

Office opens dialogs on the pane's own origin only, so the pane's page ``signin.html`` goes first, leads
on to the CRM, and gets the answer back. Where Office offers no dialog, a plain window does the same.
The page learns from the pane alone where to go (`connector.signin.handover`): its address holds no more than
the name of this visit, for what stands in an address may come from anybody.
"""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Callable
from typing import Any

import js
from pyodide.ffi import JsException, create_once_callable, create_proxy

from connector.browser.values import given, number, part, text
from connector.errors import PageBlocked, PageClosed
from connector.signin.handover import asks, brought, leading

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
        visit = _Visit(secrets.token_urlsafe(32), url)
        start, answer = f"{self.return_address()}#visit={visit.name}", visit.answer
        window = await _office_dialog(start, visit) or _plain_window(start, visit)
        if window is None:
            raise PageBlocked(host=str(js.URL.new(url).host))
        try:
            return await answer
        finally:
            window.close()


class _Visit:
    """One visit to the CRM's page: its name, where it goes, and what it brings."""

    def __init__(self, name: str, url: str) -> None:
        self.name = name
        self._url = url
        self.answer: asyncio.Future[str] = asyncio.get_running_loop().create_future()

    def hear(self, message: Any, reply: Callable[[str], Any]) -> None:
        """Take a message of the page's; anything else is not for us."""
        fragment = brought(message)
        if self.answer.done():
            return
        if fragment is not None:
            self.answer.set_result(fragment)
        elif asks(message, self.name):
            try:
                reply(leading(self.name, self._url))
            except JsException:
                # The window is closing, or its host can't tell it anything: it says so itself.
                pass

    def closed(self) -> None:
        """The window is gone."""
        if not self.answer.done():
            self.answer.set_exception(PageClosed(host=""))


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


async def _office_dialog(start: str, visit: _Visit) -> _Window | None:
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
            visit.hear(part(event, "message"), dialog.messageChild)

    def on_event(event: Any) -> None:
        if number(event, "error") == CLOSED_BY_USER:
            visit.closed()

    try:
        ui.displayDialogAsync(start, options, create_once_callable(came))
        async with asyncio.timeout(OPENING_SECONDS):
            result = await opened
        dialog = part(result, "value")
        if text(result, "status") != "succeeded" or dialog is None:
            _dismiss_notes()
            return None
        if part(dialog, "messageChild") is None:
            # Older than DialogApi 1.2: nothing can be sent to its dialog.
            dialog.close()
            return None
        dialog.addEventHandler(js.Office.EventType.DialogMessageReceived, create_proxy(received))
        dialog.addEventHandler(js.Office.EventType.DialogEventReceived, create_proxy(on_event))
    except (JsException, TimeoutError):
        return None
    # Office may still call the handlers while it closes the dialog: they are left alive.
    return _Window(dialog)


def _dismiss_notes() -> None:
    """Close what office.js lays over the whole pane when a window is blocked; the pane says so itself.

    Its own button is pressed: office.js fails later where others have removed its elements.
    """
    for button in js.document.querySelectorAll("body > [role=dialog] input[type=button]"):
        button.click()


def _plain_window(start: str, visit: _Visit) -> _Window | None:
    """A window of the browser; None when it is blocked."""
    window = js.window.open(start, "mail-connector-sign-in", "popup,width=520,height=680")
    if not given(window):
        return None

    def received(event: Any) -> None:
        if event.origin == js.location.origin:
            visit.hear(event.data, lambda answer: window.postMessage(answer, js.location.origin))

    def look() -> None:
        if window.closed:
            # The message may be on its way: give it a turn first.
            asyncio.get_running_loop().call_later(0.5, visit.closed)

    on_message, on_look = create_proxy(received), create_proxy(look)
    js.window.addEventListener("message", on_message)
    timer = js.setInterval(on_look, 500)
    answer = visit.answer
    answer.add_done_callback(lambda _: js.clearInterval(timer))
    answer.add_done_callback(lambda _: js.window.removeEventListener("message", on_message))
    return _Window(window, on_message)
