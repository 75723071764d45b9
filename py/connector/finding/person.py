"""Somebody whom a mail names: in which role, and why that is taken for its other side."""

from __future__ import annotations

import enum
from dataclasses import dataclass

from connector.mail.address import Address
from connector.mail.spelling import Spellings, spellings


class Role(enum.StrEnum):
    """What somebody is to the mail; the component's contract has the same words."""

    FROM = "from"
    SENDER = "sender"
    REPLY_TO = "reply-to"
    TO = "to"
    CC = "cc"
    TEXT = "text"


class Why(enum.Enum):
    """Why somebody is taken for the other side."""

    WROTE = "wrote"
    ORIGINAL = "original"
    """Wrote the mail, which a list or relay has sent on under its own address."""
    SENT = "sent"
    """Sent it for somebody else, or on to this mailbox."""
    ANSWERED = "answered"
    """Gets the answers."""
    ADDRESSED = "addressed"
    """Got the mail, from this mailbox or from a colleague."""
    UNDELIVERED = "undelivered"
    """Was to get a mail of ours, and did not."""
    ALSO = "also"
    """Got the mail beside this mailbox."""
    IN_TEXT = "in text"
    """Stands in the text: a guess."""
    COLLEAGUE = "colleague"
    """One of ours, where there is nobody else."""
    MACHINE = "machine"
    """A program's address, or a list's."""


ASIDE = frozenset({Why.ALSO, Why.COLLEAGUE, Why.MACHINE, Why.IN_TEXT})
"""Reasons for which somebody is asked for, but is not who the mail is about."""


@dataclass(frozen=True)
class Person:
    """Somebody of the other side. ``address.mail`` is never empty, and written plainly (`spelling.plain`)."""

    address: Address
    role: Role
    why: Why

    @property
    def guess(self) -> bool:
        """Whether nothing but the text names them."""
        return self.role is Role.TEXT

    @property
    def main(self) -> bool:
        """Whether the mail is with this person, and nobody has to guess that."""
        return self.why not in ASIDE

    @property
    def spellings(self) -> Spellings:
        """How the CRM may have the address."""
        return spellings(self.address.mail)
