"""HTTP by hand: one connection for each request, no pool, no redirects. A tenth of a client library's work."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from urllib.parse import urlsplit

from connector.errors import CrmRedirects, CrmTimeout, CrmUnreachable, ReachError
from connector.ports import Progress, Request, Response
from connector.vtenext.exchange import PROBE
from connector.vtenext.reach import Look, why
from contract.surroundings import Files
from contract.wire import Wire, Writer

LOOK_EVERY = 0.005
_NUMBERS = {"localhost": "127.0.0.1"}
"""Names that need no thread to be looked up."""


class PlainHttp:
    """The port ``Transport`` over asyncio's streams, for ``http://`` only.

    A call times out when the CRM keeps it waiting for good, and no other does, however slow the machine: ``held`` tells
    the ports from which such calls came. With ``patient`` set, none times out. With a `Wire`, it needs no sockets.
    """

    def __init__(self, files: Files, held: Callable[[], Iterable[int]], wire: Wire | None = None) -> None:
        self._files = files
        self._wire = wire
        self._held = held
        self._under_way: dict[asyncio.Timeout, int] = {}
        self._looking: asyncio.AbstractEventLoop | None = None
        self.patient = False
        self.repeats = False
        """Whether a call is made once more when its connection broke without an answer, as browsers do."""
        self.requests: list[Request] = []
        self.prepared: Request | None = None
        self.after_refusal = 0
        """Calls that were made with a key which the CRM had refused, and no sign-in since."""
        self._refused: set[str] = set()
        self._heard = False

    def prepare(self, request: Request | None) -> None:
        """Remember what is to come."""
        self.prepared = request

    async def send(self, request: Request, *, progress: Progress | None = None) -> Response:
        """Send one request; what a browser may not read, or does not tell apart, is not told here either."""
        self.requests.append(request)
        key = request.headers.get("Authorization", "")
        self.after_refusal += key in self._refused
        host = urlsplit(request.url).netloc
        try:
            async with asyncio.timeout(None) as limit:
                try:
                    head, body = await self._exchanged(request, progress, limit)
                except asyncio.IncompleteReadError as error:
                    if error.partial or not self.repeats:
                        raise
                    head, body = await self._exchanged(request, progress, limit)
                except ConnectionResetError:
                    if not self.repeats:
                        raise
                    head, body = await self._exchanged(request, progress, limit)
        except TimeoutError as error:
            raise CrmTimeout(host=host) from error
        except ConnectionRefusedError as error:
            raise CrmUnreachable(host=host) from error
        except (OSError, EOFError) as error:
            raise await self._explained(request) from error
        status, _, headers = head.partition(b"\r\n")
        if b"access-control-allow-origin" not in headers.lower():
            raise await self._explained(request)
        if status.split()[1][:1] == b"3":
            raise CrmRedirects(host=host)
        self._heard = True
        if int(status.split()[1]) == 401 and key:
            self._refused.add(key)
        elif request.url.endswith("/loginpwd"):
            self._refused.clear()
        return Response(int(status.split()[1]), body.decode("utf-8", "replace"))

    async def _explained(self, request: Request) -> ReachError:
        """What a browser finds out: it looks whether the CRM answers a small call by nobody."""
        place = f"{request.url.rpartition('/')[0]}/{PROBE}"
        try:
            async with asyncio.timeout(None) as limit:
                head, _ = await self._exchanged(Request(place, {}, body="{}"), None, limit)
        except (OSError, EOFError, TimeoutError):
            head = b""
        look = Look(b"access-control-allow-origin" in head.lower(), bool(head), self._heard)
        return why(look, urlsplit(request.url).netloc, upload=request.body is None)

    @contextmanager
    def _limited(self, limit: asyncio.Timeout, port: int) -> Iterator[None]:
        self._under_way[limit] = port
        self._look()
        try:
            yield
        finally:
            del self._under_way[limit]

    def _look(self) -> None:
        """End the calls that are kept waiting for good; look again as long as there are others."""
        held = () if self.patient else set(self._held())
        loop = asyncio.get_running_loop()
        for limit, port in self._under_way.items():
            if port in held and limit.when() is None:
                limit.reschedule(loop.time())
        # A loop that has ended looks no more.
        if self._under_way and self._looking is not loop:
            self._looking = loop
            loop.call_later(LOOK_EVERY, self._look_again)

    def _look_again(self) -> None:
        self._looking = None
        self._look()

    async def _exchanged(
        self, request: Request, progress: Progress | None, limit: asyncio.Timeout
    ) -> tuple[bytes, bytes]:
        parts = urlsplit(request.url)
        kind, body = self._body(request)
        headers = {"Host": parts.netloc, "Content-Length": str(len(body)), "Connection": "close"}
        lines = [f"POST {parts.path} HTTP/1.1"]
        lines += [f"{name}: {value}" for name, value in {**headers, **kind, **request.headers}.items()]
        reader, writer = await self._connected(parts.hostname or "", parts.port)
        try:
            with self._limited(limit, writer.get_extra_info("sockname")[1]):
                writer.write("\r\n".join(lines).encode() + b"\r\n\r\n" + body)
                await writer.drain()
                if progress is not None:
                    progress(len(body), len(body))
                head = await reader.readuntil(b"\r\n\r\n")
                length = next(
                    (
                        int(line.partition(b":")[2])
                        for line in head.splitlines()
                        if line.lower().startswith(b"content-length")
                    ),
                    None,
                )
                return head, await (reader.read() if length is None else reader.readexactly(length))
        finally:
            writer.transport.abort()

    async def _connected(
        self, host: str, port: int | None
    ) -> tuple[asyncio.StreamReader, asyncio.StreamWriter | Writer]:
        if self._wire is not None:
            return await self._wire.open()
        return await asyncio.open_connection(_NUMBERS.get(host, host), port)

    def _body(self, request: Request) -> tuple[dict[str, str], bytes]:
        if request.body is not None:
            return {}, request.body.encode()
        boundary = f"----sitting{secrets.token_hex(8)}"
        parts = [(f'name="{name}"', "", self._files.text(pieces).encode()) for name, pieces in request.fields.items()]
        for part in request.files:
            content, media_type = self._files.held[part.file.key]
            parts.append((f'name="{part.field}"; filename="{part.name}"', f"Content-Type: {media_type}\r\n", content))
        written = b"".join(
            f"--{boundary}\r\nContent-Disposition: form-data; {about}\r\n{more}\r\n".encode() + content + b"\r\n"
            for about, more, content in parts
        )
        return {"Content-Type": f"multipart/form-data; boundary={boundary}"}, written + f"--{boundary}--\r\n".encode()
