"""What a receipt says of one property of a mail."""

from __future__ import annotations

import enum
from collections.abc import Mapping
from dataclasses import dataclass, field


class Part(enum.Enum):
    """A property of a mail."""

    SUBJECT = "subject"
    SENDER = "sender"
    RECIPIENTS = "recipients"
    DATE = "date"
    TEXT = "text"


class Finding(enum.Enum):
    """What the CRM has of it."""

    SAME = "same"
    NONE = "none"
    """The mail has none, nor has the CRM."""
    MISSING = "missing"
    """The mail has it, and the CRM not, or only some of it (``count`` of ``all``)."""
    CUT = "cut"
    """The CRM has a beginning."""
    CHANGED = "changed"
    DOUBTED = "doubted"
    """The CRM has what Outlook shows; the mail's head says otherwise (``subject``)."""
    UNPICTURED = "unpictured"
    """The CRM has the text with only some (``count`` of ``all``) of the pictures that were written into it."""
    UNGIVEN = "ungiven"
    """Outlook gave none, and the CRM has none. Whether the mail has one is not known."""
    WITHHELD = "withheld"
    """Outlook gave none, and the CRM has none; the mail is known to have one."""
    UNSURE = "unsure"
    """Outlook may not have given all of it, or it may be off."""
    NAMED = "named"
    """Of the sender, or of some recipients (``count`` of ``all``), neither side has an address but in the name."""
    ARRIVAL = "arrival"
    """Of a date: the CRM has the one at which the mail came into this mailbox."""
    UNDATED = "undated"
    """Of a date: the CRM has one at which the mail came into a mailbox, or was linked."""
    LIKELY = "likely"
    """As far as can be seen; that is not enough to say so."""
    UNCOMPARED = "uncompared"
    """One of the two sides did not give it."""


_FINE = (Finding.SAME, Finding.NONE)
_LACKING = {
    Part.TEXT: (Finding.MISSING, Finding.CUT, Finding.CHANGED, Finding.WITHHELD),
    Part.SENDER: (Finding.MISSING,),
    Part.DATE: (Finding.MISSING,),
    Part.RECIPIENTS: (Finding.MISSING,),
}


@dataclass(frozen=True)
class Statement:
    """One line of a receipt. ``details`` are for its sentence; of recipients ``count`` and ``all``."""

    part: Part
    finding: Finding
    details: Mapping[str, str] = field(default_factory=dict)

    @property
    def lacking(self) -> bool:
        """Whether something of the mail is not in the CRM that should be."""
        return self.finding in _LACKING.get(self.part, ())

    @property
    def fine(self) -> bool:
        """Whether the CRM has it as it is in the mail."""
        return self.finding in _FINE


UNREAD = tuple(Statement(part, Finding.UNCOMPARED) for part in Part)
"""Of a record that could not be read."""
