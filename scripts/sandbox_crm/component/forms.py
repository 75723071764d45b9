"""The component's operations that make a record from a mail, of few modules and few fields (``crm/README.md``)."""

from __future__ import annotations

import datetime
import json
from collections.abc import Collection, Mapping, Sequence
from typing import Any

from ..rest.operations import Call
from ..store.access import User
from ..store.host import Host
from ..store.modules import Field, modules
from .answers import ComponentRefusal, answer
from .calls import component_of, licensed, text
from .fieldvalues import KINDS, MOST_VALUES, TEXT_KINDS, stored, taking
from .looking import card
from .mails import Mails
from .parameters import NEVER, check_arrived, invalid, is_id, parsed, record_id
from .records import Records
from .work import denied, refused

FIELDS: Mapping[str, Mapping[str, tuple[str, str]]] = {
    "Contacts": {
        "first_name": ("firstname", "text"), "last_name": ("lastname", "text"), "company": ("account_id", "record"),
        "mail": ("email", "mail"), "phone": ("phone", "phone"), "mobile": ("mobile", "phone"),
        "title": ("title", "text"), "description": ("description", "long"),
    },
    "Leads": {
        "first_name": ("firstname", "text"), "last_name": ("lastname", "text"), "company": ("company", "text"),
        "mail": ("email", "mail"), "phone": ("phone", "phone"), "mobile": ("mobile", "phone"),
        "title": ("designation", "text"), "website": ("website", "url"), "description": ("description", "long"),
    },
    "Accounts": {
        "company": ("accountname", "text"), "mail": ("email1", "mail"), "phone": ("phone", "phone"),
        "website": ("website", "url"), "description": ("description", "long"),
    },
    "HelpDesk": {
        "title": ("ticket_title", "text"), "company": ("parent_id", "record"),
        "category": ("ticketcategories", "choice"), "priority": ("ticketpriorities", "choice"),
        "state": ("ticketstatus", "choice"), "description": ("description", "long"),
    },
}  # fmt: skip
"""Our names of fields by module: the CRM's name, and the kind."""
PARENTS = ("Accounts", "Contacts")
MORE = "crm_"
"""What the name of a field that is none of ours begins with."""
TOLD: Mapping[str, Sequence[str]] = {
    "choice": ["values"], "several": ["values"], "record": ["modules"], "moment": ["zone"], "date": ["least", "most"],
    "number": ["decimals", "least", "most", "unit"],
}  # fmt: skip
"""What else is told of a field, by its kind; of dates and numbers where there is such a limit."""
LONGEST_NAME, SECONDS = 40, 60


class Forms:
    """What the CRM asks for when a user makes a record, and making one. In the tests PHP asks here, too."""

    def __init__(self, crm: Host, user: User) -> None:
        self.crm, self.user = crm, user

    def _required(self, module: str, field: Field) -> bool:
        return field.mandatory or (module, field.name) in self.crm.mandatory

    def enterable(self, name: str, wanted: Sequence[str]) -> dict[str, dict[str, Any]]:
        """Return the fields that the user fills in: the wanted ones, and those that the CRM wants filled."""
        module, found = modules()[name], dict[str, dict[str, Any]]()
        for field in self.crm.access.fields(self.user, module).values():
            required = self._required(name, field)
            if field.editable and field.kind != "owner" and (required or field.name in wanted):
                found[field.name] = {"label": field.label, "required": required} | taking(self.crm, self.user, field)
        return found

    def make(self, name: str, values: Mapping[str, str]) -> int:
        """Store a record of the user's; returns its number."""
        records, module = self.crm.records, modules()[name]
        written = {field: records.text(value) for field, value in values.items()}
        written = records.on_servers_clock(self.user, module, written)
        with self.crm.store.transaction():
            return self.crm.storing.add(module, written, self.user.number).number

    def may_edit(self, name: str, number: int) -> bool:
        """Tell whether the user may edit this record."""
        row = self.crm.store.row(number)
        return (
            row is not None
            and self.crm.access.may(self.user, name, "edit")
            and self.crm.access.may_write(self.user, row)
        )

    def addresses(self, name: str, number: int, fields: Sequence[str]) -> dict[str, str]:
        """Return what stands in fields of a record."""
        row = self.crm.store.row(number)
        held = row.fields if row is not None and row.module == name else {}
        return {field: held.get(field, "").strip() for field in fields}

    def set_address(self, name: str, number: int, field: str, address: str) -> None:
        """Write an address into a field of a record."""
        record = Mails(self.crm, self.user).id(name, number)
        self.crm.storing.change(self.user, {"id": record, field: address}, whole=False)


class _Making:
    def __init__(self, call: Call) -> None:
        self.user, self.call, self.component = licensed(call), call, component_of(call)
        self.mails, self.records = Mails(call.crm, self.user), Records(call.crm, self.user)
        self.forms = Forms(call.crm, self.user)

    def open(self) -> dict[str, dict[str, str]]:
        """The modules of which this user may make records."""
        shown = self.records.modules()
        allowed = [name for name in FIELDS if name in self.component.create and name in shown]
        return {name: shown[name] for name in allowed if self.mails.may(name)}

    def asked(self, module: str) -> dict[str, dict[str, Any]]:
        return self.forms.enterable(module, [field for field, _ in FIELDS[module].values()])

    def fields(self, module: str, asked: Mapping[str, dict[str, Any]]) -> dict[str, dict[str, Any]]:
        """Our fields by our names, each with the CRM's name."""
        found = {}
        for name, (field, kind) in FIELDS[module].items():
            known = asked.get(field)
            if known is not None and known["kind"] in (TEXT_KINDS if kind in TEXT_KINDS else (kind,)):
                parents = [one for one in PARENTS if one in known["modules"]]
                if kind != "record" or parents:
                    found[name] = known | {"field": field, "kind": kind, "modules": parents}
        ours = {field["field"] for field in found.values()}
        rest = {name: known for name, known in asked.items() if name not in ours}
        return found | (_more(rest, self.records.modules()) if found else {})

    def parent(self, fields: Mapping[str, dict[str, Any]]) -> dict[str, str]:
        """The record to which the new one belongs."""
        field = fields.get("company", {"kind": ""})
        takes = field["kind"] == "record"
        if not text(self.call, "record"):
            if takes and field["required"]:
                raise invalid("record")
            return {}
        record = record_id(self.call, "record")
        if not takes:
            raise invalid("record")
        module, number = self.target(record)
        if module not in field["modules"]:
            raise invalid("record")
        return {field["field"]: str(number)}

    def target(self, record: str, field: str = "") -> tuple[str, int]:
        """Return module and number of a record that the user may see; ``field`` is where it stands, if in one."""
        number = int(record.partition("x")[2])
        module = self.mails.module(number)
        known = bool(module) and module not in NEVER and self.mails.id(module, number) == record
        if not known or not self.mails.may_see(module, number):
            refusal = refused(record, gone=not module)
            pair = {"source": "", "target": record, "code": refusal.code, "details": dict(refusal.details)}
            more: dict[str, Any] = {"field": field} if field else {"refused": [pair]}
            raise ComponentRefusal(refusal.code, refusal.message, **refusal.details, **more)
        return module, number

    def values(self, fields: Mapping[str, dict[str, Any]], given: Mapping[str, Any]) -> dict[str, str]:
        """The values by the CRM's names."""
        texts = {name: one for name, one in fields.items() if one["kind"] != "record" or name.startswith(MORE)}
        for name in given:
            if name not in texts:
                raise _invalid(name)
        values = {}
        for name, field in texts.items():
            value = stored(field, given.get(name, ""))
            if value is None:
                raise _invalid(name)
            if value:
                values[field["field"]] = self.referred(name, field, value) if field["kind"] == "record" else value
        return values

    def referred(self, name: str, field: Mapping[str, Any], record: str) -> str:
        """The number of a record that a field points to."""
        if not is_id(record):
            raise _invalid(name)
        module, number = self.target(record, field=name[:LONGEST_NAME])
        if module not in field["modules"]:
            raise _invalid(name)
        return str(number)


def _more(asked: Mapping[str, dict[str, Any]], shown: Collection[str]) -> dict[str, dict[str, Any]]:
    """Further fields that the CRM wants filled, of those kinds that a form can have."""
    found = {}
    for name, known in asked.items():
        field = known | {"field": name, "modules": [one for one in known["modules"] if one in shown]}
        lists = field["kind"] in {"choice", "several"} and not 0 < len(field["values"]) <= MOST_VALUES
        nowhere = field["kind"] == "record" and not field["modules"]
        if field["required"] and field["kind"] in KINDS and not lists and not nowhere:
            found[MORE + name] = field
    return found


def _field_answer(name: str, field: Mapping[str, Any]) -> dict[str, Any]:
    told = {"name": name} | {key: field[key] for key in ("label", "kind", "required", "longest")}
    told |= {key: field[key] for key in TOLD.get(field["kind"], ()) if field[key] != ""}
    own = name.startswith(MORE) and field["kind"] not in {"record", "several"}
    initial = field["initial"] if own and stored({**field, "required": False}, field["initial"]) else ""
    return told | ({"initial": initial} if initial else {})


def _lacking(asked: Mapping[str, dict[str, Any]], fields: Mapping[str, dict[str, Any]]) -> list[str]:
    """The labels of what the CRM wants filled and the form does not have."""
    ours = {field["field"] for field in fields.values()}
    return [field["label"] for name, field in asked.items() if field["required"] and name not in ours]


def _invalid(name: str) -> ComponentRefusal:
    message = "A field is missing or not acceptable."
    return ComponentRefusal("request_invalid", message, parameter="fields", field=name[:LONGEST_NAME])


def mailconnectorforms(call: Call) -> dict[str, Any]:
    """Tell of which modules the user may make records, and with which fields."""
    making, forms = _Making(call), []
    for module, labels in making.open().items():
        asked = making.asked(module)
        fields = making.fields(module, asked)
        if fields:
            told = {"fields": [_field_answer(*pair) for pair in fields.items()], "lacking": _lacking(asked, fields)}
            forms.append({"module": module} | labels | told)
    return answer({"forms": forms})


def mailconnectorcreate(call: Call) -> dict[str, Any]:
    """Make a record; the same request within a minute is answered with the one that was made."""
    licensed(call)
    check_arrived(call)
    making, module = _Making(call), text(call, "module")
    if module not in FIELDS:
        raise invalid("module")
    if module not in making.open():
        raise denied(module)
    asked = making.asked(module)
    fields = making.fields(module, asked)
    given = parsed(call, "fields")
    known = {name: field for name, field in fields.items() if not name.startswith(MORE) or name in given}
    for label in _lacking(asked, known):
        raise ComponentRefusal("form_incomplete", f"The CRM also asks for {label}.", label=label)
    values = making.values(fields, given) | making.parent(fields)
    mark, now = json.dumps([making.user.number, module, values], sort_keys=True), call.crm.clock()
    number, made_at = making.component.made.get(mark, (0, now))
    fresh = now - made_at <= datetime.timedelta(seconds=SECONDS)
    if not number or not fresh or not making.mails.may_see(module, number) or not making.mails.module(number):
        number = making.forms.make(module, values)
        making.component.made[mark] = (number, now)
    return answer({"record": card(making.mails, making.records, making.mails.id(module, number))})
