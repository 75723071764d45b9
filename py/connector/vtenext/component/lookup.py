"""The mails of a user in a CRM with the component, as it finds and reads them (``mailconnectormail``)."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Mapping, Sequence
from itertools import chain
from typing import Any

from connector.errors import AnswerUnreadable, RecordRefused
from connector.linking.document import Document
from connector.linking.states import StoredMail
from connector.linking.storage import Row, Second, to_be_read
from connector.mail.identity import Sought
from connector.vtenext.component.answers import entries
from connector.vtenext.component.mails import documents_of, iso, stored_from
from connector.vtenext.component.question import Ask, Question

MAIL = "mailconnectormail"
MOST_IDS = 8
"""Message-IDs of one request."""


async def found(ask: Ask, sought: Sought, subject: str, second: Second | None = None) -> tuple[StoredMail, ...]:
    """Find the user's mails by Message-ID; of many those are read whole that the subject fits."""
    mails = await named(ask, sought, iso(second.instant) if second else "")
    likely = to_be_read(mails, subject)
    others = tuple(one for one in mails if one not in likely)
    return tuple(sorted((*others, *await whole(ask, likely)), key=lambda stored: stored.number))


async def named(ask: Ask, sought: Sought, date: str = "") -> tuple[StoredMail, ...]:
    """Find the user's mails by Message-ID, oldest first. The component reads a few of them whole."""
    given = {"message_ids": json.dumps(sought.beginnings[:MOST_IDS])} | ({"date": date} if date else {})
    found = [stored_from(copy) for copy in await _copies(ask, given)]
    fitting = (one for one in found if sought.fits(str(one.row["messageid"])))
    return tuple(sorted(fitting, key=lambda stored: stored.number))


async def whole(ask: Ask, found: Sequence[StoredMail]) -> tuple[StoredMail, ...]:
    """Read mails whole; those that are gone by now are left out."""

    async def one(stored: StoredMail) -> tuple[StoredMail, ...]:
        if stored.whole:
            return (stored,)
        try:
            return (stored_from(await _copy(ask, stored.id), ours=stored.ours),)
        except RecordRefused:
            return ()

    return tuple(chain.from_iterable(await asyncio.gather(*map(one, found))))


async def read(ask: Ask, mail_id: str) -> Row:
    """Read one stored mail."""
    return stored_from(await _copy(ask, mail_id)).row


async def documents(ask: Ask, stored: StoredMail) -> list[Document]:
    """Return the Documents of a mail: the component knows whose they are."""
    return list(documents_of(await _copy(ask, stored.id, digests=True)))


async def _copy(ask: Ask, mail_id: str, *, digests: bool = False) -> Mapping[str, Any]:
    """A mail as it stands; with ``digests`` the component reads its files for it."""
    for copy in await _copies(ask, {"message": mail_id} | ({"digests": "1"} if digests else {})):
        if copy.get("id") == mail_id:
            return copy
    raise AnswerUnreadable(reason=MAIL)


async def _copies(ask: Ask, given: Mapping[str, str]) -> list[Mapping[str, Any]]:
    result = await ask(Question(MAIL, given))
    if not isinstance(result, dict) or not isinstance(result.get("copies"), list):
        raise AnswerUnreadable(reason=MAIL)
    return entries(result["copies"])
