"""Remembers in the mailbox which records the user chose for whom (`connector.finding.recent`)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from connector.app import events as e
from connector.app.work import Work
from connector.finding.otherside import OtherSide, other_side
from connector.finding.recent import Recent, owner_of
from connector.finding.records import Record
from connector.ports import MailboxSettings

NAME = "lately"
MOST_PEOPLE = 3
"""Of a mail to many, as many have the choice remembered."""


class Lately:
    """What one user of one CRM chose lately; another's is neither used nor kept."""

    def __init__(self, settings: MailboxSettings, work: Work) -> None:
        self._settings = settings
        self._work = work
        self._owner = ""

    def cause(self, event: e.Event) -> None:
        """Remember the records of a link that is finished."""
        if isinstance(event, e.LinkEnded) and event.receipt is not None and event.link.related:
            plan, related = event.link.plan, event.link.related
            records = [one for one in plan.records if one.id in related]
            self._work.begin("lately", self._remember(other_side(plan.mail), records))

    def use(self, crm_url: str, user: str) -> None:
        """Work for this user from now on."""
        self._owner = owner_of(crm_url, user)

    def of(self, side: OtherSide) -> Mapping[str, str]:
        """Return the ids of records that were chosen for these people, the last one first, with their modules."""
        return self._kept().of(_addresses(side)) if self._owner else {}

    async def _remember(self, side: OtherSide, records: Sequence[Record]) -> None:
        """Remember that records were chosen for these people, as far as the mailbox keeps it."""
        addresses = _addresses(side)
        if self._owner and addresses and records:
            kept = self._kept().chosen(addresses, {one.id: one.module for one in records})
            await self._settings.write(NAME, kept.text)

    async def forget(self) -> bool:
        """Forget all; False where the mailbox did not take that."""
        self._owner = ""
        return await self._settings.write(NAME, "")

    def _kept(self) -> Recent:
        return Recent.read(self._settings.read(NAME), self._owner)


def _addresses(side: OtherSide) -> list[str]:
    """Whom the mail is with; a program or colleague where there is nobody else, not even by the text.

    A web form's next visitor is another one, and so is whom a colleague forwards the next time.
    """
    if side.vague and any(one.guess for one in side.people):
        return []
    return [one.address.mail for one in side.missed if not one.guess][:MOST_PEOPLE]
