"""The sample records of the sandbox CRM, from the table ``seed.txt``: people who write mails, and their companies."""

from __future__ import annotations

import functools
from collections.abc import Iterator, Mapping
from pathlib import Path

from .modules import modules
from .store import Account, Row
from .storing import Storing
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


def fill(storing: Storing) -> None:
    """Store all sample records."""
    users = {user.name: user.number for user in SEED_USERS}
    known: dict[str, Row] = {}
    for module_name, told in _records():
        module, values = modules()[module_name], dict(told)
        parent: Row | None = None
        for name, field in module.fields.items():
            if field.kind == "reference" and values.get(name):
                parent = known[values[name]]
                values[name] = str(parent.number)
        owner = values.pop("assigned_user_id", "") or OWNERS.get(module_name, "")
        number = users[owner] if owner else parent.owner if parent else users["admin"]
        row = storing.add(module, values | {"assigned_user_id": str(number)}, number)
        known.setdefault(module.title(row.fields), row)


@functools.cache
def _records() -> tuple[tuple[str, Mapping[str, str]], ...]:
    return tuple(_read())


def _read() -> Iterator[tuple[str, dict[str, str]]]:
    module, columns = "", list[str]()
    for line in TABLE.read_text(encoding="utf-8").splitlines():
        if line.startswith("["):
            module, _, head = line[1:].partition("]")
            columns = [column.strip() for column in head.split("|")]
        elif line.strip() and not line.startswith("#"):
            parts = [part.strip() for part in line.split("|")]
            yield module, dict(zip(columns, parts + [""] * (len(columns) - len(parts)), strict=True))
