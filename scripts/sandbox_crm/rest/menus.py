"""The CRM's menu, its languages and its translated labels."""

from __future__ import annotations

from typing import Any

from ..store.access import User
from ..store.archive import Archive
from ..store.modules import modules

LANGUAGES = {"it_it": "IT Italiano", "en_us": "US English"}
FIRST = ("Messages", "Accounts", "Contacts", "Campaigns", "HelpDesk", "Potentials", "Reports")
HIDDEN = frozenset({"Users", "Emails", "Events", "ModComments", "Fax", "Sms", "ModLightProdAttr"})
NOT_CREATED = frozenset({"Charts"})
TAB_IDS = {
    "Potentials": 2, "Contacts": 4, "Accounts": 6, "Leads": 7, "Documents": 8, "Calendar": 9, "HelpDesk": 13,
    "Products": 14, "Faq": 15, "Vendors": 18, "Reports": 25, "Campaigns": 26, "Messages": 67,
}  # fmt: skip
ITALIAN = {
    "Accounts": ("Aziende", "Azienda"), "Calendar": ("Calendario", "Compito"), "Campaigns": ("Campagne", "Campagna"),
    "Contacts": ("Contatti", "Contatto"), "Documents": ("Documenti", "Documento"),
    "Employees": ("Dipendenti", "Dipendente"), "Events": ("Eventi", "Evento"), "HelpDesk": ("Ticket", "Ticket"),
    "Leads": ("Lead", "Lead"), "Machines": ("Macchine", "Macchina"), "Messages": ("Messaggi", "Messaggio"),
    "Notices": ("Avvisi", "Avviso"), "Potentials": ("Opportunità", "Opportunità"),
    "Products": ("Prodotti", "Prodotto"), "ProjectPlan": ("Progetti", "Progetto"),
    "Vendors": ("Fornitori", "Fornitore"),
}  # fmt: skip


def menu(crm: Archive, user: User) -> dict[str, list[dict[str, Any]]]:
    """Return the user's menu: the visible entries, then all others."""
    seen = {module.name for module in crm.access.modules(user) if module.is_entity} - HIDDEN
    home = {
        "tabid": "3",
        "name": "Home",
        "fast": "1",
        "sequence": "0",
        "index_url": "index.php?module=Home&action=index",
        "translabel": "Home",
    }
    visible = [_entry(name, "1", str(position)) for position, name in enumerate(FIRST, 2) if name in seen]
    others = [_entry(name, None, None) for name in sorted(seen - set(FIRST))]
    return {"visible": [home, *visible], "others": others}


def _entry(name: str, fast: str | None, sequence: str | None) -> dict[str, Any]:
    module = modules()[name]
    page = f"index.php?module={name}&action="
    create = "index.php?module=Emails&action=EmailsAjax&file=EditView" if name == "Messages" else f"{page}EditView"
    return {
        "tabid": str(TAB_IDS.get(name, module.number + 100)),
        "name": name,
        "fast": fast,
        "sequence": sequence,
        "index_url": f"{page}index",
        "list_url": f"{page}index",
        **({} if name in NOT_CREATED else {"create_url": create}),
        "translabel": module.label,
    }


def labels(language: object, name: object) -> dict[str, str]:
    """Return the labels of a module in a language; in another language than Italian the default ones."""
    module = modules().get(name) if isinstance(name, str) else None
    if module is None:
        return {}
    label, singular = ITALIAN.get(module.name, (module.label, module.singular))
    if language != "it_it":
        label, singular = module.label, module.singular
    return {"LBL_MODULE_NAME": label, "LBL_MODULE_TITLE": f"{label}: Home", f"SINGLE_{module.name}": singular}
