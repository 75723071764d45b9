"""The user's note as a comment on a record, by the component: it knows which comments a link has written."""

from __future__ import annotations

from typing import Any

from connector.errors import AnswerUnreadable
from connector.finding.records import is_record_id
from connector.linking.link import Link
from connector.linking.note import Comment
from connector.vtenext.component.question import Ask, Question

COMMENT = "mailconnectorcomment"


async def write(ask: Ask, link: Link, record: str) -> Comment:
    """Write the link's note at a record; where a link of this mail has written the same there, return that."""
    given = {"message": link.stored_mail.id, "target": record, "note": link.note.text}
    return comment_from(await ask(Question(COMMENT, given)), link.note.text)


def comment_from(result: Any, text: str) -> Comment:
    """Read the answer. Raises `AnswerUnreadable` where it is none."""
    kept = result.get("comment") if isinstance(result, dict) else None
    if not isinstance(kept, dict) or not is_record_id(kept.get("id")):
        raise AnswerUnreadable(reason=COMMENT)
    return Comment(kept["id"], same=kept.get("text") == text)
