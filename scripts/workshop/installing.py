"""Run an installer, and say in a sentence what went wrong when it fails. Standard library only."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from workshop.checkout import CACHE, ROOT


class Failed(Exception):
    """The environment can't be made ready; the text says what happened and what to do next."""


EXPLANATIONS = (
    (("No space left", "ENOSPC", "Disk full"), "the disk is full. Make about 1 GB of room and start again."),
    (
        ("DO NOT MATCH THE HASHES", "EINTEGRITY", "integrity checksum failed"),
        "a downloaded file is not the pinned one (its hash differs). Start again; if it stays so, a proxy or a mirror "
        "hands out other files: use another network, or ask who runs it.",
    ),
    (
        ("CERTIFICATE_VERIFY_FAILED", "SELF_SIGNED_CERT", "UNABLE_TO_GET_ISSUER", "unable to get local issuer"),
        "the TLS certificate of the package server is not trusted here; often a company proxy is the reason. Set "
        "PIP_CERT and NODE_EXTRA_CA_CERTS to the proxy's certificate file and start again.",
    ),
    (("407", "ProxyError", "Tunnel connection failed"), "the proxy refused the connection. Check HTTPS_PROXY."),
    (
        (
            "name resolution",
            "getaddrinfo",
            "nodename nor servname",
            "Name or service not known",
            "NewConnectionError",
            "Network is unreachable",
            "ENOTFOUND",
            "EAI_AGAIN",
            "ECONNREFUSED",
            "ECONNRESET",
            "ENETUNREACH",
            "ETIMEDOUT",
            "Read timed out",
            "ConnectTimeout",
            "Connection refused",
        ),
        "the package server can't be reached. The first start needs the internet (later ones do not): connect, or "
        "set HTTPS_PROXY if there is a proxy, and start again.",
    ),
    (
        ("No matching distribution", "is not a supported wheel", "EBADENGINE"),
        "a pinned package is not available for this Python or this system. CPython 3.11 to 3.14 on Windows, macOS or "
        "Linux (glibc) will do.",
    ),
    (
        ("Permission denied", "EACCES", "EPERM", "Access is denied"),
        "files may not be written here. Check who owns this folder, close programs that use it, and start again.",
    ),
)


def explain(output: str) -> str:
    """Return why an installer failed, by what it printed, and the next step; half a sentence, ending in a full stop."""
    for signs, text in EXPLANATIONS:
        if any(sign in output for sign in signs):
            return text
    return "see the lines below."


def announce(text: str) -> None:
    """Tell the user what is being done now, at once and aside from the command's own output."""
    print(text, file=sys.stderr, flush=True)


def run(command: Sequence[str | Path], what: str, *, cwd: Path = ROOT, env: Mapping[str, str] | None = None) -> str:
    """Run an installer and return what it printed.

    ``what`` completes "… failed": "Installing the Python packages". Raises Failed, and leaves the whole
    output in ``.cache/install.log``.
    """
    try:
        done = subprocess.run(
            [str(part) for part in command],
            cwd=cwd,
            env={**os.environ, **(env or {})},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            encoding="utf-8",
            errors="replace",
            check=False,
        )
    except OSError as error:
        raise Failed(f"{what} failed: {command[0]} can't be started ({error.strerror}).") from None
    if done.returncode == 0:
        return done.stdout
    try:
        CACHE.mkdir(exist_ok=True)
        (CACHE / "install.log").write_text(done.stdout, "utf-8")
    except OSError:
        pass  # a full disk is the message's business, not the log's
    reason = explain(done.stdout)
    tail = "\n".join("    " + line for line in done.stdout.strip().splitlines()[-8:])
    raise Failed(f"{what} failed: {reason}\n\nThe last lines it printed (all in .cache/install.log):\n{tail}")
