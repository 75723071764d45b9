"""Signing in and out: by password, with a second factor's code, on the CRM's own page; and what must hold before.

With the Mail Connector component on the CRM the pane gets a token of its own; without it, and where the
configuration allows that, the user's access key.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field, replace

from connector import __version__ as pane_version
from connector.app import events as e
from connector.app.state import Settings, SignInForm
from connector.errors import (
    CodeExpired,
    CodeWrong,
    ComponentMissing,
    ConnectorError,
    OtherAddress,
    OtherSession,
    PageNotOffered,
    PasswordWrong,
    Problem,
    SignInNeeded,
    SignInRefused,
)
from connector.ports import Kept, Ports
from connector.signin import page as signinpage
from connector.signin import password as signin
from connector.vtenext import url
from connector.vtenext.component import operations as component
from connector.vtenext.component.operations import CodeAsked, PageRequired
from connector.vtenext.component.status import Status
from connector.vtenext.session import Session

LAST_URL, LAST_USER, KEEP = "crm-url", "user", "keep"
GOODBYE_SECONDS = 5.0

Owner = tuple[str, str] | None
"""CRM and user of links that are not finished; nobody else may sign in before they are."""


@dataclass(frozen=True)
class _Waiting:
    """A sign-in whose password was right and whose code is awaited."""

    crm_url: str
    user: str
    password: str = field(repr=False)
    found: Status | None
    expires: str


class Signing:
    """Gets a session, and hands it to ``adopt`` before the pane is told."""

    def __init__(
        self, ports: Ports, dispatch: Callable[[e.Event], None], adopt: Callable[[Session, Status | None], None]
    ) -> None:
        self._ports = ports
        self._dispatch = dispatch
        self._adopt = adopt
        self._waiting: _Waiting | None = None

    async def kept(self, settings: Settings) -> Session | None:
        """The sign-in that was kept on this device, if it may still be used."""
        if self._ports.store.preference(KEEP) != "yes":
            # Nobody asked to stay signed in: the first screen need not wait for the device's database.
            return None
        kept = await self._ports.store.load()
        if kept is None:
            return None
        known = settings.free_url or kept.crm_url in settings.crm_urls
        allowed = bool(kept.token) or (settings.keep_access_key and not settings.licence_required)
        if not settings.stay_signed_in or not known or not allowed:
            await self._ports.store.wipe()
            return None
        return Session(kept.crm_url, kept.user, access_key=kept.access_key, token=kept.token)

    async def look_after(self, session: Session) -> Session | None:
        """Check a kept token, and renew it when that is worth it; None when nothing has changed.

        Raises `ComponentError` when pane and CRM don't fit any more; a token that has ended shows by itself.
        """
        if session.stock:
            return None
        found = await component.status(self._ports.transport, session.crm_url, session.token)
        if found is None:
            raise ComponentMissing(host=url.host(session.crm_url))
        component.check(found, pane_version, session.crm_url)
        self._adopt(session, found)
        if found.signed_in and found.name:
            self._dispatch(e.UserNamed(found.name))
        if not found.renewal_due:
            return None
        renewed = await component.renew(self._ports.transport, session, pane_version)
        await self._ports.store.keep(Kept(renewed.crm_url, renewed.user, token=renewed.token))
        self._adopt(renewed, found)
        return renewed

    async def with_password(self, settings: Settings, form: SignInForm, password: str, owner: Owner) -> None:
        """Sign in with user name and password."""
        user = form.user.strip()
        try:
            crm_url, found = await self._prepared(settings, form, owner, user)
            if found is None:
                session = await signin.sign_in(self._ports.transport, crm_url, user, password)
            elif "password" not in found.methods:
                raise PageRequired(host=url.host(crm_url))
            else:
                session = await self._password(form, crm_url, user, password, "")
        except CodeAsked as asked:
            self._waiting = _Waiting(crm_url, user, password, found, asked.details.get("expires", ""))
            self._code_asked(asked)
        except PageRequired:
            await self.on_page(settings, form, owner)
        except ConnectorError as error:
            self._failed(error)
        else:
            await self._done(session, found, settings, form)

    async def _password(self, form: SignInForm, crm_url: str, user: str, password: str, code: str) -> Session:
        return await component.sign_in(
            self._ports.transport,
            crm_url,
            user,
            password,
            code=code,
            stay=form.keep,
            device=self._ports.surroundings.device(),
            pane=pane_version,
        )

    async def with_code(self, settings: Settings, form: SignInForm, code: str) -> None:
        """Go on with the second factor's code; empty to have another one sent."""
        if self._waiting is None:
            self._dispatch(e.CodeDropped())
            return
        waiting = self._waiting
        try:
            session = await self._password(form, waiting.crm_url, waiting.user, waiting.password, code.strip())
        except CodeAsked as asked:
            expires = asked.details.get("expires", "")
            if expires and expires == waiting.expires:
                self._dispatch(e.SignInFailed(Problem("code-stays"), counted=False))
                return
            self._waiting = replace(waiting, expires=expires)
            self._code_asked(asked)
        except (CodeWrong, CodeExpired) as error:
            self._dispatch(e.SignInFailed(Problem(error.code, error.details), counted=False))
        except ConnectorError as error:
            self.drop_code()
            self._dispatch(e.CodeDropped())
            self._failed(error)
        else:
            self.drop_code()
            await self._done(session, waiting.found, settings, form)

    def _code_asked(self, asked: CodeAsked) -> None:
        self._dispatch(e.CodeRequired(asked.details.get("channel", ""), asked.details.get("lifetime", "60")))

    def drop_code(self) -> None:
        """Forget the password that waited for its code."""
        self._waiting = None

    async def on_page(self, settings: Settings, form: SignInForm, owner: Owner) -> None:
        """Sign in on the CRM's own page, by whatever it asks for."""
        try:
            crm_url, found = await self._prepared(settings, form, None, "")
            if owner is not None and owner[0] != crm_url:
                raise OtherSession(user=owner[1])
            if found is None or "page" not in found.methods:
                raise PageNotOffered(host=url.host(crm_url))
            if found.address and not url.same(found.address, crm_url):
                # Its page's answers would name that one.
                raise OtherAddress(host=url.host(crm_url), address=found.address)
            visit = signinpage.begin(crm_url, self._ports.dialog.return_address())
            self._dispatch(e.PageOpened())
            page = visit.address(device=self._ports.surroundings.device(), stay=form.keep, pane=pane_version)
            code = visit.grant(await self._ports.dialog.visit(page))
            session = await signinpage.exchange(self._ports.transport, visit, code, pane_version)
            if not _may_follow(owner, session.crm_url, session.user):
                await component.sign_out(self._ports.transport, session)
                raise OtherSession(user=owner[1] if owner else "")
        except ConnectorError as error:
            self._failed(error)
        else:
            await self._done(session, found, settings, form)

    async def _prepared(
        self, settings: Settings, form: SignInForm, owner: Owner, user: str
    ) -> tuple[str, Status | None]:
        """The CRM's address and what its component says; raises what keeps the pane from working with it."""
        crm_url = url.normalise(form.url)
        if owner is not None and user and not _may_follow(owner, crm_url, user):
            raise OtherSession(user=owner[1])
        # Where somebody has signed in before, the path is right.
        known = crm_url == self._ports.store.preference(LAST_URL)
        found = await component.status(self._ports.transport, crm_url, known=known)
        if found is None:
            if settings.licence_required:
                raise ComponentMissing(host=url.host(crm_url))
            return crm_url, None
        component.check(found, pane_version, crm_url)
        return crm_url, found

    def _failed(self, error: ConnectorError) -> None:
        counted, locks = type(error) in (SignInRefused, PasswordWrong), type(error) is SignInRefused
        self._dispatch(e.SignInFailed(Problem(error.code, error.details), counted, locks))

    async def _done(self, session: Session, found: Status | None, settings: Settings, form: SignInForm) -> None:
        store = self._ports.store
        keep = form.keep and (bool(session.token) or settings.keep_access_key)
        store.prefer(LAST_URL, session.crm_url)
        store.prefer(LAST_USER, session.user)
        store.prefer(KEEP, "yes" if keep else "")
        kept = Kept(session.crm_url, session.user, access_key=session.access_key, token=session.token)
        if not keep:
            await store.wipe()
        elif not await store.keep(kept):
            self._dispatch(e.Noticed(Problem("session-kept-failed"), "warning"))
        if form.keep and not keep:
            self._dispatch(e.Noticed(Problem("access-key-not-kept"), "info"))
        self._adopt(session, found)
        self._dispatch(e.SignedIn(session.crm_url, session.user, session.name, stock=session.stock))

    async def tell_devices(self, session: Session, ending: str = "") -> None:
        """Tell where the user is signed in; before that, end the sign-in on one device."""
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
        for name in (LAST_URL, LAST_USER, KEEP):
            self._ports.store.prefer(name, "")
        await self._ports.store.wipe()

    async def revoke(self, session: Session | None) -> None:
        """Revoke the token, as far as the CRM can be reached."""
        if session is not None and session.token:
            try:
                async with asyncio.timeout(GOODBYE_SECONDS):
                    await component.sign_out(self._ports.transport, session)
            except (ConnectorError, TimeoutError):
                return


def _may_follow(owner: Owner, crm_url: str, user: str) -> bool:
    """Whether this user may go on with the links that are not finished. Names are exact, as vtenext has them."""
    return owner is None or owner == (crm_url, user)
