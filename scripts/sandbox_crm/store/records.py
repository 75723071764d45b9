"""Records as the REST API tells and takes them: ids, answers, values."""

from __future__ import annotations

import datetime
import re
from collections.abc import Mapping
from typing import Any
from zoneinfo import ZoneInfo

from ..errors import DENIED, INVALID_ID, READ_DENIED, WebServiceError
from .access import User
from .ledger import Ledger
from .modules import NO_TIME, Field, Module, modules
from .store import Row

FOLDERS = {1: "Default", 2: "Message attachments"}
ATTACHMENTS_FOLDER = 2
KEPT_BY_CRM = frozenset({"createdtime", "modifiedtime", "creator", "filesize", "filetype", "filedownloadcount", "id"})
COLUMNS = {
    **{("Messages", name): 255 for name in (
        "mfrom", "mfrom_n", "mfrom_f", "mreplyto", "mreplyto_n", "mreplyto_f", "messageid", "in_reply_to", "xmailer",
        "folder", "thread_index",
    )},
    ("Messages", "mtype"): 100, ("Documents", "fileversion"): 150, ("Documents", "backend_name"): 63,
}  # fmt: skip
"""Characters that a column holds, where a longer value is cut without a word."""
_TIME = re.compile(r"\d{4}-\d\d-\d\d \d\d:\d\d(:\d\d)?")


class Records:
    """Translation between stored rows and what goes over the wire."""

    def __init__(self, crm: Ledger) -> None:
        self._crm = crm

    # -- ids

    def prefix(self, module: str) -> int:
        """Return the module id of this installation."""
        return modules()[module].number + self._crm.id_offset

    def id(self, module: str, number: int) -> str:
        """Return the id of a record: ``{module id}x{record number}``."""
        return f"{self.prefix(module)}x{number}"

    def split(self, id_: object) -> tuple[str | None, int]:
        """Return the module that the prefix names (None: no such) and the number; raises `WebServiceError`."""
        match = re.fullmatch(r"(\d{1,9})x(\d{1,15})", id_) if isinstance(id_, str) else None
        if match is None:
            raise WebServiceError(f"{DENIED} for id")
        number = int(match[1])
        name = next((name for name in modules() if self.prefix(name) == number), None)
        return name, int(match[2])

    def module_of(self, module: str | None, number: int) -> str:
        """Return the module of the record behind an id: what it is, not what the prefix says (or empty)."""
        if module == "Users":
            return module if any(user.number == number for user in self._crm.store.accounts()) else ""
        if module is not None and not modules()[module].is_entity:
            return module if module == "DocumentFolders" and number in FOLDERS else ""
        row = self._crm.store.row(number)
        return row.module if row else ""

    def find(self, user: User, id_: object) -> tuple[str, int]:
        """Return module and number of an id that the user names; raises `WebServiceError` as vtenext does."""
        named, number = self.split(id_)
        if named is None:
            raise WebServiceError(f"{DENIED} for id")
        module = self.module_of(named, number)
        if not module or not self._crm.access.may(user, module):
            raise WebServiceError(DENIED)
        if module != named:
            raise WebServiceError(INVALID_ID)
        return module, number

    # -- answers

    def answer(self, user: User, row: Row, names: tuple[str, ...] = ()) -> dict[str, str]:
        """Return a record as retrieve and query tell it: these fields, or all that the user sees."""
        module = modules()[row.module]
        fields = self._crm.access.fields(user, module)
        chosen = names or (*(name for name, field in fields.items() if field.kind != "file"), "id")
        told = {
            name: self.id(row.module, row.number) if name == "id" else self._shown(fields[name], row) for name in chosen
        }
        # A query tells what stands in the database; a record alone is told on the user's clock.
        return told if names else told | self._moved(user, module, told, self._crm.time_zone, self.zone(user))

    def _shown(self, field: Field, row: Row) -> str:
        if field.name == "assigned_user_id":
            return self.id("Users", row.owner)
        value = row.fields.get(field.name, "")
        if field.kind != "reference" or not value:
            return value
        number = int(value)
        for module in field.refers:
            if module == "Users" or not modules()[module].is_entity:
                return self.id(module, number)
            target = self._crm.store.row(number)
            if target is not None and target.module == module and not target.deleted:
                return self.id(module, number)
        return ""

    # -- times

    def zone(self, user: User) -> ZoneInfo:
        """Return the time zone of a user's clock."""
        return self._crm.access.zones.get(user.name, self._crm.time_zone)

    def on_servers_clock(self, user: User, module: Module, values: Mapping[str, str]) -> dict[str, str]:
        """Return values with their times on the server's clock: vtenext takes each for one on the user's."""
        return {**values, **self._moved(user, module, values, self.zone(user), self._crm.time_zone)}

    def _moved(
        self, user: User, module: Module, values: Mapping[str, str], here: ZoneInfo, there: ZoneInfo
    ) -> dict[str, str]:
        if here == there:
            return {}
        fields = self._crm.access.fields(user, module)
        times = {name: text for name, text in values.items() if name in fields and fields[name].kind == "datetime"}
        return {name: _on_clock(text, here, there) for name, text in times.items() if text and text != NO_TIME}

    # -- values

    def text(self, value: object) -> str:
        """Return a JSON value as PHP writes it into a text column of this database."""
        text = self.php_text(value)
        if self._crm.quirks.three_byte_text:
            text = re.sub(r"[\U00010000-\U0010ffff]", "????", text)
        return text

    @staticmethod
    def php_text(value: object) -> str:
        """Return a JSON value as PHP makes a text of it."""
        if value is None or value is False:
            return ""
        if isinstance(value, (list, dict)):
            return "Array"
        return "1" if value is True else str(value)

    def values(self, user: User, module: Module, element: Mapping[str, Any]) -> dict[str, str]:
        """Return the values to store of what the caller gives; raises `WebServiceError` for a wrong reference."""
        given: dict[str, str] = {}
        for name, field in self._crm.access.fields(user, module).items():
            if name not in element or name in KEPT_BY_CRM or name == module.number_field:
                continue
            if field.is_reference:
                given[name] = self._reference(user, field, element[name])
            else:
                kept = self.text(element[name])
                cleaned = kept if (module.name, name) == ("Messages", "description") else _without_scripts(kept)
                given[name] = self._limited(module, field, cleaned)
        return given

    def _limited(self, module: Module, field: Field, text: str) -> str:
        quirks = self._crm.quirks
        if (module.name, field.name) == ("Messages", "subject"):
            return text[: quirks.subject_limit]
        if (module.name, field.name) == ("Documents", "notes_title"):
            return text[: quirks.title_limit]
        limit = COLUMNS.get((module.name, field.name))
        if limit is not None:
            return text[:limit]
        if field.kind == "datetime":
            if not _TIME.fullmatch(text):
                return NO_TIME
            return self._timestamp(text if len(text) == len(NO_TIME) else f"{text}:00")
        return text

    def _timestamp(self, text: str) -> str:
        """What a TIMESTAMP column keeps of a time on the server's clock."""
        try:
            local = datetime.datetime.fromisoformat(text)
        except ValueError:
            return NO_TIME
        if not 1 < local.year < 9999:
            return NO_TIME
        seconds = local.replace(tzinfo=self._crm.time_zone).timestamp()
        return text if not self._crm.quirks.timestamps or 0 < seconds < 2**31 else NO_TIME

    def _reference(self, user: User, field: Field, value: object) -> str:
        if not value:
            return ""
        named, number = self.split(value)
        wanted = ("Users", "Groups") if field.kind == "owner" else field.refers
        if named not in wanted:
            raise WebServiceError(f"Invalid reference specified for {field.name}")
        if field.kind == "owner":
            subordinate = Row(0, "Contacts", number, {})
            if number != user.number and not self._crm.access.may_write(user, subordinate):
                raise WebServiceError("Cannot assign record to the given user")
        elif not self._crm.access.may(user, str(named)):
            raise WebServiceError(f"Permission to access reference type is denied{named}")
        return str(number)

    def readable(self, user: User, module: str, number: int) -> Row | None:
        """Return the row of a record that the user may read (None for users and folders, which have none).

        Raises `WebServiceError` when sharing does not show it. A deleted record is returned.
        """
        if module == "Users":
            if not user.is_admin and number != user.number:
                raise WebServiceError(READ_DENIED)
            return None
        row = self._crm.store.row(number)
        if row is not None and not self._crm.access.may_read(user, row):
            raise WebServiceError(READ_DENIED)
        return row


def _on_clock(text: str, here: ZoneInfo, there: ZoneInfo) -> str:
    try:
        return (
            datetime.datetime.fromisoformat(text).replace(tzinfo=here).astimezone(there).strftime("%Y-%m-%d %H:%M:%S")
        )
    except (ValueError, OverflowError):
        return text


def _without_scripts(text: str) -> str:
    """Return what vtenext keeps of a value that looks as if there was a script in it: without brackets and quotes."""
    if re.search(r"(?i)script.*/script", text) is None:
        return text
    return text.replace("<", "&lt;").replace(">", "&gt;").replace('"', "&quot;")
