"""Draw the states of a link and of the sign-in: ``python scripts/states.py`` (`workshop.states`)."""

from __future__ import annotations

import sys

import workshop.environment  # first: it refuses a Python that is too old
from workshop import commands
from workshop.checkout import ROOT

if __name__ == "__main__":
    sys.path.append(str(ROOT / "py"))
    sys.exit(commands.run("workshop.states", workshop.environment.ensure))
