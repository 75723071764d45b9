"""The self-check in a browser's worker: Python's own HTTP calls, by way of ``pyodide-http``, and what Outlook offers.

``pane/check-worker.js`` starts it in a Python of its own. ``micropip`` loads ``pyodide-http`` from the pane's own host.
"""

from __future__ import annotations

import gettext
import io
import urllib.request
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

import js
from pyodide.ffi import JsException, to_js

from connector.app.checkwords import report, summary, worded
from connector.app.language import use
from connector.browser import values
from connector.checkup import outlook
from connector.checkup.calls import call
from connector.checkup.examination import examine
from connector.checkup.finding import Finding
from connector.checkup.seen import Answer, Reached, Silence
from connector.errors import CrmAddressError
from connector.vtenext.url import normalise

FORBIDDEN = ("origin", "accept-encoding", "access-control-request-method", "access-control-request-headers")
"""Headers that a browser sets itself."""


class WorkerLine:
    """The port `connector.checkup.seen.Line`: a browser shows of other origins what CORS lets the pane read."""

    open = False

    async def ask(
        self, method: str, url: str, headers: Mapping[str, str] | None = None, body: bytes | None = None
    ) -> Answer | Silence:
        """Send a request. The browser follows redirects."""
        own = {name: value for name, value in (headers or {}).items() if name.lower() not in FORBIDDEN}
        try:
            return call(urllib.request.urlopen, method, url, own, body)
        except (JsException, OSError):
            return Silence("hidden", await self._there(url))

    async def reach(self, url: str) -> Reached | Silence | None:  # noqa: ARG002  # no browser tells
        """Nothing: a browser keeps names and certificates to itself."""
        return None

    async def _there(self, url: str) -> bool:
        """Whether any server answers at the address, though its answer may not be read."""
        options = to_js({"mode": "no-cors", "cache": "no-store"}, dict_converter=js.Object.fromEntries)
        try:
            await js.fetch(url, options)
        except JsException:
            return False
        return True


async def check(asked: Any, told: Any) -> None:
    """Look at everything, and tell the page of each finding as soon as it is there.

    ``asked``: ``pane``, ``crm``, ``around``, and ``catalogue`` with the texts of the page's language, or nothing.
    """
    import micropip

    await micropip.install("pyodide-http")
    import pyodide_http

    pyodide_http.patch_urllib()
    given = asked.to_py()
    if values.given(given["catalogue"]):
        use(gettext.GNUTranslations(io.BytesIO(bytes(given["catalogue"]))))
    findings: list[Finding] = []

    def tell(finding: Finding) -> None:
        findings.append(finding)
        words = worded(finding)
        told(_object({"kind": "finding", "code": finding.verdict.value, "name": finding.check, **vars(words)}))

    pane, crm = _folder(given["pane"]), _address(given["crm"])
    async for finding in examine(WorkerLine(), pane, crm):
        tell(finding)
    around = given["around"]
    seen = outlook.Around(
        mailbox=str(around["mailbox"]),
        others=[str(one) for one in around["others"]],
        storage={str(name): there is True for name, there in around["storage"].items()},
        refused=[*map(str, around["refused"]), *map(str, js.refused.to_py())],
    )
    for finding in outlook.judged(seen):
        tell(finding)
    text = report(findings, {"Pane": pane, "CRM": crm})
    told(_object({"kind": "end", "summary": summary(findings), "report": text}))


def _folder(page: str) -> str:
    """The pane's folder, of the address of a page in it."""
    parts = urlsplit(page)
    return f"{parts.scheme}://{parts.netloc}{parts.path.rpartition('/')[0]}"


def _address(given: str) -> str:
    try:
        return normalise(given) if given.strip() else ""
    except CrmAddressError:
        return ""


def _object(values: Mapping[str, str]) -> Any:
    return to_js(values, dict_converter=js.Object.fromEntries)
