"""Taking the shown mail from a record to which an earlier link of this user has related it."""

from __future__ import annotations

from functools import partial

from connector.app import changes
from connector.app import events as e
from connector.app.connection import Connection
from connector.app.parts import Pane
from connector.app.state import LinkView
from connector.app.work import Work
from connector.errors import ConnectorError, Problem, SignInNeeded
from connector.finding.records import Record
from connector.mail.mail import Mail
from connector.vtenext.crm import Crm, Earlier


class Unlinking:
    """Removes one relation and nothing else: what stood there before is never touched."""

    def __init__(self, pane: Pane, work: Work, crm: Connection) -> None:
        self._pane, self._work, self._crm = pane, work, crm
        # By the mail's key, what was taken from it: records and notes, by their ids.
        self._gone: dict[str, set[str]] = {}
        self._doubts: list[tuple[Mail, Record, Problem]] = []

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
            case e.EarlierCame(turn, earlier) if turn == self._pane.state.turn:
                self._settle(earlier.records)
            case e.SuggestionsCame(turn, complete=True) if turn == self._pane.state.turn:
                # That answer has told nothing of links: the CRM failed to list them.
                self._settle(None)
            case e.MailShown() | e.SuggestionsFailed() | e.SignedOut():
                self._settle(None)
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
        except ConnectorError as error:
            # No answer may have come although it was done: the CRM says where the mail is linked now.
            self._doubts.append((mail, record, Problem(error.code, error.details)))
            if self._pane.state.mail is None or self._pane.state.mail.key != mail.key:
                self._settle(None)
        self._pane.dispatch(e.LookAgainAsked())

    def _settle(self, known: tuple[Record, ...] | None) -> None:
        """Tell what became of removals that failed, by where the mail is linked; None where that is not known."""
        doubts, self._doubts = self._doubts, []
        for mail, record, problem in doubts:
            if known is not None and all(one.id != record.id for one in known):
                self._pane.dispatch(e.Unlinked(mail, record, last=not known))
                continue
            details = {"subject": mail.subject, "record": record.name or record.id}
            during = Problem("unlink-unsure" if known is None else "unlink-failed", details)
            self._pane.dispatch(e.Noticed(problem, "error", mail.key, during))

    async def _undo(self, key: str) -> None:
        """Take the mail from the records to which a link has just related it; those of earlier links stay."""
        crm, view, earlier = self._crm.door, self._pane.state.links.get(key), self._pane.state.earlier
        stored = view.link.stored if view is not None else None
        if view is None or stored is None:
            return
        if crm is None:
            raise SignInNeeded
        try:
            await self._undone(crm, view, stored.id, earlier)
        except SignInNeeded:
            raise
        except ConnectorError as error:
            left = [one.name or one.id for one in view.fresh if one.id not in self._gone[key]]
            during = Problem("undo-broke-off", {"subject": view.link.plan.mail.subject, "records": ", ".join(left)})
            self._pane.dispatch(e.Noticed(Problem(error.code, error.details), "error", key, during))
            return
        self._pane.dispatch(e.LinkClosed(key))

    async def _undone(self, crm: Crm, view: LinkView, copy: str, earlier: Earlier | None) -> None:
        link = view.link
        gone = self._gone.setdefault(link.plan.mail.key, set())
        notes = [one.id for one in link.note.written.values() if one.id not in gone]
        if notes and self._crm.storage is not None:
            # Those, too, at records that had the mail before.
            await self._crm.storage.remove(link, None, (), notes)
            gone.update(notes)
        known = (*view.fresh, *(earlier.records if earlier is not None else ()))
        for record in view.fresh:
            await self._take(crm, copy, link.plan.mail, record, known)

    async def _take(self, crm: Crm, copy: str, mail: Mail, record: Record, known: tuple[Record, ...]) -> None:
        """Take the mail from a record. ``known`` are all that had it."""
        await crm.unlink(copy, record.id, mail.subject)
        gone = self._gone.setdefault(mail.key, set())
        gone.add(record.id)
        self._pane.dispatch(e.Unlinked(mail, record, last=all(one.id in gone for one in known)))
