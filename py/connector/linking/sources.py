"""The open mail's content, from whichever source gives it (`connector.linking.policy`).

mailbox = Sources(outlook, graph)       # the port `connector.ports.Mailbox`
mailbox.pressed(mail.key, files=True)   # Link, or Try again: the user may be asked, and all ways are open again
await mailbox.read_file(attachment)
mailbox.over(mail.key)                  # the link has ended
"""

from __future__ import annotations

from collections.abc import Callable, Coroutine, Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import Any, TypeVar

from connector.errors import (
    MessageDoubted,
    NoMailOpen,
    OfficeError,
    OfficeTimeout,
    OfficeTooOld,
    PressNeeded,
    SourceBusy,
)
from connector.linking import policy
from connector.linking.parts import Opened
from connector.linking.permission import Permission
from connector.linking.policy import Way
from connector.linking.through import Through
from connector.mail.skeleton import taken_apart
from connector.ports import GRAPH, AskingSource, CloudLink, FileHandle, Mailbox, RawAttachment, WholeFile

T = TypeVar("T")
Read = FileHandle | CloudLink
MOST_BYTES, MOST_BYTES_SPARED = 64 * 1024 * 1024, 4 * 1024 * 1024
"""A mail that declares more is read when it is linked: it may never be. Memory is the browser's, the line a user's."""


class Sources(Through):
    """The port `connector.ports.Mailbox` over Outlook and, where there is one, Microsoft Graph."""

    def __init__(self, mailbox: Mailbox, graph: AskingSource | None = None) -> None:
        super().__init__(mailbox)
        self._graph = graph
        self._permission = Permission(graph) if graph is not None else None
        self._opened: Opened | None = None

    def most_ahead(self, *, sparing: bool) -> int:
        """Return how many bytes of attachments are read once the user has chosen a record, before Link is pressed.

        Fewer with ``sparing``, where this device's line brings them: what Outlook gives is Outlook's to fetch.
        """
        from_afar = self._graph is not None and not self._mailbox.reads_files()
        return MOST_BYTES_SPARED if sparing and from_afar else MOST_BYTES

    def pressed(self, key: str, *, files: bool) -> None:
        """Take in that the user wants the mail of this key to be linked, with ``files``, or tries again."""
        if self._opened is not None and self._opened.key == key:
            self._opened.refused.clear()
        if self._permission is not None:
            self._permission.pressed(key, wanted=files)

    def over(self, key: str = "") -> None:
        """Let go of the whole message, if one is held; with ``key`` only of that mail's, whose link has ended."""
        if key and self._permission is not None:
            self._permission.over(key)
        if self._opened is not None and key in ("", self._opened.key):
            self._opened.let_go()

    # What is in the mail --------------------------------------------------------------------------

    def reads_files(self) -> bool:
        """Whether attachments can be read at all."""
        return self._graph is not None or super().reads_files()

    async def headers(self) -> str:
        """The internet headers; below Mailbox 1.8 those that Graph gives."""
        text = await self._mailbox.headers()
        if text or self._graph is None or self._mailbox.reads_files():
            return text
        opened = self._now()
        if opened.headers is None:
            opened.headers = await self._of_graph(opened, self._graph.headers, worth_asking=False)
            if opened.headers and opened.mail.attachments:
                # The list is there when Link is pressed then.
                opened.begin(self._of_graph(opened, self._graph.expect, worth_asking=False))
        return opened.headers

    async def content_ids(self) -> Mapping[str, str]:
        """By what the text shows the attachments: Graph tells it alone, where Outlook gives nothing at all."""
        if self._graph is None or self._mailbox.reads_files():
            return await super().content_ids()
        return await self._of_this(self._now(), self._graph, self._graph.content_ids, worth_asking=False)

    def unlisted(self) -> int:
        """How many attachments Graph has that Outlook does not list."""
        return self._graph.unlisted() if self._graph is not None else super().unlisted()

    async def whole(self) -> str:
        """The skeleton of the whole message; empty where nothing offers it."""
        opened = self._now()
        failed: dict[Way, OfficeError] = {}
        for way in self._ways(opened, policy.MESSAGE, failed):
            try:
                if way is Way.GRAPH_MESSAGE or opened.has(way):
                    text = (await self._message(opened, way, worth_asking=False)).skeleton
                else:
                    text = await self._mailbox.whole()
            except OfficeError as error:
                failed[way] = error
                opened.go_on_after(error)
            else:
                if text and taken_apart(text).is_mail:
                    return text
                if text:
                    failed[way] = MessageDoubted(what="message", reason="no mail")
        if failed:
            raise _telling(failed)
        return ""

    async def original(self) -> WholeFile:
        """The whole message as a file, which is the caller's from now on."""
        opened = self._now()
        failed: dict[Way, OfficeError] = {}
        for way in self._ways(opened, policy.MESSAGE, failed):
            try:
                whole = await self._message(opened, way, worth_asking=True)
            except OfficeError as error:
                failed[way] = error
                opened.go_on_after(error)
            else:
                opened.take(way)
                return whole
        raise _telling(failed)

    async def read_file(self, attachment: RawAttachment) -> Read:
        """Read one attachment, by the ways of the policy."""
        opened = self._now()
        failed: dict[Way, OfficeError] = {}
        nothing: Read | None = None
        at = opened.place(attachment)
        order = (opened.taken[at],) if at in opened.taken else policy.of_file(attachment, headless=opened.headers == "")
        for way in self._ways(opened, order, failed):
            if (
                way is Way.OFFICE_MESSAGE
                and isinstance(failed.get(Way.OFFICE), OfficeTimeout)
                and not opened.office_gave
            ):
                # It has handed out nothing yet: most likely it would not answer for this either.
                continue
            try:
                read = await self._by(way, opened, attachment, worth_asking=nothing is None)
            except OfficeError as error:
                failed[way] = error
                if policy.refuses(error):
                    opened.refused[way] = error
                opened.go_on_after(error)
                continue
            if way is not Way.OFFICE or not _is_nothing(read):
                return read
            nothing = read
        if nothing is not None:
            return nothing
        raise _telling(failed)

    async def _by(self, way: Way, opened: Opened, attachment: RawAttachment, *, worth_asking: bool) -> Read:
        if way is Way.OFFICE:
            read = await _of_outlook(self._mailbox, attachment)
        elif way is Way.GRAPH and self._graph is not None:
            read = await self._by_graph(self._graph, opened, attachment, worth_asking=worth_asking)
        else:
            return await opened.part(way, attachment, self._message(opened, way, worth_asking=worth_asking))
        at = opened.place(attachment)
        if at in opened.taken:
            # One of the same name came out of the message meanwhile, in its place there.
            self._drop(read)
            way = opened.taken[at]
            return await opened.part(way, attachment, self._message(opened, way, worth_asking=False))
        if not _is_nothing(read):
            opened.given[at] = way
        return read

    async def _by_graph(
        self, graph: AskingSource, opened: Opened, attachment: RawAttachment, *, worth_asking: bool
    ) -> Read:
        # As Outlook lists it: what the message told of it since is nothing to Graph.
        at = opened.place(attachment)
        ask = partial(graph.read_file, opened.mail.attachments[at] if at >= 0 else attachment)
        read = await self._of_this(opened, graph, ask, worth_asking=worth_asking)
        return replace(read, origin=GRAPH) if isinstance(read, FileHandle) else read

    async def _message(self, opened: Opened, way: Way, *, worth_asking: bool) -> WholeFile:
        if way is Way.OFFICE_MESSAGE or self._graph is None:
            return await opened.message(way, self._mailbox.original)
        ask = partial(self._of_graph, opened, self._graph.original, worth_asking=worth_asking)
        whole = await opened.message(way, ask)
        return replace(whole, file=replace(whole.file, origin=GRAPH))

    async def _of_this(
        self, opened: Opened, graph: AskingSource, work: Callable[[], Coroutine[Any, Any, T]], *, worth_asking: bool
    ) -> T:
        """Ask Graph for something of the mail, once it is known to have this one under its id."""
        await opened.recognized(partial(self._of_graph, opened, graph.head, worth_asking=worth_asking))
        return await self._of_graph(opened, work, worth_asking=worth_asking)

    async def _of_graph(self, opened: Opened, work: Callable[[], Coroutine[Any, Any, T]], *, worth_asking: bool) -> T:
        if self._permission is None:
            raise OfficeTooOld(what="graph")

        def now() -> Coroutine[Any, Any, T]:
            opened.guard()
            return work()

        return await self._permission.used(now, opened.key, worth_asking=worth_asking)

    # Which mail is open, and which ways there are ---------------------------------------------------

    def _now(self) -> Opened:
        """What is known of the open mail; nothing of another one stays. Raises `NoMailOpen`."""
        if self._opened is None or not self.shows(self._opened.traits):
            self.over()
            if self._opened is not None:
                self._opened.left = True
            raw = self._mailbox.mail()
            self._opened = Opened(self._mailbox, raw) if raw is not None else None
        if self._opened is None:
            raise NoMailOpen
        return self._opened

    def _ways(self, opened: Opened, order: Sequence[Way], failed: dict[Way, OfficeError]) -> Sequence[Way]:
        """The ways that are left; ``failed`` takes what the others have said before."""
        failed |= {way: opened.refused[way] for way in order if way in opened.refused}
        return policy.ways(order, opened.refused.keys(), graph=self._graph is not None)

    def _drop(self, read: Read) -> None:
        if isinstance(read, FileHandle):
            self.drop_files([read])


async def _of_outlook(mailbox: Mailbox, attachment: RawAttachment) -> Read:
    read = await mailbox.read_file(attachment)
    if _is_nothing(read):
        # "Succeeded", with nothing: sometimes Outlook only was not ready. An empty file stays empty.
        mailbox.drop_files([read] if isinstance(read, FileHandle) else [])
        read = await mailbox.read_file(attachment)
    return read


def _is_nothing(read: Read) -> bool:
    return not read.url if isinstance(read, CloudLink) else read.size == 0


def _telling(failed: Mapping[Way, OfficeError]) -> OfficeError:
    """The error that tells the user most: what a press or time would mend, else why Outlook did not give it.

    Of an Outlook that gives nothing at all, what Graph says.
    """
    in_order = {way: failed[way] for way in Way if way in failed}
    if not in_order:
        return OfficeTooOld(what="attachment")
    first = next(iter(in_order.values()))
    others = [one for way, one in in_order.items() if way in policy.BY_GRAPH and not isinstance(one, OfficeTooOld)]
    mended = [one for one in others if isinstance(one, PressNeeded | SourceBusy | OfficeTimeout)]
    if mended:
        return mended[0]
    return others[0] if others and isinstance(first, OfficeTooOld) else first
