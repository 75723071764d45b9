"""A small pane on a host of its own, and faults to be planted into it and into a CRM: headers, types, certificates.

with small_pane(folder) as make_app: ...
"""

from __future__ import annotations

import datetime
import gzip
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import trustme
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from workshop import contents
from workshop.certificate import Certificate
from workshop.pane_headers import common_headers, headers_for, media_type

HEADERS = common_headers()
WASM = bytes.fromhex("0061736d01000000") + bytes(2000)
Headers = list[tuple[bytes, bytes]]


def small_pane(folder: Path, host: str, manifest_host: str = "", version: str = "1.0.0") -> Path:
    """Make the folder of a pane: few files, but one of each kind that matters."""
    (folder / "boot").mkdir(parents=True)
    (folder / "index.html").write_text("<!doctype html>" + "<p>The pane.</p>" * 200, "utf-8")
    (folder / "boot" / "pane-0123456789abcdef.js").write_text("// a script\n" * 200, "utf-8")
    (folder / "boot" / "python-0123456789abcdef.wasm").write_bytes(WASM)
    named = manifest_host or host
    (folder / "manifest.xml").write_text(f'<OfficeApp><IconUrl DefaultValue="{named}/icon.png"/></OfficeApp>', "utf-8")
    contents.write(folder, host, version, HEADERS)
    return folder


class SmallHost:
    """An ASGI app that serves such a folder as it should be served."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    async def __call__(self, scope: Scope, _receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            return
        file = self._folder / scope["path"].lstrip("/")
        headers = dict(headers_for(scope["path"]))
        body, status = b"", 404
        if file.is_file():
            body, status = gzip.compress(file.read_bytes()), 200
            headers |= {"Content-Type": media_type(file.name), "Content-Encoding": "gzip"}
        raw = [(name.lower().encode(), value.encode()) for name, value in headers.items()]
        await send({"type": "http.response.start", "status": status, "headers": raw})
        await send({"type": "http.response.body", "body": body})


@dataclass
class Planted:
    """A server in front of another that spoils answers, or what arrives; ``name`` is what it calls itself."""

    app: ASGIApp
    name: str = "nginx/1.22.1"
    drop: tuple[str, ...] = ()
    add: Mapping[str, str] = field(default_factory=dict)
    types: Mapping[str, str] = field(default_factory=dict)
    not_let_in: tuple[str, ...] = ()
    refused: str = ""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            return await self.app(scope, receive, send)
        if scope["method"] == self.refused:
            await send({"type": "http.response.start", "status": 405, "headers": []})
            return await send({"type": "http.response.body", "body": b""})
        arriving: Headers = [one for one in scope["headers"] if one[0].decode() not in self.not_let_in]

        async def spoilt(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = self._headers(scope["path"], list(message.get("headers", ())))
            await send(message)

        await self.app({**scope, "headers": arriving}, receive, spoilt)

    def _headers(self, path: str, headers: Headers) -> Headers:
        kept = [(name.lower(), value) for name, value in headers if name.lower().decode() not in self.drop]
        wrong = next((kind for suffix, kind in self.types.items() if path.endswith(suffix)), None)
        if wrong is not None:
            kept = [one for one in kept if one[0] != b"content-type"] + [(b"content-type", wrong.encode())]
        more = [(name.lower().encode(), value.encode()) for name, value in self.add.items()]
        return [*kept, *more, (b"server", self.name.encode())]


Plant = Callable[[ASGIApp], ASGIApp]


def certificates(folder: Path) -> tuple[Certificate, Certificate, Path]:
    """Return a good certificate for this machine, one that has expired, and the file of who has signed both."""
    authority = trustme.CA()
    yesterday = datetime.datetime.now(datetime.UTC) - datetime.timedelta(days=1)
    made = [authority.issue_cert("localhost", not_after=ends) for ends in (None, yesterday)]
    authority.cert_pem.write_to_path(str(folder / "authority.pem"))
    found = []
    for name, one in zip(("good", "expired"), made, strict=True):
        chain, key = folder / f"{name}.pem", folder / f"{name}-key.pem"
        key.write_bytes(one.private_key_pem.bytes())
        chain.write_bytes(b"".join(part.bytes() for part in one.cert_chain_pems))
        found.append(Certificate(chain, key, ""))
    return found[0], found[1], folder / "authority.pem"
