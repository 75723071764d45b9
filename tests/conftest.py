"""Settings that all tests share."""

from __future__ import annotations

import gc
import os
import signal
from collections import Counter
from collections.abc import Generator
from types import FrameType
from typing import Any

import pytest
from hypothesis import settings

import depth
import tallies
from draws import EVERY, PART

# A slow machine is no error; in CI the same examples every time.
settings.register_profile("here", deadline=None, max_examples=EVERY)
settings.register_profile("ci", settings.get_profile("here"), derandomize=True, print_blob=True)


def pytest_addoption(parser: pytest.Parser) -> None:
    """Let everything be asked for (`depth`), and many more draws (`draws`)."""
    parser.addoption("--deep", action="store_true", help="leave nothing out: every case, and all draws")
    parser.addoption("--draws", type=int, default=0, help="so many draws of a lying Outlook, and others each time")


def pytest_configure(config: pytest.Config) -> None:
    """Choose how hypothesis draws: in a deep run more often (`draws`)."""
    usual = settings.get_profile("ci" if os.environ.get("CI") else "here")
    settings.register_profile("now", usual, max_examples=EVERY if depth.deep(config) else PART)
    settings.load_profile("now")
    if not depth.deep(config):
        depth.leave(config, depth.DRAWS, {f"of {EVERY} of each property": EVERY - PART})


class Hung(BaseException):
    """A test takes longer than any may. What pytest raises then hypothesis would catch, and try again, for ever."""


@pytest.hookimpl(wrapper=True)
def pytest_timeout_set_timer(settings: Any) -> Generator[None, object, object]:
    """Have what hangs end even where hypothesis draws."""
    done = yield
    ends = signal.getsignal(signal.SIGALRM) if settings.method == "signal" else None
    if callable(ends):

        def hung(number: int, frame: FrameType | None) -> None:
            try:
                ends(number, frame)
            except pytest.fail.Exception as error:
                raise Hung(error.msg) from None

        signal.signal(signal.SIGALRM, hung)
    return done


ALONE = ("test_faults", "test_lying_outlook", "test_hostile")
"""Modules on CPython whose tests are so many, or take so long, that all processes share them."""


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Generator[None, object, object]:
    """Collect without Python's garbage collector, which finds nothing there: an eighth less in each process."""
    gc.disable()
    try:
        return (yield)
    finally:
        gc.enable()


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out what only a deep run tries; put the browser tests last; give a module's tests to one process.

    Tests of a module share what takes long to make.

    The browser's driver keeps an event loop, beside which no other can run. The longest come first: tests that take
    long by themselves, then whole modules; those that stand alone fill up what is left at the end. pytest-xdist counts
    all that it has dealt out after each test, so that thousands that stand alone would cost it more than they take.
    """
    depth.skim(config, items)
    sizes = Counter(filter(None, map(_group, items)))
    for item in items:
        if group := _group(item):
            item.add_marker(pytest.mark.xdist_group(group))
    items.sort(key=lambda item: (_in_browser(item), not item.get_closest_marker("slow"), -sizes[_group(item)]))


SHARED = ("stock_pane", "component_pane", "hasty_pane")
"""Panes that are open as long as a process runs: one process gets all tests that take their turn at one."""


def _in_browser(item: pytest.Item) -> bool:
    return "/tests/pane/" in item.path.as_posix()


def _group(item: pytest.Item) -> str:
    """The tests with which this one goes to one process; "" when it goes alone."""
    place, name = item.path.parent.name, item.path.stem
    if not _in_browser(item):
        alone = name in ALONE or item.get_closest_marker("xdist_group")
        return "" if alone else "build" if name in BUILDING else f"{place}/{name}"
    if place == "boot":
        return ""
    shared = next((one for one in SHARED if one in getattr(item, "fixturenames", ())), "")
    return shared or (name if place == "pane" else place)


BUILDING = ("test_boot_set", "test_build", "test_hosting", "test_manifest", "test_web_servers")
"""Modules that build the pane: the first takes the picture of Python's memory and compresses, the others find both."""


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Hand on what was counted here."""
    tallies.send(session)
    depth.send(session)


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: Any) -> None:
    """Take what was counted in another process."""
    tallies.receive(node.config, node)
    depth.receive(node.config, node)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    """Report the counts, and what was left out."""
    tallies.report(config, terminalreporter.write_line)
    depth.report(terminalreporter, config)
