"""Comparing what the CRM has with what was in the mail."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence, Set
from dataclasses import replace
from itertools import takewhile
from typing import Any

from connector.errors import Problem
from connector.linking.document import Document, without_original
from connector.linking.moves import Event
from connector.linking.outcome import FINAL, FileOutcome, given_up
from connector.linking.states import FileState
from connector.mail.filename import TITLE, Likeness, is_handed_out_as_text, likeness
from connector.mail.mail import CLOUD, ITEM


def matched(
    files: Sequence[FileOutcome], documents: Sequence[Document], *, ours: bool
) -> tuple[tuple[FileOutcome, ...], tuple[Document, ...]]:
    """Find each attachment's Document; returns the outcomes and the Documents that belong to none.

    Each Document serves one attachment. One that tells its place is the attachment's there, if the two are alike:
    another client may list the attachments in another order. The others were made in the order of the attachments,
    and so they are matched: as many as possible of the same size, whose titles are like the names. A title that is not
    is enough only for a Document that was made with the mail (`Document.near`).

    A file that was never read (a mail stored earlier) has no size to compare and is known by its name, unless it
    shares that with another and not all of them are there: then it has to be read first. It gets what the files that
    were read have left: in another order of the attachments another file stands in its place.
    """
    result = list(files)
    attached = without_original(documents, len(files))
    free = {document.id: document for document in sorted(attached, key=lambda document: document.number)}

    def take(index: int, document: Document) -> None:
        one = result[index]
        own, alone = ours or one.ours or one.tries > 0, one.alone or document.alone
        result[index] = filed(one, free.pop(document.id), ours=own, alone=alone)

    for index, outcome in enumerate(files):
        if outcome.document in free:
            take(index, free[outcome.document])
    for read in (True, False):
        these = {index for index, one in enumerate(files) if _is_read(one) is read}
        summed = [one for one in free.values() if one.digests and one.place]
        sure = {one.id for one in summed if any(_has_the_bytes(files[index], one) for index in these)}

        def others(sure: Set[str] = sure) -> Iterator[Document]:
            return (one for one in free.values() if not _in_its_place(files, one) or one.id in sure)

        for document in tuple(free.values()):
            index = document.place - 1
            if index in these and _in_its_place(files, document) and _lacking(result[index], ours):
                take(index, document)
        wanted = _distinguished(
            result, [index for index in sorted(these) if _lacking(result[index], ours)], free.values()
        )
        for index, document in _in_order(result, wanted, list(others())):
            take(index, document)
        for index in wanted:
            # Another CRM may make them in another order.
            like = (one for one in others() if _weight(result[index], one) > _SIZE)
            if _lacking(result[index], ours) and (found := next(like, None)) is not None:
                take(index, found)
    return tuple(result), tuple(free.values())


def _is_read(outcome: FileOutcome) -> bool:
    return outcome.file is not None or bool(outcome.url)


def doubled(
    files: Sequence[FileOutcome], documents: Sequence[Document], *, ours: bool
) -> tuple[tuple[FileOutcome, ...], tuple[Document, ...]]:
    """What to do about Documents that were sent on their own for an attachment that has one already.

    ``documents`` are those that `matched` left over. Returns the outcomes and the Documents to delete: of two that
    this link sent the later one. Of two that two devices sent, each device keeps the older one, so that one stays.
    """
    result, surplus = list(files), []
    for document in documents:
        index = document.place - 1 if document.place else _sent_again(result, document)
        if not 0 <= index < len(result) or not result[index].document or not _fits(result[index], document):
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


def otherwise_there(files: Sequence[FileOutcome], documents: Sequence[Document]) -> tuple[FileOutcome, ...]:
    """Return the files, of those that the server seemed not to take what stands in the CRM in their place.

    ``documents`` are those that `matched` left over of a mail that this link has stored: one of the same name and of
    another size was made of the file, cut off or changed on its way. Sent once more it would come to the same.
    """
    result = list(files)
    for document in documents:
        for at, one in enumerate(result):
            refused = one.problem is not None and one.problem.code == "file-over-server-limit"
            missing = refused or (one.state is FileState.READ and one.file is not None and not one.document)
            if missing and document.near and not document.empty and _likeness(one, document):
                problem = Problem("file-part-stays", {"stored": document.title})
                result[at] = (
                    replace(one, problem=problem) if refused else given_up(one, problem.code, **problem.details)
                )
                break
    return tuple(result)


def contradict(files: Sequence[FileOutcome], documents: Sequence[Document], *, any_one: bool) -> bool:
    """Whether Documents are those of another mail: as many of a file's name are there, and none has its size and bytes.

    Of one file of which only the bytes are others that is enough. By the size it must be so of all files, or of
    ``any_one``. Attached mails and appointments do not count, as other clients write them in other bytes.
    """
    read = [one for one in files if one.file is not None and one.file.size]
    known = [one for one in read if one.attachment.kind not in (ITEM, CLOUD)]
    there = [document for document in without_original(documents, len(files)) if not document.empty]

    def is_another(outcome: FileOutcome) -> bool:
        like = [document for document in there if _likeness(outcome, document)]
        rivals = sum(one.name == outcome.name for one in files)
        return len(like) >= rivals and not any(_weight(outcome, document) for document in there)

    def has_other_bytes(outcome: FileOutcome) -> bool:
        like = (document for document in there if _likeness(outcome, document))
        return is_another(outcome) and any(_has_the_size(outcome, document) for document in like)

    by_bytes = any(map(has_other_bytes, known))
    return by_bytes or (bool(known) and (any if any_one else all)(map(is_another, known)))


def _sent_again(files: Sequence[FileOutcome], document: Document) -> int:
    """The place of a file that was added to the mail, got no answer and was sent alone, and came to be this, too."""
    alike = (index for index, one in enumerate(files) if one.added and one.lost and one.alone)
    return next((index for index in alike if _weight(files[index], document) == _SAME), -1)


def _in_its_place(files: Sequence[FileOutcome], document: Document) -> bool:
    """Return whether a Document is like the attachment in the place that it names."""
    index = document.place - 1
    return 0 <= index < len(files) and _fits(files[index], document) and bool(_likeness(files[index], document))


def _lacking(outcome: FileOutcome, ours: bool) -> bool:
    """Whether its Document is to be looked for; one that the CRM seemed to refuse may have arrived all the same.

    Of a mail that was stored earlier a file may be there, too, that Outlook does not hand over now.
    """
    if outcome.document or outcome.state is not FileState.GIVEN_UP or outcome.tries > 0:
        return not outcome.document
    empty = outcome.problem is not None and outcome.problem.code in FINAL
    return not ours and outcome.file is None and not empty


# Which belongs to which ---------------------------------------------------------------------------

_SIZE = 1
_SAME = _SIZE + Likeness.SAME


def _fits(outcome: FileOutcome, document: Document) -> bool:
    """Whether the sizes allow it, and what is known of the bytes."""
    if not _has_the_size(outcome, document):
        return False
    return not (outcome.digest and document.digests) or _has_the_bytes(outcome, document)


def _has_the_size(outcome: FileOutcome, document: Document) -> bool:
    if outcome.file is not None:
        return document.size == outcome.file.size
    return document.link or not document.empty


def _has_the_bytes(outcome: FileOutcome, document: Document) -> bool:
    return bool(outcome.digest and document.digests) and outcome.digest.startswith(document.digests)


def _weight(outcome: FileOutcome, document: Document) -> int:
    """How much speaks for it; 0 where it can't be."""
    if not _fits(outcome, document):
        return 0
    like = _likeness(outcome, document)
    known = outcome.file is not None and document.near
    return _SIZE + like if like or known else 0


def _likeness(outcome: FileOutcome, document: Document) -> Likeness:
    # Earlier versions sent other names for some.
    return likeness(outcome.name, document.title) or likeness(outcome.attachment.name, document.title)


def _distinguished(
    files: Sequence[FileOutcome], lacking: Sequence[int], documents: Sequence[Document] | Any
) -> list[int]:
    """Those of the attachments that can be matched: not where only the name is known, and others have it, too."""
    rivals = Counter(files[index].name[:TITLE] for index in lacking)
    there: dict[str, int] = {}

    def enough(outcome: FileOutcome) -> bool:
        key = outcome.name[:TITLE]
        if key not in there:
            there[key] = sum(bool(_weight(outcome, document)) for document in documents)
        return rivals[key] <= there[key]

    return [index for index in lacking if files[index].file is not None or enough(files[index])]


def _in_order(
    files: Sequence[FileOutcome], wanted: Sequence[int], documents: Sequence[Document]
) -> list[tuple[int, Document]]:
    """Pairs of attachments and Documents, none crossing another, for which most speaks."""
    # Where the next of both are the same, no other choice is better.
    begin = sum(
        1
        for _ in takewhile(lambda pair: _weight(files[pair[0]], pair[1]) == _SAME, zip(wanted, documents, strict=False))
    )
    pairs = list(zip(wanted[:begin], documents[:begin], strict=True))
    wanted, documents = wanted[begin:], documents[begin:]
    likely = [one for one in documents if any(_weight(files[index], one) for index in wanted)]
    weights = [[_weight(files[index], one) for one in likely] for index in wanted]
    best = [[0] * (len(likely) + 1) for _ in range(len(wanted) + 1)]
    for row in range(len(wanted) - 1, -1, -1):
        for column in range(len(likely) - 1, -1, -1):
            weight = weights[row][column]
            with_both = weight + best[row + 1][column + 1] if weight else 0
            best[row][column] = max(with_both, best[row + 1][column], best[row][column + 1])
    row = column = 0
    while row < len(wanted) and column < len(likely):
        weight = weights[row][column]
        if weight and best[row][column] == weight + best[row + 1][column + 1]:
            pairs.append((wanted[row], likely[column]))
            row, column = row + 1, column + 1
        elif best[row][column] == best[row + 1][column]:
            row += 1
        else:
            column += 1
    return pairs


# What came of it ----------------------------------------------------------------------------------


def filed(outcome: FileOutcome, document: Document, *, ours: bool = True, alone: bool = False) -> FileOutcome:
    """An attachment that stands in the CRM as this Document."""
    title, size, problem = document.title, document.size, problem_of(outcome, document)
    known = {"document": document.id, "stored_name": title, "stored_size": size, "problem": problem}
    compared = _has_the_bytes(outcome, document)
    return outcome.moved(Event.ARRIVED, FileState.STORED, ours=ours, alone=alone, compared=compared, **known)


def problem_of(outcome: FileOutcome, document: Document) -> Problem | None:
    """What is to be said of an attachment that stands in the CRM as this Document."""
    if outcome.url:
        return Problem("file-is-link")
    as_text = is_handed_out_as_text(outcome.name)
    cut = likeness(outcome.name, document.title) is Likeness.CUT
    other = document.title not in (outcome.attachment.name or outcome.name, _with_ending(outcome))
    if other and not (cut and as_text):
        code = "file-title-cut" if cut else "file-called" if outcome.file is None else "file-renamed"
        return Problem(code, {"stored": document.title})
    return Problem("file-as-text", {"stored": f"{outcome.name}.txt"}) if as_text else None


def _with_ending(outcome: FileOutcome) -> str:
    """An attached mail or calendar entry has a title, no file name: its ending is no renaming."""
    own = outcome.attachment
    return own.name + outcome.name[outcome.name.rfind(".") :] if own.kind == ITEM else own.name
