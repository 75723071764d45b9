"""The sandbox's own control path ``{crm}/sandbox/…``: faults, locks and a fresh start.

For those who use the sandbox as a command; it is no part of vtenext. It takes only ``application/json``
and sends no CORS headers, so that no page from elsewhere can reach it through a browser.
"""

from __future__ import annotations

import dataclasses
import json
from pathlib import Path
from typing import Any

from starlette.requests import Request
from starlette.responses import FileResponse, JSONResponse, Response

from ..crm import SandboxCrm
from ..faults import KINDS, Fault

STYLE = Path(__file__).with_name("style.css")


class Control:
    """The control path of one CRM."""

    def __init__(self, crm: SandboxCrm) -> None:
        self._crm = crm

    async def faults(self, request: Request) -> Response:
        """GET: the faults that wait and the kinds there are; POST a fault or a list of them; DELETE: clear."""
        faults = self._crm.faults
        if request.method == "DELETE":
            faults.clear()
        elif request.method == "POST":
            try:
                given = await _json(request)
                new = [Fault.from_json(item) for item in (given if isinstance(given, list) else [given])]
            except (ValueError, TypeError) as error:
                return JSONResponse({"error": str(error)}, 400)
            faults.add(*new)
        waiting = [dataclasses.asdict(fault) for fault in faults.waiting]
        return JSONResponse({"waiting": waiting, "kinds": KINDS})

    async def unlock(self, request: Request) -> Response:
        """POST ``{"user": …}``: unlock a user, as an administrator would."""
        try:
            given = await _json(request)
            self._crm.unlock(str(given["user"]))
        except (ValueError, TypeError, LookupError) as error:
            return JSONResponse({"error": str(error)}, 400)
        return JSONResponse({"unlocked": given["user"]})

    async def reset(self, request: Request) -> Response:
        """POST ``{}``: back to the sample data."""
        try:
            await _json(request)
        except ValueError as error:
            return JSONResponse({"error": str(error)}, 400)
        self._crm.reset()
        return JSONResponse({"reset": True})

    async def style(self, _request: Request) -> Response:
        """Return the style sheet of the pages."""
        return FileResponse(STYLE, media_type="text/css", headers={"X-Content-Type-Options": "nosniff"})


async def _json(request: Request) -> Any:
    if request.headers.get("content-type", "").partition(";")[0] != "application/json":
        raise ValueError("Send application/json.")
    return json.loads(await request.body())
