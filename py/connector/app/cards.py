"""Asking for the card of the record that matters now, after the suggestions stand and never before."""

from __future__ import annotations

from functools import partial

from connector.app import changes
from connector.app import events as e
from connector.app.connection import Connection
from connector.app.parts import Pane
from connector.app.state import Asking
from connector.app.work import Work
from connector.errors import UNSETTLED, ConnectorError, Problem, RecordRefused, SignInNeeded
from connector.finding.card import Card
from connector.finding.records import Record
from connector.vtenext.crm import Crm

WANTING = (e.SuggestionsCame, e.RecordChosen, e.RecordDropped, e.RecordMade, e.LinkClosed, e.LinkAbandoned)

NOT_ASKED: tuple[int, frozenset[str]] = (0, frozenset())
"""Of which turn, and for which records."""


class Cards:
    """Asks for each card once for each mail that is shown: meanwhile somebody may have changed what stands there."""

    def __init__(self, pane: Pane, work: Work, crm: Connection) -> None:
        self._pane, self._work, self._crm = pane, work, crm
        self._asked = NOT_ASKED

    def cause(self, event: e.Event) -> None:
        """Ask for the card that is wanted after this event, where it is not known; and add an address to a record."""
        state, crm = self._pane.state, self._crm.door
        if isinstance(event, e.LookAgainAsked):
            self._asked = NOT_ASKED
        if isinstance(event, e.AddressAsked):
            give = partial(self._add, event.record, event.address)
            self._work.change(changes.giving(event.record.id, event.address), give)
        if (
            crm is None
            or not isinstance(event, WANTING)
            or not crm.capabilities.has_cards
            or state.suggesting is not Asking.DONE
        ):
            return
        record = state.person
        known = self._asked[1] if self._asked[0] == state.turn else frozenset()
        if record is not None and (record.id not in state.cards or record.id not in known):
            self._asked = (state.turn, known | {record.id})
            self._work.begin("card", self._ask(crm, record.id))

    async def _add(self, record: Record, address: str) -> None:
        crm = self._crm.door
        if crm is None:
            raise SignInNeeded
        details = {"address": address, "record": record.name or record.id}
        try:
            card = await self._added(crm, record.id, address)
        except SignInNeeded:
            raise
        except ConnectorError as error:
            if isinstance(error, RecordRefused):
                self._pane.dispatch(e.CardRefused(record.id))
            code = "address-unsure" if isinstance(error, UNSETTLED) else "address-failed"
            problem = Problem(error.code, error.details)
            self._pane.dispatch(e.Noticed(problem, "error", during=Problem(code, details)))
            return
        self._pane.dispatch(e.CardCame(record.id, card))
        self._pane.dispatch(
            e.Noticed(Problem("address-added", {"address": address, "record": card.record.name}), "success")
        )
        self._pane.dispatch(e.LookAgainAsked())

    async def _added(self, crm: Crm, record: str, address: str) -> Card:
        try:
            return await crm.add_address(record, address)
        except UNSETTLED:
            # It may have been done: the CRM adds no address twice, and says how the record is now.
            return await crm.add_address(record, address)

    async def _ask(self, crm: Crm, record: str) -> None:
        try:
            self._pane.dispatch(e.CardCame(record, await crm.card(record)))
        except SignInNeeded:
            raise
        except RecordRefused:
            # It was deleted or hidden since, or is a lead no more: what stood there would be told as if it were so now.
            self._pane.dispatch(e.CardRefused(record))
        except ConnectorError:
            # What is known of it stays. Linking says what is wrong, if anything is.
            return
