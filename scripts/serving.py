"""Serve an ASGI application from a thread of this process, over HTTPS where a certificate is given."""

from __future__ import annotations

import socket
import sys
import threading
from types import TracebackType
from typing import Any, Self

import uvicorn

from certificate import Certificate

START_SECONDS = 20.0


class _AnnouncingServer(uvicorn.Server):
    """Tells when it listens, so that nobody has to poll or sleep."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.listening = threading.Event()

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self.listening.set()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        # A browser keeps its connections open, and over TLS each would be waited for.
        for connection in list(self.server_state.connections):
            transport = getattr(connection, "transport", None)
            if transport is not None:
                transport.abort()
        await super().shutdown(sockets)


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
        config = uvicorn.Config(
            app,
            log_level="warning",
            access_log=False,
            lifespan="off",
            server_header=False,
            timeout_graceful_shutdown=2,
            ssl_certfile=str(certificate.chain) if certificate else None,
            ssl_keyfile=str(certificate.key) if certificate else None,
        )
        self._server = _AnnouncingServer(config)
        self._thread = threading.Thread(target=self._run, name=f"server-{self.port}", daemon=True)

    def _run(self) -> None:
        self._server.run(sockets=[self._socket])

    def __enter__(self) -> Self:
        self._thread.start()
        if not self._server.listening.wait(START_SECONDS):
            raise RuntimeError(f"The server at {self.url} did not start.")
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def stop(self) -> None:
        """End the server and wait until its port is free."""
        self._server.should_exit = True
        self._thread.join()
        self.close()

    def close(self) -> None:
        """Free the port of a server that was never started."""
        self._socket.close()
