"""Where things lie in this checkout. Standard library only, and readable by old Pythons too."""

import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
VENV = ROOT / ".venv"
CACHE = ROOT / ".cache"
WHEELS = CACHE / "wheels"
PANE = ROOT / "pane"
NODE_MODULES = PANE / "node_modules"
REQUIREMENTS = ROOT / "scripts" / "requirements.txt"
NODE_REQUIREMENTS = ROOT / "scripts" / "requirements-node.txt"
PANE_REQUIREMENTS = ROOT / "scripts" / "requirements-pane.txt"


@contextmanager
def connector_importable() -> Iterator[None]:
    """Let ``connector`` be imported in here: what runs in the pane serves its tools, too."""
    sys.path.append(str(ROOT / "py"))
    try:
        yield
    finally:
        sys.path.remove(str(ROOT / "py"))


def remove(*folders: Path) -> None:
    """Remove folders with what is in them, as far as they are there."""
    for folder in folders:
        shutil.rmtree(folder, ignore_errors=True)
