"""HTTP without sockets: uvicorn's own protocol and a client in one event loop, the same bytes between them.

A system call costs more than what most calls of the CRM do, and a server in a thread of its own as much again.
"""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import Iterable
from typing import Any

import uvicorn
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol
from uvicorn.server import ServerState

PIECE = 64 * 1024
"""So many bytes of a request arrive at once."""
_PORTS = itertools.count(1024)


class Wire:
    """An ASGI application and the connections to it, as ``asyncio.open_connection`` makes them."""

    def __init__(self, app: Any) -> None:
        self._config = uvicorn.Config(app, log_config=None, access_log=False, lifespan="off", proxy_headers=False)
        self._state = ServerState()

    @property
    def answering(self) -> set[asyncio.Task[None]]:
        """The server's tasks, each about one call."""
        return self._state.tasks

    async def open(self) -> tuple[asyncio.StreamReader, Writer]:
        """A new connection: what the server writes, and where to write to it."""
        protocol = HttpToolsProtocol(self._config, self._state, {}, asyncio.get_running_loop())
        reader = asyncio.StreamReader()
        end = _ServersEnd(reader, protocol)
        protocol.connection_made(end)
        return reader, Writer(end, protocol)


class _ServersEnd(asyncio.Transport):
    """The transport that the server sees."""

    def __init__(self, reader: asyncio.StreamReader, protocol: HttpToolsProtocol) -> None:
        super().__init__({"peername": ("127.0.0.1", next(_PORTS)), "sockname": ("127.0.0.1", 80)})
        self._reader, self._protocol = reader, protocol
        self._closed = False

    def is_closing(self) -> bool:
        return self._closed

    def write(self, data: bytes | bytearray | memoryview) -> None:
        if not self._closed:
            self._reader.feed_data(bytes(data))

    def writelines(self, list_of_data: Iterable[bytes | bytearray | memoryview]) -> None:
        self.write(b"".join(list_of_data))

    def close(self) -> None:
        """As with a FIN: the client reads to the end."""
        if not self._closed:
            self._reader.feed_eof()
            self.end(None)

    def abort(self) -> None:
        """As with an RST."""
        if not self._closed:
            self._reader.set_exception(ConnectionResetError())
            self.end(None)

    def end(self, error: Exception | None) -> None:
        """The server hears of it as soon as it is done with what it does."""
        if not self._closed:
            self._closed = True
            asyncio.get_running_loop().call_soon(self._protocol.connection_lost, error)

    def pause_reading(self) -> None:
        """All is in memory already."""

    def resume_reading(self) -> None:
        """See `pause_reading`."""


class Writer:
    """The client's end, as an ``asyncio.StreamWriter`` as far as it needs one."""

    def __init__(self, end: _ServersEnd, protocol: HttpToolsProtocol) -> None:
        self.transport = self
        self._end, self._protocol = end, protocol
        self._waiting = b""

    def write(self, data: bytes) -> None:
        """Have it sent by `drain`."""
        self._waiting += data

    async def drain(self) -> None:
        """Send, piece by piece, with a turn for the server after each; raises ConnectionResetError."""
        for start in range(0, len(self._waiting), PIECE):
            if self._end.is_closing():
                raise ConnectionResetError
            self._protocol.data_received(self._waiting[start : start + PIECE])
            await asyncio.sleep(0)
        self._waiting = b""

    def get_extra_info(self, name: str) -> Any:
        """``sockname`` is the client's address."""
        return self._end.get_extra_info({"sockname": "peername"}[name])

    def abort(self) -> None:
        """Leave; a call that is under way is handled all the same."""
        self._end.end(ConnectionResetError())
