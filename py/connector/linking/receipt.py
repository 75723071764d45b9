"""The receipt: what was read back from the CRM after a link."""

from __future__ import annotations

from dataclasses import dataclass

from connector.errors import Problem
from connector.finding.records import Record
from connector.linking.link import Link
from connector.linking.outcome import FINAL, FileOutcome
from connector.linking.statement import UNREAD, Finding, Part, Statement
from connector.linking.states import FileState
from connector.mail.mail import looks_as_if_it_had_files

UNLISTED = "files-unlisted"
GUESSED = "pictures-guessed"
FINE = frozenset({"original-kept", "original-before"})
"""What is said of a file that is in order."""


@dataclass(frozen=True)
class RecordLine:
    """A chosen record, and the problem where the mail is not linked to it.

    ``note`` is the user's, where the CRM has it there; ``note_problem`` what is to be said of it.
    """

    record: Record
    problem: Problem | None
    note: str = ""
    note_problem: Problem | None = None


@dataclass(frozen=True)
class FileLine:
    """An attachment: its name in the mail, its name and size in bytes in the CRM, and the problem if any.

    ``stored`` is true when the CRM was read and has it. ``origin``: where it came from, if not from Outlook as it is.
    """

    name: str
    stored_name: str
    size: int
    stored: bool
    link: bool
    problem: Problem | None
    origin: str = ""


@dataclass(frozen=True)
class Receipt:
    """The outcome of a finished link. ``before``: the mail itself had been stored earlier.

    ``mail`` is what was compared of it; ``filled`` what of it was missing in the CRM, and is there now. ``original`` is
    the mail itself as a file, where it was to be stored.
    """

    subject: str
    before: bool
    records: tuple[RecordLine, ...]
    files: tuple[FileLine, ...]
    notes: tuple[Problem, ...]
    mail: tuple[Statement, ...] = UNREAD
    filled: frozenset[Part] = frozenset()
    original: FileLine | None = None

    @property
    def linked(self) -> tuple[Record, ...]:
        """The records to which the mail is linked now."""
        return tuple(line.record for line in self.records if line.problem is None)

    @property
    def complete(self) -> bool:
        """Whether everything stands in the CRM, every file and every relation."""
        records = all(line.problem is None and line.note_problem is None for line in self.records)
        there = records and all(line.stored for line in self.files) and not self.lacks_original
        return (
            there and not any(one.lacking for one in self.mail) and not any(one.code == UNLISTED for one in self.notes)
        )

    @property
    def lacks_original(self) -> bool:
        """Whether the mail itself is not there as a file, though it might be had."""
        one = self.original
        return one is not None and not one.stored and (one.problem is None or one.problem.code not in FINAL)

    @property
    def by_name(self) -> bool:
        """Whether pictures stand in the text where their names say, as Outlook gave nothing better."""
        return any(one.code == GUESSED for one in self.notes)

    @property
    def warnings(self) -> tuple[Problem, ...]:
        """The notes that a user should read, and perhaps act on."""
        return tuple(one for one in self.notes if one.code != GUESSED)

    @property
    def remarks(self) -> tuple[Problem, ...]:
        """What is to be said of the mail itself, where not all of it is as in Outlook."""
        return tuple(filter(None, map(said_of, self.mail)))


def said_of(statement: Statement) -> Problem | None:
    """What is to be said of a property of the mail; None where it is as in Outlook, or nobody can know better."""
    if statement.fine or statement.finding is Finding.LIKELY:
        return None
    return Problem(f"{statement.part.value}-{statement.finding.value}", statement.details)


def receipt_of(link: Link) -> Receipt:
    """Write the receipt of a link."""
    records = tuple(_record_line(link, record) for record in link.plan.records)
    files = tuple(_file_line(one, one.problem) for one in link.files)
    records_of_link = {record.id for record in link.targets}
    loose = {document for document, target in link.unattached if target in records_of_link}
    notes = link.notes
    before = link.stored is not None and not link.stored.ours
    unseen = sum(one.state is FileState.STORED and not (one.compared or one.url or one.ours) for one in link.files)
    if before and unseen:
        notes = (*notes, Problem("files-not-compared", {"count": str(unseen)}))
    mail = link.plan.mail
    whole = mail.source.whole if mail.source is not None else None
    unlisted = max(whole.unlisted(mail.attachments) if whole else 0, mail.source.unlisted if mail.source else 0)
    if unlisted:
        notes = (*notes, Problem(UNLISTED, {"count": str(unlisted)}))
    elif whole is None and looks_as_if_it_had_files(mail):
        notes = (*notes, Problem("files-unsure"))
    if loose:
        modules = sorted({record.module for record in link.targets for d, r in link.unattached if r == record.id})
        notes = (*notes, Problem("documents-not-related", {"modules": ", ".join(modules), "count": str(len(loose))}))
    return Receipt(
        subject=link.plan.mail.subject,
        before=before,
        records=records,
        files=files,
        notes=notes,
        mail=link.compared or UNREAD,
        filled=frozenset(one.part for one in link.compared if one.part in link.filled and one.fine),
        original=_original_line(link.original) if link.original is not None else None,
    )


def _file_line(outcome: FileOutcome, problem: Problem | None) -> FileLine:
    return FileLine(
        name=outcome.attachment.name or outcome.name,
        stored_name=outcome.stored_name,
        size=outcome.stored_size,
        stored=outcome.state is FileState.STORED,
        link=bool(outcome.url),
        problem=problem,
        origin=outcome.file.origin if outcome.file is not None else "",
    )


def _original_line(outcome: FileOutcome) -> FileLine:
    """What is said of the original: always something, as it is a reconstruction."""
    if outcome.state is not FileState.STORED:
        return _file_line(outcome, outcome.problem)
    kept = {"sha256": outcome.sha256, "why": outcome.file.origin if outcome.file is not None else ""}
    said = Problem("original-kept", kept) if outcome.ours else Problem("original-before")
    return _file_line(outcome, said)


def _record_line(link: Link, record: Record) -> RecordLine:
    problem, comment = _record_problem(link, record), link.note.written.get(record.id)
    wanted = link.note.text and problem is None
    if comment is not None:
        return RecordLine(record, problem, link.note.text, None if comment.same else Problem("note-changed"))
    why = link.note.refused.get(record.id) or (Problem("note-no-place") if wanted else None)
    return RecordLine(record, problem, note_problem=why if wanted else None)


def _record_problem(link: Link, record: Record) -> Problem | None:
    if record.id in link.refused:
        return link.refused[record.id]
    return None if record.id in link.related else Problem("not-related-yet")
