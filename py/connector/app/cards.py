"""Asking for the card of the record that matters now, after the suggestions stand and never before."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from typing import Any

from connector.app import events as e
from connector.app.state import Asking, State
from connector.errors import ConnectorError, Problem, SignInNeeded
from connector.finding.records import Record
from connector.vtenext.crm import Crm

Begin = Callable[[str, Coroutine[Any, Any, None]], None]
"""Starts work of a name; the same work for something earlier is dropped."""


class Cards:
    """Asks for each card once, as long as the pane is open and nothing is linked to its record."""

    def __init__(self, state: Callable[[], State], dispatch: Callable[[e.Event], None], begin: Begin) -> None:
        self._state, self._dispatch, self._begin = state, dispatch, begin

    def cause(self, event: e.Event, crm: Crm | None) -> None:
        """Ask for the card that is wanted after this event, where it is not known; and add an address to a record."""
        state = self._state()
        if isinstance(event, e.AddressAsked) and crm is not None:
            self._begin("address", self._add(crm, event.record, event.address))
        wanted = isinstance(event, e.SuggestionsCame | e.RecordToggled | e.RecordMade | e.LinkClosed | e.LinkAbandoned)
        if crm is None or not wanted or not crm.capabilities.tells_cards or state.suggesting is not Asking.DONE:
            return
        record = state.person
        if record is not None and record.id not in state.cards:
            self._begin("card", self._ask(crm, record.id))

    async def _add(self, crm: Crm, record: Record, address: str) -> None:
        card = await crm.add_address(record.id, address)
        self._dispatch(e.CardCame(record.id, card))
        self._dispatch(e.Noticed(Problem("address-added", {"address": address, "record": card.record.name}), "success"))
        self._dispatch(e.SuggestAgainAsked())

    async def _ask(self, crm: Crm, record: str) -> None:
        try:
            self._dispatch(e.CardCame(record, await crm.card(record)))
        except SignInNeeded:
            raise
        except ConnectorError:
            # What the suggestions tell stands there. Linking says what is wrong, if anything is.
            return
