"""Asks the CRM for a session: by password, by a second factor's code, on the CRM's own page.

    outcome = await SignIn(ports).by_password(entered, password)

With the Mail Connector component on the CRM the pane gets a token of its own; without it, and where the
configuration allows that, the user's access key.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace

from connector import __version__ as pane_version
from connector.errors import (
    CodeExpired,
    CodeWrong,
    ComponentMissing,
    ConnectorError,
    OtherAddress,
    OtherSession,
    PageNotOffered,
    Problem,
)
from connector.machine import ImpossibleMove
from connector.ports import Ports
from connector.signin import page, password
from connector.signin.kept import LAST_URL
from connector.vtenext import url
from connector.vtenext.component import operations as component
from connector.vtenext.component.operations import CodeAsked, PageRequired
from connector.vtenext.component.status import Status
from connector.vtenext.session import Session

Owner = tuple[str, str] | None
"""CRM and user of links that are not finished; nobody else may sign in before they are."""


@dataclass(frozen=True)
class Entered:
    """What the user has entered, and the rules for it. ``address`` is the CRM's, as it was typed.

    ``stay``: the sign-in is to be kept on the device. ``component_required``: it needs the component and a licence.
    """

    address: str
    user: str
    stay: bool
    component_required: bool
    owner: Owner = None


@dataclass(frozen=True)
class Accepted:
    """The CRM has accepted the sign-in. ``status`` is what its component said of itself; None without one."""

    session: Session
    status: Status | None


@dataclass(frozen=True)
class CodeRefused:
    """The code was not accepted, and may be entered once more."""

    problem: Problem


Outcome = Accepted | CodeAsked | CodeRefused | PageRequired


@dataclass(frozen=True)
class _Waiting:
    """A right password that waits for its code, since the contract repeats the password with the code."""

    crm_url: str
    user: str
    password: str = field(repr=False)
    status: Status | None
    asked: CodeAsked


class SignIn:
    """The ways to a session. Each raises `ConnectorError` where it leads to none."""

    def __init__(self, ports: Ports) -> None:
        self._ports = ports
        self._waiting: _Waiting | None = None

    async def by_password(self, entered: Entered, secret: str) -> Outcome:
        """Sign in with user name and password. The password is kept while a code for it is awaited, and no longer."""
        crm_url, status = await self._prepared(entered, entered.user)
        if status is None:
            session = await password.sign_in(self._ports.transport, crm_url, entered.user, secret)
            return Accepted(session, None)
        if "password" not in status.methods:
            return PageRequired()
        answer = await self._ask(entered, crm_url, entered.user, secret, "")
        if isinstance(answer, CodeAsked):
            self._waiting = _Waiting(crm_url, entered.user, secret, status, answer)
        return Accepted(answer, status) if isinstance(answer, Session) else answer

    async def by_code(self, entered: Entered, code: str) -> Outcome:
        """Go on with the second factor's code; empty to have another one sent."""
        waiting = self._waiting
        if waiting is None:
            raise ImpossibleMove("A code, and no password that waits for it")
        try:
            answer = await self._ask(entered, waiting.crm_url, waiting.user, waiting.password, code)
        except (CodeWrong, CodeExpired) as error:
            return CodeRefused(Problem(error.code, error.details))
        except ConnectorError:
            self.drop_code()
            raise
        if isinstance(answer, CodeAsked):
            if answer.expires and answer.expires == waiting.asked.expires:
                return CodeRefused(Problem("code-stays"))
            self._waiting = replace(waiting, asked=answer)
            return answer
        self.drop_code()
        return Accepted(answer, waiting.status) if isinstance(answer, Session) else answer

    def drop_code(self) -> None:
        """Forget the password that waits for its code."""
        self._waiting = None

    async def on_page(self, entered: Entered, opened: Callable[[], None]) -> Accepted:
        """Sign in on the CRM's own page, by whatever it asks for. ``opened`` is called when it is about to open."""
        ports, owner = self._ports, entered.owner
        crm_url, status = await self._prepared(replace(entered, owner=None), "")
        if owner is not None and owner[0] != crm_url:
            raise OtherSession(user=owner[1])
        if status is None or "page" not in status.methods:
            raise PageNotOffered(host=url.host(crm_url))
        if status.address and not url.same(status.address, crm_url):
            # Its page's answers would name that one.
            raise OtherAddress(host=url.host(crm_url), address=status.address)
        visit = page.begin(crm_url, ports.dialog.return_address())
        opened()
        address = visit.address(device=ports.surroundings.device(), stay=entered.stay, pane=pane_version)
        grant = visit.grant(await ports.dialog.visit(address))
        session = await page.exchange(ports.transport, visit, grant, pane_version)
        if not _may_follow(owner, session.crm_url, session.user):
            await component.sign_out(ports.transport, session)
            raise OtherSession(user=owner[1] if owner else "")
        return Accepted(session, status)

    async def _ask(
        self, entered: Entered, crm_url: str, user: str, secret: str, code: str
    ) -> Session | CodeAsked | PageRequired:
        return await component.sign_in(
            self._ports.transport,
            crm_url,
            user,
            secret,
            code=code,
            stay=entered.stay,
            device=self._ports.surroundings.device(),
            pane=pane_version,
        )

    async def _prepared(self, entered: Entered, user: str) -> tuple[str, Status | None]:
        """Return the CRM's address and what its component says; raises what keeps the pane from working with it."""
        crm_url = url.normalise(entered.address)
        if user and not _may_follow(entered.owner, crm_url, user):
            raise OtherSession(user=entered.owner[1] if entered.owner else "")
        # Where somebody has signed in before, the path is right.
        known = crm_url == self._ports.store.preference(LAST_URL)
        status = await component.status(self._ports.transport, crm_url, known=known)
        if status is not None:
            component.check(status, pane_version, crm_url)
        elif entered.component_required:
            raise ComponentMissing(host=url.host(crm_url))
        return crm_url, status


def _may_follow(owner: Owner, crm_url: str, user: str) -> bool:
    """Return whether this user may go on with the links that are not finished. Names are exact, as vtenext has them."""
    return owner is None or owner == (crm_url, user)
