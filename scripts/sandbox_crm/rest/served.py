"""The sandbox CRM as what serves it over HTTP sees it."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from ..bodies import Body
from ..faults import Faults
from ..quirks import Quirks
from ..store.records import Records
from .operations import Operation


@dataclass(frozen=True)
class RequestRecord:
    """One handled request. It holds no secret: no key, no password, no content."""

    operation: str
    user: str
    module: str | None
    status: int
    time: datetime.datetime
    files: int
    fault: str | None = None


class Served(Protocol):
    """The part of `crm.SandboxCrm` that answers calls. ``era`` counts the resets."""

    @property
    def clock(self) -> Callable[[], datetime.datetime]:
        """Tells the time, aware."""
        ...

    @property
    def era(self) -> int:
        """How often the CRM was reset."""
        ...

    @property
    def faults(self) -> Faults:
        """What goes wrong on the way."""
        ...

    @property
    def operations(self) -> Mapping[str, Operation]:
        """The operations by name."""
        ...

    @property
    def quirks(self) -> Quirks:
        """How this CRM differs from others."""
        ...

    @property
    def records(self) -> Records:
        """Takes ids apart."""
        ...

    def handle(self, operation: str, body: Body, address: str, authorization: str | None, era: int) -> Any:
        """Run one operation and return its data; raises `Refusal`."""
        ...

    def note(self, request: RequestRecord) -> None:
        """Remember a handled request."""
        ...
