"""A sign-in that is kept on the device: taken up at the start, then checked, and renewed when that is worth it."""

from __future__ import annotations

from connector import __version__ as pane_version
from connector.app import events as e
from connector.app.connection import Connection
from connector.app.parts import Pane
from connector.app.state import Settings
from connector.app.work import Work
from connector.errors import AnswerError, ComponentError, ComponentMissing, Problem, ReachError, SignInNeeded
from connector.ports import Kept, Ports
from connector.signin import kept
from connector.vtenext import url
from connector.vtenext.component import operations as component
from connector.vtenext.session import Session


class Keeping:
    """Goes on with a kept sign-in."""

    def __init__(self, ports: Ports, pane: Pane, work: Work, crm: Connection) -> None:
        self._ports, self._pane, self._work, self._crm = ports, pane, work, crm

    async def kept(self, settings: Settings) -> Session | None:
        """Return the sign-in that was kept, if it may still be used."""

        def allowed(one: Kept) -> bool:
            known = settings.free_url or one.crm_url in settings.crm_urls
            keys = settings.keep_access_key and not settings.licence_required
            may_stay = settings.stay_signed_in or self._ports.store.sitting()
            return may_stay and known and (bool(one.token) or keys)

        return await kept.load(self._ports.store, allowed)

    def take_up(self, session: Session) -> None:
        """Work with the kept sign-in at once; it is checked meanwhile."""
        self._crm.use(session, None)
        self._pane.dispatch(e.SignedIn(session.crm_url, session.user, stock=session.stock))
        if not session.stock:
            self._work.begin_at_leisure("session", self._check(session))

    async def _check(self, session: Session) -> None:
        """End the sign-in when pane and CRM don't fit any more; a token that has ended shows by itself."""
        try:
            await self._renew(session)
        except SignInNeeded:
            raise
        except (ReachError, AnswerError):
            # Whatever is asked next says so.
            return
        except ComponentError as error:
            self._crm.leave()
            self._pane.dispatch(e.SignedOut(Problem(error.code, error.details)))

    async def _renew(self, session: Session) -> None:
        """Check a kept token, and renew it when that is due."""
        transport = self._ports.transport
        found = await component.status(transport, session.crm_url, session.token)
        if found is None:
            raise ComponentMissing(host=url.host(session.crm_url))
        component.check(found, pane_version, session.crm_url)
        self._crm.use(session, found)
        if found.signed_in and found.name:
            self._pane.dispatch(e.UserNamed(found.name))
        if found.renewal_due:
            renewed = await component.renew(transport, session, pane_version)
            await kept.replace(self._ports.store, renewed)
            self._crm.use(renewed, found)
