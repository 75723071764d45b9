"""What a link looks at before it sends anything: whether the records are there, and whether the mail is."""

from __future__ import annotations

import asyncio
from functools import partial

from connector.errors import MessagesDenied, PermissionDenied, Problem, RecordRefused
from connector.linking.copies import Copies
from connector.linking.gathering import Gathering
from connector.linking.link import Link
from connector.linking.moves import Event
from connector.linking.relating import refused_by_all
from connector.linking.run import Run
from connector.linking.states import Course, ReadEarly, Step, Unsought


class Looking:
    """Two steps of one run."""

    def __init__(self, run: Run, copies: Copies, gathering: Gathering) -> None:
        self._run = run
        self._copies = copies
        self._gathering = gathering

    async def check(self, link: Link) -> Link:
        """See that the records are there for this user, as the CRM might relate others.

        What comes next only reads, too, and is begun meanwhile. What was answered while the user was choosing counts.
        """
        run, message_id = self._run, link.plan.mail.message_id
        if link.stored is None and link.content is None and run.is_open(link):
            run.early.begin(Step.READ, partial(run.reading.content, link, run.clock.now()))
        elif isinstance(link.reading, ReadEarly):
            run.early.begin(Step.READ, partial(run.reading.unchanged, link.reading.content))
        checks = asyncio.ensure_future(self._refused(link))
        if isinstance(link.copy, Unsought) and message_id:
            found = partial(self._copies.found, link)
            run.early.begin(Step.FIND, partial(run.storage.ahead.take, message_id, found))
        refused = await checks
        if len(refused) == len(link.plan.records):
            raise refused_by_all(link, hidden=True)
        return link.moved(Event.CHECKED, course=Course.GOING, refused=refused)

    async def _refused(self, link: Link) -> dict[str, Problem]:
        """The records that the CRM does not show to this user. What was asked before counts once."""
        refused: dict[str, Problem] = {}
        storage = self._run.storage

        async def look(record_id: str) -> None:
            try:
                await storage.ahead.take(record_id, partial(storage.check, record_id))
            except RecordRefused as error:
                refused[record_id] = Problem(error.code, error.details)

        await asyncio.gather(*(look(record.id) for record in link.plan.records))
        return refused

    async def find(self, link: Link) -> Link:
        """Look for the mail. Raises `MessagesDenied` for whom the CRM shows no mails."""
        try:
            return await self._copies.find(await self._gathering.identified(link))
        except PermissionDenied as error:
            raise MessagesDenied(**error.details) from error
