"""Build the CRM component's package: ``python scripts/component.py --public-key crm/licence.pub``."""

from __future__ import annotations

import sys

import workshop.environment  # first: it refuses a Python that is too old
from workshop import commands

if __name__ == "__main__":
    sys.exit(commands.run("workshop.component", workshop.environment.ensure))
