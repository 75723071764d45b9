"""Microsoft Graph, and the sign-in that Outlook does for add-ins: stand-ins for whoever tries the pane by hand."""

from __future__ import annotations

import json
from typing import Any

from standin_outlook.graph import BRIDGE, Entra, Graph
from standin_outlook.mails import Mailbox

HOST = "graph.microsoft.com"
CLIENT = "01234567-89ab-cdef-0123-456789abcdef"
"""The pane's registration."""
SIGN_IN = "/stand-in-of-outlook/sign-in"
"""Where the bridge asks, on the host of Graph: the pane's policy allows that one."""
_ASKING = f"""
globalThis.askedOfMicrosoft = async (text) =>
  (await fetch({json.dumps(f"https://{HOST}{SIGN_IN}")}, {{ method: "POST", body: text }})).text();
"""
OUTLOOKS_PART = (BRIDGE + _ASKING).encode()
"""A script for the pane's page: what office.js does there in an Outlook that signs add-ins in."""
OLD_OUTLOOK = "1.5"
"""The requirement set of telephones, where Outlook hands out no attachments."""


def graph_rule(port: int) -> str:
    """Return the browser's flag that leads to a `Microsoft` at this port."""
    return f"--host-resolver-rules=MAP {HOST}:443 127.0.0.1:{port}"


class Microsoft:
    """An ASGI application: Graph over a mailbox, and beside it what gives tokens."""

    def __init__(self, mailbox: Mailbox) -> None:
        self.entra = Entra(CLIENT)
        self.graph = Graph(mailbox, self.entra)

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """Answer one request."""
        if scope["path"] != SIGN_IN:
            await self.graph(scope, receive, send)
            return
        body, more = b"", True
        while more:
            message = await receive()
            body, more = body + message.get("body", b""), message.get("more_body", False)
        fields = [(b"content-type", b"application/json"), (b"access-control-allow-origin", b"*")]
        await send({"type": "http.response.start", "status": 200, "headers": fields})
        await send({"type": "http.response.body", "body": self.entra.answer(body.decode()).encode()})
