"""``mailconnectorfind``: the records of mail addresses in one answer, and where mails are already linked."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Any

from . import collation
from .access import User
from .modules import Module, modules
from .store import Row

if TYPE_CHECKING:
    from .crm import SandboxCrm

MOST_GIVEN, MOST_FOUND = 25, 100
REASONS = ("address", "company", "opportunity", "ticket", "domain")
STATES = {"Potentials": "sales_stage", "HelpDesk": "ticketstatus"}
CLOSED = frozenset({"Closed Won", "Closed Lost", "Closed"})
CASES = {"Potentials": "opportunity", "HelpDesk": "ticket"}
PUBLIC_DOMAINS = frozenset(
    {"gmail.com", "outlook.com", "hotmail.com", "live.com", "yahoo.com", "icloud.com", "libero.it", "gmx.net", "web.de"}
)
Found = dict[int, dict[str, Any]]


def find(crm: SandboxCrm, user: User, addresses: Sequence[str], references: Sequence[str]) -> dict[str, Any]:
    """Return what the contract lists, of what this user may see."""
    view = _View(crm, user)
    records = view.records([address for address in addresses[:MOST_GIVEN] if "@" in address])
    links = None if "Messages" in crm.broken else view.links(references[:MOST_GIVEN])
    complete = max(len(addresses), len(references)) <= MOST_GIVEN and max(len(records), len(links or ())) <= MOST_FOUND
    return {
        "records": records[:MOST_FOUND],
        "links": links if links is None else links[:MOST_FOUND],
        "unasked": list(view.unasked),
        "complete": complete,
    }


class _View:
    """The CRM as one user sees it."""

    def __init__(self, crm: SandboxCrm, user: User) -> None:
        self._crm = crm
        self._user = user
        self.unasked: dict[str, None] = {}
        """The modules that the CRM failed to read, in order."""
        self._modules = [module for module in crm.access.modules(user) if module.has_messages and module.is_entity]

    # -- records

    def records(self, addresses: Sequence[str]) -> list[dict[str, Any]]:
        found: Found = {}
        for address in addresses:
            self._by_address(found, address)
        if not found:
            for domain in dict.fromkeys(address.rpartition("@")[2].casefold() for address in addresses):
                self._by_domain(found, domain)
            return self._ordered(found)
        self._companies(found)
        self._cases(found)
        return self._ordered(found)

    def _rows(self, module: Module) -> Iterator[Row]:
        if module.name in self._crm.broken:
            self.unasked[module.name] = None
            return
        for row in self._crm.store.rows(module.name):
            if self._crm.access.may_read(self._user, row) and not self._closed(row):
                yield row

    @staticmethod
    def _closed(row: Row) -> bool:
        return row.fields.get(STATES.get(row.module, ""), "") in CLOSED

    def _mail_fields(self, module: Module) -> list[str]:
        seen = self._crm.access.fields(self._user, module)
        return [name for name in module.mail_fields() if name in seen]

    def _by_address(self, found: Found, address: str) -> None:
        wanted = collation.key(address)
        for module in self._modules:
            for row in self._rows(module):
                if any(collation.key(row.fields.get(name, "")) == wanted for name in self._mail_fields(module)):
                    self._note(found, row, CASES.get(module.name, "address"), address)

    def _by_domain(self, found: Found, domain: str) -> None:
        accounts = next((module for module in self._modules if module.name == "Accounts"), None)
        if accounts is None or not domain or domain in PUBLIC_DOMAINS:
            return
        seen = self._crm.access.fields(self._user, accounts)
        sites = [name for name, field in seen.items() if field.kind == "url"]
        for row in self._rows(accounts):
            mails = [row.fields.get(name, "").casefold() for name in self._mail_fields(accounts)]
            if any(mail.endswith(f"@{domain}") for mail in mails) or any(
                _site(row.fields.get(name, "")) == domain for name in sites
            ):
                self._note(found, row, "domain", domain)

    def _companies(self, found: Found) -> None:
        for number, entry in list(found.items()):
            if entry["reason"] == "address":
                for target in self._referred(number, "Accounts"):
                    self._note(found, target, "company", entry["name"])

    def _referred(self, number: int, wanted: str) -> Iterator[Row]:
        row = self._crm.store.row(number)
        if row is None or not any(module.name == wanted for module in self._modules):
            return
        if wanted in self._crm.broken:
            self.unasked[wanted] = None
            return
        for name, field in self._crm.access.fields(self._user, modules()[row.module]).items():
            target = self._crm.store.row(int(row.fields.get(name) or 0)) if wanted in field.refers else None
            if target and target.module == wanted and self._may(target):
                yield target

    def _cases(self, found: Found) -> None:
        names = {number: entry["name"] for number, entry in found.items() if entry["reason"] in {"address", "company"}}
        for module in self._modules:
            if module.name not in CASES:
                continue
            fields = [
                name for name, field in self._crm.access.fields(self._user, module).items() if field.kind == "reference"
            ]
            for row in self._rows(module):
                parents = [int(row.fields.get(name) or 0) for name in fields]
                about = next((names[number] for number in parents if number in names), None)
                if about is not None:
                    self._note(found, row, CASES[module.name], about)

    def _note(self, found: Found, row: Row, reason: str, about: str) -> None:
        known = found.get(row.number)
        if known is None or REASONS.index(reason) < REASONS.index(known["reason"]):
            found[row.number] = self._told(row) | {"detail": self._detail(row), "reason": reason, "about": about}

    def _told(self, row: Row) -> dict[str, Any]:
        module = modules()[row.module]
        seen = self._crm.access.fields(self._user, module)
        name = module.title({name: value for name, value in row.fields.items() if name in seen})
        id_ = self._crm.records.id(row.module, row.number)
        return {"id": id_, "module": row.module, "name": name or id_}

    def _detail(self, row: Row) -> str:
        module = modules()[row.module]
        state = STATES.get(row.module, "")
        names = [state] if state in self._crm.access.fields(self._user, module) else []
        values = (row.fields.get(name, "") for name in [*names, *self._mail_fields(module)])
        return next(filter(None, values), "")

    @staticmethod
    def _ordered(found: Found) -> list[dict[str, Any]]:
        return sorted(found.values(), key=lambda entry: REASONS.index(entry["reason"]))

    # -- links

    def links(self, references: Sequence[str]) -> list[dict[str, Any]]:
        found = []
        for reference in dict.fromkeys(references):
            copies = [row for row in self._crm.store.rows("Messages") if row.fields.get("messageid") == reference]
            for hash_ in dict.fromkeys(row.hash for row in copies):
                records = self._visible(self._crm.store.records_of(hash_ or ""))
                if reference and records:
                    same = (row for row in copies if row.hash == hash_)
                    found.append({"message_id": reference, "records": records, "copies": self._copies(same)})
        return found

    def _visible(self, numbers: Iterable[int]) -> list[dict[str, Any]]:
        return [self._told(row) for row in filter(None, map(self._crm.store.row, numbers)) if self._may(row)]

    def _may(self, row: Row) -> bool:
        return (
            not row.deleted
            and self._crm.access.may(self._user, row.module)
            and self._crm.access.may_read(self._user, row)
        )

    def _copies(self, rows: Iterable[Row]) -> list[dict[str, Any]]:
        people = {row.number: f"{row.fields['first_name']} {row.fields['last_name']}" for row in self._crm.user_rows()}
        return [
            {
                "by": people.get(row.owner, "").strip(),
                "at": self._time(row.fields.get("createdtime", "")),
                "own": row.owner == self._user.number,
            }
            | ({"id": self._crm.records.id("Messages", row.number)} if row.owner == self._user.number else {})
            for row in rows
        ]

    def _time(self, text: str) -> str:
        """Return a time of the database, which is the server's own, with its offset."""
        return datetime.datetime.fromisoformat(text).replace(tzinfo=self._crm.time_zone).isoformat(timespec="seconds")


def _site(address: str) -> str:
    """Return the domain of a web address, as far as mail addresses share it."""
    host = address.casefold().partition("://")[2] or address.casefold()
    return host.partition("/")[0].removeprefix("www.")
