"""The open mail's content by way of Microsoft Graph: the port `connector.ports.AskingSource`.

GraphSource(mailbox, requests, Access(broker, clock), clock)

One mail is asked for, by its id: its list of attachments, the content of those that are wanted, its headers, its MIME.
Nothing is searched, and nothing is written.
"""

from __future__ import annotations

import asyncio
import datetime
from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial

from connector.errors import (
    GraphDenied,
    GraphFailed,
    GraphFileMissing,
    GraphMailMissing,
    GraphUnreadable,
    NoMailOpen,
    OfficeError,
)
from connector.graph import addresses, listing
from connector.graph.access import Access
from connector.graph.addresses import IMMUTABLE, Place
from connector.graph.asking import Asking
from connector.graph.listing import Listed, Told
from connector.ports import (
    WHOLE,
    Clock,
    CloudLink,
    FileHandle,
    Follow,
    Mailbox,
    RawAttachment,
    RawMail,
    Traits,
    WholeFile,
)
from connector.ports.graph import GraphRequests

FRESH = 10.0
"""Seconds for which a list is believed although a file is not found by it."""
MOST_PAGES = 50
"""Pages of a list of attachments; Outlook lets nobody send more than a few hundred files."""
MIME, CALENDAR, CONTACT = "message/rfc822", "text/calendar", "text/vcard"


@dataclass(frozen=True)
class _List:
    """Attachments as Graph listed them ``at`` that time, and the headers that have asked for ids of this form."""

    ids: Mapping[str, str]
    files: tuple[Listed, ...]
    at: datetime.datetime


class GraphSource:
    """Graph beside one Outlook mailbox. Nothing of a mail that is not open any more is remembered."""

    def __init__(self, mailbox: Mailbox, requests: GraphRequests, access: Access, clock: Clock) -> None:
        self._mailbox = mailbox
        self._requests = requests
        self._access = access
        self._clock = clock
        self._asking = Asking(requests, access, clock, lambda place: mailbox.shows(Traits(place.item_id)))
        self._place: Place | None = None
        self._listed: _List | None = None
        self._told: Told | None = None
        self._follow: Follow = lambda *_: None
        self._one, self._telling = asyncio.Lock(), asyncio.Lock()

    async def ask(self) -> None:
        """Let Microsoft ask the user for what is needed, in the course of a press."""
        await self._access.ask()

    async def headers(self) -> str:
        """The internet headers; empty for a mail that was sent."""
        return (await self._what_is_told()).headers

    async def head(self) -> str:
        """What tells the mail from others, as fields of a head."""
        return (await self._what_is_told()).head

    def unlisted(self) -> int:
        """How many attachments Graph lists that Outlook does not; 0 before it was asked."""
        mail = self._mailbox.mail()
        if mail is None or self._listed is None or self._place is None or self._place.item_id != mail.item_id:
            return 0
        return listing.unlisted(mail.attachments, self._listed.files)

    def follow(self, told: Follow) -> None:
        """Tell of files on their way."""
        self._follow = told

    async def expect(self) -> None:
        """Have the list of the open mail's attachments."""
        mail = self._open()
        await self._list(await self._of(mail), mail)

    async def read_file(self, attachment: RawAttachment) -> FileHandle | CloudLink:
        """Read one of the attachments that Outlook lists."""
        mail = self._open()
        places = [at for at, one in enumerate(mail.attachments) if one == attachment]
        if len(places) != 1:
            raise GraphFileMissing(reason=attachment.name)
        place = await self._of(mail)
        listed = await self._list(place, mail)
        try:
            return await self._found(mail, place, listed, places[0])
        except GraphFileMissing:
            if (self._clock.now() - listed.at).total_seconds() < FRESH:
                raise
        # What is in a mail may have changed since: a press on Try again has to help then.
        if self._listed is listed:
            self._listed = None
        return await self._found(mail, place, await self._list(place, mail), places[0])

    async def _found(self, mail: RawMail, place: Place, listed: _List, at: int) -> FileHandle | CloudLink:
        """Read what this list has for the attachment at this place of Outlook's."""
        found = self._matched(mail, listed)[at]
        if found is None or not found.id:
            raise GraphFileMissing(reason=mail.attachments[at].name)
        try:
            if found.kind == "cloud":
                target = await self._asking.text(place, addresses.link(place, found.id), IMMUTABLE)
                return CloudLink(listing.target(target))
            content = addresses.content(place, found.id)
            tell = partial(self._follow, mail, at)
            arrived = await self._asking.content(place, content, found.media_type, found.name, tell)
        except GraphMailMissing as error:
            raise GraphFileMissing(**error.details) from error
        except GraphDenied as error:
            # It has given the list: this is about one file, which may be protected.
            raise GraphFailed(**error.details) from error
        if found.kind != "item":
            return arrived.file
        return FileHandle(arrived.file.key, arrived.file.size, _kind_of_item(arrived.begins))

    async def content_ids(self) -> dict[str, str]:
        """Return the content ids of the attachments, by their ids in Outlook's list."""
        mail = self._open()
        place = await self._of(mail)
        listed = await self._list(place, mail)
        told = {one.id: one.content_id for one in await self._fresh_list(place, listed.ids, addresses.NAMED)}
        found = zip(mail.attachments, self._matched(mail, listed), strict=True)
        named = {one.id: told.get(graphs.id, "") for one, graphs in found if graphs is not None}
        return {id_: name for id_, name in named.items() if id_ and name}

    async def original(self) -> WholeFile:
        """Read the whole mail, in MIME."""
        mail = self._open()
        place = await self._of(mail)
        arrived = await self._asking.content(
            place, addresses.whole(place), MIME, tell=partial(self._follow, mail, WHOLE)
        )
        file = FileHandle(arrived.file.key, arrived.file.size, MIME)
        try:
            return await self._requests.examined(file)
        except BaseException:
            self._mailbox.drop_files([file])
            raise

    def _open(self) -> RawMail:
        mail = self._mailbox.mail()
        if mail is None:
            raise NoMailOpen
        if not mail.item_id:
            raise GraphMailMissing(reason="itemId")
        return mail

    async def _of(self, mail: RawMail) -> Place:
        """Where the mail lies. An Outlook that does not say whose mailbox it is has the user's own."""
        if self._place is not None and self._place.item_id == mail.item_id:
            return self._place
        shared: tuple[str, ...] = ()
        if mail.shared:
            try:
                shared = await self._mailbox.shared()
            except OfficeError:
                shared = ()
        place = Place(mail.item_id, shared[0] if shared else "")
        if self._mailbox.shows(mail.traits):
            self._place, self._listed, self._told = place, None, None
        return place

    async def _what_is_told(self) -> Told:
        """What Graph tells of the open mail; asked for once while it is the mail that is read."""
        place = await self._of(self._open())
        async with self._telling:
            if place == self._place and self._told is not None:
                return self._told
            told = listing.told(await self._asking.text(place, addresses.headers(place), IMMUTABLE))
            if place == self._place:
                self._told = told
            return told

    def _matched(self, mail: RawMail, listed: _List) -> tuple[Listed | None, ...]:
        """Which attachments of Graph's list those of Outlook's are.

        Their order decides only where Outlook gives none of them: it may hand out one that order takes for another.
        """
        ids = any(one.id for one in mail.attachments)
        in_order = not (ids and self._mailbox.reads_files())
        return listing.matched(mail.attachments, listed.files, in_order=in_order)

    async def _list(self, place: Place, mail: RawMail) -> _List:
        """The mail's attachments; asked for once while it is the mail that is read."""
        async with self._one:
            if self._listed is not None and place == self._place:
                return self._listed
            listed = await self._most_like(mail, place)
            if place == self._place:
                self._listed = listed
            return listed

    async def _most_like(self, mail: RawMail, place: Place) -> _List:
        """The list with ids of the form in which Outlook has them.

        Mostly that is the one of ids that change when the mail is moved. The other list is asked for where it does not
        tell all attachments.
        """
        lists: list[_List] = []
        sure: list[int] = []
        for ids in ({}, IMMUTABLE):
            lists.append(_List(ids, await self._fresh_list(place, ids), self._clock.now()))
            found = listing.matched(mail.attachments, lists[-1].files, in_order=False)
            sure.append(sum(one is not None for one in found))
            if sure[-1] == len(found):
                break
        return lists[sure.index(max(sure))]

    async def _fresh_list(
        self, place: Place, ids: Mapping[str, str], told: str = addresses.LISTED
    ) -> tuple[Listed, ...]:
        found: list[Listed] = []
        address = addresses.attachments(place, told)
        for _ in range(MOST_PAGES):
            page, address = listing.read(await self._asking.text(place, address, ids))
            found += page
            if not address:
                return tuple(found)
            address = addresses.following(place, address)
            if not address:
                break
        raise GraphUnreadable(reason="@odata.nextLink")


def _kind_of_item(begins: str) -> str:
    """What an attached item is, which Graph does not say: a mail, a calendar entry, or a contact."""
    start = begins.lstrip("\xef\xbb\xbf \r\n").upper()
    return {"BEGIN:VCAL": CALENDAR, "BEGIN:VCAR": CONTACT}.get(start[:10], MIME)
