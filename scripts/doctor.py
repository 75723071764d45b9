"""Find out why a pane does not work: ``python scripts/doctor.py --pane URL --crm URL`` (`workshop.doctor`)."""

from __future__ import annotations

import sys

import workshop.environment  # noqa: F401  # first: it refuses a Python that is too old
from workshop import commands

if __name__ == "__main__":
    sys.exit(commands.run("workshop.doctor.command"))
