"""Who is signed in to which CRM."""

from __future__ import annotations

from dataclasses import dataclass, field

LOCKS_AT = 5
WARN_AT = 3
"""vtenext locks a user at the fifth failed sign-in; the pane warns after the third."""


@dataclass(frozen=True)
class Session:
    """A sign-in.

    What it calls with is never shown or logged: either the user's access key (stock vtenext), or a token of the Mail
    Connector component, which serves for nothing else and can be revoked.

    ``name`` is the user's full name where the CRM tells it.
    """

    crm_url: str
    user: str
    access_key: str = field(default="", repr=False)
    token: str = field(default="", repr=False)
    name: str = ""

    @property
    def stock(self) -> bool:
        """Whether it is for vtenext's own operations, and not for the component's."""
        return not self.token
