"""The self-check in a browser, reached from the sign-in form, inside the stand-in Outlook; a host without headers."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, expect

from pane.desk import Desk, desk
from patience import LONGEST_MS
from sandbox_crm.crm import SandboxCrm
from standin_outlook.mails import Mailbox
from workshop import metapolicy
from workshop.certificate import Certificate
from workshop.pane_headers import common_headers, crm_sources

pytestmark = pytest.mark.browser
FOREIGN_PICTURE = """
() => new Promise((resolve) => {
  const heard = ({ effectiveDirective, disposition }) => resolve(`${effectiveDirective} ${disposition}`);
  document.addEventListener("securitypolicyviolation", heard, { once: true });
  new Image().src = "https://127.0.0.1:1/picture.png";
})
"""


@pytest.mark.deep("the self-check in a browser")
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


def bare(app: Any) -> Any:
    """A host that sends no policy, as GitHub Pages does."""

    async def served(scope: Any, receive: Any, send: Any) -> None:
        async def spoilt(message: Any) -> None:
            headers = [one for one in message.get("headers", ()) if one[0].lower() != b"content-security-policy"]
            await send({**message, "headers": headers} if message["type"] == "http.response.start" else message)

        await app(scope, receive, spoilt)

    return served


def test_a_policy_in_the_page_holds_and_the_pane_works(
    browser: Browser, dist: Path, certificate: Certificate, crm: SandboxCrm, mailbox: Mailbox, tmp_path: Path
) -> None:
    ours = tmp_path / "dist"
    shutil.copytree(dist, ours)
    metapolicy.put(ours, common_headers(crms=crm_sources({}, development=True)))
    for copy in (*ours.glob("*.html.br"), *ours.glob("*.html.gz")):
        copy.unlink()
    with desk(browser, ours, certificate, crm, mailbox, front=bare) as at:
        pane = at.signed_in("plain-ascii")
        at.allowed += ["Content Security Policy", "127.0.0.1:1/"]
        assert pane.evaluate(FOREIGN_PICTURE) == "img-src enforce"
