"""A desk whose CRM has the Mail Connector component, and what a person does at it to sign in."""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from playwright.sync_api import Browser, Page, expect

from pane.desk import Desk, heard
from pane.shift import START, reopened, settled, shift, turn
from sandbox_crm.component.component import Component
from workshop.certificate import Certificate

PAGE_BUTTON = "Use the CRM's own sign-in page"


@contextmanager
def counter(browser: Browser, dist: Path, certificate: Certificate, **more: Any) -> Iterator[Desk]:
    """One pane, opened, for many tests."""
    with shift(browser, dist, certificate, **more) as at:
        at.crm.install_component()
        at.context.on("console", lambda said: heard(at, said))
        at.open(START)
        yield at


@contextmanager
def visit(at: Desk) -> Iterator[Desk]:
    """One test's turn, with a fresh component that lets this pane's address sign in."""
    at.crm.clock = lambda: datetime.datetime.now(datetime.UTC)
    at.crm.access.restore_rights()
    at.crm.identity = None
    if at.spoilt:
        reopened(at)
    component = at.crm.install_component()
    component.redirects.add(return_address(at))
    at.context.clear_cookies()
    for name in ("Back", "Cancel"):
        button = at.pane.get_by_role("button", name=name, exact=True)
        if at.pane.locator(".frame").get_attribute("data-screen") == "sign-in" and button.count():
            button.click()
    # A pane that still waits for a window would say, some time later, that it was closed.
    for page in at.context.pages[1:]:
        page.close()
    with turn(at) as there:
        at.crm.install_component()
        component_of(at).redirects.add(return_address(at))
        yield there


def component_of(at: Desk) -> Component:
    """The component of the desk's CRM."""
    component = at.crm.component
    assert component is not None
    return component


def return_address(at: Desk) -> str:
    """Where a sign-in page leads back to."""
    parts = urlsplit(at.pane.url)
    return f"{parts.scheme}://{parts.netloc}/signin.html"


def expect_signed_in(at: Desk, name: str = "Luca Conti") -> None:
    """The head tells who works in which CRM."""
    expect(at.pane.get_by_role("button", name="Sign out")).to_be_visible()
    expect(at.pane.locator(".account .user")).to_have_text(name)
    expect(at.pane.locator(".account .host")).to_have_text(urlsplit(at.url).netloc)


def expect_refused(at: Desk, words: str | re.Pattern[str], step: str | re.Pattern[str] = "") -> None:
    """The form is there and usable, and says what happened and what to do."""
    expect(at.pane.locator(".problems .what").first).to_contain_text(words)
    expect(at.pane.locator(".problems .next").first).to_contain_text(step)
    expect(at.pane.get_by_role("button", name="Sign in", exact=True)).to_be_enabled()


def expect_suggestions(at: Desk) -> None:
    """The mail's people are known."""
    expect(at.suggestion(re.compile("^Mary Smith"))).to_be_visible()


def asked(at: Desk) -> list[str]:
    """The operations that were called, oldest first."""
    return [one.operation for one in at.crm.requests]


def opened_page(at: Desk) -> Page:
    """Ask for the CRM's own sign-in page; returns its window."""
    at.pane.get_by_label("Address of the CRM").fill(at.url)
    with at.context.expect_page() as opening:
        at.pane.get_by_role("button", name=PAGE_BUTTON).click()
    page = opening.value
    page.wait_for_url(f"{at.url}/index.php?module=MailConnector&action=Authorize&*")
    expect(at.pane.get_by_role("button", name="Cancel")).to_be_visible()
    return page


def sign_in_there(page: Page, user: str = "agent") -> None:
    """Fill in the CRM's own form."""
    page.get_by_role("textbox", name="User name").fill(user)
    page.get_by_role("textbox", name="Password").fill(f"{user}-sandbox")
    page.get_by_role("button", name="Sign in", exact=True).click()


def allow(page: Page) -> None:
    """Let the pane work as the signed-in user; the window closes then."""
    with page.expect_event("close"):
        page.get_by_role("button", name="Allow").click()


def forward(at: Desk, **more: float) -> None:
    """Let time pass at the CRM; `visit` sets its clock right again."""
    later = datetime.datetime.now(datetime.UTC) - at.crm.clock() - datetime.timedelta(**more)
    at.crm.clock = lambda: datetime.datetime.now(datetime.UTC) - later


def search_and_link(at: Desk, text: str, name: str, *, calmly: bool = False) -> None:
    """Search a record by hand, choose it, link; ``calmly`` when the CRM has answered what is asked by then."""
    at.pane.get_by_role("searchbox").fill(text)
    at.pane.get_by_role("searchbox").press("Enter")
    found = at.pane.get_by_role("region", name="Find another record")
    found.get_by_role("checkbox", name=re.compile(re.escape(name))).check()
    at.leave(name)
    if calmly:
        settled(at)
    at.pane.get_by_role("button", name=f"Link to {name}").click()


def expect_stored_once(at: Desk, mail: str, record: str) -> None:
    """The CRM holds this one mail, at the record, with every byte of its files."""
    [message] = at.crm.messages()
    assert [one.id for one in at.crm.linked_messages(record)] == [message.id]
    files = sorted(at.crm.file(one) for one in message.attachments)
    assert files == sorted(one.content for one in at.mailbox.named(mail).attachments)
    assert len(at.crm.documents()) == len(files)
