"""Find and start the browsers: WebKitGTK by its driver, with an X server without a screen, and Firefox."""

from __future__ import annotations

import contextlib
import json
import os
import re
import shutil
import signal
import socket
import subprocess
import tempfile
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from workshop.engines.webdriver import Http, Marionette, Session, Wire
from workshop.installing import Failed

EXPECTED = "MAIL_CONNECTOR_ENGINES"
"""Names the engines that have to be there, such as ``firefox webkit``: without one a test fails."""
PROGRAMS = {"firefox": ("firefox-esr",), "webkit": ("WebKitWebDriver", "Xvfb")}
"""What each engine needs. Any other Firefox may be a snap, which sees no profile of ours."""
PACKAGES = {"firefox": "firefox-esr", "webkit": "webkit2gtk-driver xvfb"}
"""Debian's names for them."""
SETTINGS: Mapping[str, Any] = {
    "marionette.port": 0,
    "remote.log.level": "Info",
    "app.normandy.enabled": False,
    "app.update.disabledForTesting": True,
    "browser.shell.checkDefaultBrowser": False,
    "browser.startup.page": 0,
    "browser.dom.window.dump.enabled": True,
    "datareporting.policy.dataSubmissionEnabled": False,
    "devtools.console.stdout.content": True,
    "media.gmp-manager.updateEnabled": False,
    "network.captive-portal-service.enabled": False,
    "network.connectivity-service.enabled": False,
    "services.settings.server": "data:,none",
}
"""Firefox's own: quiet, and its console's errors where we hear them."""


LEAVE = {"MOZ_REMOTE_SETTINGS_DEVTOOLS": "1"}
"""Firefox then heeds where its own lists come from."""
OWN_NAMES = ["localhost", "127.0.0.1"]
SCREEN = "1280x1024x24"
GRACE = 10.0
"""Seconds in which a program may end by itself."""


@dataclass
class Opened:
    """An open browser; ``said`` are the lines that its program has written."""

    session: Session
    name: str
    said: list[str] = field(default_factory=list)


def missing(name: str) -> list[str]:
    """Return the programs that an engine lacks here."""
    return [program for program in PROGRAMS[name] if not shutil.which(program)]


def expected() -> list[str]:
    """Return the names of the engines that have to be there."""
    return os.environ.get(EXPECTED, "").split()


def found() -> str:
    """Tell which engines are here and what would bring the others: a sentence."""
    here = [name for name in PROGRAMS if not missing(name)]
    away = [f"{name} (Debian: apt install {PACKAGES[name]})" for name in PROGRAMS if missing(name)]
    parts = [", ".join(here)] * bool(here) + [f"not here, so left out: {', '.join(away)}"] * bool(away)
    return "; ".join(parts)


@contextmanager
def opened(name: str, proxy: str, *, hasty: bool = False) -> Iterator[Opened]:
    """Open a browser that trusts every certificate and asks a proxy for all but this machine's own names.

    A ``hasty`` one compiles WebAssembly once, where it would do so again and more thoroughly: for short visits.
    """
    with ExitStack() as stack:
        yield {"firefox": _firefox, "webkit": _webkit}[name](stack, proxy, hasty)


def _firefox(stack: ExitStack, proxy: str, hasty: bool) -> Opened:
    settings = {**SETTINGS, "javascript.options.wasm_optimizingjit": not hasty}
    profile = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="firefox-", ignore_cleanup_errors=True)))
    lines = [f'user_pref("{name}", {json.dumps(value)});\n' for name, value in settings.items()]
    (profile / "user.js").write_text("".join(lines), "ascii")
    process = _started(
        stack, [PROGRAMS["firefox"][0], "--headless", "--marionette", "--profile", str(profile)], **LEAVE
    )
    wire = Marionette(int(_heard(process, r"Marionette\s+INFO\s+Listening on port (\d+)")))
    by = {"proxyType": "manual", "sslProxy": proxy, "httpProxy": proxy, "noProxy": OWN_NAMES}
    return _open(stack, "firefox", process, wire, proxy=by)


def _webkit(stack: ExitStack, proxy: str, hasty: bool) -> Opened:
    driver, screen_program = PROGRAMS["webkit"]
    screen = _started(stack, [screen_program, "-displayfd", "1", "-nolisten", "tcp", "-screen", "0", SCREEN])
    quiet = {"DISPLAY": f":{_heard(screen, '([0-9]+)')}", "NO_AT_BRIDGE": "1", "GTK_A11Y": "none"}
    if hasty:
        quiet["JSC_useOMGJIT"] = "false"
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    process = _started(stack, [driver, f"--port={port}"], **quiet)
    _until_open(process, port)
    # Its driver would speak TLS with the proxy itself.
    args = ["--automation", f"--proxy=http://{proxy}", *(f"--ignore-host={name}" for name in OWN_NAMES)]
    wire = Http(f"http://127.0.0.1:{port}")
    return _open(stack, "webkit", process, wire, **{"webkitgtk:browserOptions": {"args": args}})


def _open(stack: ExitStack, name: str, process: subprocess.Popen[str], wire: Wire, **capabilities: Any) -> Opened:
    said: list[str] = []
    # What it writes must be read, or it stops when nobody does.
    threading.Thread(target=_listen, args=(process, said), daemon=True).start()
    session = Session(wire, acceptInsecureCerts=True, **capabilities)
    stack.callback(session.close)
    return Opened(session, name, said)


def _listen(process: subprocess.Popen[str], said: list[str]) -> None:
    said.extend(line.rstrip("\n") for line in process.stdout or ())


def _started(stack: ExitStack, command: list[str], **environ: str) -> subprocess.Popen[str]:
    """Start a program, with all that it starts in a group of their own, which ends with the stack."""
    process = subprocess.Popen(
        command,
        env={**os.environ, **environ},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
        start_new_session=True,
    )
    stack.callback(_end, process)
    return process


def _end(process: subprocess.Popen[str]) -> None:
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGTERM)
    try:
        process.wait(GRACE)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
    if process.stdout:
        process.stdout.close()


def _heard(process: subprocess.Popen[str], pattern: str) -> str:
    """Wait for a line; returns the first group of the pattern. Raises Failed when the program ends before."""
    lines = []
    for line in process.stdout or ():
        lines.append(line)
        if found := re.search(pattern, line):
            return found[1]
    raise Failed(f"{process.args!r} ended: {''.join(lines[-3:])}")


def _until_open(process: subprocess.Popen[str], port: int) -> None:
    """Wait until a program listens that says nothing of it. Raises Failed when it ends before."""
    while process.poll() is None:
        with contextlib.suppress(ConnectionRefusedError):
            socket.create_connection(("127.0.0.1", port)).close()
            return
        time.sleep(0.02)
    raise Failed(f"{process.args!r} ended at once.")
