"""What the CRM says of itself once: its modules, how many and how large files may be, which records take comments."""

from __future__ import annotations

from connector.app import events as e
from connector.app.connection import Connection
from connector.app.parts import Pane
from connector.app.work import Work
from connector.errors import ConnectorError, SignInNeeded


class Modules:
    """Asks for modules and limits after a sign-in, and again as long as there was no answer."""

    def __init__(self, pane: Pane, work: Work, crm: Connection) -> None:
        self._pane, self._work, self._crm = pane, work, crm

    def cause(self, event: e.Event) -> None:
        """Ask, unless that goes on."""
        state = self._pane.state
        missing = self._crm.door is not None and state.mail is not None and not state.modules
        again = isinstance(event, e.MailShown | e.SuggestAgainAsked) and missing
        if (again or isinstance(event, e.SignedIn)) and self._work.idle("modules"):
            self._work.begin("modules", self._ask())

    async def _ask(self) -> None:
        crm = self._crm.door
        if crm is None:
            return
        try:
            modules = await crm.modules()
            self._pane.dispatch(e.ModulesCame(modules, self._pane.state.file_limit))
            most_files = await crm.most_files()
            storage = self._crm.storage
            # What a link has seen meanwhile is surer than what the CRM says.
            if most_files and storage is not None and storage.most_files is None:
                storage.most_files = most_files
            self._pane.dispatch(e.ModulesCame(modules, await crm.file_limit()))
            self._pane.dispatch(e.CommentableCame(await crm.commentable()))
        except SignInNeeded:
            raise
        except ConnectorError:
            # The suggestions, asked at the same time, say what is wrong. A search asks again.
            return
