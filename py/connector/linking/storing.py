"""Storing the mail with its files, and what follows from each way in which that can end."""

from __future__ import annotations

from dataclasses import replace

from connector.errors import (
    AnswerError,
    CrmHidden,
    CrmInterrupted,
    MessagesDenied,
    PermissionDenied,
    ReachError,
    RecordRefused,
    RelationMissing,
    RequestTooLarge,
    SignInNeeded,
)
from connector.linking.copies import Copies
from connector.linking.filing import taken_in
from connector.linking.link import Link, Upload
from connector.linking.moves import Event
from connector.linking.refusal import why_not_taken
from connector.linking.relating import Relating, refused_by_all
from connector.linking.run import Run
from connector.linking.states import InDoubt, UnderWay, Unproven, Unsought
from connector.linking.storage import Stored

CERTAINLY_NOT_SENT = 1_000_000
"""By how many bytes the reported progress of an upload may be behind."""


class Storing:
    """The step of one run after which the mail stands in the CRM."""

    def __init__(self, run: Run, copies: Copies, relating: Relating) -> None:
        self._run = run
        self._copies = copies
        self._relating = relating

    def upload(self, link: Link) -> Upload:
        """Return what stores the mail; what was made before is taken where it is still the same."""
        storage, shown = self._run.storage, self._run.shown(link)
        made_of = shown, link.message_id, link.plan.mail, link.content, link.files, link.piecewise, storage.most_files
        if link.upload is not None and link.upload.made_of == made_of:
            return link.upload
        return replace(storage.upload(link, shown), made_of=made_of)

    async def store(self, link: Link) -> Link:
        """Store the mail; where it takes it without its files only, that is noted, and the mail looked for."""
        run, upload = self._run, self.upload(link)
        records = [record.id for record in link.targets]
        total = sum(one.file.size for one in upload.files)
        began = replace(link, sent=0, total=total, began=run.clock.now(), answered=None, upload=None)
        run.keep(began.moved(Event.SENT, copy=UnderWay(), pictures=upload.pictures))
        try:
            stored = await run.storage.store(upload, records, run.progress)
        except ReachError as error:
            return self._unanswered(error, upload)
        except (SignInNeeded, RecordRefused, RelationMissing, MessagesDenied) as error:
            # Nothing is done for whom the CRM does not know, and storing looks at rights and records first.
            run.keep(run.latest.moved(Event.REFUSED, copy=Unsought()))
            if isinstance(error, SignInNeeded | MessagesDenied):
                raise
            raise refused_by_all(link, hidden=isinstance(error, RecordRefused)) from error
        except AnswerError as error:
            return await self._not_taken(error, upload)
        link = run.keep(self._answered(upload, stored))
        return link if link.targets else await self._relating.nowhere(link)

    def _unanswered(self, error: ReachError, upload: Upload) -> Link:
        """No answer came. What never left for the CRM can't have been stored by it."""
        run = self._run
        broken_off = run.latest.total - run.latest.sent > CERTAINLY_NOT_SENT
        event, copy = (Event.BROKEN_OFF, InDoubt()) if broken_off else (Event.UNANSWERED, UnderWay())
        lost = run.latest.lost or not broken_off
        link = run.keep(run.latest.moved(event, copy=copy, lost=lost, answered=run.clock.now()))
        if upload.files and isinstance(error, CrmHidden | CrmInterrupted):
            # So looks a proxy's size limit: go on with the mail alone, then file by file.
            return replace(link, piecewise=True)
        raise error

    async def _not_taken(self, error: AnswerError, upload: Upload) -> Link:
        """The CRM answered with a fault, or that the mail is too large, or in words that may mean that."""
        run = self._run
        link = run.keep(run.latest.moved(Event.FAULTED, copy=InDoubt(), answered=run.clock.now()))
        if not isinstance(error, PermissionDenied | RequestTooLarge):
            raise error
        if upload.files:
            # PHP answers a body over its limit with "permission denied": try the mail alone, then each file.
            return replace(link, piecewise=True)
        link = run.keep(await self._copies.find(link))
        if link.stored is None:
            raise await why_not_taken(run.storage, error, upload)
        return link

    def _answered(self, upload: Upload, stored: Stored) -> Link:
        """With what the CRM has answered."""
        run = self._run
        run.newest = stored.mail.id
        if stored.dated:
            run.zone = run.zone.seen_in(stored.mail.created, run.clock)
        link = replace(run.latest, answered=run.clock.now(), total=0)
        link = link.moved(Event.ANSWERED, copy=Unproven(stored.mail, dated=stored.dated))
        for code in upload.lacking:
            link = link.noted(code)
        return taken_in(run.keep(link), stored, run.storage)
