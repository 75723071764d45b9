"""Marking linked mails in Outlook: a bar over the mail, and the mark that it carries in the mailbox.

Both are a help and nothing hangs on them: where Outlook refuses one, nothing is said.
"""

from __future__ import annotations

from collections.abc import Callable

from connector.app import events as e
from connector.app.figures import date_text, names_text
from connector.app.language import _, fill
from connector.errors import OfficeError
from connector.linking.filedmark import filed_at, mark
from connector.linking.receipt import Receipt
from connector.mail.mail import Mail
from connector.ports import Ports

LONGEST_BAR = 150
"""Characters that Outlook takes."""


class Marking:
    """Reads, sets and removes the marks of the open mail. ``dispatch`` hears of what was read."""

    def __init__(self, ports: Ports, dispatch: Callable[[e.Event], None]) -> None:
        self._ports = ports
        self._dispatch = dispatch

    async def read(self, mail: Mail, crm_url: str, turn: int) -> None:
        """Tell when the open mail was linked to this CRM, if it says so."""
        try:
            when = filed_at(await self._ports.marks.mark(), crm_url)
            if when is not None and self._ports.mailbox.shows(mail.traits):
                self._dispatch(e.FiledBefore(turn, when))
                said = fill(_("Linked to the CRM on {date}."), date=date_text(when))
                await self._ports.marks.show(said[:LONGEST_BAR])
        except OfficeError:
            return

    async def linked(self, mail: Mail, crm_url: str, receipt: Receipt) -> None:
        """Mark the mail, as long as it is the open one."""
        names = [line.record.name for line in receipt.records if line.problem is None]
        if not names:
            return
        said = fill(_("Linked to {name}."), name=names_text(names))
        try:
            if self._ports.mailbox.shows(mail.traits):
                await self._ports.marks.show(said if len(said) <= LONGEST_BAR else _("Linked to the CRM."))
            await self._ports.marks.keep(mail.traits, mark(self._ports.clock.now(), crm_url))
        except OfficeError:
            return

    async def taken_back(self, mail: Mail, key: str) -> None:
        """Take the marks of the mail with this key away, as long as it is the open one."""
        if mail.key != key:
            return
        try:
            await self._ports.marks.keep(mail.traits, "")
            if self._ports.mailbox.shows(mail.traits):
                await self._ports.marks.show("")
        except OfficeError:
            return
