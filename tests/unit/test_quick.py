"""``scripts/test.py --quick``: what it leaves out is there, and said."""

from __future__ import annotations

import subprocess
import sys

from workshop.checkout import ROOT
from workshop.testing import LEFT_OUT

COMMAND = ROOT / "scripts" / "test.py"


def test_every_place_that_is_left_out_is_there() -> None:
    places = [path for paths in LEFT_OUT.values() for path in paths]
    assert [path for path in places if not (ROOT / path).exists()] == []


def test_the_quick_command_says_what_it_leaves_out_and_runs_the_rest() -> None:
    # To collect the contracts' tests once more would take as long as many of them.
    fewer = ["-k", "test_sizes or journey", "--ignore=tests/contract"]
    command = [sys.executable, str(COMMAND), "--quick", "--no-check", "-n", "0", *fewer]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)

    assert "Left out: everything in a browser; " in done.stdout
    assert done.returncode == 0, done.stdout
    assert " passed" in done.stdout
    assert "tests/pane" not in done.stdout, "no test of a browser is collected"
