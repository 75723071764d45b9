"""What the component needs of a request beyond its parameters: the Origin header."""

from __future__ import annotations

from starlette.types import ASGIApp, Receive, Scope, Send

from .component_signing import ORIGIN


class WithOrigin:
    """The REST API with the request's origin at hand for `component_signing.ORIGIN`."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        origin = dict(scope.get("headers", ())).get(b"origin", b"").decode("latin-1")
        token = ORIGIN.set(origin)
        try:
            await self._app(scope, receive, send)
        finally:
            ORIGIN.reset(token)
