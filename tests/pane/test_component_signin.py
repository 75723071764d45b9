"""Signing in where the CRM has the Mail Connector component: a token, a second factor, a licence, versions that fit.

tests/contract/test_entering.py tries nearly all of it without a browser.
"""

from __future__ import annotations

import datetime
import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, expect

from pane.counter import (
    asked,
    component_of,
    counter,
    expect_refused,
    expect_signed_in,
    expect_stored_once,
    expect_suggestions,
    forward,
    search_and_link,
    visit,
)
from pane.desk import Desk
from sandbox_crm.component.component import Component
from workshop.certificate import Certificate

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def one_pane(browser: Browser, production: Path, certificate: Certificate) -> Iterator[Desk]:
    """One pane for all tests here, far from the CRM's time zone; it needs the component, as the build comes."""
    with counter(browser, production, certificate, timezone_id="Asia/Kolkata") as at:
        yield at


@pytest.fixture
def at(one_pane: Desk) -> Iterator[Desk]:
    """The pane, with nobody signed in."""
    with visit(one_pane) as there:
        yield there


# Password ----------------------------------------------------------------------------------------


def test_a_password_gets_a_token_that_serves_for_everything(at: Desk) -> None:
    """No access key reaches the pane, and no stock operation is called."""
    at.show("related-inline-images")
    at.sign_in()
    expect_signed_in(at)
    search_and_link(at, "Mary Smith", "Mary Smith", calmly=True)
    at.expect_linked("Mary Smith")
    expect_stored_once(at, "related-inline-images", at.crm.find("Contacts", firstname="Mary", lastname="Smith").id)
    named = {"status", "login", "link", "find", "search", "mail", "record"}
    # The forms of new records are asked for at leisure, which may come after the link.
    assert set(asked(at)) - {"mailconnectorforms"} == {f"mailconnector{name}" for name in named}
    key = at.crm.access_key("agent")
    for request in at.traffic:
        if "/vtews/" in request.url and request.method == "POST":
            # That no answer has it is tried on CPython: a browser does not keep all answers.
            assert key.encode() not in (request.post_data_buffer or b"")
            signing = request.url.endswith(("status", "login"))
            scheme = request.all_headers().get("authorization", "").partition(" ")[0]
            assert scheme == ("" if signing else "Bearer"), request.url


@pytest.mark.deep("ways and ends of a sign-in in a browser")
def test_a_mail_and_its_files_travel_together(at: Desk) -> None:
    at.show("related-inline-images")
    at.sign_in()
    search_and_link(at, "Mary Smith", "Mary Smith", calmly=True)
    at.expect_linked("Mary Smith")
    [upload] = [one for one in at.crm.requests if one.files]
    assert (upload.operation, upload.status) == ("mailconnectorlink", 200)
    assert upload.files == len(at.mailbox.named("related-inline-images").attachments)


def test_suggestions_come_in_one_call_and_tell_their_reason(at: Desk) -> None:
    at.sign_in()
    expect_suggestions(at)
    rows = at.pane.get_by_role("region", name="Suggested records").get_by_role("checkbox")
    expect(rows.first).to_have_accessible_name(re.compile("Mary Smith.*Sender's address"))
    for name in ("Northwind Traders", "Northwind: cold store 2027", "Cooling unit reports error E42"):
        expect(at.suggestion(re.compile(f"^{name}"))).to_be_visible()
    assert asked(at).count("mailconnectorfind") == 1
    [request] = [one for one in at.traffic if one.url.endswith("/mailconnectorfind")]
    sent = json.loads(request.post_data or "")
    assert {"mail": "mary.smith@northwind.example", "role": "from"} in json.loads(sent["people"])
    assert sent["message_id"] == at.mailbox.named("plain-ascii").internet_message_id


def test_everybody_sees_who_linked_the_mail_and_to_what(at: Desk) -> None:
    at.sign_in("sara")
    expect_signed_in(at, "Sara Lind")
    at.link_to("Mary Smith")
    at.expect_linked("Mary Smith")
    at.pane.get_by_role("button", name="Sign out").click()
    at.sign_in()
    expect_signed_in(at)
    told = at.pane.locator(".box", has_text="Sara Lind")
    expect(told).to_contain_text(re.compile(r"Sara Lind stored this mail on .*\d"))
    expect(told.get_by_role("button", name="Open in CRM: Mary Smith")).to_be_visible()
    expect(told).to_contain_text("Linking it now stores a copy of your own beside it")
    at.link_to("Northwind Traders")
    at.expect_linked("Northwind Traders")
    assert len(at.crm.messages()) == 2
    at.pane.get_by_role("button", name="Sign out").click()
    at.sign_in()
    expect(told).to_contain_text("Luca Conti stored this mail")
    expect(told).to_contain_text("adds only what is missing")


def test_the_name_is_the_persons(at: Desk) -> None:
    at.sign_in()
    expect_signed_in(at)
    expect(at.pane.get_by_text("Without the Mail Connector component")).to_have_count(0)


Change = Callable[[Desk, Component], object]

REFUSALS: dict[str, tuple[Change, str, str]] = {
    "inactive": (lambda at, _: at.crm.deactivate("agent"), "deactivated", "activate"),
    "too many": (lambda _, crm: fail_often(crm), "Too many sign-ins", "Wait"),
    "no licence": (lambda _, crm: setattr(crm, "licence", "missing"), "no active licence", "activate it"),
    "licence over": (lambda _, crm: setattr(crm, "licence", "expired"), "has ended", "renew it"),
    "licence past": (
        lambda _, crm: setattr(crm, "until", datetime.date(2026, 10, 31)), "has ended", "stays in the CRM",
    ),
    "no seat": (lambda _, crm: setattr(crm, "seats", 0), "are taken (0)", "free a seat"),
    "pane old": (lambda _, crm: setattr(crm, "pane_minimum", "1.2.0"), "1.0.0", "host has to be updated"),
    "pane new": (lambda _, crm: setattr(crm, "pane_maximum", "0.9"), "0.9", "now version 1.0.0"),
    "page not set up": (lambda _, crm: page_only(crm, {"agent"}), "has to sign in on the CRM's own page", "switch"),
    "nobody by password": (lambda _, crm: page_only(crm, set()), "own page, which", "switch"),
}  # fmt: skip


def fail_often(component: Component) -> None:
    for _ in range(20):
        component.count_failure("127.0.0.1")


def page_only(component: Component, users: set[str]) -> None:
    component.page_only, component.password = users, bool(users)
    component.redirects.clear()


@pytest.mark.deep("ways and ends of a sign-in in a browser", few=2)
@pytest.mark.parametrize("case", REFUSALS)
def test_a_refusal_says_what_happened_and_whom_to_ask(at: Desk, case: str) -> None:
    change, words, step = REFUSALS[case]
    change(at, component_of(at))
    at.sign_in()
    expect_refused(at, words, step)
    expect(at.pane.locator(".problems", has_text=re.compile("[{}]|unknown"))).to_have_count(0)
    expect(at.pane.locator(".account")).to_have_count(0)
    if case in ("no licence", "licence over", "licence past", "pane old", "pane new", "nobody by password"):
        assert set(asked(at)) == {"mailconnectorstatus"}, "the password was sent for nothing"


@pytest.mark.deep("ways and ends of a sign-in in a browser")
def test_both_versions_are_told(at: Desk) -> None:
    component_of(at).pane_minimum = "1.2.0"
    at.sign_in()
    expect_refused(at, re.compile(r"version 1\.0\.0.*from version 1\.2\.0"))
    component_of(at).pane_minimum, component_of(at).pane_maximum = "0.1", "0.9"
    component_of(at).version = "0.9.3"
    at.sign_in()
    expect_refused(at, re.compile(r"version 1\.0\.0.*up to version 0\.9"), re.compile(r"now version 0\.9\.3"))


@pytest.mark.deep("ways and ends of a sign-in in a browser")
@pytest.mark.parametrize(("minimum", "maximum"), [("1", "1"), ("1.0", "1.0"), ("1.0.0.0", "1.0.0"), ("0.9.9", None)])
def test_versions_that_fit(at: Desk, minimum: str, maximum: str | None) -> None:
    component_of(at).pane_minimum, component_of(at).pane_maximum = minimum, maximum
    at.sign_in()
    expect_signed_in(at)


@pytest.mark.deep("ways and ends of a sign-in in a browser")
def test_who_has_a_seat_keeps_it_when_none_is_left(at: Desk) -> None:
    at.sign_in()
    expect_signed_in(at)
    component_of(at).exhaust_seats()
    at.link_to("Mary Smith")
    at.expect_linked("Mary Smith")


def test_wrong_passwords_lock_nobody_and_nothing_says_so(at: Desk) -> None:
    for wrong in range(1, 4):
        at.sign_in(password=f"wrong-{wrong}")
        expect(at.pane.locator("#password:focus")).to_have_value("")
        expect_refused(at, "did not accept this user name and password", "Check both")
    expect(at.pane.locator(".problems .warning")).to_have_count(0)
    assert at.crm.failed_sign_ins("agent") == 0
    at.sign_in()
    expect_signed_in(at)


def test_without_the_component_nothing_is_sent_but_the_question_for_it(at: Desk) -> None:
    """The build's own policy: the pane explains what is missing, and whom to ask."""
    at.allowed.append("Failed to load resource.*400")
    at.crm.remove_component()
    at.sign_in()
    expect_refused(at, f"not installed on {urlsplit(at.url).netloc}", "administrator or vtenext partner to install")
    assert asked(at) == ["mailconnectorstatus", "listtypes", "mailconnectorstatus"], "and whether the CRM is well"
    assert not [one for one in at.traffic if "agent-sandbox" in (one.post_data or "")]
    at.crm.install_component()
    at.sign_in()
    expect_signed_in(at)


# Code --------------------------------------------------------------------------------------------


def ask_for_code(at: Desk, channel: str = "wilson") -> None:
    component_of(at).second_factor["agent"] = channel
    component_of(at).resend_seconds = 0
    at.sign_in()
    expect(at.pane.get_by_role("heading", name="Enter your code")).to_be_visible()


def enter(at: Desk, code: str) -> None:
    at.pane.get_by_role("textbox", name="Code").fill(code)
    at.pane.get_by_role("button", name="Sign in", exact=True).click()


@pytest.mark.deep("ways and ends of a sign-in in a browser", few=1)
@pytest.mark.parametrize(("channel", "words"), [("wilson", "to your Wilson app"), ("mail", "by e-mail")])
def test_a_code_is_the_second_factor(at: Desk, channel: str, words: str) -> None:
    ask_for_code(at, channel)
    form = at.pane.get_by_role("region", name="Enter your code")
    expect(form).to_contain_text(words)
    expect(form).to_contain_text("valid for 60 seconds")
    expect(at.pane.get_by_role("textbox", name="Code")).to_be_focused()
    expect(at.pane.get_by_label("Password")).to_have_count(0)
    code = component_of(at).last_code("agent")
    enter(at, f" {code[:3]} {code[3:]} ")
    expect_signed_in(at)
    expect_suggestions(at)


def test_a_wrong_code_costs_an_attempt_and_the_fifth_voids_it(at: Desk) -> None:
    ask_for_code(at)
    right = component_of(at).last_code("agent")
    wrong = f"{(int(right) + 1) % 1_000_000:06}"
    for left in range(4, -1, -1):
        enter(at, wrong)
        expect_refused(at, f"Attempts left: {left}.")
        expect(at.pane.get_by_role("textbox", name="Code")).to_have_value("")
    enter(at, right)
    expect_refused(at, "expired")
    # The CRM tells whole seconds, by which a code is known as another one; the steps so far may take less than one.
    forward(at, seconds=1)
    at.pane.get_by_role("button", name="Send another code").click()
    expect(at.pane.get_by_text("Another code was sent.")).to_be_visible()
    enter(at, component_of(at).last_code("agent"))
    expect_signed_in(at)
    assert at.crm.failed_sign_ins("agent") == 0


@pytest.mark.deep("ways and ends of a sign-in in a browser")
def test_a_code_that_is_too_late_and_another_one(at: Desk) -> None:
    ask_for_code(at, "mail")
    late = component_of(at).last_code("agent")
    forward(at, seconds=61)
    enter(at, late)
    expect_refused(at, "This code has expired")
    at.pane.get_by_role("button", name="Send another code").click()
    expect(at.pane.get_by_text("Another code was sent.")).to_be_visible()
    expect(at.pane.locator(".problems .what")).to_have_count(0)
    enter(at, component_of(at).last_code("agent"))
    expect_signed_in(at)


@pytest.mark.deep("ways and ends of a sign-in in a browser")
def test_a_code_that_is_asked_for_again_at_once_is_still_the_same(at: Desk) -> None:
    ask_for_code(at)
    component_of(at).resend_seconds = 10
    at.pane.get_by_role("button", name="Send another code").click()
    expect_refused(at, "at most every few seconds")
    expect(at.pane.get_by_text("Another code was sent.")).to_have_count(0)
    assert len(component_of(at).codes.sent) == 1
    enter(at, component_of(at).last_code("agent"))
    expect_signed_in(at)


def test_back_to_the_password_forgets_it(at: Desk) -> None:
    ask_for_code(at)
    at.pane.get_by_role("button", name="Back").click()
    expect(at.pane.get_by_label("Password")).to_have_value("")
    expect(at.pane.get_by_label("User name")).to_have_value("agent")
    del component_of(at).second_factor["agent"]
    at.sign_in("sara")
    expect_signed_in(at, "Sara Lind")


@pytest.mark.deep("ways and ends of a sign-in in a browser")
def test_what_changes_while_the_code_is_awaited_is_told(at: Desk) -> None:
    ask_for_code(at)
    component_of(at).licence = "expired"
    enter(at, component_of(at).last_code("agent"))
    expect_refused(at, "has ended")
    expect(at.pane.get_by_label("Password")).to_be_visible()


def test_a_code_does_not_lose_the_crms_time_zone(at: Desk) -> None:
    """Times of mails are stored in it; after a code it must be known as after a password."""
    ask_for_code(at)
    enter(at, component_of(at).last_code("agent"))
    expect_signed_in(at)
    at.link_to("Mary Smith")
    at.expect_linked("Mary Smith")
    assert not {"revise", "mailconnectorfill"} & set(asked(at)), "the time zone had to be found out by a wrong date"
