"""One browser, one probe pane and one stand-in Outlook for all tests of this folder; a context for each."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser

from pane.desk import patient
from pane.standin.samples import MAILS
from pane.standin.stage import NODE_MODULES, Stage, probe_app
from standin_outlook.app import create_app
from standin_outlook.chromium import FOREIGN_HOST, launch_options
from standin_outlook.driver import Outlook
from standin_outlook.mails import Mailbox, read
from standin_outlook.officejs import guard
from workshop.browser import find
from workshop.certificate import Certificate
from workshop.serving import Server


@pytest.fixture(scope="session")
def strict_browser(browser: Browser) -> Iterator[Browser]:
    """A browser with partitioned storage and a popup blocker."""
    found = find()
    launched = browser.browser_type.launch(executable_path=found.path, **launch_options(found.headless_flags))
    yield launched
    launched.close()


@pytest.fixture(scope="session")
def probe(certificate: Certificate) -> Iterator[Server]:
    with Server(probe_app(), certificate=certificate) as server:
        yield server


@pytest.fixture(scope="session")
def samples() -> Mailbox:
    return Mailbox([read(raw, source=f"{name}.eml") for name, raw in MAILS.items()])


@pytest.fixture(scope="session")
def host(probe: Server, certificate: Certificate, samples: Mailbox) -> Iterator[Server]:
    app = create_app(samples, pane_url=f"{probe.url}/index.html", title="Probe")
    with Server(app, certificate=certificate) as server:
        yield server


@pytest.fixture(scope="session")
def opened(strict_browser: Browser, probe: Server, host: Server, samples: Mailbox) -> Iterator[Stage]:
    with patient(strict_browser.new_context(ignore_https_errors=True)) as context:
        foreign = host.url.replace("localhost", FOREIGN_HOST)
        unexpected = guard(context, NODE_MODULES, [probe.url, host.url, foreign])
        complaints: list[str] = []
        context.on("console", lambda told: complaints.append(told.text) if told.type == "error" else None)
        context.on("weberror", lambda told: complaints.append(str(told.error)))
        outlook = Outlook(context.new_page(), f"{host.url}/").open()
        yield Stage(samples, outlook, context, complaints, unexpected)


@pytest.fixture
def stage(opened: Stage) -> Iterator[Stage]:
    """The stage as at the beginning; afterwards nothing may have gone wrong on it."""
    mailbox = opened.mailbox
    del mailbox.mails[len(MAILS) :]
    mailbox.roaming_settings, mailbox.custom_properties = {}, {}
    for left_over in opened.context.pages[1:]:
        left_over.close()
    opened.outlook.reset()
    for drawer in opened.outlook.page.locator("#faults-toggle[aria-expanded=true]").all():
        drawer.click()
    opened.complaints.clear()
    yield opened
    assert opened.unexpected == []
    assert opened.complaints == []


@pytest.fixture
def newer(strict_browser: Browser, probe: Server, host: Server, samples: Mailbox) -> Iterator[Stage]:
    """The stage with today's office.js, as far as the add-on to the package's goes."""
    with patient(strict_browser.new_context(ignore_https_errors=True)) as context:
        unexpected = guard(context, NODE_MODULES, [probe.url, host.url], addon=True)
        complaints: list[str] = []
        context.on("console", lambda told: complaints.append(told.text) if told.type == "error" else None)
        outlook = Outlook(context.new_page(), f"{host.url}/").open()
        outlook.reset()
        yield Stage(samples, outlook, context, complaints, unexpected)
        assert (unexpected, complaints) == ([], [])
