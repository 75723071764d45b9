"""Run the sandbox CRM on its own: ``python scripts/sandbox.py`` (`workshop.sandbox`)."""

from __future__ import annotations

import sys

from workshop import environment

if __name__ == "__main__":
    environment.ensure()
    from workshop.sandbox import main

    sys.exit(main())
