"""A place where a start may fail: a desk whose pane's server is behind faults, and what the pane shows then."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Frame, Locator, expect

from pane.boot.planting import Planting
from pane.desk import Desk

MAIL = "plain-ascii"
SUPPORT = "IT desk, phone 4711"
CAN_NOT, NOT_YET = "The Mail Connector can't start", "The Mail Connector has not started yet"
WASM = r"/boot/(python-|plain-.*/pyodide\.asm).*\.wasm$"
"""The wasm of both starts."""
PICTURE = r"/boot/memory-"
PLAIN = r"/boot/plain-.*/vendor/(pyodide|connector)"
MISSING, BUSY, PAGE = "A file is missing on the server: ", "busy or down (", "A web page came in the place of the file "


@dataclass(frozen=True)
class Place:
    """A desk whose pane's server is behind a planting. ``dist`` is what is served."""

    at: Desk
    planting: Planting
    dist: Path

    def open(self) -> Frame:
        """Open the pane on a mail; it need not start."""
        self.at.outlook.open()
        self.at.show(MAIL)
        pane: Frame = self.at.outlook.open_pane()
        return pane


def expect_told(pane: Frame, what: str, then: str, title: str = CAN_NOT) -> None:
    """The reason stands in the page, heard by everybody, and nothing takes input: no password, no name."""
    told = pane.get_by_role("alert").filter(has_text=title)
    expect(told).to_contain_text(what)
    expect(told).to_contain_text(then)
    expect(told).to_contain_text("Nothing was stored.")
    expect(told.get_by_role("heading", name=title)).to_be_visible()
    expect(told.get_by_role("button")).to_have_text(re.compile("^(Try again|Load the new version)$"))
    expect(pane.get_by_role("button")).to_have_count(1)
    expect(pane.locator("input:visible, select:visible")).to_have_count(0)
    assert "undefined" not in told.inner_text()


def works_all_the_same(pane: Frame, what: str) -> None:
    """The pane works, and says what is wrong with it."""
    expect(pane.locator("#pane[data-started=yes]")).to_be_attached()
    box = pane.get_by_role("alert").filter(has_text="works, but slower or plainer than it should")
    expect(box).to_contain_text(what)
    expect(pane.get_by_label("Password")).to_be_visible()
    box.get_by_role("button", name="Close").click()
    expect(box).to_have_count(0)


def until_started(pane: Frame) -> None:
    """Wait until the pane works, and tells nothing else."""
    expect(pane.locator("#pane[data-started=yes]")).to_be_attached()
    expect(pane.locator("#instead")).to_be_empty()
    expect(pane.locator("#news")).to_be_empty()


def fill(at: Desk) -> None:
    """Fill in the sign-in form, and send nothing."""
    at.pane.get_by_label("Address of the CRM").fill(at.url)
    at.pane.get_by_label("User name").fill("agent")
    at.pane.get_by_label("Password").fill("agent-sandbox")


def sign_in_button(pane: Frame) -> Locator:
    """The form's."""
    return pane.get_by_role("button", name="Sign in", exact=True)


def expect_signed_in_once(at: Desk) -> None:
    """What was pressed was carried out, and no more often than that."""
    expect(at.pane.get_by_role("button", name="Sign out")).to_be_visible()
    assert [one.operation for one in at.crm.requests].count("loginpwd") == 1
