"""Files in the CRM's Documents: only a file that was read back from there has arrived."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from functools import partial

from connector.errors import PermissionDenied, TakeBackFailed
from connector.linking.document import Document
from connector.linking.link import Link
from connector.linking.original import settled
from connector.linking.outcome import FileOutcome, given_up, without_document
from connector.linking.prefetch import Prefetch
from connector.linking.readback import doubled, matched, otherwise_there
from connector.linking.states import FileState, Step, StoredMail
from connector.linking.storage import Storage, Stored

LOOKS = 4


class Filing:
    """The files of one link. ``pause(n)`` waits before the n-th look for a file that may still be on its way.

    ``early`` may hold the first look for the Documents, begun before.
    """

    def __init__(self, storage: Storage, early: Prefetch[Step], pause: Callable[[int], Awaitable[None]]) -> None:
        self._storage = storage
        self._early = early
        self._pause = pause

    async def documents(self, link: Link, *, newest: bool = False) -> list[Document]:
        """What may be the Documents of the link's mail; ``newest``: the user has stored no other mail since.

        Of the newest mail as many as it has files are enough, though they may be others (`read_back`).
        """
        most = len(link.files) if newest and not link.lost else 0
        return await self._storage.documents(link.stored_mail, link.message_id, newest=newest, most=most)

    async def read_back(self, link: Link, *, newest: bool = False) -> Link:
        """Find the mail's Documents in the CRM; a file is stored only if it is found there.

        ``newest``: the user has stored no other mail since. What a lost answer has left there twice is removed.
        """
        stored = link.stored
        original = link.original
        known = original is None or (stored is not None and stored.ours and not original.tries)
        if stored is None or (known and not link.files):
            return link.proven()
        files, left, surplus = link.files, tuple[Document, ...](), tuple[Document, ...]()
        for look in range(LOOKS if _on_its_way(link, stored, newest) else 1):
            if look:
                await self._pause(look)
            try:
                documents = await self._early.take(Step.READ_BACK, partial(self.documents, link, newest=newest))
            except PermissionDenied:
                return link.with_original(partial(_unseen, known=known)).proven(tuple(map(_unverified, files)))
            if not documents and stored.ours and not link.piecewise and any(one.file for one in link.files):
                # To a query that failed vtenext answers that there is nothing, too.
                documents = await self.documents(link, newest=newest)
            files, left = matched(link.files, documents, ours=stored.ours)
            if newest and _missing(files) and len(documents) >= len(files):
                # The user has stored others meanwhile, elsewhere.
                files, left = matched(link.files, await self.documents(link), ours=stored.ours)
            original, surplus = settled(link.original, documents)
            if not _missing(files) and (original is None or not _missing([original])):
                break
        if stored.ours and not link.lost:
            files = otherwise_there(files, left)
        files, more = doubled(files, left, ours=stored.ours)
        link = replace(link, original=original)
        for document in (*surplus, *more):
            if not await self._removed(link, document):
                link = link.noted("document-stays", stored=document.title)
        return link.proven(files)

    async def _removed(self, link: Link, document: Document) -> bool:
        """Remove a Document that is too many; returns whether the CRM did. It is no file of the receipt."""
        try:
            await self._storage.remove(link, None, [document.id])
        except TakeBackFailed:
            return False
        return True

    async def documents_of_copy(self, link: Link, copy: StoredMail) -> tuple[str, ...]:
        """The Documents that came with a copy of the mail that is to go; none that was sent on its own."""
        documents = await self._storage.documents(copy, link.message_id)
        kept = set() if link.stored == copy else set(link.documents)
        # To be removed it has to be like it by name, too.
        came_with_it = [replace(one, near=False) for one in documents if not one.place and one.id not in kept]
        files, _ = matched(tuple(map(without_document, link.files)), came_with_it, ours=True)
        return tuple(one.document for one in files if one.document)


def taken_in(link: Link, stored: Stored, storage: Storage) -> Link:
    """Return the link with what came in the answer to storing. The rest is read back."""
    link = link.with_related(stored.related, stored.refused)
    link = link.with_files({at: given_up(link.files[at], code) for at, code in stored.dropped.items()})
    if stored.documents is None or stored.copies is None:
        return link
    files, _ = matched(link.files, stored.documents, ours=True)
    original, _ = settled(link.original, stored.documents)
    link = replace(link, files=files, original=original)
    whole = storage.stores_once or not link.has(FileState.READ)
    return link.proven() if whole and stored.copies == (link.stored_mail.id,) else link


def _missing(files: Sequence[FileOutcome]) -> bool:
    return any(one.state is FileState.READ for one in files)


def _on_its_way(link: Link, stored: StoredMail, newest: bool) -> bool:
    """Whether a file that is not there may still come, since the answer to sending it was lost."""
    return (stored.ours and link.lost and not newest) or any(one.lost for one in link.papers)


def _unseen(original: FileOutcome, *, known: bool) -> FileOutcome:
    """Of a mail of another time nobody can say whether it has its original: it gets no second one."""
    if known or original.state is FileState.STORED:
        return original
    return given_up(original, "file-unverified" if original.tries else "original-unseen")


def _unverified(outcome: FileOutcome) -> FileOutcome:
    if outcome.state is not FileState.READ or outcome.url:
        return outcome
    return given_up(outcome, "file-unverified")
