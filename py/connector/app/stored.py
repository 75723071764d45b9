"""Whether the CRM has the open mail already, as far as that shows before the mail is read."""

from __future__ import annotations

from dataclasses import replace

from connector.app import events as e
from connector.app.connection import Connection
from connector.app.parts import Pane
from connector.app.work import Work
from connector.errors import ConnectorError, PermissionDenied, SignInNeeded
from connector.linking.states import StoredMail
from connector.linking.zone import with_offset
from connector.mail.identity import sought_own
from connector.mail.sameness import sent_otherwise
from connector.ports import Clock


class Stored:
    """Looks for the open mail in the CRM."""

    def __init__(self, clock: Clock, pane: Pane, work: Work, crm: Connection) -> None:
        self._clock, self._pane, self._work, self._crm = clock, pane, work, crm

    def cause(self, event: e.Event) -> None:
        """Look for another mail, after a sign-in, and once a receipt is closed."""
        state = self._pane.state
        match event:
            case e.SignedIn() | e.MailShown() | e.SuggestAgainAsked() | e.LookAgainAsked():
                self._work.stop("stored")
                if self._crm.storage is not None and state.mail is not None:
                    self._work.begin_at_leisure("stored", self._look(state.turn))
            case e.LinkClosed() if state.signed_in:
                self._work.begin("stored", self._look(state.turn))
            case _:
                pass

    async def _look(self, turn: int) -> None:
        storage, mail = self._crm.storage, self._pane.state.mail
        if storage is None or mail is None or not mail.message_id:
            # A mail without an id is known only when it has been read; its subject alone tells nothing.
            self._pane.dispatch(e.NotStored(turn))
            return
        try:
            found = await storage.found(sought_own(mail.ids), mail.subject)
        except SignInNeeded:
            raise
        except PermissionDenied:
            # A user who may not see mails has none there.
            self._pane.dispatch(e.NotStored(turn))
            return
        except ConnectorError:
            self._pane.dispatch(e.StoredUnknown(turn))
            return
        # Those that are read whole have its subject; a scanner's other mails have another date.
        copies = [one for one in found if one.whole]
        if not copies:
            self._pane.dispatch(e.NotStored(turn))
        else:
            likely = next((one for one in copies if not sent_otherwise(mail.date, one.row)), copies[0])
            self._pane.dispatch(e.StoredBefore(turn, self._in_zone(likely)))

    def _in_zone(self, stored: StoredMail) -> StoredMail:
        """With the offset of the time at which it was stored, where the CRM's zone is known."""
        zone = self._crm.zone
        return replace(stored, created=with_offset(stored.created, zone, self._clock)) if zone else stored
