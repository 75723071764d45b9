"""Finding a mail and its Documents in the CRM."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from itertools import chain

from connector.errors import RecordRefused
from connector.linking.document import PLACE, Document, document_from, is_near
from connector.linking.states import StoredMail
from connector.linking.storage import MOST_FOUND, to_be_read
from connector.mail.identity import Sought
from connector.mail.sameness import files_by_mark
from connector.vtenext.client import CrmClient, Row
from connector.vtenext.stock.vtql import after, all_of, begins, equals, select

LINKED = "Link"
PAGE, MOST = MOST_FOUND, 1000
"""Rows that vtenext returns at most, and Documents that are looked at."""
MARK = "Attachment of mail ("
"""Begins the notes of a Document that was sent on its own; the mail's Message-ID and the file's place follow."""


async def find_mails(client: CrmClient, sought: Sought, date: str = "") -> tuple[StoredMail, ...]:
    """Find the user's stored mails with such a Message-ID, oldest first; a user sees only own Messages this way.

    They may be other mails (`connector.mail.sameness`). With ``date``, written as the CRM does, only those that it
    shows with it: there may be more mails with the id than it tells at once. What the CRM's own mail client keeps
    (another ``mtype``) is none of ours: it follows the mailbox.
    """
    fields = ("id", "messageid", "subject", "mtype", "mdate", "createdtime", "assigned_user_id")
    on_that_date = [equals("mdate", date)] if date else []

    async def ask(beginning: str) -> list[Row]:
        where = all_of(begins("messageid", beginning), *on_that_date)
        return await client.query(select(fields, "Messages", where, limit=(0, PAGE)))

    rows = chain.from_iterable(await asyncio.gather(*map(ask, sought.beginnings)))
    found = {
        str(row["id"]): _stored(row, ours=False)
        for row in rows
        # The database looks past letter case and accents.
        if sought.fits(str(row.get("messageid") or "")) and str(row.get("mtype") or LINKED) == LINKED
    }
    return tuple(sorted(found.values(), key=lambda stored: stored.number))


async def find_copies(client: CrmClient, sought: Sought, subject: str, date: str = "") -> tuple[StoredMail, ...]:
    """What `find_mails` finds; those that `to_be_read` names are read whole."""
    found = await find_mails(client, sought, date)
    likely = to_be_read(found, subject)
    others = tuple(one for one in found if one not in likely)
    return tuple(sorted((*others, *await read_whole(client, likely)), key=lambda stored: stored.number))


async def read_whole(client: CrmClient, found: Sequence[StoredMail]) -> tuple[StoredMail, ...]:
    """Return the mails with all of their fields; without those that are gone by now."""

    async def read(stored: StoredMail) -> StoredMail | None:
        try:
            return replace(stored, row=await client.retrieve(stored.id), whole=True)
        except RecordRefused:
            return None

    return tuple(filter(None, await asyncio.gather(*map(read, found))))


def stored_from(row: Row, *, ours: bool) -> StoredMail:
    """Return the stored mail from the answer to ``create``, which had all of its fields so far."""
    return replace(_stored(row, ours=ours), whole="description" in row)


def _stored(row: Row, *, ours: bool) -> StoredMail:
    return StoredMail(
        id=str(row["id"]),
        owner=str(row.get("assigned_user_id") or ""),
        created=str(row.get("createdtime") or ""),
        date=str(row.get("mdate") or ""),
        ours=ours,
        row=row,
    )


def _number(record_id: str) -> int:
    return int(record_id.partition("x")[2])


async def documents_after(
    client: CrmClient, stored: StoredMail, marker: str, *, newest: bool = False, most: int = MOST
) -> list[Document]:
    """Documents that this user created after the mail and that may be its attachments, oldest first.

    The files of a mail become Documents right after its own record, before the user's next mail (there is none
    if the mail is the ``newest``). One that was sent on its own later carries ``marker`` in its notes (`marker_of`).
    Once there are ``most`` of them no further page is asked for.
    """
    shape = await client.shape("Documents")
    more = tuple(name for name in ("notecontent", "createdtime", "filelocationtype") if shape.field(name))
    fields = ("id", "notes_title", "filesize", "folderid", *more)
    found: list[Document] = []
    start = f"{shape.prefix}x{stored.number}"
    while len(found) < most:
        where = all_of(after("id", start), equals("assigned_user_id", stored.owner))
        statement = select(fields, "Documents", where, order="createdtime", limit=(0, PAGE))
        page = [document_from(row) for row in await client.query(statement)]
        found += page
        if len(page) < PAGE:
            break
        start = max(page, key=lambda document: document.number).id
    bound = None if newest or not found else await next_mail(client, stored)
    if bound is not None:
        found = [one for one in found if one.number < bound or marker in one.note]
    own = (one for one in found if MARK not in one.note or marker in one.note)
    sent = files_by_mark(stored.row)
    # What was sent alone may have been read later than the mark was made.
    return [replace(one, near=is_near(one, stored.created), digests=() if one.alone else sent) for one in own]


async def next_mail(client: CrmClient, stored: StoredMail) -> int | None:
    """The number of the next mail that this user stored, or none."""
    where = all_of(after("id", stored.id), equals("assigned_user_id", stored.owner))
    # Several may have been created in the same second: more than one is asked for.
    rows = await client.query(select(("id",), "Messages", where, order="createdtime", limit=(0, 20)))
    return min((_number(str(row["id"])) for row in rows), default=None)


def marker_of(message_id: str) -> str:
    """How a Document says to which mail it belongs; without the angle brackets, which the CRM takes for HTML."""
    return f"{MARK}{' '.join(message_id.replace('<', ' ').replace('>', ' ').split())})"


def note_of(message_id: str, index: int, sha256: str = "") -> str:
    """The note of a Document that is sent on its own: the mail, and its place among the attachments.

    That of the mail itself as a file tells its SHA-256.
    """
    itself = f": the mail itself, SHA-256 {sha256}" if sha256 else ""
    return f"{marker_of(message_id)}{itself}{PLACE}{index + 1}"


def any_folder(documents: Sequence[Document]) -> str:
    """The folder in which the CRM put the mail's files, where it is known."""
    return next((document.folder for document in documents if document.folder), "")
