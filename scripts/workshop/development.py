"""What ``scripts/dev.py`` runs: the pane, the stand-in Outlook, the sandbox CRM, and a browser that shows them."""

from __future__ import annotations

import math
import os
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sandbox_crm.app import create_app as create_crm_app
from sandbox_crm.crm import SandboxCrm
from sandbox_crm.store.users import SEED_USERS
from standin_outlook.app import create_app as create_outlook_app
from standin_outlook.mails import Mailbox, load
from standin_outlook.manners import Manners, parsed
from workshop import browser, pane_server
from workshop.build import BuildError, build
from workshop.certificate import Certificate, certificate_for
from workshop.checkout import CACHE, ROOT
from workshop.installing import Failed, announce
from workshop.serving import Server
from workshop.vendoring import OFFICE_JS

SAMPLE_MAILS = ROOT / "tests" / "mails"
FOLDER = CACHE / "development"
NAMES = ("pane", "stand-in Outlook", "sandbox CRM")
PORTS_TRIED, PORT_STEP = 50, 10
BROWSER_SECONDS = 5.0


@dataclass(frozen=True)
class Choices:
    """The command's options.

    ``crm``: a real vtenext's address, None for the sandbox; ``seconds``: None runs on; ``manners``: the stand-in
    Outlook's, each as NAME=VALUE (see ``standin_outlook.manners``).
    """

    mails: tuple[Path, ...]
    crm: str | None
    port: int
    browser: bool
    seconds: float | None
    manners: tuple[str, ...] = ()


def run(choices: Choices) -> int:
    """Start everything, print where it is, and wait for Ctrl-C; returns the exit code. Raises Failed."""
    stop = threading.Event()
    for name in ("SIGINT", "SIGTERM", "SIGBREAK"):
        if hasattr(signal, name):
            signal.signal(getattr(signal, name), lambda *_: stop.set())
    mailbox = _mailbox(choices.mails, _manners(choices.manners))
    with placed(choices, mailbox) as place, ExitStack() as running:
        certificate = place.certificate
        window = (
            _open(running, place.outlook, certificate) if choices.browser else "No browser was opened (--no-browser)."
        )
        print(_summary(place.outlook, place.pane, place.crm, mailbox, sandbox=choices.crm is None))
        print(window)
        print("It stops by itself." if choices.seconds is not None else "Stop with Ctrl-C.", flush=True)
        _wait(stop, choices.seconds)
        print("Stopping …", flush=True)
    return 0


@dataclass(frozen=True)
class Place:
    """Where everything is: the addresses of the stand-in Outlook, the pane and the CRM, and their certificate."""

    outlook: str
    pane: str
    crm: str
    certificate: Certificate


@contextmanager
def placed(choices: Choices, mailbox: Mailbox) -> Iterator[Place]:
    """Build the pane and serve it with an Outlook and a CRM. Raises Failed."""
    certificate = certificate_for(["localhost", "127.0.0.1"], CACHE / "certificate")
    # The servers name each other, so their addresses are chosen before any is started.
    pane, outlook, sandbox = (_free(choices.port + place, name) for place, name in enumerate(NAMES))
    crm = SandboxCrm()
    component = crm.install_component()
    component.redirects.add(f"https://localhost:{pane}/signin.html")
    component.second_factor["sara"] = "mail"
    crm_url = choices.crm or f"https://localhost:{sandbox}{crm.path_prefix}"
    with ExitStack() as running:
        # Its own for each run: several may be open side by side.
        folder = Path(running.enter_context(tempfile.TemporaryDirectory(prefix="mail-connector-")))
        pane_app = pane_server.create_app(
            _built(folder, pane, crm_url, sandbox=choices.crm is None),
            extra_frame_ancestors=[f"https://localhost:{outlook}"],
            local_officejs=OFFICE_JS,
        )
        if choices.crm is None:
            running.enter_context(Server(create_crm_app(crm), port=sandbox, certificate=certificate))
        running.enter_context(Server(pane_app, port=pane, certificate=certificate))
        outlook_app = create_outlook_app(mailbox, pane_url=f"https://localhost:{pane}/index.html")
        page = running.enter_context(Server(outlook_app, port=outlook, certificate=certificate)).url + "/"
        yield Place(page, f"https://localhost:{pane}/", crm_url, certificate)


def _wait(stop: threading.Event, seconds: float | None) -> None:
    end = time.monotonic() + (math.inf if seconds is None else seconds)
    # In short waits: Windows delivers Ctrl-C only between them.
    while not stop.wait(max(0.0, min(1.0, end - time.monotonic()))) and time.monotonic() < end:
        pass


def _manners(texts: tuple[str, ...]) -> Manners:
    changes: dict[str, Any] = {}
    try:
        for text in texts:
            changes |= parsed(text)
    except ValueError as error:
        raise Failed(f"--outlook {error}") from None
    return Manners().changed(changes)


def _mailbox(paths: tuple[Path, ...], manners: Manners) -> Mailbox:
    mails: list[Any] = []
    for path in paths or (SAMPLE_MAILS,):
        if not path.exists():
            raise Failed(f"--mail {path}: there is no such file or folder.")
        found = load(path)
        if not found:
            raise Failed(f"--mail {path}: there is no .eml file in that folder.")
        mails += found
    return Mailbox(mails, manners=manners)


def _built(folder: Path, port: int, crm_url: str, *, sandbox: bool) -> Path:
    """Build the pane for this machine; its sign-in form already knows the CRM.

    A CRM of one's own can be tried without the licensed component, as far as a stock vtenext goes.
    """
    config = {"crm_urls": [crm_url], "licence": "required" if sandbox else "optional"}
    try:
        return build(folder / "pane", f"https://localhost:{port}", config=config)
    except BuildError as error:
        raise Failed(f"The pane can't be built: {error}") from None


def _free(port: int, name: str) -> int:
    """Return this port, or the next of a row that nobody listens on; ``name`` is who wants it."""
    for candidate in range(port, min(port + PORTS_TRIED * PORT_STEP, 65536), PORT_STEP):
        try:
            Server(None, port=candidate).close()
        except OSError:
            continue
        if candidate != port:
            announce(f"Port {port} is taken: the {name} uses {candidate}.")
        return candidate
    raise Failed(f"No free port was found from {port} on. Choose another with --port.")


def _open(running: ExitStack, url: str, certificate: Certificate) -> str:
    """Open the browser and return a sentence about it. Without one the servers are still of use."""
    by_hand = f"Open {url} in a Chromium, Chrome or Edge; accept this machine's own certificate at each address above."
    if sys.platform == "linux" and not (os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")):
        return f"There is no screen here. {by_hand}"
    try:
        found = browser.find()
    except Failed as error:
        return f"{error}\n{by_hand}"
    profile = FOLDER / "browser"
    profile.mkdir(parents=True, exist_ok=True)
    command = [
        str(found.path),
        *found.window_flags,
        f"--user-data-dir={profile}",
        f"--ignore-certificate-errors-spki-list={certificate.pin}",
        "--new-window",
        url,
    ]
    log = running.enter_context((FOLDER / "browser.log").open("wb"))
    try:
        process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=log, stderr=log)
    except OSError as error:
        return f"{found.path} can't be started ({error.strerror}). {by_hand}"
    running.callback(_close, process)
    return f"It is open in {found.path.name}, in a profile of its own."


def _close(process: subprocess.Popen[bytes]) -> None:
    if process.poll() is None:
        process.terminate()
        try:
            process.wait(BROWSER_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()


def _summary(outlook: str, pane: str, crm: str, mailbox: Mailbox, *, sandbox: bool) -> str:
    count = len(mailbox.mails)
    lines = [
        "",
        "Mail Connector for vtenext",
        "",
        f"  Stand-in Outlook  {outlook}",
        f"                    {count} mail{'' if count == 1 else 's'}; drop more .eml files onto the page",
        f"  Pane              {pane}",
    ]
    if not sandbox:
        return "\n".join([*lines, f"  vtenext           {crm}", "", "Sign in with your own user of that CRM.", ""])
    lines += [f"  Sandbox CRM       {crm}", "", "Choose a mail, open the pane by the button above it, sign in as", ""]
    rows = [("User", "Password", ""), *((user.name, user.password, user.about) for user in SEED_USERS)]
    widths = [max(len(row[column]) for row in rows) for column in (0, 1)]
    lines += [f"  {name:<{widths[0]}}  {password:<{widths[1]}}  {about}".rstrip() for name, password, about in rows]
    lines += ["", f"sara is also asked for a code, which is shown at {crm}/sandbox/phone"]
    return "\n".join([*lines, ""])
