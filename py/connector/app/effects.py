"""What events cause: the pane's work with Outlook and the CRM, in tasks that report back by events."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Mapping
from dataclasses import replace
from typing import Any

from connector.app import events as e
from connector.app.asking import People
from connector.app.cards import Cards
from connector.app.drafting import Drafting
from connector.app.entering import too_late
from connector.app.lately import Lately
from connector.app.links import Links
from connector.app.marking import Marking
from connector.app.searching import search, search_soon
from connector.app.signing import Signing
from connector.app.state import Asking, Settings, State
from connector.app.update import update
from connector.errors import (
    AnswerError,
    ComponentError,
    ConnectorError,
    PermissionDenied,
    Problem,
    ReachError,
    SignInNeeded,
)
from connector.finding.otherside import other_side, same_question
from connector.linking.ahead import ReadAhead
from connector.linking.link import Link
from connector.linking.receipt import Receipt
from connector.linking.states import StoredMail
from connector.linking.storage import Storage
from connector.linking.zone import with_offset
from connector.mail.identity import sought_unread
from connector.mail.mail import Mail
from connector.mail.sameness import sent_otherwise
from connector.ports import Ports, RawMail
from connector.signin.kept import KEEP, LAST_URL, LAST_USER
from connector.vtenext import url
from connector.vtenext.client import CrmClient
from connector.vtenext.component.status import Status
from connector.vtenext.crm import Crm
from connector.vtenext.doors import connected, storing
from connector.vtenext.session import Session

UNDO_SECONDS = 10
"""After which a link that is finished is taken back after a question only."""


class App:
    """Holds the state, takes events, and starts what they cause. ``show`` is called with each new state."""

    def __init__(self, ports: Ports, show: Callable[[State], None]) -> None:
        self.state = State()
        self._ahead = ReadAhead(ports.mailbox)
        self._ports = ports = replace(ports, mailbox=self._ahead)
        self._show = show
        self._client: CrmClient | None = None
        self._storage: Storage | None = None
        self._crm: Crm | None = None
        self._tasks: dict[str, asyncio.Task[None]] = {}
        self._lately = Lately(ports.settings)
        self._people = People(ports, self.dispatch, self._lately.of)
        self._links = Links(ports, self._ahead, self.dispatch)
        self._signing = Signing(ports, self.dispatch, self._adopt)
        self._cards = Cards(lambda: self.state, self.dispatch, self._begin)
        self._drafting = Drafting(ports, lambda: self.state, self.dispatch, self._begin, self._people.text)
        self._marking = Marking(ports, self.dispatch)

    def dispatch(self, event: e.Event) -> None:
        """Take an event: the state changes, the page follows, and what it causes is begun."""
        if too_late(self.state, event):
            return
        before = self.state
        self.state = update(before, event)
        if self.state is not before:
            self._show(self.state)
        for key in before.links.keys() - self.state.links.keys():
            self._links.close(key)
        self._cause(event)
        for kind in (self._drafting, self._cards):
            kind.cause(event, self._crm)

    def _cause(self, event: e.Event) -> None:  # noqa: C901  # a flat table of events
        match event:
            case e.SignInAsked() | e.CodeSent() | e.CodeAgainAsked() | e.PageAsked():
                self._begin("sign-in", self._signing.ask(event, self.state, self._links.owner))
            case e.CodeDropped() | e.PageDropped():
                self._signing.drop_code()
                self._stop("sign-in")
            case e.SignOutAsked():
                self._begin("sign-out", self._sign_out())
            case e.DevicesTurned() if self.state.devices is not None and self._client is not None:
                self._begin("devices", self._signing.list_devices(self._client.session))
            case e.DevicesTurned():
                self._stop("devices")
            case e.DeviceEndAsked(device) if self.state.devices is not None and self._client is not None:
                self._begin("devices", self._signing.list_devices(self._client.session, device))
            case e.SignedIn():
                self._ask()
                if self.state.mail is not None and self.state.filed is None:
                    self._read_mark(self.state.mail)
                if self._idle("modules"):
                    self._begin("modules", self._ask_modules())
                if self.state.search.text and self.state.search.asking is not Asking.DONE:
                    # Typed before Python was there, or lost with the sign-in before.
                    self._begin("search", search_soon(lambda: self.state, self._ports.clock, self.dispatch))
                self._links.go_on_after_sign_in(self.state)
            case e.MailShown(mail):
                self._abandon()
                self._ask()
                if mail is not None:
                    self._begin("source", self._ask_outlook(mail))
                    self._read_mark(mail)
            case e.SuggestAgainAsked():
                self._ask()
            case e.SuggestMoreAsked() if self._crm is not None and self.state.mail:
                self._begin("suggestions", self._suggest(self._crm, self.state.mail, self.state.turn))
            case e.ConversationAsked() if self._idle("suggestions") and self._crm is not None and self.state.mail:
                # What is being asked for goes on with it by itself.
                self._begin("suggestions", self._suggest(self._crm, self.state.mail, self.state.turn))
            case e.SessionLost(why):
                self._lose_session(why)
            case e.RecordToggled():
                self._read_ahead()
            case e.SearchTyped():
                self._begin("search", search_soon(lambda: self.state, self._ports.clock, self.dispatch))
            case e.SearchModuleChosen() | e.SearchAsked():
                self._begin("search", search(self._crm, self.state, self.dispatch))
            case e.LinkAsked():
                self._link()
            case e.RetryAsked(key) if key in self.state.links:
                self._links.go_on(self.state.links[key].link)
            case e.CancelAsked(key) if key in self.state.links:
                self._links.cancel(self.state.links[key].link)
            case e.UndoAsked(key) if key in self.state.links:
                self._links.cancel(self.state.links[key].link, finished=True)
            case e.LinkEnded(link, receipt):
                self._abandon(link.plan.mail.key)
                if receipt is not None:
                    self._linked(link, receipt)
            case e.LinkAbandoned(key, problem):
                self._abandon(key)
                if problem is not None and problem.code == "taken-back" and self.state.mail is not None:
                    self._begin("mark", self._marking.taken_back(self.state.mail, key))
            case e.LinkClosed():
                self._links.close(event.key)
                if self.state.signed_in:
                    self._begin("stored", self._look_for_stored(self.state.turn))
            case e.RecordOpened(record) if self.state.crm_url:
                self._ports.surroundings.open_page(url.record_page(self.state.crm_url, record.module, record.id))
            case e.CreationOpened(module) if self.state.crm_url:
                self._ports.surroundings.open_page(url.creation_page(self.state.crm_url, module))
            case e.DraftClosed(instead) if instead is not None and instead not in self.state.chosen:
                self.dispatch(e.RecordToggled(instead))

    def _begin(self, name: str, work: Coroutine[Any, Any, None]) -> None:
        """Start work of a name; the same work for something earlier is dropped."""
        earlier = self._tasks.pop(name, None)
        if earlier is not None:
            earlier.cancel()
        task = asyncio.ensure_future(self._guarded(work))
        self._tasks[name] = task

    def _idle(self, name: str) -> bool:
        """Whether no work of that name goes on."""
        task = self._tasks.get(name)
        return task is None or task.done()

    async def _guarded(self, work: Coroutine[Any, Any, None]) -> None:
        try:
            await work
        except SignInNeeded as error:
            self._lose_session(error.details.get("why", ""))
        except ConnectorError as error:
            self.dispatch(e.Broke(Problem(error.code, error.details)))

    # Sign in and out ------------------------------------------------------------------------------

    async def start(self, settings: Settings, before: Callable[[], Mapping[str, str]] = dict) -> None:
        """Begin: show the open mail, and go on with a kept sign-in where there is one.

        ``before`` tells, once the form is the app's, what was entered into it: ``url``, ``user``, ``keep``; and
        ``search-text``.
        """
        self._people.use(settings.own_domains)
        session = await self._signing.kept(settings)
        typed = before()
        preference = self._ports.store.preference
        preset = settings.crm_urls[0] if settings.crm_urls else ""
        last = preference(LAST_URL) if settings.free_url or preference(LAST_URL) in settings.crm_urls else ""
        address = (typed.get("url", "") if settings.free_url else "") or last or preset
        user = typed.get("user") or preference(LAST_USER)
        search, reads_files = typed.get("search-text", ""), self._ports.mailbox.reads_files()
        self.dispatch(e.Started(settings, address, user, search, reads_files, returning=session is not None))
        self.dispatch(e.KeepTicked(settings.stay_signed_in and typed.get("keep", preference(KEEP)) == "yes"))
        self.show_mail()
        if session is not None:
            self._adopt(session, None)
            self.dispatch(e.SignedIn(session.crm_url, session.user, stock=session.stock))
            self._begin("session", self._look_after(session))

    async def _look_after(self, session: Session) -> None:
        try:
            await self._signing.look_after(session)
        except SignInNeeded:
            raise
        except (ReachError, AnswerError):
            # Whatever is asked next tells it.
            return
        except ComponentError as error:
            self._forget()
            self.dispatch(e.SignedOut(Problem(error.code, error.details)))

    def show_mail(self) -> None:
        """Show what is selected in Outlook now."""
        raw = self._ports.mailbox.mail()
        shown = self.state.mail
        if raw is not None and shown is not None and raw.traits.same(shown.traits):
            return
        for view in tuple(self.state.links.values()):
            if not view.running and view.receipt is None and not view.link.written:
                self._links.close(view.link.plan.mail.key)
                problem = Problem("link-abandoned", {"subject": view.link.plan.mail.subject})
                self.dispatch(e.LinkAbandoned(view.link.plan.mail.key, problem, "warning"))
        self.dispatch(e.MailShown(self._known(raw) if raw else None))

    def _known(self, raw: RawMail) -> Mail:
        """The mail; one of which there is a link keeps its key, though Outlook had no item id for it then, or now."""
        mail = self._people.understood(raw)
        linked = (view.link.plan.mail.traits for view in self.state.links.values())
        return replace(mail, traits=next((one for one in linked if one.same(mail.traits)), mail.traits))

    async def _ask_outlook(self, mail: Mail) -> None:
        """Have Outlook tell what its properties leave open; whoever is found by that is suggested for, too."""
        known = await self._people.known_better(mail)
        if self.state.mail is mail:
            self.dispatch(e.SourceCame(known))
            before = other_side(mail)
            if not before.settled or not same_question(other_side(known), before):
                self.dispatch(e.SuggestMoreAsked())
            elif known.thread and self._tells_conversations:
                self.dispatch(e.ConversationAsked())

    def _read_mark(self, mail: Mail) -> None:
        """Have Outlook tell whether the mail was linked to this CRM, which it does without asking anybody else."""
        if self.state.crm_url and self.state.settings.filed_marks:
            self._begin("mark", self._marking.read(mail, self.state.crm_url, self.state.turn))

    def _follow(self) -> bool:
        """Whether the pane still shows the mail that is selected in Outlook; if not, show that one.

        Outlook's events get lost, and its item object may be an older mail's.
        """
        if self._ports.mailbox.shows(self.state.mail.traits if self.state.mail else None):
            return True
        self.show_mail()
        return False

    def _read_ahead(self) -> None:
        """Whoever chooses a record is about to link: read the attachments and ask the CRM meanwhile."""
        if self._follow() and self.state.mail is not None and self.state.chosen:
            self._ahead.begin(self.state.mail)
            self._links.make_ready(self.state.mail, self.state.chosen)
        else:
            self._abandon()

    def _abandon(self, key: str = "") -> None:
        """Let go of what was read and made ahead; with ``key`` only where it is that mail's."""
        self._ahead.abandon(key)
        self._links.abandon_ready(key)

    def _link(self) -> None:
        mail, records = self.state.mail, self.state.chosen
        if mail is None or not records or self.state.current is not None or self._client is None:
            return
        if self.state.drafting is not None:
            # The button is not there; a key that stands for it may be pressed all the same.
            return
        if self._follow():
            self._links.begin(mail, records)
        else:
            self.dispatch(e.Noticed(Problem("mail-changed", {"subject": mail.subject}), "warning"))

    def _linked(self, link: Link, receipt: Receipt) -> None:
        """What follows once a mail is linked."""
        mail = link.plan.mail
        asyncio.get_running_loop().call_later(UNDO_SECONDS, self.dispatch, e.UndoOver(link))
        if self.state.settings.filed_marks:
            self._begin("mark", self._marking.linked(mail, self.state.crm_url, receipt))
        if link.related:
            records = [one for one in link.plan.records if one.id in link.related]
            self._begin("lately", self._lately.remember(other_side(mail), records))

    def _adopt(self, session: Session, status: Status | None) -> None:
        """Work with this session from now on; ``status`` is what the component told, if anything."""
        if self._client is None or self._client.session != session:
            self._client = CrmClient(self._ports.transport, session)
            self._crm = connected(self._client)
            self._storage = storing(self._client)
        self._lately.use(session.crm_url, session.user)
        if self._storage is not None:
            self._links.use(self._storage, (session.crm_url, session.user), status.zone if status else "")

    async def _sign_out(self) -> None:
        await self._links.stop_all(self.state)
        session = self._client.session if self._client else None
        self._forget()
        await self._signing.forget()
        forgetting = asyncio.ensure_future(self._lately.forget())
        self.dispatch(e.SignedOut())
        await self._signing.revoke(session)
        if not await forgetting:
            self.dispatch(e.Noticed(Problem("lately-kept"), "warning"))

    def _lose_session(self, why: str) -> None:
        """The CRM refuses the sign-in: forget it everywhere, and ask for a new one; unfinished links wait.

        Several that were under way may find that out; only the first counts.
        """
        if self._client is not None:
            self._forget()
            self._begin("wipe", self._ports.store.wipe())
            self.dispatch(e.SignedOut(Problem("session-ended", {"why": why}) if why else Problem("key-refused")))

    def _forget(self) -> None:
        self._client = self._crm = self._storage = None
        self._abandon()
        self._links.leave()
        for name in self._tasks:
            self._stop(name)

    def _stop(self, name: str) -> None:
        """Stop work, unless it is this very work that asks for it."""
        task = self._tasks.get(name)
        if task is not None and task is not asyncio.current_task():
            task.cancel()

    # Asking the CRM -------------------------------------------------------------------------------

    def _ask(self) -> None:
        mail = self.state.mail
        for name in ("suggestions", "stored"):
            earlier = self._tasks.pop(name, None)
            if earlier is not None:
                earlier.cancel()
        if self._crm is not None and mail is not None:
            self._begin("suggestions", self._suggest(self._crm, mail, self.state.turn))
            self._begin("stored", self._look_for_stored(self.state.turn))
            if not self.state.modules and self._idle("modules"):
                self._begin("modules", self._ask_modules())

    @property
    def _tells_conversations(self) -> bool:
        return self._crm is not None and self._crm.capabilities.tells_everybody

    async def _suggest(self, crm: Crm, mail: Mail, turn: int) -> None:
        def shown() -> Mail | None:
            return self.state.mail if turn == self.state.turn else None

        try:
            await self._people.suggest(crm, mail, turn, shown)
        except SignInNeeded:
            raise
        except ConnectorError as error:
            self.dispatch(e.SuggestionsFailed(turn, Problem(error.code, error.details)))

    async def _look_for_stored(self, turn: int) -> None:
        storage, mail = self._storage, self.state.mail
        if storage is None or mail is None or not mail.message_id:
            # A mail without an id is known only when it has been read; its subject alone tells nothing.
            self.dispatch(e.NotStored(turn))
            return
        try:
            found = await storage.found(sought_unread(mail.message_id, mail.subject), mail.subject)
        except SignInNeeded:
            raise
        except PermissionDenied:
            # Who may not see mails has none of their own there.
            self.dispatch(e.NotStored(turn))
            return
        except ConnectorError:
            self.dispatch(e.StoredUnknown(turn))
            return
        # Those that are read whole have its subject; a scanner's other mails have another date.
        copies = [one for one in found if one.whole]
        if not copies:
            self.dispatch(e.NotStored(turn))
        else:
            likely = next((one for one in copies if not sent_otherwise(mail.date, one.row)), copies[0])
            self.dispatch(e.StoredBefore(turn, self._in_zone(likely)))

    def _in_zone(self, stored: StoredMail) -> StoredMail:
        """With the offset of the time at which it was stored, where the CRM's zone is known."""
        zone = self._links.zone
        return replace(stored, created=with_offset(stored.created, zone, self._ports.clock)) if zone else stored

    async def _ask_modules(self) -> None:
        crm = self._crm
        if crm is None:
            return
        try:
            modules = await crm.modules()
            self.dispatch(e.ModulesCame(modules, self.state.file_limit))
            most_files = await crm.most_files()
            # What a link has seen meanwhile counts more than what the CRM says.
            if most_files and self._storage is not None and self._storage.most_files is None:
                self._storage.most_files = most_files
            self.dispatch(e.ModulesCame(modules, await crm.file_limit()))
        except SignInNeeded:
            raise
        except ConnectorError:
            # The suggestions, asked at the same time, tell what is wrong. Who searches asks again.
            return
