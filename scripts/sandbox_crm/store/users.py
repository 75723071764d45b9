"""The users of the sandbox CRM, and what their roles and profiles allow."""

from __future__ import annotations

from dataclasses import dataclass, field

TOOLS = frozenset({"Users", "Groups", "Currency", "DocumentFolders"})
_SUPPORT = frozenset(
    {
        "Accounts", "Assets", "Calendar", "Contacts", "Documents", "Emails", "Events", "Faq", "HelpDesk", "Machines",
        "Messages", "ModComments", "Myfiles", "MyNotes", "Notices", "Products", "ProjectPlan", "ProjectTask",
        "ServiceContracts", "Services",
    }
) | TOOLS  # fmt: skip


@dataclass(frozen=True)
class Profile:
    """What a profile allows: the modules (None: all), without the denied ones, and the fields that are hidden."""

    modules: frozenset[str] | None = None
    denied: frozenset[str] = frozenset()
    hidden: dict[str, frozenset[str]] = field(default_factory=dict)
    is_admin: bool = False

    def allows(self, module: str) -> bool:
        """Tell whether the profile shows this module."""
        return module not in self.denied and (self.modules is None or module in self.modules)


@dataclass(frozen=True)
class SeedUser:
    """A user that every sandbox starts with. The password is public: it guards nothing but sample data."""

    name: str
    password: str
    number: int
    first_name: str
    last_name: str
    mail: str
    role: str
    profile: str
    about: str


SEED_USERS = (
    SeedUser("admin", "admin-sandbox", 1, "Ada", "Keller", "admin@ourcompany.example", "direction", "administrator",
             "administrator, sees everything"),
    SeedUser("agent", "agent-sandbox", 5, "Luca", "Conti", "sales@ourcompany.example", "sales", "sales",
             "sales: no Leads; sees own records and what is shared with sales"),
    SeedUser("sara", "sara-sandbox", 6, "Sara", "Lind", "sara@ourcompany.example", "support", "support",
             "support: tickets, companies, contacts, machines; no opportunities, no leads"),
    SeedUser("jürgen", "jürgen-sandbox", 7, "Jürgen", "Weiß", "juergen@ourcompany.example", "sales manager", "all",
             "sales manager: own records and those of sales; a user name beyond ASCII"),
)  # fmt: skip
"""Users and their passwords, for the development server to print."""

PROFILES = {
    "administrator": Profile(is_admin=True),
    "all": Profile(hidden={"Users": frozenset({"user_name", "email1", "is_admin", "status"})}),
    "sales": Profile(
        denied=frozenset({"Leads"}),
        hidden={
            "Accounts": frozenset({"annual_revenue", "daily_cost", "crmv_bankdetails"}),
            "Contacts": frozenset({"birthday", "homephone"}),
            "Users": frozenset({"user_name", "email1", "is_admin", "status"}),
        },
    ),
    "support": Profile(
        modules=_SUPPORT,
        hidden={
            "Accounts": frozenset({"annual_revenue", "daily_cost", "crmv_bankdetails", "email2"}),
            "Users": frozenset({"user_name", "email1", "is_admin", "status"}),
        },
    ),
}

SUPERIORS = {"sales": ("sales manager",)}
"""Roles that see and change what users of a role own."""

PUBLIC = frozenset(
    {
        "Vendors", "Employees", "Machines", "Notices", "Products", "Campaigns", "Newsletter", "Faq", "Services",
        "ProjectPlan", "ProjectTask",
    }
)  # fmt: skip
"""Modules whose records everybody may read who sees the module; all others are private."""

SHARED = frozenset(
    {
        ("Accounts", "sales", "support"), ("Contacts", "sales", "support"), ("HelpDesk", "support", "sales"),
        ("HelpDesk", "support", "sales manager"),
    }
)  # fmt: skip
"""(module, role of the owner, role that may read it too)."""
