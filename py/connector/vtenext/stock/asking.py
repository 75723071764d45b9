"""One question to several modules at once, when one of them may fail."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Sequence
from typing import TypeVar

from connector.errors import ComponentError, ConnectorError, PermissionDenied, Problem, RecordRefused, SignInNeeded
from connector.finding.answers import Unasked

T = TypeVar("T")


class Asking:
    """Collects the modules that could not be asked; what the CRM refuses to this user is an answer: nothing."""

    def __init__(self) -> None:
        self._failed: dict[str, ConnectorError] = {}

    @property
    def unasked(self) -> Unasked | None:
        """The modules that failed so far; None when all have answered."""
        error = next(iter(self._failed.values()), None)
        return Unasked(tuple(self._failed), Problem(error.code, error.details)) if error is not None else None

    async def each(self, questions: Sequence[tuple[str, Awaitable[T]]], *, first: bool = False) -> list[T]:
        """Put all questions, each to the module named beside it; return the answers that came, in order.

        Raises what concerns every module alike (`SignInNeeded`, `ComponentError`). With ``first`` it also raises the
        first error where no module has answered.
        """
        outcomes = await asyncio.gather(*(question for _, question in questions), return_exceptions=True)
        answers: list[T] = []
        refused = False
        for (module, _), outcome in zip(questions, outcomes, strict=True):
            if not isinstance(outcome, BaseException):
                answers.append(outcome)
            elif isinstance(outcome, PermissionDenied | RecordRefused):
                refused = True
            elif isinstance(outcome, SignInNeeded | ComponentError) or not isinstance(outcome, ConnectorError):
                raise outcome
            else:
                self._failed.setdefault(module, outcome)
        if first and self._failed and not answers and not refused:
            raise next(iter(self._failed.values()))
        return answers
