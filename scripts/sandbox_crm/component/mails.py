"""The sandbox CRM as one user of the component works in it: mails, their Documents, and the records they hang on.

The PHP component has the same questions (``pure/Mails.php``); in the tests it puts them to this class.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from typing import Any

from ..bodies import Upload
from ..store import collation
from ..store.access import User
from ..store.host import Host
from ..store.modules import modules
from ..store.records import ATTACHMENTS_FOLDER
from ..store.store import Row

PIECE = 4 * 1024 * 1024
"""Bytes of a file that are summed up at a time (``mailconnectormail``)."""


class Mails:
    """The mails of one user. Numbers are record numbers; what may be done is asked before it is done."""

    def __init__(self, crm: Host, user: User) -> None:
        self.crm, self.user = crm, user

    # -- rights and modules

    def may(self, module: str) -> bool:
        """Whether the user may store records of a module: a profile has one right for creating and editing."""
        return all(self.crm.access.may(self.user, module, right) for right in ("create", "edit"))

    def takes_mails(self, module: str) -> bool:
        """Whether mails can be linked to records of a module that the user is shown."""
        known = modules().get(module)
        return known is not None and known.has_messages and known.is_entity and self.crm.access.may(self.user, module)

    def takes_documents(self, module: str) -> bool:
        """Whether Documents can be related to records of a module."""
        return module in modules() and modules()[module].has_documents

    def id(self, module: str, number: int) -> str:
        """Return the web service id of a record."""
        return self.crm.records.id(module, number) if module in modules() else f"0x{number}"

    def module(self, number: int) -> str:
        """Return the module of a record; empty where there is none, or not any more: a converted lead is none."""
        row = self.crm.store.row(number)
        return row.module if row is not None and not row.gone else ""

    def may_see(self, module: str, number: int) -> bool:
        """Whether the user is shown a record."""
        row = self.crm.store.row(number)
        if row is None or row.module != module or not self.crm.access.may(self.user, module):
            return False
        return self.crm.access.may_read(self.user, row)

    def may_remove(self, module: str, number: int) -> bool:
        """Whether the user may delete a record."""
        row = self.crm.store.row(number)
        allowed = row is not None and self.crm.access.may_write(self.user, row)
        return allowed and self.crm.access.may(self.user, module, "delete")

    # -- reading

    def copies(self, message_id: str) -> dict[int, str]:
        """Return the user's own linked mails with a Message-ID, oldest first: hash by number."""
        wanted = {message_id, self.crm.records.text(message_id)}
        rows = [row for row in self.crm.store.rows("Messages") if row.fields.get("messageid") in wanted]
        return {row.number: row.hash or "" for row in rows if self._own(row)}

    def candidates(self, equal: Sequence[str], like: Sequence[str], date: str) -> list[dict[str, Any]]:
        """Return the user's own linked mails whose Message-ID is one of these, or like one, to the database."""
        keys, patterns = set(map(collation.key, equal)), list(map(collation.like, like))
        found = []
        for row in filter(self._own, self.crm.store.rows("Messages")):
            kept = row.fields.get("messageid", "")
            fits = collation.key(kept) in keys or any(one.fullmatch(collation.folded(kept)) for one in patterns)
            if fits and date in {"", row.fields.get("mdate")}:
                told = {"message_id": kept, "subject": row.fields.get("subject", "")}
                told |= {"date": row.fields.get("mdate", ""), "created": row.fields.get("createdtime", "")}
                found.append({"number": row.number} | told)
        return found

    def _own(self, row: Row | None) -> bool:
        if row is None or row.module != "Messages" or row.deleted or row.owner != self.user.number:
            return False
        return row.fields.get("mtype") == "Link"

    def mail(self, number: int) -> dict[str, str] | None:
        """Return an own linked mail; None where the number is none."""
        row = self.crm.store.row(number)
        if row is None or not self._own(row):
            return None
        names = {"message_id": "messageid", "subject": "subject", "mark": "xmailer", "from": "mfrom", "to": "mto"}
        names |= {"cc": "mcc", "bcc": "mbcc", "reply_to": "mreplyto", "html": "cleaned_body", "date": "mdate"}
        names |= {"created": "createdtime"} | {f"{one}_names": f"m{one}_n" for one in ("from", "to", "cc", "bcc")}
        return {"hash": row.hash or ""} | {name: row.fields.get(field, "") for name, field in names.items()}

    def documents(self, mail: int) -> list[dict[str, Any]]:
        """Return the Documents that came of a mail's files."""
        numbers = self.crm.store.attachments(mail)
        rows = [row for number in numbers if (row := self.crm.store.row(number)) and not row.deleted]
        return [
            {
                "number": row.number,
                "title": row.fields.get("notes_title", ""),
                "size": int(row.fields.get("filesize") or 0),
                "name": row.fields.get("filename", ""),
                "link": row.fields.get("filelocationtype") == "E",
            }
            for row in rows
        ]

    def digest(self, document: int) -> str:
        """Return what a Document's file is made of; empty where there is none."""
        file = self.crm.store.file(document)
        if file is None:
            return ""
        content = file.handed_out
        pieces = [content[start : start + PIECE] for start in range(0, max(len(content), 1), PIECE)]
        return hashlib.sha256(b"".join(hashlib.sha256(piece).digest() for piece in pieces)).hexdigest()

    def records(self, mail: int) -> dict[int, str]:
        """Return the records that a mail is related to, over all its copies: module by number."""
        row = self.crm.store.row(mail)
        found = self.crm.store.records_of(row.hash or "") if row else []
        return {number: module for number in found if (module := self.module(number)) not in {"", "Documents"}}

    def document_records(self, document: int) -> dict[int, str]:
        """Return the records that a Document is related to: module by number."""
        found = self.crm.store.records_of_document(document)
        return {number: module for number in found if (module := self.module(number)) not in {"", "Messages"}}

    def others(self, mail: int) -> list[int]:
        """Return the copies of a mail other than this one."""
        row = self.crm.store.row(mail)
        hash_ = row.hash if row else ""
        return [one.number for one in self.crm.store.rows("Messages") if one.hash == hash_ and one.number != mail]

    def identity(self, fields: Mapping[str, str]) -> str:
        """Return what the CRM knows a mail by: its Message-ID and its subject as it was sent."""
        return self.crm.storing.identity(fields["messageid"], fields["subject"])

    # -- writing

    def store(self, fields: Mapping[str, str]) -> int:
        """Store a mail with these values; returns its number."""
        identity = self.identity(fields)
        values = self.crm.records.values(self.user, modules()["Messages"], fields)
        values["description"] = values["cleaned_body"] = self.crm.storing.body(values.get("description", ""), 0)
        return self.crm.storing.add(modules()["Messages"], values, self.user.number, identity).number

    def attach(self, mail: int, file: Upload) -> int:
        """Store a file as a Document that came with a mail; returns its number."""
        document = self._document(mail, file.name, {"filelocationtype": "I"})
        self.crm.filing.keep(document, file.name, file)
        return document.number

    def attach_address(self, mail: int, name: str, address: str) -> int:
        """Store an address as a Document that came with a mail; returns its number."""
        return self._document(mail, name, {"filelocationtype": "E", "filename": address}).number

    def _document(self, mail: int, name: str, values: dict[str, str]) -> Row:
        given = {"notes_title": name, "filestatus": "1"} | values
        known = self.crm.records.values(self.user, modules()["Documents"], given)
        known |= {"folderid": str(ATTACHMENTS_FOLDER), "filename": values.get("filename", "")}
        document = self.crm.storing.add(modules()["Documents"], known, self.user.number)
        self.crm.store.attach(mail, document.number, name)
        self.crm.store.relate_document(mail, document.number)
        self.relate(mail, "Documents", [document.number])
        return document

    def relate(self, mail: int, _module: str, numbers: list[int]) -> None:
        """Relate a mail to records of one module."""
        row = self.crm.store.row(mail)
        for number in numbers if row and row.hash else []:
            self.crm.store.relate_message(str(row and row.hash), number)

    def relate_document(self, document: int, _module: str, numbers: list[int]) -> None:
        """Relate a Document to records of one module."""
        for number in numbers:
            self.crm.store.relate_document(number, document)

    def unrelate(self, mail: int, _module: str, number: int) -> None:
        """Undo `relate` for one record."""
        row = self.crm.store.row(mail)
        self.crm.store.unrelate_message((row.hash if row else "") or "", number)

    def unrelate_document(self, document: int, _module: str, number: int) -> None:
        """Undo `relate_document` for one record."""
        self.crm.store.unrelate_document(number, document)

    def remove(self, number: int) -> None:
        """Delete a mail."""
        row = self.crm.store.row(number)
        if row is not None:
            row.deleted = True
            self.crm.store.save(row)

    def remove_document(self, mail: int, document: int) -> None:
        """Delete a Document of a mail, with all its relations."""
        self.remove(document)
        self.unrelate(mail, "Documents", document)
        self.crm.store.forget_document(document)

    def fill(self, mail: int, html: str | None, date: str | None, mark: str) -> None:
        """Change text and date of a mail, with what is said of the date."""
        row = self.crm.store.row(mail)
        if row is None:
            return
        if html is not None:
            body = self.crm.storing.body(self.crm.records.text(html), mail)
            row.fields["description"] = row.fields["cleaned_body"] = body
        if date is not None:
            row.fields |= {"mdate": date, "xmailer": mark}
        row.fields["modifiedtime"] = self.crm.now()
        self.crm.store.save(row)
