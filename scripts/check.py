"""Check the code without running it: ``python scripts/check.py`` (`workshop.checks`)."""

from __future__ import annotations

import sys

import workshop.environment  # noqa: F401  # first: it refuses a Python that is too old
from workshop import commands

if __name__ == "__main__":
    sys.exit(commands.run("workshop.checks"))
