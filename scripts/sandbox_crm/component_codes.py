"""Second-factor codes: sent to a user's phone or mailbox, taken once, void after five wrong ones."""

from __future__ import annotations

import datetime
import hmac
import re
import secrets
from collections.abc import Callable
from dataclasses import dataclass

LIFETIME = datetime.timedelta(seconds=60)
ATTEMPTS = 5
CHANNELS = ("wilson", "mail")


@dataclass(frozen=True)
class SentCode:
    """A code as it reached the user. ``channel`` is one of `CHANNELS`."""

    user: str
    channel: str
    code: str
    sent: datetime.datetime
    expires: datetime.datetime


@dataclass
class _Awaited:
    sent: SentCode
    remaining: int = ATTEMPTS


class Codes:
    """The codes of one CRM. ``sent`` holds all, oldest first: it is the users' phones and mailboxes."""

    def __init__(self, clock: Callable[[], datetime.datetime]) -> None:
        self._clock = clock
        self._awaited: dict[str, _Awaited] = {}
        self.sent: list[SentCode] = []

    def send(self, user: str, channel: str, not_within: datetime.timedelta) -> SentCode:
        """Send a code, which voids the one before; within that time the one before stays."""
        now, awaited = self._clock(), self._awaited.get(user)
        if awaited is None or now - awaited.sent.sent >= not_within or not awaited.remaining:
            sent = SentCode(user, channel, f"{secrets.randbelow(1_000_000):06}", now, now + LIFETIME)
            awaited = self._awaited[user] = _Awaited(sent)
            self.sent.append(sent)
        return awaited.sent

    def take(self, user: str, code: str) -> tuple[str, SentCode | None, int]:
        """Return ``right``, ``wrong`` or ``expired``, the code that is awaited, and the attempts that are left."""
        awaited = self._awaited.get(user)
        if awaited is None or awaited.sent.expires <= self._clock() or not awaited.remaining:
            return "expired", None, 0
        given = re.sub(r"\s", "", code).encode("ascii", "replace")
        if hmac.compare_digest(awaited.sent.code.encode(), given):
            del self._awaited[user]
            return "right", None, 0
        awaited.remaining -= 1
        return "wrong", awaited.sent, awaited.remaining

    def last(self, user: str) -> str:
        """Return the last code that reached this user; raises LookupError when none did."""
        for sent in reversed(self.sent):
            if sent.user == user:
                return sent.code
        raise LookupError(f"No code was sent to {user!r}.")
