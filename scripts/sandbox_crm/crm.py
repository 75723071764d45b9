"""The sandbox CRM itself: its data, its rules, and what a test may look at and change from outside.

crm = SandboxCrm()
with Server(create_app(crm)) as server:
    …                       # a client talks to f"{server.url}/crm"
assert crm.messages()[0]["subject"] == "Offer 42"
"""

from __future__ import annotations

import datetime
import threading
from collections import deque
from collections.abc import Callable
from typing import Any
from zoneinfo import ZoneInfo

from .bodies import Body
from .component.component import Component
from .component.host import ComponentHost
from .errors import PhpFatal, RouteNotFound
from .faults import Faults
from .quirks import Quirks
from .rest.operations import OPERATIONS, Call, Operation
from .rest.served import RequestRecord
from .store import seed as seeding
from .store.access import Access, credentials, new_access_key
from .store.accounts import Account
from .store.filing import Filing
from .store.handwork import Handwork
from .store.records import Records
from .store.store import FIRST_RECORD, RECORDS, Store
from .store.storing import Storing
from .store.users import SEED_USERS

REMEMBERED_REQUESTS = 10_000


class SandboxCrm(Handwork, ComponentHost):
    """One CRM. Several may live in one process; every method may be called from any thread.

    ``path_prefix`` is where it lives below the server's root, ``database`` a SQLite file or ``:memory:``,
    ``seed`` whether it starts with sample records (users there always are), ``clock`` returns the current
    time as an aware datetime, ``time_zone`` is the server's own, ``id_offset`` is added to all module ids.
    ``component`` is the Mail Connector component; without one the CRM is stock. ``era`` counts the resets.
    """

    def __init__(
        self,
        *,
        path_prefix: str = "/crm",
        quirks: Quirks | None = None,
        database: str = ":memory:",
        seed: bool = True,
        clock: Callable[[], datetime.datetime] | None = None,
        time_zone: str = "Europe/Rome",
        id_offset: int = 0,
        component: Component | None = None,
    ) -> None:
        self.path_prefix = path_prefix.rstrip("/")
        self.quirks = self._quirks = quirks or Quirks()
        self.id_offset = id_offset
        self.time_zone = ZoneInfo(time_zone)
        self.clock = clock or (lambda: datetime.datetime.now(datetime.UTC))
        self.lock = threading.RLock()
        self.faults = Faults()
        self.broken: set[str] = set()
        """Modules whose records the CRM fails to read: PHP breaks off there, whatever asks."""
        self.mandatory: set[tuple[str, str]] = set()
        """Fields (module, name) that an administrator has made mandatory on the CRM's own pages."""
        self.numbering: dict[str, str] = {}
        """Beginnings of record numbers that an administrator has changed, by module; records keep what they have."""
        self.operations: dict[str, Operation] = dict(OPERATIONS)
        self.store = Store(database)
        self.access = Access(self.store, lambda: self.quirks)
        self.records = Records(self)
        self.filing = Filing(self, lambda module, values, creator: self.storing.add(module, values, creator))
        self.storing = Storing(self, self.filing)
        self._seed = seed
        self.era = 0
        self._requests: deque[RequestRecord] = deque(maxlen=REMEMBERED_REQUESTS)
        self._keys = {user.name: new_access_key() for user in SEED_USERS}
        if not self.store.accounts():
            self._fill()
        if component is not None:
            self.install_component(component)

    def _fill(self) -> None:
        with self.store.transaction():
            for user in SEED_USERS:
                self.store.add_account(Account(user.number, user.name, user.password, self._keys[user.name], True))
            if self._seed:
                seeding.fill(self.store, self.now())

    # -- handling calls

    def look_into(self, module: str) -> None:
        """Do what comes before reading a module's records; raises `PhpFatal` where that breaks off."""
        if module in self.broken:
            raise PhpFatal("Allowed memory size of 134217728 bytes exhausted", "include/ListView/ListView.php")

    def now(self) -> str:
        """Return the server's local time as the CRM writes it."""
        return self.clock().astimezone(self.time_zone).strftime("%Y-%m-%d %H:%M:%S")

    def next_number(self) -> int:
        """Return the next record number."""
        return self.store.next(RECORDS, FIRST_RECORD)

    def handle(self, operation: str, body: Body, address: str, authorization: str | None, era: int) -> Any:
        """Run one operation and return its data; raises `Refusal`.

        ``era`` is the one in which the call came: what was on its way when the CRM was reset does nothing.
        """
        known = self.operations.get(operation)
        if known is None:
            raise RouteNotFound(operation)
        with self.lock:
            if era != self.era:
                raise RouteNotFound(operation)
            user = self.access.authenticate(*credentials(authorization), address) if known.signed_in else None
            call = Call(self, user, body.parameters, body.files, address, authorization)
            if not known.writes:
                return known.handler(call)
            with self.store.transaction():
                return known.handler(call)

    def note(self, request: RequestRecord) -> None:
        """Remember a handled request."""
        self._requests.append(request)

    @property
    def requests(self) -> list[RequestRecord]:
        """The last requests, oldest first (at most 10,000)."""
        return list(self._requests)

    def clear_requests(self) -> None:
        """Forget the requests so far."""
        self._requests.clear()

    def reset(self) -> None:
        """Go back to the state at the start; users keep the access keys of this sandbox's start."""
        with self.lock:
            self.era += 1
            self.faults.clear()
            self.broken.clear()
            self.mandatory.clear()
            self.numbering.clear()
            self.access.own_fields.clear()
            self.access.zones.clear()
            self.quirks = self._quirks
            self.access.restore_rights()
            self._requests.clear()
            self.store.clear()
            self._fill()
            if self.component is not None:
                self.component.reset()

    def close(self) -> None:
        """Let everything end and close the database."""
        self.faults.clear()
        with self.lock:
            self.store.close()
