"""Records and modules of the CRM, and what a stock vtenext is known to have.

Source: vtenext's REST operations ``listtypes`` and ``describe``. Nothing here names a module id:
those differ between installations and travel inside record ids (``4x39``).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Module:
    """A module that the user's profile shows: its name, and its labels in the CRM's language."""

    name: str
    label: str
    singular: str


@dataclass(frozen=True)
class Field:
    """A field of a module. ``refers_to`` are module names; ``values`` the values of a picklist."""

    name: str
    kind: str
    refers_to: tuple[str, ...] = ()
    values: tuple[str, ...] = ()
    generated: bool = False
    max_file: int = 0


@dataclass(frozen=True)
class Shape:
    """What a module's records look like.

    ``prefix`` is the part of record ids before the ``x``, empty when not asked for.
    ``label_fields`` make up a record's name, in the order in which people say it. ``createable``: this user may make
    such records.
    """

    module: str
    label_fields: tuple[str, ...]
    fields: tuple[Field, ...]
    prefix: str = ""
    createable: bool = True

    def names(self, kind: str) -> tuple[str, ...]:
        """The names of the fields of one type."""
        return tuple(field.name for field in self.fields if field.kind == kind)

    @property
    def numbers(self) -> tuple[str, ...]:
        """The names of the fields that hold the record's number in the CRM (``TT12``)."""
        return tuple(field.name for field in self.fields if field.generated)

    def references(self, *modules: str) -> tuple[str, ...]:
        """The reference fields that may point to one of these modules."""
        return tuple(field.name for field in self.fields if set(field.refers_to) & set(modules))

    def field(self, name: str) -> Field | None:
        """The field of that name."""
        return next((field for field in self.fields if field.name == name), None)


@dataclass(frozen=True)
class Record:
    """A record as the pane shows it: ``id`` (``4x39``), its module, its name, and one line more.

    ``company`` is the name of the company to which it belongs, where that was asked for.
    """

    id: str
    module: str
    name: str
    detail: str = ""
    company: str = field(default="", compare=False)

    @property
    def number(self) -> str:
        """The record number in the CRM's own pages."""
        return self.id.partition("x")[2]


def is_record_id(text: object) -> bool:
    """Whether this has the form of a record id: ``{module id}x{record number}``."""
    if not isinstance(text, str) or len(text) > 40:
        return False
    prefix, mark, number = text.partition("x")
    return bool(mark) and text.isascii() and prefix.isdigit() and number.isdigit()


FILE = "file"
"""The type of a field that no query may name."""
WITHOUT_MESSAGES = frozenset(
    "Emails Faq Users Reports Sms Charts ModComments PBXManager Newsletter Fax Messages ProductLines "
    "ModLightProdAttr Groups Currency DocumentFolders".split()
)
"""Stock modules that have no Messages relationship; a custom module may have one."""

PEOPLE_FIRST = ("Contacts", "Leads", "Accounts", "Vendors", "HelpDesk", "Potentials", "Employees")
"""The order in which modules matter to somebody who files a mail; others follow."""

OPPORTUNITIES, TICKETS, COMPANIES = "Potentials", "HelpDesk", "Accounts"


def module_rank(module: str) -> int:
    """The place of a module in lists."""
    return PEOPLE_FIRST.index(module) if module in PEOPLE_FIRST else len(PEOPLE_FIRST)


def _stock(
    module: str, labels: str, number: str, mails: str, references: str = "", others: str = "", sites: str = ""
) -> Shape:
    fields = [Field(name, "email") for name in mails.split()]
    fields += [Field(name, "url") for name in sites.split()] + [
        Field(name, "string", generated=True) for name in number.split()
    ]
    for reference in references.split():
        name, _, targets = reference.partition(":")
        fields.append(Field(name, "reference", tuple(targets.split("|"))))
    fields += [Field(name, "picklist", values=CLOSED.get(module, ())) for name in others.split()]
    return Shape(module, tuple(labels.split()), tuple(fields))


CLOSED: Mapping[str, tuple[str, ...]] = {OPPORTUNITIES: ("Closed Won", "Closed Lost"), TICKETS: ("Closed",)}
"""Values that end an opportunity or a ticket in a stock vtenext."""

STATE_FIELD: Mapping[str, str] = {OPPORTUNITIES: "sales_stage", TICKETS: "ticketstatus"}

STOCK: Mapping[str, Shape] = {
    shape.module: shape
    for shape in (
        _stock("Contacts", "firstname lastname", "contact_no", "email", "account_id:Accounts"),
        _stock("Leads", "firstname lastname", "lead_no", "email", others="company"),
        _stock("Accounts", "accountname", "account_no", "email1 email2", sites="website"),
        _stock("Vendors", "vendorname", "vendor_no", "email"),
        _stock("Employees", "firstname lastname", "", "email other_email"),
        _stock(
            TICKETS,
            "ticket_title",
            "ticket_no",
            "email_from helpdesk_from",
            "parent_id:Leads|Accounts|Contacts",
            "ticketstatus",
        ),
        _stock(OPPORTUNITIES, "potentialname", "potential_no", "", "related_to:Accounts|Contacts", "sales_stage"),
    )
}
"""Shapes to ask with before ``describe``; a CRM that differs answers with an error, and is then described."""


def shape_from(data: Any, module: str) -> Shape:
    """Read the answer of ``describe``. Raises ValueError when it is not one."""
    if not isinstance(data, dict) or not isinstance(data.get("fields"), list):
        raise ValueError("no fields")
    fields = tuple(
        _field_from(entry) for entry in data["fields"] if isinstance(entry, dict) and is_name(entry.get("name"))
    )
    # A file's name can't be asked for; it is what the CRM calls a record of Myfiles by.
    known = {field.name for field in fields if field.kind != FILE}
    labels = [name.strip() for name in str(data.get("labelFields") or "").split(",")]
    texts = [field.name for field in fields if field.kind == "string" and not field.generated]
    others = [field.name for field in fields if field.name in known]
    labels = [name for name in labels if name in known] or texts[:1] or others[:1]
    if {"firstname", "lastname"} <= set(labels):
        labels.sort(key=lambda name: name != "firstname")
    return Shape(module, tuple(labels), fields, str(data.get("idPrefix") or ""), data.get("createable") is not False)


def _field_from(entry: Mapping[str, Any]) -> Field:
    kind = entry.get("type")
    kind = kind if isinstance(kind, dict) else {}
    targets, values = kind.get("refersTo"), kind.get("picklistValues")
    size = str(kind.get("maxUploadFileSize") or "0")
    return Field(
        name=str(entry["name"]),
        kind=str(kind.get("name") or ""),
        refers_to=tuple(str(target) for target in targets) if isinstance(targets, list) else (),
        values=tuple(str(value.get("value")) for value in values if isinstance(value, dict))
        if isinstance(values, list)
        else (),
        generated=entry.get("uitype") == "4",
        max_file=int(size) if size.isascii() and size.isdigit() and len(size) < 16 else 0,
    )


def is_name(text: object) -> bool:
    """Whether this can be the name of a module or field in a query; anything else can't be asked for."""
    return isinstance(text, str) and text.isascii() and text.isidentifier()


def modules_from(data: Any) -> tuple[Module, ...]:
    """Read the answer of ``listtypes``: the modules that hold records. Raises ValueError when it is not one."""
    if not isinstance(data, dict) or not isinstance(data.get("types"), list):
        raise ValueError("no types")
    information = data.get("information")
    information = information if isinstance(information, dict) else {}
    modules = []
    for name in data["types"]:
        entry = information.get(name) if is_name(name) else None
        if not isinstance(entry, dict) or not entry.get("isEntity"):
            continue
        label = str(entry.get("label") or name)
        modules.append(Module(name, label, str(entry.get("singular") or label)))
    return tuple(modules)


def linkable(modules: tuple[Module, ...]) -> tuple[Module, ...]:
    """Those whose records may take a mail, in the order in which they matter."""
    chosen = [module for module in modules if module.name not in WITHOUT_MESSAGES]
    return tuple(sorted(chosen, key=lambda module: (module_rank(module.name), module.label.casefold())))


def name_of(row: Mapping[str, Any], shape: Shape) -> str:
    """A record's name from a row of a query; its id where the name is empty."""
    parts = [str(row.get(field) or "").strip() for field in shape.label_fields]
    return " ".join(part for part in parts if part) or str(row.get("id") or "")
