"""How long a test waits for what should come before it takes it for hung: no test may fail by a slow machine."""

from __future__ import annotations

LONGEST = 300.0
"""Seconds; for what a processor that others keep busy does in one. pytest ends a whole test after fifteen minutes."""

LONGEST_MS = 1000 * LONGEST
