"""A form for a new record, as the CRM describes it for this user, and what is filled in."""

from __future__ import annotations

import enum
from collections.abc import Mapping
from dataclasses import dataclass, field

from connector.finding.records import COMPANIES, TICKETS, Record

CONTACTS, LEADS = "Contacts", "Leads"
PEOPLE = (CONTACTS, LEADS)
"""Modules whose records are people."""
MODULES = (CONTACTS, LEADS, COMPANIES, TICKETS)
"""The modules of which records can be made, in this order."""
BELONGING = "company"
"""Our name for the field that says to which company or person a record belongs."""
TICKED = "1"
"""What stands in a field with a tick that is set."""


class Kind(enum.Enum):
    """What a field takes; ``LONG`` may have several lines, ``CHOICE`` is one of its values, ``RECORD`` a record.

    ``SEVERAL`` are some of its values, one a line. A ``DATE`` is written ``2026-12-31``, a ``TIME`` ``14:05``, and a
    ``MOMENT``, a time on a day, ``2026-12-31T14:05``.
    """

    TEXT = "text"
    MAIL = "mail"
    PHONE = "phone"
    URL = "url"
    LONG = "long"
    CHOICE = "choice"
    SEVERAL = "several"
    RECORD = "record"
    DATE = "date"
    MOMENT = "moment"
    TIME = "time"
    NUMBER = "number"
    TICK = "tick"


@dataclass(frozen=True)
class Choice:
    """A value of a list, and how the CRM calls it in the user's language."""

    value: str
    label: str


@dataclass(frozen=True)
class Field:
    """A field: our name for it, and its label in the user's language. ``longest`` in characters.

    ``values`` are those of a choice, ``modules`` those to whose records a ``RECORD`` may point. A ``NUMBER`` has at
    most so many ``decimals`` and lies between ``least`` and ``most``, as a ``DATE`` does; empty where there is no such
    limit. ``unit`` is that of money, ``zone`` the CRM's name of the time zone of a ``MOMENT``. ``initial`` is what the
    CRM's own page has filled in.
    """

    name: str
    label: str
    kind: Kind
    required: bool = False
    longest: int = 255
    values: tuple[Choice, ...] = ()
    modules: tuple[str, ...] = ()
    decimals: int = 0
    least: str = ""
    most: str = ""
    unit: str = ""
    zone: str = ""
    initial: str = ""


@dataclass(frozen=True)
class Form:
    """What is to be filled in for a new record of a module, whose labels are in the user's language.

    ``lacking`` are the labels of what the CRM wants filled, too, and this form does not have.
    """

    module: str
    label: str
    singular: str
    fields: tuple[Field, ...]
    lacking: tuple[str, ...] = ()

    def field(self, name: str) -> Field | None:
        """Return the field of that name."""
        return next((one for one in self.fields if one.name == name), None)

    @property
    def reference(self) -> Field | None:
        """The field that points to the company or person to which the record belongs."""
        return next((one for one in self.fields if one.kind is Kind.RECORD and one.name == BELONGING), None)


@dataclass(frozen=True)
class Entry:
    """What is filled in: texts by the names of fields, and the record to which the new one belongs.

    ``others`` are those to which the CRM's own fields point, by their names.
    """

    values: Mapping[str, str]
    record: Record | None = None
    others: Mapping[str, Record] = field(default_factory=dict)

    def text(self, name: str) -> str:
        """Return a field's text; empty where there is none."""
        return self.values.get(name, "")

    def target(self, name: str) -> Record | None:
        """Return the record to which a field points."""
        return self.record if name == BELONGING else self.others.get(name)
