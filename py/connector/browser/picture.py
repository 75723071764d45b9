"""What has to be done when Python was not started but put into memory from a picture that the build made.

The picture holds everything as it was then and there. Time and the system's random numbers are asked for when they are
needed, but what was made of them is old.
"""

from __future__ import annotations

import random


def wake() -> None:
    """Make everything new that must not be the same for everybody."""
    random.seed()
