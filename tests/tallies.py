"""Counts that tests keep of many cases, reported together however many processes ran them.

The hooks are pytest's and pytest-xdist's; ``tests/conftest.py`` hands them on.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Any

import pytest

Counts = dict[str, Counter[str]]
_COUNTS = pytest.StashKey[Counts]()
_OUTPUT = "tallies"


def tell(config: pytest.Config, what: str, counts: Mapping[str, int]) -> None:
    """Add these counts to those of ``what``."""
    counted = config.stash.setdefault(_COUNTS, {}).setdefault(what, Counter())
    # Not update's sibling "+": a count of 0 is worth telling.
    counted.update(counts)


def send(session: pytest.Session) -> None:
    """Hand what this process has counted to the one that reports (``pytest_sessionfinish``)."""
    output: dict[str, Any] | None = getattr(session.config, "workeroutput", None)
    if output is not None:
        output[_OUTPUT] = {what: dict(counts) for what, counts in session.config.stash.get(_COUNTS, {}).items()}


def receive(config: pytest.Config, node: Any) -> None:
    """Take what another process has counted (``pytest_testnodedown``)."""
    for what, counts in getattr(node, "workeroutput", {}).get(_OUTPUT, {}).items():
        tell(config, what, counts)


def report(config: pytest.Config, write: Any) -> None:
    """Write a line for each (``pytest_terminal_summary``)."""
    for what, counts in sorted(config.stash.get(_COUNTS, {}).items()):
        write(f"{what}: " + ", ".join(f"{count} {name}" for name, count in counts.items()))
