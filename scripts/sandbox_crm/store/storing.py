"""Creating, changing and deleting records, with what vtenext does to mails and files on the way."""

from __future__ import annotations

import hashlib
import html
import re
from collections.abc import Mapping, Sequence
from typing import Any

from ..bodies import Upload
from ..errors import (
    DELETE_DENIED,
    DENIED,
    NOT_FOUND,
    READ_DENIED,
    WRITE_DENIED,
    PhpFatal,
    WebServiceError,
)
from . import sanitizing
from .access import User
from .archive import Archive
from .filing import Filing
from .modules import Module, modules
from .store import Row

INLINE = "index.php?module=Messages&action=MessagesAjax&file=Download"
NO_HOST = "Call to protected method PHPMailer\\PHPMailer\\PHPMailer::ServerHostname() from context 'Messages'"

_HTML = re.compile(r"&(?:#\d+|#[xX][0-9a-fA-F]+|[A-Za-z][A-Za-z0-9]*);")


class Storing:
    """The operations that write records. Each runs inside a transaction of the caller's."""

    def __init__(self, crm: Archive, filing: Filing) -> None:
        self._crm, self._filing = crm, filing

    def create(self, user: User, module: str, element: Mapping[str, Any], files: Sequence[Upload]) -> Row:
        """Store a new record of a user; raises `WebServiceError` or `PhpFatal` with vtenext's texts."""
        if module not in modules() or not self._crm.access.may(user, module):
            raise WebServiceError(DENIED)
        if not self._crm.access.may(user, module, "create"):
            raise WebServiceError(WRITE_DENIED)
        known = modules()[module]
        values = self._crm.records.on_servers_clock(user, known, self._crm.records.values(user, known, element))
        values["assigned_user_id"] = values.get("assigned_user_id") or str(user.number)
        self._check_mandatory(known, values)
        if module == "Messages":
            return self._message(user, values, element, files)
        if module == "Documents":
            return self._filing.document(user, values, files)
        return self.add(known, values, user.number)

    def add(self, module: Module, values: Mapping[str, str], creator: int, hash_: str | None = None) -> Row:
        """Store a new record with these values, what the CRM adds to them, and no check."""
        number = self._crm.store.next(module.name) if module.number_field else 0
        fields = completed(module, values, creator, self._crm.now(), number)
        if module.number_field and module.name in self._crm.numbering:
            fields[module.number_field] = f"{self._crm.numbering[module.name]}{number}"
        owner = int(fields.pop("assigned_user_id", "") or creator)
        row = Row(self._crm.next_number(), module.name, owner, fields, hash_)
        self._crm.store.add(row)
        return row

    def change(self, user: User, element: Mapping[str, Any], *, whole: bool, files: Sequence[Upload] = ()) -> Row:
        """Change a record; ``whole`` (update) empties what is not given, else (revise) it stays. A mail takes files."""
        module, number = self._crm.records.find(user, element.get("id"))
        row = self._crm.store.row(number)
        if row is None or row.deleted:
            raise WebServiceError(NOT_FOUND)
        if not self._crm.access.may_write(user, row):
            raise WebServiceError(READ_DENIED)
        if not self._crm.access.may(user, module, "edit"):
            raise WebServiceError(WRITE_DENIED)
        known = modules()[module]
        values = self._crm.records.on_servers_clock(user, known, self._crm.records.values(user, known, element))
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
            if self._crm.quirks.revise_decodes:
                values = {name: self._crm.records.text(html.unescape(value)) for name, value in values.items()}
        if module == "Messages" and "description" in values:
            values["description"] = values["cleaned_body"] = self.body(values["description"], number)
        owner = values.pop("assigned_user_id", "")
        row.owner = int(owner) if owner and owner != "0" else row.owner
        row.fields |= values | {"modifiedtime": self._crm.now()}
        self._crm.store.save(row)
        if module == "Messages":
            self._give_back_attachments(row, element.get("subject"))
            if _takes_files(element):
                self._filing.attach(row, files, user)
        return row

    def _give_back_attachments(self, message: Row, subject: object) -> None:
        """Give a mail that is saved again the Documents of one that was deleted and has its id and subject.

        vtenext means to recover what the mail had before; what it has now it loses, place by place.
        """
        sent = html.unescape(self._crm.records.php_text(subject)) if subject else message.fields["subject"]
        hash_ = self.identity(message.fields["messageid"], sent)
        for gone in self._crm.store.deleted("Messages"):
            if gone.hash == hash_ and gone.number != message.number:
                self._crm.store.exchange(message.number, gone.number)

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

    def body(self, text: str, message: int) -> str:
        """Return the text of a mail as the CRM stores it; ``cid:`` and an attachment's name lead to that attachment."""

        def attached(name: str) -> str | None:
            place = self._crm.store.attached_as(message, name)
            return None if place is None else f"{INLINE}&record={message}&contentid={place}&mode=inline"

        kept = sanitizing.sanitized(text, attached) if self._crm.quirks.sanitize_html else text
        return kept[: self._crm.quirks.body_limit]

    def identity(self, message_id: object, subject: object) -> str:
        """Return what the CRM knows a mail by: its Message-ID and its subject as they were sent, HTML resolved."""
        sent = self._crm.records.php_text(message_id) + _HTML.sub(_resolved, self._crm.records.php_text(subject))
        return hashlib.sha1(sent.encode(errors="replace"), usedforsecurity=False).hexdigest()

    def _message(self, user: User, values: dict[str, str], element: Mapping[str, Any], files: Sequence[Upload]) -> Row:
        quirks, store = self._crm.quirks, self._crm.store
        mail_id = values.get("messageid", "")
        if not mail_id and quirks.message_id_required:
            raise PhpFatal(NO_HOST, "modules/Messages/Messages.php")
        if not quirks.duplicates_accepted and any(
            row.fields.get("messageid") == mail_id for row in store.rows("Messages")
        ):
            raise WebServiceError("Duplicate messageid")
        identity = self.identity(element.get("messageid"), element.get("subject"))
        row = self.add(modules()["Messages"], values, user.number, identity)
        if self._crm.records.text(element.get("parent_id")):
            _, number = self._crm.records.split(element["parent_id"])
            store.relate_message(identity, number)
        if _takes_files(element) and self._crm.access.may(user, "Documents", "create"):
            self._filing.attach(row, files, user)
        row.fields["description"] = row.fields["cleaned_body"] = self.body(values.get("description", ""), row.number)
        store.save(row)
        return row


def completed(module: Module, values: Mapping[str, str], creator: int, now: str, number: int) -> dict[str, str]:
    """Return the fields of a new record: these values, and what the CRM adds; ``number`` is its module's next."""
    fields = {name: field.initial for name, field in module.fields.items()} | dict(values)
    for name, value in {"createdtime": now, "modifiedtime": now, "creator": str(creator)}.items():
        if name in module.fields:
            fields[name] = value
    if module.number_field:
        fields[module.number_field] = f"{module.prefix}{number}"
    return fields


def _takes_files(element: Mapping[str, Any]) -> bool:
    return all(str(element.get(name)).lower() == "true" for name in ("hasattachments", "external_plugin"))


def _resolved(match: re.Match[str]) -> str:
    """A reference as PHP resolves it, which leaves single quotation marks."""
    character = html.unescape(match[0])
    return match[0] if character == "'" else character
