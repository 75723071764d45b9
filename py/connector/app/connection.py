"""The connection to the CRM that somebody is signed in to.

crm = Connection(ports, work, links, lately)
crm.use(session, status)            # somebody has signed in
if crm.door is not None: ...        # ask it
crm.leave()                         # nobody is signed in any more
"""

from __future__ import annotations

from connector.app.lately import Lately
from connector.app.links import Links
from connector.app.work import Work
from connector.linking.storage import Storage
from connector.linking.zone import ServerZone
from connector.ports import Ports
from connector.vtenext.client import CrmClient
from connector.vtenext.component.status import Status
from connector.vtenext.crm import Crm
from connector.vtenext.doors import connected, storing
from connector.vtenext.session import Session


class Connection:
    """What a sign-in opens: ``door`` answers questions, ``storage`` stores mails. Both are None while nobody is in.

    ``zone`` is the time zone of the CRM's server, where the CRM has said it.
    """

    def __init__(self, ports: Ports, work: Work, links: Links, lately: Lately) -> None:
        self._ports, self._work, self._links, self._lately = ports, work, links, lately
        self.session: Session | None = None
        self.door: Crm | None = None
        self.storage: Storage | None = None
        self.zone: ServerZone | None = None
        self._user: tuple[str, str] | None = None

    def use(self, session: Session, status: Status | None) -> None:
        """Work with this session from now on; ``status`` is what the component has said of itself, if anything."""
        if self.session != session:
            client = CrmClient(self._ports.transport, session)
            self.session, self.door, self.storage = session, connected(client), storing(client)
        user = (session.crm_url, session.user)
        if user != self._user:
            self._work.forget()
        self._user = user
        self._lately.use(*user)
        self.zone = self._zone_of(status)
        if self.storage is not None:
            self._links.use(self.storage, user, self.zone)

    def leave(self) -> None:
        """Forget the session and stop all work; unfinished links wait for the same user."""
        self.session = self.door = self.storage = None
        self._links.leave()
        self._work.stop_all()

    def _zone_of(self, status: Status | None) -> ServerZone | None:
        """The server's zone, unless this browser does not know a zone of that name."""
        clock, name = self._ports.clock, status.zone if status else ""
        return ServerZone(name, known=True) if name and clock.offset(name, clock.now()) is not None else None
