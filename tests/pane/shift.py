"""A shift at one desk: one pane, opened once, for many tests; each begins as if nothing had been before.

Starting Python in a browser takes seconds, signing out and in a fraction of one. After a test that has failed the pane
is opened anew all the same: nobody knows in what state it is.

Here office.js comes from the pane's own server, so any browser will do.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Error, expect

from pane.clock import awaited
from pane.desk import NODE_MODULES, STILL, Desk, heard, patient, sample_mailbox, watched
from sandbox_crm.app import create_app as crm_app
from sandbox_crm.crm import SandboxCrm
from standin_outlook.app import create_app as outlook_app
from standin_outlook.driver import Outlook
from standin_outlook.mails import Mailbox
from standin_outlook.officejs import distribution
from workshop.certificate import Certificate
from workshop.pane_server import create_app as pane_app
from workshop.serving import Server

START = "plain-ascii"
AN_HOUR = 3600
"""Seconds, for an answer that is held and let go on before they are over (`Faults.release`)."""
MOST_TRIES = 3
LOOPBACK = ("localhost", "127.0.0.1")
CALM = """() => new Promise((done) => {
  const look = () => (document.querySelector("[aria-busy=true]") ? setTimeout(look, 20) : done(true));
  look();
})"""


SIGN_OUT = """() => new Promise((done) => {
  const screen = () => document.querySelector(".frame").dataset.screen;
  if (screen() === "sign-in") return done(document.querySelectorAll(".box").length);
  let asked = false;
  const look = () => {
    if (screen() === "sign-in") return done(0);
    const out = [...document.querySelectorAll("button")].find((one) => one.textContent.trim() === "Sign out");
    if (out && !asked) {
      out.click();
      asked = true;
    }
    setTimeout(look, 10);
  };
  look();
})"""
"""Signs out; where nobody is signed in it tells how many boxes there are."""
TIDY = """() => new Promise((done) => {
  const look = () => {
    const left = document.querySelector(".notices .close, #keep:checked");
    left?.click();
    left || document.querySelector("[aria-busy=true]") ? setTimeout(look, 10) : done(true);
  };
  look();
})"""
"""Closes the notices, takes back the wish to stay signed in, and waits until nothing is shown as loading."""


class Later:
    """An ASGI application that is known only when its server's address is."""

    def __init__(self) -> None:
        self.app: Any = None

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """Hand on."""
        await self.app(scope, receive, send)


@contextmanager
def shift(
    browser: Browser,
    dist: Path,
    certificate: Certificate,
    mailbox: Mailbox | None = None,
    crm: SandboxCrm | None = None,
    *,
    host: str = "localhost",
    officejs: Path | None = None,
    **context_options: Any,
) -> Iterator[Desk]:
    """A desk without anything between browser and servers; nothing is open yet.

    ``host`` is the name that Outlook's page has in the browser, ``officejs`` another folder with office.js than npm's.
    """
    crm, mailbox, served = crm or SandboxCrm(), mailbox or sample_mailbox(), Later()
    with (
        Server(crm_app(crm), certificate=certificate) as crm_server,
        Server(served, certificate=certificate) as pane,
        Server(outlook_app(mailbox, pane_url=pane.url + "/index.html"), certificate=certificate, host=host) as outlook,
    ):
        scripts = officejs or distribution(NODE_MODULES)
        served.app = pane_app(dist, extra_frame_ancestors=[outlook.url], local_officejs=scripts)
        context = patient(browser.new_context(ignore_https_errors=True, **(STILL | context_options)))
        page = context.new_page()
        at = Desk(crm, crm_server.url + crm.path_prefix, mailbox, Outlook(page, outlook.url + "/"), context, page)
        servers, names = (crm_server, pane, outlook), (host, *LOOPBACK)
        elsewhere = watched(at, [f"https://{name}:{server.port}" for server in servers for name in names])
        page.on("pageerror", lambda error: _broke(at, error))
        page.on("console", lambda said: heard(at, said))
        page.on("dialog", lambda dialog: at.wrong.append(f"dialog: {dialog.message}"))
        try:
            yield at
        finally:
            crm.faults.release()
            context.close()

    assert not elsewhere, f"requests to other hosts: {elsewhere}"
    assert not at.wrong, "\n".join(at.wrong)


def _broke(at: Desk, error: Error) -> None:
    if not any(re.search(pattern, error.message) for pattern in at.allowed):
        at.wrong.append(f"error: {error}\n{error.stack}")


@contextmanager
def turn(at: Desk) -> Iterator[Desk]:
    """One test's turn: nobody signed in, the CRM as at its start, the first mail open, nothing gone wrong."""
    anew(at)
    yield at
    at.crm.faults.clear()
    at.outlook.clear_faults()
    # Whoever changes the CRM for the next test must not do so under a pane that still asks it.
    settled(at)
    wrong = list(at.wrong)
    at.wrong.clear()
    at.allowed.clear()
    assert not wrong, "\n".join(wrong)


def anew(at: Desk) -> None:
    """Bring the pane to its start by what a user can do: sign in if need be, sign out, close what is left."""
    if at.spoilt:
        reopened(at)
    at.context.set_offline(False)
    at.crm.faults.clear()
    at.outlook.clear_faults()
    for _ in range(MOST_TRIES):
        if at.pane.evaluate(SIGN_OUT):
            at.crm.reset()
            at.sign_in()
            expect(at.pane.locator(".frame")).not_to_have_attribute("data-screen", "sign-in")
            at.pane.evaluate(SIGN_OUT)
        at.mailbox.roaming_settings = {}
        if at.mailbox.custom_properties:
            # The pane has read that this mail is linked: it does so when a mail is selected.
            at.mailbox.custom_properties = {}
            at.show(None)
        at.show(START)
        # The sign-out's own call, above all: it must not arrive in the next test's CRM.
        awaited(at.page, lambda: at.pane.evaluate(TIDY) and not unanswered(at), "the pane stays busy")
        # A call of the last test may meet the next one's CRM, which ends that sign-in: before, or as it is signed out.
        if not at.pane.locator(".box").count():
            break
    else:
        expect(at.pane.locator(".box")).to_have_count(0)
    at.under_way.clear()
    at.crm.reset()
    at.outlook.forget()
    at.traffic.clear()
    at.wrong.clear()


def reopened(at: Desk) -> None:
    """Load Outlook's page and the pane anew, without what a test has kept, allowed or left open."""
    at.context.set_offline(False)
    at.context.unroute_all()
    at.context.clear_cookies()
    at.crm.faults.clear()
    for page in at.context.pages[1:]:
        page.close()
    at.under_way.clear()
    at.allowed.clear()
    at.open(START)
    at.spoilt = False


def settled(at: Desk) -> None:
    """Wait until the pane has its answers from the CRM and shows nothing as loading any more."""
    awaited(at.page, lambda: not unanswered(at) and at.pane.evaluate(CALM), "the pane stays busy")


def answered(at: Desk, *operations: str) -> None:
    """Wait until the CRM was asked for these since its log was cleared, and has answered all that it was asked.

    What is done to the CRM then comes after that. A mail that is linked is looked for, and its record read, while
    Outlook hands its text over; with an access key one call after the other.
    """

    def done() -> bool:
        return {*operations} <= {one.operation for one in at.crm.requests} and not unanswered(at)

    awaited(at.page, done, f"never asked and answered: {operations}")


def unanswered(at: Desk) -> list[str]:
    """The calls to the CRM that are under way."""
    return [request.url for request in at.under_way if request.url.startswith(at.url)]


def until_struck(at: Desk) -> None:
    """Wait until a fault has struck a call to the CRM: what is done then comes after it."""
    awaited(at.page, lambda: at.crm.faults.struck, "the call never came")


def said(at: Desk) -> str:
    """Everything that stands in boxes, as it would be read aloud."""
    return " ".join(" ".join(at.pane.locator(".box").all_inner_texts()).split())
