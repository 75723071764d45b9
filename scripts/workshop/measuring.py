"""Measure what the pane promises: ``python scripts/bench.py``.

Prints a table and writes all samples as JSON. What is compared is measured in turns, so that a busy machine hits both
sides; the load is written down, and ratios are taken within one round. ``--smoke`` measures everything
once, with tiny mails and next to no throttling, to see that measuring works.
"""

from __future__ import annotations

import json
import os
import platform
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from workshop import commands, environment
from workshop.checkout import CACHE, ROOT

if TYPE_CHECKING:
    from workshop.benchmarks.figures import Figure
    from workshop.benchmarks.stage import Stage

ROUNDS = {
    "warm": 15,
    "kept": 15,
    "records": 15,
    "cold": 5,
    "python": 7,
    "throttled": 3,
    "engines": 15,
    "switching": 25,
    "searching": 15,
    "linking": 3,
    "graph": 5,
    "peak": 3,
    "growth": 500,
}
"""How often each group is measured; by the command's arguments. Growth is in mail switches."""
SMOKE = {**dict.fromkeys(ROUNDS, 1), "growth": 25}


def measurements() -> dict[str, Callable[[Stage, int], Iterator[Figure]]]:
    """Return what can be measured, by name."""
    from workshop.benchmarks import engines, linking, memory, records, searching, start, switching

    return {
        "warm": start.warm,
        "kept": start.kept,
        "records": records.records,
        "cold": start.cold,
        "python": start.python,
        "throttled": start.throttled,
        "engines": engines.engines,
        "switching": switching.switching,
        "searching": searching.searching,
        "linking": linking.linking,
        "graph": linking.by_graph,
        "peak": memory.peak,
        "growth": memory.growth,
    }


def load() -> float | None:
    """Return the machine's load of the last minute; None where the system does not know it."""
    return os.getloadavg()[0] if hasattr(os, "getloadavg") else None


def run(groups: Sequence[str], rounds: dict[str, int], dist: Path, *, smoke: bool = False) -> dict[str, Any]:
    """Measure these groups on a built pane, print the table, and return what is written as JSON."""
    from playwright.sync_api import sync_playwright

    from workshop.benchmarks import linking
    from workshop.benchmarks.figures import Report
    from workshop.benchmarks.stage import stage

    made = {"machine": platform.platform(), "processors": os.cpu_count(), "load before": load()}
    if smoke:
        made["smoke run"] = "tiny mails, hardly any throttling: the figures say nothing"
    report = Report({**made, "when": time.strftime("%Y-%m-%d %H:%M"), "python": platform.python_version()})
    with sync_playwright() as playwright, stage(playwright, dist, linking.mails(tiny=smoke), smoke=smoke) as set_up:
        for group in groups:
            print(f"{group} …", file=sys.stderr, flush=True)
            report.figures += measurements()[group](set_up, rounds[group])
        report.circumstances["browser"] = set_up.version
    report.circumstances["load after"] = load()
    print(report.table())
    print(", ".join(f"{name}: {value}" for name, value in report.circumstances.items()))
    return report.as_json()


def built_pane(text: str) -> Path:
    """Read the name of a folder with a built pane."""
    if not (Path(text) / "index.html").is_file():
        raise commands.wrong(f"{text} holds no built pane: scripts/build.py makes one")
    return Path(text)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; returns the exit code, which says nothing about the figures."""
    parser = commands.Options(description="Measure the pane's start and its linking.")
    parser.add_argument(
        "groups", nargs="*", metavar="group", help=f"what to measure: {', '.join(ROUNDS)} (default: all)"
    )
    parser.add_argument("--smoke", action="store_true", help="everything once and with little, on a quick build")
    parser.add_argument("--rounds", type=commands.whole(1), help="how often each group is measured")
    parser.add_argument(
        "--json", type=commands.writable_file, default=CACHE / "bench.json", help="the file for all samples"
    )
    parser.add_argument("--dist", type=built_pane, help="a built pane (default: one is built)")
    options = parser.parse_args(arguments)
    environment.ensure(whole=True)
    known = list(measurements())
    if unknown := set(options.groups) - set(known):
        parser.error(f"no such group: {', '.join(sorted(unknown))}; there are {', '.join(known)}")
    rounds = SMOKE if options.smoke else {name: options.rounds or count for name, count in ROUNDS.items()}
    from workshop.build import BuildError, build

    with tempfile.TemporaryDirectory(prefix="bench-build-") as folder:
        try:
            dist = options.dist or build(Path(folder) / "dist", thorough=not options.smoke)
        except BuildError as error:
            print(f"The build stopped: {error}", file=sys.stderr)
            return 1
        result = run(options.groups or known, rounds, dist, smoke=options.smoke)
    options.json.parent.mkdir(parents=True, exist_ok=True)
    options.json.write_text(json.dumps(result, indent=1) + "\n", "utf-8")
    print(f"All samples: {options.json.relative_to(ROOT) if options.json.is_relative_to(ROOT) else options.json}")
    return 0
