"""The web application of the stand-in Outlook: its page, and the mailbox behind it as JSON."""

from __future__ import annotations

import base64
import dataclasses
import json
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any, Literal
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
from standin_outlook.items import Refused, Silent, body_of, content_of, headers_of, shared_of, whole_of
from standin_outlook.mails import Mailbox, read
from standin_outlook.manners import Manners, choices

STATIC = Path(__file__).parent / "static"
MAILBOX_SET = "1.15"
"""The requirement set of today's Outlooks."""
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


def create_app(
    mailbox: Mailbox, *, pane_url: str, title: str = "Mail Connector", mailbox_set: str = MAILBOX_SET
) -> Starlette:
    """The stand-in Outlook for this mailbox.

    ``pane_url`` is the add-in's start page, on another origin; ``title`` is the add-in's name above the pane;
    ``mailbox_set`` is the requirement set Mailbox that it claims at first. Serve it over HTTPS: office.js trusts no
    other host.
    """
    desk = _Desk(mailbox, pane_url, title, mailbox_set)
    pane = urlsplit(pane_url)
    return Starlette(
        routes=[
            Route("/", desk.page),
            Route("/configuration", desk.configuration),
            Route("/mails", desk.mails),
            Route("/mails", desk.receive, methods=["POST"]),
            Route("/item", desk.item),
            Route("/body", desk.body),
            Route("/shown", desk.shown),
            Route("/headers", desk.headers),
            Route("/shared", desk.shared),
            Route("/file", desk.file),
            Route("/attachment", desk.attachment),
            Route("/manners", desk.manners, methods=["PUT", "DELETE"]),
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

    def __init__(self, mailbox: Mailbox, pane_url: str, title: str, mailbox_set: str) -> None:
        self._mailbox = mailbox
        self._pane_url = pane_url
        self._title = title
        self._mailbox_set = mailbox_set
        self._usual: Manners | None = None
        self._asked: Counter[tuple[str, str]] = Counter()

    async def page(self, _request: Request) -> Response:
        return Response((STATIC / "index.html").read_bytes(), media_type="text/html")

    async def configuration(self, _request: Request) -> Response:
        """All that the page needs at its start, in one answer."""
        return JSONResponse(
            {
                "paneUrl": self._pane_url,
                "title": self._title,
                "mailboxSet": self._mailbox_set,
                "user": {"name": self._mailbox.user_name, "address": self._mailbox.user_address},
                "itemless": wire.itemless(self._mailbox),
                "settings": self._mailbox.roaming_settings,
                "manners": dataclasses.asdict(self._mailbox.manners),
                "choices": choices(),
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
        """The body as JSON. ``turned`` in the query: the pane stayed open during a selection."""
        query = request.query_params
        mail = self._mailbox.find(query["id"])
        form: Literal["html", "text"] = "html" if query.get("as") == "html" else "text"
        return _answer(lambda: body_of(mail, form, self._mailbox.manners, turned="turned" in query))

    async def shown(self, request: Request) -> Response:
        """The text for the reading pane, which shows it whatever add-ins get."""
        return JSONResponse(self._mailbox.find(request.query_params["id"]).text)

    async def headers(self, request: Request) -> Response:
        mail = self._mailbox.find(request.query_params["id"])
        return _answer(lambda: headers_of(mail, self._mailbox.manners, self._mailbox.user_address))

    async def shared(self, request: Request) -> Response:
        """Whose mailbox the mail lies in."""
        self._mailbox.find(request.query_params["id"])
        return _answer(lambda: shared_of(self._mailbox.manners))

    async def file(self, request: Request) -> Response:
        mail = self._mailbox.find(request.query_params["id"])
        return _answer(lambda: base64.b64encode(whole_of(mail, self._mailbox.manners)).decode("ascii"))

    async def attachment(self, request: Request) -> Response:
        """An attachment's content as text, its format in a header; no format when the mail has none of this id."""
        query = request.query_params
        asked = (query["id"], query["attachment"])
        try:
            mail = self._mailbox.find(query["id"])
            found = content_of(mail, query["attachment"], self._mailbox.manners, before=self._asked[asked])
        except KeyError:
            return PlainTextResponse("")
        except (Refused, Silent) as outcome:
            return _no_answer(outcome)
        finally:
            self._asked[asked] += 1
        return PlainTextResponse(found.wire_content(), headers={"X-Format": found.format.value})

    async def manners(self, request: Request) -> Response:
        """Change some manners (PUT, a JSON object), or take all changes back (DELETE); the answer is how they are."""
        self._asked.clear()
        if request.method == "DELETE":
            self._mailbox.manners, self._usual = self._usual or self._mailbox.manners, None
            return JSONResponse(dataclasses.asdict(self._mailbox.manners))
        try:
            wanted = await request.json()
            changed = self._mailbox.manners.changed(wanted)
        except ValueError as error:
            return JSONResponse({"error": str(error)}, status_code=400)
        self._usual = self._usual or self._mailbox.manners
        self._mailbox.manners = changed
        return JSONResponse(dataclasses.asdict(self._mailbox.manners))

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


def _answer(ask: Callable[[], Any]) -> Response:
    """What Outlook answers, as JSON, or that it does not."""
    try:
        value = ask()
    except (Refused, Silent) as outcome:
        return _no_answer(outcome)
    return JSONResponse(value, headers={"X-Outcome": "undefined"} if value is None else {})


def _no_answer(outcome: Refused | Silent) -> Response:
    told = f"refused {outcome.code}" if isinstance(outcome, Refused) else "silent"
    return JSONResponse(None, headers={"X-Outcome": told})


def _texts(value: Any) -> dict[str, str]:
    if not isinstance(value, dict):
        return {}
    return {str(name): text if isinstance(text, str) else json.dumps(text) for name, text in value.items()}
