"""The component's operations that store a mail, relate it, tell of it and take it back (``crm/README.md``)."""

from __future__ import annotations

import datetime
import re
import time
from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import Any

from .bodies import Upload
from .component_answers import ComponentRefusal, answer
from .component_links import Note
from .component_mails import Mails
from .component_parameters import (
    MOST_FILES,
    NEVER,
    MailParameter,
    check_arrived,
    file_name,
    ids_within,
    invalid,
    mark_of,
    moment,
    parsed,
    plain,
    record_id,
    record_ids,
    visible,
)
from .component_signing import component_of, licensed, text, texts
from .component_sought import sought_ids, without_data
from .modules import NO_TIME
from .operations import Call

MOST_COPIES, MOST_WHOLE, LONGEST_ADDRESS, TITLE = 100, 8, 255, 50
TOLD = (
    "message_id", "subject", "mark", "from", "from_names", "to", "to_names", "cc", "cc_names", "bcc", "bcc_names",
    "reply_to",
)  # fmt: skip
"""Texts of a stored mail that are told as they are."""
_ADDRESS = re.compile(r"https://[^\s\x00-\x20\x7f\"<>\\@]{3,3900}")
Targets = dict[str, dict[int, str]]
"""The records that were accepted: their ids by number, by module."""


def refused(record: str, *, gone: bool = False) -> ComponentRefusal:
    """Return the refusal of a record: there is none (``gone``), or none that this user may see."""
    details = {"id": record} | ({"gone": "yes"} if gone else {})
    return ComponentRefusal("record_refused", "There is no such record for this user.", **details)


def _no_relation(module: str) -> ComponentRefusal:
    return ComponentRefusal("relation_missing", f"The module {module} takes no mails.", module=module)


def denied(what: str) -> ComponentRefusal:
    """Return the refusal of a right."""
    return ComponentRefusal("permission_denied", f"The user's profile does not allow this with {what}.", what=what)


class _Work:
    """One call of one user."""

    def __init__(self, call: Call) -> None:
        self.user = licensed(call)
        check_arrived(call)
        self.call, self.crm, self.component = call, call.crm, component_of(call)
        self.mails = Mails(call.crm, self.user)
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
            **{name: mail[name] for name in TOLD},
            "date": self._time(mail["date"]),
            "created": self._time(mail["created"]),
            "html": without_data(mail["html"]),
            "html_bytes": len(mail["html"].encode()),
            "documents": [self.document_told(one) | self._digest(one, digests) for one in self.documents(number)],
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

    def document_told(self, document: dict[str, Any]) -> dict[str, Any]:
        """Return a Document as the contract tells it."""
        told = {name: document[name] for name in ("title", "size", "place", "name", "link")}
        return {"id": self.mails.id("Documents", document["number"])} | told

    def _digest(self, document: dict[str, Any], wanted: bool) -> dict[str, str]:
        return {"digest": self.mails.digest(document["number"])} if wanted else {}

    def briefly_told(self, mail: dict[str, Any]) -> dict[str, Any]:
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
                refusals[record] = _no_relation(module)
            else:
                accepted.setdefault(module, {})[number] = record
        if needed and refusals and not accepted:
            first = next(iter(refusals.values()))
            pairs = [_pair("", record, refusal) for record, refusal in refusals.items()]
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
        self.refused += [_pair(source, record, refusal) for record, refusal in refusals.items()]
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
                refusal = _no_relation(module) if allowed else denied("Documents")
                self.refused += [_pair(source, record, refusal) for record in ids.values()]
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
                    self.refused.append(_pair(source, id_, _no_relation(module)))
                    continue
                took.setdefault(module, {})[record] = id_
                self.related.append([source, id_])
                if record not in earlier:
                    self.note(number, record)
                    self.fresh += 1
        return took

    def outcome(self) -> dict[str, Any]:
        """Return what is related, what was refused, and whether that is all."""
        return {"related": self.related, "refused": self.refused, "complete": self.complete}


def _pair(source: str, target: str, refusal: ComponentRefusal) -> dict[str, Any]:
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


# -- operations


def mailconnectormail(call: Call) -> dict[str, Any]:
    """Tell what the CRM holds of a mail of the user's: by its id, or all that may be it by their Message-IDs."""
    work = _Work(call)
    if text(call, "message"):
        return answer({"copies": [work.told(work.named(), digests=bool(text(call, "digests")))]})
    ids, date = sought_ids(call), moment(text(call, "date"), "date")
    shown = date.astimezone(call.crm.time_zone).strftime("%Y-%m-%d %H:%M:%S") if date else ""
    found = {
        one["number"]: one
        for sought in ids
        for one in work.mails.candidates(sought.equal, sought.like, shown)
        if sought.fits(one["message_id"])
    }
    if len(found) <= MOST_WHOLE:
        return answer({"copies": [work.told(number) for number in sorted(found)]})
    return answer({"copies": [work.briefly_told(found[number]) for number in sorted(found)[:MOST_COPIES]]})


def mailconnectorlink(call: Call) -> dict[str, Any]:
    """Store a mail with its files, and relate it and their Documents to records."""
    work = _Work(call)
    mail, names = MailParameter(call), texts(call, "names")
    if len(names) > MOST_FILES:
        raise invalid("names")
    ids = record_ids(call, "targets")
    work.check_may()
    accepted, refusals = work.targets(ids, needed=True)
    fields = mail.fields(call.crm.time_zone)
    number = _standing(work, fields)
    stored = not number
    if stored:
        number = work.mails.store(fields)
        work.note(number)
    parts = {file.field: file for file in call.files}
    uploads = [(index + 1, name, parts.get(f"file{index}")) for index, name in enumerate(names)]
    standing = {one["place"]: one["number"] for one in work.documents(number)}
    came = [place for place, _, upload in uploads if upload is None and place in standing]
    documents = work.filed(number, [one for one in uploads if one[0] not in came])
    work.relate(number, [*map(standing.__getitem__, came), *documents], accepted, refusals)
    told = {
        "message": work.told(number),
        "stored": stored,
        "copies": [work.mails.id("Messages", one) for one in work.mails.copies(mail.message_id)],
        "dropped": work.dropped,
    }
    return answer(told | work.outcome())


def _standing(work: _Work, fields: dict[str, str]) -> int:
    """Return the own copy of a mail that stands already; 0 where there is none."""
    wanted = work.mails.identity(fields)
    return next((number for number, hash_ in work.mails.copies(fields["messageid"]).items() if hash_ == wanted), 0)


def mailconnectorfile(call: Call) -> dict[str, Any]:
    """Store one more file of a mail, attached like those that came with it."""
    work = _Work(call)
    place, name, address = text(call, "place"), text(call, "name"), text(call, "url")
    if not re.fullmatch("[1-9][0-9]{0,8}", place) or int(place) > MOST_FILES:
        raise invalid("place")
    if not name or (address and not _ADDRESS.fullmatch(address)):
        raise invalid("url" if name else "name")
    ids = record_ids(call, "targets") if text(call, "targets") else []
    mail = work.named()
    work.check_may()
    accepted, refusals = work.targets(ids, needed=True)
    earlier = len(work.mails.documents(mail))
    if address:
        numbers = work.addressed(mail, int(place), name, address)
    else:
        upload = next((file for file in call.files if file.field == "file"), None)
        numbers = work.filed(mail, [(int(place), name, upload)])
    documents = work.documents(mail)
    told = None
    for one in documents:
        if one["number"] in numbers:
            told = work.document_told(one)
            work.refused += [_pair(told["id"], record, refusal) for record, refusal in refusals.items()]
            work.relate_document(one["number"], accepted)
    stored = len(documents) > earlier
    return answer({"document": told, "stored": stored, "dropped": work.dropped} | work.outcome())


def mailconnectorrelate(call: Call) -> dict[str, Any]:
    """Relate a stored mail and its Documents to further records."""
    work = _Work(call)
    ids = record_ids(call, "targets")
    mail = work.named()
    work.check_may()
    documents = [one["number"] for one in work.mails.documents(mail)]
    if documents:
        # One that an older pane stored may not list them.
        work.mails.relate(mail, "Documents", documents)
    work.relate(mail, documents, *work.targets(ids, needed=False))
    return answer(work.outcome())


def mailconnectorfill(call: Call) -> dict[str, Any]:
    """Give a stored mail the text that it lacks, and the right date."""
    work = _Work(call)
    given = call.parameters.get("html") or ""
    if not isinstance(given, str):
        raise invalid("html")
    given, date = plain(given), moment(text(call, "date"), "date")
    mail = work.named()
    work.check_may()
    kept = work.mails.mail(mail) or {}
    fills_text = bool(visible(given)) and not visible(kept.get("html", ""))
    unsure = kept.get("mark", "").strip().startswith(mark_of(None))
    fills_date = date is not None and (unsure or 0 in work.ours(mail))
    time_ = date.astimezone(call.crm.time_zone).strftime("%Y-%m-%d %H:%M:%S") if date and fills_date else None
    if fills_text or fills_date:
        work.mails.fill(mail, given if fills_text else None, time_, mark_of(date) if fills_date else "")
    filled = [name for name, done in (("text", fills_text), ("date", fills_date)) if done]
    return answer({"message": work.told(mail), "filled": filled})


def mailconnectortakeback(call: Call) -> dict[str, Any]:
    """Remove what links of this user stored or related, and nothing else."""
    work = _Work(call)
    what, record = parsed(call, "what"), record_id(call, "message")
    kind, given = next(iter(what.items()), ("", None))
    if len(what) != 1 or kind not in {"mail", "documents", "records"} or (kind == "mail" and given is not True):
        raise invalid("what")
    ids = [] if kind == "mail" else ids_within("what", given)
    number = int(record.partition("x")[2])
    gone = kind != "records" and work.mails.id("Messages", number) == record and not work.mails.module(number)
    taking = _Taking(work, number if gone else work.named())
    if kind == "mail":
        (taking.rest if gone else taking.mail)(record)
    for one in ids:
        (taking.document if kind == "documents" else taking.record)(one)
    return answer({"removed": taking.removed, "stays": taking.stays})


class _Taking:
    """Takes back what hangs on one mail."""

    def __init__(self, work: _Work, number: int) -> None:
        self._work, self._mails, self._number = work, work.mails, number
        self.removed: list[str] = []
        self.stays: list[dict[str, str]] = []

    def _stay(self, record: str, code: str) -> None:
        self.stays.append({"id": record, "code": code})

    def mail(self, record: str) -> None:
        """Take back the mail, and the Documents that came of it."""
        ours, links = self._work.ours(self._number), self._work.component.links
        alone, records = not self._mails.has_others(self._number), self._mails.records(self._number)
        if 0 not in ours:
            self._stay(record, "not_ours")
        elif alone and records.keys() - ours:
            self._stay(record, "related_elsewhere")
        elif not self._mails.may_remove("Messages", self._number):
            self._stay(record, "permission_denied")
        else:
            self._documents()
            for number, module in records.items() if alone else ():
                self._mails.unrelate(self._number, module, number)
            self._mails.remove(self._number)
            links.forget(self._number)
            self.removed.append(record)

    def rest(self, record: str) -> None:
        """Take back the Documents of a mail that somebody else has deleted."""
        if 0 in self._work.ours(self._number):
            self._documents()
        self.removed.append(record)

    def _documents(self) -> None:
        for document in self._mails.documents(self._number):
            self.document(self._mails.id("Documents", document["number"]))

    def document(self, record: str) -> None:
        """Take back a Document of the mail."""
        number = int(record.partition("x")[2])
        known = {one["number"] for one in self._mails.documents(self._number)}
        is_one = self._mails.id("Documents", number) == record
        if not is_one or number not in known:
            if not is_one or self._mails.module(number):
                self._stay(record, "record_refused")
            else:
                self.removed.append(record)
            return
        ours = self._work.ours(number)
        if 0 not in ours:
            self._stay(record, "not_ours")
        elif self._mails.document_records(number).keys() - ours:
            self._stay(record, "related_elsewhere")
        elif not self._mails.may_remove("Documents", number):
            self._stay(record, "permission_denied")
        else:
            self._mails.remove_document(self._number, number)
            self._work.component.links.forget(number)
            self.removed.append(record)

    def record(self, record: str) -> None:
        """Take back the mail's relation to one record, and those of its Documents."""
        number, links = int(record.partition("x")[2]), self._work.component.links
        module = self._mails.records(self._number).get(number, "")
        if not module:
            self.removed.append(record)
        elif self._mails.id(module, number) != record:
            self._stay(record, "record_refused")
        elif number not in self._work.ours(self._number):
            self._stay(record, "not_ours")
        else:
            for document in self._mails.documents(self._number):
                if number in self._work.ours(document["number"]):
                    self._mails.unrelate_document(document["number"], module, number)
                    links.forget(document["number"], number)
            self._mails.unrelate(self._number, module, number)
            links.forget(self._number, number)
            self.removed.append(record)
