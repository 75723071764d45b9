"""The rehearsal: when it works for nobody, and when it lets be."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import replace

import pytest

from connector.app.state import LinkView, State
from connector.browser.rehearsal import TURN, WHOLE, Rehearsal
from connector.linking.link import LinkPlan, begin
from unit import virtual_time
from unit.screens import MAIL, MARY, OPEN

CHOSEN = replace(OPEN, chosen=(MARY,))
LINKING = replace(CHOSEN, links={MAIL.key: LinkView(begin(LinkPlan(MAIL, (MARY,)), lambda one: one.name))})


def worked(feed: Callable[[Rehearsal], None], *, until: Callable[[float], bool]) -> float:
    """Seconds of work that were done when that is enough, and nothing more came in the time of a few turns."""
    spent = 0.0

    def work(_: State) -> None:
        nonlocal spent
        virtual_time.pass_by(TURN / 4)
        spent += TURN / 4

    async def run() -> float:
        rehearsal = Rehearsal(work)
        feed(rehearsal)
        while not until(spent):
            await asyncio.sleep(TURN / 8)
        await asyncio.sleep(9 * TURN)
        return spent

    return virtual_time.run(run())


def test_a_chosen_record_has_it_work_as_long_as_it_is_worth() -> None:
    def often(rehearsal: Rehearsal) -> None:
        for _ in range(3):
            rehearsal.follow(CHOSEN)

    assert worked(often, until=lambda spent: spent >= WHOLE - TURN) == pytest.approx(WHOLE, abs=TURN)


def test_without_a_chosen_record_it_does_nothing() -> None:
    turns = iter(range(20))
    assert worked(lambda rehearsal: rehearsal.follow(OPEN), until=lambda _: next(turns, None) is None) == 0


def test_a_link_ends_it() -> None:
    turns = iter(range(20))

    def pressed(rehearsal: Rehearsal) -> None:
        rehearsal.follow(CHOSEN)
        rehearsal.follow(LINKING)

    assert worked(pressed, until=lambda _: next(turns, None) is None) == 0
