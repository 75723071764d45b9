"""Forms for new records (``mailconnectorforms``), and making one (``mailconnectorcreate``)."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from connector.errors import AnswerUnreadable
from connector.finding.records import Record, is_name
from connector.making.form import MODULES, Choice, Field, Form, Kind
from connector.vtenext.component.answers import entries, record, text

FORMS, CREATE = "mailconnectorforms", "mailconnectorcreate"
LONGEST_FIELD = 30_000
MOST_VALUES = 500
MOST_DECIMALS = 10


def forms_from(result: Any) -> tuple[Form, ...]:
    """Read the forms. One with a field that the CRM wants filled and that is not understood is left out."""
    if not isinstance(result, dict) or not isinstance(result.get("forms"), list):
        raise AnswerUnreadable(reason=FORMS)
    given = (_form(one) for one in entries(result["forms"]) if text(one, "module") in MODULES)
    return tuple(one for one in given if one is not None)


def creation(module: str, texts: Mapping[str, str], belongs_to: str) -> dict[str, str]:
    """Return the parameters that make a record."""
    asked = {"module": module, "fields": json.dumps(texts)}
    return asked | ({"record": belongs_to} if belongs_to else {})


def made_from(result: Any) -> Record:
    """Read which record was made."""
    given = result.get("record") if isinstance(result, dict) else None
    made = record(given) if isinstance(given, dict) else None
    if made is None:
        raise AnswerUnreadable(reason=CREATE)
    return made


def _form(given: Mapping[str, Any]) -> Form | None:
    fields = []
    for entry in entries(given.get("fields")):
        field = _field(entry)
        if field is not None:
            fields.append(field)
        elif entry.get("required") is not False:
            return None
    module = text(given, "module")
    label = text(given, "label") or module
    lacking = given.get("lacking")
    labels = tuple(one for one in lacking if isinstance(one, str) and one) if isinstance(lacking, list) else ()
    return Form(module, label, text(given, "singular") or label, tuple(fields), labels) if fields else None


def _field(given: Mapping[str, Any]) -> Field | None:
    name, kinds = text(given, "name"), {kind.value: kind for kind in Kind}
    kind = kinds.get(text(given, "kind"))
    longest = given.get("longest")
    if kind is None or not is_name(name) or type(longest) is not int or longest < 1:
        return None
    lists = entries(given.get("values"))
    values = tuple(Choice(text(one, "value"), text(one, "label")) for one in lists[:MOST_VALUES])
    modules = given.get("modules")
    names = tuple(one for one in modules if is_name(one)) if isinstance(modules, list) else ()
    if (kind in (Kind.CHOICE, Kind.SEVERAL) and not values) or (kind is Kind.RECORD and not names):
        return None
    decimals = given.get("decimals")
    return Field(
        name,
        text(given, "label") or name,
        kind,
        given.get("required") is True,
        min(longest, LONGEST_FIELD),
        values,
        names,
        decimals=min(decimals, MOST_DECIMALS) if type(decimals) is int and decimals > 0 else 0,
        **{one: text(given, one) for one in ("least", "most", "unit", "zone", "initial")},
    )
