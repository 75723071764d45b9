"""Find out why a pane does not work: ``python scripts/doctor.py --pane URL --crm URL`` (`workshop.doctor`)."""

from __future__ import annotations

import sys

if sys.version_info < (3, 11):  # noqa: UP036  # before anything that an older Python could not even read
    sys.exit("This needs Python 3.11 or newer.")

from workshop.doctor.command import main

if __name__ == "__main__":
    sys.exit(main())
