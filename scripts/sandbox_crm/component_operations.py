"""The component's operations, as ``crm/README.md`` defines them: each with its handler."""

from __future__ import annotations

from typing import Any

from .component_answers import ComponentRefusal, answer
from .component_forms import mailconnectorcreate, mailconnectorforms
from .component_linking import (
    mailconnectorfile,
    mailconnectorfill,
    mailconnectorlink,
    mailconnectormail,
    mailconnectorrelate,
    mailconnectortakeback,
)
from .component_looking import mailconnectorfind, mailconnectorrecord, mailconnectorsearch
from .component_signing import (
    component_of,
    licence_told,
    mailconnectordevices,
    mailconnectorlogin,
    mailconnectorlogout,
    mailconnectorrenew,
    mailconnectorrevoke,
    mailconnectortoken,
    own_address,
    signed_in,
    stamp,
    user_told,
)
from .operations import Call, Operation


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
    more = {"signed_in": True, "licence": licence_told(component), "user": user_told(crm, account), "token": times}
    return answer(result | more)


OPERATIONS = {
    operation.__name__: Operation(operation, signed_in=False)
    for operation in (
        mailconnectorstatus,
        mailconnectorlogin,
        mailconnectortoken,
        mailconnectormail,
        mailconnectorrelate,
        mailconnectorfill,
        mailconnectortakeback,
        mailconnectorfind,
        mailconnectorsearch,
        mailconnectorrecord,
        mailconnectorforms,
        mailconnectorrenew,
        mailconnectorlogout,
        mailconnectordevices,
        mailconnectorrevoke,
    )
} | {
    mailconnectorcreate.__name__: Operation(mailconnectorcreate, signed_in=False),
    mailconnectorlink.__name__: Operation(mailconnectorlink, signed_in=False, module="Messages"),
    mailconnectorfile.__name__: Operation(mailconnectorfile, signed_in=False, module="Documents"),
}
"""The component's operations; all check the token themselves, so to the REST layer they are before sign-in."""
