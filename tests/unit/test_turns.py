"""The turns of the loop: in order, several in one, and never so long that the browser waits."""

from __future__ import annotations

import asyncio
import contextvars
from collections.abc import Callable, Coroutine
from typing import Any

import pytest

from connector.browser.turns import LONGEST, Turns
from unit import virtual_time

NAME: contextvars.ContextVar[str] = contextvars.ContextVar("NAME", default="")


def run(work: Coroutine[Any, Any, None]) -> int:
    """Run something with turns, and tell how many it took."""

    async def counted() -> int:
        loop = asyncio.get_running_loop()
        turns, later = 0, loop.call_later

        def planned(delay: float, callback: Callable[..., Any], *arguments: Any, **more: Any) -> asyncio.TimerHandle:
            nonlocal turns
            turns += not delay
            return later(delay, callback, *arguments, **more)

        loop.call_later = planned  # type: ignore[method-assign,assignment]
        Turns.begin()
        try:
            await work
        finally:
            # The loop's own end is not ours.
            del loop.call_soon, loop.call_later
        return turns

    return virtual_time.run(counted())


def test_tasks_that_wait_for_each_other_take_one_turn() -> None:
    async def work() -> None:
        async def step(number: int) -> int:
            await asyncio.sleep(0)
            return number

        assert await asyncio.gather(*map(step, range(20))) == list(range(20))

    assert run(work()) <= 2


def test_what_is_ready_is_done_in_order_and_what_was_cancelled_is_not() -> None:
    async def work() -> None:
        loop = asyncio.get_running_loop()
        done: list[str] = []
        loop.call_soon(done.append, "first")
        loop.call_soon(done.append, "cancelled").cancel()
        loop.call_soon(lambda: loop.call_soon(done.append, "third"))
        loop.call_soon(done.append, "second")
        loop.call_later(0.1, done.append, "last")
        await asyncio.sleep(0.2)
        assert done == ["first", "second", "third", "last"]

    run(work())


def test_a_long_turn_is_parted() -> None:
    async def work() -> None:
        for _ in range(10):
            virtual_time.pass_by(LONGEST)
            await asyncio.sleep(0)

    assert run(work()) >= 10


def test_one_that_fails_keeps_none_from_its_turn() -> None:
    async def work() -> None:
        loop = asyncio.get_running_loop()
        told: list[Any] = []
        loop.set_exception_handler(lambda _, context: told.append(context["exception"]))
        there = loop.create_future()
        loop.call_soon(lambda: 1 // 0)
        loop.call_soon(there.set_result, None)
        await there
        assert [type(one) for one in told] == [ZeroDivisionError]

    run(work())


def test_one_that_ends_the_program_keeps_none_from_its_turn() -> None:
    loop = virtual_time.VirtualLoop()
    turns = Turns(loop)
    done: list[str] = []
    turns.call_soon(exit)
    turns.call_soon(done.append, "next")
    with pytest.raises(SystemExit):
        loop.run_forever()
    loop.call_later(1, loop.stop)
    loop.run_forever()
    loop.close()
    assert done == ["next"]


def test_each_runs_in_the_context_that_it_was_asked_for_in() -> None:
    async def work() -> None:
        found: list[str] = []
        context = contextvars.copy_context()
        context.run(NAME.set, "its own")
        asyncio.get_running_loop().call_soon(lambda: found.append(NAME.get()), context=context)
        await asyncio.sleep(0.1)
        assert found == ["its own"]

    run(work())
