"""Draw the states of a link and of the sign-in: ``python scripts/states.py`` (`workshop.states`)."""

from __future__ import annotations

import sys

from workshop import environment  # first: it refuses a Python that is too old

if __name__ == "__main__":
    environment.ensure()
    sys.path.append(str(environment.ROOT / "py"))
    from workshop.states import main

    sys.exit(main())
