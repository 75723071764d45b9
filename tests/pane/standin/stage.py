"""The stand-in Outlook with a probe pane in it, as the tests of this folder use it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from playwright.sync_api import BrowserContext, Frame
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import FileResponse, Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles

from standin_outlook.driver import Outlook
from standin_outlook.items import body_of
from standin_outlook.mails import Mail, Mailbox

ROOT = Path(__file__).resolve().parents[3]
PROBE = ROOT / "tests" / "pane" / "probe"
NODE_MODULES = ROOT / "pane" / "node_modules"
POLICY = (
    "default-src 'none'; script-src 'self' 'wasm-unsafe-eval' https://appsforoffice.microsoft.com; style-src 'self'; "
    "connect-src 'self' https:; base-uri 'none'; form-action 'none'"
)


class _WithPolicy(StaticFiles):
    """The probe's files under the policy under which the real pane runs."""

    def file_response(self, *values: Any, **named: Any) -> Response:
        response = super().file_response(*values, **named)
        response.headers["Content-Security-Policy"] = POLICY
        return response


async def _msajax(_request: Request) -> Response:
    return FileResponse(ROOT / "pane" / "msajax.js")


def probe_app() -> Starlette:
    """The probe pane's server."""
    return Starlette(routes=[Route("/msajax.js", _msajax), Mount("/", _WithPolicy(directory=PROBE, html=True))])


@dataclass
class Stage:
    """A mailbox, the stand-in that shows it, and what the browser did that it should not have done."""

    mailbox: Mailbox
    outlook: Outlook
    context: BrowserContext
    complaints: list[str]
    unexpected: list[str]

    def open_probe(self, mail: Mail | str | None) -> Frame:
        """Select this mail (by itself or by its name) and open the probe pane on it; its frame, ready."""
        self.outlook.select(self.mailbox.named(mail) if isinstance(mail, str) else mail)
        pane: Frame = self.outlook.open_pane()
        pane.wait_for_function("() => window.probe?.info")
        return pane

    def unanswered(self, pane: Frame, call: str, *values: object) -> bool:
        """Make one of the probe's calls; whether it stays without an answer though Outlook is done with it."""
        pane.evaluate("call => probe.begin(...call)", [call, *values])
        # What is asked later is answered later: by then Outlook has the call, and the pane what became of it.
        pane.evaluate("probe.notify('getAllAsync')")
        self.outlook.wait_until_answered()
        pane.evaluate("probe.notify('getAllAsync')")
        return bool(pane.evaluate("probe.answer === null"))

    def body(self, mail: Mail) -> str:
        """The HTML that this Outlook hands out for a mail."""
        return body_of(mail, "html", self.mailbox.manners) or ""
