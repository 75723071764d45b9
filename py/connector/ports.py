"""What the pane needs of its surroundings, as small protocols.

`connector.browser` implements them over Office.js, fetch and the page; the tests run the same
code with real HTTP on CPython. Bytes of attachments never come here: they stay on the other
side of a `FileHandle`.
"""

from __future__ import annotations

import datetime
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Literal, Protocol

ARRIVAL_SECONDS = 7
"""How long what was sent may take to show in the CRM, when the answer to sending it was lost."""

Progress = Callable[[int, int], None]
"""Called with bytes sent and bytes in all while an upload runs."""


@dataclass(frozen=True)
class FileHandle:
    """A file held outside Python: ``key`` names it, ``size`` is its real length in bytes."""

    key: str
    size: int
    media_type: str = "application/octet-stream"


@dataclass(frozen=True)
class CloudLink:
    """An attachment that is only a link to a cloud file."""

    url: str


@dataclass(frozen=True)
class DataUrl:
    """Stands in a text for the file's content as a ``data:`` URL; filled in outside Python."""

    file: FileHandle


Text = Sequence[str | DataUrl]
"""A text in pieces, so that inline pictures can be put into it without passing through Python."""


@dataclass(frozen=True)
class FormFile:
    """A file part of a multipart form."""

    field: str
    name: str
    file: FileHandle


@dataclass(frozen=True)
class Request:
    """One HTTP POST: JSON text in ``body``, or a form of ``fields`` and ``files``.

    ``headers`` hold the credentials and must not be logged; they are left out of the representation.
    """

    url: str
    headers: Mapping[str, str] = field(repr=False)
    body: str | None = None
    fields: Mapping[str, Text] = field(default_factory=dict, repr=False)
    files: Sequence[FormFile] = ()


@dataclass(frozen=True)
class Response:
    """What came back: status and text, undeciphered."""

    status: int
    text: str = field(repr=False)


class Transport(Protocol):
    """Sends requests to the CRM."""

    def prepare(self, request: Request | None) -> None:
        """Do what can be done before the request is sent, if it ever is; None lets go of that.

        It counts for a request that equals this one. The files must be held as long.
        """
        ...

    async def send(self, request: Request, *, progress: Progress | None = None) -> Response:
        """Send and wait for the answer.

        Raises `ReachError` in its finest known kind when no answer can be read. Cancelling the
        awaiting task aborts the request.
        """
        ...


@dataclass(frozen=True)
class RawAddress:
    """A person as Office.js gives it (``EmailAddressDetails``); both parts may be empty."""

    name: str
    address: str


@dataclass(frozen=True)
class RawAttachment:
    """An attachment as Office.js lists it (``AttachmentDetails``); ``size`` is declared, not real.

    ``content_id`` and ``location``, by which the text shows it, are only known from the whole message, as a rule.
    """

    id: str
    name: str
    size: int
    media_type: str
    kind: str
    inline: bool
    content_id: str = ""
    location: str = ""


@dataclass(frozen=True)
class Traits:
    """What tells one mail from another without asking Outlook anything. Any part may be empty.

    On the Mac ``item_id`` was seen empty on mails that were complete otherwise; then all the rest counts.
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

    ``created`` is in UTC. ``shared``: it lies in another mailbox, which `Mailbox.shared` tells.
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

    async def read_file(self, attachment: RawAttachment) -> FileHandle | CloudLink:
        """Read one attachment of the open mail."""
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

    async def show(self, text: str) -> None:
        """Show a bar of at most 150 characters over the open mail until another is selected; empty takes it away."""
        ...


class Unmarked:
    """`Marks` of a host that has none."""

    async def mark(self) -> str:
        """Nothing."""
        return ""

    async def keep(self, traits: Traits, text: str) -> None:
        """Keep nothing."""

    async def show(self, text: str) -> None:
        """Show nothing."""


class Clock(Protocol):
    """Time and time zones."""

    def now(self) -> datetime.datetime:
        """The time, aware, in UTC."""
        ...

    def offset(self, zone: str, instant: datetime.datetime) -> int | None:
        """Minutes east of UTC in the IANA zone at that instant; None when the zone is unknown here."""
        ...

    def zone(self) -> str:
        """Return the device's own IANA zone, or empty."""
        ...

    async def sleep(self, seconds: float) -> None:
        """Let the given time pass."""
        ...


@dataclass(frozen=True)
class Kept:
    """A sign-in that the user asked to keep on this device: an access key, or a token of the component."""

    crm_url: str
    user: str
    access_key: str = field(default="", repr=False)
    token: str = field(default="", repr=False)


class Store(Protocol):
    """What may stay on the device: nothing of the CRM's data, only the sign-in and small preferences."""

    async def load(self) -> Kept | None:
        """The kept sign-in; None when there is none or storage is denied."""
        ...

    async def keep(self, kept: Kept) -> bool:
        """Encrypt and keep; False when this Outlook gives the pane no storage."""
        ...

    async def wipe(self) -> None:
        """Forget the kept sign-in, everywhere."""
        ...

    def preference(self, name: str) -> str:
        """A small non-secret preference such as the last CRM address; empty when unknown."""
        ...

    def prefer(self, name: str, value: str) -> None:
        """Keep a preference, where storage allows; an empty one is forgotten."""
        ...


class MailboxSettings(Protocol):
    """The add-in's own settings in the mailbox: small, no secrets, the same on all devices. Some hosts have none."""

    def read(self, name: str) -> str:
        """Return a text that is kept; empty where there is none."""
        ...

    async def write(self, name: str, value: str) -> bool:
        """Keep a text, or with an empty one forget it; False where that failed, and nothing has changed then."""
        ...


class Dialog(Protocol):
    """A window on a page of the CRM."""

    def return_address(self) -> str:
        """The address of the pane's own page to which the CRM leads back."""
        ...

    async def visit(self, url: str) -> str:
        """Open the page, wait until it leads back, and return the fragment that it brought.

        Raises `PageError`. Cancelling the awaiting task closes the window.
        """
        ...


class Surroundings(Protocol):
    """The rest of what Outlook and the browser offer."""

    def touches(self, name: str) -> bool:
        """Whether the pointer or the focus is in the list of that name."""
        ...

    def open_page(self, url: str) -> None:
        """Open a page of the CRM in the user's browser."""
        ...

    def device(self) -> str:
        """What this device and its Outlook are called in the CRM's list of devices."""
        ...


@dataclass(frozen=True)
class Ports:
    """All that the app needs of its surroundings."""

    mailbox: Mailbox
    transport: Transport
    store: Store
    clock: Clock
    dialog: Dialog
    surroundings: Surroundings
    settings: MailboxSettings
    arrival: float = ARRIVAL_SECONDS
    marks: Marks = field(default_factory=Unmarked)
