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
import importlib
import importlib.util
import os
import re
import signal
import subprocess
import tempfile
from collections.abc import Sequence
from pathlib import Path

from workshop.checkout import CACHE, PANE_REQUIREMENTS, REQUIREMENTS, ROOT, VENV, WHEELS
from workshop.installing import Failed, announce, run
from workshop.pane_packages import ensure_npm_packages, ensure_wheels

__all__ = ["CACHE", "PANE_REQUIREMENTS", "ROOT", "VENV", "WHEELS", "Failed", "ensure", "prepare"]

PYTHON = VENV / ("Scripts/python.exe" if sys.platform == "win32" else "bin/python")
STAMP = VENV / "installed-from"
FIRST, WHOLE = "first", "whole"
"""How much is installed: what the first start needs, or everything."""
FIRST_PACKAGES = frozenset(
    {
        "anyio", "babel", "cffi", "click", "colorama", "cryptography", "h11", "httptools", "idna", "pycparser", "pyjwt",
        "python-multipart", "starlette", "trustme", "typing-extensions", "tzdata", "uvicorn",
    }
)  # fmt: skip
"""What trying, building and licences take, a sixth of all: checks and tests need the others, and fetch them."""
STARTED_AGAIN = "MAIL_CONNECTOR_STARTED_AGAIN"


def ensure(*, whole: bool = False) -> None:
    """Return when this process runs in the ready environment; start it again there if it does not yet.

    ``whole``: with what checks and tests need, too. Ends the process with a sentence on stderr and exit code 1 when
    the environment can't be made.
    """
    try:
        prepare(whole=whole)
        if not _inside():
            _start_again()
        os.environ.pop(STARTED_AGAIN, None)
    except Failed as error:
        sys.exit(f"\n{error}")
    except KeyboardInterrupt:
        sys.exit("\nStopped. Start the same command again to go on.")


def prepare(*, whole: bool) -> None:
    """Make and update the environment, fetching what is missing. Raises Failed."""
    try:
        _python_packages(whole=whole)
        ensure_npm_packages(PYTHON)
        ensure_wheels(PYTHON)
    except OSError as error:
        reason = f"The environment can't be made ready: {error}."
        raise Failed(f"{reason} Check the disk's space and who owns {ROOT}.") from None


def complete() -> None:
    """Add the packages of checks and tests to the environment in which this process runs. Raises Failed."""
    _python_packages(whole=True)
    importlib.invalidate_caches()


def _python_packages(*, whole: bool) -> None:
    made_from = hashlib.sha256(REQUIREMENTS.read_bytes()).hexdigest()
    stamp, _, extent = (STAMP.read_text("ascii", "replace") if STAMP.exists() else "").partition(" ")
    ready = _works_still() and stamp == made_from
    if ready and (extent == WHOLE or not whole):
        return
    if not (ready or _works()):
        _make_venv()
        stamp = ""
    # What is there already stays whole: a part would be left at its old versions.
    whole = whole or extent == WHOLE
    what = "Updating" if stamp and stamp != made_from else "Installing"
    announce(f"{what} the Python packages{' for checks and tests' if whole and extent != WHOLE else ''} …")
    with tempfile.TemporaryDirectory(prefix="mail-connector-") as folder:
        lock = REQUIREMENTS
        if not whole:
            lock = Path(folder) / REQUIREMENTS.name
            lock.write_text(first_lock(REQUIREMENTS.read_text("utf-8")), "utf-8")
        pip: list[str | Path] = [PYTHON, "-m", "pip", "install", "--quiet", "--no-input", "--disable-pip-version-check"]
        run([*pip, "--only-binary", ":all:", "--require-hashes", "-r", lock], "Installing the Python packages")
    _write_stamp(f"{made_from} {WHOLE if whole else FIRST}")


def first_lock(lock: str) -> str:
    """Return the entries of a lock file that the first start needs (`FIRST_PACKAGES`)."""
    entries = re.split(r"\n(?=[a-zA-Z])", lock)
    return "\n".join(entry for entry in entries if re.split("[=<>! ]", entry, maxsplit=1)[0] in FIRST_PACKAGES) + "\n"


def _write_stamp(text: str) -> None:
    """Put a new file in the stamp's place: a checkout that was copied by hard links shares the old one."""
    fresh = STAMP.with_name(STAMP.name + ".new")
    fresh.write_text(text, "ascii")
    fresh.replace(STAMP)


def _works_still() -> bool:
    """Tell whether the environment's Python is the one that its packages were installed for.

    An upgrade of the system's Python leaves a link that leads to a newer one, which has another folder for them.
    """
    if not PYTHON.exists():
        return False
    named = re.fullmatch(r"python(3\.\d+)", PYTHON.resolve().name)
    return named is None or (VENV / "lib" / f"python{named[1]}").is_dir()


def _works() -> bool:
    """Tell whether the environment's Python still runs: an upgrade of the system's Python breaks it."""
    if not _works_still():
        return False
    code = "import sys, pip; sys.exit(sys.version_info < (3, 11))"
    return subprocess.run([str(PYTHON), "-c", code], capture_output=True, check=False).returncode == 0


def _make_venv() -> None:
    if importlib.util.find_spec("venv") is None or importlib.util.find_spec("ensurepip") is None:
        raise Failed(
            "This Python comes without its venv module. On Debian and Ubuntu: apt install python3-venv\n"
            "(as root; sudo apt install python3-venv), then start again. Elsewhere: install Python from python.org."
        )
    announce("First start: making an environment in .venv/ and fetching what is pinned. It takes a minute.")
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


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; returns the exit code."""
    from workshop import commands

    commands.Options(description="Make this checkout ready to run.").parse_args(arguments)
    ensure(whole=True)
    print("Ready.")
    return 0
