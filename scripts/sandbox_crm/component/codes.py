"""Second-factor codes: sent to a user's phone or mailbox, taken once, void after five wrong ones."""

from __future__ import annotations

import datetime
import hmac
import re
import secrets
from collections.abc import Callable
from dataclasses import dataclass, field

from .answers import ComponentRefusal

LIFETIME = datetime.timedelta(seconds=60)
ATTEMPTS = 5
SENDINGS, SENDINGS_TIME = 6, datetime.timedelta(hours=1)
WRONG, WRONG_TIME = 10, datetime.timedelta(days=1)


@dataclass(frozen=True)
class SentCode:
    """A code as it reached the user. ``channel`` is ``wilson`` or ``mail``."""

    user: str
    channel: str
    code: str
    sent: datetime.datetime
    expires: datetime.datetime


@dataclass
class _Count:
    """How often something happened since a time; from nothing after so long."""

    most: int
    time: datetime.timedelta
    since: datetime.datetime
    number: int = 0

    def check(self, now: datetime.datetime) -> None:
        """Raise `ComponentRefusal` where it was too often."""
        if self.number >= self.most:
            wait = max(1, round((self.since + self.time - now).total_seconds()))
            raise ComponentRefusal("too_many_attempts", "Too many codes.", retry_after=wait)

    def later(self, now: datetime.datetime) -> _Count:
        """Return what counts now."""
        return self if now - self.since < self.time else _Count(self.most, self.time, now)


@dataclass
class _Awaited:
    sent: SentCode
    wrong: _Count
    sendings: _Count
    remaining: int = field(default=ATTEMPTS)


class Codes:
    """The codes of one CRM. ``sent`` holds all, oldest first: it is the users' phones and mailboxes."""

    def __init__(self, clock: Callable[[], datetime.datetime]) -> None:
        self._clock = clock
        self._awaited: dict[str, _Awaited] = {}
        self.sent: list[SentCode] = []

    def send(self, user: str, channel: str, not_within: datetime.timedelta) -> SentCode:
        """Send a code, which voids the one before; within that time the one before stays, a void one too.

        Raises `ComponentRefusal` after too many sendings or wrong codes.
        """
        now, awaited = self._clock(), self._awaited.get(user)
        if awaited is not None and now - awaited.sent.sent < not_within:
            return awaited.sent
        wrong = awaited.wrong.later(now) if awaited else _Count(WRONG, WRONG_TIME, now)
        sendings = awaited.sendings.later(now) if awaited else _Count(SENDINGS, SENDINGS_TIME, now)
        wrong.check(now)
        sendings.check(now)
        sendings.number += 1
        sent = SentCode(user, channel, f"{secrets.randbelow(1_000_000):06}", now, now + LIFETIME)
        self._awaited[user] = _Awaited(sent, wrong, sendings)
        self.sent.append(sent)
        return sent

    def take(self, user: str, code: str) -> tuple[str, SentCode | None, int]:
        """Return ``right``, ``wrong`` or ``expired``, the code that is awaited, and the attempts that are left."""
        now, awaited = self._clock(), self._awaited.get(user)
        if awaited is None or awaited.sent.expires <= now or not awaited.remaining:
            return "expired", None, 0
        awaited.wrong.check(now)
        given = re.sub(r"\s", "", code).encode("ascii", "replace")
        if hmac.compare_digest(awaited.sent.code.encode(), given):
            del self._awaited[user]
            return "right", None, 0
        awaited.remaining -= 1
        awaited.wrong.number += 1
        return "wrong", awaited.sent, min(awaited.remaining, WRONG - awaited.wrong.number)

    def last(self, user: str) -> str:
        """Return the last code that reached this user; raises LookupError when none did."""
        for sent in reversed(self.sent):
            if sent.user == user:
                return sent.code
        raise LookupError(f"No code was sent to {user!r}.")
