"""Make and read licences: ``python scripts/licence.py keygen|request|issue|show`` (`workshop.licence`)."""

from __future__ import annotations

import sys

import workshop.environment  # first: it refuses a Python that is too old
from workshop import commands

if __name__ == "__main__":
    sys.exit(commands.run("workshop.licence", workshop.environment.ensure))
