"""What all operations of the component do with a call: its parameters, its token, and who calls."""

from __future__ import annotations

import contextvars
import datetime
from collections.abc import Mapping

from ..rest.operations import Call
from ..store.access import User
from ..store.accounts import Account
from ..store.host import Host
from ..store.seed import user_row
from .answers import ComponentRefusal
from .component import Component
from .devices import Device, hashed

ORIGIN: contextvars.ContextVar[str] = contextvars.ContextVar("origin", default="")
"""The Origin header of the request that is being handled."""
LONGEST: Mapping[str, int] = {
    "username": 255, "password": 1024, "code": 128, "code_verifier": 128, "redirect_uri": 1024, "pane": 40,
    "references": 65536, "recent": 512, "domains": 4096, "stay": 1, "device": 1024,
    "targets": 2048, "message": 25, "message_id": 255, "message_ids": 16384,
    "names": 262144, "name": 2000, "place": 4, "url": 4000, "date": 40, "what": 2048, "people": 65536,
    "subject": 1000, "first": 1, "digests": 1, "others": 1, "text": 200,
    "module": 64, "page": 2, "id": 25, "record": 25, "address": 255, "target": 25, "note": 500,
}  # fmt: skip
"""Characters that a parameter may have."""
ADDRESS: contextvars.ContextVar[str] = contextvars.ContextVar("address", default="")
"""The CRM's address as the request that is being handled has it, without a slash at the end."""
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


def user_answer(crm: Host, account: Account) -> dict[str, str]:
    """Return what the contract tells of a user."""
    fields = user_row(account).fields
    return {
        "id": crm.records.id("Users", account.number),
        "name": account.name,
        "full_name": f"{fields['first_name']} {fields['last_name']}".strip(),
        "language": _LANGUAGES.get(account.name, "en_us"),
        "time_zone": str(crm.access.zones.get(account.name, crm.time_zone)),
    }
