"""The users of a sandbox CRM as they are stored, and their failed sign-ins."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass


@dataclass(frozen=True)
class Account:
    """A user's credentials. ``active`` is false once an administrator has deactivated the user."""

    number: int
    name: str
    password: str
    access_key: str
    active: bool


class Accounts:
    """The part of `store.Store` about users."""

    _connection: sqlite3.Connection
    _accounts: list[Account] | None = None

    def add_account(self, account: Account) -> None:
        """Store a new user or replace one."""
        self._accounts = None
        self._connection.execute(
            "INSERT OR REPLACE INTO users VALUES (?, ?, ?, ?, ?)",
            (account.number, account.name, account.password, account.access_key, account.active),
        )

    def accounts(self) -> list[Account]:
        """Return all users."""
        if self._accounts is None:
            statement = "SELECT number, name, password, access_key, active FROM users ORDER BY number"
            rows = self._connection.execute(statement)
            self._accounts = [Account(number, name, word, key, bool(on)) for number, name, word, key, on in rows]
        return [*self._accounts]

    def failures(self, address: str, user: str) -> int:
        """Return how often authentication failed; user ``""`` counts all failures of the address."""
        row = self._connection.execute(
            "SELECT count FROM failures WHERE address = ? AND user = ?", (address, user)
        ).fetchone()
        return int(row[0]) if row else 0

    def all_failures(self, user: str) -> int:
        """Return how often authentication of a user failed, over all addresses."""
        row = self._connection.execute("SELECT sum(count) FROM failures WHERE user = ?", (user,)).fetchone()
        return int(row[0] or 0)

    def count_failure(self, address: str, user: str) -> None:
        """Count one failed authentication."""
        self._connection.execute(
            "INSERT INTO failures VALUES (?, ?, 1) ON CONFLICT DO UPDATE SET count = count + 1", (address, user)
        )

    def clear_failures(self, user: str, address: str | None = None) -> None:
        """Forget the failures of a user, at one address or at all."""
        self._connection.execute(
            "DELETE FROM failures WHERE user = ?1 AND (?2 IS NULL OR address = ?2)", (user, address)
        )
