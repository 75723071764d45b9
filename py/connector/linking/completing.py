"""Completes a mail in the CRM with what Outlook did not give at first: its text, and the date when it was written."""

from __future__ import annotations

from dataclasses import replace

from connector.errors import OfficeError
from connector.linking import message
from connector.linking.comparison import lacking
from connector.linking.link import Link
from connector.linking.moves import Event
from connector.linking.outcome import FileOutcome
from connector.linking.reading import with_read
from connector.linking.run import Run
from connector.linking.statement import Part
from connector.linking.states import Read
from connector.mail.pictures import lengths_in
from connector.ports import FileHandle, Text


class Completing:
    """Steps of one run when the mail stands in the CRM."""

    def __init__(self, run: Run) -> None:
        self._run = run

    async def read_again(self, link: Link) -> Link:
        """Ask Outlook once more for a text that it withheld; the link stays as it was where Outlook gives no more."""
        run, asked = self._run, link.moved(Event.ASKED_AGAIN, reading=Read(link.read_content))
        if not run.is_open(link):
            return asked
        try:
            link = with_read(link, Event.ASKED_AGAIN, *await run.reading.content(asked, run.clock.now()))
        except OfficeError:
            return asked
        return replace(link, lacks=lacking(link.read_content, link.stored_mail.row), compared=())

    async def date(self, link: Link) -> Link:
        """Correct the stored mail's date where the zone of the CRM's server was guessed wrong."""
        run = self._run
        link, run.zone = await run.storage.dated(link, run.clock, run.zone)
        return link

    async def fill(self, link: Link) -> Link:
        """Give the stored mail what it lacks. What the CRM refuses stays as it is: the receipt says what is missing."""
        run, stored, lacks = self._run, link.stored_mail, link.lacks
        text, lost, held = await self._text(link) if Part.TEXT in lacks else ((), (), ())
        try:
            row, run.zone = await run.storage.fill(link, text, run.clock, run.zone)
        finally:
            run.mailbox.drop_files(held)
        for code in lost:
            link = link.noted(code)
        # What the answer lacks is read before the receipt says anything about it.
        stored = replace(stored, row=row or stored.row, whole="description" in row)
        if Part.TEXT in lacks:
            link = replace(link, pictures=lengths_in(text))
        copy = replace(link.standing, mail=stored)
        filled = link.filled | lacks
        return link.moved(Event.FILLED, copy=copy, lacks=frozenset(), filled=filled, compared=())

    async def _text(self, link: Link) -> tuple[Text, tuple[str, ...], tuple[FileHandle, ...]]:
        """The text with its pictures, the codes of what is not shown there, and the files that were read for it."""
        missing = [at for at in message.pictures_in(link) if link.files[at].file is None]
        if not self._run.is_open(link):
            missing = []
        # They are read for the text alone: what became of the files stays as it is.
        asked = {at: FileOutcome(link.files[at].attachment, link.files[at].name) for at in missing}
        read = {at: await self._run.reading.file(one) for at, one in asked.items()}
        text, lost = message.text_of(link.with_files(read), link.read_content)
        return text, lost, tuple(one.file for one in read.values() if one.file)
