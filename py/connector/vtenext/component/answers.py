"""Reading what the component's operations answer. What is not of the expected form is left out."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from connector.finding.answers import Unasked
from connector.finding.records import Record, is_record_id


def entries(value: Any) -> list[Mapping[str, Any]]:
    """Return the objects in a list."""
    return [one for one in value if isinstance(one, dict)] if isinstance(value, list) else []


def text(entry: Mapping[str, Any], key: str) -> str:
    """Return a text of at most 500 characters; empty where there is none."""
    value = entry.get(key)
    return value[:500] if isinstance(value, str) else ""


def record(entry: Mapping[str, Any]) -> Record | None:
    """Return the record of an entry with ``id``, ``module``, ``name``, ``detail`` and, where given, ``company``."""
    if not is_record_id(entry.get("id")) or not text(entry, "module").isidentifier():
        return None
    name, detail, company = (text(entry, key) for key in ("name", "detail", "company"))
    return Record(entry["id"], text(entry, "module"), name or entry["id"], detail, company)


def unasked(result: Mapping[str, Any]) -> Unasked | None:
    """Return the modules that could not be asked; None where all were."""
    named = result.get("unasked")
    failed = tuple(name[:60] for name in named if isinstance(name, str)) if isinstance(named, list) else ()
    return Unasked(failed) if failed else None
