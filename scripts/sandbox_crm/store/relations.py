"""The files of a sandbox CRM's Documents, and what is related to what."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass


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


class Relations:
    """The part of `store.Store` about files and relations."""

    _connection: sqlite3.Connection

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
