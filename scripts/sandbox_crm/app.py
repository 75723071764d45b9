"""The sandbox CRM as an ASGI application."""

from __future__ import annotations

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Mount, Route
from starlette.types import Receive, Scope, Send

from .component.rest import WithOrigin
from .crm import SandboxCrm
from .pages.component import ComponentPages
from .pages.control import Control
from .rest.answers import Answer, not_found
from .rest.rest import RestApi
from .rest.striking import RAW_SEND


class SandboxApp(Starlette):
    """Starlette that keeps the server's own ``send``, which faults need to reach the connection."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one connection event."""
        scope[RAW_SEND] = send
        await super().__call__(scope, receive, send)


def create_app(crm: SandboxCrm) -> Starlette:
    """Return the application that serves this CRM at its path; everything else is the web server's 404 page."""
    pages, control = ComponentPages(crm), Control(crm)
    routes = [
        Route("/restapi/v1/vtews/{operation:path}", WithOrigin(RestApi(crm), crm.path_prefix)),
        Route("/", pages.index, methods=["GET"]),
        Route("/index.php", pages.index, methods=["GET", "POST"]),
        Route("/sandbox/faults", control.faults, methods=["GET", "POST", "DELETE"]),
        Route("/sandbox/unlock", control.unlock, methods=["POST"]),
        Route("/sandbox/reset", control.reset, methods=["POST"]),
        Route("/sandbox/style.css", control.style),
        Route("/sandbox/phone", pages.phone, methods=["GET"]),
    ]

    async def missing(_request: Request, _error: Exception) -> Response:
        return response(not_found())

    mounted = [Mount(crm.path_prefix, routes=routes)] if crm.path_prefix else routes
    return SandboxApp(routes=mounted, exception_handlers={404: missing, 405: missing})


def response(answer: Answer) -> Response:
    """Return an answer as a Starlette response."""
    return Response(answer.body, answer.status, dict(answer.headers))
