"""Measure what the pane promises: ``python scripts/bench.py`` (`workshop.measuring`)."""

from __future__ import annotations

import sys

import workshop.environment  # noqa: F401  # first: it refuses a Python that is too old
from workshop.measuring import main

if __name__ == "__main__":
    sys.exit(main())
