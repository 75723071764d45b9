"""Microsoft's script addresses, answered from the npm package ``@microsoft/office-js``.

The pane keeps its production tag ``https://appsforoffice.microsoft.com/lib/1/hosted/office.js``. In
tests ``serve_from`` answers that address inside the browser. The package is Microsoft's and is never
committed or shipped.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import FileResponse, Response
from starlette.routing import Route

HOST = "appsforoffice.microsoft.com"
FOLDER = "/lib/1/hosted/"
ADDON = Path(__file__).parent / "static" / "addon.js"
_TYPES = {".js": "text/javascript; charset=utf-8", ".css": "text/css", ".html": "text/html; charset=utf-8"}


def distribution(node_modules: Path) -> Path:
    """The package's folder of scripts. Raises FileNotFoundError when it was not installed."""
    folder = node_modules / "@microsoft" / "office-js" / "dist"
    if not (folder / "office.js").is_file():
        raise FileNotFoundError(f"{folder} is missing: install the npm packages of pane/ first.")
    return folder


def serve_from(node_modules: Path, *, addon: bool = False) -> Callable[[Any], None]:
    """A Playwright route handler that answers requests to Microsoft's script host from the package.

    ``addon`` puts ``static/addon.js`` behind office.js: calls that the package is too old for.
    """
    folder = distribution(node_modules)
    behind = _behind(addon)

    def answer(route: Any) -> None:
        path = urlsplit(route.request.url).path
        found = _file(folder, path)
        if found is None:
            route.fulfill(status=404, body="")
            return
        headers = {"Content-Type": _type(found), "Access-Control-Allow-Origin": "*"}
        route.fulfill(status=200, body=found.read_bytes() + behind.get(found.name, b""), headers=headers)

    return answer


def _file(folder: Path, path: str) -> Path | None:
    """The package's file for a URL path; Microsoft's server takes upper and lower case alike."""
    if not path.lower().startswith(FOLDER):
        return None
    wanted = (folder / path[len(FOLDER) :]).resolve()
    if folder.resolve() not in wanted.parents:
        return None
    for candidate in (wanted, wanted.parent / wanted.name.lower()):
        if candidate.is_file():
            return candidate
    return None


def _behind(addon: bool) -> dict[str, bytes]:
    """What is put behind a script of the package, by the script's name."""
    return {"office.js": ADDON.read_bytes()} if addon else {}


def _type(file: Path) -> str:
    return _TYPES.get(file.suffix, "application/octet-stream")


def script_host(node_modules: Path, *, addon: bool = False) -> Starlette:
    """An application that answers as Microsoft's script host does, with the caching that it really allows.

    ``addon``: see ``serve_from``.

    A browser is led to it by ``resolver_rule``; unlike a route of Playwright's, that leaves its cache and its CORS
    preflights alone.
    """
    folder = distribution(node_modules)
    behind = _behind(addon)

    def answer(request: Request) -> Response:
        found = _file(folder, request.url.path)
        if found is None:
            return Response(status_code=404)
        headers = {"Cache-Control": "public, max-age=86400", "Access-Control-Allow-Origin": "*"}
        if found.name in behind:
            return Response(found.read_bytes() + behind[found.name], headers=headers, media_type=_type(found))
        return FileResponse(found, headers=headers)

    return Starlette(routes=[Route("/{path:path}", answer)])


def resolver_rule(port: int, **others: int) -> str:
    """The browser's flag that leads to a `script_host` at this port of the loopback address.

    ``others``: ports for further hosts of Microsoft's, such as ``graph=8444`` for ``graph.microsoft.com``.
    """
    hosts = {HOST: port, **{f"{name}.microsoft.com": other for name, other in others.items()}}
    return "--host-resolver-rules=" + ",".join(f"MAP {host}:443 127.0.0.1:{at}" for host, at in hosts.items())


def guard(context: Any, node_modules: Path, allowed: Iterable[str], *, addon: bool = False) -> list[str]:
    """Let a Playwright context reach only these origins and Microsoft's scripts (see ``serve_from`` for ``addon``).

    Returns a list that fills with every other URL asked for; those requests are aborted.
    """
    unexpected: list[str] = []

    def refuse(route: Any) -> None:
        unexpected.append(route.request.url)
        route.abort("blockedbyclient")

    # One expression, so that the browser's driver decides and allowed requests do not pass through Python.
    origins = "|".join(re.escape(_origin(url)) + r"(?:[/?#]|$)" for url in allowed)
    context.route(re.compile(rf"^(?!{origins}|data:|blob:|about:)"), refuse)
    context.route(f"https://{HOST}/**", serve_from(node_modules, addon=addon))
    return unexpected


def _origin(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"
