"""Suggestions: which records belong to the people of a mail, and why."""

from __future__ import annotations

import enum
from collections.abc import Iterable
from dataclasses import dataclass

from connector.finding.otherside import Asked
from connector.finding.records import Record, module_rank


class Reason(enum.Enum):
    """Why a record is suggested; the value orders the list."""

    ADDRESS = 0
    COMPANY = 1
    OPPORTUNITY = 2
    TICKET = 3
    DOMAIN = 4
    TEXT = 5
    """Has an address that stands in the text alone: a guess."""


@dataclass(frozen=True)
class Suggestion:
    """A record, the reason, and whom or what it is about (an address, a person's or a company's name).

    ``asked`` is the address by which it was found, and whose that is, where it was found by one.
    """

    record: Record
    reason: Reason
    about: str
    asked: Asked | None = None


def ordered(suggestions: Iterable[Suggestion]) -> tuple[Suggestion, ...]:
    """Best first, each record once: the strongest reason wins."""
    best: dict[str, Suggestion] = {}
    for suggestion in suggestions:
        known = best.get(suggestion.record.id)
        if known is None or suggestion.reason.value < known.reason.value:
            best[suggestion.record.id] = suggestion
    return tuple(
        sorted(
            best.values(),
            key=lambda one: (one.reason.value, module_rank(one.record.module), one.record.name.casefold()),
        )
    )
