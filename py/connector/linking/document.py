"""A Document of the CRM: what was made of a file."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

PLACE = ", file "
"""Stands in the note of a Document that was sent on its own before its place among the attachments."""

ORIGINAL = 500
"""The place of the mail itself as a file: the last that the component's contract has."""

NEAR = datetime.timedelta(minutes=10)
"""So soon after the mail its Documents are created, in the same request."""


@dataclass(frozen=True)
class Document:
    """A Document as a query gives it back; ``size`` in bytes, ``created`` in the CRM's own time.

    ``place`` is that among the mail's attachments, from 1, and 0 where nobody has noted it. ``alone``: it was created
    by itself, so that the mail has to be related to it. ``near``: it is one of the mail's files, or was created so soon
    after the mail that it most likely is. ``digests`` are the beginnings of what its SHA-256 may be, in hexadecimal
    digits; none where the CRM tells nothing of what is in it.
    """

    id: str
    title: str
    size: int
    folder: str
    note: str = ""
    created: str = ""
    link: bool = False
    near: bool = False
    place: int = 0
    alone: bool = False
    digests: tuple[str, ...] = ()

    @property
    def number(self) -> int:
        """The record number: later Documents have higher ones."""
        return number_of(self.id)

    @property
    def empty(self) -> bool:
        """Whether it has no content: the CRM also keeps Documents without the file that it did not take."""
        return self.size == 0 and not self.link


def without_original(documents: Iterable[Document], files: int) -> list[Document]:
    """Those that are not the mail itself, of a mail that has so many files."""
    return [one for one in documents if not (one.place == ORIGINAL > files)]


def number_of(record_id: str) -> int:
    """The record number of an id."""
    return int(record_id.partition("x")[2])


def document_from(row: Mapping[str, Any], *, near: bool = False) -> Document:
    """Read a row of a query on Documents."""
    size, note = str(row.get("filesize") or "0"), str(row.get("notecontent") or "")
    place = _noted(note)
    return Document(
        id=str(row["id"]),
        title=str(row.get("notes_title") or ""),
        size=int(size) if size.isascii() and size.isdigit() and len(size) < 16 else -1,
        folder=str(row.get("folderid") or ""),
        note=note,
        created=str(row.get("createdtime") or ""),
        link=row.get("filelocationtype") == "E",
        near=near,
        place=place,
        alone=place > 0,
    )


def _noted(note: str) -> int:
    """Which attachment it is, as the note says."""
    _, found, place = note.strip().rpartition(PLACE)
    return int(place) if found and place.isascii() and place.isdigit() and len(place) < 6 else 0


def is_near(document: Document, mail_created: str) -> bool:
    """Return whether a Document was created right after the mail, by the CRM's own times."""
    try:
        mail, later = (datetime.datetime.fromisoformat(time) for time in (mail_created, document.created))
        return datetime.timedelta(0) <= later - mail <= NEAR
    except (ValueError, TypeError):
        return False
