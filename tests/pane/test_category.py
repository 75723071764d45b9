"""The category in the list of mails, with the genuine office.js: only with the permission that it takes."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from pane.desk import Desk, configured, desk
from sandbox_crm.crm import SandboxCrm
from standin_outlook.mails import Mailbox
from workshop.certificate import Certificate

CATEGORY = "Linked to vtenext"


@pytest.fixture(scope="module")
def with_category(dist: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A pane of an organization that wants the category."""
    return configured(dist, tmp_path_factory.mktemp("category") / "dist", category=CATEGORY)


@pytest.fixture(params=["ReadWriteMailbox", "ReadItem"])
def at(
    request: pytest.FixtureRequest,
    browser: Browser,
    with_category: Path,
    certificate: Certificate,
    crm: SandboxCrm,
    mailbox: Mailbox,
) -> Iterator[Desk]:
    """A desk whose Outlook was given the manifest of that build, or still has an earlier one."""
    mailbox.permission = request.param
    with desk(browser, with_category, certificate, crm, mailbox) as there:
        yield there


@pytest.mark.deep("refusals of the CRM in a browser", few=1)
def test_a_linked_mail_gets_the_category_and_loses_it_with_the_link(at: Desk) -> None:
    pane = at.signed_in("plain-ascii")
    at.suggestion(re.compile("^Mary Smith")).check()
    pane.get_by_role("button", name=re.compile("^Link to Mary")).click()
    expect(pane.get_by_role("heading", name="Linked to Mary Smith")).to_be_visible()
    if at.mailbox.permission == "ReadItem":
        assert at.outlook.categories == []
        return
    at.page.wait_for_function("() => window.standin.categories().length")
    assert at.outlook.categories == [CATEGORY]
    pane.get_by_role("button", name="Undo").click()
    at.page.wait_for_function("() => !window.standin.categories().length")
