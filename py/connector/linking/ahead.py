"""Attachments read while the user is still choosing, so that a link need not wait for Outlook.

mailbox = ReadAhead(outlook)
mailbox.begin(mail)                   # somebody has chosen a record
await mailbox.read_file(attachment)   # the link asks, and gets what is there or on its way
mailbox.abandon()                     # another mail, or no record any more: nothing of it stays
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Sequence

from connector.errors import MailChanged, OfficeTimeout
from connector.linking.patience import Patience
from connector.mail.mail import Mail
from connector.ports import CloudLink, FileHandle, Form, Mailbox, RawAddress, RawAttachment, RawMail, Traits

AT_ONCE = 4
MOST_BYTES = 64 * 1024 * 1024
"""A mail that declares more is read when it is linked: it may never be, and memory is the browser's."""

Read = FileHandle | CloudLink


class ReadAhead:
    """The port `connector.ports.Mailbox` over another one, which it asks for attachments early."""

    def __init__(self, mailbox: Mailbox) -> None:
        self._mailbox = mailbox
        self._mail: Mail | None = None
        self._count = 0
        self._begun: dict[str, asyncio.Task[Read]] = {}

    def begin(self, mail: Mail) -> None:
        """Read the attachments of the open mail, unless that was begun before."""
        begun = self._mail is not None and self._mail.key == mail.key
        if begun or mail.declared_size > MOST_BYTES or not self.reads_files():
            return
        self.abandon()
        self._mail = mail
        patience = Patience()
        slots = asyncio.Semaphore(AT_ONCE)
        # Outlook leaves the ids of protected attachments empty.
        ids = Counter(attachment.id for attachment in mail.attachments if attachment.id)
        for attachment in mail.attachments:
            if ids[attachment.id] == 1:
                self._begun[attachment.id] = asyncio.ensure_future(self._read(mail, attachment, slots, patience))
        self._count = len(mail.attachments)

    async def everything(self) -> bool:
        """Whether all attachments of the mail are here to be asked for, once none is on its way any more."""
        begun = self._begun
        if begun:
            await asyncio.wait(begun.values())
        whole = begun is self._begun and self._mail is not None and len(begun) == self._count
        return whole and not any(task.cancelled() or task.exception() for task in begun.values())

    def abandon(self, key: str = "") -> None:
        """Stop, and let go of what nobody has asked for; with ``key`` only where it is that mail's."""
        if key and (self._mail is None or self._mail.key != key):
            return
        for task in self._begun.values():
            self._let_go(task)
        self._mail = None
        self._begun = {}

    async def _read(self, mail: Mail, attachment: RawAttachment, slots: asyncio.Semaphore, patience: Patience) -> Read:
        async with slots:
            self._guard(mail)
            if not await patience.begin():
                # Outlook hangs. Whoever needs this file asks for it then.
                raise OfficeTimeout(what=attachment.name)
            silent = False
            try:
                read = await self._mailbox.read_file(attachment)
            except OfficeTimeout:
                silent = True
                raise
            finally:
                patience.end(silent=silent)
        try:
            self._guard(mail)
        except MailChanged:
            self._drop(read)
            raise
        return read

    def _guard(self, mail: Mail) -> None:
        if not self.shows(mail.traits):
            raise MailChanged(subject=mail.subject)

    def _let_go(self, task: asyncio.Task[Read]) -> None:
        task.cancel()
        task.add_done_callback(self._gone)

    def _gone(self, task: asyncio.Task[Read]) -> None:
        if not task.cancelled() and task.exception() is None:
            self._drop(task.result())

    def _drop(self, read: Read) -> None:
        if isinstance(read, FileHandle):
            self.drop_files([read])

    async def read_file(self, attachment: RawAttachment) -> Read:
        """Read one attachment; one that failed early, or was another mail's, is read anew."""
        task = self._begun.pop(attachment.id, None)
        if task is None:
            return await self._mailbox.read_file(attachment)
        early = task.done() and (task.cancelled() or task.exception() is not None)
        if early or self._mail is None or not self.shows(self._mail.traits):
            self._let_go(task)
            return await self._mailbox.read_file(attachment)
        try:
            return await asyncio.shield(task)
        except asyncio.CancelledError:
            self._let_go(task)
            raise

    # Handed on as it is ---------------------------------------------------------------------------

    @property
    def owner(self) -> RawAddress:
        """Whose mailbox it is."""
        return self._mailbox.owner

    def shows(self, traits: Traits | None) -> bool:
        """Whether this is the open mail."""
        return self._mailbox.shows(traits)

    def mail(self) -> RawMail | None:
        """The open mail's properties."""
        return self._mailbox.mail()

    def reads_files(self) -> bool:
        """Whether attachments can be read."""
        return self._mailbox.reads_files()

    async def headers(self) -> str:
        """The internet headers."""
        return await self._mailbox.headers()

    async def body(self, form: Form) -> str:
        """The body."""
        return await self._mailbox.body(form)

    async def whole(self) -> str:
        """The skeleton of the whole message."""
        return await self._mailbox.whole()

    async def digest(self, file: FileHandle) -> str:
        """What tells the file's bytes from others."""
        return await self._mailbox.digest(file)

    def drop_files(self, files: Sequence[FileHandle]) -> None:
        """Let go of the memory behind these handles."""
        self._mailbox.drop_files(files)
