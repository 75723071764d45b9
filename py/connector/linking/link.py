"""Linking as data: a plan, and what has come of it so far.

Everything lives in memory only. A step that fails leaves the state as it was, so that a retry goes on at that step;
what may or may not have reached the CRM (`Link.uncertain`) is looked for first.
"""

from __future__ import annotations

import datetime
from collections.abc import Callable, Mapping, Set
from dataclasses import dataclass, field, replace
from typing import Any

from connector.errors import ConnectorError, Problem
from connector.finding.records import Record
from connector.linking.moves import CONTENT, COPY, COURSE, Event
from connector.linking.note import Note
from connector.linking.original import original_of
from connector.linking.outcome import FileOutcome, retried
from connector.linking.statement import Finding, Part, Statement
from connector.linking.states import (
    Absent,
    Content,
    ContentState,
    CopyState,
    Course,
    FileState,
    InDoubt,
    Proven,
    Read,
    Standing,
    Step,
    StoredMail,
    UnderWay,
    Unproven,
    Unread,
    Unsought,
    Withheld,
)
from connector.mail.mail import Mail
from connector.ports import FileHandle, FormFile, RawAttachment, Text


@dataclass(frozen=True)
class LinkPlan:
    """What the user decided: this mail, to these records.

    ``keeps_original``: the organization has decided that the mail is to be stored as a file, too.
    """

    mail: Mail
    records: tuple[Record, ...]
    keeps_original: bool = False


@dataclass(frozen=True)
class Upload:
    """What stores a mail: the record as the CRM takes it, the files that go with it, the codes of what its text lacks.

    ``pictures`` are the lengths of those that are written into the text. ``made_of`` is what it depends on: where that
    is another, so is the upload.
    """

    record: Mapping[str, str | Text]
    files: tuple[FormFile, ...]
    lacking: tuple[str, ...]
    pictures: tuple[int, ...] = ()
    made_of: tuple[object, ...] = ()


@dataclass(frozen=True)
class Failure:
    """The step that failed, and why."""

    step: Step
    error: ConnectorError


@dataclass(frozen=True)
class Link:
    """A plan and all that has come of it.

    ``course``, ``reading`` and ``copy`` are its states (`connector.linking.states`); they change by `moved`.
    ``piecewise``: the CRM takes the files one by one. ``lost``: no answer to a storing came, so that a copy may appear
    at any time. ``upload`` was made of the mail before the user asked for the link. ``identity`` is the Message-ID
    under which it is stored, where that is not the mail's own. ``began`` and ``answered``: when it was last sent.
    ``compared`` is what the CRM holds of the mail once all is done; ``pictures`` are the lengths of those in its text.
    ``lacks``: what it has not though it is known now; ``filled``: what of that was added. ``note`` is the user's.
    ``original`` is the mail itself as a file, where that is to be stored beside its attachments (``files``).
    """

    plan: LinkPlan
    files: tuple[FileOutcome, ...]
    course: Course = Course.STARTING
    reading: ContentState = field(default_factory=Unread)
    copy: CopyState = field(default_factory=Unsought)
    piecewise: bool = False
    lost: bool = False
    identity: str = ""
    upload: Upload | None = None
    began: datetime.datetime | None = None
    answered: datetime.datetime | None = None
    related: frozenset[str] = frozenset()
    attached: frozenset[tuple[str, str]] = frozenset()
    refused: Mapping[str, Problem] = field(default_factory=dict)
    unattached: Mapping[tuple[str, str], Problem] = field(default_factory=dict)
    notes: tuple[Problem, ...] = ()
    note: Note = field(default_factory=Note)
    original: FileOutcome | None = None
    compared: tuple[Statement, ...] = ()
    pictures: tuple[int, ...] = ()
    lacks: frozenset[Part] = frozenset()
    filled: frozenset[Part] = frozenset()
    sent: int = 0
    total: int = 0
    step: Step | None = None
    failure: Failure | None = None

    @property
    def written(self) -> bool:
        """Whether anything of this link stands, or may stand, in the CRM."""
        mail = self.uncertain or bool(self.related) or (self.stored is not None and self.stored.ours)
        return mail or self.undoing or any(one.tries or (one.ours and one.document) for one in self.papers)

    @property
    def papers(self) -> tuple[FileOutcome, ...]:
        """All that becomes a Document: the attachments, and the mail itself."""
        return self.files if self.original is None else (*self.files, self.original)

    @property
    def undoing(self) -> bool:
        """Whether taking back was begun, and is not done."""
        return self.course is Course.UNDOING

    @property
    def uncertain(self) -> bool:
        """Whether the mail may stand in the CRM, and has to be looked for."""
        return isinstance(self.copy, UnderWay | InDoubt)

    @property
    def searched(self) -> bool:
        """Whether it is known what stands in the CRM."""
        return isinstance(self.copy, Absent | Standing)

    @property
    def stored(self) -> StoredMail | None:
        """The Messages record, where there is one."""
        return self.copy.mail if isinstance(self.copy, Standing) else None

    @property
    def stored_mail(self) -> StoredMail:
        """The Messages record; raises LookupError before there is one."""
        return self.standing.mail

    @property
    def standing(self) -> Unproven | Proven:
        """The state of the stored mail; raises LookupError before there is one."""
        if isinstance(self.copy, Unproven | Proven):
            return self.copy
        raise LookupError("not stored yet")

    @property
    def read_back(self) -> bool:
        """Whether it is known which of the files stand in the CRM."""
        return isinstance(self.copy, Proven)

    @property
    def content(self) -> Content | None:
        """What was read of the mail, where it was."""
        return None if isinstance(self.reading, Unread) else self.reading.content

    @property
    def read_content(self) -> Content:
        """What was read of the mail; raises LookupError before it was."""
        if isinstance(self.reading, Unread):
            raise LookupError("not read yet")
        return self.reading.content

    @property
    def message_id(self) -> str:
        """The Message-ID under which the mail is stored; empty while it takes more of the mail to make one."""
        return self.identity or self.plan.mail.message_id

    @property
    def targets(self) -> tuple[Record, ...]:
        """The records that take the mail."""
        return tuple(record for record in self.plan.records if record.id not in self.refused)

    @property
    def documents(self) -> tuple[str, ...]:
        """The Documents of this mail that are known to stand in the CRM."""
        return tuple(outcome.document for outcome in self.papers if outcome.document)

    @property
    def unrelated(self) -> tuple[str, ...]:
        """To what the mail itself still has to be related: records, and its Documents, which then list it."""
        ids = (*(record.id for record in self.targets), *self.documents)
        return tuple(one for one in ids if one not in self.related and one not in self.refused)

    @property
    def digests(self) -> tuple[str, ...] | None:
        """Size and SHA-256 of each file that a mail is known by; None where not all are known."""
        known = [one.made_of for one in self.files if one.tells]
        return tuple(known) if all(known) else None

    @property
    def held(self) -> tuple[FileHandle, ...]:
        """The files that were read and take memory."""
        return tuple(one.file for one in self.papers if one.file)

    def has(self, state: FileState) -> bool:
        """Whether any attachment is in this state."""
        return any(one.state is state for one in self.files)

    def pending_documents(self) -> dict[str, tuple[str, ...]]:
        """For each Document to what it still has to be related: records, and the mail where it did not come with it."""
        records = tuple(record.id for record in self.targets)
        with_mail = records if self.stored is None else (*records, self.stored.id)
        settled = self.attached | self.unattached.keys()
        wanted = {one.document: with_mail if one.alone else records for one in self.papers if one.document}
        pending = {id_: tuple(each for each in ids if (id_, each) not in settled) for id_, ids in wanted.items()}
        return {document: targets for document, targets in pending.items() if targets}

    def moved(self, event: Event, **changes: Any) -> Link:
        """Return it after an event. Raises `ImpossibleMove` for a state to which that does not lead."""
        link = replace(self, **changes)
        COURSE.move(self.course, event, link.course)
        CONTENT.move(self.reading, event, link.reading)
        COPY.move(self.copy, event, link.copy)
        return link

    def with_related(self, done: Set[tuple[str, str]], refused: Mapping[tuple[str, str], Problem]) -> Link:
        """With pairs of the mail or a Document and a record that are related now, and those that the CRM refused."""
        mail = self.stored_mail.id
        return replace(
            self,
            related=self.related | {target for source, target in done if source == mail},
            attached=self.attached | {pair for pair in done if pair[0] != mail},
            refused={**self.refused, **{pair[1]: why for pair, why in refused.items() if pair[0] == mail}},
            unattached={**self.unattached, **{pair: why for pair, why in refused.items() if pair[0] != mail}},
        )

    def noted(self, code: str, **details: str) -> Link:
        """With one more note for the receipt; the same note is not repeated."""
        note = Problem(code, details)
        return self if note in self.notes else replace(self, notes=(*self.notes, note))

    def with_file(self, index: int, change: Callable[[FileOutcome], FileOutcome]) -> Link:
        """With one attachment's outcome changed."""
        return self.with_files({index: change(self.files[index])})

    def with_files(self, changed: Mapping[int, FileOutcome]) -> Link:
        """With other outcomes of some attachments, by their places."""
        return replace(self, files=tuple(changed.get(index, one) for index, one in enumerate(self.files)))

    def with_original(self, change: Callable[[FileOutcome], FileOutcome]) -> Link:
        """With the original's outcome changed, where it is to be stored at all."""
        return self if self.original is None else replace(self, original=change(self.original))

    def proven(self, files: tuple[FileOutcome, ...] | None = None) -> Link:
        """With its Documents read back, and what became of its files by them."""
        copy = Proven(self.standing.mail, self.standing.dated)
        return self.moved(Event.READ_BACK, copy=copy, files=self.files if files is None else files)

    def unproven(self) -> Link:
        """With its Documents to be read once more, where it has any."""
        if not isinstance(self.copy, Proven):
            return self
        return self.moved(Event.FILES_MOVED, copy=Unproven(self.copy.mail, self.copy.dated))

    def reopened(self) -> Link:
        """Ready to be run again: the failure is cleared, and files that were given up get another chance.

        The records are checked anew, which also shows whether the sign-in is still good before much is sent;
        and where a file may have arrived although it was given up, the CRM is read first.
        """
        return _reopened(self)


def begin(plan: LinkPlan, stored_name: Callable[[RawAttachment], str]) -> Link:
    """Return a link with nothing done yet."""
    original = original_of(plan.mail) if plan.keeps_original else None
    return Link(plan, tuple(FileOutcome(one, stored_name(one)) for one in plan.mail.attachments), original=original)


def _reopened(link: Link) -> Link:
    kept = replace(link.with_original(retried), files=tuple(map(retried, link.files)))
    copy, reading, course = link.copy, link.reading, link.course
    to_send = any(one.state is FileState.READ and one not in link.papers for one in kept.papers)
    if isinstance(copy, Proven) and to_send:
        copy = Unproven(copy.mail, copy.dated)
    if isinstance(reading, Read | Withheld):
        again = any(one.part is Part.TEXT and one.finding is Finding.WITHHELD for one in link.compared)
        reading = Withheld(reading.content) if again else Read(reading.content)
    if course is Course.GOING:
        course = Course.STARTING
    kept = replace(kept, failure=None, note=link.note.reopened())
    return kept.moved(Event.TRIED_AGAIN, copy=copy, reading=reading, course=course)
