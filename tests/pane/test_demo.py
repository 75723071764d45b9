"""The demo in a browser, from a host of static files that sends no headers: a mail is linked."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect
from starlette.applications import Starlette
from starlette.routing import Mount
from starlette.staticfiles import StaticFiles

from pane.desk import NODE_MODULES, configured
from pane.shift import Later
from patience import LONGEST_MS
from standin_outlook.officejs import resolver_rule, script_host
from workshop import demo
from workshop.browser import find_headless
from workshop.certificate import Certificate
from workshop.pane_headers import content_security_policy
from workshop.serving import Server

pytestmark = pytest.mark.browser


@pytest.fixture
def place(production: Path, tmp_path: Path, certificate: Certificate) -> Iterator[str]:
    """The demo's address, below a path of a plain web server."""
    served = Later()

    def built(folder: Path, _host: str, _outlooks: Sequence[str], config: Mapping[str, object]) -> None:
        configured(production, folder, **config)

    with Server(served, certificate=certificate) as server:
        site = demo.make(tmp_path / "site", f"{server.url}/try", built)
        served.app = Starlette(routes=[Mount("/try", StaticFiles(directory=site, html=True))])
        yield f"{server.url}/try/"


@pytest.fixture
def page(browser: Browser, certificate: Certificate) -> Iterator[Page]:
    """A page of a browser that takes service workers from this machine: it has to trust the certificate itself."""
    found = find_headless()
    with Server(script_host(NODE_MODULES), certificate=certificate) as microsoft:
        trusting = f"--ignore-certificate-errors-spki-list={certificate.pin}"
        flags = [*found.headless_flags, resolver_rule(microsoft.port), trusting]
        opened = browser.browser_type.launch(executable_path=found.path, args=flags)
        page = opened.new_page()
        page.set_default_timeout(LONGEST_MS)
        yield page
        opened.close()


@pytest.mark.deep("the demo in a browser")
def test_a_mail_is_linked_from_a_link_to_the_demo(page: Page, place: str) -> None:
    asked: list[str] = []
    page.context.on("request", lambda request: asked.append(request.url))
    page.goto(place)
    expect(page.get_by_text("A demo: mailbox and CRM run in this browser only")).to_be_visible()
    pane = page.frame_locator("#frame-place iframe")
    # Python writes it there; what is pressed before is refused by the form.
    expect(pane.get_by_label("Address of the CRM")).to_have_value(f"{place}crm")
    pane.get_by_label("User name").fill(demo.USER)
    pane.get_by_label("Password").fill("agent-sandbox")
    pane.get_by_role("button", name="Sign in", exact=True).click()
    expect(pane.get_by_role("button", name="Sign out")).to_be_visible()
    person = pane.get_by_role("checkbox", name=re.compile("^Mary Smith")).first
    expect(person).to_be_visible()
    # By then the pane has chosen what it chooses by itself.
    expect(pane.locator("[aria-busy=true]")).to_have_count(0)
    person.check()
    pane.get_by_role("button", name=re.compile("^Link to")).click()
    expect(pane.get_by_role("heading", name=re.compile("^Linked to .*Mary Smith"))).to_be_visible()
    expect(pane.get_by_text("Forecast 2027.pdf")).to_be_visible()

    frame = page.frames[1]
    policy = frame.evaluate("fetch('index.html').then((page) => page.headers.get('content-security-policy'))")
    assert policy == content_security_policy(["'self'"])
    with page.context.expect_page() as opened:
        pane.get_by_role("button", name=re.compile("^Open")).first.click()
    expect(opened.value.get_by_label("Password")).to_be_visible()
    hosts = {re.sub(r"^(\w+://[^/]+)/.*", r"\1", url) for url in asked}
    assert hosts <= {place.removesuffix("/try/"), "https://appsforoffice.microsoft.com"}
