"""What the user has to agree to before Microsoft Graph hands out anything, asked at most once for a press.

    permission.pressed(mail.key, wanted=True)                     # the press on Link, or on Try again
    await permission.used(work, mail.key, worth_asking=True)      # silently, else with the user

The token is asked for silently when the mail is read, which is mostly before Link is pressed. Where that shows that the
user is needed, the press on Link is the user's: the window opens at once, and the link waits for it.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any, TypeVar

from connector.errors import PressNeeded
from connector.linking.prefetch import begin_now, may_fail
from connector.ports import AskingSource

T = TypeVar("T")


class Permission:
    """Asks the user of one source."""

    def __init__(self, source: AskingSource) -> None:
        self._source = source
        self._needed = False
        self._pressed = ""
        self._asking: asyncio.Task[None] | None = None

    def pressed(self, key: str, *, wanted: bool) -> None:
        """Take in that the user has pressed for the mail of this key, and may be asked, once, from now until `over`.

        What is known to need the press begins here, where something is ``wanted`` that is worth asking for.
        """
        if self._asking is not None and not self._asking.done():
            return
        self._pressed, self._asking = key, None
        if self._needed and wanted:
            self._ask()

    def over(self, key: str) -> None:
        """Take in that nothing that was pressed for that mail goes on any more."""
        if self._pressed == key:
            self._pressed = ""

    async def used(self, work: Callable[[], Coroutine[Any, Any, T]], key: str, *, worth_asking: bool) -> T:
        """Do the work; where the user is needed for it, ask within a press for this mail, and do it again.

        ``worth_asking``: false for what the mail can do without, which waits for the user's answer to something else at
        most. Raises `PressNeeded` where the user can't be asked, or has not agreed, and what the work raises.
        """
        try:
            return await work()
        except PressNeeded:
            self._needed = True
            if self._asking is None and not (worth_asking and self._pressed == key):
                raise
        asking = self._ask()
        await asyncio.wait([asking])
        asking.result()
        return await work()

    def _ask(self) -> asyncio.Task[None]:
        if self._asking is None:
            self._needed = False
            self._asking = begin_now(self._source.ask())
            may_fail(self._asking)
        return self._asking
