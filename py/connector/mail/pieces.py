"""Which bytes of a whole message are which attachment, where that is beyond doubt.

    places = pieces(skeleton, attachments)      # for each attachment its place, or None
    proven(places[0], read, declared=attachment.size)

A file with wrong bytes is worse than one that is missing: what is not sure is not taken out of the message.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from connector.mail.mail import CLOUD, ITEM
from connector.mail.skeleton import Part, Skeleton, called
from connector.ports import PartFile, Piece, RawAttachment

CHECKED = "base64"
"""The encoding in which another part's head would show."""
_ITEMS = ("message/rfc822", "text/calendar")


@dataclass(frozen=True)
class Place:
    """Where an attachment stands in a message. ``media_type`` is the part's own.

    ``group`` names those that nothing but their order tells apart, and is empty for one that is known by itself.
    Outlook need not list them in this order: either all of them are taken from the message or none.
    """

    piece: Piece
    media_type: str
    group: str = ""


def pieces(skeleton: Skeleton, attachments: Sequence[RawAttachment]) -> tuple[Place | None, ...]:
    """Return the place of each attachment; None where none is beyond doubt.

    As many parts have its name as attachments have. One whose encoding would not show where another part begins is only
    taken from a message in which each listed file was found.
    """
    found = skeleton.of(attachments)
    listed = Counter(called(one.name) for one in attachments)
    sent = Counter(called(one.name) for one in skeleton.parts)
    nameless = sum(part is not None and not part.name for part in found)
    whole = all(part is not None for one, part in zip(attachments, found, strict=True) if one.kind != CLOUD)

    def placed(one: RawAttachment, part: Part | None) -> Place | None:
        if part is None or part.piece is None or not _agree(one, part):
            return None
        if part.name and listed[called(one.name)] != sent[called(part.name)]:
            return None
        if not whole and part.piece.encoding != CHECKED:
            return None
        alike = listed[called(one.name)] if part.name else nameless
        group = (called(part.name) or "\n") if alike > 1 else ""
        return Place(part.piece, part.media_type, group)

    return tuple(map(placed, attachments, found))


def proven(piece: Piece, read: PartFile, declared: int) -> bool:
    """Return whether all of it came.

    It ends where it has to and is written as it has to be; or it is of the length that Outlook declares, which proves
    something only where it is the same.
    """
    return (piece.closed and not read.odd) or read.file.size == declared


def _agree(attachment: RawAttachment, part: Part) -> bool:
    """Whether the part can be that attachment by its kind."""
    if attachment.kind == CLOUD:
        return False
    if attachment.kind == ITEM:
        return part.media_type in _ITEMS
    return bool(part.name) or not attachment.media_type or attachment.media_type.lower() == part.media_type
