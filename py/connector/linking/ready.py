"""The link that would begin if Link were pressed now: read, and made into the form that stores it.

    ready.make(linker, plan)          # somebody has chosen a record, and perhaps another
    link = await ready.take(link)     # Link is pressed: what is there of it is there
    ready.abandon()                   # another mail, or no record any more: nothing of it stays

Nothing is stored, and nothing of it shows: what goes wrong goes wrong again for the link, and is told then.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import replace

from connector.errors import ConnectorError
from connector.linking.ahead import ReadAhead
from connector.linking.link import Link, LinkPlan
from connector.linking.linker import Linker
from connector.mail.mail import Mail
from connector.ports import FileHandle


class Ready:
    """Makes one link at a time out of what was read ahead; ``begin`` makes a link of a plan.

    ``drop`` lets go of files, ``let_go`` of the form that was made; ``known`` hears of a mail of which more is known.
    """

    def __init__(
        self,
        ahead: ReadAhead,
        begin: Callable[[LinkPlan], Link],
        drop: Callable[[Sequence[FileHandle]], None],
        let_go: Callable[[], None],
        known: Callable[[Mail], None],
    ) -> None:
        self._ahead = ahead
        self._begin = begin
        self._drop = drop
        self._let_go = let_go
        self._known = known
        self._item = ""
        self._plan: LinkPlan | None = None
        self._begun: Link | None = None
        self._link: Link | None = None
        self._task: asyncio.Task[None] | None = None

    def make(self, linker: Linker, plan: LinkPlan) -> None:
        """Make the link of this plan; what is there of the same mail is used."""
        if plan.mail.key != self._item:
            self.abandon()
        self._item, self._plan = plan.mail.key, plan
        if self._task is None or self._task.done():
            self._task = asyncio.ensure_future(self._make(linker))

    async def _make(self, linker: Linker) -> None:
        try:
            if self._link is None and self._plan is not None and await self._ahead.everything():
                self._begun = self._begin(self._plan)
                self._link = await linker.read_ahead(self._begun)
                self._known(self._link.plan.mail)
            made = None
            # What follows waits for nobody: everything is there by now.
            while self._link is not None and self._plan is not None and made is not self._plan:
                made = self._plan
                plan = replace(made, mail=self._link.plan.mail)
                self._link = await linker.prepare(replace(self._link, plan=plan))
        except ConnectorError:
            self._link = None

    def begun(self, plan: LinkPlan) -> Link:
        """The link of this plan, of which nothing has been done yet."""
        if self._begun is not None and self._begun.plan.mail.key == plan.mail.key:
            return replace(self._begun, plan=plan)
        return self._begin(plan)

    async def take(self, link: Link) -> Link:
        """The link with what is ready of it; what is still being read comes by the link itself."""
        if link.plan.mail.key != self._item or self._task is None:
            return link
        if self._link is None:
            self._task.cancel()
        elif not self._task.done():
            await asyncio.wait([self._task])
        made, self._link, self._plan, self._task = self._link, None, None, None
        return replace(made, plan=replace(link.plan, mail=made.plan.mail)) if made is not None else link

    def abandon(self, key: str = "") -> None:
        """Stop, and let go of everything; with ``key`` only where it is that mail's."""
        if key and key != self._item:
            return
        if self._task is not None:
            self._task.cancel()
        if self._link is not None:
            self._drop(self._link.held)
        self._item, self._plan, self._begun, self._link, self._task = "", None, None, None, None
        self._let_go()
