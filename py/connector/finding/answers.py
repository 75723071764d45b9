"""What several questions to the CRM brought: the answers, and which modules could not be asked."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Generic, TypeVar

from connector.errors import Problem

T = TypeVar("T")


@dataclass(frozen=True)
class Unasked:
    """Modules that failed to answer, by their names in the CRM; ``problem`` is why the first of them did, if known.

    A module that the user's profile hides is none of them: it has nothing for this user.
    """

    modules: tuple[str, ...]
    problem: Problem | None = None


@dataclass(frozen=True)
class Answers(Generic[T]):
    """What was found. It is all that there is for this user where nothing is ``unasked``."""

    found: tuple[T, ...] = ()
    unasked: Unasked | None = None
