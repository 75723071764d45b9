"""What ``scripts/dev.py`` runs: the pane, the stand-in Outlook, the sandbox CRM, and a browser that shows them."""

from __future__ import annotations

import math
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from html import escape
from pathlib import Path
from typing import Any

from sandbox_crm.app import create_app as create_crm_app
from sandbox_crm.crm import SandboxCrm
from sandbox_crm.store.users import SEED_USERS, SeedUser
from standin_outlook.app import MAILBOX_SET
from standin_outlook.app import create_app as create_outlook_app
from standin_outlook.mails import Mailbox, load
from standin_outlook.manners import Manners, parsed
from standin_outlook.officejs import ADDON
from workshop import browser, own_mails, pane_server
from workshop.build import BuildError, build
from workshop.certificate import Certificate, certificate_for
from workshop.checkout import CACHE, ROOT
from workshop.commands import LAST_PORT
from workshop.deployed import OUTLOOK, Deployed, look
from workshop.greeting import summary
from workshop.installing import Failed, announce
from workshop.microsoft import CLIENT, OLD_OUTLOOK, OUTLOOKS_PART, Microsoft, graph_rule
from workshop.serving import Server
from workshop.vendoring import OFFICE_JS

SAMPLE_MAILS = ROOT / "tests" / "mails"
SIGNED_IN = Path(__file__).parent / "signed_in.js"
"""What the pane's page gets so that it signs in by itself."""
FOLDER = CACHE / "development"
NAMES = ("pane", "stand-in Outlook", "sandbox CRM", "stand-in of Microsoft Graph")
PORTS_TRIED, PORT_STEP = 50, 10
BROWSER_SECONDS = 5.0


@dataclass(frozen=True)
class Choices:
    """The command's options.

    ``crm``: a real vtenext's address, None for the sandbox; ``pane``: the page of a pane that is served already, None
    for one that is built here; ``seconds``: None runs on; ``manners``: the stand-in Outlook's, each as NAME=VALUE (see
    ``standin_outlook.manners``); ``sandbox``: one of `SANDBOXES`; ``signed_in``: the user who signs in by itself;
    ``graph``: files come by Microsoft Graph alone.
    """

    mails: tuple[Path, ...] = ()
    crm: str | None = None
    pane: str | None = None
    port: int = 8443
    browser: bool = True
    seconds: float | None = None
    manners: tuple[str, ...] = ()
    sandbox: str = ""
    signed_in: str = ""
    graph: bool = False


SANDBOXES = ("", "no-licence", "expired-licence", "stock")
"""With the component and a licence, with the component alone, with one that has ended, without the component."""


def run(choices: Choices) -> int:
    """Start everything, print where it is, and wait for Ctrl-C; returns the exit code. Raises Failed."""
    stop = threading.Event()
    for name in ("SIGINT", "SIGTERM", "SIGBREAK"):
        if hasattr(signal, name):
            signal.signal(getattr(signal, name), lambda *_: stop.set())
    # All that was typed is looked at before anything is built or started.
    if choices.browser:
        browser.chosen()
    _user(choices.signed_in)
    mailbox = _mailbox(choices.mails, _manners(choices.manners))
    deployed = look(choices.pane) if choices.pane else None
    with placed(choices, mailbox, deployed) as place, ExitStack() as running:
        window = (
            _open(running, place) if choices.browser else f"No browser was opened (--no-browser). {_by_hand(place)}"
        )
        said = summary(
            place.outlook, place.pane, place.crm, mails=len(mailbox.mails), own=choices.crm is not None,
            sandbox=choices.sandbox, user=choices.signed_in, crms=deployed.crms if deployed else (),
            graph=choices.graph,
        )  # fmt: skip
        print(said)
        print(window)
        print("It stops by itself." if choices.seconds is not None else "Stop with Ctrl-C.", flush=True)
        _wait(stop, choices.seconds)
        print("Stopping …", flush=True)
    return 0


@dataclass(frozen=True)
class Place:
    """Where everything is: the addresses of the stand-in Outlook, the pane and the CRM, and their certificate.

    ``rules``: the browser's flags without which it does not find Outlook.
    """

    outlook: str
    pane: str
    crm: str
    certificate: Certificate
    rules: tuple[str, ...] = ()


@contextmanager
def placed(choices: Choices, mailbox: Mailbox, deployed: Deployed | None = None) -> Iterator[Place]:
    """Serve a pane that is built here, or one that is there, with an Outlook and a CRM. Raises Failed."""
    hosts = ["localhost", "127.0.0.1", *([OUTLOOK] if deployed else [])]
    certificate = certificate_for(hosts, CACHE / ("certificate-outlook" if deployed else "certificate"))
    # The servers name each other, so their addresses are chosen before any is started.
    wanted = NAMES if choices.graph else NAMES[:3]
    pane, outlook, sandbox, *graph = (_free(choices.port + place, name) for place, name in enumerate(wanted))
    built_here = f"https://localhost:{pane}/"
    crm = _sandbox(choices.sandbox, deployed.sign_in_page if deployed else f"{built_here}signin.html")
    crm_url = choices.crm or f"https://localhost:{sandbox}{crm.path_prefix}"
    with ExitStack() as running:
        if deployed is None:
            app = _pane(running, choices, pane, crm_url, f"https://localhost:{outlook}")
            running.enter_context(Server(app, port=pane, certificate=certificate))
        if choices.crm is None:
            running.enter_context(Server(create_crm_app(crm), port=sandbox, certificate=certificate))
        page = deployed.page if deployed else f"{built_here}index.html"
        outlook_app = create_outlook_app(mailbox, pane_url=page, mailbox_set=OLD_OUTLOOK if graph else MAILBOX_SET)
        for port in graph:
            running.enter_context(Server(Microsoft(mailbox), port=port, certificate=certificate))
        served = running.enter_context(Server(outlook_app, port=outlook, certificate=certificate))
        if deployed is None:
            yield Place(served.url + "/", built_here, crm_url, certificate, tuple(map(graph_rule, graph)))
        else:
            # Its policy lets Microsoft's hosts frame it, and nobody else.
            rule = f"--host-resolver-rules=MAP {OUTLOOK}:443 127.0.0.1:{outlook}"
            yield Place(f"https://{OUTLOOK}/", deployed.page, crm_url, certificate, (rule,))


def _sandbox(kind: str, sign_in_page: str) -> SandboxCrm:
    crm = SandboxCrm()
    if kind != "stock":
        component = crm.install_component()
        component.redirects.add(sign_in_page)
        component.second_factor["sara"] = "mail"
        component.licence = {"no-licence": "missing", "expired-licence": "expired"}.get(kind, "active")
    return crm


def _user(name: str) -> SeedUser | None:
    """Return the sandbox's user of this name, None for none. Raises Failed."""
    found = next((user for user in SEED_USERS if user.name == name), None)
    if name and found is None:
        names = ", ".join(user.name for user in SEED_USERS)
        raise Failed(f"--signed-in {name}: the sandbox CRM has no such user. There are {names}.")
    return found


def _pane(running: ExitStack, choices: Choices, port: int, crm_url: str, outlook: str) -> Any:
    """Return the application that serves a pane built for this run."""
    # Its own for each run: several may be open side by side.
    folder = Path(running.enter_context(tempfile.TemporaryDirectory(prefix="mail-connector-")))
    # A CRM without the licensed component can be tried as far as a stock vtenext goes.
    stock = choices.crm is not None or choices.sandbox == "stock"
    config = {"crm_urls": [crm_url], "licence": "optional" if stock else "required"}
    dist = _built(folder, port, {**config, **({"entra_client_id": CLIENT} if choices.graph else {})})
    user = _user(choices.signed_in)
    if user is not None:
        _sign_in_by_itself(dist, user)
    return pane_server.create_app(
        dist,
        extra_frame_ancestors=[outlook],
        local_officejs=OFFICE_JS,
        behind_officejs=ADDON.read_bytes() + (OUTLOOKS_PART if choices.graph else b""),
    )


def _sign_in_by_itself(dist: Path, user: SeedUser) -> None:
    shutil.copyfile(SIGNED_IN, dist / SIGNED_IN.name)
    page = dist / "index.html"
    credentials = f'data-user="{escape(user.name)}" data-password="{escape(user.password)}"'
    script = f'<script src="{SIGNED_IN.name}" {credentials} defer></script>'
    page.write_text(page.read_text("utf-8").replace("</head>", f"{script}\n</head>", 1), "utf-8")


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
        raise Failed(f"--outlook {error}.") from None
    return Manners().changed(changes)


def _mailbox(paths: tuple[Path, ...], manners: Manners) -> Mailbox:
    return Mailbox(own_mails.read(paths) if paths else load(SAMPLE_MAILS), manners=manners)


def _built(folder: Path, port: int, config: dict[str, object]) -> Path:
    """Build the pane for this machine; its sign-in form already knows the CRM."""
    try:
        return build(folder / "pane", f"https://localhost:{port}", config=config)
    except BuildError as error:
        raise Failed(f"The pane can't be built: {error}") from None


def _free(port: int, name: str) -> int:
    """Return this port, or the next of a row that nobody listens on; ``name`` is who wants it."""
    for candidate in range(port, min(port + PORTS_TRIED * PORT_STEP, LAST_PORT + 1), PORT_STEP):
        try:
            Server(None, port=candidate).close()
        except PermissionError:
            raise Failed(f"--port: this user may not use port {candidate}. Choose one from 1024 on.") from None
        except OSError:
            continue
        if candidate != port:
            announce(f"Port {port} is taken: the {name} uses {candidate}.")
        return candidate
    raise Failed(f"No free port was found from {port} on. Choose another with --port.")


def _by_hand(place: Place) -> str:
    if place.rules:
        flags = f"'{place.rules[0]}' --ignore-certificate-errors-spki-list={place.certificate.pin} --user-data-dir=NEW"
        return f"Open {place.outlook} in a Chromium, Chrome or Edge that was started with {flags}."
    return (
        f"Open {place.outlook} in a Chromium, Chrome or Edge; accept this machine's own certificate at each address "
        "above."
    )


def _open(running: ExitStack, place: Place) -> str:
    """Open the browser and return a sentence about it. Without one the servers are still of use."""
    if sys.platform == "linux" and not (os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")):
        return f"There is no screen here. {_by_hand(place)}"
    try:
        found = browser.find()
    except Failed as error:
        return f"{error}\n{_by_hand(place)}"
    profile = FOLDER / ("browser-outlook" if place.rules else "browser")
    profile.mkdir(parents=True, exist_ok=True)
    command = [
        str(found.path),
        *found.window_flags,
        *place.rules,
        f"--user-data-dir={profile}",
        f"--ignore-certificate-errors-spki-list={place.certificate.pin}",
        "--new-window",
        place.outlook,
    ]
    log = running.enter_context((FOLDER / "browser.log").open("wb"))
    try:
        process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=log, stderr=log)
    except OSError as error:
        return f"{found.path} can't be started ({error.strerror}). {_by_hand(place)}"
    running.callback(_close, process)
    return f"It is open in {found.path.name}, in a profile of its own."


def _close(process: subprocess.Popen[bytes]) -> None:
    if process.poll() is None:
        process.terminate()
        try:
            process.wait(BROWSER_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
