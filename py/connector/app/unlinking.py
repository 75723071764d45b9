"""Taking the shown mail from a record to which an earlier link of this user has related it."""

from __future__ import annotations

from connector.app import events as e
from connector.app.connection import Connection
from connector.app.parts import Pane
from connector.app.state import LinkView
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
        if crm is None or mail is None or earlier is None:
            return
        match event:
            case e.UnlinkAsked(record):
                self._work.begin("unlink", self._unlink(crm, mail, earlier, record))
            case e.UndoAsked(key) if (view := self._pane.state.links.get(key)) is not None and view.fresh:
                self._work.begin("unlink", self._undo(crm, view, last=not earlier.records))
            case _:
                pass

    async def _unlink(self, crm: Crm, mail: Mail, earlier: Earlier, record: Record) -> None:
        copy = earlier.copy_at(record.id)
        if not copy:
            return
        await crm.unlink(copy, record.id, mail.subject)
        last = all(one.id == record.id for one in earlier.records)
        self._pane.dispatch(e.Unlinked(mail.key, record, last))
        self._pane.dispatch(e.SuggestAgainAsked())

    async def _undo(self, crm: Crm, view: LinkView, *, last: bool) -> None:
        """Take the mail from the records to which a link has just related it; those of earlier links stay."""
        link, stored = view.link, view.link.stored
        if stored is None:
            return
        mail = link.plan.mail
        notes = [one.id for one in link.note.written.values()]
        if notes and self._crm.storage is not None:
            # Those, too, at records that had the mail before.
            await self._crm.storage.remove(link, None, (), notes)
        for record in view.fresh:
            await crm.unlink(stored.id, record.id, mail.subject)
            self._pane.dispatch(e.Unlinked(mail.key, record, last and record == view.fresh[-1]))
        self._pane.dispatch(e.LinkClosed(mail.key))
