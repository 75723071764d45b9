"""Mails in a CRM with the component: stored, filed and related by its own operations (``crm/README.md``)."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import Any

from connector.errors import (
    AnswerError,
    AnswerUnreadable,
    MessagesDenied,
    PermissionDenied,
    RelationMissing,
    SignInNeeded,
    TakeBackFailed,
)
from connector.finding.records import is_record_id
from connector.linking import message
from connector.linking.document import Document
from connector.linking.link import Link, LinkPlan, Upload
from connector.linking.moves import Event
from connector.linking.note import Comment
from connector.linking.outcome import FileOutcome, given_up, too_large
from connector.linking.readback import filed
from connector.linking.statement import Part
from connector.linking.states import FileState, StoredMail
from connector.linking.storage import Report, Row, Second, Stored, asked_ahead
from connector.linking.zone import ServerZone
from connector.mail.identity import Sought, sought_unread
from connector.mail.pictures import lengths_in
from connector.ports import Clock, FormFile, Progress, Text
from connector.vtenext.component import commenting, lookup, relating
from connector.vtenext.component.answers import entries
from connector.vtenext.component.mails import document_from, documents_of, iso, mail_of, stored_from
from connector.vtenext.component.question import Ask, Question
from connector.vtenext.pieces import document as json_text

LINK, FILE, FILL, RECORD = "mailconnectorlink", "mailconnectorfile", "mailconnectorfill", "mailconnectorrecord"
_DROPPED = {
    # None is sent that is empty.
    "file_empty": "file-not-stored",
    "file_refused": "file-refused",
    "permission_denied": "file-refused",
    "address_too_long": "file-link-odd",
}


Prepare = Callable[[Question], None]
"""Does of an `Ask` that is likely to come what can be done before; returns at once."""


class ComponentStorage:
    """A `connector.linking.storage.Storage`."""

    stores_once = True

    def __init__(self, ask: Ask, prepare: Prepare) -> None:
        self.turn = asyncio.Lock()
        self.ahead = asked_ahead()
        self.most_files: int | None = None
        self._ask = ask
        self._prepare = prepare

    def look_ahead(self, plan: LinkPlan) -> None:
        """Look for the mail and at the records. Storing checks the user's rights once more.

        To store nothing is asked, too: for each operation a browser asks the server for leave, and remembers that for
        some seconds.
        """
        mail = plan.mail
        if mail.message_id:
            sought = sought_unread(mail.message_id, mail.subject)
            self.ahead.begin(mail.message_id, partial(self.found, sought, mail.subject))
        for record in plan.records:
            self.ahead.begin(record.id, partial(self.check, record.id))
        self.ahead.begin(LINK, self._store_nothing)

    async def _store_nothing(self) -> None:
        try:
            await self._ask(Question(LINK, {}))
        except AnswerError:
            # There is nothing to store. The other two find out what is wrong besides.
            return

    async def check(self, record_id: str) -> None:
        """Raise `RecordRefused` where the user is not shown the record."""
        try:
            await self._ask(Question(RECORD, {"id": record_id}))
        except (PermissionDenied, RelationMissing):
            # Storing answers for each record.
            return

    # Finding ------------------------------------------------------------------------------------

    async def found(self, sought: Sought, subject: str, second: Second | None = None) -> tuple[StoredMail, ...]:
        """Find the user's mails by Message-ID; of many those are read whole that the subject fits."""
        return await lookup.found(self._ask, sought, subject, second)

    async def named(self, sought: Sought) -> tuple[StoredMail, ...]:
        """Find the user's mails by Message-ID, oldest first. The component reads a few of them whole."""
        return await lookup.named(self._ask, sought)

    async def whole(self, found: Sequence[StoredMail]) -> tuple[StoredMail, ...]:
        """Read mails whole; those that are gone by now are left out."""
        return await lookup.whole(self._ask, found)

    async def read(self, mail_id: str) -> Row:
        """Read one stored mail."""
        return await lookup.read(self._ask, mail_id)

    async def documents(
        self, stored: StoredMail, message_id: str, *, newest: bool = False, most: int = 0
    ) -> list[Document]:
        """Return the Documents of a mail: the component knows whose they are."""
        return await lookup.documents(self._ask, stored)

    # Storing ------------------------------------------------------------------------------------

    def upload(self, link: Link, date: str) -> Upload:
        """Make what stores the mail. The component turns its date into the server's own time."""
        text, lacking = message.text_of(link, link.read_content)
        sending = {} if link.piecewise else {i: one for i, one in enumerate(link.files) if one.state is FileState.READ}
        files = [FormFile(f"file{i}", one.name, one.file) for i, one in sending.items() if one.file]
        record = {"mail": json_text(mail_of(link), {"html": text}), "names": _names(link)}
        return Upload(record, tuple(files[: self.most_files]), lacking, lengths_in(text))

    def prepare(self, upload: Upload, records: Sequence[str]) -> None:
        """Make the form."""
        self._prepare(_storing(upload, records))

    async def store(self, upload: Upload, records: Sequence[str], progress: Progress | None = None) -> Stored:
        """Store the mail with its files and relate it; a mail that stands already is completed."""
        try:
            result = await self._ask(_storing(upload, records), progress)
        except PermissionDenied as error:
            raise MessagesDenied(**error.details) from error
        if not isinstance(result, dict):
            raise AnswerUnreadable(reason=LINK)
        stored = stored_from(result.get("message"), ours=True)
        documents = documents_of(result["message"])
        related, refused, _ = relating.pairs(result, LINK)
        copies = result.get("copies")
        return Stored(
            stored,
            documents,
            tuple(filter(is_record_id, copies)) if isinstance(copies, list) else None,
            related | {(stored.id, one.id) for one in documents},
            refused,
            {place: _problem(code) for place, code in _dropped(result).items() if code != "file_missing"},
            dated=True,
        )

    async def may_store(self) -> bool:
        """Return False: what the component refuses for a missing right it names so."""
        return False

    async def add_files(
        self, link: Link, places: Sequence[int], files: Sequence[FormFile], progress: Progress | None = None
    ) -> Stored | None:
        """Send the mail again with further files: the component adds what it does not have."""
        record = {"mail": json_text(mail_of(link), {"html": [""]}), "names": _names(link)}
        upload = Upload(record, tuple(files), ())
        return await self.store(upload, [one.id for one in link.targets], progress)

    async def send_file(
        self, link: Link, outcome: FileOutcome, place: int, progress: Progress | None = None
    ) -> FileOutcome:
        """Store one file as a Document of the mail, like those that came with it."""
        given = {"message": link.stored_mail.id, "place": str(place + 1), "name": outcome.name}
        if outcome.url:
            given["url"] = outcome.url
        files = [FormFile("file", outcome.name, outcome.file)] if outcome.file else []
        try:
            result = await self._ask(Question(FILE, given, files=files), progress)
        except PermissionDenied as error:
            return given_up(outcome, "file-refused", **error.details)
        if not isinstance(result, dict):
            raise AnswerUnreadable(reason=FILE)
        entry = result.get("document")
        if not isinstance(entry, dict) or not is_record_id(entry.get("id")):
            code = _problem(_dropped(result).get(place, ""))
            return too_large(outcome) if code == "file-over-server-limit" else given_up(outcome, code)
        document = document_from(entry)
        if outcome.file is not None and document.size != outcome.file.size:
            try:
                await self.remove(link, None, [document.id])
            except TakeBackFailed:
                return given_up(outcome, "file-part-stays", stored=document.title)
            return too_large(outcome)
        return filed(outcome, document, alone=outcome.alone)

    async def mark(self, link: Link) -> None:
        """Do nothing: the component knows whose Documents they are."""

    async def dated(self, link: Link, clock: Clock, zone: ServerZone) -> tuple[Link, ServerZone]:
        """Learn the server's zone, in which the component has written the date."""
        dated = link.moved(Event.DATED, copy=replace(link.standing, dated=True))
        return dated, zone.seen_in(link.stored_mail.created, clock)

    async def fill(self, link: Link, text: Text, clock: Clock, zone: ServerZone) -> tuple[Row, ServerZone]:
        """Have the component give the mail its text and date; what has a text keeps it."""
        given = {"message": link.stored_mail.id}
        if Part.DATE in link.lacks:
            given["date"] = iso(link.read_content.date)
        try:
            result = await self._ask(Question(FILL, given, {"html": text} if text else None))
        except SignInNeeded:
            raise
        except AnswerError:
            return {}, zone
        if not isinstance(result, dict):
            raise AnswerUnreadable(reason=FILL)
        stored = stored_from(result.get("message"))
        return stored.row, zone.seen_in(stored.created, clock)

    # Relating and taking back -------------------------------------------------------------------

    async def relate(self, link: Link, pending: Mapping[str, Sequence[str]], report: Report) -> None:
        """Relate the mail and all its Documents to the records that are wanted, fifty at a time."""
        await relating.relate(self._ask, link, pending, report)

    async def note(self, link: Link, record: str) -> Comment:
        """Have the component write it; the same once more is the one that stands."""
        return await commenting.write(self._ask, link, record)

    async def noted(self, link: Link, record: str) -> Comment | None:
        """Return None beside an own mail, with which it goes; else have it written again, which doubles nothing."""
        own = link.stored is None or link.stored.ours
        return None if own else await self.note(link, record)

    async def remove(
        self, link: Link, mail: StoredMail | None, documents: Sequence[str], comments: Sequence[str] = ()
    ) -> None:
        """Take back what this user's own link stored. Raises `TakeBackFailed` unless all of it is gone."""
        await relating.remove(self._ask, link, mail, documents, comments)


def _problem(code: str) -> str:
    """What the component says of a file that it did not store; what did not arrive was most likely too large."""
    return _DROPPED.get(code, "file-over-server-limit")


def _names(link: Link) -> Text:
    return [json.dumps([one.name for one in link.files], ensure_ascii=False)]


def _storing(upload: Upload, records: Sequence[str]) -> Question:
    return Question(LINK, {"targets": json.dumps(list(records)[: relating.MOST_TARGETS])}, upload.record, upload.files)


def _dropped(result: Mapping[str, Any]) -> dict[int, str]:
    """The codes of files that were not stored, by their places from 0."""
    dropped = entries(result.get("dropped"))
    return {one["place"] - 1: str(one.get("code"))[:60] for one in dropped if type(one.get("place")) is int}
