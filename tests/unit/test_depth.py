"""What a run leaves out it says; ``--deep`` leaves nothing out."""

from __future__ import annotations

import re
import subprocess
import sys

from workshop.checkout import ROOT

MODULE = "tests/pane/test_hostile.py"


def collected(*options: str) -> str:
    command = [sys.executable, "-m", "pytest", "--collect-only", "-q", "-p", "no:cacheprovider", MODULE, *options]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout
    return done.stdout


def test_a_part_of_many_cases_is_left_out_and_said() -> None:
    usual, deep = collected(), collected("--deep")
    [line] = [line for line in usual.splitlines() if line.startswith("tests that are left out, but with --deep: ")]
    told = sum(map(int, re.findall(r"\((\d+)\)", line)))
    assert told == deep.count(MODULE + "::") - usual.count(MODULE + "::") > 0
    assert "left out" not in deep
    # Of each test some run.
    assert {name.partition("[")[0] for name in usual.splitlines() if "::" in name} == {
        name.partition("[")[0] for name in deep.splitlines() if "::" in name
    }
