"""Make this checkout ready to run: its own Python environment, npm packages and wheels, all pinned by hash.

``ensure()`` is the first thing every command does. Standard library only. The first start needs the
internet; the next ones find everything in place, ask nobody and take a moment.

On its own, ``python scripts/environment.py`` prepares everything and stops.
"""

from __future__ import annotations

import sys

if sys.version_info < (3, 11):  # noqa: UP036  # before anything that an older Python could not even read
    sys.exit(
        "Mail Connector needs Python 3.11 or newer; this is Python %d.%d (%s).\n"  # noqa: UP031
        "Install a newer one (python.org, your package manager) and start with it: python3.13 scripts/dev.py"
        % (sys.version_info[0], sys.version_info[1], sys.executable)
    )

import hashlib
import importlib.util
import os
import signal
import subprocess
from pathlib import Path

from workshop.checkout import CACHE, PANE_REQUIREMENTS, REQUIREMENTS, ROOT, VENV, WHEELS
from workshop.installing import Failed, announce, run
from workshop.pane_packages import ensure_npm_packages, ensure_wheels

__all__ = ["CACHE", "PANE_REQUIREMENTS", "ROOT", "VENV", "WHEELS", "Failed", "ensure", "prepare"]

PYTHON = VENV / ("Scripts/python.exe" if sys.platform == "win32" else "bin/python")
STAMP = VENV / "installed-from"
STARTED_AGAIN = "MAIL_CONNECTOR_STARTED_AGAIN"


def ensure() -> None:
    """Return when this process runs in the ready environment; start it again there if it does not yet.

    Ends the process with a sentence on stderr and exit code 1 when the environment can't be made.
    """
    try:
        prepare()
        if not _inside():
            _start_again()
        os.environ.pop(STARTED_AGAIN, None)
    except Failed as error:
        sys.exit(f"\n{error}")
    except KeyboardInterrupt:
        sys.exit("\nStopped. Start the same command again to go on.")


def prepare() -> None:
    """Make and update the environment, fetching what is missing. Raises Failed."""
    try:
        _python_packages()
        ensure_npm_packages(PYTHON)
        ensure_wheels(PYTHON)
    except OSError as error:
        reason = f"The environment can't be made ready: {error}."
        raise Failed(f"{reason} Check the disk's space and who owns {ROOT}.") from None


def _python_packages() -> None:
    stamp = hashlib.sha256(REQUIREMENTS.read_bytes() + str(VENV).encode()).hexdigest()
    if STAMP.exists() and STAMP.read_text("ascii", "replace") == stamp and PYTHON.exists():
        return
    if not _works():
        _make_venv()
    announce("Installing the Python packages (once) …")
    pip: list[str | Path] = [PYTHON, "-m", "pip", "install", "--quiet", "--no-input", "--disable-pip-version-check"]
    run([*pip, "--only-binary", ":all:", "--require-hashes", "-r", REQUIREMENTS], "Installing the Python packages")
    STAMP.write_text(stamp, "ascii")


def _works() -> bool:
    """Tell whether the environment's Python still runs: an upgrade of the system's Python breaks it."""
    if not PYTHON.exists():
        return False
    code = "import sys, pip; sys.exit(sys.version_info < (3, 11))"
    return subprocess.run([str(PYTHON), "-c", code], capture_output=True, check=False).returncode == 0


def _make_venv() -> None:
    if importlib.util.find_spec("venv") is None or importlib.util.find_spec("ensurepip") is None:
        raise Failed(
            "This Python comes without its venv module. On Debian and Ubuntu: apt install python3-venv\n"
            "(as root; sudo apt install python3-venv), then start again. Elsewhere: install Python from python.org."
        )
    announce("First start: making an environment in .venv/ and fetching what is pinned. It takes a minute or two.")
    run([sys.executable, "-m", "venv", "--clear", VENV], "Making the Python environment (.venv)")


def _inside() -> bool:
    return Path(sys.prefix).resolve() == VENV.resolve()


def _start_again() -> None:
    if os.environ.get(STARTED_AGAIN) == str(VENV):
        raise Failed(f"The Python of {VENV} does not use its own packages. Remove that folder and start again.")
    os.environ[STARTED_AGAIN] = str(VENV)
    command = [str(PYTHON), *sys.orig_argv[1:]]
    if sys.platform != "win32":
        os.execv(PYTHON, command)  # noqa: S606  # the same command in the environment's Python
    # Windows has no exec: wait for the child. It gets Ctrl-C as well and ends by itself.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    sys.exit(subprocess.run(command, check=False).returncode)


def main() -> int:
    """Run the command; returns the exit code."""
    ensure()
    print("Ready.")
    return 0
