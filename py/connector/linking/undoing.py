"""Taking back, as moves of a link: begun, and done. What broke off between the two is done before anything else."""

from __future__ import annotations

from dataclasses import replace

from connector.linking.link import Link
from connector.linking.moves import Event
from connector.linking.outcome import FileOutcome, reopened, without_document
from connector.linking.states import Course, FileState, InDoubt, Unproven, Unsought


def undoable(link: Link) -> bool:
    """Whether all that the link did can be taken back: it has stored the mail, so nothing of it stood there before."""
    return link.stored is not None and link.stored.ours and not link.undoing


def doubted(link: Link) -> Link:
    """As it is while something is taken back: should that break off, the CRM has to be asked what stands there."""
    files = tuple(map(_theirs, link.files))
    stays = link.stored is not None and not link.stored.ours
    undoing = replace(
        link.with_original(_theirs if stays else without_document), files=files, note=link.note.in_doubt()
    )
    if link.stored is None:
        return undoing.moved(Event.UNDO_BEGAN, course=Course.UNDOING)
    if not link.stored.ours:
        theirs = Unproven(link.stored, link.standing.dated)
        return undoing.moved(Event.UNDO_BEGAN, course=Course.UNDOING, copy=theirs)
    nothing = frozenset[str]()
    undoing = replace(undoing, related=nothing, attached=frozenset())
    return undoing.moved(Event.UNDO_BEGAN, course=Course.UNDOING, copy=InDoubt())


def _theirs(outcome: FileOutcome) -> FileOutcome:
    return without_document(outcome) if outcome.ours else outcome


def taken_back(link: Link) -> Link:
    """With nothing of it in the CRM; a mail of another time stays."""
    copy = Unsought() if link.stored is None else link.copy
    return link.moved(Event.TAKEN_BACK, course=Course.STARTING, copy=copy, note=link.note.taken_back())


def to_be_read(link: Link) -> Link:
    """Return it with the files to be read anew that are to be sent: those that it held were let go of."""
    return replace(link.with_original(_unread), files=tuple(map(_unread, link.files)))


def _unread(outcome: FileOutcome) -> FileOutcome:
    return reopened(outcome) if outcome.state is FileState.READ and outcome.file is not None else outcome


def kept(link: Link) -> Link:
    """With what the CRM does not remove: it is looked for, and linked once more."""
    return link.moved(Event.KEPT, course=Course.STARTING)
