"""The CRM as a place for mails: what a link asks of it, by stock operations or by the component.

    storage = storing(client)
    found = await storage.found(sought, subject)
    stored = await storage.store(storage.upload(link, shown), records, progress)
    await storage.relate(link, link.pending_documents(), report)

`connector.vtenext.stock` and `connector.vtenext.component` implement it. A mail in the CRM is a row with
vtenext's own names of the fields of ``Messages``, so that both are compared in the same way
(`connector.mail.sameness`, `connector.linking.comparison`).
"""

from __future__ import annotations

import asyncio
import datetime
from collections.abc import Callable, Mapping, Sequence, Set
from dataclasses import dataclass, field
from typing import Any, Protocol

from connector.errors import Problem
from connector.linking.document import Document
from connector.linking.link import Link, LinkPlan, Upload
from connector.linking.note import Comment
from connector.linking.outcome import FileOutcome
from connector.linking.prefetch import Anew, Prefetch
from connector.linking.states import StoredMail
from connector.linking.zone import ServerZone
from connector.mail.identity import Sought
from connector.mail.sameness import same_subject
from connector.ports import Clock, FormFile, Progress, Text

Row = Mapping[str, Any]
MOST_FOUND, MOST_READ = 100, 8
"""How many mails with one Message-ID the CRM lists at most, and how many of them are read whole."""
Pair = tuple[str, str]
"""A source, which is a mail or a Document, and the record to which it is related."""
Report = Callable[[Set[Pair], Mapping[Pair, Problem]], None]
"""Takes what has been related, and what was refused, since it was called last."""
LASTING = 20.0
"""For how many seconds an answer is used that came while the user was choosing."""


def asked_ahead() -> Prefetch[str]:
    """Return what takes the questions that are asked while the user is choosing; one that failed is asked anew."""
    return Prefetch[str](lasts=LASTING, anew=Anew.ALWAYS)


@dataclass(frozen=True)
class Second:
    """When a mail was written: the instant, and how the CRM shows it on its server's clock."""

    instant: datetime.datetime
    shown: str


@dataclass(frozen=True)
class Stored:
    """What storing a mail brought.

    ``documents`` and ``copies`` (ids of the user's mails with this Message-ID) are None where the CRM has to be read
    for them. ``related`` and ``refused`` are pairs that are settled already, ``dropped`` the codes of the problems of
    files that the CRM has refused, by their places. ``dated``: the CRM has written the mail's date on its own clock,
    and tells when it was created with the offset of that.
    """

    mail: StoredMail
    documents: tuple[Document, ...] | None = None
    copies: tuple[str, ...] | None = None
    related: frozenset[Pair] = frozenset()
    refused: Mapping[Pair, Problem] = field(default_factory=dict)
    dropped: Mapping[int, str] = field(default_factory=dict)
    dated: bool = False


def to_be_read(found: Sequence[StoredMail], subject: str) -> tuple[StoredMail, ...]:
    """Return those of the found mails that may be the mail by their subjects, the last ones, unless they are whole."""
    likely = [one for one in found if not one.whole and same_subject(subject, one.row.get("subject")) is not False]
    return tuple(likely[-MOST_READ:])


class Storage(Protocol):
    """The mails of the signed-in user. Lives as long as the sign-in.

    All methods raise `ConnectorError` in its kinds: `SignInNeeded`, `ReachError`, `AnswerError`, `ComponentError`.
    """

    turn: asyncio.Lock
    """Held from storing a mail to reading it back."""
    ahead: Prefetch[str]
    """What was asked before it is needed."""
    most_files: int | None
    """How many files of a request the CRM takes: as it says, as PHP does, or fewer where fewer arrived."""
    stores_once: bool
    """Whether a mail that is sent twice is stored once."""

    def look_ahead(self, plan: LinkPlan) -> None:
        """Ask what a link begins with while the user is choosing, where the CRM checks that once more later."""
        ...

    async def check(self, record_id: str) -> None:
        """Raise `RecordRefused` where the CRM does not show this record to the user."""
        ...

    async def found(self, sought: Sought, subject: str, second: Second | None = None) -> tuple[StoredMail, ...]:
        """Find the user's linked mails by Message-ID, oldest first; those that ``subject`` fits are read whole.

        With ``second`` only those that the CRM has with that date.
        """
        ...

    async def named(self, sought: Sought) -> tuple[StoredMail, ...]:
        """Find as `found` does, and read none of them."""
        ...

    async def whole(self, found: Sequence[StoredMail]) -> tuple[StoredMail, ...]:
        """Read mails whole; those that are gone by now are left out."""
        ...

    async def read(self, mail_id: str) -> Row:
        """Read one stored mail. Raises `RecordRefused` where there is none any more."""
        ...

    async def documents(
        self, stored: StoredMail, message_id: str, *, newest: bool = False, most: int = 0
    ) -> list[Document]:
        """Return what may be the Documents of a mail, oldest first.

        ``newest``: the user has stored no mail since. ``most``: so many are enough then; 0 asks for all.
        """
        ...

    def upload(self, link: Link, date: str) -> Upload:
        """Make what stores the mail; ``date`` is the mail's as the CRM's server shows it."""
        ...

    def prepare(self, upload: Upload, records: Sequence[str]) -> None:
        """Do of a `store` that is likely to come what can be done before."""
        ...

    async def store(self, upload: Upload, records: Sequence[str], progress: Progress | None = None) -> Stored:
        """Store a mail with its files, and where that can be done at once relate it to the records."""
        ...

    async def may_store(self) -> bool:
        """Return whether the CRM says that the user may store mails; False where it does not say."""
        ...

    async def add_files(
        self, link: Link, places: Sequence[int], files: Sequence[FormFile], progress: Progress | None = None
    ) -> Stored | None:
        """Add files to a stored mail, as those that came with it; None where its Documents have to be read for them."""
        ...

    async def send_file(
        self, link: Link, outcome: FileOutcome, place: int, progress: Progress | None = None
    ) -> FileOutcome:
        """Send a file on its own, in its place among the mail's; raises where it may, or may not, have arrived."""
        ...

    async def mark(self, link: Link) -> None:
        """Note in Documents that were added later to which mail they belong, where nothing else says so."""
        ...

    async def dated(self, link: Link, clock: Clock, zone: ServerZone) -> tuple[Link, ServerZone]:
        """Correct the date of a mail that this link stored, where the zone of the server was guessed wrong."""
        ...

    async def fill(self, link: Link, text: Text, clock: Clock, zone: ServerZone) -> tuple[Row, ServerZone]:
        """Give a stored mail what it lacks (`Link.lacks`): the text, its date.

        Returns the mail as stored, empty where the CRM does not tell it, and what is known of the server's zone now.
        What the CRM refuses stays as it is.
        """
        ...

    async def relate(self, link: Link, pending: Mapping[str, Sequence[str]], report: Report) -> None:
        """Relate the mail and its Documents to what each still has to be related to.

        Raises the first `ConnectorError` when all that was under way has ended; what was reported stands.
        """
        ...

    async def note(self, link: Link, record: str) -> Comment:
        """Write the link's note at a record. Raises `PermissionDenied`, and `RelationMissing` where it takes none."""
        ...

    async def noted(self, link: Link, record: str) -> Comment | None:
        """Look for the link's note at a record, of which no answer came; None where it is not there."""
        ...

    async def remove(
        self, link: Link, mail: StoredMail | None, documents: Sequence[str], comments: Sequence[str] = ()
    ) -> None:
        """Remove comments, Documents and the mail, unless they are gone. Raises `TakeBackFailed` on a refusal."""
        ...
