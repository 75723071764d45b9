"""A desk with everything on it: the built pane, the stand-in Outlook, the sandbox CRM, a browser.

The pane is the production build under its production policy; office.js is the genuine one. Whatever
the page does that it should not (a request elsewhere, an error in the console) ends up in ``wrong``.
"""

from __future__ import annotations

import json
import os
import re
import shutil
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Frame, Locator, Page, Request, expect

from connector.app.linking import UNDO_SECONDS
from connector.vtenext.exchange import PROBE
from mails.samples import SAMPLES
from pane.clock import CLOCK
from patience import LONGEST_MS
from sandbox_crm.app import create_app as crm_app
from sandbox_crm.crm import SandboxCrm
from sandbox_crm.store.users import SEED_USERS
from standin_outlook.app import create_app as outlook_app
from standin_outlook.driver import Outlook
from standin_outlook.mails import Mail, Mailbox
from standin_outlook.officejs import HOST
from workshop.certificate import Certificate
from workshop.pane_server import create_app as pane_app
from workshop.serving import Server

ROOT = Path(__file__).resolve().parents[2]
NODE_MODULES = ROOT / "pane" / "node_modules"
STILL = {"reduced_motion": "reduce"}
"""What moves is drawn sixty times a second, which takes a sixth of the processor time; foreign frames do move."""


def sample_mailbox() -> Mailbox:
    """A fresh mailbox with the sample mails."""
    return Mailbox(list(SAMPLES))


def configured(dist: Path, out: Path, **settings: Any) -> Path:
    """A copy of a build whose ``config.json`` says this too."""
    shutil.copytree(dist, out, copy_function=os.link)
    config = out / "config.json"
    content = json.loads(config.read_text("utf-8")) | settings
    config.unlink()
    config.write_text(json.dumps(content), "utf-8")
    return out


@dataclass
class Desk:
    """One user's desk. ``url`` is the CRM's address; ``wrong`` must be empty when a test ends.

    ``under_way`` is what Outlook's page and the pane in it wait for. Other windows are left out: of one that is
    closed, Playwright does not tell how its last requests ended. ``spoilt``: a test has failed on it.
    """

    crm: SandboxCrm
    url: str
    mailbox: Mailbox
    outlook: Outlook
    context: BrowserContext
    page: Page
    wrong: list[str] = field(default_factory=list)
    traffic: list[Request] = field(default_factory=list)
    under_way: list[Request] = field(default_factory=list)
    allowed: list[str] = field(default_factory=list)
    spoilt: bool = False

    @property
    def pane(self) -> Frame:
        """The pane's frame."""
        frame: Frame = self.outlook.pane
        return frame

    def open(self, mail: Mail | str, *, pinned: bool = True) -> Frame:
        """Select a mail and open the pane on it."""
        self.outlook.open()
        self.show(mail)
        self.outlook.open_pane()
        if pinned:
            self.outlook.pin()
        self.ready()
        return self.pane

    def show(self, mail: Mail | str | None) -> None:
        """Select a mail, by its file's name."""
        self.outlook.select(self.mailbox.named(mail) if isinstance(mail, str) else mail)

    def seconds_pass(self) -> None:
        """Let the seconds be over in which one press takes a link back."""
        self.pane.evaluate("seconds => globalThis.testClock.over((ms) => ms === 1000 * seconds)", UNDO_SECONDS)

    def ready(self) -> None:
        """Wait until the pane can be used."""
        expect(self.pane.locator("#pane[data-started]")).to_be_attached()

    def sign_in(self, user: str = "agent", password: str | None = None, *, url: str | None = None) -> None:
        """Fill in the sign-in form and send it."""
        pane = self.pane
        pane.get_by_label("Address of the CRM").fill(url or self.url)
        pane.get_by_label("User name").fill(user)
        known = {one.name: one.password for one in SEED_USERS}
        pane.get_by_label("Password").fill(password if password is not None else known[user])
        pane.get_by_role("button", name="Sign in").click()

    def signed_in(self, mail: Mail | str, user: str = "agent") -> Frame:
        """Open the pane on a mail and sign in."""
        pane = self.open(mail)
        self.sign_in(user)
        expect(pane.get_by_role("button", name="Sign out")).to_be_visible()
        return pane

    def suggestion(self, name: str | re.Pattern[str]) -> Locator:
        """The checkbox of a suggested record."""
        return self.pane.get_by_role("region", name="Suggested records").get_by_role("checkbox", name=name)

    def leave(self, name: str) -> None:
        """Take away all chosen records but one: the pane may have chosen another by itself."""
        others = self.pane.locator(".chips .chip").filter(has_not_text=name).locator("button.close")
        others.evaluate_all("(found) => found.forEach((button) => button.click())")
        expect(self.pane.locator("#link")).to_have_text(re.compile(f"^Link to {re.escape(name)}"))

    def link_to(self, name: str) -> None:
        """Choose a suggested record, and no others, and link."""
        row = self.suggestion(re.compile(f"^{re.escape(name)}"))
        expect(row).to_be_visible()
        # By then the pane has chosen what it chooses by itself: a press may not meet that.
        expect(self.pane.locator("[aria-busy=true]")).to_have_count(0)
        row.check()
        self.leave(name)
        self.pane.get_by_role("button", name=re.compile("^Link to")).click()

    def expect_linked(self, name: str) -> None:
        """Wait for the receipt."""
        expect(self.pane.get_by_role("heading", name=f"Linked to {name}")).to_be_visible()


def patient(context: BrowserContext) -> BrowserContext:
    """The context, in which everything is waited for as long as it takes: by the tests, and by the pane."""
    context.set_default_timeout(LONGEST_MS)
    context.add_init_script(CLOCK)
    return context


def watched(at: Desk, origins: Iterable[str]) -> list[str]:
    """Note the traffic. Returns a list that fills with whatever is asked of other hosts.

    Nothing is routed: Playwright would switch the browser's cache off and answer CORS preflights by itself.
    """
    hosts = {urlsplit(origin).netloc for origin in origins} | {""}
    elsewhere: list[str] = []

    def asked(request: Request) -> None:
        at.traffic.append(request)
        allowed = any(re.search(pattern, request.url) for pattern in at.allowed)
        if urlsplit(request.url).netloc not in hosts and not allowed:
            elsewhere.append(request.url)

    def begun(request: Request) -> None:
        at.under_way.append(request)

    def ended(request: Request) -> None:
        if request in at.under_way:
            at.under_way.remove(request)

    at.context.on("request", asked)
    at.page.on("request", begun)
    at.page.on("requestfinished", ended)
    at.page.on("requestfailed", ended)
    return elsewhere


@contextmanager
def desk(
    browser: Browser,
    dist: Path,
    certificate: Certificate,
    crm: SandboxCrm,
    mailbox: Mailbox,
    *,
    front: Callable[[Any], Any] = lambda app: app,
    **context_options: Any,
) -> Iterator[Desk]:
    """Set up a desk; afterwards nothing may have gone wrong on it. ``front`` goes before the pane's server."""
    with (
        Server(crm_app(crm), certificate=certificate) as crm_server,
        _Pane(dist, certificate, front) as pane,
        Server(outlook_app(mailbox, pane_url=pane.url + "/index.html"), certificate=certificate) as host,
    ):
        pane.framed_by(host.url)
        context = patient(browser.new_context(ignore_https_errors=True, **(STILL | context_options)))
        page = context.new_page()
        there = Desk(crm, crm_server.url + crm.path_prefix, mailbox, Outlook(page, host.url + "/"), context, page)
        elsewhere = watched(there, [pane.url, host.url, crm_server.url, f"https://{HOST}"])
        page.on("pageerror", lambda error: complained(there, f"error: {error}\n{error.stack}"))
        page.on("console", lambda said: heard(there, said))
        try:
            yield there
        finally:
            crm.faults.release()
            context.close()
    assert not elsewhere, f"requests to other hosts: {elsewhere}"
    assert not there.wrong, "\n".join(there.wrong)


def heard(there: Desk, said: ConsoleMessage) -> None:
    """Take down what the browser complains of, but for what a test allows."""
    if said.type == "error" and not _is_asking(said):
        complained(there, f"console: {said.text}")


def complained(there: Desk, text: str) -> None:
    """Take it down, unless a test allows it."""
    if not any(re.search(pattern, text) for pattern in there.allowed):
        there.wrong.append(text)


def _is_asking(said: ConsoleMessage) -> bool:
    """Whether it is of a call that asks whether the CRM has the component, or is well: a browser notes each failure."""
    operation = said.location["url"].rpartition("/")[2]
    return ("400 (Bad Request)" in said.text and operation == "mailconnectorstatus") or (
        "401 (Unauthorized)" in said.text and operation == PROBE
    )


class _Pane:
    """The pane's server, which learns only when it runs who frames it."""

    def __init__(self, dist: Path, certificate: Certificate, front: Callable[[Any], Any]) -> None:
        self._dist = dist
        self._front = front
        self._app: Any = None
        self._server = Server(self, certificate=certificate)
        self.url = self._server.url

    def framed_by(self, host: str) -> None:
        self._app = self._front(pane_app(self._dist, extra_frame_ancestors=[host]))

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        await self._app(scope, receive, send)

    def __enter__(self) -> _Pane:
        self._server.__enter__()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.stop()
