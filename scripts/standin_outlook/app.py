"""The web application of the stand-in Outlook: its page, and the mailbox behind it as JSON."""

from __future__ import annotations

import base64
import json
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from starlette.applications import Starlette
from starlette.datastructures import MutableHeaders
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from standin_outlook import wire
from standin_outlook.mails import Mailbox, read

STATIC = Path(__file__).parent / "static"
MAXIMUM_MAIL = 200 * 1024 * 1024


class _SecurityHeaders:
    """A policy as strict as the pane's own: no inline script or style anywhere."""

    def __init__(self, app: ASGIApp, pane_origin: str) -> None:
        self._app = app
        self._policy = (
            "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
            f"frame-src 'self' {pane_origin}; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
        )

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def sending(message: Message) -> None:
            if message["type"] == "http.response.start":
                fields = MutableHeaders(scope=message)
                fields["Content-Security-Policy"] = self._policy
                fields["X-Content-Type-Options"] = "nosniff"
                fields["Cache-Control"] = "no-store"
            await send(message)

        await self._app(scope, receive, sending if scope["type"] == "http" else send)


def create_app(mailbox: Mailbox, *, pane_url: str, title: str = "Mail Connector") -> Starlette:
    """The stand-in Outlook for this mailbox.

    ``pane_url`` is the add-in's start page, on another origin; ``title`` is the add-in's name above
    the pane. Serve it over HTTPS: office.js trusts no other host.
    """
    desk = _Desk(mailbox, pane_url, title)
    pane = urlsplit(pane_url)
    return Starlette(
        routes=[
            Route("/", desk.page),
            Route("/configuration", desk.configuration),
            Route("/mails", desk.mails),
            Route("/mails", desk.receive, methods=["POST"]),
            Route("/item", desk.item),
            Route("/body", desk.body),
            Route("/headers", desk.headers),
            Route("/file", desk.file),
            Route("/attachment", desk.attachment),
            Route("/settings", desk.settings, methods=["PUT"]),
            Route("/properties", desk.properties, methods=["GET", "PUT"]),
            Mount("/static", StaticFiles(directory=STATIC)),
        ],
        middleware=[Middleware(_SecurityHeaders, pane_origin=f"{pane.scheme}://{pane.netloc}")],
        exception_handlers={KeyError: _not_found},
    )


async def _not_found(_request: Request, _error: Exception) -> Response:
    return JSONResponse({"error": "no such item"}, status_code=404)


class _Desk:
    """The request handlers; ids come as query parameters because they hold slashes and plus signs."""

    def __init__(self, mailbox: Mailbox, pane_url: str, title: str) -> None:
        self._mailbox = mailbox
        self._pane_url = pane_url
        self._title = title

    async def page(self, _request: Request) -> Response:
        return Response((STATIC / "index.html").read_bytes(), media_type="text/html")

    async def configuration(self, _request: Request) -> Response:
        """All that the page needs at its start, in one answer."""
        return JSONResponse(
            {
                "paneUrl": self._pane_url,
                "title": self._title,
                "user": {"name": self._mailbox.user_name, "address": self._mailbox.user_address},
                "itemless": wire.itemless(self._mailbox),
                "settings": self._mailbox.roaming_settings,
                "mails": [wire.summary(mail, self._mailbox) for mail in self._mailbox.mails],
            }
        )

    async def mails(self, _request: Request) -> Response:
        return JSONResponse([wire.summary(mail, self._mailbox) for mail in self._mailbox.mails])

    async def receive(self, request: Request) -> Response:
        """Take a dropped ``.eml`` file, raw in the request's body; its name is the query's ``name``."""
        raw = bytearray()
        async for chunk in request.stream():
            raw += chunk
            if len(raw) > MAXIMUM_MAIL:
                return JSONResponse({"error": "too large"}, status_code=413)
        [mail] = self._mailbox.add([read(bytes(raw), source=request.query_params.get("name", "dropped.eml"))])
        return JSONResponse(wire.summary(mail, self._mailbox), status_code=201)

    async def item(self, request: Request) -> Response:
        return JSONResponse(wire.item(self._mailbox.find(request.query_params["id"]), self._mailbox))

    async def body(self, request: Request) -> Response:
        mail = self._mailbox.find(request.query_params["id"])
        return JSONResponse(mail.html if request.query_params.get("as") == "html" else mail.text)

    async def headers(self, request: Request) -> Response:
        mail = self._mailbox.find(request.query_params["id"])
        withheld = self._mailbox.is_sent(mail) and not self._mailbox.sent_headers
        return JSONResponse("" if withheld else mail.headers)

    async def file(self, request: Request) -> Response:
        mail = self._mailbox.find(request.query_params["id"])
        return JSONResponse(base64.b64encode(mail.raw).decode("ascii"))

    async def attachment(self, request: Request) -> Response:
        """An attachment's content as text, its format in a header; no format when the mail has none of this id."""
        query = request.query_params
        try:
            attachment = self._mailbox.attachment(query["id"], query["attachment"])
        except KeyError:
            return PlainTextResponse("")
        return PlainTextResponse(attachment.wire_content(), headers={"X-Format": attachment.format.value})

    async def settings(self, request: Request) -> Response:
        """Keep the user's roaming settings: a JSON object of names to JSON texts, as office.js saves them."""
        self._mailbox.roaming_settings = _texts(await request.json())
        return JSONResponse(self._mailbox.roaming_settings)

    async def properties(self, request: Request) -> Response:
        """The add-in's custom properties of one mail, as one JSON text."""
        item_id = request.query_params["id"]
        if request.method == "PUT":
            self._mailbox.custom_properties[item_id] = json.dumps(await request.json())
        return JSONResponse(self._mailbox.custom_properties.get(item_id, "{}"))


def _texts(value: Any) -> dict[str, str]:
    if not isinstance(value, dict):
        return {}
    return {str(name): text if isinstance(text, str) else json.dumps(text) for name, text in value.items()}
