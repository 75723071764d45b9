"""The situations of ``contract/suggestions.json``: data, a mail, and what is right to suggest for it, in order."""

from __future__ import annotations

import functools
import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from connector.finding.otherside import OtherSide
from connector.finding.person import Person, Role, Why
from connector.finding.suggestion import Reason
from connector.mail.address import Address
from sandbox_crm.crm import SandboxCrm
from sandbox_crm.store.modules import modules
from workshop.checkout import ROOT

WHY = {
    "from": Why.WROTE,
    "sender": Why.SENT,
    "reply-to": Why.ANSWERED,
    "to": Why.ADDRESSED,
    "cc": Why.ADDRESSED,
    "text": Why.IN_TEXT,
}
FILE = ROOT / "contract" / "suggestions.json"


@dataclass(frozen=True)
class Situation:
    """One situation. ``people`` are ``address role``, ``right`` and ``stock`` ``record reason about``, best first.

    ``domains`` are those to look for companies by, where they are named. Records go by their names in the file.
    ``stock`` is what a CRM without the component can tell, where that differs;
    ``linked`` are earlier mails: Message-ID, subject, records, and by whom. ``numbering`` has the beginnings of numbers
    that an administrator has changed before the situation's own records came, by module; ``deleted`` are records that
    are in the CRM's bin by now, ``converted`` leads with what they have become since.
    """

    about: str
    right: list[str]
    certain: str | None
    people: list[str] = field(default_factory=list)
    subject: str = ""
    message_id: str = ""
    references: list[str] = field(default_factory=list)
    linked: list[list[Any]] = field(default_factory=list)
    recent: list[str] = field(default_factory=list)
    records: dict[str, list[Any]] = field(default_factory=dict)
    user: str = "agent"
    sent: bool = False
    domains: list[str] | None = None
    hidden: list[str] = field(default_factory=list)
    broken: list[str] = field(default_factory=list)
    stock: list[str] | None = None
    numbering: dict[str, str] = field(default_factory=dict)
    deleted: list[str] = field(default_factory=list)
    converted: dict[str, list[str]] = field(default_factory=dict)

    @property
    def side(self) -> OtherSide:
        """The people as the pane has them."""
        return OtherSide(tuple(Person(Address("", mail), Role(role), WHY[role]) for mail, role in self.roles))

    @property
    def roles(self) -> list[tuple[str, str]]:
        """The people: address and role."""
        return [(mail, role) for mail, _, role in (one.rpartition(" ") for one in self.people)]


@functools.cache
def told() -> tuple[dict[str, list[Any]], list[Situation]]:
    """The records of all situations, and the situations."""
    content = json.loads(FILE.read_text("utf-8"))
    return content["records"], [Situation(**one) for one in content["situations"]]


def situations() -> list[Situation]:
    """All situations."""
    return told()[1]


class World:
    """The records of the situations in a CRM; each situation adds its own."""

    def __init__(self, crm: SandboxCrm) -> None:
        self.crm = crm
        self.ids: dict[str, str] = {}
        self.add(told()[0])

    def add(self, records: Mapping[str, list[Any]]) -> None:
        """Store records by their names; a value ``@name`` refers to one that is there."""
        for name, (module, fields, *owner) in records.items():
            values = {key: self.ids[value[1:]] if value.startswith("@") else value for key, value in fields.items()}
            self.ids[name] = self.crm.new_record(module, owner=owner[0] if owner else "agent", **values)

    def arrange(self, one: Situation) -> None:
        """Store a situation's own records, numbered as it says."""
        self.crm.numbering.update(one.numbering)
        self.add(one.records)

    def delete(self, one: Situation) -> None:
        """Put a situation's deleted records into the bin, and convert its leads."""
        for lead, became in one.converted.items():
            self.crm.convert(self.ids[lead], *(self.ids[name] for name in became))
        for name in one.deleted:
            row = self.crm.store.row(int(self.ids[name].partition("x")[2]))
            assert row is not None
            row.deleted = True
            self.crm.store.save(row)

    def text(self, text: str) -> str:
        """A text with record numbers and the like in their places: ``{leak}``, ``{leak.lower}``, ``{leak.digits}``."""
        return re.sub(r"\{(\w+)\.?(\w*)\}", lambda found: self._value(*found.groups()), text)

    def _value(self, name: str, how: str) -> str:
        number = self.ids[name].partition("x")[2]
        row = self.crm.store.row(int(number))
        assert row is not None
        shown = row.fields[modules()[row.module].number_field or ""]
        digits = re.sub(r".*\D", "", shown)
        return {"": shown, "lower": shown.lower(), "upper": shown.upper(), "digits": digits, "number": f"x{number}"}[
            how
        ]

    def recent(self, one: Situation) -> list[str]:
        """The ids that were chosen before."""
        return [self.ids.get(name) or self.text(name) for name in one.recent]

    def named(self, found: Iterable[tuple[str, str, str]]) -> list[str]:
        """Answers (id, reason, about) as the file has them."""
        names = {id_: name for name, id_ in self.ids.items()}
        return [f"{names.get(id_, id_)} {reason} {about}".strip() for id_, reason, about in found]

    def right(self, one: Situation, lines: list[str] | None = None) -> list[str]:
        """What is right."""
        return [self.text(line) for line in (one.right if lines is None else lines)]


def reason_named(reason: Reason) -> str:
    """A reason as the contract calls it."""
    return reason.name.lower()
