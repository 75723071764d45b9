"""The component's operations, as ``crm/README.md`` defines them: status, stock operations by token, and finding."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from . import component_finding
from .access import User
from .component_answers import ComponentRefusal, answer
from .component_signing import (
    component_of,
    licence_told,
    mailconnectorlogin,
    mailconnectorlogout,
    mailconnectorrenew,
    mailconnectortoken,
    signed_in,
    stamp,
    text,
    user_told,
)
from .errors import READ_DENIED, WebServiceError
from .operations import Call, Operation

if TYPE_CHECKING:
    from .crm import SandboxCrm

CALLABLE = (
    "create", "delete", "describe", "getlabels", "getlangs", "getmenulist", "listtypes", "olclientsearch", "oldoquery",
    "query", "relate", "retrieve", "revise",
)  # fmt: skip
"""The stock operations that a token may run."""


def mailconnectorstatus(call: Call) -> dict[str, Any]:
    """Tell what is installed, and with a token who is signed in."""
    crm, component, quirks = call.crm, component_of(call), call.crm.quirks
    methods = ["password"] if component.password else []
    methods += ["code"] if component.password and component.second_factor else []
    methods += ["page"] if component.redirects else []
    file_limit = min(limit for limit in (quirks.upload_max_filesize, quirks.server_file_limit) if limit)
    result: dict[str, Any] = {
        "component": component.version,
        "crm": {"version": component.crm_version, "build": component.crm_build},
        "pane": {"minimum": component.pane_minimum, "maximum": component.pane_maximum},
        "licence": {"state": component.licence_state()},
        "sign_in": methods,
        "server_time": stamp(crm, crm.clock()),
        "time_zone": str(crm.time_zone),
        "limits": {"file": file_limit, "request": quirks.post_max_size, "files": quirks.max_file_uploads},
        "operations": list(CALLABLE),
        "signed_in": False,
    }
    try:
        device, account = signed_in(call)
    except ComponentRefusal:
        return answer(result)
    times = {"expires": stamp(crm, device.expires), "renew_after": stamp(crm, device.renew_after)}
    more = {"signed_in": True, "licence": licence_told(component), "user": user_told(crm, account), "token": times}
    return answer(result | more)


def mailconnectorcall(call: Call) -> dict[str, Any]:
    """Run a stock operation as the token's user."""
    _, account = signed_in(call)
    component_of(call).check_licence()
    name = text(call, "operation")
    if not name:
        raise ComponentRefusal("request_invalid", "The parameter operation is missing.", parameter="operation")
    if name not in CALLABLE:
        raise ComponentRefusal("operation_not_allowed", f"The operation {name} is not allowed.", operation=name)
    crm, user = call.crm, call.crm.access.user(account)
    inner = Call(crm, user, call.parameters, call.files, call.address)
    if name == "relate":
        targets = inner.encoded("relatelist")
        _check_visible(crm, user, targets if isinstance(targets, list) else [])
    if name == "create" and inner.element().get("parent_id"):
        _check_visible(crm, user, [inner.element()["parent_id"]])
    operation = crm.operations[name]
    if not operation.writes:
        return answer(operation.handler(inner))
    with crm.store.transaction():
        return answer(operation.handler(inner))


def _check_visible(crm: SandboxCrm, user: User, ids: list[Any]) -> None:
    """Raise where the user may not see a record; what is no record is left to the stock operation."""
    for id_ in ids:
        row = crm.store.row(crm.records.split(id_)[1])
        if row is not None and not (crm.access.may(user, row.module) and crm.access.may_read(user, row)):
            raise WebServiceError(READ_DENIED)


def mailconnectorfind(call: Call) -> dict[str, Any]:
    """Tell the records of mail addresses, and where mails are linked."""
    _, account = signed_in(call)
    component_of(call).check_licence()
    lists = []
    for name in ("addresses", "references"):
        given = call.encoded(name) if text(call, name) else []
        if not isinstance(given, list) or not all(isinstance(item, str) for item in given):
            raise ComponentRefusal("request_invalid", f"The parameter {name} is no list of texts.", parameter=name)
        lists.append(given)
    return answer(component_finding.find(call.crm, call.crm.access.user(account), *lists))


OPERATIONS = {
    operation.__name__: Operation(operation, signed_in=False)
    for operation in (
        mailconnectorstatus,
        mailconnectorlogin,
        mailconnectortoken,
        mailconnectorcall,
        mailconnectorfind,
        mailconnectorrenew,
        mailconnectorlogout,
    )
}
"""The component's operations; all check the token themselves, so to the REST layer they are before sign-in."""
