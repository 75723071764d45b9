"""The copies of a mail that stand in the CRM: found again, brought down to one, taken back.

vtenext accepts the same mail as often as it is sent, and an answer that was lost leaves it open whether it was stored.
What is found by its Message-ID is a copy only where it is the same mail (`connector.mail.sameness`): another one is
neither linked in its place nor removed.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import replace
from functools import partial
from typing import Any

from connector.errors import MessagesDenied, PermissionDenied, TakeBackFailed
from connector.linking.comparison import lacking
from connector.linking.filing import Filing
from connector.linking.link import Link
from connector.linking.message import original_of
from connector.linking.moves import Event
from connector.linking.outcome import without_document
from connector.linking.prefetch import Prefetch
from connector.linking.readback import contradict
from connector.linking.reading import Reading
from connector.linking.states import Absent, FileState, Step, StoredMail, UnderWay, Unproven
from connector.linking.storage import MOST_FOUND, Second, Storage
from connector.linking.undoing import doubted, taken_back
from connector.mail.identity import Sought, distinct, sought_by, sought_own
from connector.mail.sameness import Clocks, is_same, is_twin, same_subject


class Copies:
    """Works for one link. ``pause(n)`` waits before the n-th look, ``keep`` takes each change of the link.

    ``early`` may hold the first look for the mail, begun before. ``clocks`` tells how dates of the CRM are read, and
    ``shown(link)`` how it shows the mail's.
    """

    def __init__(
        self,
        storage: Storage,
        reading: Reading,
        filing: Filing,
        early: Prefetch[Step],
        looks: int,
        pause: Callable[[int], Awaitable[None]],
        keep: Callable[[Link], Link],
        clocks: Callable[[], Clocks],
        shown: Callable[[Link], str],
    ) -> None:
        self._storage = storage
        self._reading = reading
        self._filing = filing
        self._early = early
        self._looks = looks
        self._pause = pause
        self._keep = keep
        self._clocks = clocks
        self._shown = shown

    async def identified(self, link: Link) -> Link:
        """With what its files are made of, now that it has been read; and a Message-ID, if it has none of its own."""
        if link.content is None or link.has(FileState.WAITING):
            return link
        if not all(one.digested for one in link.files):
            link = replace(link, files=await self._reading.digested(link.files))
        return link if link.message_id else replace(link, identity=original_of(link).made.message_id)

    async def found(self, link: Link) -> tuple[StoredMail, ...]:
        """What may be a copy of the link's mail, oldest first."""
        return await self._storage.found(_sought(link), link.plan.mail.subject)

    async def find(self, link: Link) -> Link:
        """Look for the mail; where it may still be on its way into the CRM, more than once.

        Raises `MessagesDenied` for whom the CRM shows no mails.
        """
        link = await self.identified(link)
        found: tuple[StoredMail, ...] = ()
        for look in range(self._looks if isinstance(link.copy, UnderWay) else 1):
            if look:
                await self._pause(look)
            try:
                found = await self._early.take(Step.FIND, partial(self.found, link))
                found += await self._found_otherwise(link, found)
                copies = self._copies_among(link, found)
                if not copies and len(found) >= MOST_FOUND:
                    # A scanner's thousand mails: those of this second.
                    mail = link.plan.mail
                    second = Second(link.read_content.date, self._shown(link))
                    found += await self._storage.found(_sought(link), mail.subject, second)
                    copies = self._copies_among(link, found)
            except PermissionDenied as error:
                raise MessagesDenied(**error.details) from error
            for copy in copies:
                ours = link.uncertain
                there = Unproven(replace(copy, ours=ours), dated=not ours)
                # Its files are known by the id under which it was stored.
                known = link.moved(Event.FOUND, copy=there, identity=str(copy.row.get("messageid")))
                if await self._has_its_files(known):
                    return replace(known, lacks=lacking(link.read_content, copy.row))
        return self._distinguished(link.moved(Event.NOT_FOUND, copy=Absent()), found)

    async def _found_otherwise(self, link: Link, found: tuple[StoredMail, ...]) -> tuple[StoredMail, ...]:
        """Return what is found by all Message-IDs of a mail that has several: the first look knew Outlook's alone."""
        mail = link.plan.mail
        if len(mail.ids) < 2:
            return ()
        others = await self._storage.found(sought_own(mail.ids), mail.subject)
        return tuple(one for one in others if one not in found)

    def _copies_among(self, link: Link, found: tuple[StoredMail, ...]) -> tuple[StoredMail, ...]:
        original, clocks = original_of(link), self._clocks()
        return tuple(one for one in found if one.whole and is_same(original, one.row, clocks))

    async def _has_its_files(self, link: Link) -> bool:
        """Whether the files of a copy are the mail's, as far as those were read. What is asked for that is kept."""
        if not any(one.file for one in link.files):
            return True
        try:
            documents = await self._filing.documents(link)
        except PermissionDenied:
            return True
        # Mails without a Message-ID differ only by what they are made of.
        if contradict(link.files, documents, any_one=not link.plan.mail.message_id):
            return False
        self._early.keep(Step.READ_BACK, documents)
        return True

    def _distinguished(self, link: Link, others: tuple[StoredMail, ...]) -> Link:
        """With an id of its own where another mail has its id and subject: the CRM would take the two for one."""
        if not others:
            return link
        mail = link.plan.mail
        rivals = [one for one in others if same_subject(mail.subject, one.row.get("subject")) is not False]
        taken = {str(one.row.get("messageid")) for one in rivals}
        details = {"stored": others[-1].date, "subject": str(others[-1].row.get("subject") or "")}
        link = link.noted("other-mail" if mail.message_id else "other-mail-alike", **details)
        if link.message_id not in taken:
            return link
        original = original_of(link)
        more = " ".join((original.made.message_id, *sorted(original.recipients)))
        while (identity := distinct(mail.message_id or original.made.message_id, more)) in taken:
            more += "+"
        return replace(link, identity=identity)

    async def single(self, link: Link) -> Link:
        """See that one copy stays. Two devices may store the same mail at once: then the older copy does.

        Where an answer was lost, what came since and is like it in everything is this link's own. A copy that the CRM
        does not let the user remove is noted.
        """
        stored = link.stored_mail
        if not stored.ours or self._storage.stores_once:
            return link
        found = await self._storage.named(_sought(link))
        found = tuple(one for one in found if one.row.get("messageid") == link.message_id)
        if all(one.id == stored.id for one in found):
            return link
        found = await self._storage.whole(found)
        try:
            if link.lost:
                own = next((one.row for one in found if one.id == stored.id), {})
                for copy in reversed(found):
                    if copy.id != stored.id and is_twin(own, copy.row):
                        await self._storage.remove(link, copy, await self._filing.documents_of_copy(link, copy))
            else:
                likely = self._copies_among(link, tuple(one for one in found if one.number < stored.number))
                older = [
                    one
                    for one in likely
                    if await self._has_its_files(replace(link, copy=replace(link.standing, mail=one)))
                ]
                if likely:
                    # What is begun for reading back would be another's.
                    self._early.give_up()
                if older:
                    await self._storage.remove(link, stored, await self._filing.documents_of_copy(link, stored))
                    files = tuple(map(without_document, link.files))
                    nothing = frozenset[Any]()
                    link = link.with_original(without_document)
                    link = replace(link, files=files, related=nothing, attached=nothing)
                    standing, lacks = replace(link.standing, mail=older[0]), lacking(link.read_content, older[0].row)
                    return self._keep(link.moved(Event.YIELDED, copy=standing, lacks=lacks))
        except TakeBackFailed:
            return self._keep(link.noted("copy-stays"))
        return link

    async def take_back(self, link: Link) -> bool:
        """Remove what this link has stored, and nothing else; returns whether there was anything.

        Raises `TakeBackFailed` where the CRM refuses that, and other errors where it can't be asked; what stands
        then is looked for by whatever is done next.
        """
        if link.uncertain:
            link = await self.find(link)
        if link.stored is not None:
            link = await self.single(link)
            if not link.read_back and (link.stored_mail.ours or any(one.tries for one in link.papers)):
                link = await self._filing.read_back(link)
        documents = [outcome.document for outcome in link.papers if outcome.document and outcome.ours]
        mail = link.stored if link.stored is not None and link.stored.ours else None
        comments = await self._comments(link)
        gone = self._keep(doubted(link))
        await self._storage.remove(link, mail, documents, comments)
        self._keep(taken_back(gone))
        return bool(documents) or bool(comments) or mail is not None

    async def _comments(self, link: Link) -> list[str]:
        """The comments that this link has written, those too of which no answer came."""
        found = [one.id for one in link.note.written.values()]
        for record in link.note.doubted():
            comment = await self._storage.noted(link, record)
            found += [comment.id] if comment is not None else []
        return found


def _sought(link: Link) -> Sought:
    mail = link.plan.mail
    return sought_own(mail.ids) if mail.ids else sought_by(original_of(link).made)
