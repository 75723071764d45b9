"""The modules of the CRM and their fields, read from the table ``modules.txt``."""

from __future__ import annotations

import functools
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

TABLE = Path(__file__).with_name("modules.txt")
NO_TIME = "0000-00-00 00:00:00"
NUMERIC = frozenset({"integer", "double", "currency", "boolean"})

_EVERYWHERE = {  # name: (type, uitype, flags, default)
    "assigned_user_id": ("owner", "53", "MN", "0"),
    "createdtime": ("datetime", "70", "RN", NO_TIME),
    "modifiedtime": ("datetime", "70", "RN", NO_TIME),
    "creator": ("ref Users", "52", "RN", "0"),
}
_INITIAL = {"boolean": "0", "integer": "0", "double": "0", "currency": "0.00", "datetime": NO_TIME}
_PRIVACY = {
    "privacypolicy": "Privacy Policy",
    "personal_data": "Consent to Personal Data",
    "marketing": "Consent to Marketing",
    "thirdparties": "Consent to Third Parties",
    "profiling": "Consent to Profiling",
    "restricted": "Consent only to specified institutions",
    "notifychange": "Notify contact changes",
    "deleted": "Deleted",
}


@dataclass(frozen=True)
class Field:
    """A field of a module, as ``describe`` tells it.

    ``kind`` is vtenext's type name (``string``, ``email``, ``reference``, ``owner``, …), ``refers`` the
    modules a reference may point to, ``choices`` the (value, label) pairs of a picklist, ``told`` the
    default that describe tells, ``initial`` what a new record holds. ``form`` are the digits before and behind the
    point of a number (``8,2``), empty where nothing but the kind limits it.
    """

    name: str
    label: str
    kind: str
    refers: tuple[str, ...]
    choices: tuple[tuple[str, str], ...]
    uitype: str
    mandatory: bool
    editable: bool
    nullable: bool
    told: str | None
    initial: str
    number: int
    block: int
    sequence: int
    form: str = ""

    @property
    def is_reference(self) -> bool:
        """Whether the value is the number of a record or of a user."""
        return self.kind in {"reference", "owner"}

    def describe(self, file_limit: int) -> dict[str, Any]:
        """Return the entry of this field in the answer of ``describe``."""
        kind: dict[str, Any] = {}
        if self.kind in {"picklist", "multipicklist"}:
            kind["picklistValues"] = [{"label": label, "value": value} for value, label in self.choices]
            kind["defaultValue"] = self.choices[0][0]
        elif self.kind == "reference":
            kind["refersTo"] = list(self.refers)
        elif self.kind == "date":
            kind["format"] = "dd-mm-yyyy"
        elif self.kind == "currency":
            kind |= {"symbol": "&euro;", "symbol_name": "Euro"}
        elif self.kind == "file":
            kind["maxUploadFileSize"] = file_limit
        kind["name"] = self.kind
        told: dict[str, Any] = {
            "name": self.name,
            "label": self.label,
            "type": kind,
            "nullable": self.nullable,
            "editable": self.editable,
            "mandatory": self.mandatory,
            "fieldid": str(self.number),
            "uitype": self.uitype,
            "blockid": str(self.block),
            "panelid": None,
            "sequence": str(self.sequence),
        }
        return told | ({} if self.told is None else {"default": self.told})


@dataclass(frozen=True)
class Module:
    """A module of the CRM: what it is called, its fields, and what its records may have."""

    name: str
    number: int
    label: str
    singular: str
    name_fields: tuple[str, ...]
    index_column: str
    number_field: str | None
    prefix: str
    columns: tuple[str, ...]
    has_messages: bool
    has_documents: bool
    is_entity: bool
    fields: dict[str, Field]

    def mail_fields(self) -> tuple[str, ...]:
        """Return the names of the fields that hold mail addresses."""
        return tuple(field.name for field in self.fields.values() if field.kind == "email")

    def title(self, values: dict[str, str]) -> str:
        """Return what a record with these values is called: the first name first, where it has one."""
        order = sorted(self.name_fields, key=lambda name: name not in ("firstname", "first_name"))
        return " ".join(filter(None, (values.get(name, "").strip() for name in order)))


@functools.cache
def modules() -> dict[str, Module]:
    """Return all modules by name, in the order in which the CRM lists them."""
    choices: dict[str, tuple[tuple[str, str], ...]] = {}
    found: dict[str, Module] = {}
    counter = iter(range(1, 100_000))
    for name, head, lines in _sections():
        if name == "picklists":
            for line in lines:
                key, _, values = line.partition(": ")
                choices[key] = tuple(_choice(value) for value in values.split(","))
        else:
            found[name] = _module(name, head, lines, choices, counter)
    return found


def _sections() -> Iterator[tuple[str, str, list[str]]]:
    name, head, lines = "", "", list[str]()
    for line in TABLE.read_text(encoding="utf-8").splitlines():
        if line.startswith("[") and "]" in line:
            if name:
                yield name, head, lines
            name, _, head = line[1:].partition("]")
            lines = []
        elif line.strip() and not line.startswith("#"):
            lines.append(line)
    yield name, head, lines


def own_field(line: str) -> Field:
    """Return a field that an administrator has made, written as in the table: ``cf_9 | Due | date | 5 | M``."""
    choices = {
        key: tuple(_choice(value) for value in values.split(","))
        for name, _, lines in _sections()
        if name == "picklists"
        for key, _, values in (line.partition(": ") for line in lines)
    }
    return _field(line, choices, 90_000, 900, 1)


def _choice(text: str) -> tuple[str, str]:
    value, _, label = text.partition("=")
    return value, label or value


def _module(
    name: str,
    head: str,
    lines: list[str],
    choices: dict[str, tuple[tuple[str, str], ...]],
    counter: Iterator[int],
) -> Module:
    number, label, singular, title, index, numbering, columns, has = (part.strip() for part in head.split("|"))
    number_field, _, prefix = numbering.partition(" ")
    if title == "-":
        title = ""
    elif not lines:
        lines = [f"{title} | {singular} | string | 1 | MN"]
        lines += [f"{number_field} | {singular} No | string | 4 | R"] if prefix else []
        lines += ["assigned_user_id", "createdtime", "modifiedtime", "creator", "--"]
        lines += [] if title == "description" else ["description | Description | text | 19"]
    fields: dict[str, Field] = {}
    block, sequence = next(counter), 0
    for line in _expanded(lines):
        if line == "--":
            block, sequence = next(counter), 0
            continue
        sequence += 1
        field = _field(line, choices, next(counter), block, sequence)
        fields[field.name] = field
    return Module(
        name=name,
        number=int(number),
        label=label,
        singular=singular,
        name_fields=tuple(filter(None, title.split(","))),
        index_column=index,
        number_field=number_field if prefix else None,
        prefix=prefix,
        columns=tuple(columns.split(",")),
        has_messages="messages" in has.split(),
        has_documents="documents" in has.split(),
        is_entity="actor" not in has.split(),
        fields=fields,
    )


def _expanded(lines: list[str]) -> Iterator[str]:
    for line in lines:
        if line != "*gdpr":
            yield line
            continue
        yield "--"
        for key, label in _PRIVACY.items():
            yield f"gdpr_{key} | {label} | boolean | 56 | R"
            yield f"gdpr_{key}_checkedtime | {label} - Date | datetime | 1 | R"
            yield f"gdpr_{key}_remote_addr | {label} - IP Address | string | 1 | R"
        yield "gdpr_sentdate | GDPR Sent Date | datetime | 1 | R"


def _field(line: str, choices: dict[str, tuple[tuple[str, str], ...]], number: int, block: int, sequence: int) -> Field:
    parts = [part.strip() for part in line.split("|")]
    name, label = parts[0], parts[1] if len(parts) > 1 else parts[0].replace("_", " ").title()
    kind, uitype, flags, told, initial = (parts[2:] + [""] * 5)[:5]
    if not kind:
        kind, uitype, flags, told = _EVERYWHERE[name]
    kind, _, detail = kind.partition(" ")
    kind = {"ref": "reference", "pick": "picklist", "picks": "multipicklist"}.get(kind, kind)
    return Field(
        name=name,
        label=label,
        kind=kind,
        refers=tuple(detail.split(",")) if kind == "reference" else (),
        choices=choices[detail] if kind in {"picklist", "multipicklist"} else (),
        uitype=uitype,
        mandatory="M" in flags,
        editable="R" not in flags,
        nullable="N" not in flags,
        told=told or None,
        initial=_INITIAL.get(kind, "") if not initial else initial.removeprefix("-"),
        number=number,
        block=block,
        sequence=sequence,
        form=detail if kind in NUMERIC else "",
    )
