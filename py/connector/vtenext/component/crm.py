"""The CRM by the operations of the Mail Connector component, and by no others."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Coroutine, Mapping, Sequence
from typing import Any

from connector.errors import AnswerUnreadable, CrmFault, OperationMissing
from connector.finding.answers import Answers
from connector.finding.card import Card
from connector.finding.otherside import OtherSide
from connector.finding.records import Module, Record, is_name
from connector.finding.results import Results, joined
from connector.linking.prefetch import may_fail
from connector.mail.mail import Mail
from connector.making.form import Form
from connector.vtenext.component.answers import entries, record, unasked
from connector.vtenext.component.cards import ADD_ADDRESS, RECORD, card_from, given_from
from connector.vtenext.component.finding import FIND, commentable_from, limit_from, look_from, modules_from, question
from connector.vtenext.component.making import CREATE, FORMS, creation, forms_from, made_from
from connector.vtenext.component.question import Question
from connector.vtenext.component.relating import unlink
from connector.vtenext.crm import NOTHING, Capabilities, Look

SEARCH = "mailconnectorsearch"
LONGEST_SEARCH = 200
PAGES = 2
"""Of a search in one module, as long as there is another; each has 12 records."""

Ask = Callable[[Question], Coroutine[Any, Any, Any]]
"""Asks the component with the user's token; returns the result."""


class ComponentCrm:
    """A `connector.vtenext.crm.Crm`. ``ask`` calls an operation."""

    capabilities = Capabilities(sees_all_links=True, makes_records=True, has_cards=True)

    def __init__(self, ask: Ask) -> None:
        self._ask = ask
        self._first: asyncio.Task[Any] | None = None

    async def look(self, mail: Mail, side: OtherSide, recent: Mapping[str, str] = NOTHING) -> AsyncIterator[Look]:
        """Yield everything at once."""
        yield look_from(await self._find(mail, side, tuple(recent)), mail.message_id, mail.subject, side)

    async def modules(self) -> tuple[Module, ...]:
        """Return the modules that the component lists, in the user's language."""
        return modules_from(await self._lasting())

    async def file_limit(self) -> int:
        """Return what PHP is set to."""
        return limit_from(await self._lasting(), "file")

    async def most_files(self) -> int:
        """Return what PHP is set to; beyond that it drops files without a word."""
        return limit_from(await self._lasting(), "files")

    async def commentable(self) -> frozenset[str]:
        """Return what the component tells with the modules; none with a component that is too old for comments."""
        return commentable_from(await self._lasting())

    async def search(self, text: str, module: str = "") -> AsyncIterator[Results]:
        """Find records by the beginnings of words; in one module also what stands inside a name.

        Everywhere means the modules that matter to a mail first, and then all others that take one.
        """
        given = {"text": text[:LONGEST_SEARCH]}
        if not text.strip():
            yield Results()
            return
        if not module:
            found, cut = await self._searched(given)
            yield Results(found, cut, complete=False)
            others, cut_others = await self._searched(given | {"others": "1"})
            yield Results(joined(found, others), cut | cut_others)
            return
        found = Answers[Record]()
        for page in range(1, PAGES + 1):
            answers, cut = await self._searched(given | {"module": module, "page": str(page)})
            if answers.unasked:
                raise CrmFault(reason=SEARCH)
            found = joined(found, answers)
            complete = not cut or page == PAGES
            yield Results(found, cut, complete=complete)
            if complete:
                return

    async def _searched(self, given: dict[str, str]) -> tuple[Answers[Record], frozenset[str]]:
        """Ask for one page: what was found, and the modules of which there is another page."""
        result = await self._ask(Question(SEARCH, given))
        if not isinstance(result, dict) or not isinstance(result.get("records"), list):
            raise AnswerUnreadable(reason=SEARCH)
        found = tuple(one for entry in entries(result["records"]) if (one := record(entry)) is not None)
        named = result.get("more_in")
        more = frozenset(one for one in named if is_name(one)) if isinstance(named, list) else frozenset[str]()
        return Answers(found, unasked(result)), more

    async def card(self, record: str) -> Card:
        """Return a record's card."""
        return card_from(await self._ask(Question(RECORD, {"id": record})), record)

    async def unlink(self, copy: str, record: str, subject: str) -> None:
        """Have the component take one relation back, with those of the mail's Documents and the note there."""
        await unlink(self._ask, copy, record, subject)

    async def add_address(self, record: str, address: str) -> Card:
        """Fill the record's first empty mail field; the same address again changes nothing."""
        return given_from(await self._ask(Question(ADD_ADDRESS, {"id": record, "address": address})), record)

    async def forms(self) -> tuple[Form, ...]:
        """Return the forms of the modules that this user may fill; none with a component that is too old for it."""
        try:
            return forms_from(await self._ask(Question(FORMS, {})))
        except OperationMissing:
            return ()

    async def make(self, module: str, texts: Mapping[str, str], record: str = "") -> Record:
        """Make a record. The same within a minute is answered with the one that was made."""
        return made_from(await self._ask(Question(CREATE, creation(module, texts, record))))

    async def _find(self, mail: Mail | None, side: OtherSide | None = None, recent: Sequence[str] = ()) -> Any:
        """Ask for a mail. Who asks first also asks for what stays the same, which is kept."""
        if self._knows_first():
            return await self._ask(Question(FIND, question(mail, side, recent, first=False)))
        asked = Question(FIND, question(mail, side, recent, first=True))
        task = self._first = asyncio.ensure_future(self._ask(asked))
        may_fail(task)
        # Goes on where whoever asked has another mail by now.
        await asyncio.wait([task])
        return task.result()

    async def _lasting(self) -> Any:
        """What stays the same; asked for alone where nobody has asked."""
        if self._first is None or not self._knows_first():
            return await self._find(None)
        await asyncio.wait([self._first])
        return self._first.result()

    def _knows_first(self) -> bool:
        """Whether what stays the same was answered, or is being asked for; a failure does not count."""
        task = self._first
        return task is not None and not (task.done() and (task.cancelled() or task.exception() is not None))
