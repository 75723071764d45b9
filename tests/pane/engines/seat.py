"""A seat at an Outlook in another browser: the stand-in at Outlook's own name, the pane as a foreign site's frame."""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pane.desk import NODE_MODULES, sample_mailbox
from sandbox_crm.app import create_app as crm_app
from sandbox_crm.crm import SandboxCrm
from standin_outlook.app import create_app as outlook_app
from standin_outlook.mails import Mailbox
from standin_outlook.officejs import HOST, script_host
from workshop.certificate import certificate_for
from workshop.engines.names import Names
from workshop.engines.outlook import Outlook
from workshop.engines.programs import Opened, opened
from workshop.engines.webdriver import Session
from workshop.pane_server import create_app as pane_app
from workshop.serving import Server

OUTLOOK, OTHER_OUTLOOK = "outlook.office.com", "outlook.live.com"
PANE, PLAIN_PANE = "addin.example.com", "plain.example.net"
CRM, STOCK_CRM = "crm.example.com", "stock.example.org"
SIZE = 1280, 900
FOR_ITSELF = (".mozilla.com:443", ".mozilla.org:443", "update.googleapis.com:443")
_ERROR = re.compile(r'^(JavaScript error: https:|console\.error: "|Content-Security-Policy)')
# Firefox gives each script of the driver its own globals, but the page's document.
_WATCH = """
const kept = document.documentElement.dataset;
kept.complaints = "";
addEventListener("error", ({ message }) => (kept.complaints += `error: ${message}\\n`));
addEventListener("unhandledrejection", ({ reason }) => (kept.complaints += `rejection: ${reason}\\n`));
addEventListener("securitypolicyviolation", ({ blockedURI }) => (kept.complaints += `policy: ${blockedURI}\\n`));
"""


class WithoutPicture:
    """A pane's server that lacks the picture of Python's memory."""

    def __init__(self, app: Any) -> None:
        self._app = app

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        if "/boot/memory-" in scope.get("path", ""):
            scope = {**scope, "path": "/missing", "raw_path": b"/missing"}
        await self._app(scope, receive, send)


@dataclass
class Seat:
    """A browser with everything around it. ``crm`` has the component, ``stock`` has not."""

    browser: Opened
    names: Names
    mailbox: Mailbox
    crm: SandboxCrm
    stock: SandboxCrm

    @property
    def session(self) -> Session:
        """The open browser."""
        return self.browser.session

    def another_window(self) -> None:
        """Go on in another window of the same size."""
        self.session.another()
        self.session.size(*SIZE)

    def open(self, mail: str, *, outlook: str = OUTLOOK) -> None:
        """Load Outlook's page, select a mail and open the pane on it."""
        there = Outlook(self.session)
        there.open(f"https://{outlook}/")
        there.call("select", self.mailbox.named(mail).item_id)
        there.call("openPane")
        self.session.until("document.querySelector('#pane[data-started]')")
        self.watch()

    def sign_in(self, crm: str) -> None:
        """Fill in the form and send it."""
        for field, text in {"#url": f"https://{crm}", "#user": "agent", "#password": "agent-sandbox"}.items():
            self.session.fill(field, text)
        self.session.click("button[type=submit]", "Sign in")

    def marks(self) -> list[str]:
        """What the start has left so far."""
        found = self.session.run("return performance.getEntriesByType('mark').map((mark) => mark.name)")
        return [str(name) for name in found]

    def asked_elsewhere(self) -> list[str]:
        """What was asked of hosts that are none of ours, but for what Firefox asks for itself."""
        return [one for one in self.names.refused if not one.endswith(FOR_ITSELF)]

    def watch(self) -> None:
        """Take down from now on what goes wrong in the pane."""
        self.session.run(_WATCH)

    def complaints(self) -> list[str]:
        """What has gone wrong in the pane since `watch`, and what Firefox has said of errors in any page."""
        said = [line for line in self.browser.said if _ERROR.search(line)]
        return [*said, *self.session.run("return document.documentElement.dataset.complaints || ''").splitlines()]


@contextmanager
def seat(engine: str, dist: Path, folder: Path) -> Iterator[Seat]:
    """Take a seat. Every host name leads to this machine, and whatever else is asked for is refused."""
    hosts = [OUTLOOK, OTHER_OUTLOOK, PANE, PLAIN_PANE, CRM, STOCK_CRM, HOST]
    certificate = certificate_for(hosts, folder / "certificate")
    mailbox, crm, stock = sample_mailbox(), SandboxCrm(), SandboxCrm()
    crm.clock = lambda: datetime.datetime.now(datetime.UTC)
    crm.install_component()
    apps = {
        OUTLOOK: outlook_app(mailbox, pane_url=f"https://{PANE}/index.html"),
        OTHER_OUTLOOK: outlook_app(mailbox, pane_url=f"https://{PLAIN_PANE}/index.html"),
        PANE: pane_app(dist),
        PLAIN_PANE: WithoutPicture(pane_app(dist)),
        CRM: crm_app(crm),
        STOCK_CRM: crm_app(stock),
        HOST: script_host(NODE_MODULES, addon=True),
    }
    with ExitStack() as stack:
        ports = {name: stack.enter_context(Server(app, certificate=certificate)).port for name, app in apps.items()}
        names = stack.enter_context(Names(ports))
        browser = stack.enter_context(opened(engine, names.address, hasty=True))
        browser.session.size(*SIZE)
        yield Seat(browser, names, mailbox, crm, stock)
