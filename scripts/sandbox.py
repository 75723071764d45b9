"""Run the sandbox CRM on its own: ``python scripts/sandbox.py`` (`workshop.sandbox`)."""

from __future__ import annotations

import sys

import workshop.environment  # first: it refuses a Python that is too old
from workshop import commands

if __name__ == "__main__":
    sys.exit(commands.run("workshop.sandbox", workshop.environment.ensure))
