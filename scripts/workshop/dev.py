"""Try the Mail Connector: ``python scripts/dev.py``.

Starts the sandbox CRM, the pane and a stand-in Outlook with sample mails on this machine, and opens
the browser. ``--mail`` takes your own mails, ``--crm`` your own vtenext.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from workshop import environment


def parser() -> argparse.ArgumentParser:
    """Return the parser of the command's options."""
    options = argparse.ArgumentParser(
        description="Try the Mail Connector in a stand-in Outlook, with sample mails and a sandbox CRM.",
    )
    options.add_argument(
        "--mail", action="append", default=[], metavar="PATH", type=Path, help="your own .eml file or a folder of them"
    )
    options.add_argument("--crm", metavar="URL", help="a real vtenext instead of the sandbox CRM")
    options.add_argument(
        "--outlook",
        action="append",
        default=[],
        metavar="NAME=VALUE",
        help="how the stand-in Outlook treats the pane, such as sizes=zero; a wrong one lists them all",
    )
    options.add_argument("--port", type=int, default=8443, help="the pane's port; the others follow it (default: 8443)")
    options.add_argument("--no-browser", action="store_true", help="open no browser")
    options.add_argument("--seconds", type=float, metavar="N", help="stop by itself after N seconds")
    return options


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; returns the exit code."""
    options = parser().parse_args(arguments)
    environment.ensure()
    from workshop.development import Choices, run

    choices = Choices(
        tuple(options.mail),
        options.crm,
        options.port,
        not options.no_browser,
        options.seconds,
        tuple(options.outlook),
    )
    try:
        return run(choices)
    except environment.Failed as error:
        print(f"\n{error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 0
