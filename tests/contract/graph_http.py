"""Microsoft Graph on CPython: the ports `connector.ports.graph` over HTTP by hand and the stand-in's own Entra.

What a browser does not show is not shown here: an answer without CORS headers, headers that are not exposed, redirects.
"""

from __future__ import annotations

import asyncio
import hashlib
import json
import uuid
from collections.abc import Callable, Mapping, Sequence
from urllib.parse import urlsplit

from connector.graph.access import Access
from connector.graph.source import GraphSource
from connector.ports import Clock, FileHandle, WholeFile
from connector.ports.graph import Arrived, BrokenOff, Grant, NoGrant
from contract.skeletons import skeleton_of
from contract.surroundings import Files, MailFileMailbox
from contract.wire import Wire, Writer
from standin_outlook.graph import Entra, Graph

CLIENT = "01234567-89ab-cdef-0123-456789abcdef"
SAFELISTED = {"cache-control", "content-language", "content-length", "content-type", "expires", "last-modified"}
STALL = 60.0
PLAIN = {"accept", "accept-language", "content-language", "range"}
"""Headers that need no leave."""
_MEANT = {
    "USER_CANCEL": "user_canceled",
    "NO_NETWORK": "no_network_connectivity",
    "ACCOUNT_UNAVAILABLE": "no_account_found",
    "DISABLED": "nested_app_auth_bridge_disabled",
    "NESTED_APP_AUTH_UNAVAILABLE": "nested_app_auth_bridge_disabled",
}
"""What msal-browser makes of the bridge's answers (``WebBrokerBridgeErrorMap``)."""


class PlainBroker:
    """The port ``Broker`` over Outlook's bridge, without msal-browser."""

    def __init__(self, entra: Entra) -> None:
        self._entra = entra
        self.asked = self.fresh = 0

    async def silent(self, scope: str, *, claims: str = "", fresh: bool = False) -> Grant:
        self.fresh += fresh
        return self._granted("GetToken", scope, claims)

    async def asking(self, scope: str, *, claims: str = "") -> Grant:
        self.asked += 1
        return self._granted("GetTokenPopup", scope, claims)

    def _granted(self, method: str, scope: str, claims: str) -> Grant:
        wanted = {"clientId": CLIENT, "scope": scope, "claims": claims}
        request = {"messageType": "NestedAppAuthRequest", "method": method, "requestId": str(uuid.uuid4())}
        answer = json.loads(self._entra.answer(json.dumps({**request, "tokenParams": wanted})))
        if answer["success"]:
            return Grant(answer["token"]["access_token"], answer["token"]["expires_in"])
        error = answer["error"]
        interaction = error["status"] == "USER_INTERACTION_REQUIRED"
        code = _MEANT.get(error["status"]) or error["code"]
        raise NoGrant(code, error.get("description", ""), interaction=interaction)


class PlainRequests:
    """The port ``GraphRequests`` over a `Wire` to the stand-in."""

    def __init__(self, graph: Graph, files: Files) -> None:
        self._wire = Wire(graph)
        self._files = files
        self._allowed: set[tuple[str, ...]] = set()

    async def get(self, url: str, headers: Mapping[str, str]) -> PlainAnswer:
        assert urlsplit(url).netloc == "graph.microsoft.com", "nothing is asked of anybody else"
        wanted = tuple(sorted(name.lower() for name in headers if name.lower() not in PLAIN))
        if wanted not in self._allowed:
            preflight = {"Access-Control-Request-Method": "GET", "Access-Control-Request-Headers": ",".join(wanted)}
            leave = await self._head("OPTIONS", url, preflight)
            leave.drop()
            if set(wanted) - {one.strip() for one in leave.sent["access-control-allow-headers"].lower().split(",")}:
                raise BrokenOff
            self._allowed.add(wanted)
        answer = await self._head("GET", url, headers)
        if "access-control-allow-origin" not in answer.sent or 300 <= answer.status < 400:
            answer.drop()
            raise BrokenOff
        return answer

    async def _head(self, method: str, url: str, headers: Mapping[str, str]) -> PlainAnswer:
        parts = urlsplit(url)
        lines = [f"{method} {parts.path}{'?' * bool(parts.query)}{parts.query} HTTP/1.1", f"Host: {parts.netloc}"]
        lines += [f"{name}: {value}" for name, value in headers.items()]
        reader, writer = await self._wire.open()
        writer.write("\r\n".join(lines).encode() + b"\r\n\r\n")
        try:
            await writer.drain()
            head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").splitlines()
        except (OSError, EOFError) as error:
            writer.abort()
            raise BrokenOff from error
        fields = dict(line.split(": ", 1) for line in head[1:] if line)
        return PlainAnswer(int(head[0].split()[1]), fields, reader, writer, self._files)

    async def examined(self, file: FileHandle) -> WholeFile:
        content, _ = self._files.held[file.key]
        return WholeFile(file, skeleton_of(content), hashlib.sha256(content).hexdigest())

    def drop_files(self, files: Sequence[FileHandle]) -> None:
        for file in files:
            del self._files.held[file.key]


class PlainAnswer:
    """The port ``GraphAnswer``; ``sent`` are all headers, also those that a page does not see."""

    def __init__(
        self, status: int, sent: Mapping[str, str], reader: asyncio.StreamReader, writer: Writer, files: Files
    ) -> None:
        self.status = status
        self.sent = {name.lower(): value for name, value in sent.items()}
        shown = self.sent.get("access-control-expose-headers", "").lower().split(", ")
        self.headers = {name: value for name, value in self.sent.items() if name in SAFELISTED or name in shown}
        self._reader, self._writer, self._files = reader, writer, files
        self.silent = False

    async def _content(self, tell: Callable[[int], None] = lambda _: None) -> tuple[bytes, bool]:
        """What comes, and whether it is all."""
        length = int(self.sent["content-length"])
        came = b""
        try:
            while len(came) < length:
                async with asyncio.timeout(STALL):
                    piece = await self._reader.read(length - len(came))
                if not piece:
                    return came, False
                came += piece
                tell(len(came))
        except TimeoutError:
            self.silent = True
            return came, False
        except OSError:
            return came, False
        finally:
            self._writer.abort()
        return came, True

    async def text(self) -> str:
        content, whole = await self._content()
        if not whole:
            raise BrokenOff(silent=self.silent)
        return content.decode("utf-8", "replace")

    async def file(self, media_type: str, part: FileHandle | None, tell: Callable[[int], None]) -> Arrived:
        before = self._files.held.pop(part.key)[0] if part is not None else b""
        content, whole = await self._content(lambda came: tell(len(before) + came))
        file = self._files.hold(before + content, media_type)
        if not whole:
            raise BrokenOff(file, silent=self.silent)
        return Arrived(file, (before + content)[:16].decode("latin-1"))

    def drop(self) -> None:
        self._writer.abort()


def plain_graph(mailbox: MailFileMailbox, graph: Graph, files: Files, clock: Clock) -> tuple[GraphSource, PlainBroker]:
    """Graph beside a mailbox, and the broker that it asks."""
    broker = PlainBroker(graph.entra)
    return GraphSource(mailbox, PlainRequests(graph, files), Access(broker, clock), clock), broker
