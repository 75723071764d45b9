"""Serve an ASGI application from a thread of this process, over HTTPS where a certificate is given."""

from __future__ import annotations

import asyncio
import contextlib
import socket
import sys
import threading
from types import TracebackType
from typing import Any, Self

import uvicorn
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from workshop.certificate import Certificate

GRACE_SECONDS = 2.0
"""So long an answer may still take when the server ends."""


def _noting(connections: set[asyncio.Transport], ending: asyncio.Event) -> type[HttpToolsProtocol]:
    """Return the protocol of connections that stand in this set as long as they are open; none is new at the end."""

    class Connection(HttpToolsProtocol):
        def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # TCP has no other
            super().connection_made(transport)
            connections.add(transport)
            # It was in the middle of its TLS handshake.
            if ending.is_set():
                transport.abort()

        def connection_lost(self, exc: Exception | None) -> None:
            connections.discard(self.transport)
            super().connection_lost(exc)

    return Connection


class Server:
    """A running server: ``with Server(app, certificate=…) as server: server.url``.

    ``port`` 0 takes a free one. ``host`` is the name in the URL; the socket is bound to
    the loopback address only. Raises OSError when the port is taken.
    """

    def __init__(self, app: Any, *, port: int = 0, certificate: Certificate | None = None, host: str = "localhost"):
        # Named TCP outright: only then asyncio switches Nagle's algorithm off, which costs every answer 40 ms.
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
        if sys.platform == "win32":  # where SO_REUSEADDR would share a taken port
            self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_EXCLUSIVEADDRUSE, 1)
        else:
            self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            self._socket.bind(("127.0.0.1", port))
        except OSError:
            self._socket.close()
            raise
        self.port: int = self._socket.getsockname()[1]
        self.url = f"{'https' if certificate else 'http'}://{host}:{self.port}"
        self._connections: set[asyncio.Transport] = set()
        self._end = asyncio.Event()
        self._config = uvicorn.Config(
            app,
            http=_noting(self._connections, self._end),
            log_level="warning",
            access_log=False,
            lifespan="off",
            server_header=False,
            # What a request says of its own origin is for the application to believe or not.
            proxy_headers=False,
            ssl_certfile=str(certificate.chain) if certificate else None,
            ssl_keyfile=str(certificate.key) if certificate else None,
        )
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._run, name=f"server-{self.port}", daemon=True)

    def _run(self) -> None:
        with asyncio.Runner(loop_factory=lambda: self._loop) as runner:
            runner.run(self._serve())

    async def _serve(self) -> None:
        """Serve until `stop`; uvicorn looks for that ten times a second only, and then waits for browsers."""
        server = uvicorn.Server(self._config)
        serving, ending = asyncio.ensure_future(server.serve([self._socket])), asyncio.ensure_future(self._end.wait())
        await asyncio.wait({serving, ending}, return_when=asyncio.FIRST_COMPLETED)
        if not ending.done():
            ending.cancel()
            return await serving
        serving.cancel()
        for listening in getattr(server, "servers", ()):
            listening.close()
        # A browser keeps its connections open, and over TLS each would be waited for.
        for connection in tuple(self._connections):
            connection.abort()
        answering = asyncio.all_tasks() - {asyncio.current_task()}
        if answering:
            await asyncio.wait(answering, timeout=GRACE_SECONDS)

    def __enter__(self) -> Self:
        # Who calls before the loop runs waits for its answer, as long as the socket listens.
        self._socket.listen()
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def stop(self) -> None:
        """End the server and wait until its port is free."""
        # The loop is closed where the server has ended by itself.
        with contextlib.suppress(RuntimeError):
            self._loop.call_soon_threadsafe(self._end.set)
        self._thread.join()
        self._socket.close()

    def close(self) -> None:
        """Free the port of a server that was never started."""
        self._loop.close()
        self._socket.close()
