"""Taking the shown mail from a record to which an earlier link of this user has related it."""

from __future__ import annotations

from connector.app import events as e
from connector.app.connection import Connection
from connector.app.parts import Pane
from connector.app.work import Work
from connector.finding.records import Record
from connector.mail.mail import Mail
from connector.vtenext.crm import Crm, Earlier


class Unlinking:
    """Removes one relation and nothing else: what stood there before is never touched."""

    def __init__(self, pane: Pane, work: Work, crm: Connection) -> None:
        self._pane, self._work, self._crm = pane, work, crm

    def cause(self, event: e.Event) -> None:
        """Do it once it was asked for."""
        crm, mail, earlier = self._crm.door, self._pane.state.mail, self._pane.state.earlier
        if isinstance(event, e.UnlinkAsked) and crm is not None and mail is not None and earlier is not None:
            self._work.begin("unlink", self._unlink(crm, mail, earlier, event.record))

    async def _unlink(self, crm: Crm, mail: Mail, earlier: Earlier, record: Record) -> None:
        copy = earlier.copy_at(record.id)
        if not copy:
            return
        await crm.unlink(copy, record.id, mail.subject)
        last = all(one.id == record.id for one in earlier.records)
        self._pane.dispatch(e.Unlinked(mail.key, record, last))
        self._pane.dispatch(e.SuggestAgainAsked())
