"""Comments on the sandbox's records, as one user of the component writes and removes them.

The PHP component has the same questions (``pure/Mails.php``); in the tests it puts them to this class.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from ..store.access import User
from ..store.host import Host
from ..store.modules import modules
from .mails import Mails

COMMENTS = "ModComments"


class Remarks:
    """The comments of one user. Numbers are record numbers; what may be done is asked before it is done."""

    def __init__(self, crm: Host, user: User) -> None:
        self.crm, self.user, self._mails = crm, user, Mails(crm, user)

    def commentable(self) -> list[str]:
        """Return the modules on whose records the user may comment."""
        shown = (one for one in modules()[COMMENTS].fields["related_to"].refers if self.crm.access.may(self.user, one))
        return list(shown) if self._mails.may(COMMENTS) else []

    def comments(self, numbers: Iterable[int]) -> list[dict[str, Any]]:
        """Return those of the records that are comments: number, record, and text as it is kept."""
        rows = [row for number in numbers if (row := self.crm.store.row(number)) and not row.deleted]
        return [
            {"number": row.number, "record": int(row.fields["related_to"] or 0), "text": row.fields["commentcontent"]}
            for row in rows
            if row.module == COMMENTS
        ]

    def comment(self, record: int, text: str) -> int:
        """Write a comment of the user's on a record; returns its number."""
        about = self._mails.id(self._mails.module(record), record)
        given = {"commentcontent": text, "related_to": about, "visibility_comm": "All"}
        known = self.crm.records.values(self.user, modules()[COMMENTS], given)
        return self.crm.storing.add(modules()[COMMENTS], known, self.user.number).number

    def remove_comment(self, number: int) -> None:
        """Delete a comment."""
        self._mails.remove(number)
