"""Making a record from the mail: what events cause of it, each in a task that reports back by events."""

from __future__ import annotations

import re
from collections.abc import Callable, Coroutine
from typing import Any

from connector.app import events as e
from connector.app.searching import PAUSE
from connector.app.state import State
from connector.errors import ConnectorError, Problem, ReachError, RecordRefused, SignInNeeded
from connector.finding.answers import Answers, Unasked
from connector.finding.records import Record
from connector.finding.sought import first, last
from connector.mail.mail import Mail
from connector.making.draft import Draft, request, same_request
from connector.making.likeness import modules, sought
from connector.ports import Ports
from connector.vtenext.crm import Crm

IDLE = 0.5
"""Seconds after the suggestions stand before the CRM is asked which records the user may make."""

_EMPTY_LINES = re.compile(r"\n[ \t\r\n]*\n")

Begin = Callable[[str, Coroutine[Any, Any, None]], None]
"""Starts work of a name; the same work for something earlier is dropped."""
Text = Callable[[Mail], Coroutine[Any, Any, str]]
"""Reads the text of a mail, empty where that can't be had (`connector.app.asking.People.text`)."""


class Drafting:
    """Asks for forms and for what looks like a draft, and makes records.

    ``state`` tells what the pane shows now, ``text`` the text of the open mail.
    """

    def __init__(
        self, ports: Ports, state: Callable[[], State], dispatch: Callable[[e.Event], None], begin: Begin, text: Text
    ) -> None:
        self._ports, self._state, self._dispatch, self._begin, self._text = ports, state, dispatch, begin, text

    def cause(self, event: e.Event, crm: Crm | None) -> None:
        """Begin what the event causes."""
        draft = self._state().draft
        if crm is None or not crm.capabilities.makes_records or not self._state().settings.create_records:
            return
        match event:
            case e.SuggestionsCame(_, suggestions, complete) if complete and self._state().forms is None:
                self._begin("forms", self._ask_forms(crm, IDLE if suggestions else 0))
            case e.DraftOpened() if draft is not None:
                self._begin("draft-text", self._read_text(draft))
                self._begin("draft-look", self._look(crm, draft))
            case e.DraftTyped() if draft is not None and draft.checked is None:
                self._begin("draft-look", self._look_soon(crm))
            case e.DraftSought(text) if text.strip() and draft is not None:
                self._begin("draft-search", self._search(crm, draft, text.strip()))
            case e.DraftSent(despite) if draft is not None and draft.busy:
                self._begin("draft-make", self._make(crm, draft, despite=despite))
            case _:
                pass

    async def _ask_forms(self, crm: Crm, pause: float) -> None:
        await self._ports.clock.sleep(pause)
        try:
            self._dispatch(e.FormsCame(await crm.forms()))
        except SignInNeeded:
            raise
        except ConnectorError:
            # Nothing is offered; after the next suggestions it is asked again.
            return

    async def _read_text(self, draft: Draft) -> None:
        """Have the mail's text told; the form does without where Outlook does not hand it out."""
        mail = draft.known.mail
        text = await self._text(mail) if self._ports.mailbox.shows(mail.traits) else ""
        if text.strip():
            self._dispatch(e.DraftTextCame(draft.mail, _EMPTY_LINES.sub("\n\n", text.replace("\r\n", "\n")).strip()))

    async def _look_soon(self, crm: Crm) -> None:
        await self._ports.clock.sleep(2 * PAUSE)
        draft = self._state().draft
        if draft is not None and not draft.busy and draft.checked is None:
            await self._look(crm, draft)

    async def _look(self, crm: Crm, draft: Draft) -> None:
        """Look for what may be the same one."""
        wanted = sought(draft.form, draft.entry)
        mail = draft.entry.text("mail").strip()
        texts = [wanted] if wanted else []
        if mail and mail != draft.known.person.mail and modules(draft.form):
            texts.append(mail)
        found: list[Record] = []
        unsure = False
        for text in texts:
            try:
                answers = await first(crm.search(text))
            except SignInNeeded:
                raise
            except ConnectorError:
                unsure = True
            else:
                found += answers.found
                unsure = unsure or _left_out(answers.unasked, modules(draft.form))
        self._dispatch(e.DraftLooked(draft.identity, tuple(found), unsure))

    async def _search(self, crm: Crm, draft: Draft, text: str) -> None:
        """Search the record to which the new one belongs."""
        await self._ports.clock.sleep(PAUSE)
        field = draft.form.reference
        found: list[Record] = []
        missing: list[str] = []
        for module in field.modules if field else ():
            try:
                found += (await last(crm.search(text, module))).found
            except SignInNeeded:
                raise
            except ConnectorError:
                missing.append(module)
        self._dispatch(e.DraftFound(text, Answers(tuple(found), Unasked(tuple(missing)) if missing else None)))

    async def _make(self, crm: Crm, draft: Draft, *, despite: bool) -> None:
        clock = self._ports.clock
        if not same_request(draft, clock.now()):
            seen = set(draft.alike) if despite else set()
            if draft.checked != draft.identity or draft.sent_at is not None:
                await self._look(crm, draft)
            looked = self._state().draft
            if looked is None or not looked.busy:
                return
            if set(looked.alike) - seen or (looked.unsure and not despite):
                self._dispatch(e.DraftStopped())
                return
        sent_at = draft.sent_at if same_request(draft, clock.now()) else clock.now()
        try:
            record = await crm.make(*request(draft))
        except SignInNeeded:
            self._dispatch(e.DraftStopped())
            raise
        except RecordRefused as error:
            self._dispatch(e.DraftFailed(Problem(error.code, error.details), at="record"))
        except ConnectorError as error:
            problem = Problem(error.code, error.details)
            lost = sent_at if isinstance(error, ReachError) else None
            self._dispatch(e.DraftFailed(problem, at=error.details.get("field", ""), sent_at=lost))
        else:
            self._dispatch(e.RecordMade(draft.mail, record))
            self._choose(draft, record)
            texts = "".join(request(draft)[1].values())
            signs = "".join(dict.fromkeys(one for one in texts if ord(one) > 0xFFFF))
            if signs:
                self._dispatch(e.Noticed(Problem("record-signs", {"record": record.name, "signs": signs}), "warning"))

    def _choose(self, draft: Draft, record: Record) -> None:
        """Choose the record, so that one press links the mail that it was made for; of another mail only tell it."""
        state = self._state()
        if state.mail is None or state.mail.key != draft.mail or state.current is not None:
            details = {"record": record.name, "subject": draft.known.mail.subject}
            self._dispatch(e.Noticed(Problem("record-made", details), "success"))
        elif all(one.id != record.id for one in state.chosen):
            self._dispatch(e.RecordToggled(record))


def _left_out(unasked: Unasked | None, wanted: tuple[str, ...]) -> bool:
    return unasked is not None and any(module in wanted for module in unasked.modules)
