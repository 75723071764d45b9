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
from connector.mail.partname import called, listed_as, numbered
from connector.mail.skeleton import SEALED, SEALS, Part, Skeleton
from connector.ports import PartFile, Piece, RawAttachment

CHECKED = "base64"
"""The encoding in which another part's head would show."""
ATTACHED_MAIL, CALENDAR = "message/rfc822", "text/calendar"
_ELSEWHERE = frozenset({"message/external-body", "message/partial"})
"""Parts that only tell where the file is, or have a piece of it."""
_WRAPPED = frozenset({"application/applefile", "application/mac-binhex40"})
"""Files of a Mac that Exchange unwraps."""


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

    As many parts have its name as attachments have, and of those without a name it is known which is which. One whose
    encoding would not show where another part begins is only taken from a message in which each listed file was found.
    """
    found = skeleton.of(attachments)
    pairs = tuple(zip(attachments, found, strict=True))
    nameless = _told_apart([(one, part) for one, part in pairs if part is not None and not part.name])
    whole = all(part is not None for one, part in pairs if one.kind != CLOUD)

    def placed(one: RawAttachment, part: Part | None) -> Place | None:
        if part is None or part.piece is None or not _agree(one, part):
            return None
        group = _named_alike(one, part, skeleton, attachments) if part.name else nameless.get(part.piece)
        if group is None or (not whole and part.piece.encoding != CHECKED):
            return None
        return Place(part.piece, part.media_type, group)

    return tuple(placed(one, part) for one, part in pairs)


def _named_alike(
    one: RawAttachment, part: Part, skeleton: Skeleton, attachments: Sequence[RawAttachment]
) -> str | None:
    """The group of those with this name, empty for a single one; None where it is not sure which they are."""
    name = called(one.name)
    if name in part.names:
        listed = sum(called(other.name) == name for other in attachments)
        sent = sum(name in other.names for other in skeleton.parts)
        return (name if listed > 1 else "") if listed == sent else None
    listed = sum(listed_as(part.name, other.name) for other in attachments)
    sent = sum(listed_as(other.name, one.name) for other in skeleton.parts)
    return "" if listed == sent == 1 else None


def _told_apart(nameless: Sequence[tuple[RawAttachment, Part]]) -> dict[Piece, str]:
    """The groups of parts without a name, by their pieces; without those of which it is not sure which they are.

    A type that no other has tells one. Order does where Exchange has numbered them, and where all are called the same.
    """
    types = Counter(part.media_type for _, part in nameless)
    names = [one.name for one, _ in nameless]
    in_order = numbered(names) or len(set(map(called, names))) == 1
    sure = {part.piece: types[part.media_type] == 1 for _, part in nameless if part.piece is not None}
    return {piece: "" if alone else "\n" for piece, alone in sure.items() if alone or in_order}


def proven(piece: Piece, read: PartFile, declared: int) -> bool:
    """Return whether all of it came.

    It ends where it has to and is written as it has to be; or it is of the length that Outlook declares, which proves
    something only where it is the same.
    """
    return (piece.closed and not read.odd) or read.file.size == declared


def _agree(attachment: RawAttachment, part: Part) -> bool:
    """Whether the part can be that attachment by its kind, and has its content as it is."""
    if attachment.kind == CLOUD or part.media_type in _ELSEWHERE:
        return False
    if attachment.kind == ITEM:
        # Without a name it may be what makes the mail an invitation.
        return part.media_type == ATTACHED_MAIL or (part.media_type == CALENDAR and (bool(part.name) or part.attached))
    listed = attachment.media_type.lower()
    if part.name:
        return part.media_type not in _WRAPPED or listed == part.media_type
    return listed == part.media_type or not (listed or part.media_type in SEALED | SEALS | _WRAPPED)
