"""Where the sandbox CRM keeps its data: SQLite, in memory or in a file.

Records are also held parsed in memory, because queries compare as MySQL does, which SQLite cannot.
Use it under the lock of `crm.SandboxCrm` only.
"""

from __future__ import annotations

import json
import sqlite3
import weakref
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

from .accounts import Accounts
from .relations import Relations

SCHEMA = """
CREATE TABLE IF NOT EXISTS meta (name TEXT PRIMARY KEY, value INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS users (
    number INTEGER PRIMARY KEY, name TEXT NOT NULL, password TEXT NOT NULL, access_key TEXT NOT NULL,
    active INTEGER NOT NULL DEFAULT 1);
CREATE TABLE IF NOT EXISTS failures (
    address TEXT, user TEXT, count INTEGER NOT NULL, PRIMARY KEY (address, user)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS records (
    number INTEGER PRIMARY KEY, module TEXT NOT NULL, owner INTEGER NOT NULL, fields TEXT NOT NULL,
    hash TEXT, deleted INTEGER NOT NULL DEFAULT 0);
CREATE TABLE IF NOT EXISTS stored_files (
    document INTEGER PRIMARY KEY, name TEXT NOT NULL, type TEXT NOT NULL, content BLOB NOT NULL, kept TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS message_attachments (
    message INTEGER, content INTEGER, document INTEGER NOT NULL, name TEXT NOT NULL,
    PRIMARY KEY (message, content)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS message_relations (
    hash TEXT, record INTEGER, PRIMARY KEY (hash, record)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS document_relations (
    record INTEGER, document INTEGER, PRIMARY KEY (record, document)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS relations (
    source INTEGER, target INTEGER, PRIMARY KEY (source, target)) WITHOUT ROWID;
"""
TABLES = (
    "meta", "users", "failures", "records", "stored_files", "message_attachments", "message_relations",
    "document_relations", "relations",
)  # fmt: skip

RECORDS, FIRST_RECORD = "records", 10
"""The sequence of the records' numbers, and where it begins."""


@dataclass
class Row:
    """A record as it is stored: all values are text; references are bare numbers; ``hash`` is of messages."""

    number: int
    module: str
    owner: int
    fields: dict[str, str]
    hash: str | None = None
    deleted: bool = False

    @property
    def converted(self) -> tuple[int, ...] | None:
        """The contact, company and opportunity, as far as there is each, that a lead has become; None for others."""
        became = self.fields.get("converted")
        return None if became is None else tuple(map(int, became.split()))

    @property
    def gone(self) -> bool:
        """Whether the CRM shows it nowhere any more."""
        return self.deleted or self.converted is not None


class Store(Relations, Accounts):
    """The data, with one method for each thing that is read or written."""

    def __init__(self, database: str) -> None:
        self._connection = sqlite3.connect(database, check_same_thread=False, isolation_level=None)
        self._connection.execute("PRAGMA journal_mode = WAL")
        self._connection.execute("PRAGMA synchronous = NORMAL")
        self._connection.executescript(SCHEMA)
        self._end = weakref.finalize(self, self._connection.close)
        self._rows: dict[int, Row] = {}
        self._load()

    def _load(self) -> None:
        self._accounts = None
        self._rows = {
            number: Row(number, module, owner, json.loads(fields), hash_, bool(deleted))
            for number, module, owner, fields, hash_, deleted in self._connection.execute(
                "SELECT number, module, owner, fields, hash, deleted FROM records ORDER BY number"
            )
        }

    def close(self) -> None:
        """Close the database; nothing may be asked afterwards."""
        self._end()

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Keep everything that is written inside, or, when it raises, nothing of it."""
        self._connection.execute("BEGIN")
        try:
            yield
        except BaseException:
            self._connection.execute("ROLLBACK")
            self._load()
            raise
        self._connection.execute("COMMIT")

    def clear(self) -> None:
        """Remove everything."""
        for table in TABLES:
            self._connection.execute(f"DELETE FROM {table}")  # noqa: S608 - names of our own
        self._rows.clear()
        self._accounts = None

    def next(self, name: str, first: int = 1) -> int:
        """Return the next number of a sequence that starts with ``first``."""
        row = self._connection.execute(
            "INSERT INTO meta VALUES (?, ?) ON CONFLICT DO UPDATE SET value = value + 1 RETURNING value", (name, first)
        ).fetchone()
        return int(row[0])

    # -- records

    def fill(self, rows: Sequence[Row], sequences: Mapping[str, int]) -> None:
        """Store many new records at once; so far each of these sequences has come."""
        self._connection.executemany("INSERT INTO meta VALUES (?, ?)", sequences.items())
        self._connection.executemany(
            "INSERT INTO records (number, module, owner, fields, hash) VALUES (?, ?, ?, ?, ?)",
            [(row.number, row.module, row.owner, json.dumps(row.fields), row.hash) for row in rows],
        )
        self._rows |= {row.number: row for row in rows}

    def add(self, row: Row) -> None:
        """Store a new record."""
        self._connection.execute(
            "INSERT INTO records (number, module, owner, fields, hash) VALUES (?, ?, ?, ?, ?)",
            (row.number, row.module, row.owner, json.dumps(row.fields), row.hash),
        )
        self._rows[row.number] = row

    def save(self, row: Row) -> None:
        """Store a changed record."""
        self._connection.execute(
            "UPDATE records SET owner = ?, fields = ?, deleted = ? WHERE number = ?",
            (row.owner, json.dumps(row.fields), row.deleted, row.number),
        )
        self._rows[row.number] = row

    def row(self, number: int) -> Row | None:
        """Return a record, a deleted one too."""
        return self._rows.get(number)

    def rows(self, module: str) -> list[Row]:
        """Return the records of a module that are there, oldest first."""
        return [row for row in self._rows.values() if row.module == module and not row.gone]

    def deleted(self, module: str) -> list[Row]:
        """Return the deleted records of a module, oldest first."""
        return [row for row in self._rows.values() if row.module == module and row.deleted]
