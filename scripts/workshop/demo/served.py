"""The demo's two servers without sockets: the stand-in Outlook's mailbox, and the sandbox CRM.

demo = Demo("https://demo.example.com/try/")
status, headers, body = await demo.answer("GET", "/try/configuration", "[]", b"")

It runs in a browser's worker (worker.js), and on CPython in tests. Headers are JSON: lists of name and value.
"""

from __future__ import annotations

import json
from http.cookies import SimpleCookie
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from sandbox_crm.app import create_app as create_crm_app
from sandbox_crm.crm import SandboxCrm
from standin_outlook.app import create_app as create_outlook_app
from standin_outlook.mails import Mailbox, load

MAILS = Path(__file__).parent / "mails"
NOT_HANDED_ON = frozenset({"content-length", "connection", "set-cookie"})
"""Headers of an answer that a page's script may not make; cookies are kept here."""


class Demo:
    """What the demo's pages ask. ``place`` is the demo's address, with a slash at its end."""

    def __init__(self, place: str, mails: Path = MAILS) -> None:
        parts = urlsplit(place)
        self._base = parts.path.rstrip("/")
        self._host = parts.netloc
        self._scheme = parts.scheme
        self.crm = SandboxCrm(path_prefix=f"{self._base}/crm")
        component = self.crm.install_component()
        component.redirects.add(f"{place}pane/signin.html")
        component.second_factor["sara"] = "mail"
        self._crm_app = create_crm_app(self.crm)
        self.mailbox = Mailbox(load(mails))
        self._outlook_app = create_outlook_app(self.mailbox, pane_url=f"{place}pane/index.html")
        self._cookies: dict[str, str] = {}

    async def answer(self, method: str, path: str, headers: str, body: Any) -> tuple[int, str, bytes]:
        """Answer one request; ``path`` with its query, ``body`` anything that is bytes to Python."""
        parts = urlsplit(path)
        of_crm = parts.path.startswith(f"{self._base}/crm/")
        # The first hop of what the browser itself would send: pages of the CRM know their visitor by a cookie.
        sent = [(str(name).lower(), str(value)) for name, value in json.loads(headers)]
        sent.append(("host", self._host))
        if of_crm and ("sec-fetch-mode", "navigate") in sent and self._cookies:
            sent.append(("cookie", "; ".join(f"{name}={value}" for name, value in self._cookies.items())))
        where = parts.path if of_crm else parts.path.removeprefix(self._base)
        scope = {
            "type": "http",
            "asgi": {"version": "3.0", "spec_version": "2.3"},
            "http_version": "1.1",
            "method": method,
            "scheme": self._scheme,
            "path": unquote(where),
            "raw_path": where.encode("ascii", "replace"),
            "query_string": parts.query.encode("ascii", "replace"),
            "root_path": "",
            "headers": [(name.encode("latin-1"), value.encode("latin-1", "replace")) for name, value in sent],
            "client": ("127.0.0.1", 1),
            "server": (self._host, None),
        }
        status, given, content = await _asked(self._crm_app if of_crm else self._outlook_app, scope, bytes(body))
        if of_crm:
            self._keep([value for name, value in given if name == "set-cookie"])
        return status, json.dumps([pair for pair in given if pair[0] not in NOT_HANDED_ON]), content

    def _keep(self, cookies: list[str]) -> None:
        for text in cookies:
            for name, morsel in SimpleCookie(text).items():
                if morsel["max-age"] == "0" or not morsel.value:
                    self._cookies.pop(name, None)
                else:
                    self._cookies[name] = morsel.coded_value


async def _asked(app: Any, scope: dict[str, Any], body: bytes) -> tuple[int, list[tuple[str, str]], bytes]:
    """Ask an ASGI application; returns status, headers and body of its answer."""
    messages = [{"type": "http.request", "body": body, "more_body": False}]
    status, content = 500, bytearray()
    headers: list[tuple[str, str]] = []

    async def receive() -> dict[str, Any]:
        return messages.pop() if messages else {"type": "http.disconnect"}

    async def send(message: dict[str, Any]) -> None:
        nonlocal status
        if message["type"] == "http.response.start":
            status = message["status"]
            headers.extend(
                (name.decode("latin-1").lower(), value.decode("latin-1")) for name, value in message["headers"]
            )
        elif message["type"] == "http.response.body":
            content.extend(message.get("body", b""))

    await app(scope, receive, send)
    return status, headers, bytes(content)
