"""The self-check in a browser, reached from the sign-in form, inside the stand-in Outlook."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from pane.desk import Desk
from patience import LONGEST_MS

pytestmark = pytest.mark.browser


def test_it_looks_at_host_crm_and_browser(at: Desk) -> None:
    """The CRM is a stock one, and the tests' host is another than the one that this pane was built for."""
    at.allowed += ["400 .Bad Request.", "401 .Unauthorized."]
    pane = at.open("plain-ascii")
    pane.evaluate("(url) => localStorage.setItem('mail-connector.crm-url', url)", at.url)
    pane.get_by_role("link", name="Self-check for administrators").click()
    pane.wait_for_selector("#end:not([hidden])", timeout=LONGEST_MS)
    expect(pane.get_by_role("heading", name="Self-check")).to_be_visible()

    def verdict(check: str) -> str:
        return str(pane.locator(f'li[data-check="{check}"]').get_attribute("class"))

    well = "files types frame compression crm cors errors preflight outlook storage policy".split()
    report = pane.locator("#report").input_value()
    assert {check: verdict(check) for check in well} == dict.fromkeys(well, "ok"), report
    assert [verdict("component"), verdict("manifest")] == ["failed", "failed"]
    unclear = ("host-tls", "crm-tls", "authorization")
    assert {check: verdict(check) for check in unclear} == dict.fromkeys(unclear, "unclear"), (
        "a browser does not see it"
    )
    assert "[failed] Mail Connector component: The CRM does not have it, or it is switched off." in report
    assert f"CRM: {at.url}" in report
