"""Notices that leave by themselves."""

from __future__ import annotations

import asyncio
from typing import cast

from connector.app import events as e
from connector.app.passing import SECONDS, Passing
from connector.app.state import State
from connector.app.update import update
from connector.errors import Problem
from connector.ports import Surroundings
from contract.sitting import OpenedPages
from unit.virtual_time import run


class Pane:
    """The state, and the part that is tried."""

    def __init__(self) -> None:
        self.state = State(ready=True)
        self.pages = OpenedPages()
        self.part = Passing(cast(Surroundings, self.pages), self)

    def dispatch(self, event: e.Event) -> None:
        """Take an event."""
        self.state = update(self.state, event)
        self.part.cause(event)

    @property
    def shown(self) -> list[str]:
        """The codes of the notices."""
        return [one.problem.code for one in self.state.notices]


def test_what_asks_for_nothing_leaves_and_what_matters_stays() -> None:
    async def seen() -> None:
        pane = Pane()
        pane.dispatch(e.Noticed(Problem("taken-back"), "success"))
        pane.dispatch(e.Noticed(Problem("mail-changed"), "warning"))
        await asyncio.sleep(SECONDS - 1)
        assert pane.shown == ["taken-back", "mail-changed"]
        await asyncio.sleep(2)
        assert pane.shown == ["mail-changed"]

    run(seen())


def test_what_is_pointed_at_stays_as_long() -> None:
    async def seen() -> None:
        pane = Pane()
        pane.pages.pointed = "passing"
        pane.dispatch(e.Noticed(Problem("taken-back"), "success"))
        await asyncio.sleep(SECONDS + 1)
        assert pane.shown == ["taken-back"]
        pane.pages.pointed = ""
        await asyncio.sleep(SECONDS)
        assert pane.shown == []

    run(seen())


def test_a_notice_in_the_place_of_a_closed_one_has_its_own_time() -> None:
    async def seen() -> None:
        pane = Pane()
        pane.dispatch(e.Noticed(Problem("taken-back"), "success"))
        await asyncio.sleep(SECONDS - 1)
        pane.dispatch(e.NoticeClosed(1))
        pane.dispatch(e.Noticed(Problem("choice-dropped"), "info"))
        await asyncio.sleep(2)
        assert pane.shown == ["choice-dropped"]
        await asyncio.sleep(SECONDS)
        assert pane.shown == []

    run(seen())
