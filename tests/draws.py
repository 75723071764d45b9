"""How much hypothesis draws, above all where each draw links a whole mail.

    @drawing(pytestconfig, "a lying Outlook on CPython", 2000, few=500)
    @given(…)

The same draws every time: a part of them, with ``--deep`` all. With ``--draws 20000`` so many, and others each time.
"""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, Phase, settings

from depth import DRAWS, deep, leave

EVERY, PART = 100, 25
"""How often hypothesis draws in a deep run where a test does not say, and otherwise."""


def examples(usual: int) -> int:
    """How often to draw in a test that draws ``usual`` times with ``--deep``: the profile's part of it otherwise."""
    return max(1, usual * settings().max_examples // EVERY)


def drawing(config: pytest.Config, what: str, usual: int, *, few: int, parts: int = 1) -> settings:
    """Make the settings of one of ``parts`` tests that draw so often together; ``what`` is said of those left out."""
    asked: int = config.getoption("draws")
    count = asked or (usual if deep(config) else few)
    if count < usual and not asked:
        leave(config, DRAWS, {what: usual - count})
    return settings(
        max_examples=-(-count // parts),
        derandomize=not asked,
        database=None,
        print_blob=True,
        deadline=None,
        phases=[Phase.explicit, Phase.generate, Phase.shrink],
        suppress_health_check=list(HealthCheck),
    )
