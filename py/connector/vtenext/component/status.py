"""What the Mail Connector component on the CRM says of itself (contract version 1, ``crm/README.md``)."""

from __future__ import annotations

import datetime
import enum
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

CONTRACT = 1
"""The version of the contract that this pane speaks."""
_NUMBER = re.compile(r"[0-9]{1,9}")
_BEHIND = re.compile("[-+]")


class Fit(enum.Enum):
    """Whether pane and component fit."""

    FITS = "fits"
    PANE_TOO_OLD = "pane-too-old"
    PANE_TOO_NEW = "pane-too-new"


@dataclass(frozen=True)
class Status:
    """The answer of ``mailconnectorstatus``.

    Sizes are in bytes, 0 where unknown; ``zone`` is an IANA name or empty; ``server_time`` and ``renew_after`` are
    ISO 8601 with offset, or empty. ``address`` is what the CRM calls its own.

    ``licence`` is ``active``, ``missing``, ``expired`` or ``seats_exhausted``. ``user`` and ``name`` are filled
    with a good token only.
    """

    contract: int
    component: str
    crm_version: str
    minimum: str
    maximum: str
    licence: str
    until: str
    methods: tuple[str, ...]
    zone: str
    file_limit: int
    signed_in: bool
    user: str
    name: str
    renew_after: str
    server_time: str
    address: str = ""

    @property
    def renewal_due(self) -> bool:
        """Whether a new token is worth asking for; by the CRM's own clock, as a device's may be wrong."""
        try:
            now, due = (datetime.datetime.fromisoformat(one) for one in (self.server_time, self.renew_after))
            return self.signed_in and due <= now
        except (ValueError, TypeError):  # TypeError: one of them without an offset
            return False

    def fit(self, pane: str) -> Fit:
        """Whether a pane of this version may work with the component."""
        version, most = _numbers(pane), _numbers(self.maximum)
        if self.contract > CONTRACT or _padded(version) < _padded(_numbers(self.minimum)):
            return Fit.PANE_TOO_OLD
        # "1.4" takes every 1.4.x: compared as far as it is written.
        return Fit.PANE_TOO_NEW if most and _padded(version[: len(most)]) > _padded(most) else Fit.FITS


def status_from(contract: int, result: Mapping[str, Any]) -> Status:
    """Read the result of ``mailconnectorstatus``; what is missing or of another type is unknown."""
    licence, limits, pane = (_object(result, key) for key in ("licence", "limits", "pane"))
    user, token, crm = (_object(result, key) for key in ("user", "token", "crm"))
    methods = result.get("sign_in")
    return Status(
        contract=contract,
        component=_text(result, "component"),
        crm_version=_text(crm, "version"),
        minimum=_text(pane, "minimum"),
        maximum=_text(pane, "maximum"),
        licence=_text(licence, "state") or "missing",
        until=_text(licence, "until"),
        methods=tuple(one for one in methods if isinstance(one, str)) if isinstance(methods, list) else (),
        zone=_text(result, "time_zone"),
        file_limit=_whole(limits, "file"),
        signed_in=result.get("signed_in") is True,
        user=_text(user, "name"),
        name=_text(user, "full_name"),
        renew_after=_text(token, "renew_after"),
        server_time=_text(result, "server_time"),
        address=_text(crm, "url"),
    )


def _object(holder: Mapping[str, Any], key: str) -> Mapping[str, Any]:
    value = holder.get(key)
    return value if isinstance(value, dict) else {}


def _text(holder: Mapping[str, Any], key: str) -> str:
    value = holder.get(key)
    return value[:500] if isinstance(value, str) else ""


def _whole(holder: Mapping[str, Any], key: str) -> int:
    value = holder.get(key)
    return value if type(value) is int and 0 < value < 2**53 else 0


def _padded(numbers: tuple[int, ...]) -> tuple[int, ...]:
    """``1`` and ``1.0.0`` are the same version."""
    return (*numbers, 0, 0, 0, 0)[:4]


def _numbers(version: str) -> tuple[int, ...]:
    """Return ``1.4.2-beta`` as numbers; what follows a ``-`` or ``+`` is not looked at (``contract/versions.json``)."""
    return tuple(map(int, _NUMBER.findall(_BEHIND.split(version)[0])))
