"""The benchmark measures: every figure once. What it says is no matter of pass or fail."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from pane.desk import ROOT
from workshop import measuring as bench
from workshop.browser import OVERRIDE, find_headless

pytestmark = [pytest.mark.browser, pytest.mark.slow]


@pytest.mark.deep("a smoke run of the benchmark")
def test_the_smoke_run_measures_every_figure(dist: Path, tmp_path: Path) -> None:
    # Playwright's synchronous interface allows one user a thread, and the other tests' browser is open in this one.
    out = tmp_path / "bench.json"
    options = ["--smoke", "--dist", str(dist), "--json", str(out)]
    command = [sys.executable, str(ROOT / "scripts" / "bench.py"), *options]
    environ = {**os.environ, OVERRIDE: str(find_headless().path)}
    done = subprocess.run(command, capture_output=True, text=True, check=False, env=environ)
    assert done.returncode == 0, done.stderr
    figures = json.loads(out.read_text("utf-8"))["figures"]
    names = [figure["name"] for figure in figures]
    for name in (
        "opening → sign-in form takes input, warm ÷ bare page",
        "opening → search takes input, with a kept sign-in, warm ÷ bare page",
        "opening → sign-in form takes input, cold ÷ bare page",
        "another mail → its subject stands there",
        "a key → the first results, less the CRM's time",
        "opening → records, warm, a CRM of 150 ms ÷ page by hand",
        "25 MB attachment: link ÷ curl",
        "25 MB by Graph: link ÷ curl, download and then upload",
        "25 MB attachment: memory at the peak, less what office.js takes, ÷ size",
    ):
        assert name in names
        assert name in done.stdout
    assert len(names) == len(set(names))
    differences = ("growth", "memory at the peak")
    assert all(one["median"] >= 0 for one in figures if not any(what in one["name"] for what in differences))
    second = next(figure for figure in figures if figure["name"] == "bytes at the second opening")
    assert second["samples"] == [0], second["note"]
    rounds = next(figure for figure in figures if figure["name"].endswith("its suggestions, rounds of requests"))
    assert rounds["samples"] >= [1]
    assert set(bench.measurements()) == set(bench.ROUNDS)
