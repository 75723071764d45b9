"""Serve a built pane as a web server in production would: the same headers, the same policy.

Used by ``scripts/dev.py`` and by the browser tests::

    with Server(create_app(Path("dist")), certificate=certificate) as server: ...
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from pathlib import Path

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from workshop.pane_headers import OFFICE_JS_HOST, OFFICE_JS_PATH, REVALIDATE, crm_sources, headers_for, media_type

ENCODINGS = {"br": ".br", "gzip": ".gz"}


def create_app(
    dist: Path,
    *,
    extra_frame_ancestors: Iterable[str] = (),
    local_officejs: Path | None = None,
    behind_officejs: bytes = b"",
) -> Starlette:
    """Return an ASGI app that serves the folder ``dist``, as ``scripts/build.py`` leaves it.

    ``extra_frame_ancestors``: origins that may frame the pane beside Outlook's own (the stand-in Outlook).
    ``local_officejs``: a folder that holds ``office.js``; pages then take it from this server instead of
    Microsoft's, so that development needs no internet. ``behind_officejs`` is put behind that script: what
    npm's is too old for (`standin_outlook.officejs.ADDON`). Never used in production.
    """
    officejs = local_officejs.resolve() if local_officejs else None
    site = _Site(dist.resolve(), tuple(extra_frame_ancestors), officejs, behind_officejs)
    return Starlette(routes=[Route("/{path:path}", site.answer, methods=["GET", "HEAD"])])


class _Site:
    def __init__(self, dist: Path, frame_ancestors: tuple[str, ...], officejs: Path | None, behind: bytes) -> None:
        self._dist = dist
        self._frame_ancestors = frame_ancestors
        self._officejs = officejs
        self._behind = behind
        config = dist / "config.json"
        # Served from this machine, for this machine.
        given = json.loads(config.read_text("utf-8")) if config.is_file() else {}
        self._crms = crm_sources(given, development=True)
        self._tags: dict[tuple[Path, int, int], str] = {}

    def answer(self, request: Request) -> Response:
        """Answer one request. Not a coroutine: Starlette runs it in a thread, as it reads files."""
        path: str = request.url.path
        headers = headers_for(path, self._frame_ancestors, self._crms)
        file = self._file(path)
        if file is None:
            return PlainTextResponse("Not found", 404, {**headers, "Cache-Control": REVALIDATE})
        kind = media_type(file.name)
        rewritten = self._officejs is not None and file.suffix == ".html"
        if not rewritten:
            file = self._precompressed(file, request.headers.get("accept-encoding", ""), headers)
        content = file.read_bytes()
        if self._officejs is not None and file == self._officejs / "office.js":
            content += self._behind
        if rewritten:
            content = content.replace(f"{OFFICE_JS_HOST}{OFFICE_JS_PATH}".encode(), OFFICE_JS_PATH.encode())
            tag = f'"{hashlib.sha256(content).hexdigest()[:32]}"'
        else:
            tag = self._tag(file, content)
        headers |= {"ETag": tag, "Content-Type": kind}
        if tag in request.headers.get("if-none-match", ""):
            return Response(status_code=304, headers=headers)
        return Response(content, headers=headers)

    def _file(self, path: str) -> Path | None:
        root, name = self._dist, path.lstrip("/")
        if self._officejs and path.startswith(OFFICE_JS_PATH):
            root, name = self._officejs, path.removeprefix(OFFICE_JS_PATH)
        if "\\" in name or "\0" in name:
            return None
        # office.js asks for names in mixed case, which Microsoft's server does not mind.
        for spelling in (name, name.lower()) if root is self._officejs else (name,):
            file = (root / spelling).resolve()
            if file.is_dir():
                file = file / "index.html"
            if file.is_file() and file.is_relative_to(root):
                return file
        return None

    def _precompressed(self, file: Path, accepted: str, headers: dict[str, str]) -> Path:
        offered = {part.split(";")[0].strip() for part in accepted.split(",")}
        for encoding, suffix in ENCODINGS.items():
            packed = file.with_name(file.name + suffix)
            if packed.is_file():
                headers["Vary"] = "Accept-Encoding"
                if encoding in offered:
                    headers["Content-Encoding"] = encoding
                    return packed
        return file

    def _tag(self, file: Path, content: bytes) -> str:
        state = file.stat()
        key = (file, state.st_mtime_ns, state.st_size)
        if key not in self._tags:
            self._tags[key] = f'"{hashlib.sha256(content).hexdigest()[:32]}"'
        return self._tags[key]
