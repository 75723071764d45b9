"""The copies of a mail that stand in the CRM: found again, brought down to one, taken back.

vtenext accepts the same mail as often as it is sent, and an answer that was lost leaves it open whether it was stored.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import replace
from functools import partial
from typing import Any

from connector.crm.client import CrmClient
from connector.crm.early import Early
from connector.crm.filing import Filing
from connector.crm.lookup import find_mail
from connector.domain.linking import Link, Step, StoredMail, without_document
from connector.errors import (
    AnswerError,
    MessagesDenied,
    PermissionDenied,
    RecordRefused,
    SignInNeeded,
    TakeBackFailed,
)


class Copies:
    """Works for one link. ``pause(n)`` waits before the n-th look, ``told`` takes each change of the link.

    ``early`` may hold the first look for the mail, begun before.
    """

    def __init__(
        self,
        client: CrmClient,
        filing: Filing,
        early: Early,
        looks: int,
        pause: Callable[[int], Awaitable[None]],
        told: Callable[[Link], Link],
    ) -> None:
        self._client = client
        self._filing = filing
        self._early = early
        self._looks = looks
        self._pause = pause
        self._told = told

    async def stored(self, link: Link) -> tuple[StoredMail, ...]:
        """The copies of the link's mail, oldest first."""
        return await find_mail(self._client, link.plan.mail.message_id)

    async def find(self, link: Link) -> Link:
        """Look for the mail; where it may still be on its way into the CRM, more than once."""
        for look in range(self._looks if link.uncertain and not link.ended else 1):
            if look:
                await self._pause(look)
            try:
                copies = await self._early.take(Step.FIND, partial(self.stored, link))
            except PermissionDenied as error:
                # Who may not see mails may store none. Once one was sent, that would be said too easily.
                raise error if link.uncertain else MessagesDenied(**error.details) from error
            if copies:
                stored = replace(copies[0], ours=link.uncertain)
                found = replace(link, searched=True, uncertain=False, ended=False)
                return replace(found, stored=stored, dated=not stored.ours)
        return replace(link, searched=True, uncertain=False, ended=False)

    async def single(self, link: Link) -> Link:
        """See that one copy stays. Two devices may store the same mail at once: then the older copy does.

        Where an answer was lost, all that came since is this link's own. A copy that the CRM does not let
        the user remove is noted.
        """
        stored = link.stored_mail
        if not stored.ours:
            return link
        copies = await self.stored(link)
        try:
            if link.lost:
                for copy in reversed(copies):
                    if copy.id != stored.id:
                        await self._delete(link, *await self._filing.documents_of_copy(link, copy), copy.id)
            elif copies and copies[0].id != stored.id:
                await self._delete(link, *await self._filing.documents_of_copy(link, stored), stored.id)
                files = tuple(map(without_document, link.files))
                nothing = frozenset[Any]()
                return self._told(replace(link, stored=copies[0], files=files, related=nothing, attached=nothing))
        except TakeBackFailed:
            return self._told(link.noted("copy-stays"))
        return link

    async def take_back(self, link: Link) -> bool:
        """Remove what this link has stored, and nothing else; returns whether there was anything.

        Raises `TakeBackFailed` where the CRM refuses that, and other errors where it can't be asked; what stands
        then is looked for by whatever is done next.
        """
        if link.uncertain:
            link = await self.find(link)
        if link.stored is not None:
            link = await self.single(link)
            if not link.read_back and (link.stored_mail.ours or any(one.tries for one in link.files)):
                link = await self._filing.read_back(link)
        ids = [outcome.document for outcome in link.files if outcome.document and outcome.ours]
        if link.stored is not None and link.stored.ours:
            ids.append(link.stored.id)
        gone = self._told(link.doubted())
        await self._delete(link, *ids)
        self._told(replace(gone, uncertain=False, ended=False, searched=False, undoing=False))
        return bool(ids)

    async def _delete(self, link: Link, *ids: str) -> None:
        for record_id in ids:
            try:
                await self._client.delete(record_id)
            except SignInNeeded:
                raise
            except AnswerError as error:
                if not await self._is_gone(record_id):
                    reason = error.details.get("reason", "")
                    raise TakeBackFailed(subject=link.plan.mail.subject, reason=reason) from error

    async def _is_gone(self, record_id: str) -> bool:
        try:
            await self._client.retrieve(record_id)
        except RecordRefused:
            return True
        return False
