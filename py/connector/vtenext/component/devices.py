"""Where a user is signed in, as the Mail Connector component on the CRM answers."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

MOST = 200
"""Devices that are taken of an answer."""
LONGEST = 200
_ID = re.compile(r"[1-9][0-9]{0,8}")


@dataclass(frozen=True)
class Device:
    """One sign-in on a device. ``id`` names it to the CRM; ``since`` and ``last_used`` are ISO 8601, or empty.

    ``this`` marks the one that asks.
    """

    id: str
    name: str
    since: str
    last_used: str
    this: bool


def devices_from(result: Any) -> tuple[Device, ...]:
    """Read the result of ``mailconnectordevices``; entries without an id are left out. Raises ValueError."""
    listed = result.get("devices") if isinstance(result, dict) else None
    if not isinstance(listed, list):
        raise ValueError("no list of devices")
    return tuple(_device(one) for one in listed[:MOST] if isinstance(one, dict) and _ID.fullmatch(str(one.get("id"))))


def _device(entry: dict[str, Any]) -> Device:
    def text(name: str) -> str:
        value = entry.get(name)
        return value[:LONGEST] if isinstance(value, str) else ""

    return Device(str(entry["id"]), text("name"), text("since"), text("last_used"), entry.get("this") is True)
