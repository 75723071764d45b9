"""Suggestions: which records belong to a mail, why, and in which order.

The order stands in ``crm/README.md``; ``contract/suggestions.json`` holds it to PHP and the sandbox.
"""

from __future__ import annotations

import enum
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from connector.finding.otherside import Asked
from connector.finding.records import Record, module_rank


class Reason(enum.Enum):
    """Why a record is suggested; the value orders the list."""

    CONVERSATION = 0
    """An earlier mail of the conversation is linked to it."""
    ADDRESS = 1
    """It has the address of one of the mail's people."""
    NUMBER = 2
    """Its number stands in the subject."""
    RECENT = 3
    """The user chose it for this correspondent before."""
    COMPANY = 4
    """A person of the mail belongs to it."""
    OPPORTUNITY = 5
    TICKET = 6
    DOMAIN = 7
    """Its address or site is in a person's mail domain."""
    TEXT = 8
    """It has an address that stands in the mail's text."""


@dataclass(frozen=True)
class Suggestion:
    """A record, the reason, and whom or what it is about (an address, a person's or a company's name, a subject).

    ``role`` is that of the person whose address the record has, whatever the reason: ``from``, ``sender``,
    ``reply-to``, ``to``, ``cc``, ``text``, or empty. ``place`` is that of what gave the reason, from 0 on. ``asked`` is
    the address by which it was found, and whose that is, where it was found by one.
    """

    record: Record
    reason: Reason
    about: str
    asked: Asked | None = None
    role: str = ""
    place: int = 0


def in_place(shown: Sequence[Suggestion], known: Sequence[Suggestion], *, whole: bool) -> tuple[Suggestion, ...]:
    """What is known now, with the records that are shown already in their places: nobody presses the wrong row.

    One of them that is not known any more goes only where ``whole`` says that no more of the answer follows.
    """
    now = {one.record.id: one for one in known}
    there = {one.record.id for one in shown}
    stayed = [now.get(one.record.id, one) for one in shown if not whole or one.record.id in now]
    return (*stayed, *(one for one in known if one.record.id not in there))


def ordered(suggestions: Iterable[Suggestion]) -> tuple[Suggestion, ...]:
    """Best first, each record once: the strongest reason wins, then the first place, the module, the newest record."""
    best: dict[str, Suggestion] = {}
    for one in suggestions:
        known = best.setdefault(one.record.id, one)
        role = known.role if known.role not in ("", "text") else one.role or known.role
        stronger = one if (one.reason.value, one.place) < (known.reason.value, known.place) else known
        best[one.record.id] = stronger if stronger.role == role else replace(stronger, role=role)
    return tuple(sorted(best.values(), key=_key))


def _key(one: Suggestion) -> tuple[int, int, int, str, int]:
    module, number = one.record.module, one.record.number
    return (one.reason.value, one.place, module_rank(module), module, -int(number) if number.isdigit() else 0)
