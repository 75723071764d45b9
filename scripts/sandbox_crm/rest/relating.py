"""Relating records, with vtenext's one-way street between messages and records."""

from __future__ import annotations

from ..errors import DENIED, NOT_FOUND, READ_DENIED, WRITE_DENIED, WebServiceError
from ..store.access import User
from ..store.archive import Archive
from ..store.modules import modules
from ..store.store import Row


def relate(crm: Archive, user: User, source_id: object, targets: object) -> None:
    """Relate a record to others; either all are accepted or none. Raises `WebServiceError`."""
    if not isinstance(targets, list):
        raise WebServiceError("Relatelist must be an array")
    module, number = crm.records.find(user, source_id)
    source = crm.store.row(number)
    if source is None:
        raise WebServiceError(DENIED)
    if not crm.access.may_write(user, source):
        raise WebServiceError(READ_DENIED)
    if source.deleted:
        raise WebServiceError(NOT_FOUND)
    if not crm.access.may(user, module, "edit"):
        raise WebServiceError(WRITE_DENIED)
    found = [_target(crm, user, module, target) for target in targets]
    for target in found:
        _relate(crm, source, target)


def _target(crm: Archive, user: User, source: str, id_: object) -> Row:
    named, number = crm.records.split(id_)
    module = crm.records.module_of(named, number)
    row = crm.store.row(number) if module and modules()[module].is_entity and module != "Users" else None
    if row is not None and row.deleted:
        module = ""
    if row is None or row.deleted or not crm.access.may(user, module) or not _related(source, module):
        raise WebServiceError(f"There is no relation with module {module}")
    if crm.quirks.check_target_on_relate and not crm.access.may_read(user, row):
        raise WebServiceError(READ_DENIED)
    return row


def _related(source: str, target: str) -> bool:
    one, other = modules()[source], modules()[target]
    if "Messages" in {source, target}:
        return (other if source == "Messages" else one).has_messages
    if "Documents" in {source, target}:
        return (other if source == "Documents" else one).has_documents
    return one.has_messages and other.has_messages


def _relate(crm: Archive, source: Row, target: Row) -> None:
    store = crm.store
    if source.module == "Messages" and source.hash is not None:
        store.relate_message(source.hash, target.number)
    elif target.module == "Messages" and target.hash is not None and not crm.quirks.one_way_relation:
        store.relate_message(target.hash, source.number)
    elif source.module == "Documents":
        store.relate_document(target.number, source.number)
    else:
        store.relate(source.number, target.number)
