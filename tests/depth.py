"""How deep a run goes: what is tried many times over runs in part, and as a whole with ``--deep``.

    @pytest.mark.deep("the plain start of other engines")
    def test_…

    @pytest.mark.deep("sample mails in a browser", few=16, also=("newsletter", "emoji"))
    @pytest.mark.parametrize("name", NAMES)
    def test_…

Without ``--deep`` the first is left out, and of the second's cases all but so many, spread evenly, and those that are
named. The run says what, and how many. A case is left out where another test would fail for the same reason, mostly one
on CPython.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from types import SimpleNamespace
from typing import Any

import pytest

Counts = dict[str, Counter[str]]
_LEFT_OUT = pytest.StashKey[Counts]()
_OUTPUT = "left_out"
TESTS, DRAWS = "tests", "draws"
"""What may be left out."""


def deep(config: pytest.Config) -> bool:
    """Whether everything runs."""
    return bool(config.getoption("deep"))


def skim(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out what only a deep run tries (``pytest_collection_modifyitems``)."""
    if deep(config):
        return
    tests: dict[str, list[pytest.Item]] = {}
    for item in items:
        if item.get_closest_marker("deep"):
            tests.setdefault(item.nodeid.partition("[")[0], []).append(item)
    left, counts = set(), Counter[str]()
    for cases in tests.values():
        [what], kept = _depth(cases[0])
        few, also = kept.get("few", 0), kept.get("also", ())
        often = {place * len(cases) // few for place in range(few)}
        rare = {case for place, case in enumerate(cases) if place not in often and _case(case) not in also}
        counts[what] += len(rare)
        left |= rare
    leave(config, TESTS, counts)
    items[:] = [item for item in items if item not in left]
    config.hook.pytest_deselected(items=list(left))


def _depth(item: pytest.Item) -> tuple[tuple[str, ...], Mapping[str, Any]]:
    mark = item.get_closest_marker("deep")
    assert mark is not None
    return mark.args, mark.kwargs


def _case(item: pytest.Item) -> str:
    """The parameters' id."""
    return item.name.partition("[")[2].removesuffix("]")


def leave(config: pytest.Config, kind: str, counts: Mapping[str, int]) -> None:
    """Note what is left out, and how often. Each process tells the same, as it collects the same."""
    left = config.stash.setdefault(_LEFT_OUT, {}).setdefault(kind, Counter())
    left |= Counter(counts)


def send(session: pytest.Session) -> None:
    """Hand on what was left out here (``pytest_sessionfinish``)."""
    output: dict[str, Any] | None = getattr(session.config, "workeroutput", None)
    if output is not None:
        output[_OUTPUT] = {kind: dict(left) for kind, left in session.config.stash.get(_LEFT_OUT, {}).items()}


def receive(config: pytest.Config, node: Any) -> None:
    """Take what another process has left out (``pytest_testnodedown``)."""
    for kind, counts in getattr(node, "workeroutput", {}).get(_OUTPUT, {}).items():
        leave(config, kind, counts)


def report(reporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    """Say it, and count the tests in pytest's last line (``pytest_terminal_summary``)."""
    left = {kind: counts for kind, counts in sorted(config.stash.get(_LEFT_OUT, {}).items()) if counts}
    for kind, counts in left.items():
        listed = ", ".join(f"{what} ({counts[what]})" for what in sorted(counts))
        reporter.write_line(f"{kind} that are left out, but with --deep: {listed}")
    # Those of other processes are unknown to it.
    reporter.stats.setdefault("deselected", [SimpleNamespace()] * sum(left.get(TESTS, Counter()).values()))
