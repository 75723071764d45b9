"""The note that a user writes beside a link: one line, kept by the CRM as a comment on each record with the mail."""

from __future__ import annotations

from collections.abc import Mapping, Set
from dataclasses import dataclass, field, replace

from connector.errors import Problem
from connector.finding.records import Record
from connector.mail.body import survivable
from connector.mail.headers import one_line

LONGEST = 500
"""Characters, as the component's contract has it."""


@dataclass(frozen=True)
class Comment:
    """A comment in the CRM. ``same``: the CRM has told it as it was written."""

    id: str
    same: bool = True


@dataclass(frozen=True)
class Note:
    """What is to be written at the records, and how far that has come: all of it by the ids of records.

    ``tried`` are those for which the CRM was asked, whether or not an answer came. ``written`` are comments of this
    link, ``refused`` says why there is none.
    """

    text: str = ""
    records: tuple[Record, ...] = ()
    tried: frozenset[str] = frozenset()
    written: Mapping[str, Comment] = field(default_factory=dict)
    refused: Mapping[str, Problem] = field(default_factory=dict)

    def pending(self, related: Set[str]) -> tuple[str, ...]:
        """Return the records that have the mail, and are to get the note yet."""
        done = self.written.keys() | self.refused.keys()
        return tuple(one.id for one in self.records if self.text and one.id in related and one.id not in done)

    def doubted(self) -> tuple[str, ...]:
        """Return the records that may have it although no answer came."""
        return tuple(one.id for one in self.records if one.id in self.tried and one.id not in self.written)

    def trying(self, record: str) -> Note:
        """Return it once the CRM is asked."""
        return replace(self, tried=self.tried | {record})

    def with_comment(self, record: str, comment: Comment) -> Note:
        """Return it once the CRM has it."""
        return replace(self, written={**self.written, record: comment})

    def with_refusal(self, record: str, why: Problem) -> Note:
        """Return it once the CRM has refused it for a record."""
        return replace(self, refused={**self.refused, record: why})

    def reopened(self) -> Note:
        """Return it with what was refused to be tried again."""
        return replace(self, refused={})

    def in_doubt(self) -> Note:
        """Return it while what was written is removed: should that break off, the CRM has to be asked."""
        return replace(self, tried=self.tried | self.written.keys(), written={})

    def taken_back(self) -> Note:
        """Return it with nothing of it in the CRM."""
        return Note(self.text, self.records)


def note_of(text: str, records: tuple[Record, ...]) -> Note:
    """Return the note that a user has typed, for records that take comments."""
    return Note(one_line(text)[:LONGEST].strip(), records)


def as_comment(text: str) -> str:
    """Return a text as a comment is kept: the CRM shows it as HTML, and its database may hold three bytes a sign."""
    return survivable(text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;"))
