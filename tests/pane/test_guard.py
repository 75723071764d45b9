"""The wrong-mail guard: a pinned pane under a user who selects other mails all the time."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from connector.app.passing import READ
from pane.clock import awaited
from pane.desk import Desk
from pane.fault_cases import wrong_with
from pane.pinned import STRANGER, card, choose, linked, notice, pinned, press_link, turn
from pane.shift import AN_HOUR, settled, until_struck
from sandbox_crm.faults import Fault
from standin_outlook.mails import Mail
from workshop.certificate import Certificate

pytestmark = pytest.mark.browser

BROKEN = "Failed to load resource|has been blocked by CORS policy"
COUNT = 60


@pytest.fixture(scope="module")
def pane(browser: Browser, dist: Path, certificate: Certificate) -> Iterator[Desk]:
    with pinned(browser, dist, certificate, first=7000, count=COUNT, called="Guarded") as at:
        at.allowed.append(BROKEN)
        yield at


@pytest.fixture
def at(pane: Desk) -> Iterator[Desk]:
    with turn(pane) as ready:
        yield ready


@pytest.fixture(scope="module")
def fresh(pane: Desk) -> Iterator[Mail]:
    """Mails that no test has had."""
    return iter(pane.mailbox.mails[1:])


@pytest.fixture
def first(fresh: Iterator[Mail]) -> Mail:
    return next(fresh)


@pytest.fixture
def second(first: Mail, fresh: Iterator[Mail]) -> Mail:
    assert first
    return next(fresh)


def choose_and_wait(at: Desk, mail: Mail) -> None:
    """The same, and the pane has read the mail: its attachments first, then what stands in it."""
    told = {call: len(at.outlook.calls(call)) for call in ("body", "headers")}
    choose(at, mail)
    calls = at.outlook.calls
    awaited(at.page, lambda: all(len(calls(call)) > count for call, count in told.items()), "Outlook was not asked")
    expect_read(at, len(mail.attachments))
    settled(at)


def expect_read(at: Desk, count: int) -> None:
    """So many attachments come to be at hand in the pane."""
    held = "() => globalThis.mailConnector.files.count()"
    awaited(at.page, lambda: at.pane.evaluate(held) == count, f"{count} attachments were never at hand")


# Before anything is stored ------------------------------------------------------------------------


def test_another_selection_drops_what_was_chosen_and_says_so(at: Desk, first: Mail, second: Mail) -> None:
    choose(at, first)
    at.show(second)
    expect(card(at)).to_contain_text(second.subject)
    expect(notice(at, f"The records chosen for “{first.subject}” were dropped")).to_be_visible()
    expect(at.pane.get_by_role("checkbox", checked=True)).to_have_count(0)
    expect(at.pane.get_by_role("button", name=re.compile("^Link to Mary"))).to_have_count(0)
    linked(at)


def test_no_mail_selected_is_said_and_nothing_can_be_linked(at: Desk, first: Mail) -> None:
    choose(at, first)
    at.show(None)
    expect(card(at)).to_have_count(0)
    expect(at.pane.locator(".frame")).to_have_attribute("data-screen", "no-mail")
    expect(at.pane.get_by_role("button", name=re.compile("^Link to"))).to_have_count(0)
    at.show(first)
    expect(card(at)).to_contain_text(first.subject)
    expect(at.pane.get_by_role("checkbox", checked=True)).to_have_count(0)


@pytest.mark.deep("another mail selected meanwhile")
def test_the_same_mail_selected_again_changes_nothing(at: Desk, first: Mail) -> None:
    choose(at, first)
    at.show(first)
    at.show(first)
    expect(at.pane.get_by_role("checkbox", checked=True)).to_have_count(1)
    press_link(at)
    at.expect_linked("Mary Smith")
    linked(at, first)


def test_a_frozen_item_stores_nothing_of_the_other_mail(at: Desk, first: Mail, second: Mail) -> None:
    choose(at, first)
    at.outlook.fault("itemChanged", "never")
    at.show(second)
    press_link(at)
    expect(at.pane.get_by_text(f"Another mail was selected before “{first.subject}” was stored")).to_be_visible()
    linked(at)


@pytest.mark.deep("another mail selected meanwhile", few=2)
@pytest.mark.parametrize("late", ["delivered", "refused"])
@pytest.mark.parametrize("call", ["body", "headers", "attachment"])
def test_another_selection_while_the_mail_is_read_gives_the_link_up(
    at: Desk, first: Mail, second: Mail, call: str, late: str
) -> None:
    at.outlook.set_late_answers(late)
    # All of it is read as soon as a record is chosen, and what is not there by then once more for the link.
    at.outlook.fault(call, "slow", times=0)
    choose(at, first)
    press_link(at)
    at.outlook.wait_for_held()
    expect(at.pane.locator("[aria-current=step]")).to_contain_text("Read the ")
    at.show(second)
    expect(card(at)).to_contain_text(second.subject)
    at.outlook.clear_faults()
    expect(notice(at, f"Another mail was selected before “{first.subject}” was stored")).to_be_visible()
    linked(at)
    at.outlook.set_late_answers("delivered")
    choose(at, first)
    press_link(at)
    at.expect_linked("Mary Smith")
    linked(at, first)


def test_back_at_the_same_mail_in_time_the_link_goes_on(at: Desk, first: Mail, second: Mail) -> None:
    at.outlook.fault("attachment", "slow", times=3)
    choose(at, first)
    press_link(at)
    at.outlook.wait_for_held(3)
    expect(at.pane.locator("[aria-current=step]")).to_contain_text("Read the attachments")
    at.show(second)
    expect(card(at)).to_contain_text(second.subject)
    at.show(first)
    expect(card(at)).to_contain_text(first.subject)
    at.outlook.release()
    at.expect_linked("Mary Smith")
    linked(at, first)


def test_a_mail_is_read_while_somebody_chooses_and_dropped_with_the_mail(at: Desk, first: Mail, second: Mail) -> None:
    choose(at, first)
    expect_read(at, len(first.attachments))
    at.show(second)
    expect(card(at)).to_contain_text(second.subject)
    expect_read(at, 0)
    choose_and_wait(at, first)
    asked = {call: len(at.outlook.calls(call)) for call in ("attachment", "body", "headers")}
    press_link(at)
    at.expect_linked("Mary Smith")
    linked(at, first)
    # The headers tell that Outlook still has the same mail open.
    asked["headers"] += 1
    assert {call: len(at.outlook.calls(call)) for call in asked} == asked
    expect_read(at, 0)


def test_what_was_read_ahead_is_not_taken_for_the_mail_that_outlook_has_by_now(
    at: Desk, first: Mail, second: Mail
) -> None:
    choose_and_wait(at, first)
    at.outlook.fault("headers", "wrongMail", times=0)
    press_link(at)
    expect(at.pane.get_by_text(f"Another mail was selected before “{first.subject}” was stored")).to_be_visible()
    linked(at)
    expect_read(at, 0)


@pytest.mark.deep("another mail selected meanwhile")
def test_what_was_read_ahead_is_read_again_where_outlook_tells_nothing_of_the_mail(at: Desk, first: Mail) -> None:
    choose_and_wait(at, first)
    asked = len(at.outlook.calls("attachment"))
    at.outlook.fault("headers", "empty")
    press_link(at)
    at.expect_linked("Mary Smith")
    linked(at, first)
    assert len(at.outlook.calls("attachment")) == asked + len(first.attachments)
    expect_read(at, 0)


@pytest.mark.deep("another mail selected meanwhile")
def test_another_record_chosen_in_the_end_is_linked_too(at: Desk, first: Mail) -> None:
    choose_and_wait(at, first)
    asked = len(at.outlook.calls("body"))
    at.suggestion(re.compile("^Northwind Traders")).check()
    at.pane.get_by_role("button", name="Link to Mary Smith and Northwind Traders").click()
    expect(at.pane.get_by_role("heading", name=re.compile("^Linked to"))).to_be_visible()
    company = at.crm.find("Accounts", accountname="Northwind Traders").id
    mary = at.crm.find("Contacts", firstname="Mary", lastname="Smith").id
    assert list(wrong_with(at.crm, first, {mary, company})) == []
    assert len(at.outlook.calls("body")) == asked
    expect_read(at, 0)


def test_an_attachment_that_comes_as_it_is_given_up_is_let_go_of(at: Desk) -> None:
    """The one moment that no click can hit: read, and not yet taken by whoever asked."""
    counts = at.pane.evaluate("""async () => {
      const { read, count } = globalThis.mailConnector.files;
      const value = { content: "QQ==", format: "base64" };
      const item = { getAttachmentContentAsync: (id, done) => done({ status: "succeeded", value }) };
      const before = count();
      const reading = read(item, "1", "text/plain");
      await reading.promise;
      const there = count();
      reading.abandon();
      return [there - before, count() - before];
    }""")
    assert counts == [1, 0]


PIECE = 3 * 1024 * 1024
"""Bytes that `pane/files.js` decodes at a time."""
_READ = """async ([size, shape]) => {
  const { read, form, drop } = globalThis.mailConnector.files;
  const digest = async (bytes) => new Uint8Array(await crypto.subtle.digest("SHA-256", bytes)).join();
  const bytes = new Uint8Array(size).map((_, index) => index % 251);
  let content = await new Promise((resolve) => {
    const reader = new FileReader();
    reader.onload = () => resolve(reader.result.slice(reader.result.indexOf(",") + 1));
    reader.readAsDataURL(new Blob([bytes], { type: "x/y" }));
  });
  if (shape === "lines") content = content.replace(/.{1,76}/g, "$&\\r\\n");
  if (shape === "quoted") content = `"${content}"`;
  const item = { getAttachmentContentAsync: (id, done) =>
    done({ status: "succeeded", value: { content, format: "base64" } }) };
  const { key } = await read(item, "1", "x/y").promise;
  const body = await form([], [["file", "name", key]], location.origin).promise;
  drop([key]);
  const head = (await body.slice(0, 1000).text()).indexOf("\\r\\n\\r\\n") + 4;
  const sent = await body.slice(head, head + size).arrayBuffer();
  return body.size - head - size < 100 && (await digest(sent)) === (await digest(bytes));
}"""


@pytest.mark.deep("odd values in a browser", few=1)
@pytest.mark.parametrize("shape", ["as it should be", "lines", "quoted"])
@pytest.mark.parametrize("decoder", ["newest", "older"])
def test_base64_of_every_length_and_form_is_decoded(at: Desk, decoder: str, shape: str) -> None:
    newest = at.pane.evaluate_handle("() => Uint8Array.prototype.setFromBase64")
    if decoder == "older":
        at.pane.evaluate("() => { delete Uint8Array.prototype.setFromBase64; }")
    try:
        for size in (0, 1, 5, PIECE - 2, PIECE - 1, PIECE, PIECE + 1):
            assert at.pane.evaluate(_READ, [size, shape]), f"{size} bytes"
    finally:
        at.pane.evaluate("(newest) => { Uint8Array.prototype.setFromBase64 = newest; }", newest)


@pytest.mark.deep("another mail selected meanwhile")
def test_after_a_failure_another_selection_gives_the_unsent_link_up(at: Desk, first: Mail, second: Mail) -> None:
    choose(at, first)
    at.crm.faults.add(Fault("retrieve", "error_500"))
    press_link(at)
    expect(at.pane.get_by_role("heading", name="Not linked")).to_be_visible()
    at.show(second)
    expect(notice(at, f"Linking “{first.subject}” was given up")).to_be_visible()
    at.show(first)
    expect(at.suggestion(re.compile("^Mary Smith"))).to_be_visible()
    linked(at)


# Once something is on its way ---------------------------------------------------------------------


def hold_the_upload(at: Desk, mail: Mail) -> None:
    """Link, as far as the CRM's handling of the upload."""
    choose(at, mail)
    at.crm.faults.add(Fault("create", "slow", "Messages", delay=AN_HOUR))
    press_link(at)
    until_struck(at)


def test_an_upload_goes_on_for_its_mail_and_says_so_under_the_next(at: Desk, first: Mail, second: Mail) -> None:
    hold_the_upload(at, first)
    at.show(second)
    expect(card(at)).to_contain_text(second.subject)
    elsewhere = at.pane.get_by_role("region", name=re.compile("Other mails|other mail", re.IGNORECASE))
    expect(at.pane.locator("main")).to_contain_text(first.subject)
    expect(at.pane.get_by_role("heading", name="Linking to Mary Smith…")).to_have_count(0)
    assert elsewhere.count() <= 1
    at.crm.faults.release()
    expect(at.pane.get_by_text(f"“{first.subject}” is linked to Mary Smith")).to_be_visible()
    expect(card(at)).to_contain_text(second.subject)
    linked(at, first)


def test_the_next_mail_can_be_linked_meanwhile(at: Desk, first: Mail, second: Mail) -> None:
    hold_the_upload(at, first)
    choose(at, second)
    press_link(at)
    expect(at.pane.get_by_role("heading", name="Linking to Mary Smith…")).to_be_visible()
    at.crm.faults.release()
    at.expect_linked("Mary Smith")
    expect(at.pane.get_by_text(f"“{first.subject}” is linked to Mary Smith")).to_be_visible()
    linked(at, first, second)


def test_a_failure_in_the_background_is_told_and_can_be_retried_from_there(at: Desk, first: Mail, second: Mail) -> None:
    hold_the_upload(at, first)
    at.show(second)
    expect(card(at)).to_contain_text(second.subject)
    at.crm.faults.add(Fault("relate", "error_500", "Messages"))
    at.crm.faults.release()
    expect(at.pane.locator("main")).to_contain_text("The CRM reported an internal error")
    at.pane.locator(".fold > summary").click()
    at.pane.get_by_role("button", name="Try again").first.click()
    expect(at.pane.get_by_text(f"“{first.subject}” is linked to Mary Smith")).to_be_visible()
    linked(at, first)


@pytest.mark.deep("another mail selected meanwhile")
def test_a_failed_upload_waits_while_other_mails_are_read(at: Desk, first: Mail, second: Mail) -> None:
    choose(at, first)
    at.crm.faults.add(Fault("query", "error_500", "Documents"))
    press_link(at)
    expect(at.pane.get_by_role("heading", name="Not finished")).to_be_visible()
    at.show(second)
    at.show(None)
    at.show(first)
    at.pane.get_by_role("button", name="Try again").click()
    at.expect_linked("Mary Smith")
    linked(at, first)


def test_a_background_upload_is_cancelled_for_its_own_mail(at: Desk, first: Mail, second: Mail) -> None:
    hold_the_upload(at, first)
    choose(at, second)
    press_link(at)
    # It waits for its turn, and goes on like any upload.
    expect(at.pane.locator("[aria-current=step]")).to_contain_text("Send to the CRM")
    at.show(first)
    at.pane.get_by_role("region", name="Linking to Mary Smith…").get_by_role("button", name="Cancel").click()
    at.crm.faults.release()
    left = {"was removed from the CRM again", f"“{second.subject}” is linked to Mary Smith"}

    def told() -> bool:
        """One follows the other, whichever comes first."""
        shown = at.pane.locator(".passing").inner_text()
        left.difference_update([one for one in left if one in shown])
        at.pane.evaluate("seconds => globalThis.testClock.over((ms) => ms <= 1000 * seconds)", READ)
        return not left

    awaited(at.page, told, f"not told: {left}")
    linked(at, second)


# Late answers -------------------------------------------------------------------------------------


def test_suggestions_for_an_earlier_mail_never_come_under_a_later_one(at: Desk, first: Mail) -> None:
    at.crm.faults.add(Fault("query", "slow", "Contacts", delay=AN_HOUR))
    at.show(first)
    until_struck(at)
    at.show(STRANGER)
    expect(card(at)).to_contain_text("From a stranger")
    at.crm.faults.release()
    expect(at.pane.get_by_text("The CRM does not know Sean Unknown (nobody@nowhere.example)")).to_be_visible()
    expect(at.suggestion(re.compile("^Mary Smith"))).to_have_count(0)


@pytest.mark.deep("another mail selected meanwhile")
def test_search_results_for_an_earlier_mail_never_come_under_a_later_one(at: Desk, first: Mail) -> None:
    at.crm.faults.add(Fault("query", "slow", delay=AN_HOUR))
    at.pane.get_by_role("searchbox").fill("Whitfield")
    at.pane.get_by_role("searchbox").press("Enter")
    until_struck(at)
    at.show(first)
    expect(at.suggestion(re.compile("^Mary Smith"))).to_be_visible()
    at.crm.faults.release()
    expect(at.pane.get_by_role("searchbox")).to_have_value("")
    expect(at.pane.get_by_role("checkbox", name=re.compile("Whitfield"))).to_have_count(0)


def test_many_quick_selections_end_at_the_last(at: Desk, first: Mail, second: Mail) -> None:
    ids = [mail.item_id for mail in (first, second, STRANGER)] * 6 + [second.item_id]
    at.page.evaluate("ids => Promise.all(ids.map((id) => window.standin.select(id)))", ids)
    expect(card(at)).to_contain_text(second.subject)
    at.suggestion(re.compile("^Mary Smith")).check()
    press_link(at)
    at.expect_linked("Mary Smith")
    linked(at, second)


def test_a_selection_that_outlook_did_not_tell_is_noticed(at: Desk, first: Mail, second: Mail) -> None:
    """The last test here: the pane hears of no selection any more."""
    choose(at, first)
    at.pane.evaluate(
        """() => new Promise((done) => {
          const { mailbox } = Office.context;
          const type = Office.EventType.ItemChanged;
          mailbox.removeHandlerAsync(type, () => mailbox.addHandlerAsync(type, () => {}, done));
        })"""
    )
    at.show(second)
    press_link(at)
    expect(card(at)).to_contain_text(second.subject)
    expect(notice(at, f"Another mail was selected before “{first.subject}” was stored")).to_be_visible()
    linked(at)
    expect(at.suggestion(re.compile("^Mary Smith"))).to_be_visible()
    at.show(first)
    at.suggestion(re.compile("^Mary Smith")).click()
    expect(card(at)).to_contain_text(first.subject)
    expect(at.pane.get_by_role("checkbox", checked=True)).to_have_count(0)
    linked(at)
