"""The sample mails, read once for all tests of a process."""

from __future__ import annotations

from pathlib import Path

from standin_outlook.mails import Mail, load

SAMPLES: tuple[Mail, ...] = tuple(load(Path(__file__).parent))
