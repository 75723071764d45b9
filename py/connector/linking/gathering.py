"""What a link takes out of Outlook: the mail's content and its files."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from functools import partial

from connector.errors import OfficeError
from connector.linking.abreast import few_at_once
from connector.linking.completing import Completing
from connector.linking.link import Link
from connector.linking.moves import Event
from connector.linking.outcome import FileOutcome, given_up, reopened
from connector.linking.patience import Patience
from connector.linking.reading import with_read
from connector.linking.run import Run
from connector.linking.states import FileState, Read, Step


class Gathering:
    """Steps of one run."""

    def __init__(self, run: Run, completing: Completing) -> None:
        self._run = run
        self._completing = completing

    async def read(self, link: Link) -> Link:
        """Read what stands in the mail; what was read early is kept where Outlook still says the same."""
        run = self._run
        if link.stored is not None:
            return await self._completing.read_again(link)
        run.guard(link)
        ask = partial(run.reading.content, link, run.clock.now())
        try:
            if link.content is None:
                link = with_read(link, Event.READ, *await run.early.take(Step.READ, ask))
            elif await run.early.take(Step.READ, partial(run.reading.unchanged, link.content)):
                link = link.moved(Event.CONFIRMED, reading=Read(link.content))
            else:
                # By now Outlook answers for another mail, or not at all.
                run.mailbox.drop_files(link.held)
                files = tuple(map(reopened, link.files))
                link = replace(link.with_original(reopened), files=files, identity="")
                link = with_read(link, Event.CHANGED, *await ask())
        except OfficeError:
            run.guard(link)
            raise
        run.guard(link)
        return link

    async def files(self, link: Link) -> Link:
        """Read the attachments; those of a mail that is stored already and no longer open are given up for now.

        Once Outlook has not answered several times in a row the others are given up, too: the user decides. Next time
        they come first.
        """
        run = self._run
        if not link.written:
            run.guard(link)
        waiting = [index for index, one in enumerate(link.files) if one.state is FileState.WAITING]
        waiting.sort(key=lambda index: link.files[index].silent)
        await self._each(link, waiting)
        # Files of a mail that was stored earlier are matched by their size, which is known now.
        read = run.reading.counted(run.latest) if run.is_open(link) else run.latest
        return (await run.reading.judged(read)).unproven()

    async def _each(self, link: Link, waiting: Sequence[int]) -> None:
        """Read these files, and take in what came of them, several at a time."""
        run, patience = self._run, Patience()
        read: dict[int, FileOutcome] = {}

        def keep() -> None:
            if read:
                run.keep(run.latest.with_files(read))
                read.clear()

        async def read_one(index: int) -> None:
            outcome = await self._one(link, run.latest.files[index], patience)
            if not read:
                # What was read ahead is there at once, a hundred of them; they are taken in together.
                asyncio.get_running_loop().call_soon(keep)
            read[index] = outcome

        try:
            await few_at_once([partial(read_one, index) for index in waiting])
        finally:
            keep()

    async def _one(self, link: Link, outcome: FileOutcome, patience: Patience) -> FileOutcome:
        """Read a file, unless another mail is open, or Outlook does not answer any more."""
        run = self._run
        if not run.is_open(link):
            pass
        elif await patience.begin():
            before = outcome.silent
            try:
                outcome = await run.reading.file(outcome)
            finally:
                patience.end(silent=outcome.silent > before)
        else:
            outcome = given_up(outcome, "file-not-tried")
        if run.is_open(link):
            return outcome
        run.mailbox.drop_files([outcome.file] if outcome.file else [])
        if not link.written:
            run.guard(link)
        return given_up(replace(outcome, file=None, url="", digest=""), "file-mail-changed")
