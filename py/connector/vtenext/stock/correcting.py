"""Changing a mail that stands in the CRM, without loss.

vtenext's ``revise`` is not harmless. It decodes the entities of what it is given once more than ``create`` does, so
that ``&lt;`` becomes a tag and ``&#128512;`` four question marks. And it looks, by Message-ID and subject, for a
deleted mail like this one, and gives this one that one's attachments, which are deleted: so the subject goes along with
a blank at its end, which makes no other difference.
"""

from __future__ import annotations

from collections.abc import Awaitable, Mapping, Sequence
from typing import TypeVar

from connector.errors import AnswerError, SignInNeeded
from connector.linking.message import WITH_FILES
from connector.mail.sameness import same_subject
from connector.mail.visible import Likeness, likeness
from connector.ports import FormFile, Progress, Text
from connector.vtenext.client import CrmClient, Row

T = TypeVar("T")


async def corrected(
    client: CrmClient,
    record_id: str,
    subject: str,
    fields: Mapping[str, str | Text],
    *,
    files: Sequence[FormFile] = (),
    progress: Progress | None = None,
) -> Row:
    """Change fields of a mail with this subject, or add files to it.

    Returns it as stored, empty where the CRM does not tell. Which of the files arrived shows in its Documents.
    """
    plain: dict[str, str | Text] = {**fields, **(WITH_FILES if files else {}), "subject": f"{subject} "}
    row = await client.revise(record_id, encoded(plain), files=files, progress=progress)
    if encoded(plain) != plain and row and not _as_meant(row, subject, fields.get("description", "")):
        # A CRM that takes it as it is.
        row = await client.revise(record_id, plain)
    return row


async def unless_refused(call: Awaitable[T], otherwise: T) -> T:
    """What the CRM answers, or something else where it refuses."""
    try:
        return await call
    except SignInNeeded:
        raise
    except AnswerError:
        return otherwise


def encoded(fields: Mapping[str, str | Text]) -> dict[str, str | Text]:
    """Fields as ``revise`` takes them, of any module."""
    return {name: _encoded(value) for name, value in fields.items()}


def _encoded(value: str | Text) -> str | Text:
    if isinstance(value, str):
        return value.replace("&", "&amp;")
    return [piece.replace("&", "&amp;") if isinstance(piece, str) else piece for piece in value]


def _as_meant(row: Row, subject: str, text: str | Text) -> bool:
    sent = "".join(piece for piece in text if isinstance(piece, str))
    kept = not sent or likeness(sent, str(row.get("description"))) is Likeness.SAME
    return kept and same_subject(subject, row.get("subject"), decode=False) is not False
