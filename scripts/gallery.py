"""Take pictures of everything that the pane can show: ``python scripts/gallery.py`` (`workshop.gallery`)."""

from __future__ import annotations

import sys

import workshop.environment  # noqa: F401  # first: it refuses a Python that is too old
from workshop import commands

if __name__ == "__main__":
    sys.exit(commands.run("workshop.gallery"))
