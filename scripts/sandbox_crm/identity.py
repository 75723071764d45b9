"""An external identity provider for the sandbox CRM's sign-in page: single sign-on, on an origin of its own.

identity = IdentityProvider()
with Server(identity.create_app()) as provider, Server(create_app(crm)) as server:
    identity.url = provider.url
    crm.identity = identity
"""

from __future__ import annotations

import secrets
from html import escape
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import Route

from .store.users import SEED_USERS

HEADERS = {"X-Frame-Options": "DENY", "Referrer-Policy": "no-referrer", "Cache-Control": "no-store"}


class IdentityProvider:
    """Tells CRMs who somebody is, by assertions that work once. ``url`` is where its application is served.

    ``returns`` are the beginnings of the addresses it sends people back to; empty: any (it guards sample data only).
    """

    def __init__(self, name: str = "Sandbox Identity") -> None:
        self.name = name
        self.url = ""
        self.returns: set[str] = set()
        self._assertions: dict[str, str] = {}

    def create_app(self) -> Starlette:
        """Return its application: one page, ``/signin?return=…``."""
        return Starlette(routes=[Route("/signin", self._page, methods=["GET", "POST"])])

    def signin_url(self, back: str) -> str:
        """Return where to send somebody who shall come back to an address, with ``assertion`` in its query."""
        return f"{self.url}/signin?{urlencode({'return': back})}"

    def redeem(self, assertion: str) -> str | None:
        """Return the user name behind an assertion, which thereby is spent."""
        return self._assertions.pop(assertion, None)

    async def _page(self, request: Request) -> Response:
        back = request.query_params.get("return", "")
        parts = urlsplit(back)
        if parts.scheme not in {"http", "https"} or (self.returns and not back.startswith(tuple(self.returns))):
            return HTMLResponse("<h1>This CRM is not known here.</h1>", 400, HEADERS)
        if request.method == "GET":
            return HTMLResponse(self._form(), headers=HEADERS)
        user = str((await request.form()).get("user") or "")
        if not any(known.name == user for known in SEED_USERS):
            return HTMLResponse(self._form(), 401, HEADERS)
        assertion = secrets.token_urlsafe(24)
        self._assertions[assertion] = user
        query = urlencode([*parse_qsl(parts.query), ("assertion", assertion)])
        return RedirectResponse(urlunsplit(parts._replace(query=query)), 303, HEADERS)

    def _form(self) -> str:
        people = "".join(
            f'<p><button name="user" value="{escape(user.name)}">{escape(user.first_name)} {escape(user.last_name)}'
            "</button></p>"
            for user in SEED_USERS
        )
        return (
            f'<!doctype html><html lang="en"><meta charset="utf-8"><title>{escape(self.name)}</title>'
            f'<h1>{escape(self.name)}</h1><form method="post">{people}</form></html>'
        )
