"""Operations of the Mail Connector component on the CRM (contract version 1, ``crm/README.md``).

A handled call answers ``{"contract": 1, "ok": …}`` inside the stock envelope; what is no such answer is
the CRM's own failure and goes through `connector.vtenext.wire`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from connector.errors import (
    AnswerUnreadable,
    CodeExpired,
    CodeWrong,
    ComponentMissing,
    ConnectorError,
    CrmFault,
    FieldRefused,
    FormIncomplete,
    GrantRefused,
    LicenceExpired,
    LicenceMissing,
    NoEmptyField,
    NoSeat,
    OperationMissing,
    PaneTooNew,
    PaneTooOld,
    PasswordWrong,
    PermissionDenied,
    RecordRefused,
    RelationMissing,
    RequestTooLarge,
    SignInNeeded,
    TooManyAttempts,
    UserInactive,
)
from connector.ports import Progress, Request, Transport
from connector.vtenext import wire
from connector.vtenext.component.devices import Device, devices_from
from connector.vtenext.component.status import Fit, Status, status_from
from connector.vtenext.exchange import exchange
from connector.vtenext.session import Session
from connector.vtenext.url import host


@dataclass(frozen=True)
class CodeAsked:
    """The CRM has sent a second factor's code. ``lifetime`` is in seconds; each code has an ``expires`` of its own."""

    channel: str
    lifetime: str
    expires: str


@dataclass(frozen=True)
class PageRequired:
    """The user, or everybody on this CRM, signs in on the CRM's own page only."""


_REFUSALS: Mapping[str, type[ConnectorError]] = {
    "wrong_credentials": PasswordWrong,
    "inactive": UserInactive,
    "code_wrong": CodeWrong,
    "code_expired": CodeExpired,
    "too_many_attempts": TooManyAttempts,
    "grant_invalid": GrantRefused,
    "no_seat": NoSeat,
    "licence_missing": LicenceMissing,
    "licence_expired": LicenceExpired,
    "pane_too_old": PaneTooOld,
    "pane_too_new": PaneTooNew,
    "sign_in_again": SignInNeeded,
    "record_refused": RecordRefused,
    "relation_missing": RelationMissing,
    "form_incomplete": FormIncomplete,
    "no_empty_field": NoEmptyField,
    "permission_denied": PermissionDenied,
    "request_empty": RequestTooLarge,
}


_EVERYWHERE = frozenset(
    "mailconnector" + name
    for name in (
        *("login", "token", "renew", "logout", "find", "search", "record"),
        *("mail", "link", "file", "relate", "fill", "takeback"),
    )
)
"""Operations that every version of the component has."""


def result_of(data: Any, crm_url: str) -> Any:
    """The result in a component's answer; raises the error that its code means."""
    if not isinstance(data, dict) or not isinstance(data.get("ok"), bool) or type(data.get("contract")) is not int:
        raise AnswerUnreadable(reason="component")
    if data["ok"]:
        return data.get("result")
    code, message, details = data.get("code"), data.get("message"), _details(data)
    known = _REFUSALS.get(code) if isinstance(code, str) else None
    if details.get("reason"):
        # A word of the contract, not a text for people.
        details["why"] = details.pop("reason")
    if code == "record_refused":
        kept = {name: details[name] for name in ("gone", "field") if details.get(name)}
        details = {"record": details.get("id", "")} | kept
    if code == "request_invalid" and (details.get("field") or details.get("parameter") == "record"):
        raise FieldRefused(field=details.get("field") or "record", host=host(crm_url))
    if known is not None:
        raise known(**details, host=host(crm_url))
    raise CrmFault(reason=str(message)[:300] if isinstance(message, str) else str(code)[:60])


def _details(data: Mapping[str, Any]) -> dict[str, str]:
    """Return the details of a refusal, as short texts."""
    details = data.get("details")
    return {key: str(value)[:200] for key, value in details.items()} if isinstance(details, dict) else {}


async def ask(
    transport: Transport,
    crm_url: str,
    operation: str,
    parameters: Mapping[str, str],
    token: str = "",
    *,
    known: bool = False,
) -> tuple[int, Any]:
    """Call an operation of the component; returns the contract's version and the result.

    ``known``: this address is known to be a CRM's. Raises `ComponentMissing` where the CRM has no such component, and
    `OperationMissing` for an operation that an older one may not have.
    """
    request = wire.request(crm_url, operation, parameters, credentials=None, bearer=token or None)
    return await answered(transport, crm_url, operation, request, known=known or bool(token))


async def answered(
    transport: Transport,
    crm_url: str,
    operation: str,
    request: Request,
    progress: Progress | None = None,
    *,
    known: bool = False,
) -> tuple[int, Any]:
    """Send what calls an operation of the component; returns and raises as `ask` does."""
    data = await _data(transport, crm_url, operation, request, progress, known=known)
    return int(data.get("contract", 0)) if isinstance(data, dict) else 0, result_of(data, crm_url)


async def _data(
    transport: Transport,
    crm_url: str,
    operation: str,
    request: Request,
    progress: Progress | None = None,
    *,
    known: bool = False,
) -> Any:
    """Return the component's answer, a refusal too."""
    try:
        return await exchange(transport, crm_url, request, operation, progress=progress, known=known)
    except OperationMissing:
        if operation in _EVERYWHERE:
            raise ComponentMissing(host=host(crm_url)) from None
        raise


async def status(transport: Transport, crm_url: str, token: str = "", *, known: bool = False) -> Status | None:
    """Return what the component says of itself; None on a CRM without it. ``known`` as of `ask`."""
    try:
        contract, result = await ask(transport, crm_url, "mailconnectorstatus", {}, token, known=known)
    except OperationMissing:
        return None
    if not isinstance(result, dict):
        raise AnswerUnreadable(reason="mailconnectorstatus")
    return status_from(contract, result)


def check(found: Status, pane: str, crm_url: str) -> None:
    """Raise the `ComponentError` that keeps this pane from working with the component, if any.

    ``seats_exhausted`` is none: users with a seat go on, others hear of it when they sign in.
    """
    where = host(crm_url)
    versions = {"pane": pane, "component": found.component, "host": where}
    fit = found.fit(pane)
    if fit is Fit.PANE_TOO_OLD:
        raise PaneTooOld(**versions, wanted=found.minimum)
    if fit is Fit.PANE_TOO_NEW:
        raise PaneTooNew(**versions, wanted=found.maximum)
    if found.licence == "missing":
        raise LicenceMissing(host=where)
    if found.licence == "expired":
        raise LicenceExpired(host=where, until=found.until)


def session_from(crm_url: str, result: Any) -> Session:
    """The session that ``mailconnectorlogin``, ``…token`` and ``…renew`` answer with."""
    user = result.get("user") if isinstance(result, dict) else None
    token = result.get("token") if isinstance(result, dict) else None
    if not isinstance(user, dict) or not isinstance(token, str) or not token or not isinstance(user.get("name"), str):
        raise AnswerUnreadable(reason="mailconnectorlogin")
    return Session(crm_url, user["name"], token=token, name=str(user.get("full_name") or ""))


async def sign_in(
    transport: Transport, crm_url: str, user: str, password: str, *, code: str, stay: bool, device: str, pane: str
) -> Session | CodeAsked | PageRequired:
    """Sign in with a password, and the second factor's code where one was asked for; or say what the CRM asks for.

    Raises `SignInRefused` and `ComponentError` in their kinds.
    """
    parameters = {"username": user, "password": password, "device": device, "stay": "1" if stay else "", "pane": pane}
    if code:
        parameters["code"] = code
    request = wire.request(crm_url, "mailconnectorlogin", parameters, credentials=None)
    data = await _data(transport, crm_url, "mailconnectorlogin", request)
    return asked_for(data) or session_from(crm_url, result_of(data, crm_url))


def asked_for(data: Any) -> CodeAsked | PageRequired | None:
    """Return what the CRM asks for before it lets anybody in; None where it asks for nothing."""
    if not isinstance(data, dict) or data.get("ok") is not False or type(data.get("contract")) is not int:
        return None
    if data.get("code") == "page_required":
        return PageRequired()
    if data.get("code") != "code_required":
        return None
    details = _details(data)
    return CodeAsked(details.get("channel", ""), details.get("lifetime", "60"), details.get("expires", ""))


async def renew(transport: Transport, session: Session, pane: str) -> Session:
    """A new token for the same device; the old one works for another minute."""
    _, result = await ask(transport, session.crm_url, "mailconnectorrenew", {"pane": pane}, session.token)
    return session_from(session.crm_url, result)


async def devices(transport: Transport, session: Session) -> tuple[Device, ...]:
    """Where the user is signed in, the last used first. Raises `OperationMissing` with an older component."""
    _, result = await ask(transport, session.crm_url, "mailconnectordevices", {}, session.token)
    try:
        return devices_from(result)
    except ValueError as error:
        raise AnswerUnreadable(reason="mailconnectordevices") from error


async def end_device(transport: Transport, session: Session, device: str) -> None:
    """End one of the user's own sign-ins; one that has ended already is no error."""
    await ask(transport, session.crm_url, "mailconnectorrevoke", {"device": device}, session.token)


async def sign_out(transport: Transport, session: Session) -> None:
    """Revoke the token."""
    await ask(transport, session.crm_url, "mailconnectorlogout", {}, session.token)
