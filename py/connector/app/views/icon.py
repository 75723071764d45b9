"""A module's sign: beside its name, which says the same to those who do not see it."""

from __future__ import annotations

from connector.app.element import Element, h

SIGNS = {
    "Contacts": "person",
    "Leads": "lead",
    "Employees": "person",
    "Accounts": "company",
    "Vendors": "company",
    "HelpDesk": "ticket",
    "Potentials": "opportunity",
}


def icon(module: str) -> Element:
    """The sign of a module; that of any record where the module has none."""
    return h("span", cls=f"sign sign-{SIGNS.get(module, 'record')}", aria_hidden="true")
