"""A mail that stands in the CRM gets what Outlook had not told then: its text, and the date at which it was written."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

from connector.crm.client import CrmClient, Row
from connector.crm.correcting import corrected, unless_refused
from connector.crm.reading import Reading
from connector.domain import message
from connector.domain.comparison import lacking
from connector.domain.linking import Link
from connector.domain.pictures import lengths_in
from connector.domain.sameness import mark_of
from connector.domain.statement import Part
from connector.domain.zone import ServerZone, format_date, observed_offset
from connector.errors import OfficeError
from connector.ports import Clock, FileHandle, Mailbox, Text


class Filling:
    """Works for one link. ``told`` takes each change of it."""

    def __init__(
        self, client: CrmClient, mailbox: Mailbox, reading: Reading, clock: Clock, told: Callable[[Link], Link]
    ) -> None:
        self._client = client
        self._mailbox = mailbox
        self._reading = reading
        self._clock = clock
        self._told = told

    async def read_again(self, link: Link) -> Link:
        """With what Outlook tells by now of a mail whose text it had withheld; as it was where it tells no more."""
        link = replace(link, again=False)
        if not self._mailbox.shows(link.plan.mail.traits):
            return link
        try:
            link = link.with_read(*await self._reading.content(link, self._clock.now()))
        except OfficeError:
            return link
        return replace(link, lacks=lacking(link.read_content, link.stored_mail.row), compared=())

    async def fill(self, link: Link, zone: ServerZone) -> tuple[Link, ServerZone]:
        """Give the stored mail what it lacks. Returns the link, and what is known of the CRM's zone now.

        What the CRM refuses stays as it is: the receipt says what is missing.
        """
        stored, lacks = link.stored_mail, link.lacks
        text, lost, held = await self._text(link) if Part.TEXT in lacks else ((), (), ())
        row: Row = {}
        try:
            if text and self._client.session.token:
                await unless_refused(self._client.fill_mail(stored.id, text), None)
            fields = self._fields(link, () if self._client.session.token else text, zone)
            if fields:
                row = await unless_refused(self._corrected(link, fields), row)
            if Part.DATE in lacks:
                zone, row = await self._in_zone(link, row, zone)
        finally:
            self._mailbox.drop_files(held)
        for code in lost:
            link = link.noted(code)
        # What the CRM did not tell is asked for before anything is said of it.
        stored = replace(stored, row=row or stored.row, whole="description" in row)
        if Part.TEXT in lacks:
            link = replace(link, pictures=lengths_in(text))
        return replace(link, lacks=frozenset(), filled=link.filled | lacks, compared=(), stored=stored), zone

    def _fields(self, link: Link, text: Text, zone: ServerZone) -> dict[str, str | Text]:
        fields: dict[str, str | Text] = {"description": text} if text else {}
        if Part.DATE in link.lacks:
            fields |= {"mdate": self._shown(link, zone), "xmailer": mark_of(link.read_content.date)}
        return fields

    async def _corrected(self, link: Link, fields: Mapping[str, str | Text]) -> Row:
        return await corrected(self._client, link.stored_mail.id, link.plan.mail.subject, fields)

    async def _in_zone(self, link: Link, row: Row, zone: ServerZone) -> tuple[ServerZone, Row]:
        """Its clock shows in ``modifiedtime``. Where its zone was guessed wrong, correct the date once more."""
        now = self._clock.now()
        offset = observed_offset(str(row.get("modifiedtime") or ""), (now, now))
        if offset is None or zone.known:
            return zone, row
        zone = zone.learn(offset, now, self._clock)
        date = self._shown(link, zone)
        if row.get("mdate") == date:
            return zone, row
        return zone, await unless_refused(self._corrected(link, {"mdate": date}), {})

    def _shown(self, link: Link, zone: ServerZone) -> str:
        date = link.read_content.date
        return format_date(date, zone.offset_at(date, self._clock))

    async def _text(self, link: Link) -> tuple[Text, tuple[str, ...], tuple[FileHandle, ...]]:
        """The text with its pictures, the codes of what is not shown there, and the files that were read for it."""
        missing = [at for at in message.pictures_in(link) if link.files[at].file is None]
        if not self._mailbox.shows(link.plan.mail.traits):
            missing = []
        read = {at: await self._reading.file(link.files[at]) for at in missing}
        text, lost = message.text_of(link.with_files(read), link.read_content)
        return text, lost, tuple(one.file for one in read.values() if one.file)
