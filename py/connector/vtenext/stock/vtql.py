"""Queries in VTQL, vtenext's small cousin of SQL.

    >>> select(["id", "email"], "Contacts", equals("email", "o'hara@x.example"), limit=5)
    "SELECT id,email FROM Contacts WHERE email = 'o''hara@x.example' LIMIT 5;"

VTQL knows no parentheses, so a condition is kept as alternatives of conjunctions and written flat:
AND binds tighter than OR. Everything that comes from outside goes through `literal`, `Name` or
`refers`; nothing else puts text into a query.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import product

from connector.mail.body import sound

_NAME = re.compile("[A-Za-z_][A-Za-z0-9_]*")
_RECORD_ID = re.compile("[0-9]+x[0-9]+")
_CONTROLS = re.compile("[\x00-\x1f\x7f-\x9f]")
_BEYOND_BMP = re.compile("[\U00010000-\U0010ffff]+")


class Name(str):
    """The name of a module or field; raises ValueError for anything but letters, digits and ``_``."""

    __slots__ = ()

    def __new__(cls, text: str) -> Name:
        """Take a text as a name. Raises ValueError where it is none."""
        if not _NAME.fullmatch(text):
            raise ValueError("no name of a module or field")
        return super().__new__(cls, text)


@dataclass(frozen=True)
class Condition:
    """Alternatives, each a series of comparisons that hold together (disjunctive normal form)."""

    alternatives: tuple[tuple[str, ...], ...]

    def __str__(self) -> str:
        return " OR ".join(" AND ".join(series) for series in self.alternatives)


def literal(value: str) -> str:
    """The value as a VTQL literal that means this value and can't end early.

    - A quote is doubled: the lexer's only escape.
    - A backslash is doubled too. The lexer takes it for a plain character, but the literal reaches
      MySQL as it was lexed, and there a single one would swallow the closing quote. Doubled, MySQL
      reads one backslash; a CRM that escapes by itself would look for two and find nothing, which
      is harmless.
    - Control characters are removed, halves of characters become U+FFFD: so are they stored.
    - The lexer knows no empty literal. A single space compares equal to an empty text in MySQL.
    """
    clean = _CONTROLS.sub("", sound(value))
    return "'" + (clean.replace("\\", "\\\\").replace("'", "''") or " ") + "'"


def equals(field: str, value: str) -> Condition:
    """The field is the value (without case, as the CRM's database compares)."""
    return _comparison(field, "=", literal(value))


def differs(field: str, value: str) -> Condition:
    """The field is another value."""
    return _comparison(field, "!=", literal(value))


def after(field: str, value: str) -> Condition:
    """The field is greater than the value; record ids compare by their number."""
    return _comparison(field, ">", literal(value))


def contains(field: str, text: str) -> Condition:
    """The text occurs in the field.

    VTQL has no escape for wildcards, so this may find more, never less: ``%`` and ``_`` stay wildcards,
    a backslash (LIKE's own escape in MySQL) stands for any character, and one beyond the BMP for
    any text, because the database may hold question marks in its place.
    """
    return _comparison(field, "LIKE", literal(f"%{_pattern(text)}%"))


def _pattern(text: str) -> str:
    return _BEYOND_BMP.sub("%", sound(text).replace("\\", "_"))


def begins(field: str, text: str) -> Condition:
    """The field begins with the text; may find more, never less (`contains`)."""
    return _comparison(field, "LIKE", literal(f"{_pattern(text)}%"))


def one_of(field: str, values: Sequence[str]) -> Condition:
    """The field is one of the values; raises ValueError without values."""
    if not values:
        raise ValueError("no values")
    return _comparison(field, "IN", "(" + ",".join(map(literal, values)) + ")")


def refers(field: str, record_id: str) -> Condition:
    """The field points to the record (``3x19``); raises ValueError for an id of another shape.

    The CRM puts the number of a reference into its SQL without quotes, so its shape is checked here.
    """
    if not _RECORD_ID.fullmatch(record_id):
        raise ValueError("no record id")
    return equals(field, record_id)


def all_of(*conditions: Condition) -> Condition:
    """All the conditions hold; raises ValueError without conditions."""
    if not conditions:
        raise ValueError("no conditions")
    return Condition(
        tuple(sum(choice, ()) for choice in product(*(condition.alternatives for condition in conditions)))
    )


def any_of(*conditions: Condition) -> Condition:
    """At least one of the conditions holds; raises ValueError without conditions."""
    if not conditions:
        raise ValueError("no conditions")
    return Condition(sum((condition.alternatives for condition in conditions), ()))


def select(
    fields: Sequence[str],
    module: str,
    where: Condition | None = None,
    order: str | None = None,
    limit: int | tuple[int, int] | None = None,
) -> str:
    """The whole query, semicolon included.

    ``order`` is a field, with ``" DESC"`` behind it for the reverse; ``limit`` a count, or offset and
    count. Without a limit, or over it, the CRM gives 100 records. Raises ValueError for bad names.
    """
    if not fields:
        raise ValueError("no fields")
    listed = fields[0] if tuple(fields) in (("*",), ("count(*)",)) else ",".join(map(Name, _in_order(fields)))
    query = " ".join(["SELECT", listed, "FROM", Name(module)])
    if where is not None:
        query += f" WHERE {where}"
    if order is not None:
        field, _, direction = order.partition(" ")
        if direction.upper() not in ("", "ASC", "DESC"):
            raise ValueError("no direction")
        query += f" ORDER BY {Name(field)}" + (f" {direction.upper()}" if direction else "")
    if limit is not None:
        numbers = (limit,) if isinstance(limit, int) else limit
        if any(number < 0 for number in numbers):
            raise ValueError("negative limit")
        query += " LIMIT " + ",".join(f"{number:d}" for number in numbers)
    return query + ";"


def _in_order(fields: Sequence[str]) -> list[str]:
    """What ends in "from" before the others: vtenext takes the word behind the first "from" for the module."""
    ordered = sorted(fields, key=lambda name: not name.casefold().endswith("from"))
    return ordered if not ordered[-1].casefold().endswith("from") else [*ordered, "id"]


def _comparison(field: str, operator: str, value: str) -> Condition:
    return Condition(((f"{Name(field)} {operator} {value}",),))
