"""The ports of the pane on CPython, but for HTTP (`plain_http`): a mailbox over parsed mails, the system's clock.

With them the contract tests run the pane's own client against the sandbox CRM without a browser.
"""

from __future__ import annotations

import asyncio
import base64
import datetime
import hashlib
import itertools
import quopri
import re
import zoneinfo
from collections.abc import Mapping, Sequence

from connector.errors import NoMailOpen, OfficeCallFailed, OfficeTooOld
from connector.ports import (
    CloudLink,
    DataUrl,
    FileHandle,
    Form,
    PartFile,
    Piece,
    RawAddress,
    RawAttachment,
    RawMail,
    Text,
    Traits,
    WholeFile,
)
from contract.skeletons import skeleton_of
from standin_outlook.mails import Address, Attachment, Format, Kind, Mail

PIECE = 4 * 1024 * 1024


class Files:
    """Bytes by key, as the browser holds them outside Python."""

    def __init__(self) -> None:
        self.held: dict[str, tuple[bytes, str]] = {}
        self._numbers = itertools.count(1)

    def hold(self, content: bytes, media_type: str) -> FileHandle:
        """Keep the bytes and return their handle."""
        key = f"file-{next(self._numbers)}"
        self.held[key] = (content, media_type)
        return FileHandle(key, len(content), media_type)

    def text(self, pieces: Text) -> str:
        """A text with its pictures filled in."""
        return "".join(self._data_url(piece.file) if isinstance(piece, DataUrl) else piece for piece in pieces)

    def _data_url(self, file: FileHandle) -> str:
        content, _ = self.held[file.key]
        return f"data:{file.media_type};base64,{base64.b64encode(content).decode()}"


class MailFileMailbox:
    """The port ``Mailbox`` over a parsed mail file."""

    def __init__(
        self, files: Files, user_address: str = "sales@ourcompany.example", *, reads_files: bool = True
    ) -> None:
        self._files = files
        self._user_address = user_address
        self._reads_files = reads_files
        self.open: Mail | None = None
        self.has_whole = reads_files
        self.shared_owner = ""
        self.opened_instead = ""

    def select(self, mail: Mail | None) -> None:
        """Select a mail, or none."""
        self.open = mail

    @property
    def owner(self) -> RawAddress:
        """Whose mailbox it is."""
        return RawAddress("Sales", self._user_address)

    async def shared(self) -> tuple[str, ...]:
        """Whose mailbox the mail lies in, where that is another's."""
        return (self.shared_owner,) if self.shared_owner else ()

    def shows(self, traits: Traits | None) -> bool:
        """Whether this is the open mail."""
        now = self.mail()
        return now is None if traits is None else now is not None and traits.same(now.traits)

    def mail(self) -> RawMail | None:
        """The open mail's properties."""
        mail = self.open
        if mail is None:
            return None
        return RawMail(
            item_id=mail.item_id,
            subject=mail.subject,
            sender=_raw(mail.sender),
            author=_raw(mail.from_),
            to=tuple(RawAddress(one.name, one.address) for one in mail.to),
            cc=tuple(RawAddress(one.name, one.address) for one in mail.cc),
            created=mail.date.astimezone(datetime.UTC),
            message_id=mail.internet_message_id,
            conversation_id=mail.conversation_id,
            attachments=tuple(_listed(mail, index, one) for index, one in enumerate(mail.attachments)),
            shared=bool(self.shared_owner),
            item_class=mail.item_class,
        )

    def instead(self) -> str:
        """What is open where no mail is."""
        return self.opened_instead if self.open is None else ""

    def reads_files(self) -> bool:
        """Whether attachments can be read."""
        return self._reads_files

    async def headers(self) -> str:
        """The internet headers; they came with the same requirement set as attachments."""
        return self.open.headers if self.open and self._reads_files else ""

    async def body(self, form: Form) -> str:
        """The body."""
        if self.open is None:
            raise NoMailOpen
        return self.open.html if form == "html" else self.open.text

    async def whole(self) -> str:
        """The skeleton of the whole message."""
        return skeleton_of(self.open.raw) if self.open and self.open.raw and self.has_whole else ""

    def unlisted(self) -> int:
        """None: this is Outlook's list."""
        return 0

    async def content_ids(self) -> Mapping[str, str]:
        """Nothing but what stands in the list."""
        return {}

    async def original(self) -> WholeFile:
        """The whole message as a file."""
        if self.open is None:
            raise NoMailOpen
        if not self.has_whole:
            raise OfficeTooOld(what="message")
        if not self.open.raw:
            raise OfficeCallFailed(what="message", reason="no content")
        return self._whole_file(self.open.raw)

    def _whole_file(self, raw: bytes) -> WholeFile:
        return WholeFile(self._files.hold(raw, "message/rfc822"), skeleton_of(raw), hashlib.sha256(raw).hexdigest())

    async def read_file(self, attachment: RawAttachment) -> FileHandle | CloudLink:
        """Read one attachment."""
        if not self._reads_files:
            raise OfficeTooOld(what=attachment.name)
        if self.open is None:
            raise NoMailOpen
        index = next(i for i, _ in enumerate(self.open.attachments) if self.open.attachment_id(i) == attachment.id)
        found = self.open.attachments[index]
        if found.format is Format.URL:
            return CloudLink(found.content.decode())
        media_type = {Format.EML: "message/rfc822", Format.ICALENDAR: "text/calendar"}.get(found.format)
        return self._files.hold(found.content, media_type or found.content_type)

    async def enclosed(self, attachment: RawAttachment) -> str:
        """The skeleton of a mail that is attached."""
        file = await self.read_file(attachment)
        return "" if isinstance(file, CloudLink) else skeleton_of(self._files.held.pop(file.key)[0])

    async def part(self, whole: FileHandle, piece: Piece, media_type: str) -> PartFile:
        """Take a part out of a held message."""
        raw, _ = self._files.held[whole.key]
        written = raw[piece.start : piece.end]
        if piece.encoding == "base64":
            signs = re.sub(rb"[^A-Za-z0-9+/]", b"", written)
            if len(signs) % 4 == 1:
                raise OfficeCallFailed(what="part", reason="no base64")
            content = base64.b64decode(signs + b"=" * (-len(signs) % 4))
            odd = re.search(rb"[^A-Za-z0-9+/=\s]|=\s*[A-Za-z0-9+/]", written) is not None
            return PartFile(self._files.hold(content, media_type), odd)
        if piece.encoding not in ("", "7bit", "8bit", "binary", "quoted-printable"):
            raise OfficeCallFailed(what="part", reason=f"written in {piece.encoding}")
        content = re.sub(rb"\r?\n\Z", b"", written) if piece.closed else written
        if piece.encoding == "quoted-printable":
            content = quopri.decodestring(content)
        return PartFile(self._files.hold(content, media_type))

    async def digest(self, file: FileHandle) -> str:
        """What tells the file's bytes from others."""
        content, _ = self._files.held[file.key]
        pieces = [content[start : start + PIECE] for start in range(0, max(len(content), 1), PIECE)]
        return hashlib.sha256(b"".join(hashlib.sha256(piece).digest() for piece in pieces)).hexdigest()

    def drop_files(self, files: Sequence[FileHandle]) -> None:
        """Let go of the bytes."""
        for file in files:
            self._files.held.pop(file.key, None)


class MailFileMarks:
    """The port ``Marks`` over the open mail of a mailbox: ``kept`` and ``bars`` are by its item ids."""

    def __init__(self, mailbox: MailFileMailbox) -> None:
        self._mailbox = mailbox
        self.kept: dict[str, str] = {}
        self.bars: dict[str, str] = {}
        self.categories: dict[str, set[str]] = {}
        self.refuses = False

    async def categorize(self, traits: Traits, category: str, *, has: bool) -> None:
        """Give the mail a category, or take it away, as long as it is the open one."""
        item_id = self._open()
        if self._mailbox.shows(traits):
            known = self.categories.setdefault(item_id, set())
            (known.add if has else known.discard)(category)

    async def mark(self) -> str:
        """The open mail's mark."""
        return self.kept.get(self._open(), "")

    async def keep(self, traits: Traits, text: str) -> None:
        """Give the mail this mark, as long as it is the open one."""
        item_id = self._open()
        if self._mailbox.shows(traits):
            self.kept[item_id] = text

    async def show(self, text: str) -> None:
        """Show a bar over the open mail."""
        assert len(text) <= 150
        self.bars[self._open()] = text

    def _open(self) -> str:
        if self.refuses:
            raise OfficeCallFailed(what="mark", reason="This item can't be changed (9020)")
        return self._mailbox.open.item_id if self._mailbox.open else ""


def _raw(person: Address | None) -> RawAddress | None:
    return RawAddress(person.name, person.address) if person else None


def _listed(mail: Mail, index: int, attachment: Attachment) -> RawAttachment:
    kind = {Kind.FILE: "file", Kind.ITEM: "item", Kind.CLOUD: "cloud"}[attachment.kind]
    return RawAttachment(
        id=mail.attachment_id(index),
        name=attachment.name,
        size=len(attachment.content),
        media_type=attachment.content_type,
        kind=kind,
        inline=attachment.is_inline,
        place=index,
    )


class SystemClock:
    """The port ``Clock`` over the system's; waiting is skipped, so that retries cost no time."""

    def __init__(self) -> None:
        self.slept = 0.0

    def now(self) -> datetime.datetime:
        """The time."""
        return datetime.datetime.now(datetime.UTC)

    def offset(self, zone: str, instant: datetime.datetime) -> int | None:
        """Minutes east of UTC."""
        try:
            difference = instant.astimezone(zoneinfo.ZoneInfo(zone)).utcoffset()
        except (zoneinfo.ZoneInfoNotFoundError, ValueError):
            return None
        return int(difference.total_seconds() // 60) if difference is not None else None

    def zone(self) -> str:
        """The device's zone."""
        return "Europe/Berlin"

    async def sleep(self, seconds: float) -> None:
        """Note the wait, and give others their turn."""
        self.slept += seconds
        await asyncio.sleep(0)
