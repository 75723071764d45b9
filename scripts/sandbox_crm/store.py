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


@dataclass(frozen=True)
class File:
    """The file of a document: its name as the database has it, its type, its bytes, its name in the file store."""

    name: str
    type: str
    content: bytes
    kept: str

    @property
    def handed_out(self) -> bytes:
        """What whoever asks for it gets: nothing where it is not found under its name."""
        return self.content if self.name == self.kept else b""


@dataclass(frozen=True)
class Account:
    """A user's credentials. ``active`` is false once an administrator has deactivated the user."""

    number: int
    name: str
    password: str
    access_key: str
    active: bool


class Store:
    """The data, with one method for each thing that is read or written."""

    def __init__(self, database: str) -> None:
        self._connection = sqlite3.connect(database, check_same_thread=False, isolation_level=None)
        self._connection.execute("PRAGMA journal_mode = WAL")
        self._connection.execute("PRAGMA synchronous = NORMAL")
        self._connection.executescript(SCHEMA)
        self._end = weakref.finalize(self, self._connection.close)
        self._rows: dict[int, Row] = {}
        self._accounts: list[Account] | None = None
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
        """Return the records of a module that are not deleted, oldest first."""
        return [row for row in self._rows.values() if row.module == module and not row.deleted]

    def deleted(self, module: str) -> list[Row]:
        """Return the deleted records of a module, oldest first."""
        return [row for row in self._rows.values() if row.module == module and row.deleted]

    # -- files and relations

    def add_file(self, document: int, file: File) -> None:
        """Store the file of a document."""
        self._connection.execute(
            "INSERT INTO stored_files VALUES (?, ?, ?, ?, ?)",
            (document, file.name, file.type, file.content, file.kept),
        )

    def file(self, document: int) -> File | None:
        """Return the file of a document."""
        row = self._connection.execute(
            "SELECT name, type, content, kept FROM stored_files WHERE document = ?", (document,)
        ).fetchone()
        return File(*row) if row else None

    def attach(self, message: int, document: int, name: str, content: int | None = None) -> None:
        """Make a document an attachment of a message, under a name.

        ``content`` is its place in the message, where nothing happens if that is taken; None: behind the others.
        """
        last = "SELECT coalesce(max(content) + 1, 0) FROM message_attachments WHERE message = ?1"
        self._connection.execute(
            f"INSERT OR IGNORE INTO message_attachments VALUES (?1, coalesce(?2, ({last})), ?3, ?4)",  # noqa: S608
            (message, content, document, name),
        )

    def attachments(self, message: int) -> list[int]:
        """Return the numbers of the documents that are a message's attachments."""
        return self._numbers("SELECT document FROM message_attachments WHERE message = ? ORDER BY content", message)

    def attached_as(self, message: int, name: str) -> int | None:
        """Return the place of a message's first attachment of that name; letter case does not count."""
        found = self._numbers(
            "SELECT content FROM message_attachments WHERE message = ? AND lower(name) = lower(?) ORDER BY content",
            message,
            name,
        )
        return found[0] if found else None

    def exchange(self, message: int, other: int) -> None:
        """Make the attachments of another message those of this one, at each place that both have."""
        self._connection.execute(
            "UPDATE message_attachments AS mine SET document = theirs.document FROM message_attachments AS theirs"
            " WHERE mine.message = ? AND theirs.message = ? AND theirs.content = mine.content",
            (message, other),
        )

    def holders(self, document: int) -> list[int]:
        """Return the numbers of the messages that a document is attached to."""
        return self._numbers("SELECT message FROM message_attachments WHERE document = ?", document)

    def relate_message(self, hash_: str, record: int) -> None:
        """Put all copies of a mail into the Messages relationship of a record."""
        self._connection.execute("INSERT OR IGNORE INTO message_relations VALUES (?, ?)", (hash_, record))

    def unrelate_message(self, hash_: str, record: int) -> None:
        """Take all copies of a mail out of the Messages relationship of a record."""
        self._connection.execute("DELETE FROM message_relations WHERE hash = ? AND record = ?", (hash_, record))

    def messages_of(self, record: int) -> list[int]:
        """Return the numbers of the messages in the Messages relationship of a record."""
        return self._numbers(
            "SELECT number FROM records JOIN message_relations USING (hash) WHERE record = ? AND NOT deleted"
            " AND module = 'Messages' ORDER BY number",
            record,
        )

    def records_of(self, hash_: str) -> list[int]:
        """Return the numbers of the records that a mail is related to."""
        return self._numbers("SELECT record FROM message_relations WHERE hash = ? ORDER BY record", hash_)

    def records_of_document(self, document: int) -> list[int]:
        """Return the numbers of the records that a document is related to."""
        return self._numbers("SELECT record FROM document_relations WHERE document = ? ORDER BY record", document)

    def relate_document(self, record: int, document: int) -> None:
        """Put a document into the Documents relationship of a record."""
        self._connection.execute("INSERT OR IGNORE INTO document_relations VALUES (?, ?)", (record, document))

    def unrelate_document(self, record: int, document: int) -> None:
        """Take a document out of the Documents relationship of a record."""
        self._connection.execute("DELETE FROM document_relations WHERE record = ? AND document = ?", (record, document))

    def forget_document(self, document: int) -> None:
        """Take a document out of all relations and attachments."""
        self._connection.execute("DELETE FROM document_relations WHERE document = ?", (document,))
        self._connection.execute("DELETE FROM message_attachments WHERE document = ?", (document,))

    def documents_of(self, record: int) -> list[int]:
        """Return the numbers of the documents in the Documents relationship of a record."""
        return self._numbers(
            "SELECT document FROM document_relations JOIN records ON number = document"
            " WHERE record = ? AND NOT deleted ORDER BY document",
            record,
        )

    def relate(self, source: int, target: int) -> None:
        """Note a relation of the general kind, which no relationship shows."""
        self._connection.execute("INSERT OR IGNORE INTO relations VALUES (?, ?)", (source, target))

    def relations(self) -> list[tuple[int, int]]:
        """Return all relations of the general kind as (source, target)."""
        return [(int(a), int(b)) for a, b in self._connection.execute("SELECT source, target FROM relations")]

    def _numbers(self, statement: str, *values: object) -> list[int]:
        return [int(row[0]) for row in self._connection.execute(statement, values)]

    # -- users

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
