"""Suggestions and earlier links in one call (``mailconnectorfind``)."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from connector.errors import AnswerUnreadable
from connector.finding.answers import Answers
from connector.finding.otherside import Asked, OtherSide, asked, domains
from connector.finding.person import Person
from connector.finding.records import Module, Record, is_name, is_record_id, linkable
from connector.finding.suggestion import Reason, Suggestion, ordered
from connector.mail.mail import Mail
from connector.mail.sameness import same_subject
from connector.vtenext.component.answers import entries, record, text, unasked
from connector.vtenext.crm import Copy, Earlier, Look

FIND = "mailconnectorfind"
LONGEST_SUBJECT = 1_000
_REASONS = {reason.name.lower(): reason for reason in Reason}


def question(mail: Mail | None, side: OtherSide | None, recent: Sequence[str] = (), *, first: bool) -> dict[str, str]:
    """Return the parameters that ask for a mail and its people; ``first``: and for what stays the same meanwhile.

    ``recent`` are the ids of records that were chosen for these people before.
    """
    side = side or OtherSide()
    people = [{"mail": one.mail, "role": str(one.person.role)} for one in asked(side)]
    given = {"people": json.dumps(people)}
    if mail is not None:
        about = {"subject": mail.subject[:LONGEST_SUBJECT], "message_id": mail.message_id}
        about |= {"references": json.dumps(mail.thread)} if mail.thread else {}
        about |= {"recent": json.dumps(recent)} if recent else {}
        given |= {name: value for name, value in about.items() if value}
        given["domains"] = json.dumps(domains(side))
    return given | ({"first": "1"} if first else {})


def look_from(result: Any, message_id: str, subject: str, side: OtherSide) -> Look:
    """Read the answer. Raises `AnswerUnreadable` where it is none; what is wrong inside it is left out."""
    if not isinstance(result, dict) or not isinstance(result.get("records"), list):
        raise AnswerUnreadable(reason=FIND)
    by_mail = {one.mail.casefold(): one for one in asked(side)}
    listed = enumerate(entries(result["records"]))
    suggestions = (_suggestion(place, entry, by_mail) for place, entry in listed)
    found = ordered(one for one in suggestions if one is not None)
    earlier = _earlier(result, message_id, subject) if isinstance(result.get("links"), list) else None
    unknown = _unknown(result, found, list(by_mail.values()))
    return Look(Answers(found, unasked(result)), earlier, unknown, complete=result.get("complete") is True)


def _unknown(result: Mapping[str, Any], found: Sequence[Suggestion], people: Sequence[Asked]) -> tuple[Person, ...]:
    """Those asked for whom no record has; nobody where something was not asked, or not answered whole."""
    if unasked(result) is not None or result.get("complete") is not True:
        return ()
    known = result.get("known")
    if isinstance(known, list):
        mails = {one.casefold() for one in known if isinstance(one, str)}
    elif not found:
        mails = set()
    else:
        # A record comes once, for one of its addresses.
        return ()
    seen = {one.person for one in people if one.mail.casefold() in mails}
    return tuple(dict.fromkeys(one.person for one in people if one.person not in seen))


def modules_from(result: Any) -> tuple[Module, ...]:
    """Read the modules in an answer that was asked for with ``first``."""
    if not isinstance(result, dict) or not isinstance(result.get("modules"), list):
        raise AnswerUnreadable(reason=FIND)
    named = [(text(one, "name"), text(one, "label"), text(one, "singular")) for one in entries(result["modules"])]
    return linkable(
        tuple(
            Module(name, label or name, singular or label or name) for name, label, singular in named if is_name(name)
        )
    )


def limit_from(result: Any, name: str) -> int:
    """Read a limit in an answer that was asked for with ``first``; 0 where the answer has none.

    ``file``: bytes of the largest file; ``files``: how many go into one request.
    """
    limits = result.get("limits") if isinstance(result, dict) else None
    limit = limits.get(name) if isinstance(limits, dict) else None
    return limit if type(limit) is int and 0 < limit < 2**53 else 0


def commentable_from(result: Any) -> frozenset[str]:
    """Read the modules that take comments in an answer that was asked for with ``first``."""
    names = result.get("comments") if isinstance(result, dict) else None
    return frozenset(filter(is_name, names)) if isinstance(names, list) else frozenset()


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
    own_id, mine = entry.get("id"), entry.get("mine")
    return Copy(
        text(entry, "by"),
        text(entry, "at"),
        own if isinstance(own, bool) else None,
        own_id if isinstance(own_id, str) and is_record_id(own_id) else "",
        tuple(filter(is_record_id, mine)) if isinstance(mine, list) else (),
    )


def _suggestion(place: int, entry: Mapping[str, Any], by_mail: Mapping[str, Asked]) -> Suggestion | None:
    """Read an entry; the component has put them in order, so its place there is the place of its reason."""
    found, reason, about = record(entry), _REASONS.get(text(entry, "reason")), text(entry, "about")
    if found is None or reason is None:
        return None
    return Suggestion(found, reason, about, by_mail.get(about.casefold()), text(entry, "role"), place)
