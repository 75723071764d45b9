"""The Mail Connector component on the sandbox CRM: its settings, its switches, and what a test may look at.

The contract is ``crm/README.md``. A stock CRM has none; it is installed into a running one:

    component = crm.install_component()
    component.redirects.add("https://localhost:8443/signin.html")
    component.second_factor["agent"] = "wilson"     # and component.last_code("agent") is what the phone shows
    component.licence = "expired"; component.expire_tokens()
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Callable
from dataclasses import dataclass, field

from .answers import ComponentRefusal
from .brakes import Brakes
from .codes import Codes
from .devices import Devices
from .links import Links

SAME_DENIAL = datetime.timedelta(minutes=15)
LICENCES = ("active", "missing", "expired")


def version_misfit(pane: str, minimum: str, maximum: str | None) -> str | None:
    """Return ``pane_too_old`` or ``pane_too_new`` where this pane does not fit, as the contract compares versions."""
    given = _numbers(pane)
    if _padded(given) < _padded(_numbers(minimum)):
        return "pane_too_old"
    newest = _numbers(maximum or "")
    if newest and _padded(given[: len(newest)]) > _padded(newest):
        return "pane_too_new"
    return None


def _numbers(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in re.findall(r"[0-9]{1,9}", re.split("[-+]", version)[0]))


def _padded(numbers: tuple[int, ...]) -> tuple[int, ...]:
    return (*numbers, 0, 0, 0, 0)[:4]


@dataclass
class Component:
    """The component of one CRM. Every setting may be changed while it runs.

    ``url``: the CRM's own address; empty where it is the one at which the CRM is asked. ``licence``: one of `LICENCES`;
    all seats are taken where ``seats`` is not above the seats in use. ``redirects``: the allowed addresses of sign-in
    pages. ``second_factor``: the channel (``wilson`` or ``mail``) by user name. ``password`` off, or a user in
    ``page_only``: only the sign-in page signs in. ``page_refuses``: users whose right password the CRM's own page does
    not take as it is (too old, too simple). ``proxies``: whose X-Forwarded-For is believed. ``resend_seconds``: a code
    that is asked for again within them is not sent anew. After ``relate_seconds`` linking and relating begin no further
    source. ``create``: the modules of which the administrator lets records be made.
    """

    version: str = "1.0.0"
    url: str = ""
    crm_version: str = "24.08.02"
    crm_build: str = "2531"
    pane_minimum: str = "1.0.0"
    pane_maximum: str | None = "1"
    licence: str = "active"
    installation: str = "Sandbox CRM"
    until: datetime.date = datetime.date(2027, 12, 31)
    seats: int = 25
    redirects: set[str] = field(default_factory=set)
    password: bool = True
    page_only: set[str] = field(default_factory=set)
    page_refuses: set[str] = field(default_factory=set)
    proxies: set[str] = field(default_factory=set)
    second_factor: dict[str, str] = field(default_factory=dict)
    hours: float = 12
    stay_days: float = 30
    device_days: float = 90
    resend_seconds: float = 10
    relate_seconds: float = 10
    create: tuple[str, ...] = ("Contacts", "Leads", "Accounts", "HelpDesk")
    clock: Callable[[], datetime.datetime] = field(default=lambda: datetime.datetime.now(datetime.UTC), repr=False)
    devices: Devices = field(init=False, repr=False)
    codes: Codes = field(init=False, repr=False)
    brakes: Brakes = field(init=False, repr=False)
    links: Links = field(init=False, repr=False)

    def __post_init__(self) -> None:
        if self.licence not in LICENCES:
            raise ValueError(f"A licence is {' or '.join(LICENCES)}, not {self.licence!r}.")
        self.reset()

    # -- what a test looks at and changes

    def reset(self) -> None:
        """Forget tokens, codes and failures; settings stay."""
        self.devices = Devices(lambda: self.clock())
        self.codes = Codes(lambda: self.clock())
        self.links = Links()
        self.made: dict[str, tuple[int, datetime.datetime]] = {}
        self.brakes = Brakes(lambda: self.clock())
        self.log: list[tuple[str, str, str]] = []
        self._denied: dict[tuple[str, str, str], datetime.datetime] = {}

    def last_code(self, user: str) -> str:
        """Return the last second-factor code that reached this user; raises LookupError when none did."""
        return self.codes.last(user)

    def exhaust_seats(self) -> None:
        """Let no seat be free."""
        self.seats = self.seats_used

    def expire_tokens(self, user: str | None = None) -> None:
        """Let the tokens of a user, or of all, be past their time."""
        self.devices.expire(user)

    def revoke_tokens(self, user: str | None = None) -> None:
        """Do what an administrator does who revokes devices."""
        self.devices.revoke(user)

    @property
    def seats_used(self) -> int:
        """How many users hold a seat: those with a token that works."""
        return len({device.user for device in self.devices.live()})

    def noted(self) -> list[tuple[str, str, str]]:
        """Return the security log: event, user (empty for nobody that there is) and detail, oldest first."""
        return list(self.log)

    def note_denied(self, user: str, detail: str) -> None:
        """Note what a user may not see or do; the same again a quarter of an hour later."""
        entry, now = ("denied", user, detail), self.clock()
        last = self._denied.get(entry)
        if last is None or now - last >= SAME_DENIAL:
            self._denied[entry] = now
            self.log.append(entry)

    # -- rules

    @property
    def has_licence(self) -> bool:
        """Whether a licence is active today."""
        return self.licence == "active" and self.until >= self.clock().date()

    def licence_state(self) -> str:
        """Return the state as a stranger sees it."""
        if self.licence == "missing":
            return "missing"
        if not self.has_licence:
            return "expired"
        return "seats_exhausted" if self.seats_used >= self.seats else "active"

    def check_licence(self) -> None:
        """Raise `ComponentRefusal` unless a licence is active."""
        if self.licence == "missing":
            raise ComponentRefusal("licence_missing", "No licence is activated for this CRM.")
        if not self.has_licence:
            raise ComponentRefusal("licence_expired", "The licence has expired.", until=self.until.isoformat())

    def check_pane(self, pane: str) -> None:
        """Raise `ComponentRefusal` where the pane tells a version that does not fit."""
        misfit = version_misfit(pane, self.pane_minimum, self.pane_maximum) if pane else None
        if misfit:
            message = f"The pane's version {pane} does not fit."
            raise ComponentRefusal(misfit, message, pane=pane, minimum=self.pane_minimum, maximum=self.pane_maximum)

    def check_seat(self, user: str) -> None:
        """Raise `ComponentRefusal` where the user holds no seat and none is free."""
        users = {device.user for device in self.devices.live()}
        if user not in users and len(users) >= self.seats:
            raise ComponentRefusal("no_seat", "No seat of the licence is free.", seats=self.seats)

    def count_failure(self, address: str, name: str = "") -> None:
        """Count a failed sign-in of an address, and of a user name."""
        self.brakes.count(address, name)
