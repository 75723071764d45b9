"""Fixtures of the browser tests: one browser and one build for all, a desk for each test."""

from __future__ import annotations

import os
import shutil
from collections.abc import Generator, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, expect, sync_playwright

from pane.counter import counter
from pane.desk import NODE_MODULES, Desk, configured, desk, sample_mailbox
from pane.shift import START, shift
from patience import LONGEST_MS
from sandbox_crm.crm import SandboxCrm
from standin_outlook.graph import Graph
from standin_outlook.mails import Mailbox
from standin_outlook.officejs import ADDON, distribution, resolver_rule, script_host
from workshop.browser import find_headless
from workshop.build import build
from workshop.certificate import Certificate, certificate_for
from workshop.serving import Server

expect.set_options(timeout=LONGEST_MS)

SELDOM_TWICE = "--js-flags=--wasm-tiering-budget=130000000"
"""V8 compiles a part of Python a second time, more thoroughly, when it has run ten times as much as usual.

For most panes of the tests that second of processor time is wasted, and the plain start is quicker with it.
"""


@pytest.fixture(scope="session")
def production(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The production build, as it comes."""
    return build(tmp_path_factory.mktemp("build") / "dist")


@pytest.fixture(scope="session")
def dist(production: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same build, set up for a stock CRM whose access keys may be kept. Nothing is chosen but by the tests."""
    out = tmp_path_factory.mktemp("optional") / "dist"
    return configured(production, out, licence="optional", keep_access_key=True, preselect=False)


@pytest.fixture(scope="session")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Certificate:
    """A certificate for this machine's loopback names."""
    return certificate_for(["localhost", "127.0.0.1"], tmp_path_factory.mktemp("certificate"))


@pytest.fixture
def crm() -> SandboxCrm:
    """A fresh sandbox CRM."""
    return SandboxCrm()


@pytest.fixture
def mailbox() -> Mailbox:
    """The sample mails."""
    return sample_mailbox()


@pytest.fixture
def at(browser: Browser, dist: Path, certificate: Certificate, crm: SandboxCrm, mailbox: Mailbox) -> Iterator[Desk]:
    """A desk with the pane, Outlook and a CRM."""
    with desk(browser, dist, certificate, crm, mailbox) as there:
        yield there


@pytest.fixture(scope="session")
def stock_pane(browser: Browser, dist: Path, certificate: Certificate) -> Iterator[Desk]:
    """A pane, opened, for all tests that take their `turn` at it, whatever their module; the CRM is a stock one."""
    with shift(browser, dist, certificate) as there:
        there.open(START)
        yield there


@pytest.fixture(scope="session")
def component_pane(browser: Browser, production: Path, certificate: Certificate) -> Iterator[Desk]:
    """The like for all who `visit` a CRM that has the component."""
    with counter(browser, production, certificate) as there:
        yield there


@pytest.fixture(scope="session")
def hasty_pane(
    browser: Browser, production: Path, certificate: Certificate, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Desk]:
    """The like of a pane that does not look long for what a proxy has kept from the CRM, a stock one or not."""
    out = tmp_path_factory.mktemp("hasty") / "dist"
    hasty = configured(production, out, licence="optional", arrival_seconds=1)
    with shift(browser, hasty, certificate) as there:
        there.open(START)
        yield there


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Function) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Note on which desks a test has failed."""
    report = yield
    if report.failed:
        for one in item.funcargs.values():
            if isinstance(one, Desk):
                one.spoilt = True
    return report


class MicrosoftGraph:
    """What the browser finds at graph.microsoft.com: the stand-in that a test puts here."""

    def __init__(self) -> None:
        self.graph: Graph | None = None
        self.unexpected: list[str] = []

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """Answer, if there is one."""
        if self.graph is None:
            self.unexpected.append(str(scope.get("path")))
        assert self.graph is not None, "nothing may be asked of Microsoft Graph"
        await self.graph(scope, receive, send)


@pytest.fixture(scope="session")
def microsoft_graph() -> MicrosoftGraph:
    """Where the browser finds Microsoft Graph."""
    return MicrosoftGraph()


@pytest.fixture(autouse=True)
def nothing_is_asked_of_graph(microsoft_graph: MicrosoftGraph) -> Iterator[None]:
    """In no test that has no Graph was it asked for anything."""
    yield
    assert microsoft_graph.unexpected == []


@pytest.fixture(scope="session")
def browser(certificate: Certificate, microsoft_graph: MicrosoftGraph) -> Iterator[Browser]:
    """The browser of all tests; Microsoft's hosts of scripts and of Graph are this machine to it."""
    found = find_headless()
    with (
        Server(script_host(NODE_MODULES, addon=True), certificate=certificate) as scripts,
        Server(microsoft_graph, certificate=certificate) as graph,
        sync_playwright() as playwright,
    ):
        flags = [*found.headless_flags, resolver_rule(scripts.port, graph=graph.port), SELDOM_TWICE]
        opened = playwright.chromium.launch(executable_path=found.path, args=flags)
        yield opened
        opened.close()


@pytest.fixture(scope="session")
def officejs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """office.js with the calls that npm's is too old for."""
    folder = tmp_path_factory.mktemp("officejs") / "dist"
    shutil.copytree(distribution(NODE_MODULES), folder, copy_function=os.link)
    script = folder / "office.js"
    whole = script.read_bytes() + ADDON.read_bytes()
    script.unlink()
    script.write_bytes(whole)
    return folder
