"""The device and its browser: time, what is kept, windows and pages."""

from __future__ import annotations

import datetime
from dataclasses import dataclass, field
from typing import Protocol


class Clock(Protocol):
    """Time and time zones."""

    def now(self) -> datetime.datetime:
        """The time, aware, in UTC."""
        ...

    def offset(self, zone: str, instant: datetime.datetime) -> int | None:
        """Minutes east of UTC in the IANA zone at that instant; None when the zone is unknown here."""
        ...

    def zone(self) -> str:
        """Return the device's own IANA zone, or empty."""
        ...

    async def sleep(self, seconds: float) -> None:
        """Let the given time pass."""
        ...


@dataclass(frozen=True)
class Kept:
    """A sign-in that is kept, on this device or until Outlook is closed: an access key, or a token of the component."""

    crm_url: str
    user: str
    access_key: str = field(default="", repr=False)
    token: str = field(default="", repr=False)


class Store(Protocol):
    """What may stay on the device: nothing of the CRM's data, only the sign-in and small preferences."""

    async def load(self) -> Kept | None:
        """The kept sign-in; None when there is none or storage is denied."""
        ...

    def sitting(self) -> bool:
        """Whether the kept sign-in, if any, is of this sitting: it ends when Outlook is closed."""
        ...

    async def keep(self, kept: Kept, *, sitting: bool = False) -> bool:
        """Encrypt and keep, in the place of what was kept; False when this Outlook gives the pane no storage.

        ``sitting``: until Outlook is closed; otherwise on the device.
        """
        ...

    async def wipe(self) -> None:
        """Forget the kept sign-in, everywhere."""
        ...

    def preference(self, name: str) -> str:
        """A small non-secret preference such as the last CRM address; empty when unknown."""
        ...

    def prefer(self, name: str, value: str) -> None:
        """Keep a preference, where storage allows; an empty one is forgotten."""
        ...


class MailboxSettings(Protocol):
    """The add-in's own settings in the mailbox: small, no secrets, the same on all devices. Some hosts have none."""

    def read(self, name: str) -> str:
        """Return a text that is kept; empty where there is none."""
        ...

    async def write(self, name: str, value: str) -> bool:
        """Keep a text, or with an empty one forget it; False where that failed, and nothing has changed then."""
        ...


class Dialog(Protocol):
    """A window on a page of the CRM."""

    def return_address(self) -> str:
        """The address of the pane's own page to which the CRM leads back."""
        ...

    async def visit(self, url: str) -> str:
        """Open the page, wait until it leads back, and return the fragment that it brought.

        Raises `PageError`. Cancelling the awaiting task closes the window.
        """
        ...


class Surroundings(Protocol):
    """The rest of what Outlook and the browser offer."""

    def touches(self, name: str) -> bool:
        """Whether the pointer or the focus is in the list of that name."""
        ...

    def open_page(self, url: str) -> None:
        """Open a page of the CRM in the user's browser."""
        ...

    def device(self) -> str:
        """What this device and its Outlook are called in the CRM's list of devices."""
        ...

    def spares_data(self) -> bool:
        """Whether the device says that data is to be saved, or that its line is a mobile network's; not all do."""
        ...
