"""What kind of item the open mail is, where it is no plain mail: Outlook says so by its class.

    >>> kind_of("IPM.Schedule.Meeting.Resp.Pos")
    <Kind.MEETING: 'meeting'>

Source: Office JavaScript API reference, ``MessageRead.itemClass``; Outlook's item types and message classes.
"""

from __future__ import annotations

import enum
from collections.abc import Sequence

from connector.ports import RawAttachment

PROTECTED_FILE = "message.rpmsg"
"""A mail whose rights are restricted carries its content in a file of this name."""


class Kind(enum.Enum):
    """A kind of item of which a user should know something before linking it."""

    PLAIN = "plain"
    MEETING = "meeting"
    REPORT = "report"
    PROTECTED = "protected"
    SIGNED = "signed"


def kind_of(item_class: str, attachments: Sequence[RawAttachment] = ()) -> Kind:
    """Return the kind by Outlook's class of the item, and by what it carries; plain where nothing tells."""
    name = item_class.casefold()
    if name.startswith("ipm.schedule.meeting"):
        return Kind.MEETING
    if name.startswith("report."):
        return Kind.REPORT
    if name == "ipm.note.smime.multipartsigned":
        return Kind.SIGNED
    protected = name.startswith(("ipm.note.smime", "ipm.note.rpmsg", "ipm.note.secure"))
    restricted = any(one.name.strip().casefold() == PROTECTED_FILE for one in attachments)
    return Kind.PROTECTED if protected or restricted else Kind.PLAIN
