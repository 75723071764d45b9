"""Files in the CRM's Documents: the limit, reading back what arrived, and sending on its own what did not."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from functools import partial

from connector.crm.client import CrmClient
from connector.crm.correcting import encoded
from connector.crm.early import Early
from connector.crm.lookup import MOST, any_folder, documents_after, marker_of, next_mail, note_of
from connector.domain import filename
from connector.domain.linking import FileOutcome, FileState, Link, Problem, Step, StoredMail, without_document
from connector.domain.readback import Document, document_from, doubled, matched, number_of, problem_of
from connector.errors import AnswerError, PermissionDenied, RequestTooLarge, SignInNeeded
from connector.ports import FormFile, Progress, Text

LOOKS = 4


class Filing:
    """The files of one link. ``pause(n)`` waits before the n-th look for a file that may still be on its way.

    ``early`` may hold the first look for the Documents, begun before.
    """

    def __init__(self, client: CrmClient, early: Early, pause: Callable[[int], Awaitable[None]]) -> None:
        self._client = client
        self._early = early
        self._pause = pause
        self._folder = ""

    def upload_name(self, index: int, outcome: FileOutcome) -> str:
        """The name to send: vtenext cuts off everything up to the first underscore."""
        return filename.upload_name(index, outcome.name)

    async def documents(self, link: Link, *, newest: bool = False) -> list[Document]:
        """What may be the Documents of the link's mail; ``newest``: the user has stored no other mail since.

        Of the newest mail as many as it has files are enough, though they may be others (`read_back`).
        """
        marker = marker_of(link.message_id)
        most = len(link.files) if newest and not link.lost else MOST
        return await documents_after(self._client, link.stored_mail, marker, newest=newest, most=most)

    async def read_back(self, link: Link, *, newest: bool = False) -> Link:
        """Find the mail's Documents in the CRM; only what is found there counts as stored.

        ``newest``: the user has stored no other mail since. What a lost answer has left there twice is removed.
        """
        stored = link.stored
        if stored is None or not link.files:
            return replace(link, read_back=True)
        files, left = link.files, tuple[Document, ...]()
        for look in range(LOOKS if _on_its_way(link, stored, newest) else 1):
            if look:
                await self._pause(look)
            try:
                documents = await self._early.take(Step.READ_BACK, partial(self.documents, link, newest=newest))
            except PermissionDenied:
                return replace(link, read_back=True, files=tuple(_unverified(one) for one in files))
            self._folder = self._folder or any_folder(documents)
            files, left = matched(link.files, documents, ours=stored.ours)
            if newest and _missing(files) and len(documents) >= len(files):
                # The user has stored others meanwhile, elsewhere.
                files, left = matched(link.files, await self.documents(link), ours=stored.ours)
            if not _missing(files):
                break
        files, surplus = doubled(files, left, ours=stored.ours)
        for document in surplus:
            if not await self._removed(document):
                link = link.noted("document-stays", stored=document.title)
        return replace(link, read_back=True, files=files)

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

    async def _removed(self, document: Document) -> bool:
        """Remove a Document that is too many; returns whether the CRM did. It is no file of the receipt."""
        try:
            await self._client.delete(document.id)
        except SignInNeeded:
            raise
        except AnswerError:
            return False
        return True

    async def documents_of_copy(self, link: Link, copy: StoredMail) -> tuple[str, ...]:
        """The Documents that came with a copy of the mail that is to go; none that was sent on its own."""
        documents = await documents_after(self._client, copy, marker_of(link.message_id))
        kept = set() if link.stored == copy else set(link.documents)
        # To be removed it has to be like it by name, too.
        came_with_it = [replace(one, near=False) for one in documents if not one.place and one.id not in kept]
        files, _ = matched(tuple(map(without_document, link.files)), came_with_it, ours=True)
        return tuple(one.document for one in files if one.document)

    async def send(self, link: Link, index: int, progress: Progress) -> FileOutcome:
        """Send one file as a Document of its own. Raises `ConnectorError` where it may, or may not, have arrived."""
        outcome = link.files[index]
        fields: dict[str, str | Text] = {
            "notes_title": outcome.name,
            "filestatus": "1",
            "filelocationtype": "E" if outcome.url else "I",
            "notecontent": note_of(link.message_id, index),
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
            return replace(given_up(outcome, "file-refused"), problem=Problem("file-refused", error.details))
        document = document_from(row)
        if outcome.file is not None and "filesize" not in row:
            return replace(given_up(outcome, "file-unverified"), document=document.id, ours=True, alone=True)
        if outcome.file is not None and document.size != outcome.file.size:
            if await self._removed(document):
                return too_large(outcome)
            part = Problem("file-part-stays", {"stored": document.title})
            return replace(given_up(outcome, part.code), problem=part)
        return replace(
            outcome,
            state=FileState.STORED,
            document=document.id,
            ours=True,
            alone=True,
            stored_name=document.title,
            stored_size=document.size,
            problem=problem_of(outcome, document),
        )


def _missing(files: Sequence[FileOutcome]) -> bool:
    return any(one.state is FileState.READ for one in files)


def _on_its_way(link: Link, stored: StoredMail, newest: bool) -> bool:
    """Whether a file that is not there may still come, since the answer to sending it was lost."""
    return (stored.ours and link.lost and not newest) or any(one.lost for one in link.files)


def given_up(outcome: FileOutcome, code: str) -> FileOutcome:
    """A file that did not get into the CRM, for now, and why."""
    return replace(outcome, state=FileState.GIVEN_UP, problem=Problem(code))


def too_large(outcome: FileOutcome) -> FileOutcome:
    """A file that the CRM's web server did not take, most likely because of its size."""
    size = {"size": str(outcome.file.size)} if outcome.file else {}
    return replace(given_up(outcome, "file-over-server-limit"), problem=Problem("file-over-server-limit", size))


def _unverified(outcome: FileOutcome) -> FileOutcome:
    if outcome.state is not FileState.READ or outcome.url:
        return outcome
    return given_up(outcome, "file-unverified")
