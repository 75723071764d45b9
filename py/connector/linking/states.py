"""The states of a link. Each is one value out of a few, and what belongs to a state is inside it.

A link is in four of them at once: its `Course`, what was read of the mail (`ContentState`), what stands of the mail
in the CRM (`CopyState`), and for each attachment in a `FileState`. `connector.linking.moves`
says from which to which they lead.
"""

from __future__ import annotations

import datetime
import enum
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from connector.ports import Body


class Course(enum.Enum):
    """Where a link is going."""

    STARTING = "Starting"
    """The records are to be checked. Each run of a link begins here."""
    GOING = "Going"
    UNDOING = "Undoing"
    """Taking back was begun and is not done; before anything else it has to be."""


class Step(enum.Enum):
    """The steps of a link."""

    TAKE_BACK = "take-back"
    CHECK = "check"
    READ = "read"
    FIND = "find"
    FILES = "files"
    ORIGINAL = "original"
    STORE = "store"
    READ_BACK = "read-back"
    SEND_FILES = "send-files"
    SEND_ORIGINAL = "send-original"
    DATE = "date"
    RELATE = "relate"
    DOCUMENTS = "documents"
    NOTE = "note"
    FILL = "fill"


# What was read of the mail ------------------------------------------------------------------------


@dataclass(frozen=True)
class Content:
    """What was read of the mail beyond its properties. ``date`` is in UTC, ``internet_headers`` all of them as text.

    ``dated`` is false where the date is no more than that of its arrival in this mailbox.
    """

    body: Body
    date: datetime.datetime
    in_reply_to: str = ""
    references: str = ""
    bcc: str = ""
    reply_to: str = ""
    internet_headers: str = ""
    dated: bool = True


@dataclass(frozen=True)
class Unread:
    """Nothing was read yet."""


@dataclass(frozen=True)
class ReadEarly:
    """Read before the user asked for the link; Outlook was not asked since whether it is still that mail's."""

    content: Content


@dataclass(frozen=True)
class Read:
    """Read for this link."""

    content: Content


@dataclass(frozen=True)
class Withheld:
    """Read, but for the text that Outlook did not give: it is to be asked for once more, when all else is done."""

    content: Content


ContentState = Unread | ReadEarly | Read | Withheld


# What stands of the mail in the CRM ---------------------------------------------------------------


@dataclass(frozen=True)
class StoredMail:
    """The Messages record. ``ours`` is false for a mail that had been stored before this link.

    ``row`` are its fields, as far as the CRM has given them; ``whole``: it has given all.
    """

    id: str
    owner: str
    created: str
    date: str
    ours: bool
    row: Mapping[str, Any] = field(default_factory=dict, repr=False, compare=False)
    whole: bool = field(default=False, compare=False)

    @property
    def number(self) -> int:
        """The record number: later records have higher ones."""
        return int(self.id.partition("x")[2])


@dataclass(frozen=True)
class Unsought:
    """Nothing was sent, and nobody has looked for it."""


@dataclass(frozen=True)
class Absent:
    """It was looked for, and is not there."""


@dataclass(frozen=True)
class UnderWay:
    """It was sent, and no answer came: the CRM may store it now or later. It takes several looks."""


@dataclass(frozen=True)
class InDoubt:
    """The CRM may have it. The CRM has finished whatever it does about it, so one look is enough."""


@dataclass(frozen=True)
class Standing:
    """The mail stands there. ``dated``: its date is right, as far as the server's clock allows to say."""

    mail: StoredMail
    dated: bool = False


@dataclass(frozen=True)
class Unproven(Standing):
    """The mail stands there; which of its files do is to be read."""


@dataclass(frozen=True)
class Proven(Standing):
    """The mail stands there, and its Documents were read since anything was last sent."""


CopyState = Unsought | Absent | UnderWay | InDoubt | Unproven | Proven


class FileState(enum.Enum):
    """How far an attachment has come. Its bytes may be held in each state (`FileOutcome.file`)."""

    WAITING = "waiting"
    READ = "read"
    STORED = "stored"
    GIVEN_UP = "given-up"
