"""Work that is begun before its turn: taken once, given up when nobody takes it, its errors told to who takes it."""

from __future__ import annotations

import asyncio
import gc
from collections.abc import Coroutine
from typing import Any

import pytest

from connector.errors import CrmFault, SignInNeeded
from connector.linking import early as module
from connector.linking.early import Ahead, Early
from connector.linking.states import Step


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


# Asked while the user was choosing ----------------------------------------------------------------


def answers(*begun: Any, lasting: float = module.LASTING) -> list[str]:
    """What two who ask get, after this was begun, each time under the same key."""

    async def work() -> list[str]:
        ahead = Ahead()
        for ask in begun:
            ahead.begin("4x22", ask)
        await asyncio.sleep(0)
        return [await ahead.take("4x22", lambda: _value("asked")) for _ in range(2)]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(module, "LASTING", lasting)
        return asyncio.run(work())


def test_an_answer_counts_once() -> None:
    assert answers(lambda: _value("begun")) == ["begun", "asked"]


def test_it_is_not_asked_twice_while_it_counts() -> None:
    assert answers(lambda: _value("begun"), lambda: _value("begun again")) == ["begun", "asked"]


def test_an_old_answer_does_not_count() -> None:
    assert answers(lambda: _value("begun"), lasting=0) == ["asked", "asked"]


def test_what_failed_meanwhile_is_asked_anew() -> None:
    assert answers(_failing) == ["asked", "asked"]


def test_what_failed_is_begun_anew() -> None:
    async def work() -> str:
        ahead = Ahead()
        for ask in (_failing, lambda: _value("begun again")):
            ahead.begin("4x22", ask)
            await asyncio.sleep(0)
        return await ahead.take("4x22", lambda: _value("asked"))

    assert asyncio.run(work()) == "begun again"


def test_a_lost_sign_in_is_not_tried_again() -> None:
    async def lost() -> str:
        raise SignInNeeded()

    with pytest.raises(SignInNeeded):
        answers(lost)


def test_a_failure_that_nobody_asks_for_is_none() -> None:
    async def work() -> None:
        Ahead().begin("4x22", _failing)
        await asyncio.sleep(0)

    assert told(work()) == []
