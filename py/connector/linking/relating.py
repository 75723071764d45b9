"""Relating the stored mail and its Documents to the records; where none takes the mail, all of it is taken back."""

from __future__ import annotations

from collections.abc import Mapping, Set

from connector.errors import ConnectorError, NothingLinkable, PermissionDenied, Problem, RecordRefused
from connector.linking.copies import Copies
from connector.linking.link import Link
from connector.linking.run import Run
from connector.linking.storage import Pair


class Relating:
    """Steps of one run."""

    def __init__(self, run: Run, copies: Copies) -> None:
        self._run = run
        self._copies = copies

    async def mail(self, link: Link) -> Link:
        """Relate the mail. Raises what `nowhere` raises where no record takes it."""
        stored, run = link.stored_mail, self._run
        if not link.written:
            run.guard(link)
        pending = {stored.id: link.unrelated} if link.targets else {}
        if stored.ours and len(link.plan.records) == len(link.targets) == 1:
            # Should the only record refuse the mail, all of it is taken back: the Documents need not wait for that.
            pending |= link.pending_documents()
        await run.storage.relate(link, pending, self._keep)
        if not any(record.id in run.latest.related for record in link.plan.records):
            return await self.nowhere(run.latest)
        return run.latest

    async def documents(self, link: Link) -> Link:
        """Relate its Documents."""
        await self._run.storage.relate(link, link.pending_documents(), self._keep)
        return self._run.latest

    def _keep(self, done: Set[Pair], refused: Mapping[Pair, Problem]) -> None:
        """Take in what is related now, the mail or its Documents, and what the CRM refused to relate."""
        self._run.keep(self._run.latest.with_related(done, refused))

    async def nowhere(self, link: Link) -> Link:
        """No record takes the mail: take all of it back, and raise why."""
        await self._copies.take_back(link)
        codes = {link.refused[record.id].code for record in link.plan.records if record.id in link.refused}
        raise refused_by_all(link, hidden=bool(codes & {RecordRefused.code, PermissionDenied.code}))


def refused_by_all(link: Link, *, hidden: bool) -> ConnectorError:
    """The error for a mail that no record takes; ``hidden``: the user is not shown one of them."""
    if hidden:
        return RecordRefused(record=", ".join(record.name for record in link.plan.records))
    return NothingLinkable(modules=", ".join(sorted({record.module for record in link.plan.records})))
