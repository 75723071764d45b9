"""The page of the stand-in Outlook itself, used by hand."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from pane.standin.samples import MAILS
from pane.standin.stage import NODE_MODULES, Stage
from standin_outlook.chromium import FOREIGN_HOST
from standin_outlook.driver import Outlook


def test_mail_is_read_with_the_keyboard(stage: Stage) -> None:
    page = stage.outlook.page
    page.get_by_role("listbox", name="Mails").focus()
    page.keyboard.press("ArrowDown")
    expect(page.get_by_role("listbox", name="Mails").get_by_role("option", selected=True)).to_have_count(1)
    expect(page.locator("#subject")).not_to_be_empty()
    page.get_by_role("button", name="Probe").press("Enter")
    expect(page.get_by_role("complementary", name="Add-in")).to_be_visible()


def test_dropped_mail_is_added_and_selected(stage: Stage) -> None:
    page = stage.outlook.page
    page.locator("#pick").set_input_files(
        {"name": "new.eml", "mimeType": "message/rfc822", "buffer": MAILS["plain"].replace(b"4711", b"0815")}
    )
    expect(page.locator("#subject")).to_have_text("Order 0815")
    assert stage.mailbox.mails[-1].source == "new.eml"


def test_mail_is_dropped_onto_the_page(stage: Stage) -> None:
    page = stage.outlook.page
    page.evaluate(
        """text => {
            const data = new DataTransfer();
            data.items.add(new File([text], "dropped.eml"));
            window.dispatchEvent(new DragEvent("drop", { dataTransfer: data, cancelable: true }));
        }""",
        "From: a@b.example\nSubject: Dropped\n\nhi",
    )
    expect(page.locator("#subject")).to_have_text("Dropped")
    expect(page.locator("#text")).to_have_text("hi")


def test_pane_can_be_widened(stage: Stage) -> None:
    page = stage.outlook.page
    stage.open_probe("plain")
    divider = page.get_by_role("separator", name="Width of the add-in pane")
    divider.press("ArrowLeft")
    expect(page.get_by_role("complementary", name="Add-in")).to_have_css("width", "340px")
    stage.outlook.call("setPaneWidth", 320)
    expect(page.get_by_role("complementary", name="Add-in")).to_have_css("width", "320px")


def test_keyboard_leaves_the_pane(stage: Stage) -> None:
    pane = stage.open_probe("plain")
    pane.locator("#first").focus()
    stage.outlook.page.keyboard.press("Tab")
    expect(stage.outlook.page.get_by_role("listbox", name="Mails")).to_be_focused()


def test_markup_in_a_mail_stays_text(stage: Stage) -> None:
    page = stage.outlook.page
    page.locator("#pick").set_input_files(
        {
            "name": "evil.eml",
            "mimeType": "message/rfc822",
            "buffer": b"From: <x@y.example>\nSubject: <img src=x onerror=alert(1)>\n\n<script>alert(1)</script>",
        }
    )
    expect(page.locator("#subject")).to_have_text("<img src=x onerror=alert(1)>")
    expect(page.locator("#text")).to_have_text("<script>alert(1)</script>")


def test_fault_drawer(stage: Stage) -> None:
    page = stage.outlook.page
    page.get_by_role("button", name="Faults").click()
    page.get_by_label("Fault", exact=True).select_option("never")
    page.get_by_role("button", name="Add").click()
    expect(page.get_by_role("list", name="Faults that wait")).to_contain_text("attachment: never")
    page.get_by_role("button", name="Clear all").click()
    expect(page.get_by_role("list", name="Faults that wait")).to_be_empty()


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_page_is_accessible(stage: Stage, theme: str) -> None:
    page = stage.outlook.page
    stage.outlook.set_theme(theme)
    stage.open_probe("html")
    expect(page.locator("#subject")).not_to_be_empty()
    page.evaluate((NODE_MODULES / "axe-core" / "axe.min.js").read_text(encoding="utf-8"))
    found = page.evaluate("axe.run(document, { iframes: false }).then(({ violations }) => violations)")
    assert [(each["id"], [node["html"] for node in each["nodes"]]) for each in found] == []


def test_foreign_host_name_is_trusted_and_its_frames_are_partitioned(stage: Stage) -> None:
    own = stage.open_probe("plain")
    own.evaluate("localStorage.setItem('seen', 'yes')")
    url = stage.outlook.url.replace("localhost", FOREIGN_HOST)
    with stage.context.new_page() as page:
        foreign = Outlook(page, url).open()
        foreign.select(stage.mailbox.named("plain"))
        pane = foreign.open_pane()
        pane.wait_for_function("() => window.probe?.info")
        assert pane.evaluate("probe.properties().subject") == "Order 4711"
        assert pane.evaluate("localStorage.getItem('seen')") is None
