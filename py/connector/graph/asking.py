"""Asking Microsoft Graph for a text or a file: with a token, patiently, and going on where a file broke off."""

from __future__ import annotations

import asyncio
import datetime
from collections.abc import Awaitable, Callable, Mapping
from typing import TypeVar

from connector.errors import (
    GraphMailMissing,
    GraphSilent,
    GraphUnreachable,
    GraphUnreadable,
    OfficeError,
    SourceError,
)
from connector.graph.access import Access
from connector.graph.addresses import HOST, IMMUTABLE, Place
from connector.graph.failures import claims, of_answer
from connector.graph.resuming import Version, asks, goes_on, version
from connector.graph.waiting import BUSY, MOST_TRIES, pause
from connector.ports import Clock, FileHandle
from connector.ports.graph import Arrived, BrokenOff, GraphAnswer, GraphRequests

BEYOND_THE_END = 416
AT_ONCE = 3
"""Requests at the same time. Exchange refuses a fifth one of an application for a mailbox, and at times the fourth."""
PROGRESS = 256 * 1024
"""Bytes more than ever before after which a file that broke off is tried for as patiently as at first."""
MOST_UNANSWERED = 2
"""Questions for the rest of a file without any answer in a row after which all of it is asked for again."""
BUSY_PAUSE = 2.0
"""Seconds before the first further try: how long Graph wants, it does not let a page of another origin see."""
AFTERWARDS = 30.0
"""Seconds for which Graph is asked without patience, once nothing was to be had of it: for the mail's other files."""
_T = TypeVar("_T")


class Asking:
    """GET requests of one pane, for a mail while it is open; a token goes to Graph and nowhere else."""

    def __init__(self, requests: GraphRequests, access: Access, clock: Clock, is_open: Callable[[Place], bool]) -> None:
        self._requests = requests
        self._access = access
        self._is_open = is_open
        self._clock = clock
        self._given_up: datetime.datetime | None = None
        self._slots = asyncio.Semaphore(AT_ONCE)

    async def text(self, place: Place, address: str, headers: Mapping[str, str]) -> str:
        """Return what Graph answers, as text. Raises `SourceError`."""

        async def read() -> str:
            return await (await self._answer(place, address, headers)).text()

        return await self._patiently(read)

    async def content(
        self,
        place: Place,
        address: str,
        media_type: str,
        name: str = "",
        tell: Callable[[int, int], None] = lambda *_: None,
    ) -> Arrived:
        """Return a file that Graph hands out, held outside Python. Raises `SourceError`.

        ``media_type`` and ``name`` as Graph lists it. ``tell`` hears now and then how many bytes are there, and of how
        many, or 0.
        """
        coming = _Coming(self._requests, media_type, name, tell)
        try:
            return await self._patiently(
                lambda: coming.taken(lambda more: self._answer(place, address, {**IMMUTABLE, **more}))
            )
        except BaseException:
            coming.let_go()
            raise

    async def _patiently(self, read: Callable[[], Awaitable[_T]]) -> _T:
        """Try until there is an answer, with Graph's own pauses between, a few times.

        Raises `GraphSilent`, `SourceError`. Where another file has waited in vain just now, this one does
        not wait, too.
        """
        now = self._clock.now()
        hasty = self._given_up is not None and (now - self._given_up).total_seconds() < AFTERWARDS
        silent = hasty
        tries, most = MOST_TRIES if hasty else 1, 0
        while True:
            try:
                async with self._slots:
                    answer = await read()
            except BrokenOff as error:
                came = error.part.size if error.part is not None else 0
                if came - most >= PROGRESS:
                    # A long file on a bad line is given up where nothing more of it comes, and never for its length.
                    most, tries, silent = came, 1, False
                wait = pause({}, tries, self._clock.now())
                if error.silent and silent:
                    raise self._giving_up(GraphSilent(host=HOST)) from error
                silent = error.silent
                if wait is None:
                    raise self._giving_up(GraphUnreachable(host=HOST)) from error
            except _Busy as busy:
                wait = pause(busy.headers, tries, self._clock.now(), first=BUSY_PAUSE)
                if wait is None:
                    raise self._giving_up(busy.why) from None
            else:
                self._given_up = None
                return answer
            tries += 1
            await self._clock.sleep(wait)

    def _giving_up(self, why: OfficeError) -> OfficeError:
        self._given_up = self._clock.now()
        return why

    async def _answer(self, place: Place, address: str, headers: Mapping[str, str]) -> GraphAnswer:
        """Ask with a token, and with another one where Graph does not take it. Raises `SourceError`, `BrokenOff`."""
        answer = await self._sent(place, address, headers, token := await self._access.token(place.scope))
        asked = claims(answer.headers.get("www-authenticate", "")) if answer.status in (401, 403) else ""
        if answer.status == 401 or asked:
            answer.drop()
            token = await self._access.renewed(place.scope, token, asked)
            answer = await self._sent(place, address, headers, token)
        if answer.status in (200, 206, BEYOND_THE_END):
            return answer
        try:
            why = of_answer(answer.status, answer.headers, await answer.text())
        except BrokenOff:
            why = of_answer(answer.status, answer.headers)
        if answer.status in BUSY:
            raise _Busy(answer.headers, why)
        raise why

    async def _sent(self, place: Place, address: str, headers: Mapping[str, str], token: str) -> GraphAnswer:
        if not self._is_open(place):
            # Another one was selected while Graph was busy, or the user was asked.
            raise GraphMailMissing(reason="not open")
        return await self._requests.get(address, {**headers, "Authorization": f"Bearer {token}"})


class _Coming:
    """A file on its way: what is there of it, and of which content that is."""

    def __init__(self, requests: GraphRequests, media_type: str, name: str, tell: Callable[[int, int], None]) -> None:
        self._tell = tell
        self._requests = requests
        self._media_type, self._name = media_type, name
        self._part: FileHandle | None = None
        self._of = Version()
        self._unanswered = 0

    async def taken(self, ask: Callable[[Mapping[str, str]], Awaitable[GraphAnswer]]) -> Arrived:
        """Ask for what is missing, and take what comes of it. Raises `BrokenOff`, and what ``ask`` raises."""
        held = self._part.size if self._part is not None else 0
        wanted = asks(held, self._of)
        try:
            answer = await ask(wanted)
        except BrokenOff:
            self._unanswered += bool(wanted)
            if self._unanswered >= MOST_UNANSWERED:
                # Something may let no question for a part through: a browser that asks first whether it may, a proxy.
                self.let_go()
            raise
        self._unanswered = 0
        if not goes_on(answer.status, answer.headers, held, self._of):
            self.let_go()
            if answer.status != 200:
                answer.drop()
                raise BrokenOff
            _refuse_other(answer, self._media_type, self._name)
            self._of = version(answer.status, answer.headers)
        whole = version(answer.status, answer.headers).length if self._part is not None else None
        part, self._part = self._part, None
        try:
            arrived = await answer.file(self._media_type or "application/octet-stream", part, self._came)
        except BrokenOff as error:
            self._part = error.part
            raise
        if whole is not None and arrived.file.size != whole:
            self._requests.drop_files([arrived.file])
            raise BrokenOff
        self._tell(arrived.file.size, arrived.file.size)
        return arrived

    def _came(self, count: int) -> None:
        length = self._of.length or 0
        # The length of an answer that is packed is another one.
        self._tell(count, length if count <= length else 0)

    def let_go(self) -> None:
        """Let go of what is there."""
        if self._part is not None:
            self._requests.drop_files([self._part])
            self._part = None


class _Busy(Exception):
    """Graph is busy; ``why`` is what to say when nobody waits any longer."""

    def __init__(self, headers: Mapping[str, str], why: SourceError) -> None:
        super().__init__()
        self.headers, self.why = headers, why


_NO_FILES: Mapping[str, tuple[str, ...]] = {
    "text/html": (".htm", ".html", ".xhtml", ".shtml"),
    "application/json": (".json", ".map", ".ipynb"),
}
"""What comes in the place of a file: a proxy's page, an answer of Graph's own. And how files of that kind end."""


def _refuse_other(answer: GraphAnswer, media_type: str, name: str) -> None:
    """Raise `GraphUnreadable` for what is no file of this kind."""
    came = _plain(answer.headers.get("content-type", ""))
    if came in _NO_FILES and _plain(media_type) != came and not name.lower().endswith(_NO_FILES[came]):
        answer.drop()
        raise GraphUnreadable(reason=came)


def _plain(media_type: str) -> str:
    return media_type.partition(";")[0].strip().lower()
