"""The component's operations that relate several records in one request, as ``crm/README.md`` defines them."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Sequence
from typing import Any

from . import component_stock
from .access import User
from .component_answers import ComponentRefusal, answer
from .component_signing import component_of, licensed, texts
from .errors import Refusal, RouteNotFound, WebServiceError
from .operations import Call

MOST_RELATED = 50
MOST_QUERIED = 100
_RECORD_ID = re.compile(r"[0-9]{1,9}x[0-9]{1,15}")


def mailconnectorrelate(call: Call) -> dict[str, Any]:
    """Relate several records to others, one source after the other while there is time."""
    if not component_of(call).relates_several:
        raise RouteNotFound("mailconnectorrelate")
    user, sources, targets = licensed(call), _ids(call, "sources"), _ids(call, "targets")
    relations = _Relations(call, user)
    relations.make(sources, targets)
    return answer(relations.told())


def mailconnectorlink(call: Call) -> dict[str, Any]:
    """Store a mail with its files, and relate it and the Documents that came of them to records."""
    component = component_of(call)
    if not (component.links_whole_mails and component.relates_several):
        raise RouteNotFound("mailconnectorlink")
    user, element, targets = licensed(call), _element(call), _ids(call, "targets")
    given = {"elementType": "Messages", "element": element}
    message = component_stock.run("create", Call(call.crm, user, given, call.files, call.address))
    relations = _Relations(call, user)
    documents = _documents(call, user, message["id"])
    copies = _copies(call, user, message["messageid"])
    relations.make([message["id"]], _readable(call, user, message["id"], targets, relations))
    took = [target for _, target in relations.related]
    if took:
        ids = [document["id"] for document in documents]
        relations.make(ids, took)
        relations.make([message["id"]], ids)
    return answer({"message": message, "copies": copies, "documents": documents, **relations.told()})


class _Relations:
    """Relates one source after the other, the first in any case and the others while there is time."""

    def __init__(self, call: Call, user: User) -> None:
        self._call, self._user = call, user
        self._end = time.monotonic() + component_of(call).relate_seconds
        self._begun = False
        self._refused: list[dict[str, str]] = []
        self._complete = True
        self.related: list[list[str]] = []

    def make(self, sources: Sequence[str], targets: Sequence[str]) -> None:
        """Relate each source to all targets."""
        for source in sources if targets else ():
            if self._begun and time.monotonic() >= self._end:
                self._complete = False
                return
            self._begun = True
            self._relate(source, targets)

    def refuse(self, source: str, target: str, refusal: WebServiceError) -> None:
        """Note a refusal."""
        self._refused.append({"source": source, "target": target, "reason": refusal.message})

    def told(self) -> dict[str, Any]:
        """Return what the contract tells of them."""
        return {"related": self.related, "refused": self._refused, "complete": self._complete}

    def _relate(self, source: str, targets: Sequence[str]) -> None:
        """Relate to all targets at once, or to each alone where that is refused."""
        given = {"id": source, "relatelist": json.dumps(targets), "relationid": ""}
        try:
            component_stock.run("relate", Call(self._call.crm, self._user, given, (), ""))
        except WebServiceError as refusal:
            if len(targets) == 1:
                self.refuse(source, targets[0], refusal)
                return
            for target in targets:
                self._relate(source, [target])
            return
        self.related += [[source, target] for target in targets]


def _readable(call: Call, user: User, message: str, targets: Sequence[str], relations: _Relations) -> list[str]:
    """Return the targets that the CRM shows to the user: the stock relate also takes records that were deleted."""
    found = []
    for target in targets:
        try:
            call.crm.operations["retrieve"].handler(Call(call.crm, user, {"id": target}, (), ""))
        except WebServiceError as refusal:
            relations.refuse(message, target, refusal)
        else:
            found.append(target)
    return found


def _copies(call: Call, user: User, message_id: str) -> list[str]:
    """Return the user's own mails with this Message-ID, oldest first."""
    rows = (row for row in call.crm.store.rows("Messages") if row.fields.get("messageid") == message_id)
    own = sorted(row.number for row in rows if row.owner == user.number and message_id)
    return [call.crm.records.id("Messages", number) for number in own]


def _documents(call: Call, user: User, message: str) -> list[dict[str, str]]:
    """Return the Documents that came of a mail's files, as the user may see them; nothing where that is refused."""
    records = call.crm.records
    numbers = call.crm.store.attachments(records.split(message)[1])
    found: list[dict[str, str]] = []
    for start in range(0, len(numbers), MOST_QUERIED):
        ids = ", ".join(f"'{records.id('Documents', number)}'" for number in numbers[start : start + MOST_QUERIED])
        query = (
            f"SELECT id, notes_title, filesize, folderid FROM Documents WHERE id IN ({ids}) LIMIT 0, {MOST_QUERIED};"  # noqa: S608
        )
        try:
            found += call.crm.operations["query"].handler(Call(call.crm, user, {"query": query}, (), ""))
        except Refusal:
            return []
    return sorted(found, key=lambda document: records.split(document["id"])[1])


def _element(call: Call) -> str:
    """Return the JSON text of the mail, which names no record of its own; raises ``request_invalid``."""
    element = call.encoded("element")
    if not isinstance(element, dict) or "parent_id" in element:
        message = "The parameter element is no mail, or has a parent_id."
        raise ComponentRefusal("request_invalid", message, parameter="element")
    return str(call.parameters["element"])


def _ids(call: Call, name: str) -> list[str]:
    """Return a parameter that is a list of record ids, each once; raises ``request_invalid``."""
    ids = texts(call, name)
    if not 1 <= len(ids) <= MOST_RELATED or not all(map(_RECORD_ID.fullmatch, ids)):
        raise ComponentRefusal("request_invalid", f"The parameter {name} is no list of record ids.", parameter=name)
    return list(dict.fromkeys(ids))
