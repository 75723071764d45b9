"""The sign-in form before Python is there: it takes input at once, and nothing of that is lost."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, Route, expect

from certificate import Certificate
from pane.boot.waking import until
from pane.counter import return_address
from pane.desk import Desk, configured, desk
from sandbox_crm.crm import SandboxCrm
from standin_outlook.mails import Mailbox

pytestmark = pytest.mark.browser
MAIL = "plain-ascii"
WASM = "**/boot/python-*.wasm"


@contextmanager
def before_python(at: Desk) -> Iterator[None]:
    """The pane, opened, while Python is still on its way; afterwards it has come."""
    held: list[Route] = []
    # Nothing was kept so far, so that the file is asked for.
    at.context.route(WASM, lambda route: held.append(route))
    at.outlook.open()
    at.show(MAIL)
    with at.page.expect_request(WASM):
        at.outlook.open_pane()
    yield
    assert at.pane.locator("#pane").get_attribute("data-started") is None
    for route in held:
        route.continue_()
    # Whoever opens the pane again before its copies are kept asks once more.
    at.context.unroute(WASM)
    at.ready()


def field(at: Desk, label: str) -> Locator:
    return at.pane.get_by_label(label, exact=True)


def fill(at: Desk, user: str = "agent") -> None:
    field(at, "Address of the CRM").fill(at.url)
    field(at, "User name").fill(user)
    field(at, "Password").fill(f"{user}-sandbox")


def test_what_is_typed_and_sent_before_python_signs_in(at: Desk) -> None:
    with before_python(at):
        fill(at)
        field(at, "Stay signed in on this device").check()
        field(at, "Password").press("Enter")
        at.pane.get_by_role("button", name="Sign in", exact=True).click()
    expect(at.pane.get_by_role("button", name="Sign out")).to_be_visible()
    assert [one.operation for one in at.crm.requests].count("loginpwd") == 1
    # That it shall be kept was heard, too: the next opening needs no password, and does not show the form meanwhile.
    expect(at.pane.locator(".frame")).to_have_attribute("data-screen", "choose")
    at.outlook.close_pane()
    at.outlook.open_pane()
    expect(at.pane.locator(".frame")).not_to_have_attribute("data-screen", "sign-in")
    at.ready()
    expect(at.pane.get_by_role("button", name="Sign out")).to_be_visible()


def test_who_is_still_typing_is_not_disturbed(at: Desk) -> None:
    with before_python(at):
        expect(field(at, "Address of the CRM")).to_be_focused()
        fill(at)
        field(at, "User name").press("End")
        field(at, "User name").press("ArrowLeft")
        at.pane.evaluate("document.getElementById('user').same = true")
    assert at.pane.evaluate("[document.activeElement.same, document.activeElement.selectionStart]") == [True, 4]
    expect(field(at, "User name")).to_have_value("agent")
    expect(field(at, "Password")).to_have_value("agent-sandbox")
    at.pane.get_by_role("button", name="Sign in", exact=True).click()
    expect(at.pane.get_by_role("button", name="Sign out")).to_be_visible()


def test_what_is_typed_and_sent_while_python_looks_for_a_kept_sign_in(at: Desk) -> None:
    """Python is there, and does not listen yet: its storage takes its time, here for ever."""
    at.context.add_init_script("""
        localStorage.setItem("mail-connector.keep", "yes");
        IDBFactory.prototype.open = () => { performance.mark("storage"); return {}; };
    """)
    at.outlook.open()
    at.show(MAIL)
    pane = at.outlook.open_pane()
    field(at, "Address of the CRM").fill(at.url)
    until(pane, "storage")
    field(at, "User name").fill("agent")
    field(at, "Password").fill("agent-sandbox")
    field(at, "Password").press("Enter")
    at.ready()
    expect(at.pane.get_by_role("button", name="Sign out")).to_be_visible()
    assert [one.operation for one in at.crm.requests].count("loginpwd") == 1


def test_the_last_user_and_crm_stand_in_the_form(at: Desk) -> None:
    at.open(MAIL)
    at.sign_in()
    expect(at.pane.get_by_role("button", name="Sign out")).to_be_visible()
    at.outlook.close_pane()
    at.outlook.open_pane()
    expect(field(at, "Address of the CRM")).to_have_value(at.url)
    expect(field(at, "User name")).to_have_value("agent")
    expect(field(at, "Password")).to_be_focused()
    at.ready()
    expect(field(at, "Address of the CRM")).to_have_value(at.url)
    expect(field(at, "User name")).to_have_value("agent")
    expect(field(at, "Password")).to_be_focused()


def test_the_way_to_the_crms_own_page_is_taken_once_python_is_there(at: Desk) -> None:
    component = at.crm.install_component()
    with before_python(at):
        component.redirects.add(return_address(at))
        field(at, "Address of the CRM").fill(at.url)
        at.pane.get_by_role("button", name="Use the CRM's own sign-in page").click()
    expect(at.pane.get_by_role("button", name="Cancel")).to_be_visible()


def test_an_organizations_only_crm_is_not_typed_over(
    browser: Browser, dist: Path, certificate: Certificate, crm: SandboxCrm, mailbox: Mailbox, tmp_path: Path
) -> None:
    ours = configured(dist, tmp_path / "dist", crm_urls=["https://crm.example.com"], free_url=False)
    with desk(browser, ours, certificate, crm, mailbox) as at:
        with before_python(at):
            field(at, "Address of the CRM").fill("https://elsewhere.example.com")
            field(at, "User name").fill("agent")
        expect(at.pane.get_by_text("https://crm.example.com")).to_be_visible()
        expect(field(at, "Address of the CRM")).to_have_count(0)
        expect(field(at, "User name")).to_have_value("agent")
