"""What the parts of the sandbox CRM need of it: each takes the narrowest of these that will do.

class Records:
    def __init__(self, crm: Ledger) -> None: ...
"""

from __future__ import annotations

import datetime
from collections.abc import Callable
from typing import Protocol
from zoneinfo import ZoneInfo

from ..quirks import Quirks
from .access import Access
from .store import Row, Store


class Ledger(Protocol):
    """The rows, the rights to them, and the clock."""

    @property
    def store(self) -> Store:
        """The rows."""
        ...

    @property
    def access(self) -> Access:
        """Who may do what."""
        ...

    @property
    def quirks(self) -> Quirks:
        """How this installation differs from others."""
        ...

    @property
    def time_zone(self) -> ZoneInfo:
        """The server's own."""
        ...

    @property
    def clock(self) -> Callable[[], datetime.datetime]:
        """Tells the current time, aware of its zone."""
        ...

    @property
    def id_offset(self) -> int:
        """What is added to the ids of modules."""
        ...

    @property
    def broken(self) -> set[str]:
        """Modules whose records the CRM fails to read."""
        ...

    @property
    def mandatory(self) -> set[tuple[str, str]]:
        """Fields (module, name) that an administrator has made mandatory."""
        ...

    @property
    def numbering(self) -> dict[str, str]:
        """Beginnings of record numbers that an administrator has changed, by module."""
        ...

    def look_into(self, module: str) -> None:
        """Do what comes before reading a module's records; raises `PhpFatal` where that breaks off."""
        ...

    def now(self) -> str:
        """Return the server's local time as the CRM writes it."""
        ...

    def next_number(self) -> int:
        """Return the next record number."""
        ...

    def user_rows(self) -> list[Row]:
        """Return the users as rows of the module Users."""
        ...
