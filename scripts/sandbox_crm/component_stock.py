"""The stock operations with which the pane stores and relates a mail, in its own forms only (``crm/README.md``)."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Collection, Mapping
from typing import TYPE_CHECKING, Any

from .access import User
from .bodies import decoded
from .component_answers import ComponentRefusal
from .component_parameters import is_id
from .errors import NOT_FOUND, READ_DENIED, WebServiceError
from .modules import modules
from .operations import Call

if TYPE_CHECKING:
    from .crm import SandboxCrm

FIELDS = {
    "Messages": frozenset(
        {"subject", "mdate", "mtype", "messageid", "xmailer", "in_reply_to", "mreferences", "description"}
        | {f"{name}{kind}" for name in ("mfrom", "mto", "mcc", "mbcc", "mreplyto") for kind in ("", "_n", "_f")}
        | {"hasattachments", "external_plugin"}
    ),
    "Documents": frozenset({"notes_title", "filestatus", "filelocationtype", "notecontent", "folderid", "filename"}),
}
"""What a call writes to, and the fields that it may give."""
CORRECTED = {
    "Messages": frozenset({"id", "mdate", "subject", "xmailer", "hasattachments", "external_plugin"}),
    "Documents": frozenset({"id", "notecontent"}),
}
_FIELD = (
    "(?:id|messageid|subject|mtype|mdate|createdtime|assigned_user_id"
    "|notes_title|filesize|folderid|notecontent|filelocationtype)"
)
_CONDITION = r"(?:messageid|mdate|id|assigned_user_id) (?:=|>|LIKE) '(?:[^'\\\x00-\x1f]|''|\\\\)*'"
_QUERY = re.compile(
    rf"SELECT {_FIELD}(?:,{_FIELD})* FROM (?:Messages|Documents) "  # noqa: S608  # a pattern, no query
    rf"WHERE {_CONDITION}(?: AND {_CONDITION})*(?: ORDER BY createdtime)? LIMIT [0-9]{{1,3}},[0-9]{{1,3}};"
)


def module_of(crm: SandboxCrm, id_: str) -> str:
    """Return the module of the record with an id; empty where there is none, and for users and groups."""
    row = crm.store.row(int(id_.partition("x")[2])) if is_id(id_) else None
    if row is None or row.deleted or row.module not in modules() or crm.records.id(row.module, row.number) != id_:
        return ""
    return row.module


def run(name: str, call: Call) -> Any:
    """Run a stock operation in one of the pane's forms; nothing goes to a record that the caller may not see.

    Raises `ComponentRefusal` for any other form.
    """
    crm, user = call.crm, call.caller
    given = {key: value for key, value in call.parameters.items() if isinstance(value, str)}
    parameters = _FORMS[name](crm, given)
    if parameters is None:
        raise not_allowed(name)
    if name == "relate":
        _check_visible(crm, user, decoded(parameters["relatelist"]))
    checked = Call(crm, user, parameters, call.files, call.address)
    operation = crm.operations[name]
    if not operation.writes:
        return operation.handler(checked)
    with crm.store.transaction():
        return operation.handler(checked)


def not_allowed(name: str) -> ComponentRefusal:
    """Return the refusal of an operation, or of a form of it."""
    return ComponentRefusal("operation_not_allowed", f"The operation {name} is not allowed.", operation=name)


Given = Mapping[str, str]
Form = Callable[["SandboxCrm", Given], dict[str, str] | None]


def _module(crm: SandboxCrm, id_: str) -> str:
    module = module_of(crm, id_)
    if not module:
        raise WebServiceError(NOT_FOUND)
    return module


def _is_of(names: Collection[str], element: Any) -> bool:
    texts = isinstance(element, dict) and all(isinstance(value, str) for value in element.values())
    return texts and bool(element) and set(element) <= set(names)


def _create(_crm: SandboxCrm, given: Given) -> dict[str, str] | None:
    module, element = given.get("elementType", ""), decoded(given.get("element"))
    known = _is_of(FIELDS.get(module, ()), element)
    return {"elementType": module, "element": json.dumps(element)} if known else None


def _revise(crm: SandboxCrm, given: Given) -> dict[str, str] | None:
    element = decoded(given.get("element"))
    id_ = element.get("id") if isinstance(element, dict) else None
    known = isinstance(id_, str) and _is_of(CORRECTED.get(_module(crm, id_), ()), element)
    return {"element": json.dumps(element)} if known else None


def _delete(crm: SandboxCrm, given: Given) -> dict[str, str] | None:
    return {"id": given["id"]} if _module(crm, given.get("id", "")) in FIELDS else None


def _describe(_crm: SandboxCrm, given: Given) -> dict[str, str] | None:
    return {"elementType": "Documents"} if given.get("elementType") == "Documents" else None


def _query(_crm: SandboxCrm, given: Given) -> dict[str, str] | None:
    return {"query": given["query"]} if _QUERY.fullmatch(given.get("query", "")) else None


def _retrieve(crm: SandboxCrm, given: Given) -> dict[str, str] | None:
    _module(crm, given.get("id", ""))
    return {"id": given["id"]}


def _relate(crm: SandboxCrm, given: Given) -> dict[str, str] | None:
    source, targets = _module(crm, given.get("id", "")), decoded(given.get("relatelist"))
    if source not in FIELDS or not isinstance(targets, list):
        return None
    for id_ in targets:
        # A Document goes onto its mail, too; a mail not onto another.
        if not isinstance(id_, str) or (_module(crm, id_) == "Messages" and source != "Documents"):
            return None
    return {"id": given["id"], "relatelist": json.dumps(targets), "relationid": ""}


_FORMS: Mapping[str, Form] = {
    "create": _create,
    "delete": _delete,
    "describe": _describe,
    "query": _query,
    "relate": _relate,
    "retrieve": _retrieve,
    "revise": _revise,
}
CALLABLE = tuple(_FORMS)
"""The stock operations that a token may run."""


def _check_visible(crm: SandboxCrm, user: User, ids: list[str]) -> None:
    """Raise where the user may not see a record."""
    for id_ in ids:
        row = crm.store.row(crm.records.split(id_)[1])
        if row is not None and not (crm.access.may(user, row.module) and crm.access.may_read(user, row)):
            raise WebServiceError(READ_DENIED)
