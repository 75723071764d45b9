"""Who the caller is and what the caller may see: credentials, lock-out, profiles, sharing."""

from __future__ import annotations

import base64
import binascii
import hmac
import secrets
import string
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from ..errors import NO_PASSWORD, NO_USER, WRONG_KEY, WRONG_PASSWORD, InvalidLogin, WebServiceError
from ..quirks import Quirks
from . import collation
from .accounts import Account
from .modules import Field, Module, modules
from .store import Row, Store
from .users import PROFILES, PUBLIC, SEED_USERS, SHARED, SUPERIORS, Profile, SeedUser

RIGHTS = frozenset({"access", "create", "edit", "delete"})


def new_access_key() -> str:
    """Return a random access key of 16 characters, as vtenext makes them."""
    return "".join(secrets.choice(string.ascii_letters + string.digits) for _ in range(16))


def credentials(header: str | None) -> tuple[str, str]:
    """Return user name and access key of an Authorization header (empty texts when there are none)."""
    scheme, _, token = (header or "").partition(" ")
    if scheme.lower() != "basic":
        return "", ""
    try:
        name, _, key = base64.b64decode(token.strip(), validate=True).decode("utf-8").partition(":")
    except (binascii.Error, ValueError):
        return "", ""
    return name, key


@dataclass(frozen=True)
class User:
    """A signed-in user with role and profile."""

    number: int
    name: str
    role: str
    profile: Profile

    @property
    def is_admin(self) -> bool:
        """Whether the user is an administrator."""
        return self.profile.is_admin


class Access:
    """The credentials, the counters of failures, and the rights of one CRM."""

    def __init__(self, store: Store, quirks: Callable[[], Quirks]) -> None:
        self._store = store
        self._quirks = quirks
        self._refused: set[tuple[str, str, str]] = set()
        self.own_fields: dict[str, dict[str, Field]] = {}
        """Fields that an administrator has made, by module."""
        self.zones: dict[str, ZoneInfo] = {}
        """The time zones of users whose clock is not the server's, by their names."""

    # -- signing in

    def account(self, name: str) -> Account | None:
        """Return the account of a user; names compare as MySQL compares them. Passwords ask for more: `sign_in`."""
        wanted = collation.key(name)
        return next((account for account in self._store.accounts() if collation.key(account.name) == wanted), None)

    def locked(self, name: str, address: str) -> bool:
        """Tell whether this user is locked at this address, or the address banned."""
        quirks = self._quirks()
        account = self.account(name)
        known = account.name if account else name
        if quirks.ban_after is not None and self._store.failures(address, "") >= quirks.ban_after:
            return True
        return quirks.lockout_after is not None and self._store.failures(address, known) >= quirks.lockout_after

    def sign_in(self, name: str, password: str, address: str) -> Account:
        """Check a password; raises `WebServiceError` when it is wrong, the user locked or inactive.

        The name has to be right in letter case too; in another one the failure counts for the user all the same.
        """
        account = self._checked(name, address, lambda account: account.password, password, exact=True)
        if account is None:
            raise WebServiceError(WRONG_PASSWORD)
        return account

    def authenticate(self, name: str, key: str, address: str) -> User:
        """Check Basic credentials; raises `InvalidLogin`."""
        if not name.strip():
            raise InvalidLogin(NO_USER)
        if not key.strip():
            raise InvalidLogin(NO_PASSWORD)
        account = self._checked(name, address, lambda account: account.access_key, key)
        if account is None:
            raise InvalidLogin(WRONG_KEY)
        return self.user(account)

    def _checked(
        self, name: str, address: str, secret: Callable[[Account], str], given: str, *, exact: bool = False
    ) -> Account | None:
        account = self.account(name)
        locked = self.locked(name, address)
        right = (
            account is not None
            and account.active
            and (account.name == name or not exact)
            and hmac.compare_digest(secret(account).encode(), given.encode("utf-8", "surrogatepass"))
        )
        if locked or not right:
            self._store.count_failure(address, account.name if account else name)
            self._store.count_failure(address, "")
            return None
        if account is not None and self._quirks().success_clears_failures:
            self._store.clear_failures(account.name, address)
        return account

    def user(self, account: Account) -> User:
        """Return the user of an account."""
        seed = next((user for user in SEED_USERS if user.number == account.number), None)
        if seed is None:
            return User(account.number, account.name, "sales", PROFILES["all"])
        return User(account.number, account.name, seed.role, PROFILES[seed.profile])

    # -- rights

    def refuse(self, user: str, module: str, right: str) -> None:
        """Take a right (``access``, ``create``, ``edit``, ``delete``) on a module from a user."""
        if right not in RIGHTS:
            raise ValueError(f"There is no right {right!r}. Known: {', '.join(sorted(RIGHTS))}.")
        self._refused.add((collation.key(user), module, right))

    def restore_rights(self) -> None:
        """Give back all rights that were taken."""
        self._refused.clear()

    def may(self, user: User, module: str, right: str = "access") -> bool:
        """Tell whether the user's profile gives this right on a module."""
        known = modules().get(module)
        if known is None or not user.profile.allows(module):
            return False
        if self._refused:
            name = collation.key(user.name)
            if (name, module, "access") in self._refused or (name, module, right) in self._refused:
                return False
        return right == "access" or (known.is_entity and module != "Users")

    def modules(self, user: User) -> list[Module]:
        """Return the modules that the user sees, in the CRM's order."""
        return [module for module in modules().values() if self.may(user, module.name)]

    def fields(self, user: User, module: Module) -> Mapping[str, Field]:
        """Return the fields that the user sees."""
        hidden = user.profile.hidden.get(module.name)
        own = self.own_fields.get(module.name)
        fields = module.fields | own if own else module.fields
        return {name: field for name, field in fields.items() if name not in hidden} if hidden else fields

    def may_read(self, user: User, row: Row) -> bool:
        """Tell whether sharing lets the user read this record (the module's right is not looked at)."""
        if self.may_write(user, row) or row.module in PUBLIC:
            return True
        owner = self._seed(row.owner)
        return owner is not None and (row.module, owner.role, user.role) in SHARED

    def may_write(self, user: User, row: Row) -> bool:
        """Tell whether sharing lets the user change this record."""
        if user.is_admin or row.owner == user.number:
            return True
        if row.module in {"Messages", "MyNotes"}:
            return False
        owner = self._seed(row.owner)
        return owner is not None and user.role in SUPERIORS.get(owner.role, ())

    @staticmethod
    def _seed(number: int) -> SeedUser | None:
        return next((user for user in SEED_USERS if user.number == number), None)
