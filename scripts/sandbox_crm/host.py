"""The sandbox CRM as its operations see it."""

from __future__ import annotations

from typing import Protocol

from .archive import Archive
from .component import Component
from .filing import Filing
from .storing import Storing


class Host(Archive, Protocol):
    """The archive, what writes into it, and the component where one is installed."""

    @property
    def storing(self) -> Storing:
        """Writes records."""
        ...

    @property
    def filing(self) -> Filing:
        """Makes Documents of files."""
        ...

    @property
    def component(self) -> Component | None:
        """The Mail Connector component; None on a stock CRM."""
        ...
