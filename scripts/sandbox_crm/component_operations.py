"""The component's operations, as ``crm/README.md`` defines them: status, stock operations by token, and finding."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Sequence
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
from .errors import READ_DENIED, RouteNotFound, WebServiceError
from .operations import Call, Operation

if TYPE_CHECKING:
    from .crm import SandboxCrm

CALLABLE = (
    "create", "delete", "describe", "getlabels", "getlangs", "getmenulist", "listtypes", "olclientsearch", "oldoquery",
    "query", "relate", "retrieve", "revise",
)  # fmt: skip
"""The stock operations that a token may run."""
MOST_RELATED = 50
_RECORD_ID = re.compile(r"[0-9]{1,9}x[0-9]{1,15}")


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
    return answer(_run(name, Call(call.crm, call.crm.access.user(account), call.parameters, call.files, call.address)))


def _run(name: str, inner: Call) -> Any:
    """Run a stock operation; nothing goes to a record that the caller may not see."""
    crm, user = inner.crm, inner.caller
    if name == "relate":
        targets = inner.encoded("relatelist")
        _check_visible(crm, user, targets if isinstance(targets, list) else [])
    if name == "create" and inner.element().get("parent_id"):
        _check_visible(crm, user, [inner.element()["parent_id"]])
    operation = crm.operations[name]
    if not operation.writes:
        return operation.handler(inner)
    with crm.store.transaction():
        return operation.handler(inner)


def _check_visible(crm: SandboxCrm, user: User, ids: list[Any]) -> None:
    """Raise where the user may not see a record; what is no record is left to the stock operation."""
    for id_ in ids:
        row = crm.store.row(crm.records.split(id_)[1])
        if row is not None and not (crm.access.may(user, row.module) and crm.access.may_read(user, row)):
            raise WebServiceError(READ_DENIED)


def mailconnectorrelate(call: Call) -> dict[str, Any]:
    """Relate several records to others, one source after the other while there is time."""
    component = component_of(call)
    if not component.relates_several:
        raise RouteNotFound("mailconnectorrelate")
    _, account = signed_in(call)
    component.check_licence()
    sources, targets = _ids(call, "sources"), _ids(call, "targets")
    end = time.monotonic() + component.relate_seconds
    user, done = call.crm.access.user(account), 0
    related: list[list[str]] = []
    refused: list[dict[str, str]] = []
    for source in sources:
        for target, reason in _related(call.crm, user, source, targets).items():
            if reason:
                refused.append({"source": source, "target": target, "reason": reason})
            else:
                related.append([source, target])
        done += 1
        if time.monotonic() >= end:
            break
    return answer({"related": related, "refused": refused, "complete": done == len(sources)})


def _related(crm: SandboxCrm, user: User, source: str, targets: Sequence[str]) -> dict[str, str]:
    """Relate to all targets, or to each alone where that is refused; the reasons by target, empty where related."""
    given = {"id": source, "relatelist": json.dumps(targets), "relationid": ""}
    try:
        _run("relate", Call(crm, user, given, (), ""))
    except WebServiceError as refusal:
        if len(targets) == 1:
            return {targets[0]: refusal.message}
        return {target: _related(crm, user, source, [target])[target] for target in targets}
    return dict.fromkeys(targets, "")


def _ids(call: Call, name: str) -> list[str]:
    """Return a parameter that is a list of record ids, each once; raises ``request_invalid``."""
    ids = _texts(call, name)
    if not 1 <= len(ids) <= MOST_RELATED or not all(map(_RECORD_ID.fullmatch, ids)):
        raise ComponentRefusal("request_invalid", f"The parameter {name} is no list of record ids.", parameter=name)
    return list(dict.fromkeys(ids))


def _texts(call: Call, name: str) -> list[str]:
    """Return a parameter that is a list of texts, empty when it is missing; raises ``request_invalid``."""
    given = call.encoded(name) if text(call, name) else []
    if not isinstance(given, list) or not all(isinstance(item, str) for item in given):
        raise ComponentRefusal("request_invalid", f"The parameter {name} is no list of texts.", parameter=name)
    return given


def mailconnectorfind(call: Call) -> dict[str, Any]:
    """Tell the records of mail addresses, and where mails are linked."""
    _, account = signed_in(call)
    component_of(call).check_licence()
    addresses, references = _texts(call, "addresses"), _texts(call, "references")
    return answer(component_finding.find(call.crm, call.crm.access.user(account), addresses, references))


OPERATIONS = {
    operation.__name__: Operation(operation, signed_in=False)
    for operation in (
        mailconnectorstatus,
        mailconnectorlogin,
        mailconnectortoken,
        mailconnectorcall,
        mailconnectorrelate,
        mailconnectorfind,
        mailconnectorrenew,
        mailconnectorlogout,
    )
}
"""The component's operations; all check the token themselves, so to the REST layer they are before sign-in."""
