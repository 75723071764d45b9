"""Runs the steps of a link against Outlook and the CRM."""

from __future__ import annotations

import asyncio
import datetime
from collections.abc import Awaitable, Callable, Mapping, Set
from contextlib import AsyncExitStack
from dataclasses import replace
from functools import partial

from connector.errors import (
    AnswerError,
    ConnectorError,
    CrmHidden,
    CrmInterrupted,
    MailChanged,
    MessagesDenied,
    NothingLinkable,
    OfficeError,
    PermissionDenied,
    Problem,
    ReachError,
    RecordRefused,
    RelationMissing,
    RequestTooLarge,
    SignInNeeded,
    TakeBackFailed,
)
from connector.linking import message
from connector.linking.abreast import few_at_once
from connector.linking.comparison import compared
from connector.linking.copies import Copies
from connector.linking.early import Early
from connector.linking.filing import Filing
from connector.linking.filling import Filling
from connector.linking.link import Failure, Link, Upload
from connector.linking.moves import Event
from connector.linking.outcome import FileOutcome, given_up, reopened, too_large
from connector.linking.patience import Patience
from connector.linking.portions import portion, taken
from connector.linking.readback import matched
from connector.linking.reading import Reading
from connector.linking.refusal import why_not_taken
from connector.linking.states import Course, FileState, InDoubt, Read, ReadEarly, Step, UnderWay, Unproven, Unsought
from connector.linking.steps import next_step
from connector.linking.storage import Pair, Storage, Stored
from connector.linking.undoing import kept
from connector.linking.zone import ServerZone, format_date
from connector.mail.sameness import Clocks
from connector.ports import ARRIVAL_SECONDS, Clock, FormFile, Mailbox

LOOK_AGAIN = (0, 1, 2, 4)
"""The pauses before each look for a mail whose storing may still be going on in the CRM, to one another."""

CERTAINLY_NOT_SENT = 1_000_000
"""Bytes of an upload by which its progress, which is told late, is behind at most."""

Watch = Callable[[Link], None]


class Linker:
    """Carries a link through its steps. ``watch`` is told of every change, so that nothing is lost on a cancel.

    ``arrival``: so many seconds it looks for what may still be on its way into the CRM.
    """

    def __init__(
        self,
        storage: Storage,
        mailbox: Mailbox,
        clock: Clock,
        zone: ServerZone,
        watch: Watch,
        arrival: float = ARRIVAL_SECONDS,
    ) -> None:
        self.zone = zone
        self._arrival = arrival
        self._storage = storage
        self._mailbox = mailbox
        self._clock = clock
        self._watch = watch
        self._reading = Reading(mailbox)
        self._early = Early()
        self._filing = Filing(storage, self._early, self._look_again)
        self._copies = Copies(
            storage, self._filing, self._early, len(LOOK_AGAIN), self._look_again, self._told, self._clocks, self._shown
        )
        self._filling = Filling(storage, mailbox, self._reading, clock)
        self._in_turn = False
        self._newest = ""

    async def run(self, link: Link) -> Link:
        """Do the steps that are left. A failed step ends the run and stands in ``failure``; retry by running again."""
        try:
            return await self._run(link.reopened())
        finally:
            self._early.give_up()

    async def read_ahead(self, link: Link) -> Link:
        """Read what stands in the mail, for a link that nobody has asked for yet. Raises `ConnectorError`."""
        return link.with_read(Event.READ_EARLY, *await self._reading.content(link, self._clock.now()))

    async def prepare(self, link: Link) -> Link:
        """Take the files that were read ahead, and have the form made that stores them; nothing is stored.

        Raises `ConnectorError`; no file is held then.
        """
        try:
            link = await self._identified((await self._files(self._told(link))).reopened())
        except BaseException:
            self._mailbox.drop_files(self._latest.held)
            raise
        if not link.has(FileState.WAITING):
            upload = self._upload(link)
            link = replace(link, upload=upload)
            self._storage.prepare(upload, [record.id for record in link.targets])
        return link

    async def _run(self, link: Link) -> Link:
        self._latest = link
        async with AsyncExitStack() as turn:
            while (step := next_step(link)) is not None:
                link = self._told(replace(link, step=step))
                try:
                    await self._take_turn(step, link, turn)
                    link = self._told(await _STEPS[step](self, link))
                    if link.lost and next_step(link) is None:
                        await self._copies.single(link)
                except ConnectorError as error:
                    return self._told(replace(self._latest, failure=Failure(step, error)))
        return self._told(replace(await self._compared(link), step=None))

    async def _compared(self, link: Link) -> Link:
        """With what the CRM holds of the mail. Its answers to what was done have told that, but in rare cases."""
        if link.stored is None or link.content is None or link.compared:
            return link
        row = link.stored.row
        if not link.stored.whole:
            try:
                row = await self._storage.read(link.stored.id)
            except ConnectorError:
                # All is done by then; what could not be compared says so.
                row = {}
        mail, content, ours = link.plan.mail, link.content, link.stored.ours
        found = compared(mail, content, row, self._clocks(), ours=ours, pictures=link.pictures)
        return replace(link, compared=found)

    async def _take_turn(self, step: Step, link: Link, turn: AsyncExitStack) -> None:
        """From storing to reading back no other mail is stored: the Documents after this one are its own then.

        What waits for its turn has been begun, and goes on for its mail whichever is open by then.
        """
        if step is Step.STORE and not self._in_turn:
            if link.began is None:
                self._guard(link)
            await turn.enter_async_context(self._storage.turn)
            self._in_turn = True
        elif self._in_turn and step not in (Step.FIND, Step.STORE, Step.READ_BACK):
            if step is Step.SEND_FILES and self._portion(link):
                return
            await turn.aclose()
            self._in_turn = False

    def _told(self, link: Link) -> Link:
        self._latest = link
        self._watch(link)
        return link

    def _clocks(self) -> Clocks:
        return Clocks(lambda at: datetime.timedelta(minutes=self.zone.offset_at(at, self._clock)), self.zone.known)

    def _shown(self, link: Link) -> str:
        """The mail's date as the CRM shows it."""
        date = link.read_content.date
        return format_date(date, self.zone.offset_at(date, self._clock))

    def _is_open(self, link: Link) -> bool:
        """Whether the mail that the user decided on is still the open one."""
        return self._mailbox.shows(link.plan.mail.traits)

    def _guard(self, link: Link) -> None:
        if not self._is_open(link):
            raise MailChanged(subject=link.plan.mail.subject)

    async def _look_again(self, wait: int) -> None:
        await self._clock.sleep(self._arrival * LOOK_AGAIN[min(wait, len(LOOK_AGAIN) - 1)] / sum(LOOK_AGAIN))

    async def _check(self, link: Link) -> Link:
        """See that the records are there for this user, as the CRM might relate others.

        What comes next only reads, too, and is begun meanwhile. What was answered while the user was choosing counts.
        """
        message_id = link.plan.mail.message_id
        if link.stored is None and link.content is None and self._is_open(link):
            self._early.begin(Step.READ, self._reading.content(link, self._clock.now()))
        elif isinstance(link.reading, ReadEarly):
            self._early.begin(Step.READ, self._reading.unchanged(link.reading.content))
        checks = asyncio.ensure_future(self._refused(link))
        if isinstance(link.copy, Unsought) and message_id:
            self._early.begin(Step.FIND, self._storage.ahead.take(message_id, partial(self._copies.found, link)))
        refused = await checks
        if len(refused) == len(link.plan.records):
            raise RecordRefused(record=", ".join(record.name for record in link.plan.records))
        return link.moved(Event.CHECKED, course=Course.GOING, refused=refused)

    async def _refused(self, link: Link) -> dict[str, Problem]:
        """The records that the CRM does not show to this user. What was asked before counts once (`Ahead`)."""
        refused: dict[str, Problem] = {}

        async def look(record_id: str) -> None:
            try:
                await self._storage.ahead.take(record_id, partial(self._storage.check, record_id))
            except RecordRefused as error:
                refused[record_id] = Problem(error.code, error.details)

        await asyncio.gather(*(look(record.id) for record in link.plan.records))
        return refused

    async def _read(self, link: Link) -> Link:
        if link.stored is not None:
            return await self._filling.read_again(link)
        self._guard(link)
        ask = partial(self._reading.content, link, self._clock.now())
        try:
            if link.content is None:
                link = link.with_read(Event.READ, *await self._early.take(Step.READ, ask))
            elif await self._early.take(Step.READ, partial(self._reading.unchanged, link.content)):
                link = link.moved(Event.CONFIRMED, reading=Read(link.content))
            else:
                # Outlook tells of another mail by now, or nothing.
                self._mailbox.drop_files(link.held)
                files = tuple(map(reopened, link.files))
                link = replace(link, files=files, identity="", digests=None).with_read(Event.CHANGED, *await ask())
        except OfficeError:
            self._guard(link)
            raise
        self._guard(link)
        return link

    async def _identified(self, link: Link) -> Link:
        """With a Message-ID, where the mail has none of its own: made of it, now that it has been read."""
        if link.message_id or link.content is None or link.has(FileState.WAITING):
            return link
        link = replace(link, digests=await self._reading.digests(link.files))
        return replace(link, identity=message.original_of(link).made.message_id)

    async def _files(self, link: Link) -> Link:
        """Read the attachments; those of a mail that is stored already and no longer open are given up for now.

        Once Outlook has not answered several times in a row the others are given up, too: the user decides. Next time
        they come first.
        """
        if not link.written:
            self._guard(link)
        waiting = [index for index, one in enumerate(link.files) if one.state is FileState.WAITING]
        waiting.sort(key=lambda index: link.files[index].silent)
        read: dict[int, FileOutcome] = {}
        patience = Patience()

        def tell() -> None:
            if read:
                self._told(self._latest.with_files(read))
                read.clear()

        async def read_one(index: int) -> None:
            outcome = self._latest.files[index]
            if not self._is_open(link):
                pass
            elif await patience.begin():
                before = outcome.silent
                try:
                    outcome = await self._reading.file(outcome)
                finally:
                    patience.end(silent=outcome.silent > before)
            else:
                outcome = given_up(outcome, "file-not-tried")
            if not self._is_open(link):
                self._mailbox.drop_files([outcome.file] if outcome.file else [])
                if not link.written:
                    self._guard(link)
                outcome = given_up(replace(outcome, file=None, url=""), "file-mail-changed")
            if not read:
                # What was read ahead is there at once, a hundred of them; they are told together.
                asyncio.get_running_loop().call_soon(tell)
            read[index] = outcome

        try:
            await few_at_once([partial(read_one, index) for index in waiting])
        finally:
            tell()
        # Files of a mail that was stored earlier are told apart by their size, which is known now.
        return (await self._reading.judged(self._latest)).unproven()

    def _upload(self, link: Link) -> Upload:
        """What stores the mail; what was made before is taken where it is still the same."""
        shown, most = self._shown(link), self._storage.most_files
        made_of = shown, link.message_id, link.plan.mail, link.content, link.files, link.piecewise, most
        if link.upload is not None and link.upload.made_of == made_of:
            return link.upload
        return replace(self._storage.upload(link, shown), made_of=made_of)

    async def _store(self, link: Link) -> Link:
        upload = self._upload(link)
        records = [record.id for record in link.targets]
        total = sum(one.file.size for one in upload.files)
        began = replace(link, began=self._clock.now(), answered=None, sent=0, total=total, upload=None)
        link = self._told(began.moved(Event.SENT, copy=UnderWay(), pictures=upload.pictures))
        try:
            stored = await self._storage.store(upload, records, self._progress)
        except ReachError as error:
            # What never left for the CRM can't have been stored by it.
            broken_off = self._latest.total - self._latest.sent > CERTAINLY_NOT_SENT
            happened, copy = (Event.BROKEN_OFF, InDoubt()) if broken_off else (Event.UNANSWERED, UnderWay())
            lost, answered = self._latest.lost or not broken_off, self._clock.now()
            self._told(self._latest.moved(happened, copy=copy, lost=lost, answered=answered))
            if upload.files and isinstance(error, CrmHidden | CrmInterrupted):
                # So looks a proxy's size limit: go on with the mail alone, then file by file.
                return replace(self._latest, piecewise=True)
            raise
        except SignInNeeded:
            # Nothing is done for whom the CRM does not know.
            self._told(self._latest.moved(Event.REFUSED, copy=Unsought()))
            raise
        except (RecordRefused, RelationMissing, MessagesDenied) as error:
            # Storing looks at rights and records first.
            self._told(self._latest.moved(Event.REFUSED, copy=Unsought()))
            if isinstance(error, MessagesDenied):
                raise
            raise _refused_by_all(link, hidden=isinstance(error, RecordRefused)) from error
        except AnswerError as error:
            self._told(self._latest.moved(Event.FAULTED, copy=InDoubt(), answered=self._clock.now()))
            if not isinstance(error, PermissionDenied | RequestTooLarge):
                raise
            if upload.files:
                # PHP answers a body over its limit with "permission denied": try the mail alone, then each file.
                return replace(self._latest, piecewise=True)
            return await self._unless_stored(error, upload)
        self._newest = stored.mail.id
        link = replace(self._latest, answered=self._clock.now(), total=0)
        link = link.moved(Event.ANSWERED, copy=Unproven(stored.mail))
        for code in upload.lacking:
            link = link.noted(code)
        link = self._told(self._taken_in(self._told(link), stored))
        return link if link.targets else await self._nowhere(link)

    def _taken_in(self, link: Link, stored: Stored) -> Link:
        """With what the CRM has told along with the stored mail. What it has not told is read back."""
        link = link.with_related(stored.related, stored.refused)
        link = link.with_files({at: given_up(link.files[at], code) for at, code in stored.dropped.items()})
        if stored.documents is None or stored.copies is None:
            return link
        files, _ = matched(link.files, stored.documents, ours=True)
        link = replace(link, files=files)
        whole = self._storage.stores_once or not link.has(FileState.READ)
        return link.proven() if whole and stored.copies == (link.stored_mail.id,) else link

    async def _unless_stored(self, error: AnswerError, upload: Upload) -> Link:
        """The CRM does not take the mail. Raises why, unless the mail is there all the same."""
        link = self._told(await self._find(self._latest))
        if link.stored is None:
            raise await why_not_taken(self._storage, error, upload)
        return link

    def _progress(self, sent: int, total: int) -> None:
        self._told(replace(self._latest, sent=sent, total=total))

    async def _read_back(self, link: Link) -> Link:
        if link.files and link.stored_mail.ours and not link.lost:
            self._early.begin(Step.READ_BACK, self._filing.documents(link, newest=self._is_newest(link)))
        adding = any(one.added for one in link.files)
        single = link if adding else await self._copies.single(link)
        if single is not link:
            # Documents may have gone with a copy.
            self._early.give_up()
        link = await self._filing.read_back(single, newest=self._is_newest(single))
        if adding and not self._portion(link):
            await self._storage.mark(link)
        return link

    def _is_newest(self, link: Link) -> bool:
        return self._in_turn and link.stored_mail.id == self._newest

    def _portion(self, link: Link) -> tuple[int, ...]:
        """The files to be added to the mail together, while no other is stored: so it shows what they became."""
        alone = link.piecewise or link.lost or not link.stored_mail.ours or not self._is_newest(link)
        return () if alone else portion(link)

    async def _add_files(self, link: Link, places: tuple[int, ...]) -> Link:
        """Send what the server left out of the first request; whatever of it does not arrive is sent alone later."""
        self._storage.most_files = taken(link)
        adding = {index: replace(link.files[index], added=True) for index in places}
        files = [FormFile(f"file{index}", one.name, one.file) for index, one in adding.items() if one.file]
        total = sum(one.file.size for one in files)
        self._told(replace(link.with_files(adding).unproven(), sent=0, total=total))
        try:
            stored = await self._storage.add_files(link, places, files, self._progress)
        except ReachError as error:
            self._told(self._latest.with_files({index: replace(one, lost=True) for index, one in adding.items()}))
            if not isinstance(error, CrmHidden | CrmInterrupted):
                raise
            # So looks a proxy's size limit; what arrived all the same shows when the CRM is read.
        except SignInNeeded:
            raise
        except AnswerError:
            # The CRM takes none like this.
            pass
        else:
            if stored is not None:
                return self._taken_in(replace(self._latest, total=0), stored)
        return replace(self._latest, total=0)

    async def _send_files(self, link: Link) -> Link:
        if places := self._portion(link):
            return await self._add_files(link, places)
        for index, outcome in enumerate(link.files):
            if outcome.state is not FileState.READ:
                continue
            total = outcome.file.size if outcome.file else 0
            link = self._told(self._latest.with_file(index, lambda one: replace(one, tries=one.tries + 1)))
            link = self._told(replace(link.unproven(), sent=0, total=total))
            try:
                sent = await self._storage.send_file(link, index, self._progress)
            except ReachError as error:
                self._told(self._latest.with_file(index, lambda one: replace(one, lost=True)))
                if link.files[index].tries < 2 or not isinstance(error, CrmHidden | CrmInterrupted):
                    raise
                # So looks a proxy's size limit; whether it arrived all the same shows when the CRM is read.
                sent = too_large(self._latest.files[index])
            self._told(self._latest.with_files({index: sent}))
        return replace(self._latest, total=0)

    async def _date(self, link: Link) -> Link:
        link, self.zone = await self._storage.dated(link, self._clock, self.zone)
        return link

    async def _relate(self, link: Link) -> Link:
        stored = link.stored_mail
        if not link.written:
            self._guard(link)
        pending = {stored.id: link.unrelated} if link.targets else {}
        if stored.ours and len(link.plan.records) == len(link.targets) == 1:
            # Should the only record refuse the mail, all of it is taken back: the Documents need not wait for that.
            pending |= link.pending_documents()
        await self._storage.relate(link, pending, self._note)
        link = self._latest
        if not any(record.id in link.related for record in link.plan.records):
            return await self._nowhere(link)
        return link

    async def _nowhere(self, link: Link) -> Link:
        """No record takes the mail: take all of it back."""
        await self.take_back(link)
        codes = {link.refused[record.id].code for record in link.plan.records if record.id in link.refused}
        raise _refused_by_all(link, hidden=bool(codes & {RecordRefused.code, PermissionDenied.code}))

    async def _documents(self, link: Link) -> Link:
        await self._storage.relate(link, link.pending_documents(), self._note)
        return self._latest

    async def _fill(self, link: Link) -> Link:
        link, self.zone = await self._filling.fill(link, self.zone)
        return link

    def _note(self, done: Set[Pair], refused: Mapping[Pair, Problem]) -> None:
        """Take in what is related now, the mail or its Documents, and what the CRM refused to relate."""
        self._told(self._latest.with_related(done, refused))

    async def take_back(self, link: Link) -> bool:
        """Remove what this link has stored, and nothing else (`Copies.take_back`)."""
        return await self._copies.take_back(link)

    async def _take_back(self, link: Link) -> Link:
        try:
            await self.take_back(link)
        except TakeBackFailed:
            return kept(self._latest)
        return self._latest

    async def _find(self, link: Link) -> Link:
        try:
            return await self._copies.find(await self._identified(link))
        except PermissionDenied as error:
            raise MessagesDenied(**error.details) from error


def _refused_by_all(link: Link, *, hidden: bool) -> ConnectorError:
    """The error for a mail that no record takes; ``hidden``: the user is not shown one of them."""
    if hidden:
        return RecordRefused(record=", ".join(record.name for record in link.plan.records))
    return NothingLinkable(modules=", ".join(sorted({record.module for record in link.plan.records})))


_STEPS: Mapping[Step, Callable[[Linker, Link], Awaitable[Link]]] = {
    Step.TAKE_BACK: Linker._take_back,
    Step.CHECK: Linker._check,
    Step.FIND: Linker._find,
    Step.READ: Linker._read,
    Step.FILES: Linker._files,
    Step.STORE: Linker._store,
    Step.READ_BACK: Linker._read_back,
    Step.SEND_FILES: Linker._send_files,
    Step.DATE: Linker._date,
    Step.RELATE: Linker._relate,
    Step.DOCUMENTS: Linker._documents,
    Step.FILL: Linker._fill,
}
