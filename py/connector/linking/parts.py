"""The whole message of the open mail, held while files are taken out of it."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable, Coroutine
from dataclasses import replace
from functools import cached_property
from typing import Any

from connector.errors import (
    GraphMailMissing,
    MailChanged,
    MessageDoubted,
    NoMailOpen,
    OfficeCallFailed,
    OfficeError,
    PressNeeded,
    SourceBusy,
)
from connector.linking.policy import Way
from connector.linking.prefetch import begin_now, may_fail
from connector.mail.mail import Mail, mail_from
from connector.mail.ours import NOTHING
from connector.mail.pieces import Place, pieces, proven
from connector.mail.recognition import is_message_of, is_of_another
from connector.mail.skeleton import taken_apart
from connector.mail.source import Source
from connector.ports import MESSAGE, FileHandle, Mailbox, RawAttachment, RawMail, WholeFile

Ask = Callable[[], Coroutine[Any, Any, WholeFile]]


class Opened:
    """What is known of the sources of one mail while it is open, and the whole messages that are held of it.

    ``refused`` are the ways that have said no, and what they said. ``given`` are the attachments that were
    handed out each by itself, ``taken`` those that come out of a message by their order in it, both by their places in
    the list, with the way by which.
    ``left``: another mail was opened since, so that nothing is held any longer than it is used.
    """

    def __init__(self, mailbox: Mailbox, raw: RawMail) -> None:
        self.traits, self.key = raw.traits, raw.traits.key
        self.refused: dict[Way, OfficeError] = {}
        self.given: dict[int, Way] = {}
        self.taken: dict[int, Way] = {}
        self.headers: str | None = None
        self.left = False
        self._mailbox, self._raw = mailbox, raw
        self._recognized = False
        self._begun: asyncio.Task[None] | None = None
        self._messages: dict[Way, asyncio.Task[WholeFile]] = {}
        self._places: dict[str, tuple[Place | None, ...]] = {}

    @cached_property
    def mail(self) -> Mail:
        """The mail as its properties tell it."""
        return mail_from(self._raw, NOTHING)

    def place(self, attachment: RawAttachment) -> int:
        """Where the attachment stands in the list; -1 where that is not sure."""
        places = [at for at, one in enumerate(self.mail.attachments) if _known(one) == _known(attachment)]
        return places[0] if len(places) == 1 else -1

    @property
    def office_gave(self) -> bool:
        """Whether Outlook has handed out any attachment."""
        return Way.OFFICE in self.given.values()

    def is_open(self) -> bool:
        """Whether this is the open mail."""
        return self._mailbox.shows(self.traits)

    def guard(self) -> None:
        """Raise `MailChanged` unless this is the open mail."""
        if not self.is_open():
            raise MailChanged(subject=self.traits.subject)

    def go_on_after(self, error: OfficeError) -> None:
        """Let another way be tried after this error of one; raise where this is not the open mail any more."""
        if isinstance(error, MailChanged | NoMailOpen):
            raise error
        self.guard()

    async def recognized(self, ask: Callable[[], Awaitable[str]]) -> None:
        """See that Microsoft Graph has this mail under its id: the id, or Graph's account, may be another's.

        ``ask`` for the head of what it has. Raises `GraphMailMissing` where that is another mail's.
        """
        if not self._recognized and is_of_another(Source(await ask()), self.mail):
            raise GraphMailMissing(reason="another mail")
        self._recognized = True

    def has(self, way: Way) -> bool:
        """Whether the whole message is held, or on its way."""
        return way in self._messages

    async def message(self, way: Way, ask: Ask) -> WholeFile:
        """The whole message; all who want it get the same one, which stays held until `take` or `let_go`."""
        task = self._messages.get(way)
        if task is None:
            task = self._messages[way] = begin_now(self._checked(ask))
            may_fail(task)
        await asyncio.wait([task])
        if task.cancelled():
            raise MailChanged(subject=self.traits.subject)
        if error := task.exception():
            if self._messages.get(way) is task:
                del self._messages[way]
            if isinstance(error, OfficeError) and not isinstance(error, PressNeeded | SourceBusy):
                self.refused[way] = error
            raise error
        return task.result()

    async def _checked(self, ask: Ask) -> WholeFile:
        whole = await ask()
        if not self.is_open():
            self._mailbox.drop_files([whole.file])
            raise MailChanged(subject=self.traits.subject)
        if not whole.file.size or not taken_apart(whole.skeleton).is_mail:
            self._mailbox.drop_files([whole.file])
            raise MessageDoubted(what="message", reason="no mail")
        return whole

    def begin(self, work: Coroutine[Any, Any, None]) -> None:
        """Do what nobody waits for, and what is done once more where it fails now."""
        self._begun = begin_now(work)
        may_fail(self._begun)

    def take(self, way: Way) -> None:
        """The message is somebody else's from now on, who lets go of it."""
        self._messages.pop(way, None)

    def let_go(self) -> None:
        """Let go of what is held, and break off what is on its way."""
        for way in tuple(self._messages):
            self._forget(way)

    def _forget(self, way: Way) -> None:
        task = self._messages.pop(way, None)
        if task is not None:
            task.cancel()
            task.add_done_callback(self._drop)

    def _drop(self, task: asyncio.Task[WholeFile]) -> None:
        if not task.cancelled() and task.exception() is None:
            self._mailbox.drop_files([task.result().file])

    async def part(self, way: Way, attachment: RawAttachment, whole: Awaitable[WholeFile]) -> FileHandle:
        """Take an attachment out of the whole message.

        Raises `OfficeCallFailed` where that is another mail's or not whole, or where it is not beyond doubt which part
        is the attachment.
        """
        message = await whole
        places = self._places_in(message)
        if places is None:
            self._forget(way)
            self.refused[way] = MessageDoubted(what="message", reason="another mail's")
            raise self.refused[way]
        at = self.place(attachment)
        place = places[at] if at >= 0 else None
        if place is None:
            raise OfficeCallFailed(what=attachment.name, reason="not in the message for certain")
        alike = {at for at, one in enumerate(places) if one is not None and place.group and one.group == place.group}
        known = Counter(_known(one) for one in self.mail.attachments)
        if alike & self.given.keys() or any(known[_known(self.mail.attachments[at])] > 1 for at in alike):
            raise OfficeCallFailed(what=attachment.name, reason="one of several in the message")
        self.taken |= dict.fromkeys(alike, way)
        media_type = attachment.media_type if attachment.kind == "file" else place.media_type
        try:
            read = await self._mailbox.part(message.file, place.piece, media_type)
        finally:
            if self.left:
                self.let_go()
        if not proven(place.piece, read, attachment.size):
            self._mailbox.drop_files([read.file])
            raise OfficeCallFailed(what=attachment.name, reason="not whole in the message")
        return replace(read.file, origin=message.file.origin or MESSAGE)

    def _places_in(self, message: WholeFile) -> tuple[Place | None, ...] | None:
        """Where each attachment stands in this message; None where it is another mail's, or none."""
        key = message.file.key
        if key not in self._places:
            skeleton = taken_apart(message.skeleton)
            if not is_message_of(skeleton, self.mail):
                return None
            self._places[key] = pieces(skeleton, self.mail.attachments)
        return self._places[key]


def _known(attachment: RawAttachment) -> tuple[int, str, str, int]:
    """What an attachment is known by in the list; some have no id."""
    return attachment.place, attachment.id, attachment.name, attachment.size
