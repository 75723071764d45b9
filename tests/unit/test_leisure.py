"""What nobody waits for begins once the records stand there, or after a while."""

from __future__ import annotations

import asyncio
from typing import cast

import pytest

from connector.app.leisure import FRAME, LONGEST, Leisure
from connector.app.state import State
from connector.ports import Clock
from unit import virtual_time
from unit.screens import SCREENS

SOON = 0.1
ASKING, THERE = SCREENS["choose-asking"], SCREENS["choose"]


class LoopClock:
    """Time that passes in the loop that runs."""

    async def sleep(self, seconds: float) -> None:
        """Let the given time pass."""
        await asyncio.sleep(seconds)


def begun(*states: State) -> float:
    """When work begins, in seconds, with these states one after the other."""

    async def run() -> float:
        loop = asyncio.get_running_loop()
        leisure = Leisure(cast(Clock, LoopClock()))
        leisure.follow(states[0])
        began: list[float] = []

        async def work() -> None:
            began.append(loop.time())

        for number, state in enumerate(states[1:], 1):
            loop.call_later(number * SOON, leisure.follow, state)
        await leisure.after(work())
        return began[0]

    return virtual_time.run(run())


@pytest.mark.parametrize("name", ["choose-asking", "returning"])
def test_it_waits_for_the_records_until_they_are_painted(name: str) -> None:
    assert begun(SCREENS[name], THERE) == pytest.approx(SOON + FRAME)


def test_who_has_stayed_signed_in_waits_for_the_records_too() -> None:
    assert begun(SCREENS["returning"], ASKING, THERE) == pytest.approx(2 * SOON + FRAME)


@pytest.mark.parametrize("name", ["choose-unknown", "choose-failed", "no-mail", "sign-in-again"])
def test_it_waits_for_no_records_that_do_not_come(name: str) -> None:
    assert begun(ASKING, SCREENS[name]) == pytest.approx(SOON + FRAME)
    assert begun(SCREENS[name]) == 0


def test_a_slow_crm_does_not_hold_it_up_for_long() -> None:
    assert begun(ASKING) == pytest.approx(LONGEST + FRAME)


def test_work_that_is_not_wanted_any_more_does_not_begin() -> None:
    async def run() -> list[str]:
        done: list[str] = []

        async def work() -> None:
            done.append("begun")

        leisure = Leisure(cast(Clock, LoopClock()))
        leisure.follow(ASKING)
        task = asyncio.ensure_future(leisure.after(work()))
        await asyncio.sleep(0)
        task.cancel()
        leisure.follow(THERE)
        await asyncio.sleep(1)
        return done

    assert virtual_time.run(run()) == []
