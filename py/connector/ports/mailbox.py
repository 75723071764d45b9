"""The open mail in Outlook: what it says without a call, and the port that reads the rest."""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal, Protocol

from connector.ports.files import FileHandle, PartFile, Piece, WholeFile


@dataclass(frozen=True)
class CloudLink:
    """An attachment that is only a link to a cloud file."""

    url: str


@dataclass(frozen=True)
class RawAddress:
    """A person as Office.js gives it (``EmailAddressDetails``); both parts may be empty."""

    name: str
    address: str


@dataclass(frozen=True)
class RawAttachment:
    """An attachment as Office.js lists it (``AttachmentDetails``); ``size`` is declared, not real.

    ``content_id`` and ``location``, by which the text shows it, are only known from the whole message, as a rule.
    ``place`` is where it stands in Outlook's list, from 0, -1 where that is not known: nothing else need tell it from
    another one.
    """

    id: str
    name: str
    size: int
    media_type: str
    kind: str
    inline: bool
    content_id: str = ""
    location: str = ""
    place: int = -1


@dataclass(frozen=True)
class Traits:
    """What tells one mail from another without asking Outlook anything. Any part may be empty.

    On the Mac ``item_id`` was seen empty on mails that were complete otherwise; then all other properties decide.
    ``sender`` is an address or a name, ``files`` are ids, names and declared sizes of the attachments.
    """

    item_id: str
    message_id: str = ""
    conversation_id: str = ""
    subject: str = ""
    created: datetime.datetime | None = None
    sender: str = ""
    files: tuple[tuple[str, str, int], ...] = ()

    def same(self, other: Traits) -> bool:
        """Whether both are the same mail's: by their item ids where both have one, else by everything else."""
        if self.item_id and other.item_id:
            return self.item_id == other.item_id
        return replace(self, item_id="") == replace(other, item_id="")

    @property
    def key(self) -> str:
        """A text that is never empty, and another for traits that are not the same."""
        return self.item_id or repr(self)


@dataclass(frozen=True)
class RawMail:
    """The open mail's properties as Office.js gives them without a call.

    ``created`` is in UTC. ``shared``: it lies in another mailbox, which `Mailbox.shared` tells. ``item_class`` is
    Outlook's name for its kind (``IPM.Note``), empty where it gives none.
    """

    item_id: str
    subject: str
    sender: RawAddress | None
    author: RawAddress | None
    to: tuple[RawAddress, ...]
    cc: tuple[RawAddress, ...]
    created: datetime.datetime | None
    message_id: str
    conversation_id: str
    attachments: tuple[RawAttachment, ...]
    shared: bool = False
    item_class: str = ""

    @property
    def traits(self) -> Traits:
        """What tells it from other mails."""
        writer = self.author or self.sender
        return Traits(
            self.item_id,
            self.message_id,
            self.conversation_id,
            self.subject,
            self.created,
            (writer.address or writer.name) if writer else "",
            tuple((one.id, one.name, one.size) for one in self.attachments),
        )


Form = Literal["html", "text"]
"""The forms in which Outlook hands out a body."""


@dataclass(frozen=True)
class Body:
    """The mail's text: ``html`` as Outlook gives it, or ``text`` where there is only that; a mail may have neither."""

    html: str
    text: str

    @property
    def empty(self) -> bool:
        """Whether the mail is without text."""
        return not self.html and not self.text


class Mailbox(Protocol):
    """The open mail in Outlook. Every awaited call has its own time-out and raises `OfficeError`."""

    @property
    def owner(self) -> RawAddress:
        """Whose mailbox it is."""
        ...

    async def shared(self) -> tuple[str, ...]:
        """Return the addresses of the mailbox in which the open mail lies, where that is another one (set 1.8)."""
        ...

    def shows(self, traits: Traits | None) -> bool:
        """Whether the mail of these traits is the open one; with None, whether none is open.

        Cheap: asked before each write.
        """
        ...

    def mail(self) -> RawMail | None:
        """The open mail's properties, or None when nothing is selected."""
        ...

    def instead(self) -> str:
        """What is open where no mail is: ``draft``, ``appointment``, or empty."""
        ...

    def reads_files(self) -> bool:
        """Whether this Outlook hands out attachments at all (requirement set 1.8)."""
        ...

    async def headers(self) -> str:
        """The internet headers as text; empty where this Outlook does not offer them."""
        ...

    async def body(self, form: Form) -> str:
        """The body in this form; empty where Outlook has none, or says so."""
        ...

    async def whole(self) -> str:
        """The skeleton of the whole message (`connector.mail.skeleton`); empty where this Outlook has none to offer.

        It costs as much as reading all attachments.
        """
        ...

    def unlisted(self) -> int:
        """Return how many attachments another source of the mail has that stand in no list of Outlook's.

        As far as that is known: nothing is asked for it.
        """
        ...

    async def content_ids(self) -> Mapping[str, str]:
        """Return by what the text shows the attachments, by their ids; none where the whole message alone may tell."""
        ...

    async def original(self) -> WholeFile:
        """Read the whole open mail as a file. Raises `OfficeTooOld` where this Outlook has none to offer."""
        ...

    async def read_file(self, attachment: RawAttachment) -> FileHandle | CloudLink:
        """Read one attachment of the open mail."""
        ...

    async def enclosed(self, attachment: RawAttachment) -> str:
        """Return the skeleton of a mail that is attached to the open one; empty where the attachment is a link."""
        ...

    async def part(self, whole: FileHandle, piece: Piece, media_type: str) -> PartFile:
        """Take a part out of a whole message that is held, and decode it; the message stays held.

        Raises `OfficeCallFailed` where its encoding is unknown, or it is not written in it.
        """
        ...

    async def digest(self, file: FileHandle) -> str:
        """What tells the file's bytes from others, in hexadecimal digits: SHA-256 over that of each 4 MiB."""
        ...

    def drop_files(self, files: Sequence[FileHandle]) -> None:
        """Let go of the memory behind these handles."""
        ...


class Marks(Protocol):
    """What the open mail carries of this add-in in Outlook. Every call raises `OfficeError`."""

    async def mark(self) -> str:
        """The open mail's mark; empty where it has none."""
        ...

    async def keep(self, traits: Traits, text: str) -> None:
        """Give the mail of these traits this mark, or with an empty text none; nothing happens to another mail."""
        ...

    async def categorize(self, traits: Traits, category: str, *, has: bool) -> None:
        """Give the mail of these traits a category, or take it away; nothing happens to another mail.

        A category that the mailbox does not know is made. An Outlook that has none does nothing.
        """
        ...

    async def show(self, text: str) -> None:
        """Show a bar of at most 150 characters over the open mail until another is selected; empty takes it away."""
        ...


class Unmarked:
    """`Marks` of a host that has none."""

    async def mark(self) -> str:
        """Nothing."""
        return ""

    async def categorize(self, traits: Traits, category: str, *, has: bool) -> None:
        """Do nothing."""

    async def keep(self, traits: Traits, text: str) -> None:
        """Keep nothing."""

    async def show(self, text: str) -> None:
        """Show nothing."""
