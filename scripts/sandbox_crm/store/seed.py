"""The sample records of the sandbox CRM, from the table ``seed.txt``: people who write mails, and their companies."""

from __future__ import annotations

import functools
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path

from .accounts import Account
from .modules import modules
from .store import FIRST_RECORD, RECORDS, Row, Store
from .storing import completed
from .users import SEED_USERS

TABLE = Path(__file__).with_name("seed.txt")
OWNERS = {"HelpDesk": "sara", "Machines": "sara"}
"""Who owns the records of a module whose table does not tell; else the company's owner, else ``admin``."""


def user_row(account: Account) -> Row:
    """Return a user as a record of the module Users."""
    seed = next((user for user in SEED_USERS if user.number == account.number), None)
    fields = {
        "user_name": account.name,
        "first_name": seed.first_name if seed else "",
        "last_name": seed.last_name if seed else account.name,
        "email1": seed.mail if seed else "",
        "is_admin": "on" if seed and seed.profile == "administrator" else "off",
        "status": "Active" if account.active else "Inactive",
    }
    return Row(account.number, "Users", account.number, fields)


def fill(store: Store, now: str) -> None:
    """Store all sample records where there are none; ``now`` is the CRM's time."""
    rows, sequences = _rows()
    stored = dict.fromkeys(("createdtime", "modifiedtime"), now)
    store.fill([replace(row, fields=row.fields | stored) for row in rows], sequences)


@functools.cache
def _rows() -> tuple[tuple[Row, ...], Mapping[str, int]]:
    """All sample records but for when they are stored, and how far the sequences have come: the same in each CRM."""
    users = {user.name: user.number for user in SEED_USERS}
    known: dict[str, Row] = {}
    rows: list[Row] = []
    last: dict[str, int] = {}
    for number, (module_name, told) in enumerate(_read(), FIRST_RECORD):
        module, values = modules()[module_name], dict(told)
        parent: Row | None = None
        for name, field in module.fields.items():
            if field.kind == "reference" and values.get(name):
                parent = known[values[name]]
                values[name] = str(parent.number)
        given = values.pop("assigned_user_id", "") or OWNERS.get(module_name, "")
        owner = users[given] if given else parent.owner if parent else users["admin"]
        last[module_name] = last.get(module_name, 0) + 1
        row = Row(number, module_name, owner, completed(module, values, owner, "", last[module_name]))
        row.fields.pop("assigned_user_id", None)
        rows.append(row)
        known.setdefault(module.title(row.fields), row)
    numbered = {name: count for name, count in last.items() if modules()[name].number_field}
    return tuple(rows), {RECORDS: FIRST_RECORD + len(rows) - 1, **numbered}


def _read() -> Iterator[tuple[str, dict[str, str]]]:
    module, columns = "", list[str]()
    for line in TABLE.read_text(encoding="utf-8").splitlines():
        if line.startswith("["):
            module, _, head = line[1:].partition("]")
            columns = [column.strip() for column in head.split("|")]
        elif line.strip() and not line.startswith("#"):
            parts = [part.strip() for part in line.split("|")]
            yield module, dict(zip(columns, parts + [""] * (len(columns) - len(parts)), strict=True))
