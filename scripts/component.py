"""Build the CRM component's package: ``python scripts/component.py --public-key crm/licence.pub``."""

from __future__ import annotations

import sys

from workshop import environment

if __name__ == "__main__":
    environment.ensure()
    from workshop.component import main

    sys.exit(main())
