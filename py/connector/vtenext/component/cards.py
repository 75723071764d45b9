"""A record's card (``mailconnectorrecord``)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from connector.errors import AnswerUnreadable
from connector.finding.card import Card, LinkedMail
from connector.finding.records import COMPANIES, Record, is_record_id
from connector.vtenext.component.answers import entries, record, text, unasked

RECORD, ADD_ADDRESS = "mailconnectorrecord", "mailconnectoraddaddress"
MOST = 20
"""Mails, and cases, that are taken of an answer."""


def card_from(result: Any, asked: str) -> Card:
    """Read the card of the record with that id. Raises `AnswerUnreadable` where the answer is none of it."""
    answer = record(result) if isinstance(result, dict) else None
    if answer is None or answer.id != asked:
        raise AnswerUnreadable(reason=RECORD)
    cases = (one for entry in entries(result.get("cases")) if (one := record(entry)) is not None)
    return Card(
        answer,
        _behind(result.get("company"), COMPANIES),
        text(result, "owner"),
        text(result, "address"),
        text(result, "phone"),
        text(result, "state"),
        tuple(_mail(one) for one in entries(result.get("mails")))[:MOST],
        tuple(cases)[:MOST],
        unasked(result) is None,
        result.get("takes_address") is True,
        _behind(result.get("person"), "Contacts", "Leads"),
    )


def given_from(result: Any, asked: str) -> Card:
    """Read the card of a record that was given an address."""
    return card_from(result.get("record") if isinstance(result, dict) else None, asked)


def _mail(answer: Mapping[str, Any]) -> LinkedMail:
    return LinkedMail(text(answer, "subject"), text(answer, "date"), text(answer, "by"))


def _behind(answer: Any, *modules: str) -> Record | None:
    """Read a person or company. Of a company the module may be missing: older components do not tell it."""
    if not isinstance(answer, dict) or not is_record_id(answer.get("id")) or not text(answer, "name").strip():
        return None
    module = text(answer, "module") or modules[0]
    return Record(answer["id"], module, text(answer, "name")) if module in modules else None
