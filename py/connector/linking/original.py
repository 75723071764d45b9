"""The mail itself as a file, stored as one more Document beside its attachments, where the organization wants that.

It stands in a place of its own (`connector.linking.document.ORIGINAL`), by which it is known again: a mail gets one,
however often it is linked, and no comparison of files takes it for an attachment.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from connector.linking.document import ORIGINAL, Document
from connector.linking.outcome import FileOutcome, given_up
from connector.linking.readback import filed
from connector.mail.filename import TITLE, stored_name
from connector.mail.headers import one_line
from connector.mail.mail import Mail
from connector.ports import RawAttachment

PLACE = ORIGINAL - 1
"""Its place among the files, from 0."""
_ENDING = ".eml"


def original_of(mail: Mail) -> FileOutcome:
    """Return the original with nothing done yet; given up where another file has its place."""
    name = name_of(mail.subject)
    outcome = FileOutcome(RawAttachment("", name, 0, "message/rfc822", "file", inline=False), name)
    if len(mail.attachments) < ORIGINAL:
        return outcome
    return given_up(outcome, "original-crowded", count=str(len(mail.attachments)))


def name_of(subject: str) -> str:
    """Return the name of a mail's original: its subject, as much of it as the CRM keeps of a title."""
    # Where a sign has to give way, the CRM is spared an underscore: it cuts names there.
    plain = one_line(subject).replace(": ", " ").replace(":", ".").replace("/", "-")
    name = stored_name(plain if any(map(str.isalnum, plain)) else "mail", "item")
    return name[: TITLE - len(_ENDING)].rstrip(". ") + _ENDING if len(name) > TITLE else name


def settled(
    original: FileOutcome | None, documents: Sequence[Document]
) -> tuple[FileOutcome | None, tuple[Document, ...]]:
    """Return the original with the Document that it has in the CRM, and Documents of this link that are too many.

    Of several the oldest stays: two devices may link a mail at the same time. One with other bytes is another device's.
    """
    if original is None or _is_crowded(original):
        return original, ()
    there = sorted((one for one in documents if one.place == ORIGINAL and not one.empty), key=lambda one: one.number)
    if not there:
        return original, ()
    first, size = there[0], original.file.size if original.file is not None else -1
    own = {original.document} if original.document and original.ours else set[str]()
    others = bool(original.digest and first.digests) and not original.digest.startswith(first.digests)
    mine = not others and (first.id in own or (not own and original.tries > 0 and first.size == size))
    surplus = tuple(one for one in there[1:] if one.id in own or (original.lost and one.size == size))
    return replace(filed(original, first, ours=mine, alone=True), problem=None), surplus


def _is_crowded(original: FileOutcome) -> bool:
    return original.problem is not None and original.problem.code == "original-crowded"
