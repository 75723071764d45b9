"""Settings that all tests share."""

from __future__ import annotations

import os
from collections import Counter
from typing import Any

import pytest
from hypothesis import settings

import tallies

# A slow machine is no error; in CI the same examples every time.
settings.register_profile("here", deadline=None)
settings.register_profile("ci", deadline=None, derandomize=True, print_blob=True)
settings.load_profile("ci" if os.environ.get("CI") else "here")


def pytest_addoption(parser: pytest.Parser) -> None:
    """Let many more draws be asked for (`draws`)."""
    parser.addoption("--draws", type=int, default=0, help="so many draws of a lying Outlook, and others each time")


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put the browser tests last, and give what many of them share, such as a pane, to one process.

    The browser's driver keeps an event loop, beside which no other can run. Of the browser tests the longest come
    first: a test that takes a minute, then whole modules; those that stand alone fill up what is left at the end.
    """
    sizes = Counter(filter(None, map(_group, items)))
    for item in items:
        if group := _group(item):
            item.add_marker(pytest.mark.xdist_group(group))
    items.sort(key=lambda item: (_in_browser(item), not item.get_closest_marker("slow"), -sizes[_group(item)]))


BUILDING = ("test_boot_set", "test_build")


def _in_browser(item: pytest.Item) -> bool:
    return "/tests/pane/" in item.path.as_posix()


def _group(item: pytest.Item) -> str:
    """The tests with which this one shares what takes time to begin: a pane, PHP, a build; "" when it has its own."""
    place, name = item.path.parent.name, item.path.stem
    if not _in_browser(item):
        return "build" if name in BUILDING else name if name.startswith("test_component_") else ""
    if place == "boot":
        return ""
    return name if place == "pane" else place


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Hand on what was counted here."""
    tallies.send(session)


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: Any) -> None:
    """Take what was counted in another process."""
    tallies.receive(node.config, node)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    """Report the counts."""
    tallies.report(config, terminalreporter.write_line)
