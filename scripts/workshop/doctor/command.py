"""Find out why a pane does not work, and what to do: ``python scripts/doctor.py --pane URL --crm URL``.

Nothing is signed in to and nothing is changed. The exit code is 1 where a check failed.
"""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Sequence
from pathlib import Path
from urllib.parse import urlsplit

from workshop import commands
from workshop.checkout import ROOT

sys.path.append(str(ROOT / "py"))

from connector.app.checkwords import report, worded
from connector.checkup.examination import examine
from connector.checkup.finding import Finding, Verdict
from connector.errors import CrmAddressError
from connector.vtenext.url import normalise
from workshop.doctor.line import TerminalLine

SECONDS = 20.0
"""How long each question may take."""
SIGNS = {Verdict.OK: "ok     ", Verdict.FAILED: "FAILED ", Verdict.UNCLEAR: "unclear"}


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; returns the exit code."""
    parser = commands.Options(description="Find out why a pane does not work, and what to do.")
    parser.add_argument("--pane", default="", metavar="URL", help="where the pane is: https://addin.example.com")
    parser.add_argument("--crm", default="", metavar="URL", help="the CRM's address: https://crm.example.com/crm")
    parser.add_argument("--ca", metavar="FILE", help="certificates to trust beside the system's (PEM)")
    options = parser.parse_args(arguments)
    try:
        pane, crm = _pane(options.pane), normalise(options.crm) if options.crm else ""
        if options.ca and not Path(options.ca).is_file():
            raise ValueError(f"--ca: there is no file {options.ca}.")
        line = TerminalLine(SECONDS, options.ca)
    except CrmAddressError:
        return _refused(f"--crm has to look like https://crm.example.com/crm, not {options.crm!r}.")
    except (ValueError, OSError) as error:
        return _refused(str(error))
    if not pane and not crm:
        return _refused("Say what to look at: --pane https://addin.example.com --crm https://crm.example.com/crm")
    findings = asyncio.run(_examined(line, pane, crm))
    print("\n" + report(findings, {"Pane": pane, "CRM": crm}).splitlines()[-1])
    return 1 if any(finding.verdict is Verdict.FAILED for finding in findings) else 0


def _pane(given: str) -> str:
    """The pane's folder, of its address or that of a page in it. Raises ValueError."""
    parts = urlsplit(given)
    if given and (parts.scheme != "https" or not parts.hostname or "@" in parts.netloc):
        raise ValueError(f"--pane has to look like https://addin.example.com, not {given!r}.")
    path = parts.path.rpartition("/")[0] if parts.path.endswith(".html") else parts.path
    return f"https://{parts.netloc}{path}".rstrip("/") if given else ""


async def _examined(line: TerminalLine, pane: str, crm: str) -> list[Finding]:
    """All findings; each is said as soon as it is there."""
    found = []
    async for finding in examine(line, pane, crm):
        words = worded(finding)
        print(f"{SIGNS[finding.verdict]} {words.title}: {words.seen}", flush=True)
        if words.advice:
            print(f"        {words.advice}")
        for one in words.snippet.splitlines():
            print(f"            {one}")
        found.append(finding)
    return found


def _refused(why: str) -> int:
    print(why, file=sys.stderr)
    return 2
