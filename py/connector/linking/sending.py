"""Sending the files that did not arrive with the mail, and reading back what did."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

from connector.errors import AnswerError, CrmHidden, CrmInterrupted, ReachError, SignInNeeded
from connector.linking.copies import Copies
from connector.linking.filing import Filing, taken_in
from connector.linking.link import Link
from connector.linking.outcome import too_large
from connector.linking.portions import taken
from connector.linking.run import Run
from connector.linking.states import FileState, Step
from connector.ports import FormFile


class Sending:
    """Steps of one run after the mail is stored."""

    def __init__(self, run: Run, copies: Copies, filing: Filing) -> None:
        self._run = run
        self._copies = copies
        self._filing = filing

    async def read_back(self, link: Link) -> Link:
        """See that one copy of the mail stays, and which files the CRM has."""
        run = self._run
        if link.files and link.stored_mail.ours and not link.lost:
            # Whatever is known of them is older.
            run.early.give_up(Step.READ_BACK)
            run.early.begin(Step.READ_BACK, partial(self._filing.documents, link, newest=run.is_newest(link)))
        adding = any(one.added for one in link.files)
        single = link if adding else await self._copies.single(link)
        if single is not link:
            # Documents may have gone with a copy.
            run.early.give_up()
        link = await self._filing.read_back(single, newest=run.is_newest(single))
        if adding and not run.portion(link):
            await run.storage.mark(link)
        return link

    async def files(self, link: Link) -> Link:
        """Send the next portion of the files; where that can't be, all that are left, one by one."""
        if places := self._run.portion(link):
            return await self._together(link, places)
        for index, outcome in enumerate(link.files):
            if outcome.state is FileState.READ:
                await self._alone(index)
        return replace(self._run.latest, total=0)

    async def _together(self, link: Link, places: tuple[int, ...]) -> Link:
        """Send what the server left out of the first request; whatever of it does not arrive is sent alone later."""
        run = self._run
        run.storage.most_files = taken(link)
        adding = {index: replace(link.files[index], added=True) for index in places}
        files = [FormFile(f"file{index}", one.name, one.file) for index, one in adding.items() if one.file]
        total = sum(one.file.size for one in files)
        run.keep(replace(link.with_files(adding).unproven(), sent=0, total=total))
        try:
            stored = await run.storage.add_files(link, places, files, run.progress)
        except ReachError as error:
            run.keep(run.latest.with_files({index: replace(one, lost=True) for index, one in adding.items()}))
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
                return taken_in(replace(run.latest, total=0), stored, run.storage)
        return replace(run.latest, total=0)

    async def _alone(self, index: int) -> None:
        """Send one file by itself."""
        run, file = self._run, self._run.latest.files[index].file
        run.keep(run.latest.with_file(index, lambda one: replace(one, tries=one.tries + 1)))
        link = run.keep(replace(run.latest.unproven(), sent=0, total=file.size if file else 0))
        try:
            sent = await run.storage.send_file(link, link.files[index], index, run.progress)
        except ReachError as error:
            run.keep(run.latest.with_file(index, lambda one: replace(one, lost=True)))
            if link.files[index].tries < 2 or not isinstance(error, CrmHidden | CrmInterrupted):
                raise
            # So looks a proxy's size limit; whether it arrived all the same shows when the CRM is read.
            sent = too_large(run.latest.files[index])
        run.keep(run.latest.with_files({index: sent}))
