"""Make and read licences: ``python scripts/licence.py keygen|request|issue|show`` (`workshop.licence`)."""

from __future__ import annotations

import sys

from workshop import environment

if __name__ == "__main__":
    environment.ensure()
    from workshop.licence import main

    sys.exit(main())
