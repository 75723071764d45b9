"""Notices that leave by themselves."""

from __future__ import annotations

import asyncio
from typing import cast

from connector.app import events as e
from connector.app.passing import READ, SECONDS, Passing
from connector.app.state import State
from connector.app.update import update
from connector.app.views import view
from connector.errors import Problem
from connector.ports import Surroundings
from contract.sitting import OpenedPages
from unit.markup import find, text
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
    def told(self) -> list[str]:
        """What a user reads of those that leave by themselves."""
        [region] = find(view(self.state), lambda it: it.key == "notices")
        return [text(one) for one in find(region, lambda it: it.key == "what")]

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


def removed(record: str) -> e.Noticed:
    return e.Noticed(Problem("mail-unlinked", {"subject": "Offer", "record": record}), "success")


def test_one_follows_the_other_when_it_can_have_been_read() -> None:
    async def seen() -> None:
        pane = Pane()
        for record in ("Mary", "John", "Zoë"):
            pane.dispatch(removed(record))
        read = []
        await asyncio.sleep(0.5)
        for _ in range(3):
            [said] = pane.told
            read.append(said)
            await asyncio.sleep(READ - 1)
            assert pane.told == [said], "nobody has read it by then"
            await asyncio.sleep(1)
        assert [name for said in read for name in ("Mary", "John", "Zoë") if name in said] == ["Mary", "John", "Zoë"]
        assert pane.told == [read[-1]], "for the last one none waits"
        await asyncio.sleep(SECONDS)
        assert pane.told == []

    run(seen())


def test_one_that_has_been_read_makes_room_at_once() -> None:
    async def seen() -> None:
        pane = Pane()
        pane.dispatch(removed("Mary"))
        await asyncio.sleep(READ + 1)
        pane.dispatch(removed("John"))
        await asyncio.sleep(1)
        assert ["John" in said for said in pane.told] == [True]

    run(seen())


def test_one_that_is_pointed_at_keeps_the_next_waiting() -> None:
    async def seen() -> None:
        pane = Pane()
        pane.pages.pointed = "passing"
        pane.dispatch(removed("Mary"))
        pane.dispatch(removed("John"))
        await asyncio.sleep(2 * SECONDS)
        assert ["Mary" in said for said in pane.told] == [True]
        pane.pages.pointed = ""
        await asyncio.sleep(READ)
        assert ["John" in said for said in pane.told] == [True]

    run(seen())


def test_the_next_one_comes_when_one_is_closed() -> None:
    async def seen() -> None:
        pane = Pane()
        pane.dispatch(removed("Mary"))
        pane.dispatch(removed("John"))
        pane.dispatch(e.NoticeClosed(1))
        assert ["John" in said for said in pane.told] == [True]
        await asyncio.sleep(SECONDS - 1)
        assert ["John" in said for said in pane.told] == [True]
        await asyncio.sleep(2)
        assert pane.told == []

    run(seen())
