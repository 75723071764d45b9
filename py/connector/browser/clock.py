"""Time and time zones of the browser: the port `connector.ports.Clock`."""

from __future__ import annotations

import asyncio
import datetime
import re
from typing import Any

import js
from pyodide.ffi import JsException, to_js

from connector.browser.values import text

_OFFSET = re.compile(r"GMT(?:([+-])(\d\d):(\d\d))?")


class BrowserClock:
    """The device's clock, and the browser's knowledge of time zones (Intl)."""

    def __init__(self) -> None:
        self._forms: dict[str, Any] = {}

    def now(self) -> datetime.datetime:
        """The time, in UTC."""
        return datetime.datetime.now(datetime.UTC)

    def offset(self, zone: str, instant: datetime.datetime) -> int | None:
        """Minutes east of UTC; None for a zone that this browser does not know."""
        try:
            written = str(self._form(zone).format(js.Date.new(instant.timestamp() * 1000)))
        except JsException:
            return None
        found = _OFFSET.search(written)
        if found is None:
            return None
        sign, hours, minutes = found.groups()
        return 0 if sign is None else (int(hours) * 60 + int(minutes)) * (-1 if sign == "-" else 1)

    def _form(self, zone: str) -> Any:
        # To make one takes a browser longer than all the rest of a mail's date.
        if zone not in self._forms:
            options = {"timeZone": zone, "timeZoneName": "longOffset"}
            made = js.Intl.DateTimeFormat.new("en-US", to_js(options, dict_converter=js.Object.fromEntries))
            self._forms[zone] = made
        return self._forms[zone]

    def zone(self) -> str:
        """The device's zone."""
        return text(js.Intl.DateTimeFormat.new().resolvedOptions(), "timeZone")

    async def sleep(self, seconds: float) -> None:
        """Wait."""
        await asyncio.sleep(seconds)
