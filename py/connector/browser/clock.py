"""Time and time zones of the browser: the port `connector.ports.Clock`."""

from __future__ import annotations

import asyncio
import datetime
import re

import js
from pyodide.ffi import JsException, to_js

_OFFSET = re.compile(r"GMT(?:([+-])(\d\d):(\d\d))?")


class BrowserClock:
    """The device's clock, and the browser's knowledge of time zones (Intl)."""

    def now(self) -> datetime.datetime:
        """The time, in UTC."""
        return datetime.datetime.now(datetime.UTC)

    def offset(self, zone: str, instant: datetime.datetime) -> int | None:
        """Minutes east of UTC; None for a zone that this browser does not know."""
        options = {"timeZone": zone, "timeZoneName": "longOffset"}
        try:
            form = js.Intl.DateTimeFormat.new("en-US", to_js(options, dict_converter=js.Object.fromEntries))
            text = str(form.format(js.Date.new(instant.timestamp() * 1000)))
        except JsException:
            return None
        found = _OFFSET.search(text)
        if found is None:
            return None
        sign, hours, minutes = found.groups()
        return 0 if sign is None else (int(hours) * 60 + int(minutes)) * (-1 if sign == "-" else 1)

    def zone(self) -> str:
        """The device's zone."""
        return str(js.Intl.DateTimeFormat.new().resolvedOptions().timeZone or "")

    async def sleep(self, seconds: float) -> None:
        """Wait."""
        await asyncio.sleep(seconds)
