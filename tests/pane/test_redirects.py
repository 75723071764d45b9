"""A CRM whose server leads on to another one: nothing goes there, and the pane says so."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest
from playwright.sync_api import expect

from pane.desk import Desk
from pane.shift import reopened, turn
from sandbox_crm.faults import Fault
from sandbox_crm.rest.answers import CORS
from workshop.certificate import Certificate
from workshop.serving import Server

pytestmark = pytest.mark.browser

LEADS_ON = "leads on to another address. The pane did not follow, so nothing went there."

NO_POLICY = """() => void Object.defineProperty(HTMLIFrameElement.prototype, "contentDocument", {
  get: () => ({ createElement: () => ({}), head: { append() {} }, addEventListener() {} }),
})"""
"""A browser that does not heed a policy which a document gets afterwards."""


@dataclass
class Elsewhere:
    """A server that lets everybody call it, and notes what comes."""

    url: str = ""
    came: list[tuple[str, str]] = field(default_factory=list)

    async def __call__(self, scope: Any, _receive: Any, send: Any) -> None:
        """Answer."""
        self.came.append((scope["method"], scope["path"]))
        headers = [(name.lower().encode(), value.encode()) for name, value in CORS]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": b'{"status": 200, "data": null}'})


@pytest.fixture
def at(hasty_pane: Desk) -> Iterator[Desk]:
    """A pane that does not look long for what may have arrived, with nobody signed in."""
    with turn(hasty_pane) as there:
        yield there
        # Of a request that was led on, Playwright does not tell the end.
        there.under_way.clear()


@pytest.fixture
def elsewhere(certificate: Certificate) -> Iterator[Elsewhere]:
    there = Elsewhere()
    with Server(there, certificate=certificate) as server:
        there.url = server.url
        yield there


def test_an_upload_is_not_sent_on(at: Desk, elsewhere: Elsewhere) -> None:
    at.show("related-inline-images")
    at.sign_in()
    at.allowed += [elsewhere.url, "Content Security Policy", "Failed to load resource"]
    at.crm.faults.add(Fault("create", "moved_307", module="Messages", data=f"{elsewhere.url}/crm"))
    at.link_to("Mary Smith")
    expect(at.pane.get_by_role("heading", name="Not finished")).to_be_visible()
    expect(at.pane.locator("#pane")).to_contain_text(LEADS_ON)
    assert elsewhere.came == []
    assert not at.crm.messages()
    at.pane.get_by_role("button", name="Try again").click()
    at.expect_linked("Mary Smith")
    [message] = at.crm.messages()
    files = at.mailbox.named("related-inline-images").attachments
    assert sorted(map(at.crm.file, message.attachments)) == sorted(one.content for one in files)


@pytest.mark.deep("refusals of the CRM in a browser")
def test_a_browser_that_follows_all_the_same_is_told_of(at: Desk, elsewhere: Elsewhere) -> None:
    """Without the frame's policy the browser follows; that is seen, and not called a success."""
    # A pane that has sent something keeps its frame; and what is done to it here can't be taken back.
    reopened(at)
    at.spoilt = True
    at.show("related-inline-images")
    at.pane.evaluate(NO_POLICY)
    at.sign_in()
    at.allowed += [elsewhere.url]
    at.crm.faults.add(Fault("create", "moved_307", module="Messages", data=f"{elsewhere.url}/crm"))
    at.link_to("Mary Smith")
    expect(at.pane.locator("#pane")).to_contain_text("the browser sent the mail there before the pane could refuse")
    assert [method for method, _ in elsewhere.came] == ["OPTIONS", "POST"]


def test_a_question_is_not_sent_on(at: Desk, elsewhere: Elsewhere) -> None:
    at.allowed.append(elsewhere.url)
    at.crm.faults.add(Fault("loginpwd", "moved_307", data=f"{elsewhere.url}/crm"))
    at.sign_in()
    expect(at.pane.locator(".problems .what")).to_contain_text(LEADS_ON)
    assert elsewhere.came == []
    at.sign_in()
    expect(at.pane.get_by_role("button", name="Sign out")).to_be_visible()
