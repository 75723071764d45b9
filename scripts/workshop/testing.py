"""Test everything: ``python scripts/test.py``. Arguments go to pytest: ``python scripts/test.py -k build``.

A run tries a part of what is drawn or has very many cases, always the same, and says at its end what it has left out;
``--deep`` leaves nothing out. ``--quick`` takes two minutes, needs no browser, and says what it leaves out, too.

Runs the static checks beside all tests; the browser tests in an installed Chromium, Chrome or Edge, or in
Playwright's own, most of them in Chromium's headless shell where there is one; the main journey in Firefox and WebKit,
too, where they are (`workshop.engines`).
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

from workshop import commands, environment
from workshop.checkout import ROOT

MOST_WORKERS = 4
"""Each has a browser of its own."""
BESIDE = 1
"""So many more than there are processors: a test that waits, for a program or for a page, leaves one idle."""

LEFT_OUT = {
    "everything in a browser": ("tests/pane",),
    "the build, its memory picture, web servers, the commands that start servers, and this command": (
        "tests/unit/test_build.py",
        "tests/unit/test_boot_set.py",
        "tests/unit/test_dev.py",
        "tests/unit/test_environment.py",
        "tests/unit/test_quick.py",
        "tests/unit/test_hosting.py",
        "tests/unit/test_depth.py",
        "tests/contract/test_sandbox_command.py",
        "tests/contract/test_web_servers.py",
    ),
    "the fault matrix, the random walk, the lying Outlook, and hostile texts in great number": (
        "tests/contract/test_faults.py",
        "tests/contract/test_interruptions.py",
        "tests/contract/test_lying_outlook.py",
        "tests/contract/test_walk.py",
        "tests/unit/test_hostile.py",
        "tests/unit/test_views_hostile.py",
    ),
}
"""What ``--quick`` leaves out, and where it is tested."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; returns the exit code: 0 when checks and tests pass."""
    parser = commands.Options(description="Run the static checks and all tests.", add_help=False)
    parser.add_argument("-h", "--help", action="store_true", help="show this, and leave")
    parser.add_argument("--no-check", action="store_true", help="leave the static checks out")
    parser.add_argument("--deep", action="store_true", help="leave nothing out: all draws, and every case in a browser")
    parser.add_argument("--quick", action="store_true", help="take two minutes, need no browser; say what is left out")
    parser.add_argument("--coverage", action="store_true", help="run what needs no browser, and see how much it covers")
    options, for_pytest = parser.parse_known_args(arguments)
    if options.help:
        parser.print_help()
        print("\nAll other arguments go to pytest: -k NAME, -x, -n 0 (one process), --draws 2000, tests/unit …")
        return 0
    environment.ensure(whole=True)
    from workshop import checks as check

    if options.deep:
        for_pytest.append("--deep")
    if options.coverage:
        for_pytest += ["--cov", "--cov-report=term", "--ignore=tests/pane"]
        environ = _keeping_bytecode()
    elif options.quick:
        print("Left out: " + "; ".join(LEFT_OUT) + ".", flush=True)
        for_pytest += [f"--ignore={path}" for paths in LEFT_OUT.values() for path in paths]
        environ = _keeping_bytecode()
    else:
        from workshop import browser
        from workshop.engines import programs

        try:
            found, headless = browser.find(), browser.find_headless()
        except environment.Failed as error:
            print(f"The browser tests need a browser. {error}", file=sys.stderr)
            return 1
        print("Browser: " + ", ".join(dict.fromkeys([str(headless.path), str(found.path)])), flush=True)
        print(f"Other engines: {programs.found()}", flush=True)
        environ = _keeping_bytecode()
        environ |= {browser.OVERRIDE: str(found.path), browser.HEADLESS_OVERRIDE: str(headless.path)}
    pytest = [sys.executable, "-m", "pytest", *_side_by_side(), *for_pytest]
    with ThreadPoolExecutor() as beside:
        # They take one processor for half a minute, and the first tests leave one half idle.
        checking = None if options.no_check else beside.submit(check.failed, begin="\n")
        tested = subprocess.run(pytest, cwd=ROOT, env=environ, check=False).returncode
        failed = checking.result() if checking else []
    if failed:
        print(f"These checks failed: {', '.join(failed)}.", file=sys.stderr)
    return tested or (1 if failed else 0)


def _keeping_bytecode() -> dict[str, str]:
    """The environment, in which Python keeps what it has compiled, though it be told not to, as in many containers.

    Each process would compile all tests anew, and each command that a test starts all that it imports.
    """
    return {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}


def _side_by_side() -> list[str]:
    """Tests run in a process more than there are processors; within each they keep their order."""
    workers = min((os.cpu_count() or 1) + BESIDE, MOST_WORKERS)
    return ["-n", str(workers), "--dist", "loadgroup", "--no-loadscope-reorder"]
