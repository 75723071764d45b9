"""Creating, changing and deleting records, with what vtenext does to mails and files on the way."""

from __future__ import annotations

import hashlib
import html
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from . import sanitizing
from .access import User
from .bodies import Upload
from .errors import (
    DELETE_DENIED,
    DENIED,
    NOT_FOUND,
    READ_DENIED,
    WRITE_DENIED,
    PhpFatal,
    WebServiceError,
)
from .modules import Module, modules
from .records import ATTACHMENTS_FOLDER
from .store import File, Row

if TYPE_CHECKING:
    from .crm import SandboxCrm

NO_HOST = "Call to protected method PHPMailer\\PHPMailer\\PHPMailer::ServerHostname() from context 'Messages'"


def identity(fields: Mapping[str, str]) -> str:
    """Return what vtenext knows a mail by: made of its id, and of its subject as it was sent."""
    known_by = fields.get("messageid", "") + fields.get("subject", "")
    return hashlib.sha1(known_by.encode(), usedforsecurity=False).hexdigest()


class Storing:
    """The operations that write records. Each runs inside a transaction of the caller's."""

    def __init__(self, crm: SandboxCrm) -> None:
        self._crm = crm

    def create(self, user: User, module: str, element: Mapping[str, Any], files: Sequence[Upload]) -> Row:
        """Store a new record of a user; raises `WebServiceError` or `PhpFatal` with vtenext's texts."""
        if module not in modules() or not self._crm.access.may(user, module):
            raise WebServiceError(DENIED)
        if not self._crm.access.may(user, module, "create"):
            raise WebServiceError(WRITE_DENIED)
        known = modules()[module]
        values = self._crm.records.values(user, known, element)
        values["assigned_user_id"] = values.get("assigned_user_id") or str(user.number)
        self._check_mandatory(known, values)
        if module == "Messages":
            return self._message(user, values, element, files)
        if module == "Documents":
            return self._document(user, values, files)
        return self.add(known, values, user.number)

    def add(self, module: Module, values: Mapping[str, str], creator: int, hash_: str | None = None) -> Row:
        """Store a new record with these values, what the CRM adds to them, and no check."""
        now = self._crm.now()
        fields = {name: field.initial for name, field in module.fields.items()} | dict(values)
        owner = int(fields.pop("assigned_user_id", "") or creator)
        for name, value in {"createdtime": now, "modifiedtime": now, "creator": str(creator)}.items():
            if name in module.fields:
                fields[name] = value
        if module.number_field:
            fields[module.number_field] = f"{module.prefix}{self._crm.store.next(module.name)}"
        row = Row(self._crm.next_number(), module.name, owner, fields, hash_)
        self._crm.store.add(row)
        return row

    def change(self, user: User, element: Mapping[str, Any], *, whole: bool) -> Row:
        """Change a record; ``whole`` (update) empties what is not given, else (revise) it stays."""
        module, number = self._crm.records.find(user, element.get("id"))
        row = self._crm.store.row(number)
        if row is None or row.deleted:
            raise WebServiceError(NOT_FOUND)
        if not self._crm.access.may_write(user, row):
            raise WebServiceError(READ_DENIED)
        if not self._crm.access.may(user, module, "edit"):
            raise WebServiceError(WRITE_DENIED)
        known = modules()[module]
        values = self._crm.records.values(user, known, element)
        if whole:
            self._check_mandatory(known, {"assigned_user_id": str(row.owner)} | values)
            kept = {name for name in row.fields if name not in known.fields or not known.fields[name].editable}
            values = (
                {name: field.initial for name, field in known.fields.items() if name not in kept and name != "filename"}
                | {name: row.fields.get(name, "") for name in kept}
                | values
            )
        else:
            self._check_mandatory(known, values, given_only=True)
            if module == "Messages" and self._crm.quirks.revise_decodes:
                values = {name: self._crm.records.text(html.unescape(value)) for name, value in values.items()}
        if module == "Messages" and "description" in values:
            values["description"] = values["cleaned_body"] = self.body(values["description"])
        owner = values.pop("assigned_user_id", "")
        row.owner = int(owner) if owner and owner != "0" else row.owner
        row.fields |= values | {"modifiedtime": self._crm.now()}
        self._crm.store.save(row)
        if module == "Messages":
            self._give_back_attachments(row)
        return row

    def _give_back_attachments(self, message: Row) -> None:
        """Give a mail that is saved again the Documents of one that was deleted and has its id and subject.

        vtenext means to recover what the mail had before; what it has now it loses.
        """
        hash_ = identity(message.fields)
        now = self._crm.store.attachments(message.number)
        for gone in self._crm.store.deleted("Messages"):
            if gone.hash == hash_ and gone.number != message.number:
                before = self._crm.store.attachments(gone.number)
                for old, new in zip(now, before, strict=False):
                    self._crm.store.exchange(message.number, old, new)
                now = self._crm.store.attachments(message.number)

    def delete(self, user: User, id_: object) -> bool:
        """Delete a record; False when it was not there, which vtenext does not mind."""
        named, number = self._crm.records.split(id_)
        row = self._crm.store.row(number)
        if row is None or row.deleted or named is None:
            return False
        module, _ = self._crm.records.find(user, id_)
        if not self._crm.access.may_write(user, row):
            raise WebServiceError(READ_DENIED)
        if not self._crm.access.may(user, module, "delete"):
            raise WebServiceError(DELETE_DENIED)
        row.deleted = True
        self._crm.store.save(row)
        return True

    @staticmethod
    def _check_mandatory(module: Module, values: Mapping[str, str], *, given_only: bool = False) -> None:
        for name, field in module.fields.items():
            if field.mandatory and (not given_only or name in values) and not values.get(name):
                raise WebServiceError(f"{name} does not have a value")

    def body(self, text: str) -> str:
        """Return the text of a mail as the CRM stores it."""
        kept = sanitizing.sanitized(text) if self._crm.quirks.sanitize_html else text
        return kept[: self._crm.quirks.body_limit]

    def _message(self, user: User, values: dict[str, str], element: Mapping[str, Any], files: Sequence[Upload]) -> Row:
        quirks, store = self._crm.quirks, self._crm.store
        mail_id = values.get("messageid", "")
        if not mail_id and quirks.message_id_required:
            raise PhpFatal(NO_HOST, "modules/Messages/Messages.php")
        if not quirks.duplicates_accepted and any(
            row.fields.get("messageid") == mail_id for row in store.rows("Messages")
        ):
            raise WebServiceError("Duplicate messageid")
        values["description"] = values["cleaned_body"] = self.body(values.get("description", ""))
        row = self.add(modules()["Messages"], values, user.number, identity(values))
        if self._crm.records.text(element.get("parent_id")):
            _, number = self._crm.records.split(element["parent_id"])
            store.relate_message(identity(values), number)
        wanted = [str(element.get(name)).lower() for name in ("hasattachments", "external_plugin")]
        if wanted == ["true", "true"] and self._crm.access.may(user, "Documents", "create"):
            for file in files:
                self._attach(row, file, user)
        return row

    def _attach(self, message: Row, file: Upload, user: User) -> None:
        if not file.content and not self._crm.quirks.keep_empty_files:
            return
        name = file.name
        if self._crm.quirks.cut_name_at_underscore and "_" in name:
            name = name.partition("_")[2]
        name = self._crm.records.text(name)
        values = {
            "notes_title": name[: self._crm.quirks.title_limit],
            "folderid": str(ATTACHMENTS_FOLDER),
            "assigned_user_id": str(message.owner),
            "filelocationtype": "I",
            "filestatus": "1",
        }
        document = self._file(self.add(modules()["Documents"], values, user.number), name, file)
        self._crm.store.attach(message.number, document.number)

    def _document(self, user: User, values: dict[str, str], files: Sequence[Upload]) -> Row:
        values["folderid"] = values.get("folderid") or "1"
        file = next((file for file in files if file.field == "filename"), None)
        if values.get("filelocationtype") == "E" or file is None:
            return self.add(modules()["Documents"], values, user.number)
        if not file.content and not self._crm.quirks.keep_empty_files:
            return self.add(modules()["Documents"], values, user.number)
        return self._file(
            self.add(modules()["Documents"], values, user.number), self._crm.records.text(file.name), file
        )

    def _file(self, document: Row, name: str, file: Upload) -> Row:
        """Give a document its file; the file takes a record number of its own, as in vtenext."""
        self._crm.next_number()
        document.fields |= {"filename": name, "filesize": str(len(file.content)), "filetype": file.type}
        self._crm.store.save(document)
        self._crm.store.add_file(document.number, File(name, file.type, file.content))
        return document
