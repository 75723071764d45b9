"""A mailbox over another one, which it asks for whatever it does not do otherwise."""

from __future__ import annotations

from collections.abc import Coroutine, Mapping, Sequence
from typing import Any

from connector.ports import (
    CloudLink,
    FileHandle,
    Form,
    Mailbox,
    PartFile,
    Piece,
    RawAddress,
    RawAttachment,
    RawMail,
    Traits,
    WholeFile,
)

Answer = Coroutine[Any, Any, str]


class Through:
    """The port `connector.ports.Mailbox`, handed on as it is."""

    def __init__(self, mailbox: Mailbox) -> None:
        self._mailbox = mailbox

    @property
    def owner(self) -> RawAddress:
        """Whose mailbox it is."""
        return self._mailbox.owner

    async def shared(self) -> tuple[str, ...]:
        """The addresses of a shared mailbox."""
        return await self._mailbox.shared()

    def shows(self, traits: Traits | None) -> bool:
        """Whether this is the open mail."""
        return self._mailbox.shows(traits)

    def mail(self) -> RawMail | None:
        """The open mail's properties."""
        return self._mailbox.mail()

    def instead(self) -> str:
        """What is open where no mail is."""
        return self._mailbox.instead()

    def reads_files(self) -> bool:
        """Whether attachments can be read."""
        return self._mailbox.reads_files()

    def headers(self) -> Answer:
        """The internet headers."""
        return self._mailbox.headers()

    def body(self, form: Form) -> Answer:
        """The body."""
        return self._mailbox.body(form)

    def whole(self) -> Answer:
        """The skeleton of the whole message."""
        return self._mailbox.whole()

    def unlisted(self) -> int:
        """How many attachments stand in no list of Outlook's."""
        return self._mailbox.unlisted()

    async def content_ids(self) -> Mapping[str, str]:
        """By what the text shows the attachments."""
        return await self._mailbox.content_ids()

    async def original(self) -> WholeFile:
        """The whole message as a file."""
        return await self._mailbox.original()

    async def read_file(self, attachment: RawAttachment) -> FileHandle | CloudLink:
        """One attachment."""
        return await self._mailbox.read_file(attachment)

    def enclosed(self, attachment: RawAttachment) -> Answer:
        """The skeleton of a mail that is attached."""
        return self._mailbox.enclosed(attachment)

    async def part(self, whole: FileHandle, piece: Piece, media_type: str) -> PartFile:
        """A part of a whole message."""
        return await self._mailbox.part(whole, piece, media_type)

    def digest(self, file: FileHandle) -> Answer:
        """The file's digest."""
        return self._mailbox.digest(file)

    def drop_files(self, files: Sequence[FileHandle]) -> None:
        """Let go of the memory behind these handles."""
        self._mailbox.drop_files(files)
