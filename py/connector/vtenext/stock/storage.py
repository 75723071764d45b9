"""Mails in a stock vtenext: stored, read back and related by its own operations, one step after the other."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace

from connector.errors import (
    AnswerError,
    PermissionDenied,
    RecordRefused,
    RequestTooLarge,
    SignInNeeded,
    TakeBackFailed,
)
from connector.linking import message
from connector.linking.document import Document, document_from, number_of
from connector.linking.link import Link, LinkPlan, Upload
from connector.linking.note import Comment
from connector.linking.outcome import FileOutcome, given_up, too_large
from connector.linking.readback import filed
from connector.linking.states import FileState, StoredMail
from connector.linking.storage import Report, Row, Second, Stored, asked_ahead
from connector.linking.zone import ServerZone
from connector.mail import filename
from connector.mail.identity import Sought
from connector.mail.pictures import lengths_in
from connector.ports import Clock, FormFile, Progress, Text
from connector.vtenext.client import CrmClient
from connector.vtenext.stock import commenting
from connector.vtenext.stock.completing import completed
from connector.vtenext.stock.correcting import corrected, encoded, unless_refused
from connector.vtenext.stock.dating import dated
from connector.vtenext.stock.lookup import (
    MOST,
    any_folder,
    documents_after,
    find_copies,
    find_mails,
    marker_of,
    next_mail,
    note_of,
    read_whole,
    stored_from,
)
from connector.vtenext.stock.relating import relate_all

MOST_FILES = 20
"""Files of a request that PHP takes where nobody has set it otherwise (``max_file_uploads``)."""


class StockStorage:
    """A `connector.linking.storage.Storage`."""

    stores_once = False

    def __init__(self, client: CrmClient) -> None:
        self.turn = asyncio.Lock()
        self.ahead = asked_ahead()
        self.most_files: int | None = MOST_FILES
        self._client = client
        self._folder = ""
        self._removed: Counter[str] = Counter()

    def look_ahead(self, plan: LinkPlan) -> None:
        """Do nothing: vtenext relates records without looking whether the user may see them, so that a link asks."""

    async def check(self, record_id: str) -> None:
        """Raise `RecordRefused` where the CRM does not show the record."""
        await self._client.retrieve(record_id)

    async def found(self, sought: Sought, subject: str, second: Second | None = None) -> tuple[StoredMail, ...]:
        """Find the user's mails by Message-ID, and read those that the subject fits."""
        return await find_copies(self._client, sought, subject, second.shown if second else "")

    async def named(self, sought: Sought) -> tuple[StoredMail, ...]:
        """Find the user's mails by Message-ID."""
        return await find_mails(self._client, sought)

    async def whole(self, found: Sequence[StoredMail]) -> tuple[StoredMail, ...]:
        """Read mails whole."""
        return await read_whole(self._client, found)

    async def read(self, mail_id: str) -> Row:
        """Read one stored mail."""
        return await self._client.retrieve(mail_id)

    async def documents(
        self, stored: StoredMail, message_id: str, *, newest: bool = False, most: int = 0
    ) -> list[Document]:
        """Return the Documents that the user created after the mail and that may be its files."""
        marker = marker_of(message_id)
        found = await documents_after(self._client, stored, marker, newest=newest, most=most or MOST)
        self._folder = self._folder or any_folder(found)
        return found

    # Storing ------------------------------------------------------------------------------------

    def upload(self, link: Link, date: str) -> Upload:
        """Make what stores the mail."""
        content = link.read_content
        sending = [] if link.piecewise else [o for o in link.files if o.state is FileState.READ and o.file]
        sending = sending[: self.most_files]
        files = [FormFile(f"file{i}", filename.upload_name(i, o.name), o.file) for i, o in enumerate(sending) if o.file]
        record, lacking = message.record_of(link, content, date, with_files=bool(files))
        if again := self._removed[link.message_id]:
            # A mail's relations hang on the hash of its Message-ID and subject, and outlive it: with the same hash
            # this one would stand at once where the removed one did.
            record["subject"] = f"{link.plan.mail.subject}{' ' * again}"
        return Upload(record, tuple(files), lacking, lengths_in(record["description"]))

    def prepare(self, upload: Upload, records: Sequence[str]) -> None:
        """Make the form."""
        self._client.prepare_mail(upload.record, upload.files)

    async def store(self, upload: Upload, records: Sequence[str], progress: Progress | None = None) -> Stored:
        """Store the mail with its files. What it is related to and what came of its files comes after."""
        row = await self._client.create("Messages", upload.record, files=upload.files, progress=progress)
        return Stored(stored_from(row, ours=True))

    async def may_store(self) -> bool:
        """Ask what the CRM says of the module."""
        return await unless_refused(self._client.may_store_mails(), otherwise=False)

    async def add_files(
        self, link: Link, places: Sequence[int], files: Sequence[FormFile], progress: Progress | None = None
    ) -> Stored | None:
        """Save the mail once more with further files."""
        named = [
            replace(one, name=filename.upload_name(place, link.files[place].name))
            for place, one in zip(places, files, strict=True)
        ]
        mail, subject = link.stored_mail.id, link.plan.mail.subject
        await corrected(self._client, mail, subject, {}, files=named, progress=progress)
        return None

    async def send_file(
        self, link: Link, outcome: FileOutcome, place: int, progress: Progress | None = None
    ) -> FileOutcome:
        """Create a Document of its own; its note says to which mail it belongs."""
        fields: dict[str, str | Text] = {
            "notes_title": outcome.name,
            "filestatus": "1",
            "filelocationtype": "E" if outcome.url else "I",
            "notecontent": note_of(link.message_id, place, outcome.sha256),
        }
        if self._folder:
            fields["folderid"] = self._folder
        if outcome.url:
            fields["filename"] = outcome.url
        files = [FormFile("filename", outcome.name, outcome.file)] if outcome.file else []
        try:
            row = await self._client.create("Documents", fields, files=files, progress=progress)
        except RequestTooLarge:
            return too_large(outcome)
        except PermissionDenied as error:
            # PHP answers a body over its limit in the same words as a missing right.
            return given_up(outcome, "file-refused", **error.details)
        document = document_from(row)
        if outcome.file is not None and "filesize" not in row:
            return replace(given_up(outcome, "file-unverified"), document=document.id, ours=True, alone=True)
        if outcome.file is not None and document.size != outcome.file.size:
            try:
                await self.remove(link, None, [document.id])
            except TakeBackFailed:
                return given_up(outcome, "file-part-stays", stored=document.title)
            return too_large(outcome)
        return filed(outcome, document, alone=True)

    async def mark(self, link: Link) -> None:
        """Note in Documents that were added to the mail whose they are, where another mail came between.

        Two devices of one user may store mails at once; later only what was created before the next mail is the mail's.
        """
        stored, added = link.stored_mail, [index for index, one in enumerate(link.files) if one.added and one.document]
        bound = await next_mail(self._client, stored) if added else None
        for index in added if bound is not None else ():
            document = link.files[index].document
            if number_of(document) > (bound or 0):
                try:
                    await self._client.revise(document, encoded({"notecontent": note_of(link.message_id, index)}))
                except SignInNeeded:
                    raise
                except AnswerError:
                    # It stands all the same.
                    continue

    async def dated(self, link: Link, clock: Clock, zone: ServerZone) -> tuple[Link, ServerZone]:
        """Correct the mail's date, once the server's clock has shown."""
        return await dated(self._client, clock, zone, link)

    async def fill(self, link: Link, text: Text, clock: Clock, zone: ServerZone) -> tuple[Row, ServerZone]:
        """Change the mail."""
        return await completed(self._client, link, text, clock, zone)

    # Relating and removing ----------------------------------------------------------------------

    async def relate(self, link: Link, pending: Mapping[str, Sequence[str]], report: Report) -> None:
        """Relate each source by a call of its own."""
        await relate_all(self._client, pending, report)

    async def note(self, link: Link, record: str) -> Comment:
        """Create a comment."""
        return await commenting.write(self._client, link, record)

    async def noted(self, link: Link, record: str) -> Comment | None:
        """Look for the comment by its text."""
        return await commenting.find(self._client, link, record)

    async def remove(
        self, link: Link, mail: StoredMail | None, documents: Sequence[str], comments: Sequence[str] = ()
    ) -> None:
        """Delete comments and Documents, and then the mail."""
        await commenting.remove(self._client, link, comments)
        for record_id in (*documents, *([mail.id] if mail else [])):
            try:
                await self._client.delete(record_id)
            except SignInNeeded:
                raise
            except AnswerError as error:
                if not await self._is_gone(record_id):
                    reason = error.details.get("reason", "")
                    raise TakeBackFailed(subject=link.plan.mail.subject, reason=reason) from error
        if mail is not None:
            self._removed[link.message_id] += 1

    async def _is_gone(self, record_id: str) -> bool:
        try:
            await self._client.retrieve(record_id)
        except RecordRefused as error:
            # It may only be hidden from this user by now.
            return error.details.get("gone") == "yes"
        return False
