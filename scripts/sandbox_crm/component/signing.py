"""The component's operations that give, renew and take tokens (``crm/README.md``)."""

from __future__ import annotations

import contextlib
import contextvars
import datetime
import hmac
import re
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import urlsplit

from ..rest.operations import Call
from ..store.access import User
from ..store.accounts import Account
from ..store.host import Host
from ..store.seed import user_row
from .answers import ComponentRefusal, answer
from .brakes import FORWARDED, caller
from .codes import LIFETIME, SentCode
from .component import Component
from .devices import Device, Grant, challenge_of, hashed

ORIGIN: contextvars.ContextVar[str] = contextvars.ContextVar("origin", default="")
"""The Origin header of the request that is being handled."""
LONGEST: Mapping[str, int] = {
    "username": 255, "password": 1024, "code": 128, "code_verifier": 128, "redirect_uri": 1024, "pane": 40,
    "references": 65536, "recent": 512, "domains": 4096, "stay": 1, "device": 1024,
    "targets": 2048, "message": 25, "message_id": 255, "message_ids": 16384,
    "names": 262144, "name": 2000, "place": 4, "url": 4000, "date": 40, "what": 2048, "people": 65536,
    "subject": 1000, "first": 1, "digests": 1, "others": 1, "text": 200,
    "module": 64, "page": 2, "id": 25, "record": 25, "address": 255,
}  # fmt: skip
"""Characters that a parameter may have."""
ADDRESS: contextvars.ContextVar[str] = contextvars.ContextVar("address", default="")
"""The CRM's address as the request that is being handled has it, without a slash at the end."""
_VERIFIER = re.compile(r"[A-Za-z0-9._~-]{43,128}")
_LANGUAGES = {"agent": "it_it"}


def component_of(call: Call) -> Component:
    """Return the component that the call is for."""
    component = getattr(call.crm, "component", None)
    if not isinstance(component, Component):
        raise RuntimeError("The component's operations are registered without a component.")
    return component


def own_address(component: Component) -> str:
    """Return the CRM's own address: as set, else as the request has it."""
    return component.url or ADDRESS.get()


def text(call: Call, name: str) -> str:
    """Return a parameter that is a text, empty when it is missing; raises ``request_invalid``."""
    value = call.parameters.get(name)
    if value is None:
        return ""
    if not isinstance(value, str) or len(value) > LONGEST[name]:
        raise ComponentRefusal("request_invalid", f"The parameter {name} is not acceptable.", parameter=name)
    return value


def texts(call: Call, name: str) -> list[str]:
    """Return a parameter that is a list of texts, empty when it is missing; raises ``request_invalid``."""
    given = call.encoded(name) if text(call, name) else []
    if not isinstance(given, list) or not all(isinstance(item, str) for item in given):
        raise ComponentRefusal("request_invalid", f"The parameter {name} is no list of texts.", parameter=name)
    return given


def stamp(crm: Host, time: datetime.datetime) -> str:
    """Return a time as the contract writes it."""
    return time.astimezone(crm.time_zone).isoformat(timespec="seconds")


# -- who calls


def bearer(call: Call) -> str:
    """Return the token of the Authorization header; empty when there is none."""
    scheme, _, token = (call.authorization or "").partition(" ")
    return token.strip() if scheme.lower() == "bearer" else ""


def signed_in(call: Call) -> tuple[Device, Account]:
    """Return the device and the account of the caller's token; raises ``sign_in_again``."""
    token = bearer(call)
    device = component_of(call).devices.find(token) if token else None
    account = call.crm.access.account(device.user) if device else None
    reason = _reason(device, account, call.crm.clock()) if device else "unknown" if token else "missing"
    if device is not None and device.is_spent and not reason:
        # Two have the token, and one of them should not.
        component_of(call).devices.revoke_one(device.number)
        component_of(call).log.append(("token_again", device.user, device.name))
        reason = "revoked"
    if device is None or account is None or reason:
        raise ComponentRefusal("sign_in_again", f"The token is not accepted: {reason}.", reason=reason)
    component_of(call).devices.note_use(device)
    return device, account


def licensed(call: Call) -> User:
    """Return the caller's user, while there is a licence; raises `ComponentRefusal`."""
    _, account = signed_in(call)
    component_of(call).check_licence()
    return call.crm.access.user(account)


def _reason(device: Device, account: Account | None, now: datetime.datetime) -> str:
    if device.revoked:
        return "revoked"
    if account is None or not account.active:
        return "inactive"
    if device.password_mark != hashed(account.password):
        return "password_changed"
    if device.key_mark != hashed(account.access_key):
        return "access_key_renewed"
    return "expired" if device.expires <= now else ""


def user_told(crm: Host, account: Account) -> dict[str, str]:
    """Return what the contract tells of a user."""
    fields = user_row(account).fields
    return {
        "id": crm.records.id("Users", account.number),
        "name": account.name,
        "full_name": f"{fields['first_name']} {fields['last_name']}".strip(),
        "language": _LANGUAGES.get(account.name, "en_us"),
        "time_zone": str(crm.time_zone),
    }


def licence_told(component: Component) -> dict[str, Any]:
    """Return what the contract tells of the licence to whoever is signed in."""
    state = component.licence_state()
    return {
        "state": "active" if state == "seats_exhausted" else state,
        "installation": component.installation,
        "until": component.until.isoformat(),
        "seats": component.seats,
        "seats_used": component.seats_used,
    }


def _opened(call: Call, device: Device, token: str, account: Account) -> dict[str, Any]:
    component_of(call).log.append(("signed_in", account.name, device.name))
    return _session(call, device, token, account)


def _session(call: Call, device: Device, token: str, account: Account) -> dict[str, Any]:
    return answer(
        {
            "token": token,
            "expires": stamp(call.crm, device.expires),
            "renew_after": stamp(call.crm, device.renew_after),
            "device": str(device.number),
            "user": user_told(call.crm, account),
            "licence": licence_told(component_of(call)),
        }
    )


# -- operations


_ATTEMPTS = frozenset(
    {
        "wrong_credentials",
        "inactive",
        "page_required",
        "code_wrong",
        "too_many_attempts",
        "no_seat",
        "grant_invalid",
    }
)
"""Refusals that the security log has; the others tell of no attempt."""


@contextlib.contextmanager
def _watched(call: Call, user: str) -> Iterator[None]:
    """Write down in the security log what is refused."""
    try:
        yield
    except ComponentRefusal as refusal:
        entry = ("refused", user, refusal.code)
        log = component_of(call).log
        if refusal.code in _ATTEMPTS and entry not in log[-1:]:
            log.append(entry)
        raise


def mailconnectorlogin(call: Call) -> dict[str, Any]:
    """Take user name and password, and a second-factor code where one is needed."""
    name = text(call, "username")
    with _watched(call, name if any(one.name == name for one in call.crm.store.accounts()) else ""):
        return _with_password(call)


def _with_password(call: Call) -> dict[str, Any]:
    component = component_of(call)
    name, password, code = text(call, "username"), text(call, "password"), text(call, "code")
    stay, device_name = text(call, "stay") == "1", text(call, "device")
    component.check_pane(text(call, "pane"))
    component.check_licence()
    if not component.password:
        raise ComponentRefusal("page_required", "This CRM signs in on its sign-in page only.")
    account = _checked(call, name, password)
    if account.name in component.page_only:
        raise ComponentRefusal("page_required", "This user signs in on the sign-in page only.")
    if account.name in component.second_factor:
        _check_code(call, account.name, code)
    component.check_seat(account.name)
    device, token = component.devices.add(account, device_name, *_lifetime(component, stay), address=_caller(call))
    return _opened(call, device, token, account)


def _lifetime(component: Component, stay: bool) -> tuple[datetime.timedelta, datetime.timedelta]:
    lifetime = datetime.timedelta(days=component.stay_days) if stay else datetime.timedelta(hours=component.hours)
    return lifetime, datetime.timedelta(days=component.device_days)


def _caller(call: Call) -> str:
    return caller(component_of(call).proxies, call.address, FORWARDED.get())


def _checked(call: Call, name: str, password: str) -> Account:
    """Return the account of a right password; raises with the code that fits."""
    component, address = component_of(call), _caller(call)
    account = next((one for one in call.crm.store.accounts() if one.name == name), None)
    is_known = account is not None and component.devices.was_signed_in(account.name, address)
    component.brakes.check(address, name, is_known=is_known)
    kept = account.password if account else ""
    is_right = hmac.compare_digest(kept.encode(), password.encode("utf-8", "surrogatepass"))
    if account is None or not is_right:
        component.count_failure(address, name)
        raise ComponentRefusal("wrong_credentials", "User name or password are wrong.")
    if not account.active:
        raise ComponentRefusal("inactive", "The user is deactivated.")
    if name in component.page_refuses:
        raise ComponentRefusal("page_required", "The CRM's own page asks for another password.")
    component.brakes.forget(name)
    return account


def _check_code(call: Call, user: str, code: str) -> None:
    component = component_of(call)
    channel = component.second_factor[user]
    if not code:
        sent = component.codes.send(user, channel, datetime.timedelta(seconds=component.resend_seconds))
        raise ComponentRefusal("code_required", "A code was sent.", **_code_told(call.crm, sent))
    outcome, awaited, remaining = component.codes.take(user, code)
    if awaited is not None:
        component.count_failure(_caller(call))
        details = _code_told(call.crm, awaited) | {"remaining": remaining}
        raise ComponentRefusal("code_wrong", "The code is wrong.", **details)
    if outcome == "expired":
        raise ComponentRefusal("code_expired", "The code is no longer valid.", channel=channel)


def _code_told(crm: Host, sent: SentCode) -> dict[str, Any]:
    return {"channel": sent.channel, "lifetime": round(LIFETIME.total_seconds()), "expires": stamp(crm, sent.expires)}


def mailconnectortoken(call: Call) -> dict[str, Any]:
    """Exchange an authorization code for a token."""
    component = component_of(call)
    code, verifier, redirect = text(call, "code"), text(call, "code_verifier"), text(call, "redirect_uri")
    grant = component.devices.spend(code)
    with _watched(call, grant.user if grant else ""):
        return _with_grant(call, grant, code, verifier, redirect)


def _with_grant(call: Call, grant: Grant | None, code: str, verifier: str, redirect: str) -> dict[str, Any]:
    component = component_of(call)
    account = call.crm.access.account(grant.user) if grant else None
    if (
        grant is None
        or account is None
        or not account.active
        or not _VERIFIER.fullmatch(verifier)
        or not hmac.compare_digest(challenge_of(verifier), grant.challenge)
        or grant.redirect != redirect
        or redirect not in component.redirects
        or ORIGIN.get() not in {"", _origin(redirect)}
    ):
        raise ComponentRefusal("grant_invalid", "The code is not accepted.")
    component.check_pane(text(call, "pane"))
    component.check_licence()
    component.check_seat(account.name)
    lifetime = _lifetime(component, grant.stay)
    device, token = component.devices.add(account, grant.device, *lifetime, code=hashed(code), address=_caller(call))
    return _opened(call, device, token, account)


def _origin(address: str) -> str:
    parts = urlsplit(address)
    return f"{parts.scheme}://{parts.netloc}"


def mailconnectorrenew(call: Call) -> dict[str, Any]:
    """Give the device a new token."""
    component = component_of(call)
    device, account = signed_in(call)
    component.check_pane(text(call, "pane"))
    component.check_licence()
    changed, token = component.devices.renew(device.number, bearer(call))
    return _session(call, changed, token, account)


def mailconnectordevices(call: Call) -> dict[str, Any]:
    """Tell the devices on which the user is signed in, the last used first."""
    this_one, account = signed_in(call)
    own = _live_of(call, account)
    own.sort(key=lambda device: (device.used, device.number), reverse=True)
    told = [
        {
            "id": str(device.number),
            "name": device.name,
            "since": stamp(call.crm, device.opened),
            "last_used": stamp(call.crm, device.used),
            "expires": stamp(call.crm, device.expires),
            "this": device.number == this_one.number,
        }
        for device in own
    ]
    return answer({"devices": told})


def mailconnectorrevoke(call: Call) -> dict[str, Any]:
    """End one of the user's own devices."""
    _, account = signed_in(call)
    given = text(call, "device")
    if not re.fullmatch(r"[1-9]\d{0,8}", given, re.ASCII):
        raise ComponentRefusal("request_invalid", "The parameter device is missing.", parameter="device")
    names = {device.number: device.name for device in _live_of(call, account)}
    if int(given) not in names:
        return answer({"revoked": False})
    component_of(call).devices.revoke_one(int(given))
    component_of(call).log.append(("revoked", account.name, names[int(given)]))
    return answer({"revoked": True})


def _live_of(call: Call, account: Account) -> list[Device]:
    return [device for device in component_of(call).devices.live() if device.user == account.name]


def mailconnectorlogout(call: Call) -> dict[str, Any]:
    """Revoke the token's device."""
    devices = component_of(call).devices
    device = devices.find(bearer(call)) if bearer(call) else None
    if device is None or device.revoked or device.expires <= call.crm.clock():
        return answer({"revoked": False})
    devices.revoke_one(device.number)
    component_of(call).log.append(("signed_out", device.user, device.name))
    return answer({"revoked": True})
