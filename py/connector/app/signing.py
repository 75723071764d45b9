"""Runs the sign-in: asks as the user wants it, and says by events what came of it. Renews, lists and ends sign-ins."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

from connector import __version__ as pane_version
from connector.app import events as e
from connector.app.state import Settings, State
from connector.errors import (
    ComponentMissing,
    ConnectorError,
    PasswordWrong,
    Problem,
    SignInNeeded,
    SignInRefused,
)
from connector.ports import Kept, Ports
from connector.signin import kept
from connector.signin.run import Accepted, CodeRefused, Entered, Outcome, Owner, SignIn
from connector.vtenext import url
from connector.vtenext.component import operations as component
from connector.vtenext.component.operations import CodeAsked, PageRequired
from connector.vtenext.component.status import Status
from connector.vtenext.session import Session

GOODBYE_SECONDS = 5.0


class Signing:
    """Gets a session, and hands it to ``adopt`` before the pane shows it."""

    def __init__(
        self, ports: Ports, dispatch: Callable[[e.Event], None], adopt: Callable[[Session, Status | None], None]
    ) -> None:
        self._ports = ports
        self._dispatch = dispatch
        self._adopt = adopt
        self._ways = SignIn(ports)

    async def ask(
        self, event: e.SignInAsked | e.CodeSent | e.CodeAgainAsked | e.PageAsked, state: State, owner: Owner
    ) -> None:
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
                self._dispatch(e.CodeRequired(channel, lifetime))
            case CodeRefused(problem):
                self._dispatch(e.CodeRefused(problem))
            case Accepted(session, status):
                await self._enter(session, status, settings, wanted=form.keep)

    def _way(self, event: e.Event, entered: Entered) -> Awaitable[Outcome]:
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
        return await self._ways.on_page(entered, lambda: self._dispatch(e.PageOpened()))

    def _failed(self, error: ConnectorError) -> None:
        counted, locks = type(error) in (SignInRefused, PasswordWrong), type(error) is SignInRefused
        self._dispatch(e.SignInFailed(Problem(error.code, error.details), counted, locks))

    async def _enter(self, session: Session, status: Status | None, settings: Settings, *, wanted: bool) -> None:
        problem = await kept.keep(self._ports.store, session, wanted=wanted, keys=settings.keep_access_key)
        if problem is not None:
            self._dispatch(e.Noticed(problem, "warning" if problem.code == "session-kept-failed" else "info"))
        self._adopt(session, status)
        self._dispatch(e.SignedIn(session.crm_url, session.user, session.name, stock=session.stock))

    def drop_code(self) -> None:
        """Forget the password that waits for its code."""
        self._ways.drop_code()

    # A sign-in that is there ----------------------------------------------------------------------

    async def kept(self, settings: Settings) -> Session | None:
        """Return the sign-in that was kept on this device, if it may still be used."""

        def allowed(one: Kept) -> bool:
            known = settings.free_url or one.crm_url in settings.crm_urls
            keys = settings.keep_access_key and not settings.licence_required
            return settings.stay_signed_in and known and (bool(one.token) or keys)

        return await kept.load(self._ports.store, allowed)

    async def look_after(self, session: Session) -> None:
        """Check a kept token, and renew it when that is worth it.

        Raises `ComponentError` when pane and CRM don't fit any more; a token that has ended shows by itself.
        """
        if session.stock:
            return
        found = await component.status(self._ports.transport, session.crm_url, session.token)
        if found is None:
            raise ComponentMissing(host=url.host(session.crm_url))
        component.check(found, pane_version, session.crm_url)
        self._adopt(session, found)
        if found.signed_in and found.name:
            self._dispatch(e.UserNamed(found.name))
        if found.renewal_due:
            renewed = await component.renew(self._ports.transport, session, pane_version)
            await kept.replace(self._ports.store, renewed)
            self._adopt(renewed, found)

    async def list_devices(self, session: Session, ending: str = "") -> None:
        """List where the user is signed in; before that, end the sign-in on one device."""
        try:
            if ending:
                await component.end_device(self._ports.transport, session, ending)
            self._dispatch(e.DevicesCame(await component.devices(self._ports.transport, session)))
        except SignInNeeded:
            raise
        except ConnectorError as error:
            self._dispatch(e.DevicesFailed(Problem(error.code, error.details)))

    async def forget(self) -> None:
        """Forget everything on this device: the sign-in, who it was and where, and that it was to be kept."""
        self.drop_code()
        await kept.forget(self._ports.store)

    async def revoke(self, session: Session | None) -> None:
        """Revoke the token, as far as the CRM can be reached."""
        if session is not None and session.token:
            try:
                async with asyncio.timeout(GOODBYE_SECONDS):
                    await component.sign_out(self._ports.transport, session)
            except (ConnectorError, TimeoutError):
                return
