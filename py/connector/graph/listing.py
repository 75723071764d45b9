"""The attachments of a mail as Microsoft Graph lists them, and which of them is which of Outlook's."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from connector.errors import GraphUnreadable
from connector.graph.addresses import rest_id
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


def internet_headers(text: str) -> str:
    """Return a mail's internet headers as a text, a field a line; empty where Graph has none of them."""
    try:
        answer = json.loads(text)
    except ValueError as error:
        raise GraphUnreadable from error
    given = answer.get("internetMessageHeaders") if isinstance(answer, dict) else None
    fields = [one for one in given if isinstance(one, dict)] if isinstance(given, list) else []
    lines = [(_text(one, "name"), " ".join(_text(one, "value").split())) for one in fields]
    return "".join(f"{name}: {value}\r\n" for name, value in lines if name)


def matched(outlooks: Sequence[RawAttachment], graphs: Sequence[Listed]) -> tuple[Listed | None, ...]:
    """Return for each attachment of Outlook's list that of Graph's; None where that can't be known.

    An id decides, in Exchange's form or in Graph's. Without, the name does; of several with one name the declared size
    does, and else their order, where both lists have as many of them.
    """
    by_id = {one.id: one for one in graphs if one.id}
    found = [by_id.get(rest_id(one.id)) if one.id else None for one in outlooks]
    if len({one.id for one in found if one}) < sum(one is not None for one in found):
        found = [None] * len(outlooks)  # Ids that stand there twice say nothing.
    known = {one.id for one in found if one}
    rest: dict[str, list[int]] = defaultdict(list)
    for place, one in enumerate(outlooks):
        if found[place] is None:
            rest[one.name].append(place)
    for name, places in rest.items():
        there = [one for one in graphs if one.name == name and not (one.id and one.id in known)]
        for place, pair in zip(places, _paired([outlooks[place].size for place in places], there), strict=True):
            found[place] = pair
    return tuple(found)


def _paired(sizes: Sequence[int], there: Sequence[Listed]) -> list[Listed | None]:
    """Which of some attachments of one name belong to these declared sizes."""
    if len(sizes) == len(there) == 1:
        return [there[0]]
    same = {size: [one for one in there if one.size == size] for size in set(sizes)}
    if all(len(found) == sizes.count(size) for size, found in same.items()):
        # Which of two is which does not matter where name and size are the same: both are stored under that name.
        remaining = {size: iter(found) for size, found in same.items()}
        return [next(remaining[size]) for size in sizes]
    return list(there) if len(there) == len(sizes) else [None] * len(sizes)


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
