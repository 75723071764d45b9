"""How much hypothesis draws where each draw links a whole mail.

    @drawing(300, pytestconfig.getoption("draws"))
    @given(…)

As it stands, the same draws every time; with ``--draws 2000`` so many, and others each time.
"""

from __future__ import annotations

from hypothesis import HealthCheck, Phase, settings


def drawing(usual: int, asked: int, parts: int = 1) -> settings:
    """Make the settings of one of ``parts`` tests, which draw ``asked`` times together; 0: as often as ``usual``."""
    return settings(
        max_examples=-(-(asked or usual) // parts),
        derandomize=not asked,
        database=None,
        print_blob=True,
        deadline=None,
        phases=[Phase.explicit, Phase.generate, Phase.shrink],
        suppress_health_check=list(HealthCheck),
    )
