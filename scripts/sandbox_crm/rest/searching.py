"""The two searches that vtenext made for mail clients."""

from __future__ import annotations

from ..errors import DENIED, WebServiceError
from ..store import collation
from ..store.access import User
from ..store.archive import Archive
from ..store.modules import Module, modules
from ..store.store import Row

GLOBAL = ("Accounts", "Leads", "Contacts", "Vendors")


def everywhere(crm: Archive, user: User, names: object, text: object) -> list[list[str]]:
    """Return [module, id, name, number] of records whose name or address contains the text (``olclientsearch``)."""
    wanted = collation.folded(text) if isinstance(text, str) else ""
    found = list[list[str]]()
    for name in names if isinstance(names, list) else []:
        if name not in GLOBAL or not crm.access.may(user, name):
            continue
        module = modules()[name]
        seen = crm.access.fields(user, module)
        fields = [field for field in (*module.name_fields, *module.mail_fields()) if field in seen]
        for row in _containing(crm, user, module, fields, wanted):
            names_in_order = reversed(module.name_fields) if name == "Contacts" else module.name_fields
            label = " ".join(filter(None, (row.fields.get(field, "") for field in names_in_order)))
            number = row.fields.get(module.number_field or "", "")
            found.append([name, crm.records.id(name, row.number), f"{label} ", f"{number} "])
    return found


def in_fields(crm: Archive, user: User, name: object, fields: object, text: object) -> list[dict[str, str]]:
    """Return the list columns of records of one module where a field contains the text (``oldoquery``)."""
    if not isinstance(name, str) or not crm.access.may(user, name):
        raise WebServiceError(DENIED)
    module = modules()[name]
    seen = crm.access.fields(user, module)
    chosen = [field for field in fields if field in seen] if isinstance(fields, list) else []
    wanted = collation.folded(text) if isinstance(text, str) else ""
    rows = _containing(crm, user, module, chosen, wanted)
    return [_listed(crm, module, [column for column in module.columns if column in seen], row) for row in rows]


def _containing(crm: Archive, user: User, module: Module, fields: list[str], wanted: str) -> list[Row]:
    if not wanted or not fields:
        return []
    return [
        row
        for row in crm.store.rows(module.name)
        if crm.access.may_read(user, row)
        and (module.name != "Messages" or row.owner == user.number)
        and any(wanted in collation.folded(row.fields.get(field, "")) for field in fields)
    ]


def _listed(crm: Archive, module: Module, columns: list[str], row: Row) -> dict[str, str]:
    values = {column: row.fields.get(column, "") for column in columns}
    if "assigned_user_id" in values:
        values["assigned_user_id"] = str(row.owner)
    return values | {"": str(row.number), "id": crm.records.id(module.name, row.number)}
