"""Work that Node does for the build: a script of ours gets a job as a JSON file.

done_by_node(command, Path("make.mjs"), {"out": "dist"}, folder)
"""

from __future__ import annotations

import json
import subprocess
from collections import deque
from collections.abc import Callable, Mapping, Sequence
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
    command: Sequence[str],
    script: Path,
    job: Mapping[str, object],
    folder: Path,
    *,
    heard: Callable[[str], object] = lambda _: None,
) -> None:
    """Run a script with Node's ``command`` and a job, which is written into the folder. Raises NodeFailed.

    ``heard`` gets each line that is printed, as it comes. It takes as long as it takes: machines are slow at times.
    """
    file = folder / "job.json"
    file.write_text(json.dumps(job), "utf-8")
    last = deque[str](maxlen=LAST)
    with subprocess.Popen(
        [*command, str(script), str(file)],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        encoding="utf-8",
        errors="replace",
    ) as process:
        try:
            for line in process.stdout or ():
                last.append(line.rstrip())
                heard(last[-1])
        except BaseException:
            process.kill()
            raise
    if process.returncode:
        lines = [line[:WIDTH] for line in last if line] or [f"nothing; it ended with {process.returncode}"]
        raise NodeFailed("\n".join(lines))
