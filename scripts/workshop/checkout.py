"""Where things lie in this checkout. Standard library only, and readable by old Pythons too."""

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
