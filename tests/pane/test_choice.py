"""What the pane chooses by itself, why it suggests what it does, and what it remembers of a choice."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from playwright.sync_api import Locator, expect

from connector.app.passing import READ
from contract.component_crm import PASSWORDS
from pane.clock import awaited, elapse
from pane.counter import search_and_link, visit
from pane.desk import Desk
from pane.shift import START, settled

pytestmark = pytest.mark.browser

ANSWER, STRANGER = "reply-chain", "sender-stranger"
TICKET = "Gru ferma in cantiere"

PRESS_WHEN_CHECKED = """box => new Promise(done => {
  const look = () => box.checked ? done(box.click()) : requestAnimationFrame(look);
  look();
})"""

LOOKED_AT = "() => new Promise(done => setTimeout(done, 400))"
"""The time that the pane itself gives users before it takes a press for an answer to its choice (pane/elements.js)."""


@pytest.fixture
def at(component_pane: Desk) -> Iterator[Desk]:
    """Signed in, before a mail of a contact; the mailbox remembers no earlier choice and no link."""
    with visit(component_pane) as there:
        there.sign_in()
        expect(there.suggestion(re.compile("^Mary Smith"))).to_be_visible()
        yield there
        there.outlook.behave()


def expect_chosen(at: Desk, name: str) -> None:
    """Wait until this record is chosen, and no other; an empty name for none."""
    expect(at.pane.locator("#link")).to_have_text(f"Link to {name}" if name else "Link this mail")


def row(at: Desk, name: str) -> Locator:
    suggested = at.pane.get_by_role("region", name="Suggested records")
    box = at.pane.get_by_role("checkbox", name=re.compile(f"^{re.escape(name)}"))
    return suggested.locator("li").filter(has=box)


def show(at: Desk, mail: str) -> None:
    """Show a mail, and not within the seconds of an undo."""
    at.seconds_pass()
    at.show(mail)
    settled(at)


def test_the_certain_one_is_chosen_and_one_press_links(at: Desk) -> None:
    expect_chosen(at, "Mary Smith")
    expect(at.suggestion(re.compile("^Mary Smith"))).to_be_checked()
    expect(at.pane.get_by_text("Chosen for you: Sender's address")).to_be_visible()
    at.pane.get_by_role("button", name="Link to Mary Smith").click()
    at.expect_linked("Mary Smith")
    assert len(at.crm.messages()) == 1


def test_passing_notices_follow_each_other(at: Desk) -> None:
    told = at.pane.locator(".passing .box-text")
    for another in (ANSWER, STRANGER):
        at.suggestion(re.compile("^Northwind Traders")).check()
        at.show(another)
        settled(at)
        expect(told).to_have_count(1)
    [first] = told.all_inner_texts()
    other = at.pane.locator(".passing .box-text", has_not_text=first)
    elapse(at.pane, READ, until=other)
    expect(told).to_have_count(1)


def test_a_press_at_the_moment_of_that_choice_is_a_choice(at: Desk) -> None:
    """The press was meant for the box as it stood: it does not take away what was chosen under it."""
    at.outlook.fault("headers", "slow", ms=1500)
    at.show(ANSWER)
    box = row(at, "Mary Smith").get_by_role("checkbox")
    expect(box).not_to_be_checked()
    box.evaluate(PRESS_WHEN_CHECKED)
    settled(at)
    expect(box).to_be_checked()
    expect_chosen(at, "Mary Smith")
    expect(at.pane.get_by_text("Chosen for you")).to_have_count(0)


def test_enter_chooses_and_never_takes_away(at: Desk) -> None:
    expect_chosen(at, "Mary Smith")
    at.pane.evaluate(LOOKED_AT)
    box = row(at, "Mary Smith").get_by_role("checkbox")
    box.press("Enter")
    expect(box).to_be_checked()
    row(at, "Northwind Traders").get_by_role("checkbox").press("Enter")
    expect_chosen(at, "Mary Smith and Northwind Traders")
    box.press("Space")
    expect_chosen(at, "Northwind Traders")


def test_what_was_taken_away_stays_away(at: Desk) -> None:
    expect_chosen(at, "Mary Smith")
    at.pane.evaluate(LOOKED_AT)
    at.suggestion(re.compile("^Mary Smith")).uncheck()
    expect_chosen(at, "")
    at.pane.locator("#search-text").press("Control+Enter")
    settled(at)
    expect_chosen(at, "")
    assert at.crm.messages() == []
    show(at, ANSWER)
    show(at, START)
    expect_chosen(at, "Mary Smith")


@pytest.mark.deep("the other keys that link", few=1)
@pytest.mark.parametrize("keys", ["Control+Enter", "Meta+Enter"])
def test_the_keys_link_from_anywhere(at: Desk, keys: str) -> None:
    expect_chosen(at, "Mary Smith")
    link = at.pane.locator("#link")
    assert "Control+Enter" in (link.get_attribute("aria-keyshortcuts") or "")
    at.pane.locator("#search-text").press(keys)
    at.expect_linked("Mary Smith")
    assert len(at.crm.messages()) == 1


def link_earlier(at: Desk, message_id: str, subject: str, record: str) -> None:
    """Link a mail of the conversation, as somebody did before."""
    with httpx.Client(verify=False) as http:  # noqa: S501  # a certificate of this machine

        def call(operation: str, token: str = "", **given: str) -> Any:
            headers = {"Authorization": f"Bearer {token}"} if token else {}
            answer = http.post(f"{at.url}/restapi/v1/vtews/{operation}", json=given, headers=headers)
            return answer.json()["data"]["result"]

        token = call("mailconnectorlogin", username="admin", password=PASSWORDS["admin"])["token"]
        mail = json.dumps({"subject": subject, "message_id": message_id})
        call("mailconnectorlink", token, mail=mail, targets=json.dumps([record]))


def test_an_answer_goes_where_its_conversation_is(at: Desk) -> None:
    ticket = at.crm.find("HelpDesk", ticket_title=TICKET).id
    link_earlier(at, "<offer-2027-003@northwind.example>", "Our offer", ticket)
    show(at, ANSWER)
    expect(row(at, TICKET)).to_contain_text("Same conversation (“Our offer”)")
    expect(row(at, "Mary Smith")).to_contain_text("Sender's address")
    expect_chosen(at, TICKET)
    expect(at.pane.get_by_text("Chosen for you: Same conversation")).to_be_visible()


def test_a_number_in_the_subject_is_a_reason(at: Desk) -> None:
    number = at.crm.find("HelpDesk", ticket_title=TICKET).fields["ticket_no"]
    at.outlook.alter(at.mailbox.named(STRANGER), {"subject": f"Question on [{number.lower()}]"})
    show(at, STRANGER)
    expect(row(at, TICKET)).to_contain_text(f"Its number is in the subject ({number})")
    expect_chosen(at, "")
    at.outlook.alter(at.mailbox.named(STRANGER), None)


def test_what_was_chosen_lately_is_suggested_until_signing_out(at: Desk) -> None:
    show(at, STRANGER)
    search_and_link(at, "Gru ferma", TICKET)
    at.expect_linked(TICKET)
    awaited(at.page, lambda: "lately" in at.mailbox.roaming_settings, "nothing was kept in the mailbox")
    kept = json.dumps(at.mailbox.roaming_settings)
    assert "@" not in kept
    assert TICKET not in kept
    show(at, START)
    show(at, STRANGER)
    expect(row(at, TICKET)).to_contain_text("Chosen lately for this correspondent")
    at.pane.get_by_role("button", name="Sign out").click()
    awaited(at.page, lambda: not at.mailbox.roaming_settings, "something is left in the mailbox")
    at.sign_in()
    expect(at.pane.get_by_role("button", name="Sign out")).to_be_visible()
    settled(at)
    expect(row(at, TICKET)).to_have_count(0)


def test_a_mailbox_that_saves_nothing_stops_no_link_and_is_told_at_the_end(at: Desk) -> None:
    show(at, STRANGER)
    at.outlook.behave(roaming="refused")
    search_and_link(at, "Gru ferma", TICKET)
    at.expect_linked(TICKET)
    settled(at)
    assert "lately" not in at.mailbox.roaming_settings
    show(at, START)
    show(at, STRANGER)
    expect(row(at, TICKET)).to_have_count(0)
