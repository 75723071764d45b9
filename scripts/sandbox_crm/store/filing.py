"""Files as the CRM keeps them: as Documents, under the names that it gives them, on mails and beside them."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence

from ..bodies import Upload
from .access import User
from .archive import Archive
from .modules import Module, modules
from .records import ATTACHMENTS_FOLDER
from .relations import File
from .store import Row

NAME_LIMIT, KIND_LIMIT = 255, 150
"""Characters of ``notes.filename`` and ``notes.filetype``."""
TEXT_ENDINGS = frozenset(
    "php php3 php4 php5 pht phtml phps phar htm html xhtml js pl py rb cgi asp cfm vbs jsp exe bin bat com sh dll msi"
    " htaccess htpasswd".split()
)
"""Files with these endings are handed out with ``.txt`` behind their names (``$upload_badext``)."""


Add = Callable[[Module, Mapping[str, str], int], Row]
"""Stores a new record of a module with these values for its creator (`storing.Storing.add`)."""


def stored_name(name: str) -> str:
    """Return the name under which the file store keeps a file."""
    clean = re.sub(r"[\t\n\x0b\x0c\r ]+", "_", name).replace(":", "").replace("/", "")
    _, dot, ending = clean.rpartition(".")
    return f"{clean}.txt" if dot and ending.lower() in TEXT_ENDINGS else clean


class Filing:
    """Makes Documents of files. Each method runs inside a transaction of the caller's; ``add`` stores a new record."""

    def __init__(self, crm: Archive, add: Add) -> None:
        self._crm, self._add = crm, add

    def attach(self, message: Row, files: Sequence[Upload], user: User) -> None:
        """Make the files of a request attachments of a mail; they count from 0, whatever the mail has already.

        So those of a later request become Documents of the mail, and attachments only where the count is free.
        """
        count = 0
        for file in files:
            if not self._keeps(file):
                continue
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
            document = self._add(modules()["Documents"], values, user.number)
            self.keep(document, file.name, file)
            self._crm.store.attach(message.number, document.number, name, count)
            self._crm.store.relate_document(message.number, document.number)
            count += 1

    def document(self, user: User, values: Mapping[str, str], files: Sequence[Upload]) -> Row:
        """Store a Document; without a file where none came, or an empty one."""
        document = self._add(modules()["Documents"], {"folderid": "1"} | dict(values), user.number)
        file = next((file for file in files if file.field == "filename"), None)
        if values.get("filelocationtype") == "E":
            return document
        if file is not None and self._keeps(file):
            self.keep(document, file.name, file)
        elif file is not None:
            document.fields["filetype"] = "I"
            self._crm.store.save(document)
        return document

    def keep(self, document: Row, name: str, file: Upload) -> None:
        """Give a Document its file, which takes a record number of its own.

        The database may keep another name than the file store: then the file is there, and can't be handed out.
        """
        self._crm.next_number()
        kept = stored_name(name)
        told = self._crm.records.text(kept)[:NAME_LIMIT]
        kind = file.type.partition(";")[0].strip()
        content = file.content + b"\n" * self._crm.quirks.altered_files
        document.fields |= {"filename": told, "filesize": str(len(content)), "filetype": kind[:KIND_LIMIT]}
        self._crm.store.save(document)
        self._crm.store.add_file(document.number, File(told, kind, content, kept))

    def _keeps(self, file: Upload) -> bool:
        return bool(file.content) or self._crm.quirks.keep_empty_files
