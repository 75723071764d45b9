"""A mail that stands in the CRM gets what Outlook had not told then: its text, and the date at which it was written."""

from __future__ import annotations

from dataclasses import replace

from connector.errors import OfficeError
from connector.linking import message
from connector.linking.comparison import lacking
from connector.linking.link import Link
from connector.linking.moves import Event
from connector.linking.outcome import FileOutcome
from connector.linking.reading import Reading, with_read
from connector.linking.statement import Part
from connector.linking.states import Read
from connector.linking.storage import Storage
from connector.linking.zone import ServerZone
from connector.mail.pictures import lengths_in
from connector.ports import Clock, FileHandle, Mailbox, Text


class Filling:
    """Works for one link."""

    def __init__(self, storage: Storage, mailbox: Mailbox, reading: Reading, clock: Clock) -> None:
        self._storage = storage
        self._mailbox = mailbox
        self._reading = reading
        self._clock = clock

    async def read_again(self, link: Link) -> Link:
        """With what Outlook tells by now of a mail whose text it had withheld; as it was where it tells no more."""
        asked = link.moved(Event.ASKED_AGAIN, reading=Read(link.read_content))
        if not self._mailbox.shows(link.plan.mail.traits):
            return asked
        try:
            link = with_read(link, Event.ASKED_AGAIN, *await self._reading.content(asked, self._clock.now()))
        except OfficeError:
            return asked
        return replace(link, lacks=lacking(link.read_content, link.stored_mail.row), compared=())

    async def fill(self, link: Link, zone: ServerZone) -> tuple[Link, ServerZone]:
        """Give the stored mail what it lacks. Returns the link, and what is known of the CRM's zone now.

        What the CRM refuses stays as it is: the receipt says what is missing.
        """
        stored, lacks = link.stored_mail, link.lacks
        text, lost, held = await self._text(link) if Part.TEXT in lacks else ((), (), ())
        try:
            row, zone = await self._storage.fill(link, text, self._clock, zone)
        finally:
            self._mailbox.drop_files(held)
        for code in lost:
            link = link.noted(code)
        # What the CRM did not tell is asked for before anything is said of it.
        stored = replace(stored, row=row or stored.row, whole="description" in row)
        if Part.TEXT in lacks:
            link = replace(link, pictures=lengths_in(text))
        copy = replace(link.standing, mail=stored)
        filled = link.filled | lacks
        return link.moved(Event.FILLED, copy=copy, lacks=frozenset(), filled=filled, compared=()), zone

    async def _text(self, link: Link) -> tuple[Text, tuple[str, ...], tuple[FileHandle, ...]]:
        """The text with its pictures, the codes of what is not shown there, and the files that were read for it."""
        missing = [at for at in message.pictures_in(link) if link.files[at].file is None]
        if not self._mailbox.shows(link.plan.mail.traits):
            missing = []
        # They are read for the text alone: what became of the files stays as it is.
        asked = {at: FileOutcome(link.files[at].attachment, link.files[at].name) for at in missing}
        read = {at: await self._reading.file(one) for at, one in asked.items()}
        text, lost = message.text_of(link.with_files(read), link.read_content)
        return text, lost, tuple(one.file for one in read.values() if one.file)
