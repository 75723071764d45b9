"""The component's operation that gives a record a mail address, and never takes one away (``crm/README.md``)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..rest.operations import Call
from .answers import ComponentRefusal, answer
from .calls import component_of, licensed, text
from .fieldvalues import MAIL, TEXT_KINDS
from .forms import Forms
from .looking import card
from .mails import Mails
from .parameters import check_arrived, invalid, line, record_id
from .records import Records
from .work import denied

FIELDS: Mapping[str, list[str]] = {"Contacts": ["email"], "Leads": ["email"], "Accounts": ["email1", "email2"]}
"""The CRM's fields for mail addresses by module, in the order in which they are filled."""


class _Giving:
    def __init__(self, call: Call, record: str) -> None:
        self.user, self.component = licensed(call), component_of(call)
        self.mails, self.forms = Mails(call.crm, self.user), Forms(call.crm, self.user)
        self.number = int(record.partition("x")[2])
        self.module = self.mails.module(self.number)

    @property
    def may(self) -> bool:
        """Whether the administrator lets records of the module be made, and the user may edit this one."""
        return self.module in self.component.create and self.forms.may_edit(self.module, self.number)

    def fields(self) -> dict[str, int]:
        """How many characters the fields hold that the user is shown and may edit."""
        known = self.forms.enterable(self.module, FIELDS[self.module])
        shown = [name for name in FIELDS[self.module] if name in known and known[name]["kind"] in TEXT_KINDS]
        return {name: known[name]["longest"] for name in shown}


def takes_address(call: Call, record: str) -> bool:
    """Tell whether the user may give the record an address, and it has a field to spare."""
    giving = _Giving(call, record)
    if giving.module not in FIELDS or not giving.may:
        return False
    return "" in giving.forms.addresses(giving.module, giving.number, list(giving.fields())).values()


def mailconnectoraddaddress(call: Call) -> dict[str, Any]:
    """Fill the first empty mail field that the user may edit; what stands there already stays."""
    licensed(call)
    check_arrived(call)
    record, address = record_id(call, "id"), line(text(call, "address"))
    if not MAIL.fullmatch(address):
        raise invalid("address")
    giving = _Giving(call, record)
    records = Records(call.crm, giving.user)
    # Raises the refusals of a record that no mail can be linked to.
    card(giving.mails, records, record)
    if giving.module not in FIELDS:
        raise invalid("id")
    if not giving.may:
        raise denied(giving.module)
    fields = giving.fields()
    values = giving.forms.addresses(giving.module, giving.number, list(fields))
    added = address.lower() not in {value.lower() for value in values.values()}
    if added:
        free = next((name for name, value in values.items() if not value), None)
        if free is None:
            raise ComponentRefusal("no_empty_field", "No mail field of the record is empty.")
        if len(address) > fields[free]:
            raise invalid("address")
        giving.forms.set_address(giving.module, giving.number, free, address)
    return answer({"record": card(giving.mails, records, record), "added": added})


def mailconnectorrecord(call: Call) -> dict[str, Any]:
    """Tell a record's card, and whether the user may give it an address."""
    user = licensed(call)
    check_arrived(call)
    record = record_id(call, "id")
    told = card(Mails(call.crm, user), Records(call.crm, user), record)
    return answer(told | {"takes_address": takes_address(call, record)})
