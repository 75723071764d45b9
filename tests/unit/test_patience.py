"""Outlook is asked until it has not answered four times in a row, and all of that takes one time-out."""

from __future__ import annotations

import asyncio

from hypothesis import given
from hypothesis import strategies as st

from connector.linking.patience import MOST_SILENT, Patience


class Outlook:
    """Answers at once, or never. ``rounds`` is how many time-outs went by; ``asked`` is what it was asked for."""

    def __init__(self, silent: set[int]) -> None:
        self.silent = silent
        self.rounds = 0
        self.asked: list[int] = []
        self._hanging: list[asyncio.Future[None]] = []

    async def read(self, number: int) -> bool:
        """Whether an answer came."""
        self.asked.append(number)
        if number not in self.silent:
            await asyncio.sleep(0)
            return True
        hanging = asyncio.get_running_loop().create_future()
        self._hanging.append(hanging)
        await hanging
        return False

    def pass_time(self) -> None:
        """Let a time-out go by."""
        self.rounds += 1
        hanging, self._hanging = self._hanging, []
        for one in hanging:
            one.set_result(None)


async def work(outlook: Outlook, count: int) -> set[int]:
    """Ask for so many, four at a time; returns those that were not asked for."""
    patience = Patience()
    left = iter(range(count))
    untried: set[int] = set()

    async def some() -> None:
        for number in left:
            if not await patience.begin():
                untried.add(number)
                continue
            answered = False
            try:
                answered = await outlook.read(number)
            finally:
                patience.end(silent=not answered)

    tasks = [asyncio.ensure_future(some()) for _ in range(4)]
    while not all(task.done() for task in tasks):
        for _ in range(3 * count + 10):
            await asyncio.sleep(0)
        outlook.pass_time()
    return untried


def test_of_thirty_that_never_come_four_are_asked_for_within_one_time_out() -> None:
    outlook = Outlook(set(range(30)))
    assert asyncio.run(work(outlook, 30)) == set(range(4, 30))
    assert outlook.asked == [0, 1, 2, 3]
    assert outlook.rounds <= 2


@given(st.sets(st.integers(0, 19)))
def test_it_never_ends_early_and_never_asks_on_where_nothing_comes(silent: set[int]) -> None:
    outlook = Outlook(silent)
    untried = asyncio.run(work(outlook, 20))
    assert outlook.asked == sorted(outlook.asked)
    assert set(outlook.asked) | untried == set(range(20))
    if untried:
        assert len(silent & set(outlook.asked)) >= MOST_SILENT
    if len(silent) < MOST_SILENT:
        assert not untried
