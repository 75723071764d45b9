"""axe-core on the running pane, in every state that a user can bring it to, by day and by night, 320 pixels wide.

`test_views_axe` looks at every screen that can be thought of; here is the page as it really is, with
office.js, PyScript and the pane's own policy.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, expect

from pane.desk import NODE_MODULES, Desk
from pane.shift import AN_HOUR, START, anew, shift, until_struck
from sandbox_crm.crm import SandboxCrm
from sandbox_crm.faults import Fault
from sandbox_crm.quirks import Quirks
from workshop.certificate import Certificate

pytestmark = pytest.mark.browser

AXE = NODE_MODULES / "axe-core" / "axe.min.js"
FILES = "related-inline-images"
QUIRKS = Quirks(keep_alive=False)
RUN = """options => axe.run(document, options).then(found => found.violations.flatMap(
    one => one.nodes.map(node => `${one.id}: ${node.html.slice(0, 160)} ${node.failureSummary.slice(0, 300)}`)))"""
ALL: dict[str, Any] = {"resultTypes": ["violations"]}
COLOURS: dict[str, Any] = {**ALL, "runOnly": {"type": "rule", "values": ["color-contrast"]}}
PICTURES = os.environ.get("MAIL_CONNECTOR_PICTURES")
"""A folder for a picture of each state, to look at."""


def screen(at: Desk, name: str) -> None:
    expect(at.pane.locator(".frame")).to_have_attribute("data-screen", name)


def choose(at: Desk, name: str) -> None:
    at.suggestion(re.compile(f"^{re.escape(name)}")).check()


def calm(at: Desk) -> None:
    expect(at.pane.locator("[aria-busy=true]")).to_have_count(0)


def signing_in(at: Desk) -> Iterator[str]:
    """The states before anybody is signed in."""
    yield "sign-in"
    at.crm.faults.add(Fault("loginpwd", "never_answers"))
    at.sign_in()
    expect(at.pane.get_by_role("button", name="Signing in…")).to_be_disabled()
    yield "sign-in-busy"
    # The password goes out after another call; a release that comes before it would let go of nothing.
    until_struck(at)
    at.crm.faults.release()
    expect(at.pane.locator(".problems .error")).to_be_visible()
    yield "sign-in-unreachable"
    for _ in range(3):
        at.sign_in(password="wrong")
        expect(at.pane.get_by_role("button", name="Sign in", exact=True)).to_be_enabled()
    expect(at.pane.locator(".problems .warning")).to_be_visible()
    yield "sign-in-warned"


def unfold(at: Desk) -> None:
    """Show what of the mail is copied, and everybody in its head."""
    at.pane.evaluate("document.querySelectorAll('.card details').forEach((one) => (one.open = true))")


def choosing(at: Desk) -> Iterator[str]:
    """A mail is open, records are looked for."""
    at.crm.faults.add(Fault("loginpwd", "slow", delay=AN_HOUR))
    at.sign_in()
    # The sign-in itself asks for the same, to see whether the address is right.
    until_struck(at)
    at.crm.faults.add(Fault("listtypes", "never_answers", times=2))
    at.crm.faults.release()
    expect(at.pane.locator(".skeleton, .ghost").first).to_be_visible()
    yield "suggestions-loading"
    # Chromium may ask once more where a connection ends without an answer: not without a network.
    at.context.set_offline(True)
    at.crm.faults.clear()
    again = at.pane.get_by_role("region", name="Suggested records").get_by_role("button", name="Try again")
    expect(again).to_be_visible()
    yield "suggestions-failed"
    at.context.set_offline(False)
    again.click()
    expect(at.suggestion(re.compile("^Mary Smith"))).to_be_visible()
    calm(at)
    yield "suggestions"
    for name in ("Mary Smith", "Northwind Traders"):
        choose(at, name)
    unfold(at)
    yield "chosen"
    at.pane.get_by_role("searchbox").fill("north")
    expect(at.pane.get_by_role("region", name="Find another record").get_by_role("checkbox").first).to_be_visible()
    yield "search-results"
    at.pane.get_by_role("searchbox").fill("nobody has this name")
    expect(at.pane.get_by_text("No record found for")).to_be_visible()
    yield "search-nothing"
    at.crm.faults.add(Fault("query", "error_500", times=50))
    at.pane.get_by_label("Search in").select_option("Vendors")
    expect(at.pane.get_by_role("region", name="Find another record").get_by_role("alert")).to_be_visible()
    yield "search-failed"
    at.crm.faults.clear()
    at.show("sender-nobody")
    expect(at.pane.get_by_text("This mail names nobody to look for.")).to_be_visible()
    yield "suggestions-empty-and-choice-dropped"
    at.show("recipients-200")
    calm(at)
    unfold(at)
    yield "many-recipients"
    at.show("right-to-left")
    calm(at)
    yield "right-to-left"
    at.show(None)
    screen(at, "no-mail")
    yield "no-mail"


def link_to_james(at: Desk, mail: str) -> None:
    """Link a mail to somebody who has to be searched for."""
    at.show(mail)
    at.pane.get_by_role("searchbox").fill("Whitfield")
    at.pane.get_by_role("checkbox", name=re.compile("^James Whitfield")).check()
    at.pane.get_by_role("button", name="Link to James Whitfield").click()
    screen(at, "receipt")


def linking(at: Desk) -> Iterator[str]:
    """A link, in all ways in which it may go."""
    mary = "Mary Smith"
    at.show(FILES)
    at.sign_in()
    at.outlook.fault("attachment", "slow")
    choose(at, mary)
    at.pane.get_by_role("button", name=f"Link to {mary}").click()
    at.outlook.wait_for_held()
    screen(at, "linking")
    yield "linking-files"
    at.crm.faults.add(Fault("create", "never_answers", when="after"))
    at.outlook.release()
    expect(at.pane.locator("[aria-current=step]")).to_contain_text("Send to the CRM")
    yield "linking-upload"
    at.show(START)
    expect(at.pane.locator(".fold")).to_contain_text("Still linking")
    yield "link-in-the-background"
    until_struck(at)
    at.crm.faults.add(Fault("relate", "error_500"))
    at.crm.faults.release()
    expect(at.pane.locator(".fold")).to_contain_text("is not linked yet")
    yield "failure-in-the-background"
    at.show(FILES)
    screen(at, "failure")
    expect(at.pane.locator(".standing")).to_contain_text("The mail is stored.")
    at.pane.locator(".panel summary").first.click()
    yield "failure-stored"
    at.pane.get_by_role("button", name="Try again").click()
    at.expect_linked(mary)
    yield "receipt"
    at.pane.get_by_role("button", name="Link to another record").click()
    expect(at.pane.get_by_text("You stored this mail in the CRM before")).to_be_visible()
    yield "stored-before"
    link_to_james(at, "subject-400")
    expect(at.pane.locator(".receipt").get_by_text("keeps only the first part of the subject")).to_be_visible()
    yield "receipt-with-another-subject"
    link_to_james(at, "pictures-reordered")
    expect(at.pane.get_by_role("heading", name="Please note")).to_be_visible()
    yield "receipt-with-notes"
    at.outlook.fault("attachment", "error", code=9002, times=0)
    at.outlook.fault("file", "error", code=5001, times=0)
    link_to_james(at, "attachments-same-name")
    expect(at.pane.locator("#receipt")).to_contain_text("not everything is there")
    yield "receipt-with-a-missing-file"
    at.outlook.clear_faults()
    at.crm.renew_access_key("agent")
    at.show("html-only")
    screen(at, "sign-in")
    yield "signed-out-by-the-crm"


@pytest.fixture(scope="module")
def one_pane(browser: Browser, dist: Path, certificate: Certificate) -> Iterator[Desk]:
    """One pane, 320 pixels wide, high enough for all of it to be seen."""
    size: Any = {"width": 1100, "height": 1500}
    # Chromium repeats a request by itself whose kept connection breaks.
    crm = SandboxCrm(quirks=QUIRKS)
    with shift(browser, dist, certificate, crm=crm, viewport=size, reduced_motion="reduce") as at:
        at.open(START)
        at.pane.evaluate("source => void (0, eval)(source)", AXE.read_text("utf-8"))
        yield at


@pytest.mark.deep("axe at the running pane", few=1)
@pytest.mark.parametrize("walk", [signing_in, choosing, linking], ids=lambda walk: walk.__name__)
def test_axe_finds_nothing(one_pane: Desk, walk: Any) -> None:
    at = one_pane
    anew(at)
    # Without a network Outlook does not reach its own server, either.
    at.allowed.append("Failed to load resource|has been blocked by CORS|Failed to fetch")
    found: dict[str, list[str]] = {}
    for state in walk(at):
        for scheme, options in (("light", ALL), ("dark", COLOURS)):
            at.page.emulate_media(color_scheme=scheme, reduced_motion="reduce")  # type: ignore[arg-type]  # both are schemes
            several = at.pane.evaluate(RUN, options)
            if several:
                found[f"{state}, {scheme}"] = several
            if PICTURES:
                frame = at.page.locator("#frame-place iframe")
                frame.screenshot(path=Path(PICTURES) / f"{walk.__name__}-{state}-{scheme}.png")
        wide = at.pane.evaluate("() => document.documentElement.scrollWidth - document.documentElement.clientWidth")
        if wide > 0:
            found[f"{state}, width"] = [f"{wide} pixels too wide"]
    at.crm.faults.clear()
    assert found == {}
