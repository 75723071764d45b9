"""Work that is begun before it is needed: taken once, given up when nobody takes it, its errors raised for who does."""

from __future__ import annotations

import asyncio
import gc
from collections.abc import Coroutine
from typing import Any

import pytest

from connector.errors import CrmFault, SignInNeeded
from connector.linking.prefetch import Anew, Prefetch
from connector.linking.states import Step
from connector.linking.storage import LASTING, asked_ahead


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
        early = Prefetch[Step]()
        early.begin(Step.READ, lambda: _value("begun"))
        return [await early.take(Step.READ, lambda: _value("asked")) for _ in range(2)]

    assert asyncio.run(work()) == ["begun", "asked"]


def test_the_work_of_another_step_is_not_taken() -> None:
    async def work() -> str:
        early = Prefetch[Step]()
        early.begin(Step.READ, lambda: _value("begun"))
        return await early.take(Step.FIND, lambda: _value("asked"))

    assert asyncio.run(work()) == "asked"


def test_an_error_is_told_to_who_takes_it() -> None:
    async def work() -> None:
        early = Prefetch[Step]()
        early.begin(Step.FIND, _failing)
        await asyncio.sleep(0)
        with pytest.raises(CrmFault):
            await early.take(Step.FIND, lambda: _value("asked"))

    assert told(work()) == []


@pytest.mark.parametrize("begun", [_failing, _never])
def test_what_nobody_takes_is_given_up_without_a_word(begun: Any) -> None:
    async def work() -> None:
        early = Prefetch[Step]()
        early.begin(Step.FIND, begun)
        await asyncio.sleep(0)
        early.give_up()
        assert await early.take(Step.FIND, lambda: _value("asked")) == "asked"

    assert told(work()) == []
    assert not gc.garbage


def test_whoever_stops_waiting_stops_the_work() -> None:
    async def work() -> bool:
        early = Prefetch[Step]()
        stopped = asyncio.Event()

        async def begun() -> str:
            try:
                return await _never()
            finally:
                stopped.set()

        early.begin(Step.READ, begun)
        waiting = asyncio.ensure_future(early.take(Step.READ, _never))
        await asyncio.sleep(0)
        waiting.cancel()
        await asyncio.wait([waiting])
        return stopped.is_set() and waiting.cancelled()

    assert asyncio.run(work())


# Asked while the user was choosing ----------------------------------------------------------------


def answers(*begun: Any, lasting: float = LASTING) -> list[str]:
    """What two who ask get, after this was begun, each time under the same key."""

    async def work() -> list[str]:
        ahead = Prefetch[str](lasts=lasting, anew=Anew.ALWAYS)
        for ask in begun:
            ahead.begin("4x22", ask)
        await asyncio.sleep(0)
        return [await ahead.take("4x22", lambda: _value("asked")) for _ in range(2)]

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
        ahead = asked_ahead()
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
        asked_ahead().begin("4x22", _failing)
        await asyncio.sleep(0)

    assert told(work()) == []


# What holds memory, and is about one mail ----------------------------------------------------------


class Attachments:
    """Files that are read early, as long as ``open`` says that their mail is; ``dropped`` are those let go of."""

    def __init__(self) -> None:
        self.open = True
        self.dropped: list[str] = []
        self.early = Prefetch[str](anew=Anew.FAILED_BEFORE, valid=lambda: self.open, drop=self.dropped.append)


@pytest.mark.parametrize("ready", [True, False])
def test_what_nobody_takes_is_let_go_of(ready: bool) -> None:
    async def work() -> list[str]:
        at = Attachments()
        at.early.begin("a", lambda: _value("a"))
        at.early.begin("b", (lambda: _value("b")) if ready else _never)
        if ready:
            assert await at.early.all_there(2)
        assert await at.early.take("a", lambda: _value("asked")) == "a"
        at.early.give_up()
        await asyncio.sleep(0)
        assert not await at.early.all_there(1)
        return at.dropped

    assert asyncio.run(work()) == (["b"] if ready else [])


def test_what_is_of_another_mail_by_now_is_let_go_of_and_asked_anew() -> None:
    async def work() -> tuple[str, list[str]]:
        at = Attachments()
        at.early.begin("a", lambda: _value("begun"))
        assert await at.early.all_there(1)
        at.open = False
        asked = await at.early.take("a", lambda: _value("asked"))
        await asyncio.sleep(0)
        return asked, at.dropped

    assert asyncio.run(work()) == ("asked", ["begun"])


def test_what_had_failed_is_done_anew_and_nobody_waits_twice() -> None:
    async def slow() -> str:
        await asyncio.sleep(0)
        raise CrmFault(status="500")

    async def work() -> None:
        early = Attachments().early
        early.begin("a", _failing)
        assert not await early.all_there(1)
        assert await early.take("a", lambda: _value("asked")) == "asked"
        early.begin("b", slow)
        with pytest.raises(CrmFault):
            await early.take("b", lambda: _value("asked"))

    assert told(work()) == []


def test_what_is_known_takes_the_place_of_what_was_begun() -> None:
    async def work() -> str:
        early = Prefetch[Step]()
        early.begin(Step.READ_BACK, _never)
        early.keep(Step.READ_BACK, "known")
        return await early.take(Step.READ_BACK, lambda: _value("asked"))

    assert asyncio.run(work()) == "known"
