"""Linking as data: a plan, what has come of it so far, and the step that comes next.

Everything lives in memory only. A step that fails leaves the state as it was, so that a retry goes
on at that step; what may or may not have reached the CRM is marked ``uncertain`` and looked up first.
"""

from __future__ import annotations

import datetime
import enum
from collections.abc import Callable, Mapping, Set
from dataclasses import dataclass, field, replace
from typing import Any

from connector.errors import ConnectorError, Problem
from connector.finding.records import Record
from connector.linking.statement import Finding, Part, Statement
from connector.mail.mail import Mail
from connector.ports import Body, FileHandle, FormFile, RawAttachment, Text


class Step(enum.Enum):
    """The steps of a link, in the order in which they come."""

    CHECK = "check"
    READ = "read"
    FIND = "find"
    FILES = "files"
    STORE = "store"
    READ_BACK = "read-back"
    SEND_FILES = "send-files"
    DATE = "date"
    RELATE = "relate"
    DOCUMENTS = "documents"
    FILL = "fill"


@dataclass(frozen=True)
class LinkPlan:
    """What the user decided: this mail, to these records."""

    mail: Mail
    records: tuple[Record, ...]


class FileState(enum.Enum):
    """How far an attachment has come."""

    WAITING = "waiting"
    READ = "read"
    STORED = "stored"
    GIVEN_UP = "given-up"


@dataclass(frozen=True)
class FileOutcome:
    """One attachment: what was read from Outlook, and the Document that the CRM made of it.

    ``name`` is what the CRM is asked to call it. ``document`` is the Document's record id.
    ``url`` is set for a cloud link, ``file`` for everything that has bytes. ``alone``: it was sent on its own,
    so that the mail has to be related to it. ``tries`` counts how often that was tried, ``lost`` tells that the
    answer to one of the tries never came. ``silent`` counts how often Outlook did not answer in time for it.
    ``added``: it was sent with others to the mail that was stored before.
    """

    attachment: RawAttachment
    name: str
    state: FileState = FileState.WAITING
    file: FileHandle | None = None
    url: str = ""
    document: str = ""
    ours: bool = False
    stored_name: str = ""
    stored_size: int = 0
    alone: bool = False
    added: bool = False
    tries: int = 0
    silent: int = 0
    lost: bool = False
    problem: Problem | None = None


@dataclass(frozen=True)
class Content:
    """What was read of the mail beyond its properties. ``date`` is in UTC, ``told`` all of its internet headers.

    ``dated`` is false where the date is no more than that of its arrival in this mailbox.
    """

    body: Body
    date: datetime.datetime
    in_reply_to: str = ""
    references: str = ""
    bcc: str = ""
    reply_to: str = ""
    told: str = ""
    dated: bool = True


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
class StoredMail:
    """The Messages record. ``ours`` is false for a mail that had been stored before this link.

    ``row`` are its fields, as far as the CRM has told them; ``whole``: it has told all.
    """

    id: str
    owner: str
    created: str
    date: str
    ours: bool
    row: Mapping[str, Any] = field(default_factory=dict, repr=False, compare=False)
    whole: bool = field(default=False, compare=False)

    @property
    def number(self) -> int:
        """The record number: later records have higher ones."""
        return int(self.id.partition("x")[2])


@dataclass(frozen=True)
class Failure:
    """The step that failed, and why."""

    step: Step
    error: ConnectorError


@dataclass(frozen=True)
class Link:
    """A plan and all that has come of it.

    ``uncertain``: the mail may stand in the CRM, and has to be looked for. ``ended``: whatever the CRM did about it
    is done, so that one look tells. ``lost``: the answer to a storing never came, so that a copy that nobody
    asked for may appear at any time. ``undoing``: taking back was begun and is not done; before anything else it
    has to be. ``prepared``: what it has of the mail was read before the user asked for the link, and Outlook has not
    told since that it is still that mail's. ``upload`` is what was made of it by then. ``identity`` is the Message-ID
    under which it is stored, where that is not the mail's own: it has none, or another mail in the CRM has that.
    ``digests`` are what its attached files are told from others by, where it has none of its own: size and SHA-256 of
    each, None where not all are known. ``compared`` is what the CRM holds of the mail, once all is done;
    ``pictures`` are the lengths of those that were written into its text. ``lacks``: what the stored mail has not,
    though it is known now; ``filled``: what of that was added. ``again``: its text is to be asked for once more.
    """

    plan: LinkPlan
    files: tuple[FileOutcome, ...]
    checked: bool = False
    searched: bool = False
    uncertain: bool = False
    ended: bool = False
    lost: bool = False
    undoing: bool = False
    piecewise: bool = False
    identity: str = ""
    digests: tuple[str, ...] | None = None
    content: Content | None = None
    prepared: bool = False
    upload: Upload | None = None
    began: datetime.datetime | None = None
    answered: datetime.datetime | None = None
    stored: StoredMail | None = None
    read_back: bool = False
    dated: bool = False
    related: frozenset[str] = frozenset()
    attached: frozenset[tuple[str, str]] = frozenset()
    refused: Mapping[str, Problem] = field(default_factory=dict)
    unattached: Mapping[tuple[str, str], Problem] = field(default_factory=dict)
    notes: tuple[Problem, ...] = ()
    compared: tuple[Statement, ...] = ()
    pictures: tuple[int, ...] = ()
    lacks: frozenset[Part] = frozenset()
    filled: frozenset[Part] = frozenset()
    again: bool = False
    sent: int = 0
    total: int = 0
    step: Step | None = None
    failure: Failure | None = None

    @property
    def written(self) -> bool:
        """Whether anything of this link stands, or may stand, in the CRM."""
        mail = self.uncertain or bool(self.related) or (self.stored is not None and self.stored.ours)
        return mail or self.undoing or any(one.tries or (one.ours and one.document) for one in self.files)

    @property
    def message_id(self) -> str:
        """The Message-ID under which the mail is stored; empty while it takes more of the mail to make one."""
        return self.identity or self.plan.mail.message_id

    @property
    def read_content(self) -> Content:
        """What was read of the mail; raises LookupError before it was."""
        if self.content is None:
            raise LookupError("not read yet")
        return self.content

    @property
    def stored_mail(self) -> StoredMail:
        """The Messages record; raises LookupError before there is one."""
        if self.stored is None:
            raise LookupError("not stored yet")
        return self.stored

    @property
    def targets(self) -> tuple[Record, ...]:
        """The records that take the mail."""
        return tuple(record for record in self.plan.records if record.id not in self.refused)

    @property
    def documents(self) -> tuple[str, ...]:
        """The Documents of this mail that are known to stand in the CRM."""
        return tuple(outcome.document for outcome in self.files if outcome.document)

    @property
    def unrelated(self) -> tuple[str, ...]:
        """To what the mail itself still has to be related: records, and its Documents, which then list it."""
        ids = (*(record.id for record in self.targets), *self.documents)
        return tuple(one for one in ids if one not in self.related and one not in self.refused)

    @property
    def held(self) -> tuple[FileHandle, ...]:
        """The files that were read and take memory."""
        return tuple(one.file for one in self.files if one.file)

    def has(self, state: FileState) -> bool:
        """Whether any attachment is in this state."""
        return any(one.state is state for one in self.files)

    def pending_documents(self) -> dict[str, tuple[str, ...]]:
        """For each Document to what it still has to be related: records, and the mail where it did not come with it."""
        pending = {}
        records = [record.id for record in self.targets]
        for one in self.files:
            targets = [*records, self.stored.id] if one.alone and self.stored is not None else records
            pairs = [(one.document, target) for target in targets] if one.document else []
            missing = tuple(pair[1] for pair in pairs if pair not in self.attached and pair not in self.unattached)
            if missing:
                pending[one.document] = missing
        return pending

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

    def with_read(self, mail: Mail, content: Content) -> Link:
        """With the mail as it is known once it was read, and what stands in it."""
        files = (replace(one, attachment=listed) for one, listed in zip(self.files, mail.attachments, strict=True))
        return replace(self, plan=replace(self.plan, mail=mail), content=content, files=tuple(files))

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

    def reopened(self) -> Link:
        """Ready to be run again: the failure is cleared, and files that were given up get another chance.

        The records are checked anew, which also shows whether the sign-in still holds before much is sent;
        and where a file may have arrived although it was given up, the CRM is read first.
        """
        retried = {
            index: replace(one, state=_untried(one), problem=None)
            for index, one in enumerate(self.files)
            if one.state is FileState.GIVEN_UP and one.problem and one.problem.code not in FINAL
        }
        looked = self.read_back and not any(one.state is FileState.READ for one in retried.values())
        files = tuple(retried.get(index, one) for index, one in enumerate(self.files))
        again = any(one.part is Part.TEXT and one.finding is Finding.WITHHELD for one in self.compared)
        return replace(self, failure=None, checked=False, files=files, read_back=looked, again=again)

    def doubted(self) -> Link:
        """As it is while something is taken back: should that break off, the CRM has to be asked what stands there."""
        files = tuple(without_document(one) if one.ours else one for one in self.files)
        link = replace(self, files=files, read_back=False, undoing=True)
        if self.stored is None or not self.stored.ours:
            return link
        return replace(
            link, stored=None, uncertain=True, ended=True, dated=False, related=frozenset(), attached=frozenset()
        )


def without_document(outcome: FileOutcome) -> FileOutcome:
    """The attachment as it was before it had a Document; one that never had any stays as it is."""
    if not outcome.document:
        return outcome
    return replace(outcome, state=_untried(outcome), document="", ours=False, alone=False)


def _untried(outcome: FileOutcome) -> FileState:
    return FileState.READ if outcome.file or outcome.url else FileState.WAITING


FINAL = frozenset({"file-kind-unsupported", "file-empty"})
"""Problems of a file that another try would not change."""


def begin(plan: LinkPlan, stored_name: Callable[[RawAttachment], str]) -> Link:
    """A link of which nothing has been done yet."""
    return Link(plan, tuple(FileOutcome(one, stored_name(one)) for one in plan.mail.attachments))


def next_step(link: Link) -> Step | None:
    """What has to be done next; None when the link is complete."""
    if not link.checked:
        return Step.CHECK
    if link.stored is None:
        # What is found is compared with what was read.
        if link.content is None or link.prepared:
            return Step.READ
        if link.has(FileState.WAITING):
            # Its files tell it from others.
            return Step.FILES
        return Step.STORE if link.searched and not link.uncertain else Step.FIND
    if not link.read_back:
        return Step.READ_BACK
    if link.has(FileState.WAITING):
        return Step.FILES
    if link.has(FileState.READ):
        return Step.SEND_FILES
    if not link.dated:
        return Step.DATE
    if link.unrelated:
        return Step.RELATE
    if link.pending_documents():
        return Step.DOCUMENTS
    if link.again:
        return Step.READ
    return Step.FILL if link.lacks else None
