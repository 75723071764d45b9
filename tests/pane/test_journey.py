"""The whole journey in a real browser: every sample mail, linked as a user would, compared byte by byte."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from mails.generate import large, many
from mails.samples import SAMPLES
from pane.clock import awaited
from pane.counter import search_and_link
from pane.desk import Desk, desk, sample_mailbox
from pane.shift import turn
from sandbox_crm.crm import SandboxCrm
from standin_outlook.items import attachments_of
from standin_outlook.mails import Format, Mail, read
from workshop.certificate import Certificate

NAMES = [Path(mail.source).stem for mail in SAMPLES]
TELLING = (
    "attachments-same-name", "cloud-attachment", "html-hostile",
    "names-hostile", "nested-mail", "related-inline-images",
)  # fmt: skip
"""Samples for which office.js and the page do most. tests/contract/test_linking.py links each."""
pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def office(browser: Browser, dist: Path, certificate: Certificate) -> Iterator[Desk]:
    """One pinned pane, signed in once, as somebody uses it who files many mails."""
    with desk(browser, dist, certificate, SandboxCrm(), sample_mailbox()) as at:
        at.signed_in("plain-ascii")
        yield at


@pytest.fixture
def at(stock_pane: Desk) -> Iterator[Desk]:
    """That pane, with nobody signed in; windows that a test opened are closed after it."""
    with turn(stock_pane) as there:
        yield there
        for page in there.context.pages[1:]:
            page.close()


def digests(contents: list[bytes]) -> list[str]:
    return sorted(hashlib.sha256(content).hexdigest() for content in contents)


def expect_stored(at: Desk, mail: Mail, record: str) -> None:
    """The record shows exactly this mail, with every file's bytes."""
    [newest] = at.crm.messages()[-1:]
    [message] = [one for one in at.crm.linked_messages(record) if one == newest]
    documents = at.crm.linked_documents(message.id)
    linked = {one.id for one in at.crm.linked_documents(record)}
    assert {one.id for one in documents} <= linked
    given = attachments_of(mail, at.mailbox.manners)
    # vtenext can't keep an empty file, and the receipt says so.
    files = [one.content for one in given if one.format is not Format.URL and one.content]
    assert digests([at.crm.file(one.id) for one in documents if one.has_file]) == digests(files)


@pytest.mark.deep("sample mails in a browser", few=1, also=TELLING)
@pytest.mark.parametrize("name", NAMES)
def test_a_mail_arrives_with_everything_in_it(office: Desk, name: str) -> None:
    mail = office.mailbox.named(name)
    before = len(office.crm.messages())
    office.show(mail)
    expect(office.pane.locator(".card")).to_contain_text((mail.subject.strip() or "(no subject)")[:20])
    search_and_link(office, "Whitfield", "James Whitfield")
    office.expect_linked("James Whitfield")
    assert len(office.crm.messages()) == before + 1
    expect_stored(office, mail, office.crm.find("Contacts", lastname="Whitfield").id)


def test_outlook_shows_that_a_mail_is_linked_and_every_pane_reads_it(at: Desk) -> None:
    at.sign_in()
    at.link_to("Mary Smith")
    awaited(at.page, lambda: bars(at) == ["Linked to Mary Smith."], "no bar over the mail")
    linked = at.mailbox.custom_properties
    awaited(at.page, lambda: "mailConnectorFiled" in "".join(linked.values()), "no mark on the mail")
    first, other = at.mailbox.named("plain-ascii"), at.mailbox.named("related-inline-images")
    at.show(other)
    assert bars(at) == []
    at.show(first)
    awaited(at.page, lambda: any(one.startswith("Linked to the CRM on ") for one in bars(at)), "the mark was not read")


def bars(at: Desk) -> list[str]:
    """What Outlook shows over the open mail."""
    return [one["message"] for one in at.outlook.notifications]


def test_a_received_mail_suggests_its_sender_and_what_hangs_on_it(at: Desk) -> None:
    at.sign_in()
    rows = at.pane.get_by_role("region", name="Suggested records").get_by_role("checkbox")
    expect(rows).to_have_count(5)
    for name in ("Mary Smith", "Northwind Traders", "Northwind: cold store 2027", "Cooling unit reports error E42"):
        expect(at.suggestion(re.compile(f"^{name}"))).to_be_visible()
    expect(rows.first).to_have_accessible_name(re.compile("Mary Smith.*Sender's address"))
    at.link_to("Mary Smith")
    at.expect_linked("Mary Smith")
    [message] = at.crm.linked_messages(at.crm.find("Contacts", lastname="Smith", firstname="Mary").id)
    assert message["mfrom"] == "mary.smith@northwind.example"


def test_a_sent_mail_suggests_its_recipients(at: Desk) -> None:
    at.show("offer-to-mary")
    at.sign_in()
    expect(at.suggestion(re.compile("Mary Smith.*Recipient's address"))).to_be_visible()


def test_the_linked_record_opens_in_the_crm(at: Desk) -> None:
    at.sign_in()
    at.link_to("Mary Smith")
    at.expect_linked("Mary Smith")
    with at.context.expect_page() as opening:
        at.pane.get_by_role("button", name=re.compile("Open .*CRM")).first.click()
    number = at.crm.find("Contacts", lastname="Smith", firstname="Mary").id.partition("x")[2]
    wanted = f"{at.url}/index.php?module=Contacts&action=DetailView&record={number}"
    expect(opening.value).to_have_url(wanted)
    assert opening.value.evaluate("() => window.opener") is None
    # Once: office.js asks Outlook to open the page, too, when window.open gives nothing back.
    assert at.outlook.windows == []
    assert len(at.context.pages) == 2


@pytest.mark.deep("sample mails in a browser", few=1)
@pytest.mark.parametrize(("make", "count"), [(large, 1), (many, 100)], ids=["25 MB", "100 files"])
def test_large_mails(at: Desk, make: object, count: int) -> None:
    assert callable(make)
    raw = make().replace(b"\r\nFrom: ", b"\r\nX-Sample: large\r\nFrom: ", 1)
    [mail] = at.mailbox.add([read(raw)])
    at.outlook.call("reload")
    at.sign_in()
    at.show(mail)
    search_and_link(at, "Whitfield", "James Whitfield")
    at.expect_linked("James Whitfield")
    assert len(mail.attachments) == count
    expect_stored(at, mail, at.crm.find("Contacts", lastname="Whitfield").id)


@pytest.mark.deep("sample mails in a browser")
def test_progress_is_shown_while_a_large_mail_goes_up(at: Desk) -> None:
    [mail] = at.mailbox.add([read(large(8_000_000))])
    at.outlook.call("reload")
    at.sign_in()
    at.show(mail)
    at.outlook.fault("attachment", "slow")
    search_and_link(at, "Whitfield", "James Whitfield")
    at.outlook.wait_for_held()
    expect(at.pane.locator("[aria-current=step]")).to_be_visible()
    expect(at.pane.get_by_role("button", name="Cancel")).to_be_visible()
    at.outlook.release()
    at.expect_linked("James Whitfield")


def test_the_pane_takes_outlooks_theme_and_follows_its_changes(at: Desk) -> None:
    page = at.pane.locator("html")
    seen = []
    for theme in ("dark", "light", "dark"):
        at.outlook.set_theme(theme)
        expect(page).to_have_attribute("data-theme", theme)
        seen.append(at.pane.evaluate("getComputedStyle(document.body).backgroundColor"))
    assert seen[0] == seen[2] != seen[1]
    at.outlook.set_theme("light")
    expect(page).to_have_attribute("data-theme", "light")
