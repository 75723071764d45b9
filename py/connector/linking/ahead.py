"""What is done of a link while the user is still choosing, so that it need not wait for Outlook when it is asked for.

mailbox, ready = ReadAhead(outlook), Ready(...)
mailbox.begin(mail, most_bytes)       # somebody has chosen a record
ready.make(linker, plan)              # and perhaps another
await mailbox.read_file(attachment)   # the link asks, and gets what is there or on its way
link = await ready.take(link)         # Link is pressed: what is there of it is there
ready.abandon()                       # another mail, or no record any more: nothing of it stays
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial

from connector.errors import ConnectorError, MailChanged, OfficeTimeout
from connector.linking.link import Link, LinkPlan
from connector.linking.linker import Linker
from connector.linking.patience import Patience
from connector.linking.prefetch import Anew, Prefetch
from connector.linking.through import Through
from connector.mail.mail import Mail
from connector.ports import CloudLink, FileHandle, Mailbox, RawAttachment

AT_ONCE = 4

Read = FileHandle | CloudLink


class ReadAhead(Through):
    """The port `connector.ports.Mailbox` over another one, which it asks for attachments early."""

    def __init__(self, mailbox: Mailbox) -> None:
        super().__init__(mailbox)
        self._mail: Mail | None = None
        self._files = Prefetch[str](anew=Anew.FAILED_BEFORE, valid=self._is_open, drop=self._drop)

    def begin(self, mail: Mail, most_bytes: int) -> None:
        """Read the attachments of the open mail, unless it declares more, or that was begun before."""
        begun = self._mail is not None and self._mail.key == mail.key
        if begun or mail.declared_size > most_bytes or not self.reads_files():
            return
        self.abandon()
        self._mail = mail
        patience = Patience()
        slots = asyncio.Semaphore(AT_ONCE)
        # Outlook leaves the ids of protected attachments empty.
        ids = Counter(attachment.id for attachment in mail.attachments if attachment.id)
        for attachment in mail.attachments:
            if ids[attachment.id] == 1:
                self._files.begin(attachment.id, partial(self._read, mail, attachment, slots, patience))

    async def everything(self) -> bool:
        """Return whether all attachments of the mail are here to be asked for, once none is on its way any more."""
        return self._mail is not None and await self._files.all_there(len(self._mail.attachments))

    def abandon(self, key: str = "") -> None:
        """Stop, and let go of what nobody has asked for; with ``key`` only where it is that mail's."""
        if key and (self._mail is None or self._mail.key != key):
            return
        self._files.give_up()
        self._mail = None

    async def _read(self, mail: Mail, attachment: RawAttachment, slots: asyncio.Semaphore, patience: Patience) -> Read:
        async with slots:
            self._guard(mail)
            if not await patience.begin():
                # Outlook hangs. The link asks for this file when it needs it.
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

    def _is_open(self) -> bool:
        return self._mail is not None and self.shows(self._mail.traits)

    def _guard(self, mail: Mail) -> None:
        if not self.shows(mail.traits):
            raise MailChanged(subject=mail.subject)

    def _drop(self, read: Read) -> None:
        if isinstance(read, FileHandle):
            self.drop_files([read])

    async def read_file(self, attachment: RawAttachment) -> Read:
        """Read one attachment; one that failed early, or was another mail's, is read anew."""
        return await self._files.take(attachment.id, partial(self._mailbox.read_file, attachment))


class Ready:
    """The link that would begin if Link were pressed now: read, and made into the form that stores it.

    One at a time, out of what was read ahead; ``begin`` makes a link of a plan. Nothing is stored, and nothing of it
    shows: what goes wrong goes wrong again for the link, and is said then.

    ``drop`` lets go of files, ``let_go`` of the form that was made; ``known`` hears of a mail of which more is known.
    """

    def __init__(
        self,
        ahead: ReadAhead,
        begin: Callable[[LinkPlan], Link],
        drop: Callable[[Sequence[FileHandle]], None],
        let_go: Callable[[], None],
        known: Callable[[Mail], None],
    ) -> None:
        self._ahead = ahead
        self._begin = begin
        self._drop = drop
        self._let_go = let_go
        self._known = known
        self._item = ""
        self._plan: LinkPlan | None = None
        self._begun: Link | None = None
        self._link: Link | None = None
        self._task: asyncio.Task[None] | None = None

    def make(self, linker: Linker, plan: LinkPlan) -> None:
        """Make the link of this plan; what is there of the same mail is used."""
        if plan.mail.key != self._item:
            self.abandon()
        self._item, self._plan = plan.mail.key, plan
        if self._task is None or self._task.done():
            self._task = asyncio.ensure_future(self._make(linker))

    async def _make(self, linker: Linker) -> None:
        try:
            if self._link is None and self._plan is not None and await self._ahead.everything():
                self._begun = self._begin(self._plan)
                self._link = await linker.read_ahead(self._begun)
                self._known(self._link.plan.mail)
            made = None
            # What follows waits for nobody: everything is there by now.
            while self._link is not None and self._plan is not None and made is not self._plan:
                made = self._plan
                plan = replace(made, mail=self._link.plan.mail)
                self._link = await linker.prepare(replace(self._link, plan=plan))
        except ConnectorError:
            self._link = None

    def begun(self, plan: LinkPlan) -> Link:
        """Return a link of this plan with nothing done yet."""
        if self._begun is not None and self._begun.plan.mail.key == plan.mail.key:
            return replace(self._begun, plan=plan)
        return self._begin(plan)

    async def take(self, link: Link) -> Link:
        """The link with what is ready of it; what is still being read comes by the link itself."""
        if link.plan.mail.key != self._item or self._task is None:
            return link
        if self._link is None:
            self._task.cancel()
        elif not self._task.done():
            await asyncio.wait([self._task])
        made, self._link, self._plan, self._task = self._link, None, None, None
        if made is None:
            return link
        return replace(made, plan=replace(link.plan, mail=made.plan.mail), note=link.note)

    def abandon(self, key: str = "") -> None:
        """Stop, and let go of everything; with ``key`` only where it is that mail's."""
        if key and key != self._item:
            return
        if self._task is not None:
            self._task.cancel()
        if self._link is not None:
            self._drop(self._link.held)
        self._item, self._plan, self._begun, self._link, self._task = "", None, None, None, None
        self._let_go()
