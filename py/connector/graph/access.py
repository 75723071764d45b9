"""The right to read the open mail at Microsoft Graph: a token, held in memory and asked for when it is needed.

access = Access(broker, clock)
token = await access.token(scope)                    # silently
token = await access.renewed(scope, token, claims)   # Graph did not take that one
await access.ask()                                   # with the user, for what was refused last
"""

from __future__ import annotations

import asyncio
import datetime
from dataclasses import dataclass, field

from connector.errors import GraphConditions, GraphExpired, OfficeTimeout, SourceError
from connector.graph.addresses import READ
from connector.graph.failures import of_token
from connector.ports import Clock
from connector.ports.graph import Broker, Grant, NoGrant

LONGEST = 86400.0
"""Seconds for which a token is used at most; one that may be withdrawn at any time is good for a day and more."""
AFTERWARDS = 30.0
"""Seconds for which Outlook is not asked again once it has not answered: for the mail's other files."""
EARLY = 60.0
"""Seconds before its end from which on a token is not used any more."""


@dataclass(frozen=True)
class _Held:
    token: str = field(repr=False)
    until: datetime.datetime


class Access:
    """Tokens by permission. Several that ask at the same time get one answer."""

    def __init__(self, broker: Broker, clock: Clock) -> None:
        self._broker = broker
        self._clock = clock
        self._held: dict[str, _Held] = {}
        self._wanted = READ, ""
        self._one = asyncio.Lock()
        self._unanswered: datetime.datetime | None = None

    async def token(self, scope: str) -> str:
        """Return a token with this permission. Raises `OfficeTimeout`, `SourceError`; `PressNeeded` for the user."""
        async with self._one:
            held = self._held.get(scope)
            if held is not None and self._clock.now() < held.until:
                return held.token
            return await self._silent(scope)

    async def renewed(self, scope: str, refused: str, claims: str = "") -> str:
        """Return another token than the one that Graph refused, one with what it claims. Raises `SourceError`."""
        async with self._one:
            held = self._held.get(scope)
            if held is not None and held.token != refused:
                return held.token
            self._held.pop(scope, None)
            token = await self._silent(scope, claims, fresh=True)
            if token == refused:
                self._held.pop(scope, None)
                self._wanted = scope, claims
                raise GraphConditions(reason="claims") if claims else GraphExpired(reason="HTTP 401")
            return token

    async def ask(self) -> None:
        """Let Microsoft ask the user for what was refused last. Raises `SourceError`."""
        scope, claims = self._wanted
        try:
            self._keep(scope, await self._broker.asking(scope, claims=claims))
        except NoGrant as error:
            raise of_token(error.code, error.text, interaction=error.interaction) from error

    async def _silent(self, scope: str, claims: str = "", *, fresh: bool = False) -> str:
        if self._unanswered is not None and (self._clock.now() - self._unanswered).total_seconds() < AFTERWARDS:
            raise OfficeTimeout(what="token")
        try:
            grant = await self._broker.silent(scope, claims=claims, fresh=fresh)
        except OfficeTimeout:
            self._unanswered = self._clock.now()
            raise
        except NoGrant as error:
            self._wanted = scope, claims
            refusal: SourceError = of_token(error.code, error.text, interaction=error.interaction)
            raise refusal from error
        return self._keep(scope, grant)

    def _keep(self, scope: str, grant: Grant) -> str:
        # What is no number of seconds is none: the token serves once.
        seconds = min(grant.seconds - EARLY, LONGEST) if grant.seconds > EARLY else 0.0
        until = self._clock.now() + datetime.timedelta(seconds=seconds)
        self._held[scope] = _Held(grant.token, until)
        return grant.token
