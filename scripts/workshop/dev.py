"""Try the Mail Connector: ``python scripts/dev.py``.

Starts the sandbox CRM, the pane and a stand-in Outlook with sample mails on this machine, and opens
the browser. ``--mail`` takes your own mails, ``--crm`` your own vtenext, ``--pane`` a pane that is served elsewhere.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

from workshop import commands, environment
from workshop.checkout import ROOT

USUAL_PORT, PORTS_NEEDED = 8443, 4
SIGNED_IN = "agent"
"""The user whom ``--signed-in`` signs in where it names none."""


def parser() -> commands.Options:
    """Return the parser of the command's options."""
    options = commands.Options(
        description="Try the Mail Connector in a stand-in Outlook, with sample mails and a sandbox CRM.",
    )
    options.add_argument(
        "--mail", action="append", default=[], metavar="PATH", type=Path, help="your own .eml file or a folder of them"
    )
    options.add_argument("--crm", metavar="URL", type=crm_address, help="a real vtenext instead of the sandbox CRM")
    options.add_argument(
        "--pane", metavar="URL", type=pane_address, help="a pane that is served already, instead of one built here"
    )
    options.add_argument(
        "--signed-in", nargs="?", const=SIGNED_IN, metavar="USER",
        help=f"sign in by itself, as a user of the sandbox CRM (default: {SIGNED_IN})",
    )  # fmt: skip
    sandbox = options.add_mutually_exclusive_group()
    for name, text in (
        ("no-licence", "the sandbox CRM has the component, and no licence"),
        ("expired-licence", "the sandbox CRM's licence has expired"),
        ("stock", "the sandbox CRM is a stock vtenext, without the component"),
    ):
        sandbox.add_argument(f"--{name}", action="store_const", const=name, dest="sandbox", help=text)
    options.add_argument(
        "--graph", action="store_true",
        help="an Outlook that hands out no attachments, as on telephones, and a stand-in of Microsoft Graph",
    )  # fmt: skip
    options.add_argument(
        "--outlook",
        action="append",
        default=[],
        metavar="NAME=VALUE",
        help="how the stand-in Outlook treats the pane, such as sizes=zero; a wrong one lists them all",
    )
    options.add_argument(
        "--port",
        type=first_port,
        default=USUAL_PORT,
        help=f"the pane's port; the others follow it (default: {USUAL_PORT})",
    )
    options.add_argument("--no-browser", action="store_true", help="open no browser")
    options.add_argument("--seconds", type=commands.amount, metavar="N", help="stop by itself after N seconds")
    return options


def first_port(text: str) -> int:
    """Read the first of the ports."""
    number = commands.port(text)
    last = commands.LAST_PORT - PORTS_NEEDED + 1
    if not 1 <= number <= last:
        raise commands.wrong(f"{text!r} leaves no room for {PORTS_NEEDED} ports: give one from 1 to {last}")
    return number


def crm_address(text: str) -> str:
    """Read a CRM's address as the pane does: pages of the CRM are taken for their CRM."""
    sys.path.append(str(ROOT / "py"))
    try:
        from connector.errors import CrmAddressError, CrmAddressInsecure
        from connector.vtenext.url import normalise

        try:
            return normalise(text)
        except CrmAddressInsecure:
            raise commands.wrong(f"{text!r} begins with http. Outlook lets the pane call https only") from None
        except CrmAddressError:
            raise commands.wrong(f"{text!r} is no address of a CRM such as https://crm.example.com/crm") from None
    finally:
        sys.path.remove(str(ROOT / "py"))


def pane_address(text: str) -> str:
    """Read the address of a pane; returns that of its page."""
    plain = commands.address(text)
    if not plain.startswith("https:"):
        raise commands.wrong(f"{text!r} begins with http. Outlook shows https pages only")
    return plain if plain.endswith(".html") else f"{plain.rstrip('/')}/index.html"


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; returns the exit code."""
    options = parser()
    chosen = options.parse_args(arguments)
    for name in ("signed_in", "sandbox"):
        given = f"--{name.replace('_', '-')}" if name == "signed_in" else f"--{chosen.sandbox}"
        if getattr(chosen, name) and chosen.crm:
            options.error(f"{given} is for the sandbox CRM, and --crm names another")
    for name in ("signed_in", "graph"):
        if getattr(chosen, name) and chosen.pane:
            options.error(f"--{name.replace('_', '-')} is for a pane that is built here, and --pane names another")
    environment.ensure()
    from workshop.development import Choices, run

    return run(
        Choices(
            mails=tuple(chosen.mail),
            crm=chosen.crm,
            pane=chosen.pane,
            port=chosen.port,
            browser=not chosen.no_browser,
            seconds=chosen.seconds,
            manners=tuple(chosen.outlook),
            sandbox=chosen.sandbox or "",
            signed_in=chosen.signed_in or "",
            graph=chosen.graph,
        )
    )
