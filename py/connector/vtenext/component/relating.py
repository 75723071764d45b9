"""Mails and Documents related to records by the component, and taken back."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable, Mapping, Sequence, Set
from typing import Any

from connector.errors import AnswerUnreadable, PermissionDenied, Problem, RecordRefused, RelationMissing, TakeBackFailed
from connector.finding.records import is_record_id
from connector.linking.link import Link
from connector.linking.states import StoredMail
from connector.linking.storage import Pair, Report
from connector.vtenext.component.answers import entries
from connector.vtenext.component.question import Ask, Question

RELATE, TAKE_BACK = "mailconnectorrelate", "mailconnectortakeback"
MOST_TARGETS = 50
"""Records of one request."""
Plainly = Callable[[Question], Awaitable[Any]]
"""An `Ask` of which nobody wants to see how far it has come."""
_REFUSALS = {
    "record_refused": RecordRefused.code,
    "relation_missing": RelationMissing.code,
    "permission_denied": PermissionDenied.code,
}


async def relate(ask: Ask, link: Link, pending: Mapping[str, Sequence[str]], report: Report) -> None:
    """Relate the mail and all its Documents to the records that are wanted, fifty at a time."""
    mail, documents = link.stored_mail.id, frozenset(link.documents)
    left = {(source, target) for source, targets in pending.items() for target in targets}
    # Mail and Documents are related to one another by the same call.
    own = {pair for pair in left if mail in pair and documents & set(pair)}
    left -= own
    records = [record.id for record in link.targets if any(pair[1] == record.id for pair in left)]
    if own and not records:
        records = [record.id for record in link.targets][:1]
    for start in range(0, len(records), MOST_TARGETS):
        await _relate(ask, mail, records[start : start + MOST_TARGETS], left, report)
    report(own, {})


async def _relate(ask: Ask, mail: str, targets: Sequence[str], left: set[Pair], report: Report) -> None:
    """Ask until all is related or refused; leaves the rest where a round brings nothing."""
    while True:
        result = await ask(Question(RELATE, {"message": mail, "targets": json.dumps(targets)}))
        related, refused, complete = pairs(result, RELATE)
        report(related, refused)
        settled = left & (related | refused.keys())
        # Where the mail is refused, nobody wants its Documents.
        refusing = {pair[1] for pair in refused if pair[0] == mail}
        left -= settled | {pair for pair in left if pair[1] in refusing}
        waiting = {pair for pair in left if pair[1] in targets}
        if not waiting:
            return
        if any(pair[0] == mail for pair in waiting) or not (complete or settled):
            raise AnswerUnreadable(reason=RELATE)
        if complete:
            # The component relates all Documents of the mail: these are none any more.
            gone = Problem(RecordRefused.code)
            report(frozenset(), dict.fromkeys(waiting, gone))
            left -= waiting
            return


async def remove(
    ask: Ask, link: Link, mail: StoredMail | None, documents: Sequence[str], comments: Sequence[str] = ()
) -> None:
    """Take back what this user's own link stored. Raises `TakeBackFailed` unless all of it is gone.

    With the mail go its comments, those too of which no answer came.
    """
    where = mail or link.stored
    if where is None:
        if documents or comments:
            raise _stays(link)
        return
    if comments and not mail:
        await _take_back(ask, link, where, {"comments": list(comments)}, set(comments))
    gone = await _take_back(ask, link, where, {"mail": True}, {where.id}) if mail else frozenset[str]()
    # With the mail go its Documents; one that was removed before is not named with it.
    left = [one for one in documents if one not in gone]
    for start in range(0, len(left), MOST_TARGETS):
        some = left[start : start + MOST_TARGETS]
        await _take_back(ask, link, where, {"documents": some}, set(some))


async def unlink(ask: Plainly, copy: str, record: str, subject: str) -> None:
    """Take an own mail from a record to which this user's link has related it. Raises `TakeBackFailed`."""
    await _taken(ask, subject, copy, {"records": [record]}, {record})


async def _take_back(
    ask: Ask, link: Link, mail: StoredMail, what: Mapping[str, Any], wanted: Set[str]
) -> frozenset[str]:
    return await _taken(ask, link.plan.mail.subject, mail.id, what, wanted)


async def _taken(ask: Plainly, subject: str, mail: str, what: Mapping[str, Any], wanted: Set[str]) -> frozenset[str]:
    """Ask once; return what is gone. Raises `TakeBackFailed` where something that is wanted is not."""
    try:
        result = await ask(Question(TAKE_BACK, {"message": mail, "what": json.dumps(what)}))
    except RecordRefused as error:
        # It may also be hidden from this user, or another's by now.
        if wanted == {mail} and error.details.get("gone") == "yes":
            return frozenset({mail})
        raise TakeBackFailed(subject=subject, reason="") from error
    removed = result.get("removed") if isinstance(result, dict) else None
    if not isinstance(removed, list):
        raise AnswerUnreadable(reason=TAKE_BACK)
    gone = frozenset(filter(is_record_id, removed))
    if wanted - gone:
        codes = (one.get("code") for one in entries(result.get("stays")) if one.get("id") in wanted)
        raise TakeBackFailed(subject=subject, reason=str(next(codes, "") or ""))
    return gone


def _stays(link: Link) -> TakeBackFailed:
    return TakeBackFailed(subject=link.plan.mail.subject, reason="")


def pairs(result: Any, operation: str) -> tuple[frozenset[Pair], dict[Pair, Problem], bool]:
    """What is related, what is refused, and whether that is all. Raises `AnswerUnreadable`."""
    if not isinstance(result, dict) or type(result.get("complete")) is not bool:
        raise AnswerUnreadable(reason=operation)
    listed, refusals = result.get("related"), entries(result.get("refused"))
    if not isinstance(listed, list):
        raise AnswerUnreadable(reason=operation)
    related = {
        (one[0], one[1]) for one in listed if isinstance(one, list) and len(one) == 2 and all(map(is_record_id, one))
    }
    refused = {}
    for one in refusals:
        code, details = _REFUSALS.get(str(one.get("code"))), one.get("details")
        if code is not None and is_record_id(one.get("source")) and is_record_id(one.get("target")):
            given = {key: str(value)[:200] for key, value in details.items()} if isinstance(details, dict) else {}
            refused[str(one["source"]), str(one["target"])] = Problem(code, given)
    return frozenset(related), refused, result["complete"]
