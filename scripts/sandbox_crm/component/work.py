"""What the component's operations about mails share: one call of one user, and what came of it."""

from __future__ import annotations

import datetime
import time
from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import Any

from ..bodies import Upload
from ..rest.operations import Call
from ..store.modules import NO_TIME
from .answers import ComponentRefusal
from .calls import component_of, licensed
from .links import WANTED, Note
from .mails import Mails
from .parameters import (
    NEVER,
    check_arrived,
    file_name,
    record_id,
)
from .remarks import Remarks
from .sought import without_data

LONGEST_ADDRESS, TITLE = 255, 50
TEXTS = (
    "message_id", "subject", "mark", "from", "from_names", "to", "to_names", "cc", "cc_names", "bcc", "bcc_names",
    "reply_to",
)  # fmt: skip
"""Texts of a stored mail that are returned as they are."""
Targets = dict[str, dict[int, str]]
"""The records that were accepted: their ids by number, by module."""


def refused(record: str, *, gone: bool = False) -> ComponentRefusal:
    """Return the refusal of a record: there is none (``gone``), or none that this user may see."""
    details = {"id": record} | ({"gone": "yes"} if gone else {})
    return ComponentRefusal("record_refused", "There is no such record for this user.", **details)


def no_relation(module: str) -> ComponentRefusal:
    """Return the refusal of a module."""
    return ComponentRefusal("relation_missing", f"The module {module} takes no mails.", module=module)


def denied(what: str) -> ComponentRefusal:
    """Return the refusal of a right."""
    return ComponentRefusal("permission_denied", f"The user's profile does not allow this with {what}.", what=what)


class Work:
    """One call of one user."""

    def __init__(self, call: Call) -> None:
        self.user = licensed(call)
        check_arrived(call)
        self.call, self.crm, self.component = call, call.crm, component_of(call)
        self.mails, self.remarks = Mails(call.crm, self.user), Remarks(call.crm, self.user)
        self.related: list[list[str]] = []
        self.refused: list[dict[str, Any]] = []
        self.dropped: list[dict[str, Any]] = []
        self.complete = True
        self.fresh = 0
        self._end = time.monotonic() + self.component.relate_seconds

    # -- telling

    def named(self) -> int:
        """Return the number of the own mail that the parameter ``message`` names."""
        record = record_id(self.call, "message")
        number = int(record.partition("x")[2])
        if self.mails.id("Messages", number) != record or self.mails.mail(number) is None:
            raise refused(record, gone=not self.mails.module(number))
        return number

    def told(self, number: int, *, digests: bool = False) -> dict[str, Any]:
        """Return a mail as the CRM holds it now; with ``digests`` its files are read for it."""
        mail = self.mails.mail(number)
        if mail is None:
            raise RuntimeError(f"The mail {number} is not there.")
        return {
            "id": self.mails.id("Messages", number),
            **{name: mail[name] for name in TEXTS},
            "date": self._time(mail["date"]),
            "created": self._time(mail["created"]),
            "html": without_data(mail["html"]),
            "html_bytes": len(mail["html"].encode()),
            "documents": [self.document_answer(one) | self._digest(one, digests) for one in self.documents(number)],
            "records": [
                self.mails.id(module, record)
                for record, module in self.mails.records(number).items()
                if module not in NEVER and self.mails.takes_mails(module) and self.mails.may_see(module, record)
            ],
        }

    def documents(self, mail: int) -> list[dict[str, Any]]:
        """Return the Documents of a mail that the user is shown, each with its place among the mail's files."""
        documents = self.mails.documents(mail)
        notes = [note for note in self.component.links.of(one["number"] for one in documents) if not note.record]
        places = {note.source: note.place for note in notes}
        ours = {note.source for note in notes if note.user == self.user.number}
        shown = (one for one in documents if one["number"] in ours or self.mails.may_see("Documents", one["number"]))
        return [one | {"place": places.get(one["number"], 0)} for one in shown]

    def document_answer(self, document: dict[str, Any]) -> dict[str, Any]:
        """Return a Document as the contract tells it."""
        told = {name: document[name] for name in ("title", "size", "place", "name", "link")}
        return {"id": self.mails.id("Documents", document["number"])} | told

    def _digest(self, document: dict[str, Any], wanted: bool) -> dict[str, str]:
        return {"digest": self.mails.digest(document["number"])} if wanted else {}

    def brief_answer(self, mail: dict[str, Any]) -> dict[str, Any]:
        """Return one of many mails, without its text."""
        told = {"id": self.mails.id("Messages", mail["number"]), "message_id": mail["message_id"]}
        times = {name: self._time(mail[name]) for name in ("date", "created")}
        return told | {"subject": mail["subject"]} | times

    def _time(self, value: str) -> str:
        if not value or value == NO_TIME:
            return ""
        read = datetime.datetime.fromisoformat(value).replace(tzinfo=self.crm.time_zone)
        return read.isoformat(timespec="seconds")

    # -- rights and targets

    def check_may(self) -> None:
        """Raise unless the user may store mails."""
        if not self.mails.may("Messages"):
            raise denied("Messages")

    def targets(self, ids: Iterable[str], *, needed: bool) -> tuple[Targets, dict[str, ComponentRefusal]]:
        """Return the records that are accepted, and the refusals of the others; ``needed``: there has to be one."""
        accepted: Targets = {}
        refusals: dict[str, ComponentRefusal] = {}
        for record in ids:
            number = int(record.partition("x")[2])
            module = self.mails.module(number)
            known = bool(module) and module not in NEVER and self.mails.id(module, number) == record
            if not known or not self.mails.may_see(module, number):
                refusals[record] = refused(record, gone=not module)
            elif not self.mails.takes_mails(module):
                refusals[record] = no_relation(module)
            else:
                accepted.setdefault(module, {})[number] = record
        if needed and refusals and not accepted:
            first = next(iter(refusals.values()))
            pairs = [pair("", record, refusal) for record, refusal in refusals.items()]
            raise ComponentRefusal(first.code, first.message, **first.details, refused=pairs)
        return accepted, refusals

    def note(self, source: int, record: int = 0, place: int = 0) -> None:
        """Remember that this link stored or related something."""
        self.component.links.note(Note(source, record, self.user.number, place))

    def ours(self, source: int) -> set[int]:
        """Return what links of this user did with a source: 0 for storing it, and records."""
        return {note.record for note in self.component.links.of([source]) if note.user == self.user.number}

    # -- files

    def filed(self, mail: int, uploads: list[tuple[int, str, Upload | None]]) -> list[int]:
        """Store the files that the mail does not have yet; returns the Documents of all that are there."""
        known, numbers = self.documents(mail), []
        for place, name, upload in uploads:
            if upload is None or not upload.content:
                self.dropped.append({"place": place, "code": "file_missing" if upload is None else "file_empty"})
                continue
            file = replace(upload, name=file_name(name))
            found = _among(known, place, file)
            if found is not None:
                known.remove(found)
                numbers.append(found["number"])
            elif not self.mails.may("Documents"):
                self.dropped.append({"place": place, "code": "permission_denied"})
            else:
                document = self.mails.attach(mail, file)
                self.note(document, place=place)
                numbers.append(document)
        return numbers

    def addressed(self, mail: int, place: int, name: str, address: str) -> list[int]:
        """Store an address as a Document of the mail."""
        if len(address.encode()) > LONGEST_ADDRESS or not self.mails.may("Documents"):
            code = "permission_denied" if len(address.encode()) <= LONGEST_ADDRESS else "address_too_long"
            self.dropped.append({"place": place, "code": code})
            return []
        for one in self.documents(mail):
            if (one["place"], one["name"]) == (place, address):
                return [one["number"]]
        document = self.mails.attach_address(mail, file_name(name), address)
        self.note(document, place=place)
        return [document]

    # -- relating

    def relate(self, mail: int, documents: list[int], targets: Targets, refusals: dict[str, ComponentRefusal]) -> None:
        """Relate a mail, and then Documents of it to the records that took it."""
        source = self.mails.id("Messages", mail)
        self.refused += [pair(source, record, refusal) for record, refusal in refusals.items()]
        took = self._each(mail, source, targets, lambda: self.mails.records(mail), self.mails.relate)
        fresh = self.fresh
        for document in documents if took else ():
            # At least one more each time, so that whoever asks again comes to an end.
            if self.fresh > fresh and time.monotonic() >= self._end:
                self.complete = False
                return
            self.relate_document(document, took)

    def relate_document(self, document: int, targets: Targets) -> None:
        """Relate a Document."""
        source, left = self.mails.id("Documents", document), dict(targets)
        allowed = self.mails.may("Documents") and self.mails.may_see("Documents", document)
        for module, ids in targets.items():
            if not allowed or not self.mails.takes_documents(module):
                refusal = no_relation(module) if allowed else denied("Documents")
                self.refused += [pair(source, record, refusal) for record in ids.values()]
                del left[module]
        self._each(document, source, left, lambda: self.mails.document_records(document), self.mails.relate_document)

    def _each(
        self,
        number: int,
        source: str,
        targets: Targets,
        standing: Callable[[], dict[int, str]],
        relate: Callable[[int, str, list[int]], None],
    ) -> Targets:
        earlier = standing()
        for module, ids in targets.items():
            if new := [record for record in ids if record not in earlier]:
                relate(number, module, new)
        after, took = standing(), Targets()
        for module, ids in targets.items():
            for record, id_ in ids.items():
                if record not in after:
                    self.refused.append(pair(source, id_, no_relation(module)))
                    continue
                took.setdefault(module, {})[record] = id_
                self.related.append([source, id_])
                self.note(number, record, place=WANTED if record in earlier else 0)
                self.fresh += record not in earlier
        return took

    def outcome(self) -> dict[str, Any]:
        """Return what is related, what was refused, and whether that is all."""
        return {"related": self.related, "refused": self.refused, "complete": self.complete}


def pair(source: str, target: str, refusal: ComponentRefusal) -> dict[str, Any]:
    """Return a refused pair as the contract tells it."""
    return {"source": source, "target": target, "code": refusal.code, "details": refusal.details}


def _among(documents: list[dict[str, Any]], place: int, file: Upload) -> dict[str, Any] | None:
    size, title = len(file.content), file.name[:TITLE].rstrip()
    for one in documents:
        if (one["place"], one["size"]) == (place, size):
            return one
    for one in documents:
        if (one["place"], one["size"]) == (0, size) and one["title"].rstrip() in {title, file.name}:
            return one
    return None
