"""Remembers in the mailbox which CRM the user works in, and under which name.

A second device then asks for the password only.
"""

from __future__ import annotations

import json

from connector.app.state import Settings
from connector.app.work import Work
from connector.errors import ConnectorError
from connector.ports import MailboxSettings
from connector.vtenext import url

NAME = "place"
LONGEST_USER = 255


class Place:
    """The address and the user name, as the mailbox has them. Neither is a secret."""

    def __init__(self, settings: MailboxSettings, work: Work) -> None:
        self._settings, self._work = settings, work

    def known(self, settings: Settings) -> tuple[str, str]:
        """Return address and user name; both empty where there are none, or the organization has other CRMs."""
        try:
            kept = json.loads(self._settings.read(NAME) or "{}")
            address, user = kept["crm"], kept["user"]
            fits = isinstance(address, str) and isinstance(user, str) and url.normalise(address) == address
        except (ValueError, KeyError, TypeError, ConnectorError):
            return "", ""
        allowed = fits and (settings.free_url or address in settings.crm_urls)
        return (address, user[:LONGEST_USER]) if allowed else ("", "")

    def keep(self, crm_url: str, user: str) -> None:
        """Have them remembered when there is leisure for it."""
        text = json.dumps({"crm": crm_url, "user": user})
        self._work.begin_at_leisure(NAME, self._keep(text))

    async def forget(self) -> bool:
        """Forget them; False where the mailbox did not take that."""
        self._work.stop(NAME)
        return await self._settings.write(NAME, "")

    async def _keep(self, text: str) -> None:
        await self._settings.write(NAME, text)
