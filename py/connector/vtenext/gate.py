"""The gate that keeps a stale access key from locking its user.

vtenext counts every failed authentication and locks at five. Whoever finds nothing under way goes
first, alone; all others wait for that answer. A 401 closes the gate for good.
"""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from typing import Any, TypeVar

from connector.errors import AnswerError, PermissionDenied, ReachError, RecordRefused, RelationMissing, SignInNeeded

T = TypeVar("T")

AT_ONCE = 4
"""Calls on their way together: a key that is renewed meanwhile costs as many refusals, and vtenext locks at five."""
MANY = 100

_Shown = bool | ReachError
"""What the first call showed: that the key is good, nothing, or that the CRM can't be reached."""


class Gate:
    """Orders the calls made with one access key.

    ``careful`` false lets all calls go at once: a refused token of the component locks nobody.
    """

    def __init__(self, *, careful: bool = True) -> None:
        self._careful = careful
        self._slots = asyncio.Semaphore(AT_ONCE if careful else MANY)
        self._refusal: SignInNeeded | None = None
        self._under_way = 0
        self._first: asyncio.Future[_Shown] | None = None

    @property
    def closed(self) -> bool:
        """Whether the key has been refused."""
        return self._refusal is not None

    async def pass_through(self, call: Coroutine[Any, Any, T]) -> T:
        """Run the call when it is its turn. Once the key has been refused, raises the same `SignInNeeded`, unsent."""
        try:
            first = await self._turn()
        except BaseException:
            call.close()
            raise
        self._under_way += 1
        shown: _Shown = False
        try:
            answer = await self._watched(call)
            shown = True
            return answer
        except ReachError as error:
            shown = error
            raise
        except AnswerError as error:
            # Other answers may come from before the CRM has looked at the key, or from something else.
            shown = isinstance(error, PermissionDenied | RecordRefused | RelationMissing)
            raise
        finally:
            self._under_way -= 1
            if first is not None:
                self._first = None
                first.set_result(shown)

    async def pass_beside(self, call: Coroutine[Any, Any, T]) -> T:
        """Run a long call at once, without making others wait for it."""
        return await self._watched(call)

    async def _turn(self) -> asyncio.Future[_Shown] | None:
        """Wait for the turn; the future to fulfil when this call is the first one, else None."""
        while True:
            self._check()
            if not self._careful:
                return None
            if self._first is not None:
                shown = await asyncio.shield(self._first)
                if isinstance(shown, ReachError):
                    raise shown
                if shown and not self.closed:
                    return None
            elif self._under_way == 0:
                self._first = asyncio.get_running_loop().create_future()
                return self._first
            else:
                return None

    async def _watched(self, call: Coroutine[Any, Any, T]) -> T:
        try:
            async with self._slots:
                self._check()
                return await call
        except SignInNeeded as error:
            self._refusal = self._refusal or error
            raise
        finally:
            # It may not have begun.
            call.close()

    def _check(self) -> None:
        if self._refusal is not None:
            raise SignInNeeded(**self._refusal.details)
