"""Whether what stands in a form will do, and what of it is sent to the CRM.

The CRM checks everything again: what is found here is told without a round, and nothing more.

``sign`` is what stands before the decimals of a number in the pane's language.
"""

from __future__ import annotations

import datetime
import re

from connector.errors import Problem
from connector.making.form import BELONGING, TICKED, Entry, Field, Form, Kind
from connector.making.numerals import between, number

_BLANKS = re.compile(r"\s+")
_MAIL = re.compile(r'[^\s@<>",;]+@[^\s@<>",;]+')
_DAY = re.compile(r"[1-9]\d{3}-\d\d-\d\d", re.ASCII)
_TIME = re.compile(r"((?:[01]\d|2[0-3]):[0-5]\d)(?::00(?:\.0+)?)?", re.ASCII)
"""Some browsers write seconds, too."""


def tidied(field: Field, text: str) -> str:
    """Return the text as the CRM takes it: without white space at its ends, and in one line where it is one."""
    text = text.replace("\0", "")
    lines = field.kind in (Kind.LONG, Kind.SEVERAL)
    return text.strip() if lines else _BLANKS.sub(" ", text).strip()


def value(field: Field, text: str, sign: str = ".") -> str:
    """Return a value in the form that every CRM takes, whatever its user's language; as it stands where it has none."""
    text = tidied(field, text)
    if field.kind is Kind.NUMBER:
        return number(text, field.decimals, sign) or text
    if field.kind is Kind.TIME:
        return _time(text) or text
    if field.kind is Kind.MOMENT:
        day, between, time = text.partition("T")
        return day + between + (_time(time) or time)
    return text


def sendable(form: Form, entry: Entry, sign: str = ".") -> dict[str, str]:
    """Return the values to be sent: those of the form's own fields that are not empty."""
    texts = {one.name: value(one, entry.text(one.name), sign) for one in form.fields if entry.text(one.name).strip()}
    own = {one.name for one in form.fields if one.kind is Kind.RECORD and one.name != BELONGING}
    records = {name: record.id for name, record in entry.others.items() if name in own}
    given = texts | records
    return {one.name: given[one.name] for one in form.fields if given.get(one.name)}


def wrong(form: Form, entry: Entry, sign: str = ".") -> dict[str, Problem]:
    """Return what is wrong, by the names of fields in their order."""
    found = {one.name: _wrong(one, entry, sign) for one in form.fields}
    return {name: problem for name, problem in found.items() if problem is not None}


def _wrong(field: Field, entry: Entry, sign: str) -> Problem | None:
    if field.kind is Kind.RECORD:
        record = entry.target(field.name)
        if record is None:
            return Problem("field-missing", {"label": field.label}) if field.required else None
        return None if record.module in field.modules else Problem("field-refused", {"label": field.label})
    text = tidied(field, entry.text(field.name))
    if not text:
        if field.kind is Kind.TICK and field.required:
            return Problem("field-unticked", {"label": field.label})
        return Problem("field-missing", {"label": field.label}) if field.required else None
    length = len(value(field, text, sign))
    if length > field.longest:
        details = {"label": field.label, "longest": str(field.longest), "length": str(length)}
        return Problem("field-too-long", details)
    return _unfit(field, text, sign)


def _unfit(field: Field, text: str, sign: str) -> Problem | None:
    refused = Problem("field-refused", {"label": field.label})
    known = {one.value for one in field.values}
    match field.kind:
        case Kind.MAIL:
            return None if _MAIL.fullmatch(text) else Problem("field-no-mail")
        case Kind.CHOICE:
            return None if text in known else refused
        case Kind.SEVERAL:
            return None if set(text.split("\n")) <= known else refused
        case Kind.TICK:
            return None if text == TICKED else refused
        case Kind.DATE:
            if not _is_day(text):
                return Problem("field-no-date")
            return None if (field.least or text) <= text <= (field.most or text) else refused
        case Kind.TIME:
            return None if _time(text) else Problem("field-no-time")
        case Kind.MOMENT:
            day, _, time = text.partition("T")
            return None if _is_day(day) and _time(time) else Problem("field-no-moment")
        case Kind.NUMBER:
            return _no_number(field, text, sign)
        case _:
            return None


def _no_number(field: Field, text: str, sign: str) -> Problem | None:
    read = number(text, field.decimals, sign)
    if read is None:
        code = "field-no-number" if field.decimals else "field-no-whole-number"
        return Problem(code, {"sign": sign, "decimals": str(field.decimals)})
    if between(read, field.least, field.most):
        return None
    return Problem("field-out-of-range", {name: getattr(field, name).replace(".", sign) for name in ("least", "most")})


def _is_day(text: str) -> bool:
    try:
        return _DAY.fullmatch(text) is not None and datetime.date.fromisoformat(text) is not None
    except ValueError:
        return False


def _time(text: str) -> str:
    found = _TIME.fullmatch(text)
    return found[1] if found else ""
