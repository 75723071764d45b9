"""Work that Node does for the build: a script of ours gets a job as a JSON file.

done_by_node(command, Path("make.mjs"), {"out": "dist"}, folder, seconds=300)
"""

from __future__ import annotations

import json
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path

LAST, WIDTH = 12, 300
"""Lines of what Node said at last, and characters of each: it shows the line of code, and Pyodide's has a million."""


def version(command: Sequence[str]) -> str:
    """Return the version of Node by its ``command``, as in ``v22.4.0``."""
    asked = subprocess.run([*command, "--version"], capture_output=True, text=True, check=True)
    return asked.stdout.strip()


class NodeFailed(Exception):
    """Node failed; the text is the end of its output."""


def done_by_node(
    command: Sequence[str], script: Path, job: Mapping[str, object], folder: Path, *, seconds: float
) -> None:
    """Run a script with Node's ``command`` and a job, which is written into the folder. Raises NodeFailed."""
    file = folder / "job.json"
    file.write_text(json.dumps(job), "utf-8")
    done = subprocess.run(
        [*command, str(script), str(file)],
        capture_output=True,
        text=True,
        encoding="utf-8",
        errors="replace",
        timeout=seconds,
        check=False,
    )
    if done.returncode:
        lines = (done.stdout + done.stderr).strip().splitlines()[-LAST:]
        raise NodeFailed("\n".join(line[:WIDTH] for line in lines))
