"""Stock operations for whoever has a token, and no further than the user may see (``crm/README.md``)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .access import User
from .errors import READ_DENIED, WebServiceError
from .operations import Call

if TYPE_CHECKING:
    from .crm import SandboxCrm


def run(name: str, call: Call) -> Any:
    """Run a stock operation; nothing goes to a record that the caller may not see."""
    crm, user = call.crm, call.caller
    if name == "relate":
        targets = call.encoded("relatelist")
        _check_visible(crm, user, targets if isinstance(targets, list) else [])
    if name == "create" and call.element().get("parent_id"):
        _check_visible(crm, user, [call.element()["parent_id"]])
    operation = crm.operations[name]
    if not operation.writes:
        return operation.handler(call)
    with crm.store.transaction():
        return operation.handler(call)


def _check_visible(crm: SandboxCrm, user: User, ids: list[Any]) -> None:
    """Raise where the user may not see a record; what is no record is left to the stock operation."""
    for id_ in ids:
        row = crm.store.row(crm.records.split(id_)[1])
        if row is not None and not (crm.access.may(user, row.module) and crm.access.may_read(user, row)):
            raise WebServiceError(READ_DENIED)
