"""A form for a new record, as the CRM describes it for this user, and whether what stands in it will do.

The CRM checks everything again: what is found here is told without a round, and nothing more.
"""

from __future__ import annotations

import enum
import re
from collections.abc import Mapping
from dataclasses import dataclass

from connector.errors import Problem
from connector.finding.records import COMPANIES, TICKETS, Record

CONTACTS, LEADS = "Contacts", "Leads"
PEOPLE = (CONTACTS, LEADS)
"""Modules whose records are people."""
MODULES = (CONTACTS, LEADS, COMPANIES, TICKETS)
"""The modules of which records can be made, in this order."""

_BLANKS = re.compile(r"\s+")
_MAIL = re.compile(r'[^\s@<>",;]+@[^\s@<>",;]+')


class Kind(enum.Enum):
    """What a field takes; ``LONG`` may have several lines, ``CHOICE`` is one of its values, ``RECORD`` a record."""

    TEXT = "text"
    MAIL = "mail"
    PHONE = "phone"
    URL = "url"
    LONG = "long"
    CHOICE = "choice"
    RECORD = "record"


@dataclass(frozen=True)
class Choice:
    """A value of a list, and how the CRM calls it in the user's language."""

    value: str
    label: str


@dataclass(frozen=True)
class Field:
    """A field: our name for it, and its label in the user's language. ``longest`` in characters.

    ``values`` are those of a choice, ``modules`` those to whose records a ``RECORD`` may point.
    """

    name: str
    label: str
    kind: Kind
    required: bool = False
    longest: int = 255
    values: tuple[Choice, ...] = ()
    modules: tuple[str, ...] = ()


@dataclass(frozen=True)
class Form:
    """What is to be filled in for a new record of a module, whose labels are in the user's language."""

    module: str
    label: str
    singular: str
    fields: tuple[Field, ...]

    def field(self, name: str) -> Field | None:
        """Return the field of that name."""
        return next((one for one in self.fields if one.name == name), None)

    @property
    def reference(self) -> Field | None:
        """The field that points to a company or person."""
        return next((one for one in self.fields if one.kind is Kind.RECORD), None)


@dataclass(frozen=True)
class Entry:
    """What is filled in: texts by the names of fields, and the record to which the new one belongs."""

    values: Mapping[str, str]
    record: Record | None = None

    def text(self, name: str) -> str:
        """Return a field's text; empty where there is none."""
        return self.values.get(name, "")


def tidied(field: Field, text: str) -> str:
    """Return the text as the CRM takes it: without white space at its ends, and in one line where it is one."""
    text = text.replace("\0", "")
    return text.strip() if field.kind is Kind.LONG else _BLANKS.sub(" ", text).strip()


def sendable(form: Form, entry: Entry) -> dict[str, str]:
    """Return the texts to be sent: those of the form's own fields that are not empty."""
    texts = {one.name: tidied(one, entry.text(one.name)) for one in form.fields if one.kind is not Kind.RECORD}
    return {name: text for name, text in texts.items() if text}


def wrong(form: Form, entry: Entry) -> dict[str, Problem]:
    """Return what is wrong, by the names of fields in their order."""
    found = {one.name: _wrong(one, entry) for one in form.fields}
    return {name: problem for name, problem in found.items() if problem is not None}


def _wrong(field: Field, entry: Entry) -> Problem | None:
    if field.kind is Kind.RECORD:
        if entry.record is None:
            return Problem("field-missing", {"label": field.label}) if field.required else None
        return None if entry.record.module in field.modules else Problem("field-refused", {"label": field.label})
    text = tidied(field, entry.text(field.name))
    if not text:
        return Problem("field-missing", {"label": field.label}) if field.required else None
    if len(text) > field.longest:
        details = {"label": field.label, "longest": str(field.longest), "length": str(len(text))}
        return Problem("field-too-long", details)
    if field.kind is Kind.MAIL and not _MAIL.fullmatch(text):
        return Problem("field-no-mail")
    if field.kind is Kind.CHOICE and all(one.value != text for one in field.values):
        return Problem("field-refused", {"label": field.label})
    return None
