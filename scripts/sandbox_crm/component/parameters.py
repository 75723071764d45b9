"""The parameters of the component's operations for mails, checked as the contract says (``crm/README.md``)."""

from __future__ import annotations

import datetime
import html
import re
from collections.abc import Mapping
from typing import Any
from zoneinfo import ZoneInfo

from ..rest.operations import Call
from .answers import ComponentRefusal
from .calls import text, texts

NEVER = frozenset(
    {"Users", "Groups", "Currency", "DocumentFolders", "Messages", "Documents", "Emails", "ModComments"}
    | {"ModNotifications", "ChangeLog", "Reports", "Charts", "Myfiles", "Sms", "Fax", "PBXManager"}
    | {"MailConnector"}
)
"""Modules that no link leads to."""
MOST_IDS = 50
MOST_FILES = 500
TEXTS = {"message_id": 255, "subject": 1000, "date": 40, "in_reply_to": 1000, "references": 65536, "html": 0}
PEOPLE = {"from": 10, "to": 20000, "cc": 20000, "bcc": 20000, "reply_to": 100}
COLUMNS = {"from": "mfrom", "to": "mto", "cc": "mcc", "bcc": "mbcc", "reply_to": "mreplyto"}
LONGEST_PERSON = 2000
MOST_SOUGHT, LONGEST_SOUGHT = 8, 255
"""Message-IDs that one question may name, and their characters."""
_ID = re.compile(r"[1-9][0-9]{0,8}x[1-9][0-9]{0,14}")
_MOMENT = re.compile(
    r"([0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2})(?:\.[0-9]{1,6})?(Z|[+-][0-9]{2}:[0-9]{2})"
)
_SPECIALS = frozenset('()<>[]:;@\\,."')
_LINE = re.compile("[\\s\x00-\x1f\x7f\x85\u2028\u2029]+")
_HIDDEN = re.compile(r"<(script|style|head|title|noscript)\b[^>]*+>.*?(?:</\1\b[^>]*+>|\Z)", re.DOTALL | re.IGNORECASE)
_FOREIGN = re.compile(
    r"<([\s/]*)(?:noscript|noembed|noframes|plaintext|xmp|textarea|svg|math)(?![\w-])", re.ASCII | re.IGNORECASE
)
_TURNING = re.compile("[\u202a-\u202e\u2066-\u2069\ufeff]+")
_COMMENT = re.compile(r"<!--.*?(?:-->|\Z)", re.DOTALL)
_TAG = re.compile(r"</?[a-z!?][^>]*+(?:>|\Z)", re.DOTALL | re.IGNORECASE)
_UNSEEN = re.compile("[\\s\x00-\x1f\x7f-\xa0\xad\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufe00-\ufe0f]+")


def invalid(name: str) -> ComponentRefusal:
    """Return the refusal of a parameter."""
    message = f"The parameter {name} is missing or not acceptable."
    return ComponentRefusal("request_invalid", message, parameter=name)


def line(value: str) -> str:
    """Return a text on one line."""
    return _LINE.sub(" ", value).strip()


def is_id(value: str) -> bool:
    """Whether a text is a record id."""
    return _ID.fullmatch(value) is not None


def check_arrived(call: Call) -> None:
    """Raise where nothing of the request has arrived: PHP drops a body over its ``post_max_size``."""
    if not any(call.parameters.values()):
        raise ComponentRefusal("request_empty", "Nothing of the request arrived: it was larger than the server takes.")


def record_id(call: Call, name: str) -> str:
    """Return a parameter that is one record id."""
    value = text(call, name)
    if not is_id(value):
        raise invalid(name)
    return value


def record_ids(call: Call, name: str) -> list[str]:
    """Return a parameter that is a list of record ids, each once."""
    return ids_within(name, texts(call, name))


def ids_within(name: str, given: object) -> list[str]:
    """Return a list of record ids that is part of a parameter."""
    if not isinstance(given, list) or not all(isinstance(one, str) and _ID.fullmatch(one) for one in given):
        raise invalid(name)
    found = list(dict.fromkeys(given))
    if not 1 <= len(found) <= MOST_IDS:
        raise invalid(name)
    return found


def parsed(call: Call, name: str) -> dict[str, Any]:
    """Return a parameter that is a JSON object."""
    value = call.encoded(name)
    if not isinstance(value, dict):
        raise invalid(name)
    return value


def moment(value: str, name: str) -> datetime.datetime | None:
    """Return the time that a text tells with its offset; None for an empty one."""
    if not value:
        return None
    match = _MOMENT.fullmatch(value)
    if match is None:
        raise invalid(name)
    try:
        return datetime.datetime.fromisoformat(match[1] + match[2])
    except ValueError:
        raise invalid(name) from None


def mark_of(date: datetime.datetime | None, came: datetime.datetime | None = None) -> str:
    """Return what a record says of its date: the second in UTC, or that of its arrival."""
    if date is not None:
        return f"Mail Connector; sent {_second(date)}"
    return f"Mail Connector; date unsure, came {_second(came)}" if came else "Mail Connector; date unsure"


def _second(date: datetime.datetime) -> str:
    return f"{date.astimezone(datetime.UTC):%Y-%m-%d %H:%M:%S} UTC"


class MailParameter:
    """The parameter ``mail``: a mail by named fields, and nothing else."""

    def __init__(self, call: Call) -> None:
        given = parsed(call, "mail")
        if given.keys() - TEXTS.keys() - PEOPLE.keys() - {"arrived"}:
            raise invalid("mail")
        arrived = given.get("arrived", False)
        self._texts = {name: _text(given.get(name, ""), longest) for name, longest in TEXTS.items()}
        self._people = {name: _persons(given.get(name, []), most) for name, most in PEOPLE.items()}
        self.message_id, self.subject = line(self._texts["message_id"]), line(self._texts["subject"])
        self._date = moment(self._texts["date"], "mail")
        self.mark = mark_of(None, self._date) if arrived else mark_of(self._date)
        if not self.message_id or not isinstance(arrived, bool):
            raise invalid("mail")

    def fields(self, zone: ZoneInfo) -> dict[str, str]:
        """Return the values of the CRM's record, by the CRM's names."""
        date = self._date.astimezone(zone).strftime("%Y-%m-%d %H:%M:%S") if self._date else ""
        fields = {
            "subject": self.subject,
            "messageid": self.message_id,
            "mtype": "Link",
            "mdate": date,
            "xmailer": self.mark,
            "in_reply_to": line(self._texts["in_reply_to"]),
            "mreferences": line(self._texts["references"]),
            "description": plain(self._texts["html"]),
        }
        for name, column in COLUMNS.items():
            people = self._people[name]
            fields[column] = ", ".join(mail for _, mail in people if mail)
            fields[f"{column}_n"] = ", ".join(name or mail for name, mail in people)
            fields[f"{column}_f"] = ", ".join(_full(*one) for one in people)
        return fields


def _text(value: object, longest: int) -> str:
    if not isinstance(value, str) or (longest and len(value) > longest):
        raise invalid("mail")
    return value


def _persons(given: object, most: int) -> list[tuple[str, str]]:
    if not isinstance(given, list) or len(given) > most:
        raise invalid("mail")
    return [pair for one in given if any(pair := _person(one))]


def _person(given: object) -> tuple[str, str]:
    if not isinstance(given, Mapping) or given.keys() - {"name", "mail"}:
        raise invalid("mail")
    name, mail = (line(_text(given.get(key, ""), LONGEST_PERSON)) for key in ("name", "mail"))
    return name, mail


def _full(name: str, mail: str) -> str:
    if not name:
        return mail
    if not mail or "=?" in name or not _SPECIALS.isdisjoint(name):
        name = '"' + name.replace("\\", "\\\\").replace('"', '\\"') + '"'
    return f"{name} <{mail}>" if mail else name


def file_name(name: str) -> str:
    """Return a name that a file may have."""
    name = line(re.sub(r"[/\\\0]", "_", _TURNING.sub("", name)))[:200]
    return name.rstrip(". ") or "file"


def plain(body: str) -> str:
    """Return a body with a ``span`` for each element that a browser reads in another way than the CRM's filter."""
    return _FOREIGN.sub(r"<\1span", body.replace("\0", ""))


def visible(body: str) -> str:
    """Return what a reader sees of a body, without white space."""
    for pattern in (_COMMENT, _HIDDEN, _TAG):
        body = pattern.sub("", body)
    return _UNSEEN.sub("", html.unescape(body))
