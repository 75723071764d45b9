"""Taking the shown mail from a record to which an earlier link of this user has related it."""

from __future__ import annotations

from functools import partial

from connector.app import changes
from connector.app import events as e
from connector.app.connection import Connection
from connector.app.parts import Pane
from connector.app.work import Work
from connector.errors import ConnectorError, SignInNeeded
from connector.finding.records import Record
from connector.mail.mail import Mail
from connector.vtenext.crm import Crm, Earlier


class Unlinking:
    """Removes one relation and nothing else: what stood there before is never touched."""

    def __init__(self, pane: Pane, work: Work, crm: Connection) -> None:
        self._pane, self._work, self._crm = pane, work, crm
        # By the mail's key, what was taken from it: records and notes, by their ids.
        self._gone: dict[str, set[str]] = {}

    def cause(self, event: e.Event) -> None:
        """Do it once it was asked for."""
        mail, earlier = self._pane.state.mail, self._pane.state.earlier
        match event:
            case e.UnlinkAsked(record) if mail is not None and earlier is not None and earlier.copy_at(record.id):
                change = partial(self._unlink, mail, earlier, record)
                self._work.change(changes.removal(mail.key, record.id), change)
            case e.UndoAsked(key) if (view := self._pane.state.links.get(key)) is not None and view.fresh:
                self._work.change(changes.undoing(key), partial(self._undo, key))
            case e.LinkEnded(link, receipt) if receipt is not None:
                self._gone.pop(link.plan.mail.key, None)
            case _:
                pass

    async def _unlink(self, mail: Mail, earlier: Earlier, record: Record) -> None:
        crm = self._crm.door
        if crm is None:
            raise SignInNeeded
        try:
            await self._take(crm, earlier.copy_at(record.id), mail, record, earlier.records)
        except SignInNeeded:
            raise
        except ConnectorError:
            # No answer may have come although it was done: the CRM says where the mail is linked now.
            self._pane.dispatch(e.LookAgainAsked())
            raise
        self._pane.dispatch(e.LookAgainAsked())

    async def _undo(self, key: str) -> None:
        """Take the mail from the records to which a link has just related it; those of earlier links stay."""
        crm, view, earlier = self._crm.door, self._pane.state.links.get(key), self._pane.state.earlier
        stored = view.link.stored if view is not None else None
        if view is None or stored is None:
            return
        if crm is None:
            raise SignInNeeded
        link, gone = view.link, self._gone.setdefault(key, set())
        notes = [one.id for one in link.note.written.values() if one.id not in gone]
        if notes and self._crm.storage is not None:
            # Those, too, at records that had the mail before.
            await self._crm.storage.remove(link, None, (), notes)
            gone.update(notes)
        known = (*view.fresh, *(earlier.records if earlier is not None else ()))
        for record in view.fresh:
            await self._take(crm, stored.id, link.plan.mail, record, known)
        self._pane.dispatch(e.LinkClosed(key))

    async def _take(self, crm: Crm, copy: str, mail: Mail, record: Record, known: tuple[Record, ...]) -> None:
        """Take the mail from a record. ``known`` are all that had it."""
        await crm.unlink(copy, record.id, mail.subject)
        gone = self._gone.setdefault(mail.key, set())
        gone.add(record.id)
        self._pane.dispatch(e.Unlinked(mail, record, last=all(one.id in gone for one in known)))
