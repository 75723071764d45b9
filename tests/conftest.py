"""Settings that all tests share."""

from __future__ import annotations

import os
from typing import Any

import pytest
from hypothesis import settings

import tallies

# A slow machine is no error; in CI the same examples every time.
settings.register_profile("here", deadline=None)
settings.register_profile("ci", deadline=None, derandomize=True, print_blob=True)
settings.load_profile("ci" if os.environ.get("CI") else "here")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put the browser tests last: the browser's driver keeps an event loop, beside which no other can run."""
    items.sort(key=lambda item: "/tests/pane/" in item.path.as_posix())


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
