"""Runs a link against Outlook and the CRM: asks for the next step, does it, and takes in what came of it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from contextlib import AsyncExitStack
from dataclasses import replace

from connector.errors import ConnectorError, TakeBackFailed
from connector.linking.comparison import compared
from connector.linking.completing import Completing
from connector.linking.copies import Copies
from connector.linking.filing import Filing
from connector.linking.gathering import Gathering
from connector.linking.keeping import Keeping
from connector.linking.link import Failure, Link
from connector.linking.looking import Looking
from connector.linking.moves import Event
from connector.linking.noting import Noting
from connector.linking.reading import with_read
from connector.linking.relating import Relating
from connector.linking.run import LOOK_AGAIN, Run, Watch
from connector.linking.sending import Sending
from connector.linking.states import FileState, Step, StoredMail
from connector.linking.steps import next_step
from connector.linking.storage import Row, Storage
from connector.linking.storing import Storing
from connector.linking.undoing import kept
from connector.linking.zone import ServerZone
from connector.ports import ARRIVAL_SECONDS, Clock, Mailbox

Work = Callable[[Link], Awaitable[Link]]


class Linker:
    """Carries a link through its steps. ``watch`` takes every change, so that nothing is lost on a cancel.

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
        self._run = run = Run(storage, mailbox, clock, zone, watch, arrival)
        filing = Filing(storage, run.early, run.look_again)
        self._copies = copies = Copies(
            storage, run.reading, filing, run.early, len(LOOK_AGAIN), run.look_again, run.keep, run.clocks, run.shown
        )
        completing, relating, sending = Completing(run), Relating(run, copies), Sending(run, copies, filing)
        self._gathering = gathering = Gathering(run, completing)
        self._storing = storing = Storing(run, copies, relating)
        keeping = Keeping(run)
        self._steps: Mapping[Step, Work] = {
            Step.TAKE_BACK: self._take_back,
            Step.CHECK: Looking(run, copies).check,
            Step.READ: gathering.read,
            Step.FILES: gathering.files,
            Step.FIND: copies.find,
            Step.ORIGINAL: keeping.read,
            Step.STORE: storing.store,
            Step.READ_BACK: sending.read_back,
            Step.SEND_FILES: sending.files,
            Step.SEND_ORIGINAL: keeping.send,
            Step.DATE: completing.date,
            Step.RELATE: relating.mail,
            Step.DOCUMENTS: relating.documents,
            Step.NOTE: Noting(run).write,
            Step.FILL: completing.fill,
        }

    @property
    def zone(self) -> ServerZone:
        """What is known of the time zone of the CRM's server."""
        return self._run.zone

    @zone.setter
    def zone(self, zone: ServerZone) -> None:
        self._run.zone = zone

    # Before anybody asks for it -------------------------------------------------------------------

    async def read_ahead(self, link: Link) -> Link:
        """Read what stands in the mail, for a link that nobody has asked for yet. Raises `ConnectorError`."""
        return with_read(link, Event.READ_EARLY, *await self._run.reading.content(link, self._run.clock.now()))

    async def prepare(self, link: Link) -> Link:
        """Take the files that were read ahead, and have the form made that stores them; nothing is stored.

        Raises `ConnectorError`; no file is held then.
        """
        run = self._run
        try:
            link = await self._copies.identified((await self._gathering.files(run.keep(link))).reopened())
        except BaseException:
            run.mailbox.drop_files(run.latest.held)
            raise
        if not link.has(FileState.WAITING):
            upload = self._storing.upload(link)
            link = replace(link, upload=upload)
            run.storage.prepare(upload, [record.id for record in link.targets])
        return link

    # Running it -----------------------------------------------------------------------------------

    async def run(self, link: Link) -> Link:
        """Do the steps that are left. A failed step ends the run and stands in ``failure``; retry by running again."""
        try:
            return await self._all_steps(link.reopened())
        finally:
            self._run.early.give_up()

    async def take_back(self, link: Link) -> bool:
        """Remove what this link has stored, and nothing else (`Copies.take_back`)."""
        return await self._copies.take_back(link)

    async def _all_steps(self, link: Link) -> Link:
        run = self._run
        async with AsyncExitStack() as turn:
            while (step := next_step(link)) is not None:
                link = run.keep(replace(link, step=step))
                try:
                    await self._take_turn(step, link, turn)
                    link = run.keep(await self._steps[step](link))
                    if link.lost and next_step(link) is None:
                        await self._copies.single(link)
                except ConnectorError as error:
                    return run.keep(replace(run.latest, failure=Failure(step, error)))
        stored = link.stored
        if stored is not None and link.content is not None and not link.compared:
            link = self._compared(link, stored.row if stored.whole else await self._row(stored))
        return run.keep(replace(link, step=None))

    async def _take_turn(self, step: Step, link: Link, turn: AsyncExitStack) -> None:
        """From storing to reading back no other mail is stored: the Documents after this one are its own then.

        What waits for its turn has been begun, and goes on for its mail even if another is open by then.
        """
        run = self._run
        if step is Step.STORE and not run.in_turn:
            if link.began is None:
                run.guard(link)
            await turn.enter_async_context(run.storage.turn)
            run.in_turn = True
        elif run.in_turn and step not in (Step.FIND, Step.STORE, Step.READ_BACK):
            if step is Step.SEND_FILES and run.portion(link):
                return
            await turn.aclose()
            run.in_turn = False

    async def _row(self, stored: StoredMail) -> Row:
        """Read the mail from the CRM, whose answers so far did not contain all of it."""
        try:
            return await self._run.storage.read(stored.id)
        except ConnectorError:
            # All is done by then; what could not be compared says so.
            return {}

    def _compared(self, link: Link, row: Row) -> Link:
        mail, content, ours = link.plan.mail, link.read_content, link.stored_mail.ours
        found = compared(mail, content, row, self._run.clocks(), ours=ours, pictures=link.pictures)
        return replace(link, compared=found)

    async def _take_back(self, link: Link) -> Link:
        try:
            await self._copies.take_back(link)
        except TakeBackFailed:
            return kept(self._run.latest)
        return self._run.latest
