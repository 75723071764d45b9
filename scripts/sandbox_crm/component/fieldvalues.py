"""What a field of a new record takes, and what of a given value the CRM stores (``crm/README.md``)."""

from __future__ import annotations

import datetime
import re
from collections.abc import Mapping
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from ..store.access import User
from ..store.host import Host
from ..store.modules import Field
from ..store.seed import user_row
from ..store.users import SUPERIORS
from .parameters import line

TEXT_KINDS = ("text", "mail", "phone", "url", "long")
KINDS = (*TEXT_KINDS, "choice", "several", "record", "date", "moment", "time", "number", "tick")
MOST_VALUES = 500
"""Values of a list that a form has."""
MAIL = re.compile(r'[^\s@<>",;]+@[^\s@<>",;]+')
WIDTHS = {"firstname": 40, "lastname": 80, "phone": 50, "mobile": 50, "title": 50, "ticket_title": 255}
"""Characters that columns hold, where it is not a hundred."""
LONG = 30_000

_OF_TYPE = {
    "string": "text", "email": "mail", "phone": "phone", "url": "url", "text": "long", "picklist": "choice",
    "multipicklist": "several", "reference": "record", "date": "date", "datetime": "moment", "time": "time",
    "integer": "number", "double": "number", "currency": "number", "boolean": "tick",
}  # fmt: skip
_LONGEST = {
    "long": LONG, "several": LONG, "choice": 255, "record": 25, "date": 10, "moment": 16, "time": 5, "number": 30,
    "tick": 1,
}  # fmt: skip
_DAY = re.compile(r"[1-9]\d{3}-\d\d-\d\d", re.ASCII)
_TIME = re.compile(r"(?:[01]\d|2[0-3]):[0-5]\d", re.ASCII)
_NUMBER = re.compile(r"(-?)(\d{1,20})(?:\.(\d{1,10}))?", re.ASCII)
_DIGITS, _DECIMALS = 13, 2


def taking(crm: Host, user: User, field: Field) -> dict[str, Any]:
    """Return what a field takes: kind, longest, values, modules, decimals, least, most, unit, zone, initial."""
    kind = _OF_TYPE.get(field.kind, "")
    values = [{"value": value, "label": label} for value, label in field.choices]
    if field.refers == ("Users",):
        kind, values = "choice", _people(crm, user)
    least, most, decimals = _limits(field) if kind == "number" else ("", "", 0)
    today = crm.clock().astimezone(crm.time_zone).date()
    if field.name == "birthday":
        most = (today - datetime.timedelta(days=1)).isoformat()
    return {
        "kind": kind,
        "longest": _LONGEST.get(kind, LONG if field.name == "description" else WIDTHS.get(field.name, 100)),
        "values": values,
        "modules": list(field.refers) if kind == "record" else [],
        "decimals": decimals,
        "least": least,
        "most": most,
        "unit": "€" if field.kind == "currency" else "",
        "zone": str(crm.records.zone(user)) if kind == "moment" else "",
        "initial": today.isoformat() if kind == "date" and _is_filled_in(field) else field.told or "",
    }


def _is_filled_in(field: Field) -> bool:
    """Whether the CRM's page has today in it: in dates that it brought along itself."""
    return field.name != "birthday" and not field.name.startswith("cf_")


def _people(crm: Host, user: User) -> list[dict[str, str]]:
    """The users whom the CRM's page offers: where records are shared by owner, the user and those of roles below."""
    shown = [one for one in crm.store.accounts() if one.active]
    if not user.is_admin:
        below = [crm.access.user(one) for one in shown]
        seen = {one.number for one in below if one.number == user.number or user.role in _superiors(one.role)}
        shown = [one for one in shown if one.number in seen]
    names = {one.number: user_row(one).fields for one in shown}
    return [
        {"value": str(number), "label": f"{names[number]['first_name']} {names[number]['last_name']}".strip()}
        for number in sorted(names, key=lambda number: (names[number]["last_name"], names[number]["first_name"]))
    ]


def _superiors(role: str) -> tuple[str, ...]:
    return SUPERIORS.get(role, ())


def _limits(field: Field) -> tuple[str, str, int]:
    """The least and the most, and the decimals that are kept."""
    if field.kind == "integer":
        return ("-2147483648" if field.name == "noofemployees" else "0"), "2147483647", 0
    if field.form == "percent":
        return "0", "100", _DECIMALS
    whole, behind = map(int, field.form.split(",")) if field.form else (_DIGITS, _DECIMALS)
    return "0", "9" * whole + ("." + "9" * behind if behind else ""), behind


def stored(field: Mapping[str, Any], given: object) -> str | None:
    """Return what is stored of a value; empty for none, None where it does not fit. A record's id is not looked at."""
    if not isinstance(given, str):
        return None
    value = given.replace("\0", "").strip() if field["kind"] in {"long", "several"} else line(given)
    if not value:
        return None if field["required"] else ""
    return _fitting(field, value) if len(value) <= field["longest"] else None


def _fitting(field: Mapping[str, Any], value: str) -> str | None:
    known = [one["value"] for one in field["values"]]
    match field["kind"]:
        case "mail":
            fits = MAIL.fullmatch(value) is not None
        case "choice":
            fits = value in known
        case "date":
            fits = _day(value) is not None and (field["least"] or value) <= value <= (field["most"] or value)
        case "time":
            fits = _TIME.fullmatch(value) is not None
        case "tick":
            fits = value == "1"
        case "several":
            chosen = list(dict.fromkeys(value.replace("\r\n", "\n").split("\n")))
            return " |##| ".join(chosen) if set(chosen) <= set(known) else None
        case "moment":
            return _moment(value, ZoneInfo(field["zone"]))
        case "number":
            return _number(field, value)
        case _:
            fits = True
    return value if fits else None


def _day(value: str) -> datetime.date | None:
    try:
        return datetime.date.fromisoformat(value) if _DAY.fullmatch(value) else None
    except ValueError:
        return None


def _moment(value: str, zone: ZoneInfo) -> str | None:
    """A time that there is on that day: the clocks may have been put forward over it."""
    day, _, time = value.partition("T")
    if _day(day) is None or not _TIME.fullmatch(time):
        return None
    local = datetime.datetime.fromisoformat(value)
    there = local.replace(tzinfo=zone).astimezone(datetime.UTC).astimezone(zone).replace(tzinfo=None)
    return f"{day} {time}:00" if there == local else None


def _number(field: Mapping[str, Any], value: str) -> str | None:
    part = _NUMBER.fullmatch(value)
    if part is None or len(part[3] or "") > field["decimals"]:
        return None
    number = Decimal(value)
    if not Decimal(field["least"] or number) <= number <= Decimal(field["most"] or number):
        return None
    return part[1] + (part[2].lstrip("0") or "0") + (f".{part[3]}" if part[3] else "")
