"""The sandbox CRM's records as one user of the component is shown them.

The PHP component has the same questions (``pure/Records.php``); in the tests it puts them to this class.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from ..store import collation
from ..store.access import User
from ..store.host import Host
from ..store.modules import NO_TIME, Module, modules
from ..store.store import Row
from .mails import Mails

STATES = {"Potentials": "sales_stage", "HelpDesk": "ticketstatus"}
CLOSED = frozenset({"Closed Won", "Closed Lost", "Closed"})
BEHIND = frozenset({"Accounts", "Contacts", "Leads", "Vendors"})
"""The modules of which a reference tells who is behind a record."""
MOST, MOST_OF_ONE, MOST_READ = 101, 50, 1010
"""Rows that are read at a time, mails with one Message-ID or records of one mail, and rows that are looked at.

Of more only those are found that the user may read.
"""
PHONES = ("phone", "mobile", "otherphone", "homephone")
ADDRESSES = (
    "mailingstreet", "mailingzip", "mailingcity", "mailingcountry", "bill_street", "bill_code", "bill_city",
    "bill_country", "lane", "code", "city", "country", "street", "postalcode",
)  # fmt: skip


class Records:
    """The records of one user."""

    def __init__(self, crm: Host, user: User) -> None:
        self.crm, self.user, self._mails = crm, user, Mails(crm, user)
        self.unasked: dict[str, None] = {}
        """The modules that the CRM failed to read, in order."""
        self.cut = False
        """Whether there were more that the user may read than are looked at."""

    def modules(self) -> dict[str, dict[str, str]]:
        """Return the modules to whose records mails can be linked: label and singular by name."""
        return {one.name: {"label": one.label, "singular": one.singular} for one in self._shown()}

    def _shown(self) -> list[Module]:
        never = {"Messages", "Documents", "Users", "Emails", "ModComments", "MyNotes", "Myfiles"}
        return [one for one in modules().values() if one.name not in never and self._mails.takes_mails(one.name)]

    def _module(self, name: str) -> Module | None:
        return next((one for one in self._shown() if one.name == name), None)

    def _rows(self, module: Module) -> Iterator[Row]:
        if module.name in self.crm.broken:
            self.unasked[module.name] = None
        else:
            yield from self.crm.store.rows(module.name)

    # -- finding

    def with_addresses(self, mails: Sequence[str]) -> dict[str, dict[int, str]]:
        """Return the records that have one of these addresses, by module: the stored address by number."""
        wanted, found = set(map(collation.key, mails)), dict[str, dict[int, str]]()
        for module in self._shown():
            seen = self.crm.access.fields(self.user, module)
            for name in filter(seen.__contains__, module.mail_fields()):
                has = [row for row in self._rows(module) if collation.key(row.fields.get(name, "")) in wanted]
                for row in self._room([row for row in has if row.fields[name] and not _closed(row)]):
                    found.setdefault(module.name, {}).setdefault(row.number, row.fields[name])
        return found

    def _room(self, rows: Sequence[Row], most: int = MOST, read: int | None = None) -> Sequence[Row]:
        """Those that are looked at: of many, or of the newest ``read``, the newest that the user may read."""
        if len(rows) < most:
            return rows
        newest = rows[::-1][:read]
        seen = [row for row in newest if self.crm.access.may_read(self.user, row)]
        self.cut = self.cut or len(seen) >= most or len(newest) == read
        return seen[:most]

    def of_domain(self, domain: str) -> list[dict[str, Any]]:
        """Return the companies that may be of a domain."""
        module, found = self._module("Accounts"), dict[int, list[str]]()
        if module is None:
            return []
        for name in (*module.mail_fields(), "website"):
            has = [row for row in self._rows(module) if domain in row.fields.get(name, "").casefold()]
            for row in self._room(has):
                found.setdefault(row.number, []).append(row.fields[name])
        return [{"number": number, "mails": values, "sites": values} for number, values in found.items()]

    def prefixes(self) -> list[tuple[str, str]]:
        """Return the beginnings of record numbers with their modules: those of today, and those of older records."""
        first = [(one.prefix, one.name) for one in modules().values() if one.number_field and one.prefix]
        return [*first, *((prefix, module) for module, prefix in self.crm.numbering.items())]

    def numbered(self, name: str, texts: Sequence[str]) -> dict[int, str]:
        """Return records of a module by their number in the CRM."""
        module = self._module(name)
        if module is None or module.number_field not in self.crm.access.fields(self.user, module):
            return {}
        numbers = {row.number: row.fields.get(module.number_field or "", "").upper() for row in self._rows(module)}
        return {number: text for number, text in numbers.items() if text in texts}

    def cases(self, name: str, parents: Sequence[int]) -> dict[int, int]:
        """Return the open cases of a module that point to one of these records: that record by number."""
        module, found = self._module(name), dict[int, int]()
        if module is None:
            return found
        seen = self.crm.access.fields(self.user, module)
        fields = [field for field in seen if seen[field].kind == "reference" and seen[field].refers != ("Users",)]
        for field in fields:
            theirs = [row for row in self._rows(module) if _at(row, field) in parents and not _closed(row)]
            for row in self._room(theirs):
                found.setdefault(row.number, _at(row, field))
        return found

    # -- telling

    def told(self, name: str, numbers: Sequence[int], card: bool = False) -> dict[int, dict[str, Any]]:
        """Return what the user is shown of records of one module."""
        module, found = self._module(name), dict[int, dict[str, Any]]()
        if module and numbers and name in self.crm.broken:
            self.unasked[name] = None
            return found
        for number in numbers if module else ():
            row = self.crm.store.row(number)
            if module and row and not row.gone and row.module == name and self.crm.access.may_read(self.user, row):
                found[number] = self._record(module, row) | (self._card(module, row) if card else {})
        return found

    def _values(self, module: Module, names: Sequence[str], row: Row) -> list[str]:
        seen = self.crm.access.fields(self.user, module)
        return [value for name in names if name in seen and (value := row.fields.get(name, "").strip())]

    def _record(self, module: Module, row: Row) -> dict[str, Any]:
        seen = self.crm.access.fields(self.user, module)
        name = module.title({name: value for name, value in row.fields.items() if name in seen})
        mails = self._values(module, module.mail_fields(), row)
        details = [*self._values(module, [STATES.get(module.name, "")], row), *mails]
        pointing = [field for field in seen if not BEHIND.isdisjoint(seen[field].refers) and module.name != "Accounts"]
        behind = {field: int(row.fields.get(field) or 0) for field in pointing}
        companies = [number for field, number in behind.items() if seen[field].refers == ("Accounts",)]
        return {
            "name": name or self.crm.records.id(module.name, row.number),
            "detail": next(iter(details), ""),
            "company": next(filter(None, companies), 0),
            "behind": [number for number in behind.values() if number],
            "mails": mails,
            "sites": self._values(module, ["website"], row),
        }

    def _card(self, module: Module, row: Row) -> dict[str, str]:
        def first(names: Sequence[str]) -> str:
            return next(iter(self._values(module, names, row)), "")

        return {
            "number": first([module.number_field or ""]),
            "owner": self._person(row.owner),
            "address": ", ".join(self._values(module, [one for one in module.fields if one in ADDRESSES], row)),
            "phone": first([one for one in module.fields if one in PHONES]),
            "state": first([STATES.get(module.name, "")]),
        }

    def _person(self, number: int) -> str:
        names: Mapping[int, str] = {
            row.number: f"{row.fields['first_name']} {row.fields['last_name']}".strip() for row in self.crm.user_rows()
        }
        return names.get(number, "")

    # -- mails

    def mails(self, message_id: str) -> list[dict[str, Any]]:
        """Return the stored mails with a Message-ID, oldest first; of too many the user's own before others."""
        if "Messages" in self.crm.broken:
            self.unasked["Messages"] = None
            return []
        wanted = {message_id, self.crm.records.text(message_id)}
        rows = [row for row in self.crm.store.rows("Messages") if row.fields.get("messageid") in wanted]
        rows.sort(key=lambda row: (row.owner != self.user.number, row.number))
        self.cut = self.cut or len(rows) >= MOST_OF_ONE
        return [
            {
                "hash": row.hash,
                "owner": row.owner,
                "by": self._person(row.owner),
                "created": int(_moment(row.fields["createdtime"], self.crm.time_zone).timestamp()),
                "number": row.number,
                "subject": row.fields.get("subject", ""),
            }
            for row in sorted(rows[:MOST_OF_ONE], key=lambda row: row.number)
            if row.hash
        ]

    def of_mail(self, hash_: str) -> dict[int, str]:
        """Return the records that mails with this hash are related to: module by number."""
        found = [row for number in self.crm.store.records_of(hash_) if (row := self.crm.store.row(number))]
        # Of records of many modules the database can't leave out what sharing hides.
        room = self._room([row for row in found if not row.deleted], MOST_OF_ONE, MOST_READ)
        return {row.number: row.module for row in sorted(room, key=lambda row: row.number)}

    def last_mails(self, record: int, most: int) -> list[dict[str, str]]:
        """Return the last mails of a record that the user may see."""
        rows = [row for number in self.crm.store.messages_of(record) if (row := self.crm.store.row(number))]
        rows = [row for row in rows if self.crm.access.may_write(self.user, row)]
        rows.sort(key=lambda row: (row.fields.get("mdate", ""), row.number), reverse=True)
        return [_last(row, self._person(row.owner), self.crm.time_zone) for row in rows[:most]]

    # -- searching

    def search(self, name: str, words: Sequence[str], most: int, anywhere: bool) -> list[int]:
        """Return the records of a module that have every word, one of them at a beginning, or inside a name."""
        module = self._module(name)
        if module is None:
            return []
        seen = self.crm.access.fields(self.user, module)
        labels = [field for field in module.name_fields if field in seen]
        number = [module.number_field] if module.number_field in seen else []
        fields = [*labels, *(one for one in (*number, *module.mail_fields()) if one and one in seen)]
        wanted = sorted(map(collation.folded, words), key=len, reverse=True)
        found = []
        for row in self._rows(module):
            values = {field: collation.folded(row.fields.get(field, "")) for field in fields}
            if not self.crm.access.may_read(self.user, row):
                continue
            if _has(values, wanted) and _stands(values, labels, wanted, anywhere=anywhere):
                found.append(row.number)
        return found[:most]


def _moment(text: str, zone: datetime.tzinfo) -> datetime.datetime:
    return datetime.datetime.fromisoformat(text).replace(tzinfo=zone)


def _iso(text: str, zone: datetime.tzinfo) -> str:
    return _moment(text, zone).isoformat(timespec="seconds") if text and text != NO_TIME else ""


def _last(row: Row, by: str, zone: datetime.tzinfo) -> dict[str, str]:
    """Return what a card tells of a mail."""
    return {"subject": row.fields.get("subject", ""), "date": _iso(row.fields.get("mdate", ""), zone), "by": by}


def _has(values: Mapping[str, str], words: Sequence[str]) -> bool:
    """Return whether every word stands in some value."""
    return all(any(word in value for value in values.values()) for word in words)


def _stands(values: Mapping[str, str], labels: Sequence[str], words: Sequence[str], *, anywhere: bool) -> bool:
    """Return whether one of the words stands at a value's beginning; with ``anywhere`` the first inside a name."""
    if anywhere:
        return any(words[0] in values[field] for field in labels)
    return any(value.startswith(word) for value in values.values() for word in words)


def _at(row: Row, field: str) -> int:
    """Return the number of the record that a reference points to; 0 for none."""
    return int(row.fields.get(field) or 0)


def _closed(row: Row) -> bool:
    return row.fields.get(STATES.get(row.module, ""), "") in CLOSED
