"""Mails in a CRM with the component: stored, filed and related by its own operations (``crm/README.md``)."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Mapping, Sequence, Set
from dataclasses import replace
from functools import partial
from itertools import chain
from typing import Any, Protocol

from connector.errors import (
    AnswerError,
    AnswerUnreadable,
    MessagesDenied,
    PermissionDenied,
    Problem,
    RecordRefused,
    RelationMissing,
    SignInNeeded,
    TakeBackFailed,
)
from connector.finding.records import is_record_id
from connector.linking import message
from connector.linking.document import Document
from connector.linking.link import Link, LinkPlan, Upload
from connector.linking.moves import Event
from connector.linking.outcome import FileOutcome, given_up, too_large
from connector.linking.readback import filed
from connector.linking.statement import Part
from connector.linking.states import FileState, StoredMail
from connector.linking.storage import Pair, Row, Second, Stored, Told, asked_ahead, to_be_read
from connector.linking.zone import ServerZone
from connector.mail.identity import Sought, sought_unread
from connector.mail.pictures import lengths_in
from connector.ports import Clock, FormFile, Progress, Text
from connector.vtenext.component.answers import entries
from connector.vtenext.component.mails import document_from, documents_of, iso, mail_of, stored_from
from connector.vtenext.component.question import Question
from connector.vtenext.pieces import document as json_text

MAIL, LINK, FILE, RELATE = "mailconnectormail", "mailconnectorlink", "mailconnectorfile", "mailconnectorrelate"
FILL, TAKE_BACK, RECORD = "mailconnectorfill", "mailconnectortakeback", "mailconnectorrecord"
MOST_IDS, MOST_TARGETS, LONGEST_ADDRESS = 8, 50, 255
"""Message-IDs and records of one request, characters of a cloud address."""
_REFUSALS = {
    "record_refused": RecordRefused.code,
    "relation_missing": RelationMissing.code,
    "permission_denied": PermissionDenied.code,
}
_DROPPED = {
    # None is sent that is empty.
    "file_empty": "file-not-stored",
    "file_refused": "file-refused",
    "permission_denied": "file-refused",
    "address_too_long": "file-refused",
}


class Ask(Protocol):
    """Asks the component with the user's token; returns the result."""

    async def __call__(self, question: Question, progress: Progress | None = None) -> Any:
        """Raise `ConnectorError` in its kinds."""
        ...


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
            # There is nothing to store. What is wrong besides is told by the other two.
            return

    async def check(self, record_id: str) -> None:
        """Raise `RecordRefused` where the user is not shown the record."""
        try:
            await self._ask(Question(RECORD, {"id": record_id}))
        except (PermissionDenied, RelationMissing):
            # Storing tells it for each record.
            return

    # Finding ------------------------------------------------------------------------------------

    async def found(self, sought: Sought, subject: str, second: Second | None = None) -> tuple[StoredMail, ...]:
        """Find the user's mails by Message-ID; of many those are read whole that the subject fits."""
        found = await self.named(sought, iso(second.instant) if second else "")
        likely = to_be_read(found, subject)
        others = tuple(one for one in found if one not in likely)
        return tuple(sorted((*others, *await self.whole(likely)), key=lambda stored: stored.number))

    async def named(self, sought: Sought, date: str = "") -> tuple[StoredMail, ...]:
        """Find the user's mails by Message-ID, oldest first. The component reads a few of them whole."""
        given = {"message_ids": json.dumps(sought.beginnings[:MOST_IDS])} | ({"date": date} if date else {})
        found = [stored_from(copy) for copy in await self._copies(given)]
        fitting = (one for one in found if sought.fits(str(one.row["messageid"])))
        return tuple(sorted(fitting, key=lambda stored: stored.number))

    async def whole(self, found: Sequence[StoredMail]) -> tuple[StoredMail, ...]:
        """Read mails whole; those that are gone by now are left out."""

        async def read(stored: StoredMail) -> tuple[StoredMail, ...]:
            if stored.whole:
                return (stored,)
            try:
                return (stored_from(await self._copy(stored.id), ours=stored.ours),)
            except RecordRefused:
                return ()

        return tuple(chain.from_iterable(await asyncio.gather(*map(read, found))))

    async def read(self, mail_id: str) -> Row:
        """Read one stored mail."""
        return stored_from(await self._copy(mail_id)).row

    async def documents(
        self, stored: StoredMail, message_id: str, *, newest: bool = False, most: int = 0
    ) -> list[Document]:
        """Return the Documents of a mail: the component knows whose they are."""
        return list(documents_of(await self._copy(stored.id, digests=True)))

    async def _copy(self, mail_id: str, *, digests: bool = False) -> Mapping[str, Any]:
        """A mail as it stands; with ``digests`` the component reads its files for it."""
        for copy in await self._copies({"message": mail_id} | ({"digests": "1"} if digests else {})):
            if copy.get("id") == mail_id:
                return copy
        raise AnswerUnreadable(reason=MAIL)

    async def _copies(self, given: Mapping[str, str]) -> list[Mapping[str, Any]]:
        result = await self._ask(Question(MAIL, given))
        if not isinstance(result, dict) or not isinstance(result.get("copies"), list):
            raise AnswerUnreadable(reason=MAIL)
        return entries(result["copies"])

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
        related, refused, _ = _pairs(result, LINK)
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

    async def send_file(self, link: Link, place: int, progress: Progress | None = None) -> FileOutcome:
        """Store one attachment as a Document of the mail, like those that came with it."""
        outcome = link.files[place]
        given = {"message": link.stored_mail.id, "place": str(place + 1), "name": outcome.name}
        if outcome.url:
            if not outcome.url.startswith("https://") or len(outcome.url.encode()) > LONGEST_ADDRESS:
                return given_up(outcome, "file-refused")
            given["url"] = outcome.url
        files = [FormFile("file", outcome.name, outcome.file)] if outcome.file else []
        try:
            result = await self._ask(Question(FILE, given, files=files), progress)
        except PermissionDenied as error:
            return given_up(outcome, "file-refused", **error.details)
        if not isinstance(result, dict):
            raise AnswerUnreadable(reason=FILE)
        told = result.get("document")
        if not isinstance(told, dict) or not is_record_id(told.get("id")):
            code = _problem(_dropped(result).get(place, ""))
            return too_large(outcome) if code == "file-over-server-limit" else given_up(outcome, code)
        document = document_from(told)
        if outcome.file is not None and document.size != outcome.file.size:
            return given_up(outcome, "file-part-stays", stored=document.title)
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

    async def relate(self, link: Link, pending: Mapping[str, Sequence[str]], told: Told) -> None:
        """Relate the mail and all its Documents to the records that are wanted, fifty at a time."""
        mail, documents = link.stored_mail.id, frozenset(link.documents)
        left = {(source, target) for source, targets in pending.items() for target in targets}
        # Mail and Documents are related to one another by the same call.
        own = {pair for pair in left if mail in pair and documents & set(pair)}
        left -= own
        records = [record.id for record in link.targets if any(pair[1] == record.id for pair in left)]
        if own and not records:
            records = [record.id for record in link.targets][:1]
        for start in range(0, len(records), MOST_TARGETS):
            await self._relate(mail, records[start : start + MOST_TARGETS], left, told)
        told(own, {})

    async def _relate(self, mail: str, targets: Sequence[str], left: set[Pair], told: Told) -> None:
        """Ask until all is related or refused; leaves the rest where a round brings nothing."""
        while True:
            result = await self._ask(Question(RELATE, {"message": mail, "targets": json.dumps(targets)}))
            related, refused, complete = _pairs(result, RELATE)
            told(related, refused)
            settled = left & (related | refused.keys())
            # Where the mail is refused, nobody wants its Documents.
            refusing = {pair[1] for pair in refused if pair[0] == mail}
            left -= settled | {pair for pair in left if pair[1] in refusing}
            waiting = {pair for pair in left if pair[1] in targets}
            if not waiting:
                return
            if any(pair[0] == mail for pair in waiting) or not (complete or settled):
                raise AnswerUnreadable(reason=RELATE)
            if complete:
                # The component relates all Documents of the mail: these are none any more.
                gone = Problem(RecordRefused.code)
                told(frozenset(), dict.fromkeys(waiting, gone))
                left -= waiting
                return

    async def remove(self, link: Link, mail: StoredMail | None, documents: Sequence[str]) -> None:
        """Take back what this user's own link stored. Raises `TakeBackFailed` unless all of it is gone."""
        where = mail or link.stored
        if where is None:
            if documents:
                raise _stays(link)
            return
        gone = await self._take_back(link, where, {"mail": True}, {where.id}) if mail else frozenset[str]()
        # With the mail go its Documents; one that was removed before is not told with it.
        left = [one for one in documents if one not in gone]
        for start in range(0, len(left), MOST_TARGETS):
            some = left[start : start + MOST_TARGETS]
            await self._take_back(link, where, {"documents": some}, set(some))

    async def _take_back(
        self, link: Link, mail: StoredMail, what: Mapping[str, Any], wanted: Set[str]
    ) -> frozenset[str]:
        """Ask once; return what is gone. Raises `TakeBackFailed` where something that is wanted is not."""
        try:
            result = await self._ask(Question(TAKE_BACK, {"message": mail.id, "what": json.dumps(what)}))
        except RecordRefused as error:
            # It may also be hidden from this user, or another's by now.
            if wanted == {mail.id} and error.details.get("gone") == "yes":
                return frozenset({mail.id})
            raise _stays(link) from error
        removed = result.get("removed") if isinstance(result, dict) else None
        if not isinstance(removed, list):
            raise AnswerUnreadable(reason=TAKE_BACK)
        gone = frozenset(filter(is_record_id, removed))
        if wanted - gone:
            codes = (one.get("code") for one in entries(result.get("stays")) if one.get("id") in wanted)
            raise _stays(link, str(next(codes, "") or ""))
        return gone


def _stays(link: Link, reason: str = "") -> TakeBackFailed:
    return TakeBackFailed(subject=link.plan.mail.subject, reason=reason)


def _problem(code: str) -> str:
    """What the component says of a file that it did not store; what did not arrive was most likely too large."""
    return _DROPPED.get(code, "file-over-server-limit")


def _names(link: Link) -> Text:
    return [json.dumps([one.name for one in link.files], ensure_ascii=False)]


def _storing(upload: Upload, records: Sequence[str]) -> Question:
    return Question(LINK, {"targets": json.dumps(list(records)[:MOST_TARGETS])}, upload.record, upload.files)


def _pairs(result: Any, operation: str) -> tuple[frozenset[Pair], dict[Pair, Problem], bool]:
    """What is related, what is refused, and whether that is all. Raises `AnswerUnreadable`."""
    if not isinstance(result, dict) or type(result.get("complete")) is not bool:
        raise AnswerUnreadable(reason=operation)
    told, refusals = result.get("related"), entries(result.get("refused"))
    if not isinstance(told, list):
        raise AnswerUnreadable(reason=operation)
    related = {
        (one[0], one[1]) for one in told if isinstance(one, list) and len(one) == 2 and all(map(is_record_id, one))
    }
    refused = {}
    for one in refusals:
        code, details = _REFUSALS.get(str(one.get("code"))), one.get("details")
        if code is not None and is_record_id(one.get("source")) and is_record_id(one.get("target")):
            given = {key: str(value)[:200] for key, value in details.items()} if isinstance(details, dict) else {}
            refused[str(one["source"]), str(one["target"])] = Problem(code, given)
    return frozenset(related), refused, result["complete"]


def _dropped(result: Mapping[str, Any]) -> dict[int, str]:
    """The codes of files that were not stored, by their places from 0."""
    told = entries(result.get("dropped"))
    return {one["place"] - 1: str(one.get("code"))[:60] for one in told if type(one.get("place")) is int}
