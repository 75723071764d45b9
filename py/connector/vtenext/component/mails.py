"""A mail between the component's contract and vtenext's own names of its fields (``crm/README.md``, "copy")."""

from __future__ import annotations

import datetime
import re
from collections.abc import Mapping, Sequence
from typing import Any

from connector.errors import AnswerUnreadable
from connector.finding.records import is_record_id
from connector.linking.document import Document
from connector.linking.link import Link
from connector.linking.message import answered_by, people_of
from connector.linking.states import Content, StoredMail
from connector.mail.address import Address
from connector.mail.headers import one_line
from connector.mail.sameness import NO_DATE
from connector.vtenext.component.answers import entries, text

LONGEST_SUBJECT, LONGEST_REFERENCES, LONGEST_PERSON = 1000, 65_536, 2000
"""Characters that the contract takes."""
NO_TIME = f"{NO_DATE}00-00 00:00:00"
_SHA_256 = re.compile(r"[0-9a-f]{64}")
_FIELDS = {
    "message_id": "messageid",
    "subject": "subject",
    "mark": "xmailer",
    "from": "mfrom",
    "from_names": "mfrom_n",
    "to": "mto",
    "to_names": "mto_n",
    "cc": "mcc",
    "cc_names": "mcc_n",
    "bcc": "mbcc",
    "bcc_names": "mbcc_n",
    "reply_to": "mreplyto",
    "html": "description",
}
"""vtenext's names of the fields of a copy."""


def mail_of(link: Link) -> dict[str, Any]:
    """Return the parameter ``mail`` without its text. Raises LookupError before the mail was read."""
    mail, content = link.plan.mail, link.read_content
    return {
        "message_id": link.message_id,
        "subject": one_line(mail.subject)[:LONGEST_SUBJECT],
        "date": iso(content.date),
        "arrived": not content.dated,
        **{name: _people(people) for name, people in people_of(mail, content).items()},
        "in_reply_to": one_line(answered_by(content)),
        "references": _references(content),
    }


def iso(date: datetime.datetime) -> str:
    """Return an aware instant as the contract writes one, in UTC to the second."""
    return date.astimezone(datetime.UTC).replace(microsecond=0, tzinfo=None).isoformat() + "Z"


def _people(people: Sequence[Address]) -> list[dict[str, str]]:
    return [{"name": one.name[:LONGEST_PERSON], "mail": one.mail[:LONGEST_PERSON]} for one in people]


def _references(content: Content) -> str:
    """The newest mails of the thread stand at the end."""
    return one_line(content.references)[-LONGEST_REFERENCES:]


def stored_from(copy: Any, *, ours: bool = False) -> StoredMail:
    """Read a copy. Raises `AnswerUnreadable` where it is none. Without a text it is not whole."""
    if not isinstance(copy, dict) or not is_record_id(copy.get("id")) or not isinstance(copy.get("message_id"), str):
        raise AnswerUnreadable(reason="copy")
    row = {own: copy[name] for name, own in _FIELDS.items() if isinstance(copy.get(name), str)}
    # What the database can't hold it keeps as zeros.
    date = _server_time(copy, "date") or NO_TIME
    row |= {"id": copy["id"], "mdate": date, "createdtime": _server_time(copy, "created")}
    if type(copy.get("html_bytes")) is int:
        # The data of pictures is left out of the text.
        row["html_bytes"] = copy["html_bytes"]
    created = text(copy, "created")
    return StoredMail(copy["id"], "", created, date, ours=ours, row=row, whole="description" in row)


def _server_time(copy: Mapping[str, Any], name: str) -> str:
    """A time on the server's own clock, as vtenext's own operations write it; empty where there is none."""
    value = copy.get(name)
    if not isinstance(value, str) or not value:
        return ""
    try:
        return datetime.datetime.fromisoformat(value).replace(tzinfo=None).isoformat(" ", "seconds")
    except ValueError:
        return ""


def documents_of(copy: Mapping[str, Any]) -> tuple[Document, ...]:
    """Return the Documents of a copy, oldest first."""
    return tuple(document_from(one) for one in entries(copy.get("documents")) if is_record_id(one.get("id")))


def document_from(entry: Mapping[str, Any]) -> Document:
    """Read a Document of the mail; most have their place among the mail's files."""
    size, place, digest = entry.get("size"), entry.get("place"), entry.get("digest")
    return Document(
        id=str(entry["id"]),
        title=str(entry.get("title") or ""),
        size=size if type(size) is int and 0 <= size < 2**53 else -1,
        folder="",
        link=entry.get("link") is True,
        near=True,
        place=place if type(place) is int and 0 <= place < 100_000 else 0,
        digests=(digest,) if isinstance(digest, str) and _SHA_256.fullmatch(digest) else (),
    )
