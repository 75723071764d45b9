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

from workshop.certificate import Certificate

START_SECONDS = 300.0
GRACE_SECONDS = 2.0
"""So long an answer may still take when the server ends."""
TICK_SECONDS = 1.0
"""So often the date in the answers is brought up to date."""


class _PromptServer(uvicorn.Server):
    """Tells when it listens and hears at once when it shall end, so that nobody has to poll or sleep.

    uvicorn's own looks ten times a second whether it shall end, and then gives its connections another 0.1 s.
    """

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.listening = threading.Event()
        self._ended = asyncio.Event()
        self._loop: asyncio.AbstractEventLoop | None = None

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self._loop = asyncio.get_running_loop()
        self.listening.set()

    def end(self) -> None:
        """Have it end, from whatever thread."""
        self.should_exit = True
        if self._loop is not None:
            # The loop is closed where the server has ended by itself.
            with contextlib.suppress(RuntimeError):
                self._loop.call_soon_threadsafe(self._ended.set)

    async def main_loop(self) -> None:
        while not await self.on_tick(0):
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._ended.wait(), TICK_SECONDS)

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        for server in self.servers:
            server.close()
        for listening in sockets or []:
            listening.close()
        # A browser keeps its connections open, and over TLS each would be waited for.
        for connection in list(self.server_state.connections):
            transport = getattr(connection, "transport", None)
            if transport is not None:
                transport.abort()
        if self.server_state.tasks:
            _, unfinished = await asyncio.wait(self.server_state.tasks, timeout=GRACE_SECONDS)
            for task in unfinished:
                task.cancel()


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
            # What a request says of its own origin is for the application to believe or not.
            proxy_headers=False,
            ssl_certfile=str(certificate.chain) if certificate else None,
            ssl_keyfile=str(certificate.key) if certificate else None,
        )
        self._server = _PromptServer(config)
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
        self._server.end()
        self._thread.join()
        self.close()

    def close(self) -> None:
        """Free the port of a server that was never started."""
        self._socket.close()
