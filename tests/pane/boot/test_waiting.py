"""A start that takes long goes on, and says so; what is pressed meanwhile is heard, and never lost without a word."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from pane.boot.place import (
    BUSY,
    CAN_NOT,
    MAIL,
    MISSING,
    NOT_YET,
    PICTURE,
    PLAIN,
    WASM,
    Place,
    expect_signed_in_once,
    expect_told,
    fill,
    sign_in_button,
    until_started,
    works_all_the_same,
)
from pane.boot.planting import status
from pane.boot.waking import LATE_STORAGE, marks, until, until_come
from pane.clock import elapse

pytestmark = pytest.mark.browser


def test_a_press_shows_that_it_was_heard_and_is_not_lost_silently(place: Place) -> None:
    at, held = place.at, place.planting.hold(WASM, middle=False)
    pane = place.open()
    held.until_asked()
    news = pane.get_by_role("status").filter(has_text="Starting…")
    expect(news).to_have_count(0)
    fill(at)
    button = sign_in_button(pane)
    idle = button.evaluate("node => getComputedStyle(node).backgroundColor")
    pane.get_by_label("Password").press("Enter")
    expect(news).to_have_text("Starting… “Sign in” follows as soon as the Mail Connector is ready.")
    expect(button).to_have_attribute("aria-busy", "true")
    pane.evaluate("document.getAnimations().forEach((one) => one.finish())")
    assert button.evaluate("node => getComputedStyle(node).backgroundColor") != idle
    place.planting.plant(f"{WASM}|{PLAIN}", status(503))
    held.release()
    expect_told(pane, f"{BUSY}503)", "“Sign in” was not carried out. What you typed was not sent.")
    expect(pane.get_by_role("heading", name=CAN_NOT)).to_be_focused()
    assert pane.locator("input").count() == 0, "the password is gone"
    place.planting.clear()
    pane.get_by_role("button", name="Try again").click()
    expect(pane.get_by_label("User name")).to_have_value("agent")
    expect(pane.get_by_label("Address of the CRM")).to_have_value(at.url)
    expect(pane.get_by_label("Password")).to_be_focused()
    until_started(pane)
    pane.get_by_label("Password").fill("agent-sandbox")
    sign_in_button(pane).click()
    expect_signed_in_once(at)


@pytest.mark.deep("starts that fail or take long")
def test_a_search_and_a_sign_out_are_not_lost_silently(odd: Place) -> None:
    odd.at.context.add_init_script("localStorage.setItem('mail-connector.session', 'yes')")
    held = odd.planting.hold(WASM, middle=False)
    pane = odd.open()
    held.until_asked()
    news = pane.locator("#news")
    pane.get_by_role("searchbox").fill("Whitfield")
    expect(news).to_have_text("Starting… The search follows as soon as the Mail Connector is ready.")
    pane.get_by_role("searchbox").press("Enter")
    expect(news).to_have_text("Starting… “Search” follows as soon as the Mail Connector is ready.")
    pane.get_by_role("button", name="Sign out").click()
    expect(news).to_have_text("Starting… “Sign out” follows as soon as the Mail Connector is ready.")
    odd.planting.plant(f"{WASM}|{PLAIN}", status(503))
    held.release()
    expect_told(pane, f"{BUSY}503)", "“Sign out” was not carried out. What you typed was not sent.")
    pane.get_by_role("button", name="Try again").click()
    expect(pane.get_by_role("searchbox")).to_have_value("Whitfield")


def test_a_press_that_was_heard_is_carried_out_once(place: Place) -> None:
    at, held = place.at, place.planting.hold(WASM)
    pane = place.open()
    held.until_asked()
    fill(at)
    for _ in range(3):
        sign_in_button(pane).click()
    held.release()
    expect_signed_in_once(at)
    until_started(pane)
    expect(pane.locator("button[aria-busy]")).to_have_count(0)


def test_a_slow_start_is_not_given_up(odd: Place) -> None:
    """While something comes it is said that it is still under way; then that nothing comes; and then it goes on."""
    held = odd.planting.hold(WASM)
    pane = odd.open()
    held.until_asked()
    fill(odd.at)
    elapse(pane, 10, until=pane.get_by_role("status").filter(has_text="Still starting…"))
    expect(pane.get_by_label("Password")).to_be_visible()
    sign_in_button(pane).click()
    odd.at.outlook.wait_for_pane()
    until_come(pane, "/boot/memory-", "/boot/late-", "/boot/runtime-", "/boot/pyodide-", "/boot/files-")
    elapse(pane, 45, until=pane.get_by_role("alert").filter(has_text=NOT_YET))
    expect_told(
        pane,
        "Nothing has come from the Mail Connector's server for a while.",
        "“Sign in” was not carried out yet. What you typed was not sent yet.",
        NOT_YET,
    )
    held.release()
    expect_signed_in_once(odd.at)
    until_started(pane)
    assert "boot:plain" not in marks(pane)


@pytest.mark.deep("plain starts")
def test_a_slow_plain_start_is_not_given_up_either(odd: Place) -> None:
    odd.planting.plant(PICTURE, status(404))
    held = odd.planting.hold(r"/python_stdlib\.zip$")
    pane = odd.open()
    held.until_asked()
    elapse(pane, 10, until=pane.get_by_role("status").filter(has_text="Still starting…"))
    odd.at.outlook.wait_for_pane()
    until_come(pane, "/pyodide.asm.wasm", "/connector.zip", "/boot/late-", "/boot/python-")
    elapse(pane, 45, until=pane.get_by_role("alert").filter(has_text=NOT_YET))
    expect_told(pane, "Nothing has come", "goes on as soon as something comes", NOT_YET)
    held.release()
    works_all_the_same(pane, f"{MISSING}boot/memory-")


def test_an_outlook_that_does_not_answer_is_said_and_waited_for(odd: Place) -> None:
    """office.js may never get ready (OfficeDev/office-js#6923), or late: what was pressed by then is carried out."""
    outlook = odd.at.outlook
    outlook.open()
    odd.at.show(MAIL)
    outlook.fault("context", "slow", times=0)
    pane = outlook.open_pane()
    until(pane, "boot:python")
    fill(odd.at)
    sign_in_button(pane).click()
    expect(pane.get_by_role("status").filter(has_text="Starting… “Sign in” follows")).to_be_visible()
    for _ in range(2):
        elapse(pane, 30, until=pane.get_by_role("alert").filter(has_text="Outlook does not answer"))
        expect_told(
            pane,
            "Outlook does not answer the Mail Connector.",
            "“Sign in” was not carried out yet.",
            NOT_YET,
        )
    outlook.clear_faults()
    expect_signed_in_once(odd.at)
    until_started(pane)


@pytest.mark.deep("starts that fail or take long")
@pytest.mark.parametrize(
    ("silent", "seconds"),
    [
        ("CacheStorage.prototype.open = () => new Promise(() => {})", 5),
        ("Cache.prototype.match = () => new Promise(() => {})", 5),
        ("Cache.prototype.keys = () => new Promise(() => {})", 5),
        (f"{LATE_STORAGE} tooLate();", 0),
    ],
)
def test_storage_that_never_answers_does_not_stop_the_start(silent: str, seconds: float, odd: Place) -> None:
    odd.at.context.add_init_script(silent)
    pane = odd.open()
    elapse(pane, seconds, until=pane.locator("#pane[data-started]"))
    until_started(pane)
    assert "boot:plain" not in marks(pane)
    odd.at.sign_in()
    expect(pane.get_by_role("button", name="Sign out")).to_be_visible()
