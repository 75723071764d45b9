"""Check the code without running it: ``python scripts/check.py`` (ruff, mypy, imports, lengths, translations)."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Sequence

from workshop import commands, environment
from workshop.checkout import CACHE, ROOT

CHECKS: dict[str, tuple[str, ...]] = {
    "ruff": ("-m", "ruff", "check", "--quiet", "py", "scripts", "tests"),
    "format": ("-m", "ruff", "format", "--check", "--quiet", "py", "scripts", "tests"),
    "mypy": ("-m", "mypy", "--no-error-summary", "--cache-dir", str(CACHE / "mypy")),
    "imports": ("-c", "from importlinter.cli import lint_imports_command; lint_imports_command()"),
    "lengths": ("-m", "workshop.lengths"),
    "texts": ("-m", "workshop.translations"),
}
"""What each check passes to Python."""


def failed(*, begin: str = "") -> list[str]:
    """Run all checks, print what they complain about, and return the names of those that failed.

    ``begin`` goes before each line that is printed, where others write lines as well.
    """
    environ = {
        **os.environ,
        "PYTHONPATH": os.pathsep.join([str(ROOT / "py"), str(ROOT / "scripts")]),
        "PYTHONIOENCODING": "utf-8",
    }
    found = []
    for name, command in CHECKS.items():
        start = time.monotonic()
        done = subprocess.run(
            [sys.executable, *command],
            cwd=ROOT,
            env=environ,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            encoding="utf-8",
            check=False,
        )
        if done.returncode:
            found.append(name)
        if done.stdout.strip() and (done.returncode or name == "texts"):
            print(begin + done.stdout.rstrip(), file=sys.stderr)
        result = "failed" if done.returncode else "ok"
        print(f"{begin}{name:8} {result:7} {time.monotonic() - start:5.1f} s", flush=True)
    return found


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; returns the exit code."""
    commands.Options(description="Check style, types and import contracts.").parse_args(arguments)
    environment.ensure(whole=True)
    return 1 if failed() else 0
