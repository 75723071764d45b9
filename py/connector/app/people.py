"""Asks the CRM for the people of the open mail: as soon as they are known, and once more when more is known of them.

    people = People(ports, dispatch, recent)
    mail = people.understood(raw)                     # who wrote it, by what is ours
    await people.suggest(crm, mail, turn, shown)      # events bring what comes
    mail = await people.known_better(mail)            # the head of the mail is there

Most often the properties of a mail suffice, and nobody waits for its head. Where they do not, as for mails of a web
form or a list, the head is given a moment. The text is read where the mail is with nobody else for certain, or nobody
whom the CRM knows; mails that are attached, where the text names nobody.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable, Iterable, Mapping
from functools import partial

from connector.app import events as e
from connector.errors import OfficeError
from connector.finding.answers import Answers
from connector.finding.enclosed import forwarded
from connector.finding.otherside import OtherSide, other_side, same_question
from connector.finding.suggestion import Suggestion
from connector.linking.reading import Reading
from connector.mail.mail import ITEM, Mail, alias_of, mail_from, with_source
from connector.mail.ours import Ours, ours_of
from connector.mail.skeleton import taken_apart
from connector.mail.visible import lines
from connector.ports import Form, Ports, RawMail
from connector.vtenext.crm import Crm, Look

Thread = tuple[str, ...]
"""The Message-IDs of a conversation."""
Recent = Callable[[OtherSide], Mapping[str, str]]
LARGEST_ENCLOSED = 1_000_000
"""Bytes of an attached mail that is still read to see who wrote it."""
MOST_ENCLOSED = 3
HEAD_PAUSE = 1.5
"""Seconds that the head of a mail gets where its properties do not tell who the other side is."""


class People:
    """The people of the mails of one pane.

    ``dispatch`` takes events; ``recent`` tells the records that the user has chosen for such people before.
    """

    def __init__(self, ports: Ports, dispatch: Callable[[e.Event], None], recent: Recent) -> None:
        self._mailbox = ports.mailbox
        self._clock = ports.clock
        self._touches = partial(ports.surroundings.touches, "suggested")
        self._dispatch = dispatch
        self._recent = recent
        self._learned: frozenset[str] = frozenset()
        self._domains: tuple[str, ...] = ()
        self._text: tuple[str, str] | None = None
        self._opened = ""

    def use(self, domains: Iterable[str]) -> None:
        """Have these domains for the organization's."""
        self._domains = tuple(domains)

    @property
    def _ours(self) -> Ours:
        """What is ours, as far as it is known by now."""
        return ours_of(self._mailbox.owner, self._domains).knowing(self._learned)

    def understood(self, raw: RawMail) -> Mail:
        """Return the mail as its properties tell it."""
        return mail_from(raw, self._ours)

    async def known_better(self, mail: Mail) -> Mail:
        """Return the mail with what Outlook tells of it when it is asked, and with what is ours by then."""
        source, shared = await asyncio.gather(Reading(self._mailbox).source(mail), self._shared())
        self._learned |= shared
        known = with_source(mail, source, self._ours)
        if alias := alias_of(known):
            self._learned |= {alias}
            known = with_source(known, source, self._ours)
        return known

    async def _shared(self) -> frozenset[str]:
        try:
            return frozenset(await self._mailbox.shared())
        except OfficeError:
            return frozenset()

    async def suggest(
        self, crm: Crm, mail: Mail, turn: int, shown: Callable[[], Mail | None], *, whole: bool = False
    ) -> None:
        """Ask who is known of the mail's people, and once more where that is worth it.

        ``shown`` is the mail by what is known of it meanwhile; None once it is another. ``whole``: what comes first
        is not told before the rest has come. Raises `ConnectorError` where the CRM can't be asked.
        """
        if not other_side(mail).settled:
            # What comes meanwhile begins this anew.
            await self._clock.sleep(HEAD_PAUSE)
        text = self._read(mail)
        if text is None and other_side(mail).vague:
            text = await self.text(mail)
        while True:
            side = other_side(mail, text)
            found = await self._look(crm, mail, side, turn, whole=whole)
            if text is None and not any(map(_is_of_a_person, found.answers.found)):
                text = await self.text(mail)
            elif side.vague and not any(one.guess for one in side.people):
                text = f"{await self._enclosed(mail)}{text or ''}"
            by_now = shown()
            if by_now is None or (
                (by_now.message_id, _thread(crm, by_now)) == (mail.message_id, _thread(crm, mail))
                and same_question(other_side(by_now, text), side)
            ):
                break
            mail = by_now
        self._dispatch(self._came(turn, found, _thread(crm, mail), complete=True))

    async def _look(self, crm: Crm, mail: Mail, side: OtherSide, turn: int, *, whole: bool) -> Look:
        found: Look | None = None
        async for look in crm.look(mail, side, self._recent(side)):
            found = look
            if look.earlier is not None:
                self._dispatch(e.EarlierCame(turn, look.earlier))
            elif crm.capabilities.sees_all_links and mail.message_id:
                self._dispatch(e.StoredUnknown(turn))
            if not whole:
                self._dispatch(self._came(turn, look, _thread(crm, mail), complete=False))
        return found or Look(Answers())

    def _came(self, turn: int, look: Look, thread: Thread, *, complete: bool) -> e.SuggestionsCame:
        # Somebody may be about to press a row that an earlier answer has brought.
        held, found, unasked = self._touches(), look.answers.found, look.answers.unasked
        return e.SuggestionsCame(turn, found, complete, unasked, look.unknown, thread, look.complete, held)

    def _read(self, mail: Mail) -> str | None:
        """The mail's text, where that was read already."""
        return self._text[1] if self._text is not None and self._text[0] == mail.key else None

    async def text(self, mail: Mail) -> str:
        """Return the text of the open mail, read once; empty where Outlook does not hand it out."""
        known = self._read(mail)
        if known is not None:
            return known
        text = await self._body("text")
        text = text if text.strip() else lines(await self._body("html"))
        if not self._mailbox.shows(mail.traits):
            # It may be another mail's.
            return ""
        self._text = (mail.key, text)
        return text

    async def _enclosed(self, mail: Mail) -> str:
        """Who wrote the mails that are attached to the open one, as a forwarded mail tells it; read once, and kept."""
        if self._opened == mail.key or not self._mailbox.reads_files():
            return ""
        told = ""
        enclosed = [one for one in mail.attachments if one.kind == ITEM and one.size <= LARGEST_ENCLOSED]
        for one in enclosed[:MOST_ENCLOSED]:
            with contextlib.suppress(OfficeError):
                told += forwarded(taken_apart(await self._mailbox.enclosed(one)).head)
        if not self._mailbox.shows(mail.traits):
            # They may be another mail's.
            return ""
        self._opened, self._text = mail.key, (mail.key, f"{told}{self._read(mail) or ''}")
        return told

    async def _body(self, form: Form) -> str:
        try:
            return await self._mailbox.body(form)
        except OfficeError:
            return ""


def _thread(crm: Crm, mail: Mail) -> Thread:
    """The conversation that the CRM is asked for."""
    return mail.thread if crm.capabilities.sees_all_links else ()


def _is_of_a_person(suggestion: Suggestion) -> bool:
    """Whether somebody was found by an address, and not by a guess."""
    return suggestion.asked is not None and not suggestion.asked.person.guess
