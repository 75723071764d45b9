"""Several pieces of work at the same time, but not all."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence

AT_ONCE = 4


async def few_at_once(work: Sequence[Callable[[], Awaitable[None]]], most: int = AT_ONCE) -> None:
    """Do everything, ``most`` at a time; the first error is raised when all have ended."""
    errors: list[Exception] = []
    left = iter(work)

    # Not a task for each: in a browser it costs the event loop's turns, whether or not there is anything to wait for.
    async def some() -> None:
        for task in left:
            try:
                await task()
            except Exception as error:
                errors.append(error)

    await asyncio.gather(*(some() for _ in range(min(most, len(work)))))
    if errors:
        raise errors[0]
