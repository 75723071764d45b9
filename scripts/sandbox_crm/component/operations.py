"""The component's operations, as ``crm/README.md`` defines them: each with its handler."""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from ..rest.operations import Call, Operation
from .addresses import mailconnectoraddaddress, mailconnectorrecord
from .answers import ComponentRefusal, answer
from .calls import component_of, own_address, signed_in, stamp, user_answer
from .comments import mailconnectorcomment
from .forms import mailconnectorcreate, mailconnectorforms
from .linking import (
    mailconnectorfile,
    mailconnectorfill,
    mailconnectorlink,
    mailconnectormail,
    mailconnectorrelate,
    mailconnectortakeback,
)
from .looking import mailconnectorfind, mailconnectorsearch
from .signing import (
    licence_answer,
    mailconnectordevices,
    mailconnectorlogin,
    mailconnectorlogout,
    mailconnectorrenew,
    mailconnectorrevoke,
    mailconnectortoken,
)

_DENIALS = frozenset({"record_refused", "permission_denied"})
"""Refusals that the security log has of signed-in users."""


def mailconnectorstatus(call: Call) -> dict[str, Any]:
    """Tell what is installed, and with a token who is signed in."""
    crm, component, quirks = call.crm, component_of(call), call.crm.quirks
    methods = ["password"] if component.password else []
    methods += ["code"] if component.password and component.second_factor else []
    methods += ["page"] if component.redirects else []
    file_limit = min(limit for limit in (quirks.upload_max_filesize, quirks.server_file_limit) if limit)
    result: dict[str, Any] = {
        "component": component.version,
        "crm": {"version": component.crm_version, "build": component.crm_build, "url": own_address(component)},
        "pane": {"minimum": component.pane_minimum, "maximum": component.pane_maximum},
        "licence": {"state": component.licence_state()},
        "sign_in": methods,
        "server_time": stamp(crm, crm.clock()),
        "time_zone": str(crm.time_zone),
        "limits": {"file": file_limit, "request": quirks.post_max_size, "files": quirks.max_file_uploads},
        "signed_in": False,
    }
    try:
        device, account = signed_in(call)
    except ComponentRefusal:
        return answer(result)
    times = {"expires": stamp(crm, device.expires), "renew_after": stamp(crm, device.renew_after)}
    more = {"signed_in": True, "licence": licence_answer(component), "user": user_answer(crm, account), "token": times}
    return answer(result | more)


def _watched(operation: Callable[[Call], dict[str, Any]]) -> Callable[[Call], dict[str, Any]]:
    """Note in the security log what a user may not see or do. Records that are gone are left out."""

    def note(call: Call, refusals: Iterable[tuple[str, Mapping[str, Any]]]) -> None:
        denials = {code for code, details in refusals if code in _DENIALS and "gone" not in details}
        for code in sorted(denials):
            component_of(call).note_denied(signed_in(call)[1].name, f"{operation.__name__}: {code}")

    @functools.wraps(operation)
    def watched(call: Call) -> dict[str, Any]:
        try:
            told = operation(call)
        except ComponentRefusal as refusal:
            note(call, [(refusal.code, refusal.details)])
            raise
        refused = [*told["result"].get("refused", ()), *told["result"].get("stays", ())]
        note(call, ((one["code"], one.get("details", {})) for one in refused))
        return told

    return watched


OPERATIONS = {
    operation.__name__: Operation(_watched(operation), signed_in=False)
    for operation in (
        mailconnectorstatus,
        mailconnectorlogin,
        mailconnectortoken,
        mailconnectormail,
        mailconnectorrelate,
        mailconnectorfill,
        mailconnectortakeback,
        mailconnectorcomment,
        mailconnectorfind,
        mailconnectorsearch,
        mailconnectorrecord,
        mailconnectorforms,
        mailconnectoraddaddress,
        mailconnectorrenew,
        mailconnectorlogout,
        mailconnectordevices,
        mailconnectorrevoke,
    )
} | {
    mailconnectorcreate.__name__: Operation(_watched(mailconnectorcreate), signed_in=False),
    mailconnectorlink.__name__: Operation(_watched(mailconnectorlink), signed_in=False, module="Messages"),
    mailconnectorfile.__name__: Operation(_watched(mailconnectorfile), signed_in=False, module="Documents"),
}
"""The component's operations; all check the token themselves, so to the REST layer they are before sign-in."""
