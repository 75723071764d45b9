"""The sandbox CRM as those see it who ask for records or change them."""

from __future__ import annotations

from typing import Protocol

from .ledger import Ledger
from .records import Records


class Archive(Ledger, Protocol):
    """The ledger, and its rows as the REST API tells them."""

    @property
    def records(self) -> Records:
        """Translates between rows and what goes over the wire."""
        ...
