"""The component's operations that store a mail, relate it, tell of it and take it back (``crm/README.md``)."""

from __future__ import annotations

import re
from typing import Any

from ..rest.operations import Call
from .answers import answer
from .calls import text, texts
from .parameters import (
    MOST_FILES,
    MailParameter,
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
from .remarks import COMMENTS
from .sought import sought_ids
from .work import Work, pair

MOST_COPIES, MOST_WHOLE = 100, 8
KINDS = frozenset({"mail", "documents", "records", "comments"})
"""What `mailconnectortakeback` takes back."""
_ADDRESS = re.compile(r"https://[^\s\x00-\x20\x7f\"<>\\@]{3,3900}")


def mailconnectormail(call: Call) -> dict[str, Any]:
    """Tell what the CRM holds of a mail of the user's: by its id, or all that may be it by their Message-IDs."""
    work = Work(call)
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
    return answer({"copies": [work.brief_answer(found[number]) for number in sorted(found)[:MOST_COPIES]]})


def mailconnectorlink(call: Call) -> dict[str, Any]:
    """Store a mail with its files, and relate it and their Documents to records."""
    work = Work(call)
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


def _standing(work: Work, fields: dict[str, str]) -> int:
    """Return the own copy of a mail that stands already; 0 where there is none."""
    wanted = work.mails.identity(fields)
    return next((number for number, hash_ in work.mails.copies(fields["messageid"]).items() if hash_ == wanted), 0)


def mailconnectorfile(call: Call) -> dict[str, Any]:
    """Store one more file of a mail, attached like those that came with it."""
    work = Work(call)
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
            told = work.document_answer(one)
            work.refused += [pair(told["id"], record, refusal) for record, refusal in refusals.items()]
            work.relate_document(one["number"], accepted)
    stored = len(documents) > earlier
    return answer({"document": told, "stored": stored, "dropped": work.dropped} | work.outcome())


def mailconnectorrelate(call: Call) -> dict[str, Any]:
    """Relate a stored mail and its Documents to further records."""
    work = Work(call)
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
    work = Work(call)
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
    work = Work(call)
    what, record = parsed(call, "what"), record_id(call, "message")
    kind, given = next(iter(what.items()), ("", None))
    if len(what) != 1 or kind not in KINDS or (kind == "mail" and given is not True):
        raise invalid("what")
    ids = [] if kind == "mail" else ids_within("what", given)
    number = int(record.partition("x")[2])
    names_mail = kind in {"mail", "documents"} and work.mails.id("Messages", number) == record
    gone = names_mail and not work.mails.module(number)
    taking = _Taking(work, number if gone else work.named())
    if kind == "mail":
        (taking.rest if gone else taking.mail)(record)
    takes = {"documents": taking.document, "records": taking.record, "comments": taking.comment}
    for one in ids:
        takes[kind](one)
    return answer({"removed": taking.removed, "stays": taking.stays})


class _Taking:
    """Takes back what hangs on one mail."""

    def __init__(self, work: Work, number: int) -> None:
        self._work, self._mails, self._number = work, work.mails, number
        self.removed: list[str] = []
        self.stays: list[dict[str, str]] = []

    def _stay(self, record: str, code: str) -> None:
        self.stays.append({"id": record, "code": code})

    def mail(self, record: str) -> None:
        """Take back the mail, and the Documents that came of it."""
        ours, links = self._work.ours(self._number), self._work.component.links
        alone, records = not self._mails.others(self._number), self._mails.records(self._number)
        if 0 not in ours:
            self._stay(record, "not_ours")
        elif alone and records.keys() - ours:
            self._stay(record, "related_elsewhere")
        elif not self._mails.may_remove("Messages", self._number) or not self._may_remove_comments():
            self._stay(record, "permission_denied")
        else:
            self._comments()
            self._documents()
            for number, module in records.items():
                if alone or (number in ours and not self._is_wanted_elsewhere(number)):
                    self._mails.unrelate(self._number, module, number)
                elif number in ours:
                    links.hand_over(self._mails.others(self._number), number)
            self._mails.remove(self._number)
            links.forget(self._number)
            self.removed.append(record)

    def _is_wanted_elsewhere(self, record: int) -> bool:
        """Whether the link of another copy has made or wanted this relation, too."""
        return self._work.component.links.is_wanted(self._mails.others(self._number), record)

    def rest(self, record: str) -> None:
        """Take back the Documents of a mail that somebody else has deleted."""
        if 0 in self._work.ours(self._number):
            if self._may_remove_comments():
                self._comments()
            self._documents()
        self.removed.append(record)

    def _documents(self) -> None:
        for document in self._mails.documents(self._number):
            self.document(self._mails.id("Documents", document["number"]))

    def _comments(self, record: int | None = None) -> None:
        """Take back the comments that links of this user wrote beside the mail; ``record``: those on it."""
        for number in self._written(record):
            self._work.remarks.remove_comment(number)
            self._work.component.links.forget(self._number, number)

    def _may_remove_comments(self, record: int | None = None) -> bool:
        return all(self._mails.may_remove(COMMENTS, number) for number in self._written(record))

    def _written(self, record: int | None) -> list[int]:
        written = self._work.remarks.comments(sorted(self._work.ours(self._number)))
        return [one["number"] for one in written if record in {None, one["record"]}]

    def comment(self, record: str) -> None:
        """Take back one comment."""
        number = int(record.partition("x")[2])
        known = {one["number"] for one in self._work.remarks.comments([number])}
        if self._mails.id(COMMENTS, number) != record or (not known and self._mails.module(number)):
            self._stay(record, "record_refused")
        elif not known:
            self.removed.append(record)
        elif number not in self._work.ours(self._number):
            self._stay(record, "not_ours")
        elif not self._mails.may_remove(COMMENTS, number):
            self._stay(record, "permission_denied")
        else:
            self._work.remarks.remove_comment(number)
            self._work.component.links.forget(self._number, number)
            self.removed.append(record)

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
        elif self._is_wanted_elsewhere(number):
            self._stay(record, "related_elsewhere")
        elif not self._may_remove_comments(number):
            self._stay(record, "permission_denied")
        else:
            for document in self._mails.documents(self._number):
                if number in self._work.ours(document["number"]):
                    self._mails.unrelate_document(document["number"], module, number)
                    links.forget(document["number"], number)
            self._comments(number)
            self._mails.unrelate(self._number, module, number)
            links.forget(self._number, number)
            self.removed.append(record)
