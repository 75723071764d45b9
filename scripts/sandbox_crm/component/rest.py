"""What the component needs of a request beyond its parameters, and a header that its answers have."""

from __future__ import annotations

from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from .brakes import FORWARDED
from .calls import ADDRESS, ORIGIN


class WithOrigin:
    """The REST API with the request's origin and the CRM's address at hand: `component_signing.ORIGIN`, `ADDRESS`.

    Nothing on the way may keep an answer of the component: ``Cache-Control`` says so.
    """

    def __init__(self, app: ASGIApp, path_prefix: str) -> None:
        self._app = app
        self._path_prefix = path_prefix

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        request = Request(scope)
        origin = ORIGIN.set(request.headers.get("origin", ""))
        forwarded = FORWARDED.set(request.headers.get("x-forwarded-for", ""))
        address = ADDRESS.set(f"{request.url.scheme}://{request.url.netloc}{self._path_prefix}")

        async def unstored(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [*message.get("headers", ()), (b"cache-control", b"no-store")]
            await send(message)

        own = str(scope["path_params"]["operation"]).startswith("mailconnector")
        try:
            await self._app(scope, receive, unstored if own else send)
        finally:
            ORIGIN.reset(origin)
            FORWARDED.reset(forwarded)
            ADDRESS.reset(address)
