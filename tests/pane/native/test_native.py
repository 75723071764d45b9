"""The pane under Microsoft's office.js for Windows, the Mac, iOS and Android; that of the web is everywhere else."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, ViewportSize, expect

from contract.office import PASSWORDS
from pane.desk import patient, sample_mailbox
from pane.native.host import SETS, query, script
from sandbox_crm.app import create_app
from sandbox_crm.crm import SandboxCrm
from standin_outlook.officejs import distribution
from workshop.certificate import Certificate
from workshop.checkout import NODE_MODULES
from workshop.pane_server import create_app as pane_app
from workshop.serving import Server

pytestmark = pytest.mark.browser
MAIL = "related-inline-images"


@pytest.fixture
def place(dist: Path, certificate: Certificate, crm: SandboxCrm) -> Iterator[tuple[str, str]]:
    """Addresses of the pane, which takes office.js from the package as it is, and of a CRM."""
    app = pane_app(dist, local_officejs=distribution(NODE_MODULES))
    with Server(create_app(crm), certificate=certificate) as server, Server(app, certificate=certificate) as pane:
        yield pane.url, server.url + crm.path_prefix


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """A page of its own, as wide as a pane."""
    size: ViewportSize = {"width": 400, "height": 700}
    context = patient(browser.new_context(ignore_https_errors=True, viewport=size, reduced_motion="reduce"))
    yield context.new_page()
    context.close()


@pytest.mark.deep("Outlooks for Windows, the Mac, iOS and Android", few=2)
@pytest.mark.parametrize("platform", SETS)
def test_a_mail_is_linked(page: Page, place: tuple[str, str], crm: SandboxCrm, platform: str) -> None:
    pane, address = place
    mailbox = sample_mailbox()
    mail = mailbox.named(MAIL)
    page.add_init_script(script(platform, mail, mailbox))
    page.goto(f"{pane}/index.html{query(platform)}")
    page.get_by_label("Address of the CRM").fill(address)
    page.get_by_label("User name").fill("agent")
    page.get_by_label("Password").fill(PASSWORDS["agent"])
    page.get_by_role("button", name="Sign in", exact=True).click()
    suggested = page.get_by_role("region", name="Suggested records")
    suggested.get_by_role("checkbox", name=re.compile("^Mary Smith")).check()
    page.get_by_role("button", name="Link to Mary Smith").click()
    reads = SETS[platform] != "1.5"
    outcome = "Linked to Mary Smith" if reads else "Linked to Mary Smith, but not everything is there"
    expect(page.locator("#receipt")).to_have_text(outcome)
    [message] = crm.linked_messages(crm.find("Contacts", firstname="Mary", lastname="Smith").id)
    assert message["subject"] == mail.subject
    assert len(crm.documents()) == (len(mail.attachments) if reads else 0)
    if not reads:
        expect(page.locator(".receipt").last).to_contain_text("not stored")
