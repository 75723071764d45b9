"""Signing in: what goes wrong with addresses, networks and passwords, and what the pane says then.

tests/contract/test_passwords.py tries odd answers and passwords without a browser.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

import httpx
import pytest
from playwright.sync_api import expect

from pane.desk import Desk
from pane.shift import AN_HOUR, answered, said, settled, turn, until_struck
from sandbox_crm.faults import Fault
from workshop.certificate import Certificate
from workshop.serving import Server

pytestmark = pytest.mark.browser

FAILED_LOAD = "Failed to load resource|has been blocked by CORS policy"
"""What Chromium itself writes into the console when a request fails; nothing of the pane's."""


@pytest.fixture
def at(stock_pane: Desk) -> Iterator[Desk]:
    """The pane, with nobody signed in."""
    with turn(stock_pane) as there:
        yield there


def expect_signed_in(at: Desk) -> None:
    expect(at.pane.get_by_role("button", name="Sign out")).to_be_visible()


def expect_refused(at: Desk, words: str | re.Pattern[str], step: str | re.Pattern[str]) -> None:
    """The form is there, usable, says what happened and what to do; and the password is gone."""
    expect(at.pane.locator(".problems .what").first).to_contain_text(words)
    expect(at.pane.locator(".problems .next").first).to_contain_text(step)
    expect(at.pane.get_by_role("button", name="Sign in")).to_be_enabled()
    expect(at.pane.get_by_label("Password")).to_have_value("")


def failed(at: Desk) -> None:
    """Whatever is done next fails on the network, which the browser notes in its console."""
    at.allowed.append(FAILED_LOAD)


# Addresses ---------------------------------------------------------------------------------------


@pytest.mark.deep("ways and ends of a sign-in in a browser", few=2)
@pytest.mark.parametrize(
    "given",
    [
        "{host}/crm",
        "{host}/crm/",
        "  https://{host}/crm  ",
        "HTTPS://LOCALHOST:{port}/crm",
        "https://{host}/crm/index.php?module=Home&action=index&parenttab=My%20Home%20Page#top",
        "https://{host}/crm/restapi/v1/vtews/loginpwd",
        "https:/{host}//crm",
    ],
)
def test_the_address_may_be_given_as_people_have_it(at: Desk, given: str) -> None:
    host = at.url.split("/")[2]
    at.sign_in(url=given.format(host=host, port=host.partition(":")[2]))
    expect_signed_in(at)
    expect(at.pane.locator(".account .host")).to_have_text(host)


@pytest.mark.deep("ways and ends of a sign-in in a browser", few=2)
@pytest.mark.parametrize(
    ("given", "words", "step"),
    [
        ("http://crm.example.com", "unencrypted", "https://"),
        ("http://192.168.1.7/crm", "unencrypted", "ask your administrator for a certificate"),
        ("javascript:alert(1)", "not the address of a web server", "for example crm.example.com"),
        ("https://admin:secret@crm.example.com", "“crm.example.com” is not the address", "Enter the address"),
        ("crm example", "not the address of a web server", "Enter the address"),
        ("ftp://crm.example.com", "not the address of a web server", "Enter the address"),
    ],
)
def test_an_address_that_can_not_be_used_is_not_asked(at: Desk, given: str, words: str, step: str) -> None:
    at.sign_in(url=given)
    expect_refused(at, words, step)
    assert not [one for one in at.traffic if "vtews" in one.url]
    assert at.crm.failed_sign_ins("agent") == 0


def test_nothing_is_sent_while_a_field_is_empty(at: Desk) -> None:
    at.pane.get_by_label("Address of the CRM").fill(at.url)
    at.pane.get_by_label("User name").fill("agent")
    at.pane.get_by_role("button", name="Sign in").click()
    expect(at.pane.locator("#password:invalid")).to_be_focused()
    assert not [one for one in at.traffic if "vtews" in one.url]


@pytest.mark.deep("ways and ends of a sign-in in a browser")
def test_a_wrong_path_is_told_from_a_server_that_is_away(at: Desk) -> None:
    """Apache's 404 page has no CORS headers: the browser only says that something failed."""
    failed(at)
    at.sign_in(url=at.url.replace("/crm", "/vtenext"))
    expect_refused(at, re.compile("A server answers at localhost:.*may not show"), "Most often the path is wrong")
    assert not [one for one in at.traffic if one.url.startswith(f"{at.url}/")]


@pytest.mark.deep("ways and ends of a sign-in in a browser")
def test_nothing_listens_there(at: Desk, certificate: Certificate) -> None:
    failed(at)
    server = Server(None, certificate=certificate)
    server.close()
    at.allowed.append(re.escape(server.url))
    at.sign_in(url=f"{server.url}/crm")
    expect_refused(at, f"Nothing answers at localhost:{server.port}", re.compile("VPN.*certificate.*Local network"))


@pytest.mark.deep("ways and ends of a sign-in in a browser")
def test_a_crm_in_maintenance_mode_that_never_answered_may_be_a_wrong_path(at: Desk) -> None:
    failed(at)
    at.crm.quirks = replace(at.crm.quirks, maintenance=True)
    at.sign_in(url=at.url.replace("localhost", "127.0.0.1"))
    expect_refused(at, "A server answers at 127.0.0.1", "busy or down for maintenance: try again later")
    at.crm.quirks = replace(at.crm.quirks, maintenance=False)


@pytest.mark.deep("ways and ends of a sign-in in a browser")
def test_a_crm_in_maintenance_mode_that_one_was_signed_in_to_is_no_wrong_path(at: Desk) -> None:
    failed(at)
    at.sign_in()
    expect_signed_in(at)
    at.pane.get_by_role("button", name="Sign out").click()
    at.crm.quirks = replace(at.crm.quirks, maintenance=True)
    at.sign_in()
    expect_refused(at, "A server answers at localhost", "down for maintenance. Wait a moment and try again")
    at.crm.quirks = replace(at.crm.quirks, maintenance=False)
    at.sign_in()
    expect_signed_in(at)


@pytest.mark.deep("ways and ends of a sign-in in a browser")
def test_a_crm_that_is_down_for_maintenance(at: Desk) -> None:
    failed(at)
    at.crm.faults.add(Fault("loginpwd", "maintenance_503"))
    at.sign_in()
    expect(at.pane.locator(".problems .what")).to_contain_text("localhost")
    expect(at.pane.locator(".problems .next")).to_contain_text(re.compile("maintenance|Wait a moment"))
    at.sign_in()
    expect_signed_in(at)


def test_no_network(at: Desk) -> None:
    failed(at)
    at.context.set_offline(True)
    at.sign_in()
    expect_refused(at, "This device has no network connection.", "VPN")
    at.context.set_offline(False)
    at.sign_in()
    expect_signed_in(at)


def test_the_preflight_is_refused(at: Desk) -> None:
    """By another name, so that no preflight of an earlier test is remembered by the browser."""
    failed(at)
    other = at.url.replace("localhost", "127.0.0.1")
    at.crm.faults.add(Fault("*", "preflight_refused", times=9))
    at.sign_in(url=other)
    expect_refused(at, "A server answers at 127.0.0.1", "CORS headers")
    at.crm.faults.clear()
    at.sign_in(url=other)
    expect_signed_in(at)


@dataclass(frozen=True)
class Odd:
    """An odd answer to the sign-in."""

    kind: str
    words: str
    step: str


@pytest.mark.deep("ways and ends of a sign-in in a browser", few=1)
@pytest.mark.parametrize(
    "odd",
    [
        Odd("html", "a web page instead of data", "Open the CRM in a browser"),
        Odd("empty_json", "answer was empty", "Try again"),
        Odd("truncated_json", "broke off in the middle", "Try again"),
        Odd("error_500", "internal error", "tell your administrator"),
        Odd("fatal_500", "internal error", "tell your administrator"),
    ],
    ids=lambda odd: odd.kind,
)
def test_an_odd_answer_is_no_wrong_password(at: Desk, odd: Odd) -> None:
    at.allowed.append("Failed to load resource.*500")
    at.crm.faults.add(Fault("loginpwd", odd.kind))
    at.sign_in()
    expect_refused(at, odd.words, odd.step)
    at.sign_in()
    expect_signed_in(at)


# Passwords ---------------------------------------------------------------------------------------


def test_wrong_passwords_are_counted_and_the_third_warns(at: Desk) -> None:
    at.allowed.append("Failed to load resource.*500")
    warning = at.pane.locator(".problems .warning")
    for wrong in range(1, 4):
        expect(warning).to_have_count(0)
        at.sign_in(password=f"wrong-{wrong}")
        expect(at.pane.locator("#password:focus")).to_have_value("")
        expect_refused(at, "did not accept this user name and password", "ask your administrator")
    expect(warning).to_contain_text("vtenext locks a user at the fifth failed sign-in. Left: 2.")
    assert at.crm.failed_sign_ins("agent") == 3
    at.sign_in()
    expect_signed_in(at)
    assert not at.crm.is_locked("agent")


@pytest.mark.deep("ways and ends of a sign-in in a browser")
def test_another_user_has_another_count(at: Desk) -> None:
    at.allowed.append("Failed to load resource.*500")
    for user in ("agent", "agent", "sara", "sara"):
        at.sign_in(user, "wrong")
        expect_refused(at, "did not accept", "Check both")
    expect(at.pane.locator(".problems .warning")).to_have_count(0)


def test_one_click_is_one_attempt(at: Desk) -> None:
    at.allowed.append("Failed to load resource.*500")
    at.crm.faults.add(Fault("loginpwd", "slow", delay=AN_HOUR))
    at.pane.get_by_label("Address of the CRM").fill(at.url)
    at.pane.get_by_label("User name").fill("agent")
    at.pane.get_by_label("Password").fill("wrong")
    for _ in range(2):
        at.pane.locator("form").evaluate("form => { for (let i = 0; i < 5; i++) form.requestSubmit(); }")
        until_struck(at)
    at.crm.faults.release()
    expect_refused(at, "did not accept", "Check both")
    assert at.crm.failed_sign_ins("agent") == 1


@pytest.mark.deep("ways and ends of a sign-in in a browser")
def test_a_locked_user_hears_that_it_may_be_that(at: Desk) -> None:
    at.allowed.append("Failed to load resource.*500")
    for _ in range(5):
        body = {"username": "agent", "password": "wrong"}
        httpx.post(f"{at.url}/restapi/v1/vtews/loginpwd", json=body, verify=False)  # noqa: S501  # own certificate
    assert at.crm.is_locked("agent")
    at.sign_in()
    expect_refused(at, "The same answer comes when the user is locked", "active and not locked")


@pytest.mark.deep("ways and ends of a sign-in in a browser")
def test_a_deactivated_user(at: Desk) -> None:
    at.allowed.append("Failed to load resource.*500")
    at.crm.deactivate("agent")
    at.sign_in()
    expect_refused(at, "did not accept", "whether the user is active")


@pytest.mark.deep("ways and ends of a sign-in in a browser")
def test_a_user_name_beyond_ascii(at: Desk) -> None:
    at.sign_in("jürgen")
    expect_signed_in(at)
    expect(at.pane.locator(".account .user")).to_have_text("jürgen")
    expect(at.suggestion(re.compile("^Mary Smith"))).to_be_visible()
    assert at.crm.failed_sign_ins("jürgen") == 0


@pytest.mark.deep("ways and ends of a sign-in in a browser")
def test_white_space_around_the_user_name_is_forgiven_in_the_password_it_is_not(at: Desk) -> None:
    at.allowed.append("Failed to load resource.*500")
    at.sign_in("  agent ", "agent-sandbox")
    expect_signed_in(at)
    at.pane.get_by_role("button", name="Sign out").click()
    at.sign_in("agent", " agent-sandbox")
    expect_refused(at, "did not accept", "Check both")


# A sign-in that ends ------------------------------------------------------------------------------


def search(at: Desk, text: str) -> None:
    at.pane.get_by_role("searchbox").fill(text)


@pytest.mark.deep("ways and ends of a sign-in in a browser")
def test_a_renewed_key_costs_one_request_and_asks_to_sign_in_again(at: Desk) -> None:
    at.allowed.append("Failed to load resource.*401")
    at.sign_in()
    expect(at.suggestion(re.compile("^Mary Smith"))).to_be_visible()
    settled(at)
    at.crm.renew_access_key("agent")
    search(at, "Whitfield")
    expect(at.pane.get_by_role("heading", name="Sign in to your CRM")).to_be_visible()
    assert re.search("does not accept your sign-in any more.*Sign in again", said(at))
    assert at.crm.failed_sign_ins("agent") == 1
    at.sign_in()
    expect(at.suggestion(re.compile("^Mary Smith"))).to_be_visible()
    assert at.crm.failed_sign_ins("agent") == 0
    assert sum(one.status == 401 and bool(one.user) for one in at.crm.requests) == 1


@pytest.mark.deep("ways and ends of a sign-in in a browser")
def test_a_key_that_is_renewed_before_another_mail_is_opened_is_tried_once(at: Desk) -> None:
    """Suggestions and the question for earlier copies are asked together; only one of them may go out."""
    at.allowed.append("Failed to load resource.*401")
    at.sign_in()
    expect(at.suggestion(re.compile("^Mary Smith"))).to_be_visible()
    settled(at)
    at.crm.renew_access_key("agent")
    at.show("html-only")
    expect(at.pane.get_by_role("heading", name="Sign in to your CRM")).to_be_visible()
    assert at.crm.failed_sign_ins("agent") == 1


@pytest.mark.deep("ways and ends of a sign-in in a browser")
def test_a_link_goes_on_after_the_new_sign_in(at: Desk) -> None:
    at.allowed.append("Failed to load resource.*401")
    at.show("related-inline-images")
    at.sign_in()
    mary = at.crm.find("Contacts", firstname="Mary", lastname="Smith").id
    search(at, "Mary Smith")
    at.pane.get_by_role("searchbox").press("Enter")
    found = at.pane.get_by_role("region", name="Find another record")
    found.get_by_role("checkbox", name=re.compile("^Mary Smith")).check()
    settled(at)
    at.crm.clear_requests()
    at.outlook.fault("headers", "slow", times=0)
    at.pane.get_by_role("button", name="Link to Mary Smith").click()
    at.outlook.wait_for_held()
    # Its record is read and the mail looked for meanwhile: a renewed key would refuse each of these calls.
    answered(at, "retrieve", "query")
    at.crm.renew_access_key("agent")
    at.outlook.clear_faults()
    expect(at.pane.get_by_role("heading", name="Sign in to your CRM")).to_be_visible()
    expect(at.pane.locator(".fold")).to_contain_text("It goes on when you have signed in")
    assert at.crm.failed_sign_ins("agent") == 1
    at.sign_in()
    at.expect_linked("Mary Smith")
    [message] = at.crm.linked_messages(mary)
    assert len(at.crm.messages()) == 1
    assert (
        len(at.crm.documents())
        == len(message.attachments)
        == len(at.mailbox.named("related-inline-images").attachments)
    )


@pytest.mark.deep("ways and ends of a sign-in in a browser")
def test_signing_out_forgets_what_was_shown(at: Desk) -> None:
    at.sign_in()
    expect(at.suggestion(re.compile("^Mary Smith"))).to_be_visible()
    at.pane.get_by_role("button", name="Sign out").click()
    expect(at.pane.get_by_role("heading", name="Sign in to your CRM")).to_be_visible()
    text = at.pane.locator("body").inner_text()
    assert "Northwind" not in text
    assert "Mary" not in text
