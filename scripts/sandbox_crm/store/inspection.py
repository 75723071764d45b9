"""What a test may look at in the sandbox CRM."""

from __future__ import annotations

import threading
from collections.abc import Iterable
from dataclasses import dataclass

from .access import Access, User
from .accounts import Account
from .modules import modules
from .records import Records
from .relations import File
from .seed import user_row
from .store import Row, Store


@dataclass(frozen=True)
class Entry:
    """A record as a test sees it: ``entry["subject"]``; ids as the REST API writes them.

    ``attachments`` are the ids of a message's documents; ``size`` and ``has_file`` are of documents.
    """

    id: str
    module: str
    owner: str
    fields: dict[str, str]
    attachments: tuple[str, ...] = ()
    has_file: bool = False

    def __getitem__(self, name: str) -> str:
        return self.fields[name]

    @property
    def size(self) -> int:
        """The size that the CRM tells for a document's file, in bytes."""
        return int(self.fields.get("filesize") or 0)


def _plain(module: str, name: str) -> bool:
    """Whether a field is told as it is stored."""
    field = modules()[module].fields.get(name)
    return field is not None and field.kind != "reference" and name not in {"id", "assigned_user_id"}


class Inspection:
    """The part of `crm.SandboxCrm` that looks; every method may be called from any thread."""

    lock: threading.RLock
    store: Store
    access: Access
    records: Records

    def messages(self) -> list[Entry]:
        """Return all stored mails, oldest first."""
        with self.lock:
            return self._entries(self.store.rows("Messages"))

    def documents(self) -> list[Entry]:
        """Return all documents, oldest first."""
        with self.lock:
            return self._entries(self.store.rows("Documents"))

    def all_records(self, module: str) -> list[Entry]:
        """Return all records of a module, oldest first."""
        with self.lock:
            return self._entries(self.store.rows(module))

    def ids(self, module: str) -> list[str]:
        """Return the ids of all records of a module, oldest first."""
        with self.lock:
            return [self.records.id(module, row.number) for row in self.store.rows(module)]

    def record(self, id_: str) -> Entry:
        """Return a record; raises LookupError when there is none or it was deleted."""
        with self.lock:
            row = self.store.row(self._number(id_))
            if row is None or row.deleted:
                raise LookupError(id_)
            return self._entries([row])[0]

    def file(self, document_id: str) -> bytes:
        """Return the bytes that the CRM hands out as a document's file; raises LookupError when it has none."""
        return self._file(document_id).handed_out

    def file_name(self, document_id: str) -> str:
        """Return the name under which a document's file is handed out; raises LookupError when it has none."""
        return self._file(document_id).name

    def linked_messages(self, record_id: str) -> list[Entry]:
        """Return what the record's tab "Messages" shows to one who may see everything."""
        with self.lock:
            return self._entries(map(self.store.row, self.store.messages_of(self._number(record_id))))

    def linked_documents(self, record_id: str) -> list[Entry]:
        """Return what the record's tab "Documents" shows to one who may see everything."""
        with self.lock:
            return self._entries(map(self.store.row, self.store.documents_of(self._number(record_id))))

    def general_relations(self) -> set[tuple[str, str]]:
        """Return the relations (source, target) that no relationship shows."""
        with self.lock:
            return {(self._id(a), self._id(b)) for a, b in self.store.relations()}

    def find(self, module: str, **fields: str) -> Entry:
        """Return the first record of a module with exactly these values; raises LookupError."""
        with self.lock:
            for row in self.store.rows(module):
                # Telling a row takes a hundred times longer than seeing that it is stored as another.
                if any(row.fields.get(name, "") != value for name, value in fields.items() if _plain(module, name)):
                    continue
                [entry] = self._entries([row])
                if all(entry.fields.get(name) == value for name, value in fields.items()):
                    return entry
        raise LookupError(f"{module} with {fields}")

    def user_rows(self) -> list[Row]:
        """Return the users as rows of the module Users."""
        return [user_row(account) for account in self.store.accounts()]

    def _file(self, document_id: str) -> File:
        with self.lock:
            file = self.store.file(self._number(document_id))
        if file is None:
            raise LookupError(document_id)
        return file

    def _number(self, id_: str) -> int:
        return self.records.split(id_)[1]

    def _id(self, number: int) -> str:
        row = self.store.row(number)
        return self.records.id(row.module, number) if row else f"?x{number}"

    def _entries(self, rows: Iterable[Row | None]) -> list[Entry]:
        present = list(filter(None, rows))
        if not present:
            return []
        admin = self._user("admin")
        names = {account.number: account.name for account in self.store.accounts()}
        found = []
        for row in present:
            fields = row.fields | self.records.answer(admin, row)
            attached = tuple(map(self._id, self.store.attachments(row.number))) if row.module == "Messages" else ()
            has_file = row.module == "Documents" and self.store.file(row.number) is not None
            found.append(Entry(fields["id"], row.module, names.get(row.owner, ""), fields, attached, has_file))
        return found

    def _account(self, name: str) -> Account:
        account = self.access.account(name)
        if account is None:
            raise LookupError(f"There is no user {name!r}.")
        return account

    def _user(self, name: str) -> User:
        return self.access.user(self._account(name))
