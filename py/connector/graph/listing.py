"""The attachments of a mail as Microsoft Graph lists them, and which of them is which of Outlook's."""

from __future__ import annotations

import datetime
import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from connector.errors import GraphUnreadable
from connector.graph.addresses import rest_id
from connector.graph.waiting import MONTHS
from connector.ports import RawAttachment

_KINDS = {"#microsoft.graph.itemAttachment": "item", "#microsoft.graph.referenceAttachment": "cloud"}


@dataclass(frozen=True)
class Listed:
    """An attachment as Graph lists it; ``size`` in bytes is declared, not real. ``kind`` is as in Outlook's list.

    ``content_id``, without brackets, is what the text shows it by, where that was asked for.
    """

    id: str
    name: str
    media_type: str
    size: int
    kind: str = "file"
    content_id: str = ""


def read(text: str) -> tuple[tuple[Listed, ...], str]:
    """Return what a page of the list holds, and the address of the next page or nothing. Raises `GraphUnreadable`."""
    try:
        answer = json.loads(text)
    except ValueError as error:
        raise GraphUnreadable from error
    entries = answer.get("value") if isinstance(answer, dict) else None
    if not isinstance(entries, list):
        raise GraphUnreadable
    return tuple(_listed(one) for one in entries if isinstance(one, dict)), _text(answer, "@odata.nextLink")


def target(text: str) -> str:
    """Return what an attachment leads to that is only a link; empty where Graph does not say it."""
    try:
        answer = json.loads(text)
    except ValueError:
        return ""
    return _text(answer, "sourceUrl") if isinstance(answer, dict) else ""


@dataclass(frozen=True)
class Told:
    """What Graph tells of a mail: its internet ``headers`` as a text, a field a line, empty where it has none of them.

    ``head`` is what tells it from other mails: its headers with the Message-ID that Exchange gives it; or the same
    fields made of its properties.
    """

    headers: str
    head: str


def told(text: str) -> Told:
    """Return what Graph tells of a mail. Raises `GraphUnreadable`."""
    try:
        answer = json.loads(text)
    except ValueError as error:
        raise GraphUnreadable from error
    if not isinstance(answer, dict):
        raise GraphUnreadable
    given = answer.get("internetMessageHeaders")
    fields = [one for one in given if isinstance(one, dict)] if isinstance(given, list) else []
    headers = _lines((_text(one, "name"), _text(one, "value")) for one in fields)
    sender = answer.get("from")
    person = sender.get("emailAddress") if isinstance(sender, dict) else None
    address = _text(person, "address") if isinstance(person, dict) else ""
    properties = {
        "Message-ID": _text(answer, "internetMessageId"),
        "Subject": _text(answer, "subject"),
        "From": f"<{address}>" if "@" in address else "",
        "Date": _date(_text(answer, "sentDateTime")),
    }
    # Exchange may have stamped it anew, and then Outlook has that id, too.
    stamped = {"Message-ID": properties["Message-ID"]}
    return Told(headers, headers + _lines((stamped if headers else properties).items()))


def _date(written: str) -> str:
    """An instant of Graph's (``2026-11-29T08:00:00Z``) as a mail's head writes it; empty for anything else."""
    try:
        date = datetime.datetime.fromisoformat(written)
    except ValueError:
        return ""
    if date.utcoffset() != datetime.timedelta(0):
        return ""
    return f"{date.day} {MONTHS[date.month - 1]} {date.year:04} {date:%H:%M:%S} +0000"


def _lines(fields: Iterable[tuple[str, str]]) -> str:
    cleaned = (("".join(name.split()), " ".join(value.split())) for name, value in fields)
    return "".join(f"{name}: {value}\r\n" for name, value in cleaned if name and value)


def matched(
    outlooks: Sequence[RawAttachment], graphs: Sequence[Listed], *, in_order: bool = True
) -> tuple[Listed | None, ...]:
    """Return for each attachment of Outlook's list that of Graph's; None where that can't be known.

    An id decides, in Exchange's form or in Graph's. Without, the name does; of several with one name their kind does,
    then the declared size, and else their order, where both lists have as many of them. ``in_order``: whether order may
    decide at all. It may where all of them come from Graph: each is stored once then, under its name.
    """
    by_id, names = {one.id: one for one in graphs if one.id}, {one.name for one in graphs}
    named = defaultdict[str, set[str]](set)
    for one in outlooks:
        named[rest_id(one.id)].add(one.name)
    # An id that stands there under two names says nothing; one file may be listed twice.
    told = [by_id.get(rest_id(one.id)) if one.id and len(named[rest_id(one.id)]) == 1 else None for one in outlooks]
    # Outlook may change a name, but not to that of another file.
    found = [
        graphs_one if graphs_one and (graphs_one.name == one.name or one.name not in names) else None
        for one, graphs_one in zip(outlooks, told, strict=True)
    ]
    known = {one.id for one in found if one}
    rest: dict[str, list[int]] = defaultdict(list)
    for place, one in enumerate(outlooks):
        if found[place] is None:
            rest[one.name].append(place)
    for name, places in rest.items():
        there = [one for one in graphs if one.name == name and not (one.id and one.id in known)]
        for group, of_kind in _by_kind({place: outlooks[place].kind for place in places}, there):
            pairs = _paired([outlooks[place].size for place in group], of_kind, in_order=in_order)
            for place, pair in zip(group, pairs, strict=True):
                found[place] = pair
    return tuple(found)


def _by_kind(kinds: Mapping[int, str], there: Sequence[Listed]) -> Iterator[tuple[list[int], list[Listed]]]:
    """The places and the attachments of each kind, where both lists have as many of each; else all of them at once."""
    if Counter(kinds.values()) != Counter(one.kind for one in there):
        yield list(kinds), list(there)
        return
    for kind in sorted(set(kinds.values())):
        yield [place for place, own in kinds.items() if own == kind], [one for one in there if one.kind == kind]


def _paired(sizes: Sequence[int], there: Sequence[Listed], *, in_order: bool) -> list[Listed | None]:
    """Which of some attachments of one name belong to these declared sizes."""
    if len(sizes) == len(there) == 1:
        return [there[0]]
    same = {size: [one for one in there if one.size == size] for size in set(sizes)}
    if not in_order:
        return [same[size][0] if len(same[size]) == sizes.count(size) == 1 else None for size in sizes]
    if all(len(found) == sizes.count(size) for size, found in same.items()):
        # Which of two is which does not matter where name and size are the same: both are stored under that name.
        remaining = {size: iter(found) for size, found in same.items()}
        return [next(remaining[size]) for size in sizes]
    return list(there) if len(there) == len(sizes) else [None] * len(sizes)


def unlisted(outlooks: Sequence[RawAttachment], graphs: Sequence[Listed]) -> int:
    """Return how many attachments Graph lists that Outlook does not, as far as that is sure."""
    found = {one.id for one in matched(outlooks, graphs) if one}
    return max(0, min(len(graphs) - len(found), len(graphs) - len(outlooks)))


def _listed(entry: dict[str, Any]) -> Listed:
    size = entry.get("size")
    return Listed(
        id=_text(entry, "id"),
        name=_text(entry, "name"),
        media_type=_text(entry, "contentType"),
        size=size if type(size) is int and size >= 0 else 0,
        kind=_KINDS.get(_text(entry, "@odata.type"), "file"),
        content_id=_text(entry, "contentId").strip().removeprefix("<").removesuffix(">"),
    )


def _text(entry: dict[str, Any], name: str) -> str:
    value = entry.get(name)
    return value if isinstance(value, str) else ""
