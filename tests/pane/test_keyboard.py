"""The whole way by keyboard alone: office.js takes the Tab key over, and the focus must never get lost."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import expect

from connector.app.views import view
from connector.app.writing import ATTRIBUTES, EVENTS, TAGS, written
from pane.clock import awaited
from pane.desk import Desk
from pane.shift import turn
from sandbox_crm.faults import Fault
from sandbox_crm.store.users import SEED_USERS
from unit.screens import SCREENS

pytestmark = pytest.mark.browser

PASSWORD = next(user.password for user in SEED_USERS if user.name == "agent")
WHERE = """() => {
  const here = document.activeElement;
  if (!here || here === document.body || here === document.documentElement) return "";
  const label = here.getAttribute("aria-label") || here.labels?.[0]?.textContent || here.textContent || here.id;
  return `${here.localName}#${here.id} ${label}`.trim();
}"""
SEEN = """() => {
  const here = document.activeElement, box = here.getBoundingClientRect();
  const style = getComputedStyle(here);
  const held = here.closest("label");
  const ring = [style, held && getComputedStyle(held)].some((one) => one &&
    ((one.outlineStyle !== "none" && parseFloat(one.outlineWidth) > 0) || one.boxShadow !== "none"));
  return here.checkVisibility() && box.bottom > 0 && box.top < innerHeight && ring;
}"""


@pytest.fixture
def at(stock_pane: Desk) -> Iterator[Desk]:
    """The pane, nobody signed in, with the keyboard in it."""
    with turn(stock_pane) as there:
        yield there


def where(at: Desk) -> str:
    """What has the focus: tag, id and name; empty when it is lost."""
    found: str = at.pane.evaluate(WHERE)
    return found


def go(at: Desk, wanted: str, key: str = "Tab", most: int = 60) -> None:
    """Press a key until the focus is on what is wanted; on the way it is always on something that can be seen."""
    for _ in range(most):
        if re.search(wanted, where(at)):
            assert at.pane.evaluate(SEEN), f"{where(at)}: no focus to be seen"
            return
        at.page.keyboard.press(key)
        assert where(at), f"the focus was lost on the way to {wanted}"
    raise AssertionError(f"{key} never leads to {wanted}; it is on {where(at)}")


def press(at: Desk, key: str) -> None:
    at.page.keyboard.press(key)


def screen(at: Desk, name: str) -> None:
    expect(at.pane.locator(".frame")).to_have_attribute("data-screen", name)


def expect_focus(at: Desk, wanted: str) -> None:
    """The focus comes to what is wanted, by itself."""
    awaited(at.page, lambda: re.search(wanted, where(at)), f"the focus never came to {wanted}")


def sign_in(at: Desk) -> None:
    expect_focus(at, "^input#")
    go(at, "^input#url", key="Shift+Tab")
    press(at, "Control+a")
    at.page.keyboard.type(at.url)
    go(at, "^input#user")
    press(at, "Control+a")
    at.page.keyboard.type("agent")
    go(at, "^input#password")
    at.page.keyboard.type(PASSWORD)
    press(at, "Enter")
    screen(at, "choose")


def choose_mary(at: Desk) -> None:
    expect(at.suggestion(re.compile("^Mary Smith"))).to_be_visible()
    expect(at.pane.locator("[aria-busy=true]")).to_have_count(0)
    go(at, "^input#suggested-.*Mary Smith")
    if not at.suggestion(re.compile("^Mary Smith")).is_checked():
        press(at, "Space")
    expect(at.suggestion(re.compile("^Mary Smith"))).to_be_checked()
    assert "Mary Smith" in where(at)


def test_from_signing_in_to_the_receipt(at: Desk) -> None:
    sign_in(at)
    expect_focus(at, ".")
    choose_mary(at)
    go(at, "^button#link")
    press(at, "Enter")
    screen(at, "receipt")
    expect_focus(at, "^h2#receipt")
    go(at, "Open in CRM: Mary Smith")
    go(at, "Link to another record")
    press(at, "Space")
    screen(at, "choose")
    expect_focus(at, ".")
    assert len(at.crm.messages()) == 1


def test_searching_choosing_and_taking_back(at: Desk) -> None:
    sign_in(at)
    choose_mary(at)
    go(at, "^input#search-text", key="Shift+Tab")
    at.page.keyboard.type("Whitfield")
    press(at, "Enter")
    expect(at.pane.get_by_role("checkbox", name=re.compile("^James Whitfield"))).to_be_visible()
    press(at, "ArrowDown")
    expect_focus(at, "^input#found-.*James Whitfield")
    press(at, "ArrowUp")
    expect_focus(at, "^input#search-text")
    go(at, "^input#found-.*James Whitfield", key="ArrowDown")
    press(at, "Enter")
    expect(at.pane.locator(".chip")).to_have_count(2)
    go(at, "Remove Mary Smith")
    press(at, "Enter")
    # The last one is ticked in its list, and named on the button.
    expect(at.pane.locator(".chip")).to_have_count(0)
    expect(at.pane.locator("#link")).to_have_text("Link to James Whitfield")
    expect_focus(at, ".")
    go(at, "^input#found-.*James Whitfield", key="Shift+Tab")
    press(at, "Space")
    expect(at.pane.locator("#link")).to_be_disabled()
    expect_focus(at, ".")


@pytest.mark.deep("the keyboard beside the walk through all states")
def test_a_failure_and_trying_again(at: Desk) -> None:
    at.allowed.append("Failed to load resource")
    sign_in(at)
    choose_mary(at)
    at.crm.faults.add(Fault("relate", "error_500"))
    go(at, "^button#link")
    press(at, "Space")
    screen(at, "failure")
    expect_focus(at, "^h2#failed")
    go(at, "^summary.*Details")
    press(at, "Enter")
    expect(at.pane.locator("details[open]")).to_be_visible()
    go(at, "^button.*Try again")
    press(at, "Enter")
    screen(at, "receipt")
    expect_focus(at, "^h2#receipt")


@pytest.mark.deep("the keyboard beside the walk through all states")
def test_closing_a_notice_does_not_lose_the_focus(at: Desk) -> None:
    sign_in(at)
    choose_mary(at)
    at.show("html-only")
    expect(at.pane.locator(".notices .box")).to_have_count(1)
    expect_focus(at, ".")
    go(at, "^button.* ?Close: Another mail is selected", key="Shift+Tab")
    press(at, "Enter")
    expect(at.pane.locator(".notices .box")).to_have_count(0)
    expect_focus(at, ".")


def test_a_wrong_password_puts_the_focus_into_the_empty_field(at: Desk) -> None:
    at.allowed.append("Failed to load resource")
    expect_focus(at, "^input#")
    go(at, "^input#url", key="Shift+Tab")
    press(at, "Control+a")
    at.page.keyboard.type(at.url)
    go(at, "^input#user")
    press(at, "Control+a")
    at.page.keyboard.type("agent")
    go(at, "^input#password")
    at.page.keyboard.type("wrong")
    press(at, "Enter")
    expect(at.pane.locator(".problems .what")).to_be_visible()
    expect_focus(at, "^input#password")
    expect(at.pane.get_by_label("Password")).to_have_value("")


def test_signing_out_leads_to_the_form(at: Desk) -> None:
    sign_in(at)
    go(at, "^button.*Sign out", key="Shift+Tab")
    press(at, "Enter")
    screen(at, "sign-in")
    # The address has gone with everything else.
    expect_focus(at, "^input#url")


SHOW = """([tags, attributes, events]) => {
  const root = document.getElementById("pane");
  const stops = "button:enabled, input:enabled, select:enabled, textarea:enabled, summary, a[href], [tabindex='0']";
  const heard = [];
  const hear = (number, kind) => heard.push(`${number} ${kind}`);
  const drawn = mailConnector.elements(root, tags, attributes, events, hear, () => undefined);
  const seen = () => [...root.querySelectorAll(stops)].filter((one) => one.checkVisibility());
  // office.js, Python and the page hear it as a user's key; what a browser does of itself is left out.
  const press = (key, more = {}) => (document.activeElement || document.body).dispatchEvent(
    new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true, ...more }));
  const drawsRing = ({ outlineStyle, outlineWidth, boxShadow }) =>
    (outlineStyle !== "none" && parseFloat(outlineWidth) > 0) || boxShadow !== "none";
  const ring = (node) => [node, node.closest("label")].some((one) => one && drawsRing(getComputedStyle(one)));
  const named = (node) => node === document.body ? "nothing" :
    `${node.localName}#${node.id} ${(node.getAttribute("aria-label") || node.textContent).slice(0, 40)}`;
  const from = (start, list, key, more) => {
    start.focus({ focusVisible: true });
    const way = [start];
    while (way.length < list.length + 3) {
      press(key, more);
      const here = document.activeElement;
      if (here === way.at(-1)) break;
      way.push(here);
      if (here === document.body) break;
    }
    return way;
  };
  const same = (one, other) => one.length === other.length && one.every((node, place) => node === other[place]);
  return (globalThis.walked = (tree) => {
    drawn.show(tree);
    const wrong = [];
    const all = seen();
    if (!all.length) return wrong;
    const tell = (what, way) => wrong.push(`${what}: ${way.map(named).join(" | ")}`);
    const forwards = from(all[0], all, "Tab");
    if (!same(forwards, all)) tell("Tab", forwards);
    const backwards = from(all.at(-1), all, "Tab", { shiftKey: true }).reverse();
    if (!same(backwards, all)) tell("Shift+Tab", backwards);
    for (const node of all) {
      node.focus({ focusVisible: true });
      if (document.activeElement !== node || !ring(node)) tell("no ring", [node]);
    }
    const rows = all.filter((one) => one.matches("#search-text, .rows input"));
    if (rows.length) {
      const down = from(rows[0], rows, "ArrowDown");
      if (!same(down, rows)) tell("ArrowDown", down);
      const up = from(rows.at(-1), rows, "ArrowUp").reverse();
      if (!same(up, rows)) tell("ArrowUp", up);
    }
    const link = document.getElementById("link");
    heard.length = 0;
    all[0].focus();
    press("Enter", { ctrlKey: true });
    if (heard.length !== (link && !link.disabled ? 1 : 0)) tell(`Ctrl+Enter is heard ${heard.length} times`, []);
    const leave = [...root.querySelectorAll("[aria-keyshortcuts='Escape']:enabled")];
    heard.length = 0;
    (leave.at(-1) || all[0]).focus();
    press("Escape");
    if (heard.length !== (leave.length ? 1 : 0)) tell(`Escape is heard ${heard.length} times`, []);
    return wrong;
  }) && true;
}"""


def test_every_state_can_be_walked_through_by_keyboard(at: Desk) -> None:
    """Each is drawn by the pane's own script, and the pane's own Python and Microsoft's office.js hear the keys."""
    expect_focus(at, "^input#")
    # Browsers show where the focus is to those who use the keyboard; the keys of `SHOW` are none to them.
    press(at, "Tab")
    at.pane.evaluate("() => void (globalThis.before = [...document.getElementById('pane').childNodes])")
    at.pane.evaluate(SHOW, [sorted(TAGS), sorted(ATTRIBUTES), list(EVENTS)])
    wrong = {}
    for name, state in SCREENS.items():
        found = at.pane.evaluate("tree => walked(tree)", written(view(state)).text)
        if found:
            wrong[name] = found
    at.pane.evaluate("() => document.getElementById('pane').replaceChildren(...before)")
    assert wrong == {}
