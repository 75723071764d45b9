"""Work that is begun before its turn: taken once, given up when nobody takes it, its errors told to who takes it."""

from __future__ import annotations

import asyncio
import gc
from collections.abc import Coroutine
from typing import Any

import pytest

from connector.crm.early import Early
from connector.domain.linking import Step
from connector.errors import CrmFault


async def _value(value: str) -> str:
    await asyncio.sleep(0)
    return value


async def _failing() -> str:
    raise CrmFault(status="500")


async def _never() -> str:
    await asyncio.Event().wait()
    raise AssertionError("nobody sets that")


def told(work: Coroutine[Any, Any, Any]) -> list[str]:
    """What the event loop complains about while this runs, and when its tasks are gone."""
    complaints: list[str] = []

    async def run() -> None:
        asyncio.get_running_loop().set_exception_handler(lambda _, context: complaints.append(context["message"]))
        await work
        await asyncio.sleep(0)
        gc.collect()

    asyncio.run(run())
    return complaints


def test_what_was_begun_is_taken_once() -> None:
    async def work() -> list[str]:
        early = Early()
        early.begin(Step.READ, _value("begun"))
        return [await early.take(Step.READ, lambda: _value("asked")) for _ in range(2)]

    assert asyncio.run(work()) == ["begun", "asked"]


def test_the_work_of_another_step_is_not_taken() -> None:
    async def work() -> str:
        early = Early()
        early.begin(Step.READ, _value("begun"))
        return await early.take(Step.FIND, lambda: _value("asked"))

    assert asyncio.run(work()) == "asked"


def test_an_error_is_told_to_who_takes_it() -> None:
    async def work() -> None:
        early = Early()
        early.begin(Step.FIND, _failing())
        await asyncio.sleep(0)
        with pytest.raises(CrmFault):
            await early.take(Step.FIND, lambda: _value("asked"))

    assert told(work()) == []


@pytest.mark.parametrize("begun", [_failing, _never])
def test_what_nobody_takes_is_given_up_without_a_word(begun: Any) -> None:
    async def work() -> None:
        early = Early()
        early.begin(Step.FIND, begun())
        await asyncio.sleep(0)
        early.give_up()
        assert await early.take(Step.FIND, lambda: _value("asked")) == "asked"

    assert told(work()) == []
    assert not gc.garbage


def test_whoever_stops_waiting_stops_the_work() -> None:
    async def work() -> bool:
        early = Early()
        stopped = asyncio.Event()

        async def begun() -> str:
            try:
                return await _never()
            finally:
                stopped.set()

        early.begin(Step.READ, begun())
        waiting = asyncio.ensure_future(early.take(Step.READ, _never))
        await asyncio.sleep(0)
        waiting.cancel()
        await asyncio.wait([waiting])
        return stopped.is_set() and waiting.cancelled()

    assert asyncio.run(work())
