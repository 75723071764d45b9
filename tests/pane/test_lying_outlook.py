"""A lying Outlook before the pane in a browser, genuine office.js between them: what the pane says is so.

The draws on CPython (tests/contract/test_lying_outlook.py) are many more; here office.js, the bridge and the page take
part.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from playwright.sync_api import Browser, Error, Frame, expect

from connector.app.element import Element
from contract.handed import Handed
from contract.oracle import receipt_in, untrue
from contract.test_lying_outlook import manners, quirks, stands_in_the_way
from draws import drawing
from mails.samples import SAMPLES
from pane.clock import LOOKS
from pane.desk import NODE_MODULES, Desk
from pane.shift import START, anew, settled, shift
from sandbox_crm.quirks import Quirks
from standin_outlook.items import opens
from standin_outlook.mails import Mail
from standin_outlook.manners import Manners
from standin_outlook.officejs import ADDON, distribution
from workshop.certificate import Certificate

pytestmark = [pytest.mark.browser, pytest.mark.slow]

DRAWS, FEW = 100, 8
LINK = """async ([text, name, most]) => {
  const until = (find) => new Promise((done, fail) => {
    let looks = most;
    const look = () => {
      const found = find();
      if (found) done(found);
      else if (looks-- > 0) setTimeout(look, 10);
      else fail(new Error(`It never comes: ${find}\n${document.body.innerText}`));
    };
    look();
  });
  const all = (kind) => [...document.querySelectorAll(kind)];
  const button = (label) => all("button").find((one) => one.textContent.trim() === label && !one.disabled);
  const field = await until(() => document.querySelector("#search-text"));
  field.value = text;
  field.dispatchEvent(new Event("input", { bubbles: true }));
  field.form.requestSubmit();
  const row = await until(() => all("[aria-labelledby=finding] label").find((one) => one.textContent.includes(name)));
  const box = row.control;
  if (!box.checked) box.click();
  (await until(() => button(`Link to ${name}`))).click();
  const screen = () => document.querySelector(".frame").dataset.screen;
  await until(() => document.querySelector("#receipt") || (screen() !== "choose" && button("Try again")));
  const told = (node) => node.nodeType === 3 ? node.data : {
    tag: node.localName,
    attributes: Object.fromEntries([...node.attributes].map(({ name, value }) => [name, value])),
    children: [...node.childNodes].map(told),
  };
  return told(document.querySelector("#pane"));
}"""
"""Searches a record, chooses it and links, in one go; returns what the pane shows then. It looks only so often."""
SILENT = {"html", "text", "headers", "whole", "contents"}
"""Manners that can be "never": each would cost the pane's whole time-out."""


@pytest.fixture(scope="module")
def at(
    browser: Browser, dist: Path, certificate: Certificate, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Desk]:
    """A pane, signed in; office.js with the whole message, for which npm's is too old."""
    scripts = tmp_path_factory.mktemp("officejs") / "dist"
    shutil.copytree(distribution(NODE_MODULES), scripts)
    (scripts / "office.js").write_bytes((scripts / "office.js").read_bytes() + b"\n" + ADDON.read_bytes())
    with shift(browser, dist, certificate, officejs=scripts) as there:
        there.open(START)
        anew(there)
        there.sign_in()
        expect(there.pane.get_by_role("button", name="Sign out")).to_be_visible()
        there.allowed.append("Failed to load resource|has been blocked by CORS policy")
        yield there


def answering(outlook: Manners) -> bool:
    """Whether it answers every call, and goes on doing so after a selection."""
    never = [name for name in SILENT if getattr(outlook, name) == "never"]
    return not never and outlook.bodies_after_selection == "given"


def element(told: Any) -> Element | str:
    """An element of the page, as data."""
    if isinstance(told, str):
        return told
    return Element(told["tag"], told["attributes"], tuple(element(one) for one in told["children"]))


class Stuck(BaseException):
    """The pane never gets there. No Exception, as hypothesis would wait for it as long again for each simpler case."""


def linked(pane: Frame, *drawn: object) -> Element | str:
    """Link the open mail, and return what the pane shows then."""
    try:
        return element(pane.evaluate(LINK, ["Smith", "Mary Smith", LOOKS]))
    except Error as error:
        raise Stuck("\n".join([error.message, *map(str, drawn)])) from error


def left(at: Desk) -> None:
    """Leave nothing of the link in the pane: it would stand there where the next draw has the same mail."""
    at.crm.quirks = Quirks()
    if at.pane.locator("#receipt").count():
        at.seconds_pass()
    else:
        anew(at)
        at.sign_in()
        expect(at.pane.get_by_role("button", name="Sign out")).to_be_visible()


def judge(at: Desk, mail: Mail, outlook: Manners, crm_quirks: Quirks) -> None:
    """Link the mail, and hold what the pane says against the CRM."""
    at.show(None)
    settled(at)
    at.crm.reset()
    at.crm.quirks = crm_quirks
    changes = {name: value for name, value in vars(outlook).items() if value != getattr(Manners(), name)}
    with at.outlook.behaving(**changes):
        at.show(mail)
        pane = at.pane
        if not opens(mail, outlook):
            expect(pane.get_by_role("heading", name="No mail selected")).to_be_visible()
            return
        shown = linked(pane, mail, outlook, crm_quirks)
    assert isinstance(shown, Element)
    record = at.crm.find("Contacts", lastname="Smith").id
    found = untrue(shown, Handed(mail, outlook, at.mailbox.user_address, at.crm, (record,)))
    assert not found, "\n".join([*found, str(outlook), str(crm_quirks)])
    if not stands_in_the_way(outlook) and crm_quirks.proxy_limit is None:
        assert receipt_in(shown) is not None
    wrong = list(at.wrong)
    at.wrong.clear()
    left(at)
    assert not wrong, "\n".join(wrong)


def test_what_the_pane_says_is_so(at: Desk, pytestconfig: pytest.Config) -> None:
    @drawing(pytestconfig, "a lying Outlook in a browser", DRAWS, few=FEW)
    @given(mail=st.sampled_from(SAMPLES), outlook=manners().filter(answering), crm_quirks=quirks)
    def draw(mail: Mail, outlook: Manners, crm_quirks: Quirks) -> None:
        judge(at, mail, outlook, crm_quirks)

    draw()
