"""Comments on records in a stock vtenext: records of its module ``ModComments``, made, found and removed.

vtenext looks neither whether the user may see the record nor whether there is one; a link has looked before.
"""

from __future__ import annotations

from collections.abc import Sequence

from connector.errors import AnswerError, PermissionDenied, RelationMissing, SignInNeeded, TakeBackFailed
from connector.linking.link import Link
from connector.linking.note import Comment, as_comment
from connector.vtenext.client import CrmClient, Row
from connector.vtenext.stock.vtql import all_of, equals, refers, select

MODULE, ABOUT, TEXT = "ModComments", "related_to", "commentcontent"
EVERYBODY = "All"
"""Whoever may see the record; ``Users`` would show it to its author alone."""
MOST = 20


async def commentable(client: CrmClient) -> frozenset[str]:
    """Return the modules on whose records this user may comment; none where the CRM has no comments for them."""
    try:
        shape = await client.shape(MODULE)
    except PermissionDenied:
        return frozenset()
    field = shape.field(ABOUT)
    return frozenset(field.refers_to) if field and shape.createable else frozenset()


async def write(client: CrmClient, link: Link, record: str) -> Comment:
    """Write the link's note at a record."""
    if _module_of(link, record) not in await commentable(client):
        raise RelationMissing(module=_module_of(link, record))
    text = as_comment(link.note.text)
    row = await client.create(MODULE, {TEXT: text, ABOUT: record, "visibility_comm": EVERYBODY})
    return _comment(row, text)


async def find(client: CrmClient, link: Link, record: str) -> Comment | None:
    """Return the comment with the link's note at a record that came after the mail, the last one."""
    text = as_comment(link.note.text)
    where = all_of(refers(ABOUT, record), equals(TEXT, text))
    rows = await client.query(select(("id", TEXT), MODULE, where, limit=(0, MOST)))
    numbers = {int(str(row["id"]).partition("x")[2]): row for row in rows}
    after = link.stored.number if link.stored is not None and link.stored.ours else 0
    later = [number for number in numbers if number > after]
    return _comment(numbers[max(later)], text) if later else None


async def remove(client: CrmClient, link: Link, comments: Sequence[str]) -> None:
    """Delete comments. Raises `TakeBackFailed` for one that the CRM keeps."""
    for comment in comments:
        try:
            await client.delete(comment)
        except SignInNeeded:
            raise
        except AnswerError as error:
            if await client.query(select(("id",), MODULE, equals("id", comment), limit=(0, 1))):
                raise TakeBackFailed(subject=link.plan.mail.subject, reason=error.details.get("reason", "")) from error


def _comment(row: Row, text: str) -> Comment:
    return Comment(str(row["id"]), same=row.get(TEXT) == text)


def _module_of(link: Link, record: str) -> str:
    return next((one.module for one in link.plan.records if one.id == record), "")
