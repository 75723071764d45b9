"""Running a parsed VTQL query over the records that the caller may read."""

from __future__ import annotations

import operator
import re
from collections.abc import Callable, Iterable, Mapping

from ..errors import DENIED, INVALID_ID, PhpFatal, WebServiceError
from ..store import collation
from ..store.access import User
from ..store.archive import Archive
from ..store.modules import NUMERIC, Field, modules
from ..store.store import Row
from . import vtql

_COMPARE: dict[str, Callable[[object, object], bool]] = {
    "=": operator.eq,
    "!=": operator.ne,
    "<": operator.lt,  # type: ignore[dict-item]
    ">": operator.gt,  # type: ignore[dict-item]
    "<=": operator.le,  # type: ignore[dict-item]
    ">=": operator.ge,  # type: ignore[dict-item]
}
OWN_ONLY = frozenset({"Messages", "MyNotes"})
Test = Callable[[Row], bool]


def run(crm: Archive, user: User, text: str) -> list[dict[str, str]]:
    """Return the answer of ``query``; raises `WebServiceError` or `PhpFatal` with vtenext's texts."""
    module = modules().get(vtql.module_named(text))
    if module is None:
        raise WebServiceError(f"{DENIED} for name")
    query = vtql.parse(text)
    if not crm.access.may(user, module.name):
        raise WebServiceError(DENIED)
    if not module.is_entity:
        raise PhpFatal(
            "Call to undefined method VtenextCRMActorMeta::getEntitylistQueryNonAdminChange()",
            "include/Webservices/VTQL_Parser.php",
        )
    crm.look_into(module.name)
    # One of a file can't be asked for, though `describe` makes it a record's name (Myfiles).
    fields = {name: one for name, one in crm.access.fields(user, module).items() if one.kind != "file"}
    for name in query.fields:
        if name != "id" and name not in fields:
            raise WebServiceError(f"Permission to access '.{name}.' attribute denied.")
    for name in query.named_fields():
        if name != "id" and name not in fields:
            raise WebServiceError(f"Permission to access {name} attribute denied.")
    try:
        test = _test(crm, user, module.name, query.alternatives, fields)
        found = [row for row in _rows(crm, user, module.name) if test(row)]
        if query.count:
            return [{"count": str(len(found))}]
        _sort(found, query.order, query.descending, fields)
    except _FailedStatement:
        return []
    offset, length = query.limit or (0, crm.quirks.rows_without_limit)
    return [crm.records.answer(user, row, query.fields) for row in found[offset : offset + length]]


class _FailedStatement(Exception):
    """The database refuses the statement that a query becomes; vtenext takes that for no rows."""


def _rows(crm: Archive, user: User, module: str) -> Iterable[Row]:
    if module == "Users":
        return crm.user_rows()
    rows = crm.store.rows(module)
    if module in OWN_ONLY:
        return [row for row in rows if row.owner == user.number]
    return [row for row in rows if crm.access.may_read(user, row)]


def _sort(rows: list[Row], order: tuple[str, ...], descending: bool, fields: Mapping[str, Field]) -> None:
    """Sort as vtenext does: one direction, which applies to the last field only."""
    for position, name in reversed(list(enumerate(order))):
        if name != "id" and name not in fields:
            raise _FailedStatement
        field = fields.get(name)
        last = position == len(order) - 1
        rows.sort(key=lambda row, field=field: _value(row, field), reverse=descending and last)  # type: ignore[misc]


def _value(row: Row, field: Field | None) -> float | str:
    if field is None:
        return float(row.number)
    if field.name == "assigned_user_id":
        return float(row.owner)
    value = row.fields.get(field.name, "")
    if field.is_reference or field.kind in NUMERIC:
        return collation.number(value)
    return collation.key(value)


def _test(
    crm: Archive,
    user: User,
    module: str,
    alternatives: tuple[tuple[vtql.Condition, ...], ...],
    fields: Mapping[str, Field],
) -> Test:
    if not alternatives:
        return lambda _row: True
    tests = [[_condition(crm, user, module, item, fields.get(item.field)) for item in group] for group in alternatives]
    return lambda row: any(all(test(row) for test in group) for group in tests)


def _condition(crm: Archive, user: User, module: str, item: vtql.Condition, field: Field | None) -> Test:
    if field is None or field.is_reference:
        wanted: list[float | str] = [_number(value, field) for value in item.values]
        if item.operator == "LIKE":
            return lambda row: _value(row, field) == wanted[0]
    else:
        texts = [_text(crm, user, module, value) for value in item.values]
        if item.operator == "LIKE":
            pattern = collation.like(texts[0])
            name = field.name
            return lambda row: pattern.fullmatch(collation.folded(row.fields.get(name, ""))) is not None
        numeric = field.kind in NUMERIC
        wanted = [collation.number(text) if numeric else collation.key(text) for text in texts]
    if item.operator == "IN":
        return lambda row: _value(row, field) in wanted
    compare = _COMPARE[item.operator]
    return lambda row: compare(_value(row, field), wanted[0])


def _number(value: str, field: Field | None) -> float:
    """Return the record number of an id in a query: all that vtenext looks at."""
    _, sign, rest = value.partition("x")
    if not sign:
        raise WebServiceError(INVALID_ID) if field is not None and field.kind == "reference" else _FailedStatement
    number = rest.partition("x")[0]
    if not re.fullmatch(r"\d{1,15}", number):
        raise _FailedStatement
    return float(number)


def _text(crm: Archive, user: User, module: str, value: str) -> str:
    """Return what the database compares with."""
    if crm.quirks.backslash_escapes:
        try:
            value = vtql.unescaped(value)
        except ValueError:
            raise _FailedStatement from None
    if crm.quirks.where_in_values and module in OWN_ONLY:
        own = f"WHERE vte_messages.smownerid={user.number} AND "
        value = re.sub(r"where\s+", lambda _match: own, value, flags=re.IGNORECASE)
    return value
