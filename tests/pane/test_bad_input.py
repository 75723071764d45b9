"""What the CRM or Outlook does not allow: each ends in a sentence with a next step, and nothing is lost.

tests/contract/test_refused.py tries all that the CRM refuses without a browser.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from email.message import EmailMessage
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from pane.clock import elapse
from pane.desk import Desk, desk
from pane.shift import AN_HOUR, START, said, settled, turn, until_struck
from sandbox_crm.crm import SandboxCrm
from sandbox_crm.faults import Fault
from sandbox_crm.quirks import Quirks
from standin_outlook.mails import Mail, Mailbox, read
from workshop.certificate import Certificate

pytestmark = pytest.mark.browser

FILES = "two-files"
BROKEN = "Failed to load resource|has been blocked by CORS policy"


@pytest.fixture(scope="module")
def one_pane(hasty_pane: Desk) -> Iterator[Desk]:
    """One pane for nearly all tests here."""
    [mail] = hasty_pane.mailbox.add([two_files()])
    hasty_pane.outlook.call("reload")
    yield hasty_pane
    hasty_pane.mailbox.mails.remove(mail)


def two_files() -> Mail:
    """A mail with a large file and a small one."""
    message = EmailMessage()
    message["From"], message["To"] = "Mary Smith <mary.smith@northwind.example>", "sales@ourcompany.example"
    message["Subject"], message["Message-ID"] = "Plans", "<plans-1@northwind.example>"
    message["Date"] = "Mon, 23 Nov 2026 09:00:00 +0100"
    message.set_content("The plans, and a note.")
    message.add_attachment(bytes(range(256)) * 1000, maintype="image", subtype="x-dwg", filename="Plan of the hall.dwg")
    message.add_attachment(b"small", maintype="text", subtype="plain", filename="note.txt")
    return read(message.as_bytes(), source="two-files.eml")


@pytest.fixture
def at(one_pane: Desk) -> Iterator[Desk]:
    """The pane, with nobody signed in and a CRM as it is after its installation."""
    with turn(one_pane) as there:
        there.allowed.append(BROKEN)
        yield there
        there.crm.quirks = Quirks()


def begin(at: Desk, mail: str = FILES, text: str = "Mary Smith", user: str = "agent", module: str = "") -> None:
    """Sign in, open a mail, find a record by hand and choose it."""
    at.show(mail)
    at.sign_in(user)
    if module:
        at.pane.get_by_label("Search in").select_option(module)
    at.pane.get_by_role("searchbox").fill(text)
    at.pane.get_by_role("searchbox").press("Enter")
    found = at.pane.get_by_role("region", name="Find another record").get_by_role("checkbox")
    found.and_(at.pane.get_by_role("checkbox", name=re.compile(f"^{re.escape(text)}"))).first.check()


def link(at: Desk) -> None:
    at.pane.get_by_role("button", name=re.compile("^Link to")).click()


def screen(at: Desk, name: str) -> None:
    expect(at.pane.locator(".frame")).to_have_attribute("data-screen", name)


def size(at: Desk, mail: str = FILES) -> int:
    """Bytes of the largest file of the mail."""
    return max(len(one.content) for one in at.mailbox.named(mail).attachments)


def count(at: Desk, mail: str = FILES) -> int:
    return len(at.mailbox.named(mail).attachments)


def mary(at: Desk) -> str:
    found: str = at.crm.find("Contacts", firstname="Mary", lastname="Smith").id
    return found


def retry(at: Desk) -> None:
    at.pane.get_by_role("button", name="Try again").click()


def expect_complete(at: Desk, mail: str = FILES) -> None:
    """The mail stands once in the CRM with every file once."""
    at.expect_linked("Mary Smith")
    [message] = at.crm.linked_messages(mary(at))
    assert len(at.crm.messages()) == 1
    assert len(at.crm.documents()) == count(at, mail) == len(at.crm.linked_documents(mary(at)))
    assert message["messageid"] == at.mailbox.named(mail).internet_message_id


# Rights -------------------------------------------------------------------------------------------


@pytest.mark.deep("refusals of the CRM in a browser")
@pytest.mark.parametrize("right", ["create", "access"])
def test_a_user_who_may_not_store_mails(at: Desk, right: str) -> None:
    at.crm.refuse("agent", "Messages", right)
    begin(at)
    link(at)
    screen(at, "failure")
    assert re.search("profile does not allow storing mails. Nothing was stored.*right to create records", said(at))
    expect(at.pane.locator(".standing")).to_have_text(re.compile("stored nothing|Nothing of this mail was stored"))
    assert not at.crm.messages()
    assert not at.crm.documents()
    at.crm.access.restore_rights()
    retry(at)
    expect_complete(at)


@pytest.mark.deep("refusals of the CRM in a browser")
@pytest.mark.parametrize("right", ["create", "access"])
def test_a_user_without_the_right_to_documents(at: Desk, right: str) -> None:
    at.crm.refuse("agent", "Documents", right)
    begin(at)
    link(at)
    screen(at, "receipt")
    expect(at.pane.locator("#receipt")).to_contain_text("Linked to Mary Smith")
    assert at.crm.linked_messages(mary(at))
    text = at.pane.locator(".panel").inner_text()
    stored = at.crm.documents()
    if not stored:
        assert "not stored" in text or "can't be checked" in text
        assert "administrator" in text


@pytest.mark.deep("refusals of the CRM in a browser")
def test_a_module_without_a_list_of_mails(at: Desk) -> None:
    begin(at, text="Office closed", module="Notices")
    expect(at.pane.locator("[aria-busy=true]")).to_have_count(0)
    at.leave("Office closed")
    link(at)
    expect(at.pane.locator(".notices .box")).to_contain_text("None of the chosen records can take a mail (Notices)")
    expect(at.pane.locator(".notices .box")).to_contain_text("Choose a related record")
    screen(at, "choose")
    assert not at.crm.messages()
    assert not at.crm.documents()


@pytest.mark.deep("refusals of the CRM in a browser")
def test_a_record_that_is_refused(at: Desk) -> None:
    begin(at)
    expect(at.pane.locator("#link")).to_have_text("Link to Mary Smith")
    at.crm.refuse("agent", "Contacts")
    link(at)
    screen(at, "failure")
    assert re.search("does not show Mary Smith to you.*Choose another record", said(at))
    assert not at.crm.messages()
    at.pane.get_by_role("button", name="Choose another record", exact=True).click()
    screen(at, "choose")


@pytest.mark.deep("refusals of the CRM in a browser")
def test_of_two_records_the_refused_one_is_named(at: Desk) -> None:
    at.show(FILES)
    at.sign_in()
    at.pane.get_by_role("searchbox").fill("Northwind")
    found = at.pane.get_by_role("region", name="Find another record")
    found.get_by_role("checkbox", name=re.compile("^Northwind Traders")).check()
    found.get_by_role("checkbox", name=re.compile("^Mary Smith")).check()
    expect(at.pane.locator(".chip")).to_have_count(2)
    at.crm.refuse("agent", "Accounts")
    link(at)
    screen(at, "receipt")
    records = at.pane.locator(".receipt.records > li")
    expect(records.filter(has_text="Northwind Traders")).to_contain_text("The CRM does not show")
    expect(records.filter(has_text="Mary Smith")).to_contain_text("linked")
    company = at.crm.find("Accounts", accountname="Northwind Traders").id
    assert not at.crm.linked_messages(company)
    assert len(at.crm.linked_messages(mary(at))) == 1


@pytest.mark.deep("refusals of the CRM in a browser")
def test_a_module_that_is_refused_when_it_is_searched(at: Desk) -> None:
    at.sign_in()
    at.pane.get_by_label("Search in").select_option("Vendors")
    at.crm.refuse("agent", "Vendors")
    at.pane.get_by_role("searchbox").fill("paper")
    expect(at.pane.locator("[role=alert] .what")).to_contain_text("Your CRM profile does not allow this.")
    expect(at.pane.locator("[role=alert] .next")).to_contain_text("choose another record")


# Sizes --------------------------------------------------------------------------------------------


@pytest.mark.deep("refusals of the CRM in a browser")
def test_the_limit_that_the_crm_tells_is_a_hint(at: Desk) -> None:
    """It tells 3,000,000 wherever PHP's own limit is not written in M, and takes what PHP takes."""
    at.crm.quirks = replace(Quirks(), upload_max_filesize=size(at) - 1)
    begin(at)
    before = at.pane.locator(".card .warning")
    expect(before).to_contain_text(re.compile("may be too large for the CRM, whose limit is"))
    expect(before).to_contain_text("Link it all the same: the receipt shows what arrived.")
    link(at)
    expect_complete(at)
    assert len(at.crm.documents()) == count(at)


@pytest.mark.deep("refusals of the CRM in a browser")
def test_a_file_over_the_limit_that_the_crm_tells_and_holds_is_named(at: Desk) -> None:
    at.crm.quirks = replace(Quirks(), upload_max_filesize=size(at) - 1, server_file_limit=size(at) - 1)
    begin(at)
    link(at)
    screen(at, "receipt")
    expect(at.pane.locator("#receipt")).to_contain_text("but not everything is there")
    bad = at.pane.locator("#pane .receipt > li.bad")
    expect(bad).to_have_count(1)
    expect(bad).to_contain_text(re.compile("most likely because of its size.*It was not stored"))
    expect(bad).to_contain_text("Ask your administrator to raise the limit")
    assert len(at.crm.documents()) == count(at) - 1


LIMITS = {
    "proxy_limit": lambda size: Quirks(proxy_limit=size),
    "server_file_limit": lambda size: Quirks(server_file_limit=size),
    "post_max_size": lambda size: Quirks(post_max_size=size),
}


@pytest.mark.deep("refusals of the CRM in a browser", few=1)
@pytest.mark.parametrize("limit", LIMITS)
def test_a_limit_that_the_server_does_not_tell(at: Desk, limit: str) -> None:
    """Dropped silently, refused without CORS headers, or emptied and blamed on a right: nothing of the rest is lost."""
    at.crm.quirks = LIMITS[limit](size(at) - 1)
    begin(at)
    link(at)
    for _ in range(3):
        expect(at.pane.locator(".frame[data-screen=receipt], .frame[data-screen=failure]")).to_be_visible()
        if at.pane.locator(".frame[data-screen=receipt]").count():
            break
        assert re.search("connection to .* broke off.*proxy may limit the size", said(at))
        retry(at)
        expect(at.pane.locator(".frame[data-screen=linking]")).to_have_count(0)
    screen(at, "receipt")
    bad = at.pane.locator("#pane .receipt > li.bad")
    expect(bad.first).to_contain_text(re.compile("not stored"))
    expect(bad.first).to_contain_text("administrator")
    assert len(at.crm.messages()) == 1
    assert len(at.crm.documents()) == count(at) - bad.count()
    at.crm.quirks = Quirks()
    retry(at)
    expect_complete(at)


# Outlook ------------------------------------------------------------------------------------------


def test_a_file_that_outlook_does_not_hand_over(at: Desk) -> None:
    name = at.mailbox.named(FILES).attachments[0].name
    at.outlook.fault("attachment", "error", code=9002, id=name, times=0)
    at.outlook.fault("file", "error", code=5001, times=0)
    begin(at)
    link(at)
    screen(at, "receipt")
    bad = at.pane.locator("#pane .receipt > li.bad")
    expect(bad).to_have_count(1)
    expect(bad).to_contain_text(name)
    expect(bad).to_contain_text("Outlook could not hand over this file; it may be protected.")
    assert len(at.crm.documents()) == count(at) - 1
    at.outlook.clear_faults()
    retry(at)
    expect_complete(at)


def test_a_file_that_comes_empty(at: Desk) -> None:
    largest = max(at.mailbox.named(FILES).attachments, key=lambda one: len(one.content))
    at.outlook.fault("attachment", "empty", id=largest.name, times=0)
    begin(at)
    link(at)
    screen(at, "receipt")
    expect(at.pane.locator("#pane .receipt > li.bad")).to_contain_text("not stored")
    at.outlook.clear_faults()
    retry(at)
    expect_complete(at)


def test_a_body_that_outlook_does_not_hand_over(at: Desk) -> None:
    at.outlook.fault("body", "error", code=9020, times=0)
    begin(at)
    link(at)
    screen(at, "failure")
    assert re.search("Outlook does not hand over the text of this mail.*open it again on the mail", said(at))
    assert not at.crm.messages()
    at.outlook.clear_faults()
    retry(at)
    expect_complete(at)


ODD = """(kind) => {
  const bodies = {
    missing: undefined, "a number": 7, "without a method": {}, "with a number for a method": { getAsync: 7 },
  };
  const over = (what, ours) => new Proxy({}, { get: (_, name) => {
    if (name in ours) return ours[name];
    const found = what[name];
    return typeof found === "function" ? found.bind(what) : found;
  } });
  const whole = (window.keptOffice = Office);
  const mailbox = over(whole.context.mailbox, {
    get item() { return over(whole.context.mailbox.item, { body: bodies[kind] }); },
  });
  window.Office = over(whole, { context: over(whole.context, { mailbox }) });
}"""
"""Outlook's own objects can't be changed: others stand in their place."""


@pytest.mark.deep("odd values in a browser", few=1)
@pytest.mark.parametrize("body", ["missing", "a number", "without a method", "with a number for a method"])
def test_an_outlook_whose_text_can_not_even_be_asked_for(at: Desk, body: str) -> None:
    at.show(FILES)
    at.sign_in()
    at.pane.evaluate(ODD, body)
    try:
        at.suggestion(re.compile("^Mary Smith")).check()
        link(at)
        screen(at, "failure")
        assert re.search("Outlook does not hand over the text of this mail.*open it again on the mail", said(at))
        assert not at.crm.messages()
    finally:
        at.pane.evaluate("() => { window.Office = window.keptOffice; }")
    retry(at)
    expect_complete(at)


DEAF = """() => {
  window.keptMaker = document.createElement;
  document.createElement = function (kind) {
    const made = window.keptMaker.call(document, kind);
    if (kind === "iframe") Object.defineProperty(made, "onload", { set() {} });
    return made;
  };
}"""
"""Frames that are made from now on never say that they are there."""


def test_a_frame_for_uploads_that_never_loads(at: Desk) -> None:
    at.show(FILES)
    # To another name of the CRM, for which the pane has no frame yet.
    at.sign_in(url=at.url.replace("localhost", "127.0.0.1"))
    at.suggestion(re.compile("^Mary Smith")).check()
    at.pane.evaluate(DEAF)
    try:
        link(at)
        expect(at.pane.locator("[aria-current=step]")).to_contain_text("Send to the CRM")
        elapse(at.pane, 120, until=at.pane.locator(".frame[data-screen=failure]"))
    finally:
        at.pane.evaluate("() => { document.createElement = window.keptMaker; }")
    assert not at.crm.messages()
    assert re.search("upload to .* stopped making progress. Check your connection, then try again", said(at))
    retry(at)
    expect_complete(at)


def test_no_mail_is_selected(at: Desk) -> None:
    at.sign_in()
    expect(at.suggestion(re.compile("^Mary Smith"))).to_be_visible()
    at.show(None)
    expect(at.pane.get_by_role("heading", name="No mail selected")).to_be_visible()
    expect(at.pane.get_by_role("button", name=re.compile("^Link"))).to_have_count(0)
    expect(at.pane.locator("#pane")).not_to_contain_text("Northwind")
    at.show(FILES)
    expect(at.pane.locator(".card")).to_contain_text(at.mailbox.named(FILES).subject)


# The CRM in the middle of work --------------------------------------------------------------------


def test_suggestions_that_fail_can_be_asked_again(at: Desk) -> None:
    at.sign_in()
    expect(at.suggestion(re.compile("^Mary Smith"))).to_be_visible()
    at.crm.faults.add(Fault("query", "html", times=40))
    at.show("html-only")
    region = at.pane.get_by_role("region", name="Suggested records")
    # Once the mail's head is there, the CRM is asked for whom that names, too: that has to fail as well.
    expect(at.pane.locator(".card .date")).to_contain_text("2026")
    expect(region.get_by_role("alert")).to_contain_text("a web page instead of data")
    settled(at)
    at.crm.faults.clear()
    region.get_by_role("button", name="Try again").click()
    expect(at.suggestion(re.compile("^Paper & Co"))).to_be_visible()


def test_the_network_goes_in_the_middle(at: Desk) -> None:
    begin(at)
    at.crm.faults.add(Fault("create", "slow", delay=AN_HOUR))
    link(at)
    expect(at.pane.locator("[aria-current=step]")).to_contain_text("Send to the CRM")
    until_struck(at)
    # Chromium lets a request that is under way end; the next one fails.
    at.context.set_offline(True)
    at.crm.faults.release()
    screen(at, "failure")
    expect(at.pane.locator(".standing")).to_contain_text("Which attachments arrived is not known yet.")
    assert re.search("no network connection.*then try again", said(at))
    at.context.set_offline(False)
    retry(at)
    expect_complete(at)


@pytest.mark.deep("refusals of the CRM in a browser")
def test_the_crm_goes_down_for_maintenance_in_the_middle(at: Desk) -> None:
    """By the time that the pane looks it is there again: so it only broke off, and nothing is said of uploads."""
    begin(at)
    at.crm.faults.add(Fault("relate", "maintenance_503"))
    link(at)
    screen(at, "failure")
    assert re.search("connection to .* broke off.*try again", said(at))
    assert "upload" not in said(at)
    standing = at.pane.locator(".standing")
    expect(standing).to_contain_text("The mail is stored.")
    expect(standing).to_contain_text(f"{count(at)} of {count(at)} attachments are there.")
    expect(standing).to_contain_text("It is not linked yet to Mary Smith.")
    retry(at)
    expect_complete(at)


def test_a_crm_that_stays_down_for_maintenance_is_said_to_be(at: Desk) -> None:
    """Neither its answer nor its preflight has CORS headers; but it had answered before, so the path is right."""
    begin(at)
    at.crm.quirks = replace(at.crm.quirks, maintenance=True)
    link(at)
    screen(at, "failure")
    assert re.search("A server answers at localhost.*but the CRM does not at.*down for maintenance", said(at))
    assert "path" not in said(at)
    at.crm.quirks = replace(at.crm.quirks, maintenance=False)
    retry(at)
    expect_complete(at)


@pytest.mark.deep("refusals of the CRM in a browser")
def test_a_crm_without_its_database_is_said_to_be(at: Desk) -> None:
    begin(at)
    at.crm.quirks = replace(at.crm.quirks, database_away=True)
    link(at)
    screen(at, "failure")
    assert re.search("answers, but its database or service is not available.*tell your administrator", said(at))
    at.crm.quirks = replace(at.crm.quirks, database_away=False)
    retry(at)
    expect_complete(at)


# Other Outlooks -----------------------------------------------------------------------------------


def reopen(at: Desk, requirement_set: str) -> None:
    """Close the pane, and open it in an Outlook that has this requirement set."""
    at.outlook.close_pane()
    at.outlook.set_requirement_set(requirement_set)
    at.outlook.open_pane()
    at.outlook.pin()
    at.ready()


def test_an_outlook_that_hands_out_no_attachments_says_so_before_and_after(at: Desk) -> None:
    at.show(FILES)
    reopen(at, "1.5")
    begin(at)
    before = at.pane.locator(".card .warning")
    expect(before).to_contain_text("Outlook on this device does not hand over attachments")
    expect(before).to_contain_text("in Outlook on the web or on a computer; later is early enough")
    link(at)
    screen(at, "receipt")
    expect(at.pane.locator("#receipt")).to_have_text("Linked to Mary Smith, but not everything is there")
    bad = at.pane.locator("#pane .receipt > li.bad")
    expect(bad).to_have_count(count(at))
    expect(bad.first).to_contain_text("Link the mail once more in Outlook on the web or on a computer")
    assert len(at.crm.messages()) == 1
    assert not at.crm.documents()
    # The promise is kept: later, elsewhere, only the files are added.
    reopen(at, "1.15")
    begin(at)
    expect(at.pane.locator("#pane")).to_contain_text("You stored this mail in the CRM before")
    link(at)
    expect_complete(at)


@pytest.mark.deep("starts that fail or take long")
def test_without_office_js_the_pane_says_so(
    browser: Browser, dist: Path, certificate: Certificate, crm: SandboxCrm, mailbox: Mailbox
) -> None:
    with desk(browser, dist, certificate, crm, mailbox) as at:
        at.allowed.append("Failed to load resource")
        at.context.route("https://appsforoffice.microsoft.com/**", lambda route: route.abort("connectionfailed"))
        at.outlook.open()
        at.show(START)
        at.outlook.open_pane()
        expect(at.pane.locator(".frame")).to_have_attribute("data-screen", "fatal")
        fatal = at.pane.locator(".panel")
        expect(fatal).to_contain_text("office.js could not be loaded (appsforoffice.microsoft.com)")
        expect(fatal).to_contain_text("Nothing was stored")
        expect(fatal).to_contain_text("ask your administrator whether a firewall or a proxy blocks that address")
