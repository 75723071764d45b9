"""Body and attachments read while the user is still choosing, so that a link need not wait for Outlook.

    mailbox = ReadAhead(outlook)
    mailbox.begin(mail)                   # somebody has chosen a record
    await mailbox.read_file(attachment)   # the link asks, and gets what is there or on its way
    mailbox.abandon()                     # another mail, or no record any more: nothing of it stays
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable, Sequence
from functools import partial
from typing import Any, TypeVar

from connector.domain.mail import Mail
from connector.errors import MailChanged
from connector.ports import Body, CloudLink, FileHandle, Mailbox, RawAttachment, RawMail

AT_ONCE = 4
MOST_BYTES = 64 * 1024 * 1024
"""A mail that declares more is read when it is linked: it may never be, and memory is the browser's."""
BODY, HEADERS = "body", "headers"
T = TypeVar("T")


class ReadAhead:
    """The port `connector.ports.Mailbox` over another one, which it asks early for what a link will need."""

    def __init__(self, mailbox: Mailbox) -> None:
        self._mailbox = mailbox
        self._item = ""
        self._begun: dict[str, asyncio.Task[Any]] = {}

    def begin(self, mail: Mail) -> None:
        """Read body, headers and attachments of the open mail, unless that was begun before."""
        if mail.item_id == self._item or mail.declared_size > MOST_BYTES or not self.reads_files():
            return
        self.abandon()
        self._item = mail.item_id
        slots = asyncio.Semaphore(AT_ONCE)
        reads: dict[str, Callable[[], Awaitable[Any]]] = {BODY: self._mailbox.body, HEADERS: self._mailbox.headers}
        # Outlook leaves the ids of protected attachments empty.
        ids = Counter(attachment.id for attachment in mail.attachments if attachment.id)
        for attachment in mail.attachments:
            if ids[attachment.id] == 1:
                reads[_key(attachment)] = partial(self._mailbox.read_file, attachment)
        for key, read in reads.items():
            self._begun[key] = asyncio.ensure_future(self._read(mail, read, slots))

    def abandon(self, item_id: str = "") -> None:
        """Stop, and let go of what nobody has asked for; with ``item_id`` only where it is that mail's."""
        if item_id and item_id != self._item:
            return
        for task in self._begun.values():
            self._let_go(task)
        self._item = ""
        self._begun.clear()

    async def _read(self, mail: Mail, read: Callable[[], Awaitable[T]], slots: asyncio.Semaphore) -> T:
        async with slots:
            self._guard(mail)
            found = await read()
        try:
            self._guard(mail)
        except MailChanged:
            self._drop(found)
            raise
        return found

    def _guard(self, mail: Mail) -> None:
        if self.item_id() != mail.item_id:
            raise MailChanged(subject=mail.subject)

    def _let_go(self, task: asyncio.Task[Any]) -> None:
        task.cancel()
        task.add_done_callback(self._gone)

    def _gone(self, task: asyncio.Task[Any]) -> None:
        if not task.cancelled() and task.exception() is None:
            self._drop(task.result())

    def _drop(self, found: object) -> None:
        if isinstance(found, FileHandle):
            self.drop_files([found])

    async def _taken(self, key: str, read: Callable[[], Awaitable[T]]) -> T:
        """What was read early; what failed early, or was another mail's, is read anew."""
        task: asyncio.Task[T] | None = self._begun.pop(key, None)
        if task is None:
            return await read()
        early = task.done() and (task.cancelled() or task.exception() is not None)
        if early or self.item_id() != self._item:
            self._let_go(task)
            return await read()
        try:
            return await asyncio.shield(task)
        except asyncio.CancelledError:
            self._let_go(task)
            raise

    async def read_file(self, attachment: RawAttachment) -> FileHandle | CloudLink:
        """Read one attachment."""
        return await self._taken(_key(attachment), partial(self._mailbox.read_file, attachment))

    async def headers(self) -> str:
        """The internet headers."""
        return await self._taken(HEADERS, self._mailbox.headers)

    async def body(self) -> Body:
        """The body."""
        return await self._taken(BODY, self._mailbox.body)

    # Handed on as it is ---------------------------------------------------------------------------

    @property
    def user_address(self) -> str:
        """The mailbox owner's address."""
        return self._mailbox.user_address

    def item_id(self) -> str | None:
        """The open mail's id."""
        return self._mailbox.item_id()

    def mail(self) -> RawMail | None:
        """The open mail's properties."""
        return self._mailbox.mail()

    def reads_files(self) -> bool:
        """Whether attachments can be read."""
        return self._mailbox.reads_files()

    def drop_files(self, files: Sequence[FileHandle]) -> None:
        """Let go of the memory behind these handles."""
        self._mailbox.drop_files(files)


def _key(attachment: RawAttachment) -> str:
    return f"file {attachment.id}"
