"""Suggestions and earlier links in one call, where the CRM has the Mail Connector component (``mailconnectorfind``).

Stock queries see a user's own Messages only; the component also tells where others have linked the mail.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from connector.crm.client import CrmClient
from connector.domain.address import Address
from connector.domain.answers import Answers, Unasked
from connector.domain.records import Record, is_record_id
from connector.domain.suggestion import MOST_PEOPLE, Reason, Suggestion, ordered
from connector.errors import AnswerUnreadable

_REASONS = {
    "address": Reason.ADDRESS,
    "company": Reason.COMPANY,
    "opportunity": Reason.OPPORTUNITY,
    "ticket": Reason.TICKET,
    "domain": Reason.DOMAIN,
}


@dataclass(frozen=True)
class Earlier:
    """Where the mail is linked already: the records that this user may see, and who stored it when (ISO 8601)."""

    records: tuple[Record, ...]
    copies: tuple[tuple[str, str], ...]


async def find(
    client: CrmClient, people: Sequence[Address], message_id: str
) -> tuple[Answers[Suggestion], Earlier | None]:
    """Suggestions for the people, and the earlier links of the mail; None where the CRM failed to tell those."""
    addresses = [person.mail for person in people[:MOST_PEOPLE] if person.mail]
    parameters = {"addresses": json.dumps(addresses), "references": json.dumps([message_id])}
    result = await client.ask_component("mailconnectorfind", parameters)
    if not isinstance(result, dict) or not isinstance(result.get("records"), list):
        raise AnswerUnreadable(reason="mailconnectorfind")
    suggestions = [_suggestion(entry) for entry in _list(result["records"])]
    unasked = result.get("unasked")
    failed = [name[:60] for name in unasked if isinstance(name, str)] if isinstance(unasked, list) else []
    answers = Answers(
        ordered(one for one in suggestions if one is not None), Unasked(tuple(failed)) if failed else None
    )
    return answers, _earlier(result, message_id) if isinstance(result.get("links"), list) else None


def _earlier(result: dict[str, Any], message_id: str) -> Earlier:
    records: list[Record] = []
    copies: list[tuple[str, str]] = []
    for link in _list(result.get("links")):
        if link.get("message_id") == message_id:
            records += [record for entry in _list(link.get("records")) if (record := _record(entry)) is not None]
            copies += [(_text(copy, "by"), _text(copy, "at")) for copy in _list(link.get("copies"))]
    return Earlier(tuple(dict.fromkeys(records)), tuple(dict.fromkeys(copies)))


def _suggestion(entry: dict[str, Any]) -> Suggestion | None:
    record, reason = _record(entry), _REASONS.get(_text(entry, "reason"))
    return Suggestion(record, reason, _text(entry, "about")) if record is not None and reason is not None else None


def _record(entry: dict[str, Any]) -> Record | None:
    if not is_record_id(entry.get("id")) or not _text(entry, "module").isidentifier():
        return None
    name = _text(entry, "name")
    return Record(entry["id"], _text(entry, "module"), name or entry["id"], _text(entry, "detail"))


def _list(value: Any) -> list[dict[str, Any]]:
    return [one for one in value if isinstance(one, dict)] if isinstance(value, list) else []


def _text(entry: dict[str, Any], key: str) -> str:
    value = entry.get(key)
    return value[:500] if isinstance(value, str) else ""
