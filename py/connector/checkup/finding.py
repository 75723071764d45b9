"""One line of a self-check."""

from __future__ import annotations

import enum
from collections.abc import Mapping
from dataclasses import dataclass, field


class Verdict(enum.Enum):
    """How a check ended. ``UNCLEAR`` is neither well nor wrong: it could not be seen from here."""

    OK = "ok"
    FAILED = "failed"
    UNCLEAR = "unclear"


@dataclass(frozen=True)
class Finding:
    """What a check saw. ``check`` and ``seen`` have their words in `connector.app.checkwords`.

    ``details`` fill the words; ``snippet`` is what to put into a server's settings. Neither holds anything of a person.
    """

    check: str
    verdict: Verdict
    seen: str
    details: Mapping[str, str] = field(default_factory=dict)
    snippet: str = ""


def ok(check: str, seen: str, **details: str) -> Finding:
    """A check that found all well."""
    return Finding(check, Verdict.OK, seen, details)


def failed(check: str, seen: str, snippet: str = "", **details: str) -> Finding:
    """A check that found a fault."""
    return Finding(check, Verdict.FAILED, seen, details, snippet)


def unclear(check: str, seen: str, snippet: str = "", **details: str) -> Finding:
    """A check that could not be made from here."""
    return Finding(check, Verdict.UNCLEAR, seen, details, snippet)
