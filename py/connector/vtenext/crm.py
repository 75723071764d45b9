"""The door to the CRM: what the pane asks of it, by stock operations or by the component.

    crm = connected(client)
    async for look in crm.look(mail):
        look.answers.found, look.earlier

`connector.vtenext.stock` asks with vtenext's own operations, `connector.vtenext.component` with those of the Mail
Connector component. Which one is chosen once, at sign-in (`connector.vtenext.doors`). Where they differ in what they
can tell, `Capabilities` says so; nobody asks for the kind of sign-in.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, replace
from typing import Protocol

from connector.finding.answers import Answers
from connector.finding.card import Card
from connector.finding.otherside import OtherSide
from connector.finding.person import Person
from connector.finding.records import Module, Record
from connector.finding.results import Results
from connector.finding.suggestion import Suggestion
from connector.mail.mail import Mail
from connector.making.form import Form

NOTHING: Mapping[str, str] = {}


@dataclass(frozen=True)
class Capabilities:
    """What a way to the CRM can do.

    ``sees_all_links``: it sees where anybody has linked a mail, not only where this user has.
    ``makes_records``: it makes a record with the user's own rights, and never the same one twice.
    ``has_cards``: it answers what stands behind a record, in one question.
    """

    sees_all_links: bool = False
    makes_records: bool = False
    has_cards: bool = False


@dataclass(frozen=True)
class Copy:
    """A copy of the mail: who stored it, when (ISO 8601), and whether that was this user; None if not known.

    ``id`` is that of an own copy; ``mine`` are the ids of the records to which this user's own links have related it.
    """

    by: str
    at: str
    own: bool | None = None
    id: str = ""
    mine: tuple[str, ...] = ()


@dataclass(frozen=True)
class Earlier:
    """Where the mail is linked already: the records that this user may see, and its copies."""

    records: tuple[Record, ...]
    copies: tuple[Copy, ...]

    def copy_at(self, record: str) -> str:
        """Return the id of the copy that this user's own link has related to a record; empty where none has."""
        return next((one.id for one in self.copies if one.id and record in one.mine), "")

    def without(self, record: str) -> Earlier:
        """Return the same without a record from which the mail was taken."""
        copies = (replace(one, mine=tuple(other for other in one.mine if other != record)) for one in self.copies)
        return Earlier(tuple(one for one in self.records if one.id != record), tuple(copies))


@dataclass(frozen=True)
class Look:
    """What the CRM knows of a mail's people, and of the mail.

    ``earlier`` is None where the CRM has not said it: it can't (`Capabilities.sees_all_links`), or failed to.
    ``unknown`` are those of the people asked for of whom the CRM has nothing, for certain. ``complete`` is false where
    a limit has cut something.
    """

    answers: Answers[Suggestion]
    earlier: Earlier | None = None
    unknown: tuple[Person, ...] = ()
    complete: bool = True


class Crm(Protocol):
    """The CRM as the signed-in user may use it.

    All methods raise `ConnectorError` in its kinds: `SignInNeeded`, `ReachError`, `AnswerError`, `ComponentError`.
    """

    @property
    def capabilities(self) -> Capabilities:
        """What this way to the CRM can do."""
        ...

    def look(self, mail: Mail, side: OtherSide, recent: Mapping[str, str] = NOTHING) -> AsyncIterator[Look]:
        """Yield what is known of the mail, each time more of it: suggestions best first, and earlier links.

        ``side`` are the mail's people (`connector.finding.otherside.other_side`); ``recent`` are the ids of records
        that the user chose for them before, with their modules. What the user may not see any more is left out.

        Modules that this user's profile hides are passed over; those that failed to answer are named in the answers.
        """
        ...

    async def modules(self) -> tuple[Module, ...]:
        """Return the modules whose records can take a mail, in the order in which they matter, asked once."""
        ...

    async def file_limit(self) -> int:
        """Return the largest file that the CRM says it takes, in bytes; 0 where it does not say. Only a hint."""
        ...

    async def most_files(self) -> int:
        """Return how many files of one request the CRM says it takes; 0 where it does not say."""
        ...

    async def commentable(self) -> frozenset[str]:
        """Return the modules on whose records this user may write a comment; none where the CRM tells of none."""
        ...

    def search(self, text: str, module: str = "") -> AsyncIterator[Results]:
        """Yield the records whose name, number or e-mail address has every word of ``text``, each time more of them.

        Without ``module`` the modules that matter most come first: one that the CRM refuses is passed over, one that
        failed to answer is named. A chosen module raises its `ConnectorError`.
        """
        ...

    async def card(self, record: str) -> Card:
        """Return the card of a record by its id; only where `Capabilities.has_cards`.

        Raises `RecordRefused` and `RelationMissing` where no mail could be linked to it either.
        """
        ...

    async def unlink(self, copy: str, record: str, subject: str) -> None:
        """Take a mail from a record to which a link of this user has related it, by the id of the user's own copy.

        Only where `Earlier.copy_at` says so. Repeating it is harmless. Raises `TakeBackFailed` where it stays.
        """
        ...

    async def add_address(self, record: str, address: str) -> Card:
        """Give a person or company an address, in an empty field; returns its card. Repeating it is harmless.

        Only where the record's card says that it takes one. Raises `NoEmptyField` and `PermissionDenied`.
        """
        ...

    async def forms(self) -> tuple[Form, ...]:
        """Return what to fill in for new records: of the modules of which this user may make some, by the CRM's word.

        None where `Capabilities.makes_records` is false.
        """
        ...

    async def make(self, module: str, texts: Mapping[str, str], record: str = "") -> Record:
        """Make a record of the user's, with texts by the names of the form's fields, belonging to ``record``, an id.

        Raises `FieldRefused`, `FormIncomplete`, `RecordRefused` and `PermissionDenied` where nothing was made. After
        one of `UNSETTLED` it may have been made: the same request within a minute is answered with that record.
        """
        ...
