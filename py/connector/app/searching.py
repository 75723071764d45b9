"""Searching records by hand."""

from __future__ import annotations

from connector.app import events as e
from connector.app.connection import Connection
from connector.app.parts import Pane
from connector.app.state import Asking
from connector.app.work import Work
from connector.errors import ConnectorError, Problem, SignInNeeded
from connector.ports import Clock

PAUSE = 0.18
"""Seconds without a key before a search starts by itself."""


class Searching:
    """Searches for what is typed, in the chosen module or everywhere."""

    def __init__(self, clock: Clock, pane: Pane, work: Work, crm: Connection) -> None:
        self._clock, self._pane, self._work, self._crm = clock, pane, work, crm

    def cause(self, event: e.Event) -> None:
        """Search at once where that is asked for, and when the typing pauses."""
        search = self._pane.state.search
        match event:
            case e.SearchTyped():
                self._work.begin("search", self._search_soon())
            case e.SignedIn() if search.text and search.asking is not Asking.DONE:
                # Typed before Python was there, or lost with the sign-in before.
                self._work.begin("search", self._search_soon())
            case e.SearchModuleChosen() | e.SearchAsked():
                self._work.begin("search", self._search(search.text.strip(), search.module))
            case _:
                pass

    async def _search_soon(self) -> None:
        """Search when the typing pauses, for more than a letter."""
        await self._clock.sleep(PAUSE)
        if len(self._pane.state.search.text.strip()) > 1:
            self._pane.dispatch(e.SearchAsked())

    async def _search(self, text: str, module: str) -> None:
        crm = self._crm.door
        if crm is None or not text:
            return
        try:
            if not self._pane.state.modules:
                self._pane.dispatch(e.ModulesCame(await crm.modules(), self._pane.state.file_limit))
            async for results in crm.search(text, module):
                self._pane.dispatch(e.SearchCame(text, module, results))
        except SignInNeeded:
            raise
        except ConnectorError as error:
            self._pane.dispatch(e.SearchFailed(text, module, Problem(error.code, error.details)))
