"""What a link looks at before anything else: whether the records are there."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from functools import partial

from connector.errors import Problem, RecordRefused
from connector.linking.copies import Copies
from connector.linking.link import Link
from connector.linking.moves import Event
from connector.linking.relating import refused_by_all
from connector.linking.run import Run
from connector.linking.states import Course, ReadEarly, Step, Unsought


class Looking:
    """The first step of one run."""

    def __init__(self, run: Run, copies: Copies) -> None:
        self._run = run
        self._copies = copies

    async def check(self, link: Link) -> Link:
        """See that the records are there for this user, as the CRM might relate others.

        What comes next only reads, too, and is begun meanwhile. What was answered while the user was choosing is used.
        """
        run, message_id = self._run, link.plan.mail.message_id
        if link.stored is None and link.content is None and run.is_open(link):
            run.early.begin(Step.READ, partial(run.reading.content, link, run.clock.now()))
        elif isinstance(link.reading, ReadEarly):
            run.early.begin(Step.READ, partial(run.reading.unchanged, link.reading.content))
        # What was asked while the user was choosing is not asked again.
        asked = [run.storage.ahead.take(one.id, partial(run.storage.check, one.id)) for one in link.plan.records]
        asking = asyncio.gather(*asked, return_exceptions=True)
        if isinstance(link.copy, Unsought) and message_id:
            found = partial(self._copies.found, link)
            run.early.begin(Step.FIND, partial(run.storage.ahead.take, message_id, found))
        refused = _refused(link, await asking)
        if len(refused) == len(link.plan.records):
            raise refused_by_all(link, hidden=True)
        return link.moved(Event.CHECKED, course=Course.GOING, refused=refused)


def _refused(link: Link, answers: Sequence[BaseException | None]) -> dict[str, Problem]:
    """The records that the CRM does not show to this user. Raises the first answer that says something else."""
    refused = {}
    for record, answer in zip(link.plan.records, answers, strict=True):
        if isinstance(answer, RecordRefused):
            refused[record.id] = Problem(answer.code, answer.details)
        elif answer is not None:
            raise answer
    return refused


def unshown(link: Link) -> bool:
    """Whether it stopped because the CRM does not show the records: another try would end as this one."""
    return link.failure is not None and isinstance(link.failure.error, RecordRefused) and not link.written
