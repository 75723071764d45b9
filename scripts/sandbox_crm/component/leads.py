"""What converted leads of the sandbox CRM have become, as one user of the component is told it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import islice
from typing import Any

from ..store.access import User
from ..store.host import Host
from .mails import Mails
from .records import Records


class Leads:
    """The converted leads of one user."""

    def __init__(self, crm: Host, user: User) -> None:
        self.crm, self.user = crm, user
        self._records = Records(crm, user)
        self._shown = Mails(crm, user).takes_mails("Leads")

    def converted(self, numbers: Sequence[int]) -> dict[int, dict[str, int]]:
        """Return what leads have become that the user would see: contact, company, opportunity, numbers by module."""
        found = {}
        for number in numbers if self._shown else ():
            row = self.crm.store.row(number)
            if row and row.converted and not row.deleted and self.crm.access.may_read(self.user, row):
                became = filter(None, map(self.crm.store.row, row.converted))
                found[number] = {one.module: one.number for one in became}
        return found

    def successors(self, numbers: Sequence[int]) -> Iterator[tuple[str, int, dict[str, Any]]]:
        """Yield for each converted lead the first of these that the user may see: module, number, and what is told."""
        for became in self.converted(numbers).values():
            told = ((module, number, self._records.told(module, [number])) for module, number in became.items())
            seen = ((module, number, records[number]) for module, number, records in told if number in records)
            yield from islice(seen, 1)
