"""One call to the CRM: the request sent, the answer read.

Where vtenext's database is away, every operation is one that is not there (400 ``RouteNotFoundException``), the stock
ones too. So before an operation is said to be missing, a stock one is asked for without credentials: 401 says that
the CRM is well. A call without credentials is no failed sign-in, and locks nobody.
"""

from __future__ import annotations

from typing import Any

from connector.errors import (
    CrmAway,
    CrmHidden,
    CrmInterrupted,
    CrmTimeout,
    CrmUnavailable,
    OperationMissing,
    SignInNeeded,
)
from connector.ports import Progress, Request, Response, Transport
from connector.vtenext import wire
from connector.vtenext.url import host

PROBE = "listtypes"
"""A stock operation that needs somebody signed in, and changes nothing."""
_GATEWAYS = {502: CrmInterrupted, 503: CrmAway, 504: CrmTimeout}
"""What the status of a proxy in front of the CRM says; whether the CRM itself goes on with a call is not known."""


async def exchange(
    transport: Transport,
    crm_url: str,
    request: Request,
    operation: str,
    *,
    progress: Progress | None = None,
    known: bool = False,
) -> Any:
    """Send the request; return the ``data`` of its answer.

    ``known``: this address is known to be a CRM's, so that an answer which may not be read is no wrong path. Raises
    `AnswerError` and `ReachError`; `OperationMissing` only where the CRM is well and does not have it.
    """
    try:
        response = await _sent(transport, crm_url, request, progress)
    except CrmHidden as error:
        # Of an upload it may be a proxy's limit.
        raise (CrmAway(**error.details) if known and not request.files else error) from error
    try:
        return wire.decipher(response, operation, sent_files=bool(request.files))
    except OperationMissing:
        await _see_that_it_is_well(transport, crm_url)
        if request.files:
            raise
    # It may have come back in between; nothing was done of what it did not know.
    return wire.decipher(await _sent(transport, crm_url, request, progress), operation)


async def _sent(transport: Transport, crm_url: str, request: Request, progress: Progress | None) -> Response:
    response = await transport.send(request, progress=progress)
    if response.status in _GATEWAYS and not wire.is_answer(response):
        raise _GATEWAYS[response.status](host=host(crm_url), status=str(response.status))
    return response


async def _see_that_it_is_well(transport: Transport, crm_url: str) -> None:
    """Raise what keeps the CRM from answering, if anything."""
    request = wire.request(crm_url, PROBE, {}, credentials=None)
    try:
        wire.decipher(await _sent(transport, crm_url, request, None), PROBE)
    except SignInNeeded:
        return
    except OperationMissing as error:
        raise CrmUnavailable(host=host(crm_url)) from error
