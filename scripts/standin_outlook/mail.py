"""What Outlook knows of one mail, as plain frozen data."""

from __future__ import annotations

import base64
import enum
from dataclasses import dataclass, field
from datetime import datetime


class Kind(enum.Enum):
    """Office's ``attachmentType``; the value is the number on office.js's wire."""

    FILE = 0
    ITEM = 1
    CLOUD = 2


class Format(enum.Enum):
    """Office's ``AttachmentContentFormat``: in which shape the content of an attachment comes."""

    BASE64 = "base64"
    EML = "eml"
    ICALENDAR = "iCalendar"
    URL = "url"


class Sort(enum.Enum):
    """Outlook's sort of item (``itemType`` on the wire)."""

    MESSAGE = 1
    MEETING = 3


@dataclass(frozen=True)
class Address:
    """A mailbox: display name and SMTP address, either may be empty."""

    name: str
    address: str


@dataclass(frozen=True)
class Attachment:
    """One attachment as Outlook lists it, and its bytes.

    ``content`` is what a reader of the attachment must end up with, byte by byte: for items
    the UTF-8 bytes of the text that Outlook hands out, for cloud links the URL.
    """

    name: str
    content_type: str
    kind: Kind
    format: Format
    content: bytes = field(repr=False)
    is_inline: bool = False
    content_id: str = ""

    def wire_content(self) -> str:
        """The text that Outlook gives for it: base64 for files, else the text itself."""
        if self.format is Format.BASE64:
            return base64.b64encode(self.content).decode("ascii")
        return self.content.decode("utf-8", "replace")


@dataclass(frozen=True)
class Meeting:
    """The appointment that an invitation is about; times are aware, in UTC."""

    start: datetime | None
    end: datetime | None
    location: str


@dataclass(frozen=True)
class Mail:
    """A mail as Outlook shows it. Times are aware; ``raw`` is the whole file."""

    item_id: str
    subject: str
    normalized_subject: str
    from_: Address | None
    sender: Address | None
    to: tuple[Address, ...]
    cc: tuple[Address, ...]
    bcc: tuple[Address, ...]
    date: datetime
    internet_message_id: str
    conversation_id: str
    headers: str = field(repr=False)
    html: str = field(repr=False)
    text: str = field(repr=False)
    attachments: tuple[Attachment, ...]
    item_class: str
    sort: Sort
    meeting: Meeting | None
    raw: bytes = field(repr=False)
    source: str = ""

    def attachment_id(self, index: int) -> str:
        """The id Outlook gives to the attachment at this position: the item's id and a suffix."""
        return f"{self.item_id[:-1]}BEgAQ{index:04d}+/="
