"""The sandbox CRM as its operations see it."""

from __future__ import annotations

from typing import Protocol

from .archive import Archive
from .filing import Filing
from .storing import Storing


class Host(Archive, Protocol):
    """The archive, and what writes into it."""

    @property
    def storing(self) -> Storing:
        """Writes records."""
        ...

    @property
    def filing(self) -> Filing:
        """Makes Documents of files."""
        ...
