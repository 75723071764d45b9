"""A test that hangs ends, and the run says which it was."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from patience import LONGEST
from workshop.checkout import ROOT

HANGS = """
import threading
from hypothesis import given, strategies as st

@given(st.booleans())
def test_it(drawn):
    threading.Event().wait()
"""


@pytest.mark.skipif(os.name == "nt", reason="there are no alarms")
def test_a_property_that_hangs_ends(tmp_path: Path) -> None:
    (tmp_path / "test_hangs.py").write_text(HANGS, "utf-8")
    given = ["-c", ROOT / "pyproject.toml", "-p", "conftest", "-p", "no:cacheprovider", "-n0", "--timeout=1"]
    command = [sys.executable, "-m", "pytest", *map(str, given), str(tmp_path)]
    environ = {**os.environ, "PYTHONPATH": str(ROOT / "tests")}
    done = subprocess.run(command, env=environ, capture_output=True, text=True, check=False, timeout=LONGEST)
    assert done.returncode == 1
    assert "test_hangs.py::test_it - conftest.Hung: Timeout (>1.0s)" in done.stdout
