"""Runs the sign-in: asks as the user wants it, and says by events what came of it. Ends it when the user signs out."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable

from connector.app import events as e
from connector.app.connection import Connection
from connector.app.lately import Lately
from connector.app.links import Links
from connector.app.parts import Pane
from connector.app.place import Place
from connector.app.state import Settings, State
from connector.app.work import Work
from connector.errors import ConnectorError, PasswordWrong, Problem, SignInNeeded, SignInRefused
from connector.ports import Ports
from connector.signin import kept
from connector.signin.run import Accepted, CodeRefused, Entered, Outcome, Owner, SignIn
from connector.vtenext.component import operations as component
from connector.vtenext.component.operations import CodeAsked, PageRequired
from connector.vtenext.component.status import Status
from connector.vtenext.session import Session

GOODBYE_SECONDS = 5.0

Request = e.SignInAsked | e.CodeSent | e.CodeAgainAsked | e.PageAsked


class Signing:
    """Signs in and out. The connection has a session before the pane shows it."""

    def __init__(
        self, ports: Ports, pane: Pane, work: Work, crm: Connection, links: Links, mailbox: tuple[Lately, Place]
    ) -> None:
        self._ports, self._pane, self._work, self._crm = ports, pane, work, crm
        self._links, (self._lately, self._place) = links, mailbox
        self._ways = SignIn(ports)

    def cause(self, event: e.Event) -> None:
        """Begin or drop a sign-in, or end the present one."""
        match event:
            case e.SignInAsked() | e.CodeSent() | e.CodeAgainAsked() | e.PageAsked():
                self._work.begin("sign-in", self._ask(event, self._pane.state, self._links.owner))
            case e.CodeDropped() | e.PageDropped():
                self._ways.drop_code()
                self._work.stop("sign-in")
            case e.SignOutAsked():
                self._work.begin("sign-out", self._sign_out())
            case e.SessionLost(why):
                self._lose(why)
            case e.SignedIn():
                self._work.go_on()
            case _:
                pass

    # In -------------------------------------------------------------------------------------------

    async def _ask(self, event: Request, state: State, owner: Owner) -> None:
        """Ask the CRM for a session, in the way that the event says."""
        settings, form = state.settings, state.form
        entered = Entered(form.url, form.user.strip(), form.keep, settings.licence_required, owner)
        try:
            outcome = await self._way(event, entered)
            if isinstance(outcome, PageRequired):
                outcome = await self._on_page(entered)
        except ConnectorError as error:
            self._failed(error)
            return
        match outcome:
            case CodeAsked(channel, lifetime):
                self._pane.dispatch(e.CodeRequired(channel, lifetime))
            case CodeRefused(problem):
                self._pane.dispatch(e.CodeRefused(problem))
            case Accepted(session, status):
                await self._enter(session, status, settings, wanted=form.keep)

    def _way(self, event: Request, entered: Entered) -> Awaitable[Outcome]:
        match event:
            case e.SignInAsked(password):
                return self._ways.by_password(entered, password)
            case e.CodeSent(code):
                return self._ways.by_code(entered, code.strip())
            case e.CodeAgainAsked():
                return self._ways.by_code(entered, "")
            case _:
                return self._on_page(entered)

    async def _on_page(self, entered: Entered) -> Accepted:
        return await self._ways.on_page(entered, lambda: self._pane.dispatch(e.PageOpened()))

    def _failed(self, error: ConnectorError) -> None:
        counted, locks = type(error) in (SignInRefused, PasswordWrong), type(error) is SignInRefused
        self._pane.dispatch(e.SignInFailed(Problem(error.code, error.details), counted, locks))

    async def _enter(self, session: Session, status: Status | None, settings: Settings, *, wanted: bool) -> None:
        problem = await kept.keep(self._ports.store, session, wanted=wanted, keys=settings.keep_access_key)
        if problem is not None:
            self._pane.dispatch(e.Noticed(problem, "warning" if problem.code == "session-kept-failed" else "info"))
        self._crm.use(session, status)
        self._pane.dispatch(e.SignedIn(session.crm_url, session.user, session.name, stock=session.stock))
        self._place.keep(session.crm_url, session.user)

    # Out ------------------------------------------------------------------------------------------

    async def _sign_out(self) -> None:
        """Forget everything, in the mailbox, too: the sign-in, who it was and where, and that it was to be kept."""
        await self._links.stop_all(self._pane.state)
        session = self._crm.session
        self._crm.leave()
        self._work.forget()
        self._ways.drop_code()
        await kept.forget(self._ports.store)
        forgetting = asyncio.gather(self._lately.forget(), self._place.forget())
        self._pane.dispatch(e.SignedOut())
        await self._revoke(session)
        if not all(await forgetting):
            self._pane.dispatch(e.Noticed(Problem("lately-kept"), "warning"))

    async def _revoke(self, session: Session | None) -> None:
        """Revoke the token, as far as the CRM can be reached."""
        if session is not None and session.token:
            try:
                async with asyncio.timeout(GOODBYE_SECONDS):
                    await component.sign_out(self._ports.transport, session)
            except (ConnectorError, TimeoutError):
                return

    def _lose(self, why: str) -> None:
        """The CRM refuses the sign-in: forget it everywhere, and ask for a new one; unfinished links wait.

        Several pieces of work may find that out; the first one is enough.
        """
        session = self._crm.session
        if session is not None:
            self._crm.leave()
            self._work.begin("wipe", self._ports.store.wipe())
            # Only a stock vtenext signs in with an access key.
            unsaid = Problem("key-refused" if session.stock else SignInNeeded.code)
            self._pane.dispatch(e.SignedOut(Problem("session-ended", {"why": why}) if why else unsaid))
