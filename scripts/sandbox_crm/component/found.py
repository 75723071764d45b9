"""The records that were found for a mail, and their order, as the component's ``pure/Found.php`` has it."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any

REASONS = ("conversation", "address", "number", "recent", "company", "opportunity", "ticket", "domain", "text")
"""Why a record is suggested, the strongest reason first."""
MATTERING = ("Contacts", "Leads", "Accounts", "Vendors", "HelpDesk", "Potentials", "Employees")


@dataclass
class _Noted:
    module: str
    record: Mapping[str, Any]
    role: str = ""
    reasons: dict[int, tuple[int, str]] = field(default_factory=dict)
    """By its rank each reason: the place of what gave it, and about what."""

    @property
    def best(self) -> int:
        return min(self.reasons)


class Found:
    """Records by number, each once, with all reasons for it."""

    def __init__(self) -> None:
        self._noted: dict[int, _Noted] = {}

    def note(
        self, module: str, number: int, record: Mapping[str, Any], reason: str, about: str, place: int, role: str = ""
    ) -> None:
        """Note a reason for a record; ``place`` is that of the person, reference or record that gave it, from 0 on."""
        one, rank = self._noted.setdefault(number, _Noted(module, record)), REASONS.index(reason)
        if rank not in one.reasons or place < one.reasons[rank][0]:
            one.reasons[rank] = (place, about)
            one.role = role if role and (reason != "text" or not one.role) else one.role

    def of(self, reasons: Collection[str]) -> dict[int, Mapping[str, Any]]:
        """Return the records that were found for one of these reasons, in their order."""
        ranks = {REASONS.index(reason) for reason in reasons}
        return {
            number: self._noted[number].record for number in self._sorted() if ranks & set(self._noted[number].reasons)
        }

    def of_module(self, module: str) -> list[Mapping[str, Any]]:
        """Return the records of a module, whatever they were found for."""
        return [one.record for one in self._noted.values() if one.module == module]

    def told(self) -> list[tuple[int, dict[str, Any]]]:
        """Return all, best first: the number, and what is told."""
        return [(number, _suggestion(self._noted[number])) for number in self._sorted()]

    def _sorted(self) -> list[int]:
        def key(number: int) -> tuple[int, int, int, str, int]:
            one = self._noted[number]
            rank = MATTERING.index(one.module) if one.module in MATTERING else len(MATTERING)
            return (one.best, one.reasons[one.best][0], rank, one.module, -number)

        return sorted(self._noted, key=key)


def _suggestion(one: _Noted) -> dict[str, Any]:
    return {
        "module": one.module,
        "name": one.record["name"],
        "detail": one.record["detail"],
        "reason": REASONS[one.best],
        "about": one.reasons[one.best][1],
        "role": one.role,
    }
