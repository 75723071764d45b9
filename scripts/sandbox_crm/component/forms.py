"""The component's operations that make a record from a mail, of few modules and few fields (``crm/README.md``)."""

from __future__ import annotations

import datetime
import json
import re
from collections.abc import Mapping, Sequence
from typing import Any

from ..rest.operations import Call
from ..store.access import User
from ..store.host import Host
from ..store.modules import Field, modules
from .answers import ComponentRefusal, answer
from .calls import component_of, licensed, text
from .looking import card
from .mails import Mails
from .parameters import NEVER, check_arrived, invalid, line, parsed, record_id
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
KINDS = {"picklist": "choice", "reference": "record"}
TEXTS = {"string": "text", "email": "mail", "phone": "phone", "url": "url", "text": "long"}
"""Fields that take any text, and which kind of it."""
MORE = "crm_"
"""What the name of a field that is none of ours begins with."""
WIDTHS = {"firstname": 40, "lastname": 80, "phone": 50, "mobile": 50, "title": 50, "ticket_title": 255}
"""Characters that columns hold, where it is not a hundred."""
LONG, CHOICE, ID, LONGEST_NAME, SECONDS = 30_000, 255, 25, 40, 60
MAIL = re.compile(r'[^\s@<>",;]+@[^\s@<>",;]+')


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
                kind = KINDS.get(field.kind, "")
                longest = LONG if field.name == "description" else WIDTHS.get(field.name, 100)
                found[field.name] = {
                    "label": field.label,
                    "kind": kind,
                    "text": TEXTS.get(field.kind, ""),
                    "required": required,
                    "longest": {"choice": CHOICE, "record": ID}.get(kind, longest),
                    "values": [{"value": value, "label": label} for value, label in field.choices],
                    "modules": list(field.refers),
                }
        return found

    def make(self, name: str, values: Mapping[str, str]) -> int:
        """Store a record of the user's; returns its number."""
        written = {field: self.crm.records.text(value) for field, value in values.items()}
        with self.crm.store.transaction():
            return self.crm.storing.add(modules()[name], written, self.user.number).number

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

    @staticmethod
    def fields(module: str, asked: Mapping[str, dict[str, Any]]) -> dict[str, dict[str, Any]]:
        """Our fields by our names, each with the CRM's name."""
        found = {}
        for name, (field, kind) in FIELDS[module].items():
            known = asked.get(field)
            if known is not None and known["kind"] == (kind if kind in {"choice", "record"} else ""):
                parents = [one for one in PARENTS if one in known["modules"]]
                if kind != "record" or parents:
                    found[name] = known | {"field": field, "kind": kind, "modules": parents}
        ours = {field["field"] for field in found.values()}
        return found | (_more({name: known for name, known in asked.items() if name not in ours}) if found else {})

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
        number = int(record.partition("x")[2])
        module = self.mails.module(number)
        known = bool(module) and module not in NEVER and self.mails.id(module, number) == record
        if not known or not self.mails.may_see(module, number):
            refusal = refused(record, gone=not module)
            pair = {"source": "", "target": record, "code": refusal.code, "details": dict(refusal.details)}
            raise ComponentRefusal(refusal.code, refusal.message, **refusal.details, refused=[pair])
        if module not in field["modules"]:
            raise invalid("record")
        return {field["field"]: str(number)}


def _more(asked: Mapping[str, dict[str, Any]]) -> dict[str, dict[str, Any]]:
    """Further fields that the CRM wants filled, as far as they take a text or one of a list's values."""
    found = {}
    for name, known in asked.items():
        kind = known["text"] if known["kind"] == "" else "choice" if known["values"] else ""
        if known["required"] and kind:
            found[MORE + name] = known | {"field": name, "kind": kind}
    return found


def _field_answer(name: str, field: Mapping[str, Any]) -> dict[str, Any]:
    told = {"name": name} | {key: field[key] for key in ("label", "kind", "required", "longest")}
    more = {"choice": "values", "record": "modules"}.get(field["kind"])
    return told | ({more: field[more]} if more else {})


def _invalid(name: str) -> ComponentRefusal:
    message = "A field is missing or not acceptable."
    return ComponentRefusal("request_invalid", message, parameter="fields", field=name[:LONGEST_NAME])


def _values(fields: Mapping[str, dict[str, Any]], given: Mapping[str, Any]) -> dict[str, str]:
    texts = {name: field for name, field in fields.items() if field["kind"] != "record"}
    for name in given:
        if name not in texts:
            raise _invalid(name)
    values = {}
    for name, field in texts.items():
        value = given.get(name, "")
        if not isinstance(value, str):
            raise _invalid(name)
        value = value.replace("\0", "").strip() if field["kind"] == "long" else line(value)
        wrong = len(value) > field["longest"] or (field["required"] and not value)
        if value and field["kind"] == "mail":
            wrong = wrong or not MAIL.fullmatch(value)
        if value and field["kind"] == "choice":
            wrong = wrong or value not in {one["value"] for one in field["values"]}
        if wrong:
            raise _invalid(name)
        if value:
            values[field["field"]] = value
    return values


def mailconnectorforms(call: Call) -> dict[str, Any]:
    """Tell of which modules the user may make records, and with which fields."""
    making, forms = _Making(call), []
    for module, labels in making.open().items():
        fields = making.fields(module, making.asked(module))
        if fields:
            forms.append({"module": module} | labels | {"fields": [_field_answer(*pair) for pair in fields.items()]})
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
    ours = {field["field"] for name, field in fields.items() if not name.startswith(MORE) or name in given}
    for name, field in asked.items():
        if field["required"] and name not in ours:
            message = f"The CRM also asks for {field['label']}."
            raise ComponentRefusal("form_incomplete", message, label=field["label"])
    values = _values(fields, given) | making.parent(fields)
    mark, now = json.dumps([making.user.number, module, values], sort_keys=True), call.crm.clock()
    number, made_at = making.component.made.get(mark, (0, now))
    fresh = now - made_at <= datetime.timedelta(seconds=SECONDS)
    if not number or not fresh or not making.mails.may_see(module, number) or not making.mails.module(number):
        number = making.forms.make(module, values)
        making.component.made[mark] = (number, now)
    return answer({"record": card(making.mails, making.records, making.mails.id(module, number))})
