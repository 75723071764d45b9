"""What the steps of a link share while it is run: its latest state, Outlook, the CRM, the clock, and what was begun."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from dataclasses import replace

from connector.errors import MailChanged
from connector.linking.link import Link
from connector.linking.portions import portion
from connector.linking.prefetch import Prefetch
from connector.linking.reading import Reading
from connector.linking.states import Step
from connector.linking.storage import Storage
from connector.linking.zone import ServerZone, format_date
from connector.mail.sameness import Clocks
from connector.ports import Clock, Mailbox

LOOK_AGAIN = (0, 1, 2, 4)
"""The ratio of the pauses before each look for a mail that the CRM may still be storing."""

Watch = Callable[[Link], None]


class Run:
    """One run of one link. ``watch`` takes every change, so that nothing is lost on a cancel.

    ``latest`` is the link after the last of them. ``in_turn``: no other mail is stored meanwhile. ``newest`` is the id
    of the mail that was stored last. ``arrival``: so many seconds it looks for what may still be on its way.
    """

    latest: Link

    def __init__(
        self, storage: Storage, mailbox: Mailbox, clock: Clock, zone: ServerZone, watch: Watch, arrival: float
    ) -> None:
        self.storage = storage
        self.mailbox = mailbox
        self.clock = clock
        self.zone = zone
        self.reading = Reading(mailbox)
        self.early = Prefetch[Step]()
        self.in_turn = False
        self.newest = ""
        self._watch = watch
        self._arrival = arrival

    def keep(self, link: Link) -> Link:
        """Take in a change of the link, and return it."""
        self.latest = link
        self._watch(link)
        return link

    def progress(self, sent: int, total: int) -> None:
        """Take in how much of an upload has left."""
        self.keep(replace(self.latest, sent=sent, total=total))

    def clocks(self) -> Clocks:
        """Return how the CRM's dates are read."""
        return Clocks(lambda at: datetime.timedelta(minutes=self.zone.offset_at(at, self.clock)), self.zone.known)

    def shown(self, link: Link) -> str:
        """Return the mail's date as the CRM shows it."""
        date = link.read_content.date
        return format_date(date, self.zone.offset_at(date, self.clock))

    def is_open(self, link: Link) -> bool:
        """Return whether the mail that the user decided on is still the open one."""
        return self.mailbox.shows(link.plan.mail.traits)

    def guard(self, link: Link) -> None:
        """Raise `MailChanged` where it is not."""
        if not self.is_open(link):
            raise MailChanged(subject=link.plan.mail.subject)

    def is_newest(self, link: Link) -> bool:
        """Return whether the user has stored no other mail since this one."""
        return self.in_turn and link.stored_mail.id == self.newest

    def portion(self, link: Link) -> tuple[int, ...]:
        """Return the places of the files to be added to the mail together.

        Only while no other mail is stored: then it shows what they became.
        """
        alone = link.piecewise or link.lost or not link.stored_mail.ours or not self.is_newest(link)
        return () if alone else portion(link)

    async def look_again(self, wait: int) -> None:
        """Wait before the look with this number."""
        await self.clock.sleep(self._arrival * LOOK_AGAIN[min(wait, len(LOOK_AGAIN) - 1)] / sum(LOOK_AGAIN))
