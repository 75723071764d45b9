"""Suggestions and earlier links in one call (``mailconnectorfind``)."""

from __future__ import annotations

import json
from collections.abc import Mapping
from itertools import islice
from typing import Any

from connector.errors import AnswerUnreadable
from connector.finding.answers import Answers
from connector.finding.records import Module, Record, is_name, linkable
from connector.finding.suggestion import MOST_PEOPLE, Reason, Suggestion, ordered
from connector.mail.address import Address, same
from connector.mail.mail import Mail
from connector.mail.sameness import same_subject
from connector.vtenext.component.answers import entries, record, text, unasked
from connector.vtenext.crm import Copy, Earlier, Look

FIND = "mailconnectorfind"
_REASONS = {
    "address": Reason.ADDRESS,
    "company": Reason.COMPANY,
    "opportunity": Reason.OPPORTUNITY,
    "ticket": Reason.TICKET,
    "domain": Reason.DOMAIN,
}


def question(mail: Mail | None, *, first: bool) -> dict[str, str]:
    """Return the parameters that ask for a mail, if any; ``first``: and for what stays the same while signed in."""
    asked_for = islice((one for one in mail.correspondents if one.mail), MOST_PEOPLE) if mail else ()
    people = [{"mail": one.mail, "role": _role(mail, one)} for one in asked_for] if mail else []
    asked = {"people": json.dumps(people)}
    if mail is not None and mail.message_id:
        asked["message_id"] = mail.message_id
    return asked | ({"first": "1"} if first else {})


def _role(mail: Mail, person: Address) -> str:
    if same(mail.author, person):
        return "from"
    return "to" if any(same(one, person) for one in mail.to) else "cc"


def look_from(result: Any, message_id: str, subject: str) -> Look:
    """Read the answer. Raises `AnswerUnreadable` where it is none; what is told wrongly inside it is left out."""
    if not isinstance(result, dict) or not isinstance(result.get("records"), list):
        raise AnswerUnreadable(reason=FIND)
    suggestions = (_suggestion(entry) for entry in entries(result["records"]))
    found = ordered(one for one in suggestions if one is not None)
    earlier = _earlier(result, message_id, subject) if isinstance(result.get("links"), list) else None
    return Look(Answers(found, unasked(result)), earlier)


def modules_from(result: Any) -> tuple[Module, ...]:
    """Read the modules in an answer that was asked for with ``first``."""
    if not isinstance(result, dict) or not isinstance(result.get("modules"), list):
        raise AnswerUnreadable(reason=FIND)
    told = [(text(one, "name"), text(one, "label"), text(one, "singular")) for one in entries(result["modules"])]
    return linkable(
        tuple(Module(name, label or name, singular or label or name) for name, label, singular in told if is_name(name))
    )


def limit_from(result: Any, name: str) -> int:
    """Read a limit in an answer that was asked for with ``first``; 0 where it is not told.

    ``file``: bytes of the largest file; ``files``: how many go into one request.
    """
    limits = result.get("limits") if isinstance(result, dict) else None
    limit = limits.get(name) if isinstance(limits, dict) else None
    return limit if type(limit) is int and 0 < limit < 2**53 else 0


def _earlier(result: Mapping[str, Any], message_id: str, subject: str) -> Earlier:
    records: list[Record] = []
    copies: list[Copy] = []
    for link in entries(result.get("links")):
        if link.get("message_id") == message_id and same_subject(subject, link.get("subject")) is not False:
            records += [one for entry in entries(link.get("records")) if (one := record(entry)) is not None]
            copies += [_copy(entry) for entry in entries(link.get("copies"))]
    return Earlier(tuple(dict.fromkeys(records)), tuple(dict.fromkeys(copies)))


def _copy(entry: Mapping[str, Any]) -> Copy:
    own = entry.get("own")
    return Copy(text(entry, "by"), text(entry, "at"), own if isinstance(own, bool) else None)


def _suggestion(entry: Mapping[str, Any]) -> Suggestion | None:
    found, reason = record(entry), _REASONS.get(text(entry, "reason"))
    return Suggestion(found, reason, text(entry, "about")) if found is not None and reason is not None else None
