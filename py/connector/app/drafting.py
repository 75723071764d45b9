"""Making a record from the mail: what events cause of it, each in a task that reports back by events."""

from __future__ import annotations

import re
from collections.abc import Callable, Coroutine
from functools import partial
from typing import Any

from connector.app import changes
from connector.app import events as e
from connector.app.connection import Connection
from connector.app.parts import Pane
from connector.app.searching import PAUSE
from connector.app.work import Work
from connector.errors import UNSETTLED, ConnectorError, Problem, RecordRefused, SignInNeeded
from connector.finding.answers import Answers, Unasked
from connector.finding.records import Record
from connector.finding.results import first, last
from connector.mail.mail import Mail
from connector.making.draft import Draft, request, same_request
from connector.making.likeness import modules, sought
from connector.ports import Ports
from connector.vtenext.crm import Crm

IDLE = 0.5
"""Seconds after the suggestions stand before the CRM is asked which records the user may make."""

_EMPTY_LINES = re.compile(r"\n[ \t\r\n]*\n")

Text = Callable[[Mail], Coroutine[Any, Any, str]]
"""Reads the text of a mail, empty where that can't be had (`connector.app.people.People.text`)."""


class Drafting:
    """Asks for forms and for what looks like a draft, and makes records. ``text`` reads the text of the open mail."""

    def __init__(self, ports: Ports, pane: Pane, work: Work, crm: Connection, text: Text) -> None:
        self._ports, self._pane, self._work, self._crm, self._text = ports, pane, work, crm, text

    def cause(self, event: e.Event) -> None:
        """Begin what the event causes."""
        state = self._pane.state
        if isinstance(event, e.DraftClosed) and event.instead is not None and event.instead not in state.chosen:
            self._pane.dispatch(e.RecordChosen(event.instead))
        draft, crm = state.draft, self._crm.door
        if crm is None or not crm.capabilities.makes_records or not state.settings.create_records:
            return
        match event:
            case e.SuggestionsCame(_, suggestions, complete) if complete and state.forms is None:
                self._work.begin("forms", self._ask_forms(crm, IDLE if suggestions else 0))
            case e.DraftOpened() if draft is not None:
                self._work.begin("draft-text", self._read_text(draft))
                self._work.begin("draft-look", self._look(crm, draft))
            case e.DraftTyped() if draft is not None and draft.checked is None:
                self._work.begin("draft-look", self._look_soon(crm))
            case e.DraftSought(text, name) if text.strip() and draft is not None:
                self._work.begin("draft-search", self._search(crm, draft, name, text.strip()))
            case e.DraftSent(despite) if draft is not None and draft.busy:
                self._work.change(changes.MAKING, partial(self._make, despite=despite))
            case _:
                pass

    async def _ask_forms(self, crm: Crm, pause: float) -> None:
        await self._ports.clock.sleep(pause)
        try:
            self._pane.dispatch(e.FormsCame(await crm.forms()))
        except SignInNeeded:
            raise
        except ConnectorError:
            # Nothing is offered; after the next suggestions it is asked again.
            return

    async def _read_text(self, draft: Draft) -> None:
        """Read the mail's text for the form, which does without where Outlook does not hand it out."""
        mail = draft.known.mail
        text = await self._text(mail) if self._ports.mailbox.shows(mail.traits) else ""
        if text.strip():
            self._pane.dispatch(
                e.DraftTextCame(draft.mail, _EMPTY_LINES.sub("\n\n", text.replace("\r\n", "\n")).strip())
            )

    async def _look_soon(self, crm: Crm) -> None:
        await self._ports.clock.sleep(2 * PAUSE)
        draft = self._pane.state.draft
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
        self._pane.dispatch(e.DraftLooked(draft.identity, tuple(found), unsure))

    async def _search(self, crm: Crm, draft: Draft, name: str, text: str) -> None:
        """Search a record to which a field may point."""
        await self._ports.clock.sleep(PAUSE)
        field = draft.form.field(name)
        found: list[Record] = []
        missing: list[str] = []
        for module in field.modules if field else ():
            try:
                found += (await last(crm.search(text, module))).found
            except SignInNeeded:
                raise
            except ConnectorError:
                missing.append(module)
        answers = Answers(tuple(found), Unasked(tuple(missing)) if missing else None)
        self._pane.dispatch(e.DraftFound(text, answers, name))

    def _sent(self, *, despite: bool) -> Draft | None:
        """The draft that is to be made; a lost sign-in may have stopped it, and there is a new one."""
        draft = self._pane.state.draft
        if draft is not None and not draft.busy:
            self._pane.dispatch(e.DraftSent(despite))
            draft = self._pane.state.draft
        return draft if draft is not None and draft.busy else None

    async def _make(self, *, despite: bool) -> None:
        crm, draft, clock = self._crm.door, self._sent(despite=despite), self._ports.clock
        if draft is None:
            return
        if crm is None:
            raise SignInNeeded
        if not same_request(draft, clock.now()):
            seen = set(draft.alike) if despite else set()
            if draft.checked != draft.identity or draft.sent_at is not None:
                await self._look(crm, draft)
            looked = self._pane.state.draft
            if looked is None or not looked.busy:
                return
            if set(looked.alike) - seen or (looked.unsure and not despite):
                self._pane.dispatch(e.DraftStopped())
                return
        sent_at = draft.sent_at if same_request(draft, clock.now()) else clock.now()
        try:
            record = await crm.make(*request(draft))
        except SignInNeeded:
            self._pane.dispatch(e.DraftStopped())
            raise
        except RecordRefused as error:
            at = error.details.get("field") or "record"
            self._pane.dispatch(e.DraftFailed(Problem(error.code, error.details), at=at))
        except ConnectorError as error:
            problem = Problem(error.code, error.details)
            lost = sent_at if isinstance(error, UNSETTLED) else None
            self._pane.dispatch(e.DraftFailed(problem, at=error.details.get("field", ""), sent_at=lost))
        else:
            self._pane.dispatch(e.RecordMade(draft.mail, record))
            self._choose(draft, record)
            texts = "".join(request(draft)[1].values())
            signs = "".join(dict.fromkeys(one for one in texts if ord(one) > 0xFFFF))
            if signs:
                self._pane.dispatch(
                    e.Noticed(Problem("record-signs", {"record": record.name, "signs": signs}), "warning")
                )

    def _choose(self, draft: Draft, record: Record) -> None:
        """Choose the record, so that one press links the mail that it was made for; of another mail only tell it."""
        state = self._pane.state
        if state.mail is None or state.mail.key != draft.mail or state.current is not None:
            details = {"record": record.name, "subject": draft.known.mail.subject}
            self._pane.dispatch(e.Noticed(Problem("record-made", details), "success", draft.mail))
        elif all(one.id != record.id for one in state.chosen):
            if state.preselected is not None and state.preselected.module == record.module:
                # Whoever makes another one of its kind does not mean the one that the pane has chosen by itself.
                self._pane.dispatch(e.RecordDropped(state.preselected))
            self._pane.dispatch(e.RecordChosen(record))


def _left_out(unasked: Unasked | None, wanted: tuple[str, ...]) -> bool:
    return unasked is not None and any(module in wanted for module in unasked.modules)
