"""The pane's own words for the modules of a stock vtenext: they stand where the CRM has not told its own yet.

    >>> singular("HelpDesk"), plural("Potentials"), plural("Vessels")
    ('Ticket', 'Opportunities', 'Vessels')

Technical names are for nobody's eyes; of a module that is not known here, nothing better is at hand.
"""

from __future__ import annotations

from collections.abc import Mapping

from connector.app.language import N_, _

_WORDS: Mapping[str, tuple[str, str]] = {
    "Accounts": (N_("Company"), N_("Companies")),
    "Contacts": (N_("Contact"), N_("Contacts")),
    "Documents": (N_("Document"), N_("Documents")),
    "Employees": (N_("Employee"), N_("Employees")),
    "HelpDesk": (N_("Ticket"), N_("Tickets")),
    "Leads": (N_("Lead"), N_("Leads")),
    "Messages": (N_("Message"), N_("Messages")),
    "Potentials": (N_("Opportunity"), N_("Opportunities")),
    "Vendors": (N_("Supplier"), N_("Suppliers")),
}


def singular(module: str) -> str:
    """What one record of a module is called."""
    return _(_WORDS.get(module, (module, module))[0])


def plural(module: str) -> str:
    """What a module is called."""
    return _(_WORDS.get(module, (module, module))[1])


def listed(modules: str) -> str:
    """The words for names that stand in a list (``HelpDesk, Potentials``)."""
    return ", ".join(plural(name.strip()) for name in modules.split(","))
