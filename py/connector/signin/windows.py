"""Windows of the pane that share one kept sign-in: when one has renewed the token, the others take the new one.

A token that was renewed ends its device when it is used late (``crm/README.md``). So a window that was open meanwhile
must not go on with its first token.
"""

from __future__ import annotations

import asyncio
import dataclasses
import datetime

from connector.ports import Clock, Kept, Progress, Request, Response, Store, Transport

LOOK = datetime.timedelta(seconds=120)
"""How long a window does not look at what is kept. An old token works for 300 seconds."""
_HEADER, _SCHEME = "Authorization", "Bearer "


class WithKeptToken:
    """A transport that sends the kept token in the place of one that was kept before.

    Tokens that were never kept, other users' and other CRMs' stay as they are.
    """

    def __init__(self, transport: Transport, store: Store, clock: Clock) -> None:
        self._transport, self._store, self._clock = transport, store, clock
        self._kept: Kept | None = None
        self._before: set[str] = set()
        self._looked: datetime.datetime | None = None
        self._looking: asyncio.Task[None] | None = None

    def prepare(self, request: Request | None) -> None:
        """Do what can be done before the request is sent."""
        self._transport.prepare(self._followed(request) if request else None)

    async def send(self, request: Request, *, progress: Progress | None = None) -> Response:
        """Send and wait for the answer."""
        if _token(request):
            await self._look()
        return await self._transport.send(self._followed(request), progress=progress)

    async def _look(self) -> None:
        now = self._clock.now()
        if self._looked is not None and now - self._looked < LOOK:
            return
        first, self._looked = self._looked is None, now
        looking = asyncio.ensure_future(self._read())
        if first:
            # What a window begins with has just been read: its first request need not wait.
            self._looking = looking
        else:
            await looking

    async def _read(self) -> None:
        kept = await self._store.load()
        if self._kept is not None and kept is not None and _place(kept) == _place(self._kept):
            self._before.add(self._kept.token)
        else:
            self._before.clear()
        self._kept = kept

    def _followed(self, request: Request) -> Request:
        kept, token = self._kept, _token(request)
        if kept is None or not kept.token or token not in self._before or not request.url.startswith(kept.crm_url):
            return request
        return dataclasses.replace(request, headers={**request.headers, _HEADER: f"{_SCHEME}{kept.token}"})


def _token(request: Request) -> str:
    """Return the token that a request is sent with; empty for none."""
    header = request.headers.get(_HEADER, "")
    return header.removeprefix(_SCHEME) if header.startswith(_SCHEME) else ""


def _place(kept: Kept) -> tuple[str, str]:
    return kept.crm_url, kept.user
