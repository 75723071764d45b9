"""Comparing what the CRM has with what was in the mail."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from connector.domain.filename import matches
from connector.domain.linking import FileOutcome, FileState, Problem
from connector.domain.mail import ITEM

PLACE = ", file "
"""Stands in the note of a Document that was sent on its own before its place among the attachments."""


@dataclass(frozen=True)
class Document:
    """A Document as a query gives it back; ``size`` in bytes.

    ``place`` counts the mail's attachments from 1 for one that was sent on its own; 0 for any other.
    """

    id: str
    title: str
    size: int
    folder: str
    note: str = ""

    @property
    def place(self) -> int:
        """Which attachment it is, as its note says."""
        _, found, place = self.note.strip().rpartition(PLACE)
        return int(place) if found and place.isascii() and place.isdigit() and len(place) < 6 else 0

    @property
    def number(self) -> int:
        """The record number: later Documents have higher ones."""
        return int(self.id.partition("x")[2])


def document_from(row: Mapping[str, Any]) -> Document:
    """Read a row of a query on Documents."""
    size = str(row.get("filesize") or "0")
    return Document(
        id=str(row["id"]),
        title=str(row.get("notes_title") or ""),
        size=int(size) if size.isascii() and size.isdigit() and len(size) < 16 else -1,
        folder=str(row.get("folderid") or ""),
        note=str(row.get("notecontent") or ""),
    )


def matched(
    files: Sequence[FileOutcome], documents: Sequence[Document], *, ours: bool
) -> tuple[tuple[FileOutcome, ...], tuple[Document, ...]]:
    """Find each attachment's Document; returns the outcomes and the Documents that belong to none.

    A file whose real size is known must have exactly that size in the CRM. One that was never read (a mail stored
    earlier) is known by its name, unless it shares that with another and not all of them are there: then it has
    to be read first. Each Document serves one attachment, and one that tells its place the attachment there.
    """
    result = list(files)
    free = sorted(documents, key=lambda document: document.number)

    def take(index: int, document: Document) -> None:
        result[index] = _stored(result[index], document, ours=ours)
        free.remove(document)

    known = {document.id: document for document in free}
    for index, outcome in enumerate(files):
        if outcome.document in known:
            take(index, known.pop(outcome.document))
    for document in tuple(free):
        index = document.place - 1
        if 0 <= index < len(result) and _lacking(result[index]) and _belongs(result[index], document):
            take(index, document)
    for index, outcome in enumerate(files):
        if _lacking(result[index]) and not _ambiguous(outcome, result, free):
            found = next((document for document in free if _belongs(outcome, document)), None)
            if found is not None:
                take(index, found)
    return tuple(result), tuple(free)


def doubled(
    files: Sequence[FileOutcome], documents: Sequence[Document], *, ours: bool
) -> tuple[tuple[FileOutcome, ...], tuple[Document, ...]]:
    """What to do about Documents that were sent on their own for an attachment that has one already.

    ``documents`` are those that `matched` left over. Returns the outcomes and the Documents to delete: of two that
    this link sent the later one. Of two that two devices sent, each device keeps the older one, so that one stays.
    """
    result, surplus = list(files), []
    for document in documents:
        index = document.place - 1
        if not 0 <= index < len(result) or not result[index].document or not _belongs(result[index], document):
            continue
        outcome = result[index]
        own = Document(outcome.document, outcome.stored_name, outcome.stored_size, "")
        if document.number < own.number and outcome.ours:
            own_too = ours or outcome.lost
            result[index] = replace(outcome, document=document.id, ours=own_too, stored_name=document.title)
            surplus.append(own)
        elif outcome.lost:
            surplus.append(document)
    return tuple(result), tuple(surplus)


def _lacking(outcome: FileOutcome) -> bool:
    """Whether its Document is to be looked for; one that the CRM seemed to refuse may have arrived all the same."""
    return not outcome.document and (outcome.state is not FileState.GIVEN_UP or outcome.tries > 0)


def _ambiguous(outcome: FileOutcome, files: Sequence[FileOutcome], free: Sequence[Document]) -> bool:
    """Whether only the name is known, and others of that name lack a Document that is not there."""
    if outcome.file is not None:
        return False
    rivals = [one for one in files if _lacking(one) and one.name == outcome.name]
    return len(rivals) > sum(_belongs(outcome, document) for document in free)


def _stored(outcome: FileOutcome, document: Document, *, ours: bool) -> FileOutcome:
    renamed = document.title not in (outcome.attachment.name or outcome.name, _with_ending(outcome))
    link = Problem("file-is-link") if outcome.url else None
    return replace(
        outcome,
        state=FileState.STORED,
        document=document.id,
        ours=ours or outcome.ours or outcome.tries > 0,
        alone=outcome.alone or document.place > 0,
        stored_name=document.title,
        stored_size=document.size,
        problem=Problem("file-renamed", {"stored": document.title}) if renamed else link,
    )


def _with_ending(outcome: FileOutcome) -> str:
    """An attached mail or calendar entry has a title, no file name: its ending is no renaming."""
    own = outcome.attachment
    return own.name + outcome.name[outcome.name.rfind(".") :] if own.kind == ITEM else own.name


def _belongs(outcome: FileOutcome, document: Document) -> bool:
    if outcome.file is not None and outcome.file.size != document.size:
        return False
    return matches(outcome.name, document.title)
