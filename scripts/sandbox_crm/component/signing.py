"""The component's operations that give, renew and take tokens (``crm/README.md``)."""

from __future__ import annotations

import contextlib
import datetime
import hmac
import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

from ..rest.operations import Call
from ..store.accounts import Account
from ..store.host import Host
from .answers import ComponentRefusal, answer
from .brakes import FORWARDED, caller
from .calls import ORIGIN, bearer, component_of, signed_in, stamp, text, user_answer
from .codes import LIFETIME, SentCode
from .component import Component
from .devices import Device, Grant, challenge_of, hashed

_VERIFIER = re.compile(r"[A-Za-z0-9._~-]{43,128}")


def licence_answer(component: Component) -> dict[str, Any]:
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
            "user": user_answer(call.crm, account),
            "licence": licence_answer(component_of(call)),
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
        raise ComponentRefusal("code_required", "A code was sent.", **_code_answer(call.crm, sent))
    outcome, awaited, remaining = component.codes.take(user, code)
    if awaited is not None:
        component.count_failure(_caller(call))
        details = _code_answer(call.crm, awaited) | {"remaining": remaining}
        raise ComponentRefusal("code_wrong", "The code is wrong.", **details)
    if outcome == "expired":
        raise ComponentRefusal("code_expired", "The code is no longer valid.", channel=channel)


def _code_answer(crm: Host, sent: SentCode) -> dict[str, Any]:
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
