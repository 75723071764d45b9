"""How often Outlook is asked for attachments that it does not hand over.

patience = Patience()
if await patience.begin():      # for each attachment, several at a time
    ...                         # ask for it
    patience.end(silent=False)
"""

from __future__ import annotations

import asyncio

MOST_SILENT = 4
"""Attachments in a row for which Outlook did not answer in time, after which it is asked for no more of them."""


class Patience:
    """Lasts until Outlook has not answered `MOST_SILENT` times in a row.

    Once it has not answered, no more are asked for at a time than may still fail: all of it takes one time-out.
    """

    def __init__(self) -> None:
        self._silent = 0
        self._asked = 0
        self._waiting: list[asyncio.Future[None]] = []

    async def begin(self) -> bool:
        """Return whether to ask for another one; waits where that depends on those that were asked for before."""
        while 0 < self._silent < MOST_SILENT <= self._silent + self._asked:
            waiting = asyncio.get_running_loop().create_future()
            self._waiting.append(waiting)
            await waiting
        lasts = self._silent < MOST_SILENT
        self._asked += lasts
        return lasts

    def end(self, *, silent: bool) -> None:
        """Take in how one ended that was asked for: without an answer in time, or with any answer."""
        self._asked -= 1
        self._silent = self._silent + 1 if silent else 0
        waiting, self._waiting = self._waiting, []
        for one in waiting:
            if not one.done():
                one.set_result(None)
