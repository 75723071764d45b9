"""When the CRM is asked for suggestions; what it is asked for stands in `connector.app.people`."""

from __future__ import annotations

from connector.app import events as e
from connector.app.connection import Connection
from connector.app.parts import Pane
from connector.app.people import People
from connector.app.state import Asking
from connector.app.work import Work
from connector.errors import ConnectorError, Problem, SignInNeeded
from connector.mail.mail import Mail
from connector.vtenext.crm import Crm


class Suggesting:
    """Asks for the suggestions of the open mail."""

    def __init__(self, pane: Pane, work: Work, crm: Connection, people: People) -> None:
        self._pane, self._work, self._crm, self._people = pane, work, crm, people

    def cause(self, event: e.Event) -> None:
        """Ask anew for another mail and after a sign-in, once more where more is known of the mail, or it is linked."""
        match event:
            case e.SignedIn() | e.MailShown() | e.SuggestAgainAsked():
                self._work.stop("suggestions")
                self._ask()
            case e.SuggestMoreAsked():
                self._ask()
            case e.LookAgainAsked():
                self._work.stop("suggestions")
                self._ask(again=True)
            case e.LinkClosed(key) if self._tells_links(key):
                # Where the mail is linked now, the user may take it from there.
                self._ask()
            case e.ConversationAsked() if self._work.idle("suggestions"):
                # What is being asked for goes on with it by itself.
                self._ask()
            case _:
                pass

    def _tells_links(self, key: str) -> bool:
        """Whether that mail is still the open one, and the CRM tells where it is linked."""
        mail, crm = self._pane.state.mail, self._crm.door
        return crm is not None and crm.capabilities.sees_all_links and mail is not None and mail.key == key

    def _ask(self, *, again: bool = False) -> None:
        """Ask for the suggestions; ``again``: only the whole answer takes the place of what is shown."""
        state, crm = self._pane.state, self._crm.door
        if crm is not None and state.mail is not None:
            whole = again and state.suggesting is Asking.DONE
            self._work.begin("suggestions", self._suggest(crm, state.mail, state.turn, whole=whole))

    async def _suggest(self, crm: Crm, mail: Mail, turn: int, *, whole: bool) -> None:
        def shown() -> Mail | None:
            return self._pane.state.mail if turn == self._pane.state.turn else None

        try:
            await self._people.suggest(crm, mail, turn, shown, whole=whole)
        except SignInNeeded:
            raise
        except ConnectorError as error:
            self._pane.dispatch(e.SuggestionsFailed(turn, Problem(error.code, error.details)))
