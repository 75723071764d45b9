"""What slows guessing down at the component's sign-in, and locks nobody (``crm/README.md``)."""

from __future__ import annotations

import contextvars
import datetime
import ipaddress
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from .answers import ComponentRefusal

FORWARDED: contextvars.ContextVar[str] = contextvars.ContextVar("forwarded", default="")
"""X-Forwarded-For of the request that is being handled."""
FAILURES, FAILURE_TIME = 20, datetime.timedelta(minutes=15)
NAME_FAILURES, NAME_TIME = 5, datetime.timedelta(days=1)
NAME_WAIT, NAME_LONGEST = 10, 300
"""Seconds: the first wait of a user name, which doubles, and the longest."""


@dataclass(frozen=True)
class _Failure:
    address: str
    name: str
    time: datetime.datetime


def caller(proxies: Iterable[str], connection: str, forwarded: str) -> str:
    """Return who calls: the connection's address; behind a named proxy the last one that is no named proxy."""
    address = connection
    for before in reversed(forwarded.split(",")):
        if not _is_named(proxies, address):
            break
        try:
            address = str(ipaddress.ip_address(before.strip()))
        except ValueError:
            break
    return address


def _is_named(proxies: Iterable[str], address: str) -> bool:
    try:
        return any(ipaddress.ip_address(address) in ipaddress.ip_network(one, strict=False) for one in proxies)
    except ValueError:
        return False


class Brakes:
    """The failed sign-ins of one component."""

    def __init__(self, clock: Callable[[], datetime.datetime]) -> None:
        self._clock = clock
        self._failures: list[_Failure] = []

    def check(self, address: str, name: str, *, is_known: bool) -> None:
        """Raise `ComponentRefusal` where the address or the name has to wait.

        ``is_known``: this user was signed in at this address, and waits for the failures there only.
        """
        now = self._clock()
        since = now - FAILURE_TIME
        there = [one.time for one in self._failures if one.address == address and one.time > since]
        if len(there) >= FAILURES:
            raise _refusal(there[-FAILURES] - since)
        of_name = [
            one.time
            for one in self._failures
            if one.name == name and one.time > now - NAME_TIME and (not is_known or one.address == address)
        ]
        more = len(of_name) - NAME_FAILURES
        if more >= 0:
            wait = datetime.timedelta(seconds=min(NAME_LONGEST, NAME_WAIT * 2 ** min(more, 10)))
            if of_name[-1] + wait > now:
                raise _refusal(of_name[-1] + wait - now)

    def count(self, address: str, name: str = "") -> None:
        """Count a failure."""
        self._failures.append(_Failure(address, name, self._clock()))

    def forget(self, name: str) -> None:
        """Forget the failures of a name, after a right password."""
        self._failures = [one for one in self._failures if one.name != name]


def _refusal(wait: datetime.timedelta) -> ComponentRefusal:
    seconds = max(1, round(wait.total_seconds()))
    return ComponentRefusal("too_many_attempts", "Too many failed sign-ins.", retry_after=seconds)
