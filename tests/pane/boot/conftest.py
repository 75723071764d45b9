"""Fixtures of the tests of starts that fail."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from pane.boot.place import SUPPORT, Place
from pane.boot.planting import Planting
from pane.boot.waking import forget
from pane.desk import configured, desk, sample_mailbox
from sandbox_crm.crm import SandboxCrm
from workshop.certificate import Certificate

FAULTS = "Failed to load resource"
"""What the console tells of the faults, sometimes after a test."""


@pytest.fixture(scope="module")
def one_place(
    browser: Browser, dist: Path, certificate: Certificate, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Place]:
    """A desk for all tests whose browser is an ordinary one."""
    ours = configured(dist, tmp_path_factory.mktemp("failing") / "dist", support=SUPPORT)
    planting = Planting()
    with desk(browser, ours, certificate, SandboxCrm(), sample_mailbox(), front=planting.before) as at:
        at.allowed.append(FAULTS)
        yield Place(at, planting, ours)
        at.wrong.clear()


@pytest.fixture
def place(one_place: Place) -> Iterator[Place]:
    """That desk, with nothing planted and nothing kept. The console tells of the faults."""
    one_place.at.allowed += ["login.example.com", "aspnetcdn.com"]
    one_place.planting.clear()
    forget(one_place.at, cache=True)
    one_place.at.crm.reset()
    yield one_place
    one_place.planting.clear()
    one_place.at.context.unroute_all()
    one_place.at.wrong.clear()


@pytest.fixture
def odd(browser: Browser, dist: Path, certificate: Certificate, tmp_path: Path) -> Iterator[Place]:
    """A desk for a test that gives its browser a script."""
    ours = configured(dist, tmp_path / "dist", support=SUPPORT)
    planting = Planting()
    with desk(browser, ours, certificate, SandboxCrm(), sample_mailbox(), front=planting.before) as at:
        at.allowed.append(FAULTS)
        yield Place(at, planting, ours)
        planting.clear()
        at.wrong.clear()
