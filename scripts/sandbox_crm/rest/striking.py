"""How a fault reaches the wire: connections that are reset, and answers that never come."""

from __future__ import annotations

import asyncio
import contextlib
import socket
import struct
import sys
from typing import Any

from starlette.types import Receive, Scope, Send

from ..faults import Fault, Faults
from .answers import Answer, from_data, of_fault

RAW_SEND = "sandbox_crm.send"
"""Key of the scope under which `app.SandboxApp` keeps the server's own ``send``, before any wrapping."""
NO_LINGER = struct.pack("HH" if sys.platform == "win32" else "ii", 1, 0)
LOOK_EVERY = 0.05
"""Seconds between two looks at whether a call that never answers has to end: on release or shutdown."""
FOR_GOOD = 3_600
"""Seconds from which on a slow answer is one that does not come by itself."""


class Connection:
    """One request and its answer on one TCP connection."""

    def __init__(self, faults: Faults, scope: Scope, receive: Receive, send: Send, *, keep_alive: bool = True) -> None:
        self._faults = faults
        self._keep_alive = keep_alive
        self._generation = faults.generation
        client = scope.get("client")
        self._port = int(client[1]) if client else 0
        self._cycle: Any = getattr(scope.get(RAW_SEND, send), "__self__", None)
        self._send = send
        self.receive = receive
        self._without_delay()

    def _without_delay(self) -> None:
        """Send small answers at once: Nagle's algorithm would hold the body back for 40 ms."""
        connection = self._socket()
        if connection is not None:
            with contextlib.suppress(OSError):
                connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def _socket(self) -> Any:
        transport = getattr(self._cycle, "transport", None)
        return transport.get_extra_info("socket") if transport is not None else None

    async def send(self, answer: Answer) -> None:
        """Send an answer."""
        length = len(answer.body) if answer.promised is None else answer.promised
        headers = [(name.encode("latin-1"), value.encode("latin-1")) for name, value in answer.headers]
        headers.append((b"Content-Length", str(length).encode()))
        if not self._keep_alive:
            headers.append((b"Connection", b"close"))
        await self._send({"type": "http.response.start", "status": answer.status, "headers": headers})
        kept = answer.promised is None
        await self._send({"type": "http.response.body", "body": answer.body, "more_body": not kept})

    async def strike(self, fault: Fault, real: Answer | None) -> Answer | None:
        """Let a fault happen; returns the answer to send, if there is one to send.

        ``real`` is what the CRM answers when it has handled the call.
        """
        if fault.kind == "never_answers":
            with self._faults.holding(self._port):
                await self._wait_until_given_up()
            await self._reset()
            return None
        if fault.kind == "reset":
            if real is not None and fault.after_bytes != 0:
                await self._send_part(fault, real)
            await self._reset()
            return None
        if fault.kind == "slow" and fault.when == "after":
            await self.pause(fault.delay)
        return of_fault(fault, real)

    async def pause(self, seconds: float) -> None:
        """Wait, unless faults are released or the server shuts down."""
        for_good = self._faults.holding(self._port) if seconds >= FOR_GOOD else contextlib.nullcontext()
        with for_good, contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._wait_until_given_up(watch_client=False), seconds)

    async def _send_part(self, fault: Fault, real: Answer) -> None:
        whole = real if real.body else from_data(None)
        length = len(whole.body) // 2 if fault.after_bytes is None else min(fault.after_bytes, len(whole.body) - 1)
        await self.send(Answer(whole.status, whole.headers, whole.body[:length], promised=len(whole.body)))
        # The part has to be on its way before the reset, or the client sees a refusal instead of a broken answer.
        await asyncio.sleep(LOOK_EVERY)

    async def _wait_until_given_up(self, *, watch_client: bool = True) -> None:
        """Wait until the client goes away, the faults are released, or the server shuts down."""
        gone = asyncio.ensure_future(self._client_gone()) if watch_client else None
        was_kept = getattr(self._cycle, "keep_alive", False)
        try:
            while self._faults.generation == self._generation:
                # uvicorn takes back keep-alive from busy connections when it shuts down.
                if was_kept and not self._cycle.keep_alive:
                    return
                if gone is None:
                    await asyncio.sleep(LOOK_EVERY)
                elif (await asyncio.wait({gone}, timeout=LOOK_EVERY))[0]:
                    return
        finally:
            if gone is not None:
                gone.cancel()

    async def _client_gone(self) -> None:
        while (await self.receive())["type"] != "http.disconnect":
            pass

    async def _reset(self) -> None:
        """Reset the TCP connection: no FIN, no TLS goodbye."""
        transport = getattr(self._cycle, "transport", None)
        if transport is None:
            raise RuntimeError("This server gives no way to reset a connection.")
        if not transport.is_closing():
            with contextlib.suppress(OSError, AttributeError):
                self._socket().setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, NO_LINGER)
            transport.abort()
        await self._client_gone()
