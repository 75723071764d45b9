"""How the cost of a function grows with its input: a check that holds on a machine of any speed, under any load."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TypeVar

from connector.mail.address import parse_list

Input = TypeVar("Input")

FACTOR = 16
"""So much longer is the long input than the short one: what is linear costs 16 times as much, what is quadratic 256."""

TRIES = 5


def cost(work: Callable[[Input], object], given: Input, *, least_of: int = 3) -> float:
    """Seconds of this process's own processor time; of several rounds the quickest one."""

    def once() -> float:
        parse_list.cache_clear()  # else only the first round would cost anything
        start = time.process_time()
        work(given)
        return time.process_time() - start

    return min(once() for _ in range(least_of))


def assert_linear(work: Callable[[Input], object], of_size: Callable[[int], Input], size: int) -> None:
    """Assert that the work on an input 16 times as long as ``of_size(size)`` costs 16 times as much, not 256 times.

    What other processes do can make one round dear, hardly five.
    """
    ratios = []
    for _ in range(TRIES):
        short = cost(work, of_size(size))
        ratios.append(cost(work, of_size(size * FACTOR), least_of=1) / max(short, 1e-5))
        if ratios[-1] < 4 * FACTOR:
            return
    raise AssertionError(f"{FACTOR} times the input costs {min(ratios):.0f} times as much")
