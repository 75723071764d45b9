"""A session by token: how it lasts, how it ends, and that nothing is lost or left behind then.

tests/contract/test_lasting.py tries much of it without a browser.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx
import pytest
from playwright.sync_api import Browser, expect

from pane.clock import awaited
from pane.counter import (
    allow,
    asked,
    component_of,
    counter,
    expect_refused,
    expect_signed_in,
    expect_stored_once,
    expect_suggestions,
    forward,
    opened_page,
    search_and_link,
    sign_in_there,
    visit,
)
from pane.desk import Desk, configured
from pane.shift import START, answered, said, shift
from pane.test_secrets import Witness, leaks, stored
from sandbox_crm.component.component import Component
from sandbox_crm.faults import Fault
from standin_outlook.chromium import FOREIGN_HOST, launch_options
from workshop.browser import find
from workshop.certificate import Certificate

pytestmark = pytest.mark.browser

KEEP = "Stay signed in on this device"
FILES = "related-inline-images"
SIGN_IN = re.compile("^Sign in to your CRM")


@pytest.fixture
def at(component_pane: Desk) -> Iterator[Desk]:
    """The pane, with nobody signed in."""
    with visit(component_pane) as there:
        yield there


def expect_signed_out(at: Desk) -> None:
    expect(at.pane.get_by_role("heading", name=SIGN_IN)).to_be_visible()
    expect(at.pane.locator(".account")).to_have_count(0)


def reopen(at: Desk) -> None:
    """Close the pane, and open it again."""
    at.outlook.close_pane()
    at.outlook.open_pane()
    at.outlook.pin()
    at.ready()


def signed_in_and_kept(at: Desk) -> None:
    at.pane.get_by_label(KEEP).check()
    at.sign_in()
    expect_suggestions(at)
    asked_at_leisure(at)


def asked_at_leisure(at: Desk) -> None:
    """Wait for what is asked when the suggestions stand: else it is the first to find out that a sign-in has ended."""
    answered(at, "mailconnectorforms", "mailconnectorrecord")


def mary(at: Desk) -> str:
    return at.crm.find("Contacts", firstname="Mary", lastname="Smith").id


# Where one is signed in ----------------------------------------------------------------------------


def test_another_device_is_seen_and_ended(at: Desk) -> None:
    told = {"username": "agent", "password": "agent-sandbox", "device": "Outlook for <b>Mac</b>"}
    body = httpx.post(f"{at.url}/restapi/v1/vtews/mailconnectorlogin", json=told, verify=False).json()  # noqa: S501
    assert body["data"]["ok"]
    at.sign_in()
    expect_signed_in(at)
    button = at.pane.get_by_role("button", name="Devices")
    expect(button).to_have_attribute("aria-expanded", "false")
    button.click()
    listed = at.pane.get_by_role("region", name="Where you are signed in").get_by_role("listitem")
    expect(listed).to_have_count(2)
    expect(listed.filter(has_text="This device")).to_have_count(1)
    expect(listed.filter(has_text="This device").get_by_role("button")).to_have_count(0)
    listed.get_by_role("button", name="End the sign-in on Outlook for <b>Mac</b>").click()
    expect(listed).to_have_count(1)
    assert len(component_of(at).devices.live()) == 1
    button.click()
    expect(listed).to_have_count(0)
    expect_signed_in(at)


# What ends a session while a mail is being linked --------------------------------------------------


ENDS: dict[str, tuple[Callable[[Desk, Component], object], str]] = {
    "expired": (lambda _, component: component.expire_tokens(), "for a limited time"),
    "revoked": (lambda _, component: component.revoke_tokens("agent"), "by you or by an administrator"),
    "deactivated": (lambda at, _: at.crm.deactivate("agent"), "Your user was deactivated"),
    "password": (lambda at, _: at.crm.set_password("agent", "another-password"), "Your password in the CRM was"),
    "access key": (lambda at, _: at.crm.renew_access_key("agent"), "Your access key in the CRM was renewed"),
}


@pytest.mark.deep("ways and ends of a sign-in in a browser", few=1)
@pytest.mark.parametrize("how", ENDS)
def test_a_link_goes_on_after_signing_in_again(at: Desk, how: str) -> None:
    """Each end says what it was; nobody is locked by it; the CRM holds exactly one mail, with all its files."""
    end, words = ENDS[how]
    at.show(FILES)
    at.sign_in()
    expect_signed_in(at)
    at.outlook.fault("body", "slow", times=0)
    search_and_link(at, "Mary Smith", "Mary Smith")
    at.outlook.wait_for_held()
    answered(at)
    end(at, component_of(at))
    at.outlook.clear_faults()
    expect_signed_out(at)
    assert words in said(at)
    expect(at.pane.locator(".fold")).to_contain_text("It goes on when you have signed in")
    assert at.crm.failed_sign_ins("agent") == 0
    if how == "deactivated":
        at.sign_in()
        expect_refused(at, "deactivated")
        at.crm.deactivate("agent", active=True)
    at.sign_in(password="another-password" if how == "password" else None)
    at.expect_linked("Mary Smith")
    expect_stored_once(at, FILES, mary(at))


def stop_after_upload(at: Desk) -> None:
    """Let a link fail once its mail is stored and the answer lost, so that it waits for the user."""
    at.allowed.append("Failed to load resource")
    asked_at_leisure(at)
    at.outlook.fault("body", "slow", times=0)
    search_and_link(at, "Mary Smith", "Mary Smith")
    at.outlook.wait_for_held()
    # The look for earlier copies names the same module, and so does the question whether the mail can go as a whole.
    answered(at)
    at.crm.faults.add(Fault("*", "error_500", module="Messages", when="after"))
    at.crm.faults.add(Fault("*", "error_500", module="Messages"))
    at.outlook.clear_faults()
    expect(at.pane.get_by_role("heading", name=re.compile("^Not"))).to_be_visible()
    assert len(at.crm.messages()) == 1


@pytest.mark.deep("ways and ends of a sign-in in a browser")
def test_a_session_that_ends_after_the_upload_stores_nothing_twice(at: Desk) -> None:
    at.show(FILES)
    at.sign_in()
    expect_signed_in(at)
    stop_after_upload(at)
    component_of(at).expire_tokens()
    at.pane.get_by_role("button", name="Try again").click()
    expect_signed_out(at)
    at.sign_in()
    at.expect_linked("Mary Smith")
    expect_stored_once(at, FILES, mary(at))


@pytest.mark.deep("ways and ends of a sign-in in a browser")
def test_an_interrupted_link_is_not_gone_on_with_by_somebody_else(at: Desk) -> None:
    """Neither by password nor on the CRM's page; the token that the page gave is revoked at once."""
    at.show(FILES)
    at.sign_in()
    expect_signed_in(at)
    stop_after_upload(at)
    component_of(at).expire_tokens()
    at.pane.get_by_role("button", name="Try again").click()
    expect_signed_out(at)
    at.sign_in("sara")
    expect_refused(at, re.compile("agent"))
    page = opened_page(at)
    sign_in_there(page, "sara")
    allow(page)
    expect_refused(at, re.compile("agent"))
    assert [one.user for one in component_of(at).devices.live()] == []
    at.sign_in()
    at.expect_linked("Mary Smith")
    expect_stored_once(at, FILES, mary(at))


@pytest.mark.deep("ways and ends of a sign-in in a browser")
def test_a_licence_that_ends_meanwhile(at: Desk) -> None:
    """Nothing is lost: it is said, and once the licence is renewed the same pane goes on."""
    at.sign_in()
    expect_suggestions(at)
    component_of(at).licence = "expired"
    at.link_to("Mary Smith")
    expect(at.pane.get_by_role("heading", name="Not linked")).to_be_visible()
    assert re.search("licence of the Mail Connector on .* has ended.*renew it", said(at))
    assert at.crm.messages() == []
    component_of(at).licence = "active"
    at.pane.get_by_role("button", name="Try again").click()
    at.expect_linked("Mary Smith")
    assert len(at.crm.messages()) == 1


# Staying signed in --------------------------------------------------------------------------------


def test_a_kept_token_signs_in_and_its_owner_is_named(at: Desk) -> None:
    signed_in_and_kept(at)
    at.crm.clear_requests()
    reopen(at)
    expect_suggestions(at)
    expect_signed_in(at)
    assert not {"mailconnectorlogin", "mailconnectorrenew"} & set(asked(at))
    at.pane.get_by_role("button", name="Sign out").click()
    expect_signed_out(at)
    reopen(at)
    expect_signed_out(at)


@pytest.mark.deep("ways and ends of a sign-in in a browser")
def test_a_kept_token_is_renewed_when_that_is_worth_it(at: Desk) -> None:
    signed_in_and_kept(at)
    [before] = component_of(at).devices.live()
    kept = stored(at.pane)["indexedDB"]
    forward(at, days=16)
    reopen(at)
    expect_signed_in(at)
    awaited(at.page, lambda: stored(at.pane)["indexedDB"] != kept, "the new token was never kept")
    expect(at.pane.locator("[aria-busy=true]")).to_have_count(0)
    assert asked(at).count("mailconnectorrenew") == 1
    [after] = component_of(at).devices.live()
    assert (after.number, after.token == before.token) == (before.number, False)
    # The new one is what is kept now: the old one has long ended.
    forward(at, minutes=5)
    reopen(at)
    expect_signed_in(at)
    expect_suggestions(at)
    assert asked(at).count("mailconnectorrenew") == 1


@pytest.mark.deep("ways and ends of a sign-in in a browser")
def test_a_kept_token_that_has_ended_is_wiped(at: Desk) -> None:
    signed_in_and_kept(at)
    forward(at, days=31)
    reopen(at)
    expect_signed_out(at)
    assert "for a limited time" in said(at)
    reopen(at)
    expect_signed_out(at)
    assert said(at) == ""


@pytest.mark.deep("ways and ends of a sign-in in a browser")
@pytest.mark.parametrize(
    ("setting", "value", "words"),
    [
        ("licence", "missing", "no active licence"),
        ("licence", "expired", "has ended"),
        ("pane_minimum", "1.2", "version 1.0.0"),
        ("pane_maximum", "0.9", "up to version 0.9"),
    ],
)
def test_a_kept_token_waits_until_pane_and_crm_fit_again(at: Desk, setting: str, value: str, words: str) -> None:
    signed_in_and_kept(at)
    before = getattr(component_of(at), setting)
    setattr(component_of(at), setting, value)
    reopen(at)
    expect_signed_out(at)
    assert words in said(at)
    expect(at.pane.locator(".notices .box")).to_have_count(0)
    setattr(component_of(at), setting, before)
    reopen(at)
    expect_signed_in(at)


@pytest.mark.deep("ways and ends of a sign-in in a browser")
def test_a_kept_token_of_a_crm_whose_component_is_gone(at: Desk) -> None:
    at.allowed.append("Failed to load resource.*400")
    signed_in_and_kept(at)
    at.crm.remove_component()
    reopen(at)
    expect_signed_out(at)
    assert "not installed on" in said(at)
    at.crm.install_component()


# Signing out --------------------------------------------------------------------------------------


def test_signing_out_is_one_click_and_revokes(at: Desk) -> None:
    # Without the tick: the sign-in outlives the pane, not Outlook's window, and can't be read where it is kept.
    at.sign_in()
    expect_suggestions(at)
    asked_at_leisure(at)
    reopen(at)
    expect_suggestions(at)
    assert "mail-connector.sitting" in stored(at.pane)["sessionStorage"]
    assert "CryptoKey extractable=false" in stored(at.pane)["indexedDB"]
    assert [one.user for one in component_of(at).devices.live()] == ["agent"]
    before = len(at.crm.messages())
    with at.page.expect_response(re.compile("mailconnectorlogout$")):
        at.pane.get_by_role("button", name="Sign out").click()
    expect_signed_out(at)
    assert component_of(at).devices.live() == []
    assert "CryptoKey" not in stored(at.pane)["indexedDB"]
    assert "sitting" not in stored(at.pane)["sessionStorage"]
    assert len(at.crm.messages()) == before


@pytest.mark.deep("ways and ends of a sign-in in a browser", few=1)
@pytest.mark.parametrize("fault", ["maintenance_503", "reset", "never_answers"])
def test_signing_out_works_while_the_crm_does_not(at: Desk, fault: str) -> None:
    signed_in_and_kept(at)
    expect(at.pane.locator("[aria-busy=true]")).to_have_count(0)
    at.allowed.append("Failed to load resource|blocked by CORS policy")
    at.crm.faults.add(Fault("*", fault, times=9))
    at.pane.get_by_role("button", name="Sign out").click()
    expect_signed_out(at)
    assert "CryptoKey" not in stored(at.pane)["indexedDB"]
    at.crm.faults.clear()
    at.sign_in("sara")
    expect_signed_in(at, "Sara Lind")


def test_nothing_of_one_user_is_shown_to_the_next(at: Desk) -> None:
    at.sign_in()
    expect_signed_in(at)
    at.link_to("Mary Smith")
    at.expect_linked("Mary Smith")
    at.pane.get_by_role("button", name="Sign out").click()
    at.sign_in("sara")
    expect_signed_in(at, "Sara Lind")
    expect(at.pane.get_by_role("heading", name="Linked to Mary Smith")).to_have_count(0)


# Secrets ------------------------------------------------------------------------------------------

THE_RIGHT_PLACE = re.compile(r"mailconnector(login: (body|answer)|renew: answer): ")


def test_no_secret_stands_anywhere_else(at: Desk) -> None:
    witness = Witness(at)
    component_of(at).second_factor["agent"] = "wilson"
    secrets = {"password": "agent-sandbox", "access key": at.crm.access_key("agent")}
    at.pane.get_by_label(KEEP).check()
    at.sign_in()
    expect(at.pane.get_by_role("heading", name="Enter your code")).to_be_visible()
    assert not wrong_places(at, witness, secrets)
    at.pane.get_by_role("textbox", name="Code").fill(component_of(at).last_code("agent"))
    at.pane.get_by_role("button", name="Sign in", exact=True).click()
    expect_suggestions(at)
    answers = [one.response() for one in at.traffic if one.url.endswith("/mailconnectorlogin") and one.method == "POST"]
    secrets["token"] = [json.loads(one.text())["data"] for one in answers if one][-1]["result"]["token"]
    assert not wrong_places(at, witness, secrets)
    at.link_to("Mary Smith")
    at.expect_linked("Mary Smith")
    reopen(at)
    expect_signed_in(at)
    assert not wrong_places(at, witness, secrets)
    at.pane.get_by_role("button", name="Sign out").click()
    expect_signed_out(at)
    assert not wrong_places(at, witness, secrets)


def wrong_places(at: Desk, witness: Witness, secrets: dict[str, str]) -> list[str]:
    return [one for one in leaks(at, witness, secrets) if not THE_RIGHT_PLACE.search(one)]


# Configurations -----------------------------------------------------------------------------------


@contextmanager
def set_up(
    browser: Browser, build: Path, certificate: Certificate, folder: Path, settings: Callable[[str], dict[str, Any]]
) -> Iterator[Desk]:
    """A desk whose pane is configured for its CRM."""
    out = configured(build, folder / "dist")
    with shift(browser, out, certificate) as at:
        (out / "config.json").write_text(json.dumps(settings(at.url)), "utf-8")
        at.crm.install_component()
        at.open(START)
        yield at


@pytest.mark.deep("ways and ends of a sign-in in a browser")
def test_the_only_crm_of_an_organization(
    browser: Browser, production: Path, certificate: Certificate, tmp_path: Path
) -> None:
    def fixed(url: str) -> dict[str, Any]:
        return {"crm_urls": [url], "free_url": False, "stay_signed_in": False, "support": "Desk 4711"}

    with set_up(browser, production, certificate, tmp_path, fixed) as at:
        expect(at.pane.get_by_label("Address of the CRM")).to_have_count(0)
        expect(at.pane.get_by_label(KEEP)).to_have_count(0)
        expect(at.pane.get_by_text(at.url)).to_be_visible()
        expect(at.pane.get_by_text("Help: Desk 4711")).to_be_visible()
        at.pane.get_by_label("User name").fill("agent")
        at.pane.get_by_label("Password").fill("agent-sandbox")
        at.pane.get_by_role("button", name="Sign in", exact=True).click()
        expect_signed_in(at)


@pytest.mark.deep("ways and ends of a sign-in in a browser")
def test_one_of_several_crms_and_another_one(
    browser: Browser, production: Path, certificate: Certificate, tmp_path: Path
) -> None:
    """Switching the CRM means signing out of the first one."""

    def several(url: str) -> dict[str, Any]:
        other = url.replace("localhost", "127.0.0.1")
        return {"crm_urls": ["https://crm.example.com/first", url, other], "licence": "optional", "surprise": 1}

    with set_up(browser, production, certificate, tmp_path, several) as at:
        choice = at.pane.get_by_role("combobox", name="CRM")
        host = urlsplit(at.url).netloc
        expect(choice.locator("option")).to_have_text(
            ["crm.example.com", host, host.replace("localhost", "127.0.0.1"), "Another address…"]
        )

        def sign_in(address: str) -> None:
            choice.select_option(address)
            at.pane.get_by_label("User name").fill("agent")
            at.pane.get_by_label("Password").fill("agent-sandbox")
            at.pane.get_by_role("button", name="Sign in", exact=True).click()

        sign_in(at.url)
        expect_signed_in(at)
        expect(at.pane.locator("#crm, #url")).to_have_count(0)
        with at.page.expect_response(re.compile("mailconnectorlogout$")):
            at.pane.get_by_role("button", name="Sign out").click()
        assert component_of(at).devices.live() == []
        sign_in(at.url.replace("localhost", "127.0.0.1"))
        expect(at.pane.locator(".account .host")).to_have_text(host.replace("localhost", "127.0.0.1"))
        # Without the component the pane works here too, and says so.
        at.pane.get_by_role("button", name="Sign out").click()
        at.allowed.append("Failed to load resource.*400")
        at.crm.remove_component()
        sign_in(at.url)
        expect(at.pane.get_by_text("Without the Mail Connector component")).to_be_visible()
        expect_suggestions(at)
        at.link_to("Mary Smith")
        at.expect_linked("Mary Smith")


# A foreign frame, as in Outlook on the web -----------------------------------------------------------


def test_everything_in_a_foreign_frame(browser: Browser, production: Path, certificate: Certificate) -> None:
    """Outlook's site is not the pane's: storage is partitioned, windows are blocked unless somebody clicked."""
    flags = [flag for flag in find().headless_flags if flag]
    opened = browser.browser_type.launch(executable_path=find().path, **launch_options(flags))
    try:
        with (
            counter(opened, production, certificate, host=FOREIGN_HOST, reduced_motion="no-preference") as one,
            visit(one) as at,
        ):
            component_of(at).second_factor["agent"] = "wilson"
            at.pane.get_by_label(KEEP).check()
            at.sign_in()
            expect(at.pane.get_by_role("heading", name="Enter your code")).to_be_visible()
            at.pane.get_by_role("textbox", name="Code").fill(component_of(at).last_code("agent"))
            at.pane.get_by_role("button", name="Sign in", exact=True).click()
            expect_suggestions(at)
            reopen(at)
            expect_signed_in(at)
            at.pane.get_by_role("button", name="Sign out").click()
            component_of(at).second_factor.clear()
            page = opened_page(at)
            sign_in_there(page)
            allow(page)
            expect_signed_in(at)
            at.link_to("Mary Smith")
            at.expect_linked("Mary Smith")
            at.pane.get_by_role("button", name="Sign out").click()
            opened_page(at).close()
            expect_refused(at, "was closed before")
            component_of(at).page_only.add("agent")
            with at.context.expect_page() as opening:
                at.sign_in()
            allow(opening.value)
            expect_signed_in(at)
    finally:
        opened.close()
