"""Somebody sits in front of the pane: the real `App` on CPython, over real HTTP, used as a user would use it.

Only Outlook and the page are missing; what they would tell the app is told by the methods here. Every
method returns when nothing goes on any more, but for the ones that say otherwise.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Iterator
from contextlib import contextmanager
from functools import partial
from typing import Any, Self

from connector.app import events as e
from connector.app.effects import App
from connector.app.state import LinkView, Settings, State
from connector.errors import PageBlocked
from connector.finding.records import Record
from connector.linking.states import Step
from connector.ports import AskingSource, Kept, Ports
from contract.office import PASSWORDS
from contract.plain_http import PlainHttp
from contract.surroundings import Files, MailFileMailbox, MailFileMarks, SystemClock
from contract.wire import Wire
from patience import LONGEST
from sandbox_crm.app import create_app
from sandbox_crm.crm import SandboxCrm
from standin_outlook.mails import Mail
from unit.virtual_time import VirtualLoop

MOST_TRIES = 5


class MemoryStore:
    """The port ``Store``, in memory."""

    def __init__(self) -> None:
        self.kept: Kept | None = None
        self.sits = False
        self.preferences: dict[str, str] = {}

    async def load(self) -> Kept | None:
        """The kept sign-in."""
        return self.kept

    def sitting(self) -> bool:
        """Whether it is of this sitting."""
        return self.sits and self.kept is not None

    async def keep(self, kept: Kept, *, sitting: bool = False) -> bool:
        """Keep it."""
        self.kept, self.sits = kept, sitting
        return True

    def closed(self) -> None:
        """Outlook is closed, and opened again."""
        if self.sits:
            self.kept = None

    async def wipe(self) -> None:
        """Forget it."""
        self.kept = None

    def preference(self, name: str) -> str:
        """A preference."""
        return self.preferences.get(name, "")

    def prefer(self, name: str, value: str) -> None:
        """Keep a preference."""
        self.preferences[name] = value


class MemorySettings:
    """The port ``MailboxSettings``, in memory; ``works`` is false for a mailbox that keeps nothing."""

    def __init__(self) -> None:
        self.kept: dict[str, str] = {}
        self.works = True

    def read(self, name: str) -> str:
        """What is kept."""
        return self.kept.get(name, "")

    async def write(self, name: str, value: str) -> bool:
        """Keep it."""
        await asyncio.sleep(0)
        if self.works:
            self.kept = {key: text for key, text in {**self.kept, name: value}.items() if text}
        return self.works


class OpenedPages:
    """The port ``Surroundings``: notes the pages that were opened. ``pointed``: the list where the pointer is."""

    def __init__(self) -> None:
        self.opened: list[str] = []
        self.spares = False
        self.pointed = ""

    def touches(self, name: str) -> bool:
        """Whether the pointer is in that list."""
        return self.pointed == name

    def spares_data(self) -> bool:
        """What the test has set."""
        return self.spares

    def open_page(self, url: str) -> None:
        """Note it."""
        self.opened.append(url)

    def device(self) -> str:
        """This device."""
        return "Sitting"


class HastyClock(SystemClock):
    """The port ``Clock``; a second of waiting passes in a twentieth."""

    async def sleep(self, seconds: float) -> None:
        """Wait, a little."""
        await asyncio.sleep(seconds / 20)


class NoWindow:
    """The port ``Dialog`` of an Outlook that opens no windows."""

    def return_address(self) -> str:
        """The pane's page to come back to."""
        return "https://pane.example/signed-in.html"

    async def visit(self, url: str) -> str:
        """No window comes."""
        raise PageBlocked(host=url)


@contextmanager
def served(crm: SandboxCrm) -> Iterator[tuple[SandboxCrm, str]]:
    """A CRM for several sittings that ask it over a `Wire` each, and the URL of its server: it needs none."""
    yield crm, ""
    crm.faults.clear()


class Sitting:
    """One pane from its opening to its closing: ``with Sitting(crm) as at:``. ``states`` is all that it showed.

    Without the URL of a server that runs, the CRM is asked over a `Wire`: it does nothing while this loop rests, and
    waiting takes no time.
    """

    def __init__(
        self,
        crm: SandboxCrm,
        server_url: str = "",
        *,
        mailbox: Callable[[Files], MailFileMailbox] = MailFileMailbox,
        graph: Callable[[MailFileMailbox, Files], AskingSource | None] = lambda _outlook, _files: None,
    ) -> None:
        self.crm = crm
        self.url = (server_url or "http://localhost") + crm.path_prefix
        self._wire = None if server_url else Wire(create_app(crm))
        self.files = Files()
        self.mailbox = mailbox(self.files)
        self.graph = graph(self.mailbox, self.files)
        self.marks = MailFileMarks(self.mailbox)
        self.transport = PlainHttp(self.files, lambda: crm.faults.held.values(), self._wire)
        self.store, self.roaming = MemoryStore(), MemorySettings()
        self.settings = Settings(licence_required=False, keep_access_key=True)
        self.states: list[State] = []
        self.broken: list[str] = []
        self.watch: Callable[[State], None] = lambda _: None
        self._loop = asyncio.new_event_loop() if server_url else VirtualLoop()
        self._loop.set_exception_handler(self._broke)
        self.app = self._opened()

    def _opened(self) -> App:
        clock, self.pages = HastyClock(), OpenedPages()
        outside = (NoWindow(), self.pages, self.roaming)
        ports = Ports(self.mailbox, self.transport, self.store, clock, *outside, marks=self.marks, graph=self.graph)
        return App(ports, self._shown)

    def _shown(self, state: State) -> None:
        self.states.append(state)
        self.watch(state)

    def _broke(self, _loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
        self.broken.append(f"{context.get('message')}: {context.get('exception')!r}")

    def __enter__(self) -> Self:
        try:
            self._do(self._start())
        except BaseException:
            self._loop.close()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        self.crm.faults.clear()
        self._loop.run_until_complete(_end(self._panes_tasks() | self._servers_tasks()))
        self._loop.close()

    async def _start(self) -> None:
        await self.app.start(self.settings)

    @property
    def loop(self) -> asyncio.AbstractEventLoop:
        """The loop on which everything happens."""
        return self._loop

    @property
    def state(self) -> State:
        """What the pane shows now."""
        return self.app.state

    @property
    def view(self) -> LinkView:
        """The link of the open mail, which there has to be."""
        view = self.state.current
        assert view is not None
        return view

    @property
    def problems(self) -> list[str]:
        """The codes of the notices."""
        return [one.problem.code for one in self.state.notices]

    # What the user does ---------------------------------------------------------------------------

    def sign_in(self, user: str = "agent", password: str | None = None) -> None:
        """Fill in the form and send it."""
        self.say(*self.sign_in_events(user, password))

    def sign_in_events(self, user: str = "agent", password: str | None = None) -> tuple[e.Event, ...]:
        """What happens when the form is filled in and sent."""
        return e.UrlTyped(self.url), e.UserTyped(user), e.SignInAsked(password or PASSWORDS[user])

    def select(self, mail: Mail | None) -> None:
        """Select a mail in Outlook, or none; the seconds of an undo are over by then."""
        for view in tuple(self.state.links.values()):
            if view.receipt is not None:
                self.begin(e.UndoOver(view.link))
        self.hasten(mail)

    def hasten(self, mail: Mail | None) -> None:
        """Select a mail within the seconds of an undo."""
        self.mailbox.select(mail)
        self._do(_called(self.app.show_mail))

    def begin_select(self, mail: Mail | None) -> None:
        """Select a mail without waiting for what follows."""
        self.mailbox.open = mail
        self._loop.run_until_complete(_called(self.app.show_mail))

    def choose(self, *records: Record) -> None:
        """Choose these records, too, and wait until all is ready; what the pane has chosen by itself is taken away."""
        self.unchoose()
        self.say(*map(e.RecordChosen, records))

    def unchoose(self) -> None:
        """Take away what the pane has chosen by itself."""
        if self.state.preselected is not None:
            self.say(e.RecordDropped(self.state.preselected))

    def link(self, *records: Record) -> None:
        """Choose these records, and no others, and link."""
        self.begin_link(*records)
        self.settle()

    def begin_link(self, *records: Record) -> None:
        """Choose these records, and no others, and link, without waiting for what follows."""
        for record in self.state.chosen:
            self.begin(e.RecordDropped(record))
        for record in records:
            self.begin(e.RecordChosen(record))
        self.begin(e.LinkAsked())

    def finish(self, *records: Record) -> None:
        """Try again until the open mail's link is complete; begin it again if it was given up."""
        for _ in range(MOST_TRIES):
            view = self.state.current
            if view is None:
                if any(one.problem.code == "link-finished-elsewhere" for one in self.state.notices):
                    return
                self.link(*records)
            elif view.receipt is not None and view.receipt.complete:
                return
            else:
                self.retry()
        raise AssertionError("it does not end")

    def retry(self) -> None:
        """Try again with the open mail's link."""
        self.say(e.RetryAsked(self.view.link.plan.mail.key))

    def cancel(self) -> None:
        """Cancel the open mail's link, or take it back."""
        self.say(e.CancelAsked(self.view.link.plan.mail.key))

    def at_step(self, step: Step, then: Callable[[], object]) -> None:
        """Let something happen as soon as a link comes to a step, once; until then or until all is quiet."""
        pending = [then]

        def watch(state: State) -> None:
            if pending and any(view.running and view.link.step is step for view in state.links.values()):
                self.soon(pending.pop())

        self.watch = watch

    @property
    def idle(self) -> bool:
        """Whether no link is under way."""
        return not any(view.running for view in self.state.links.values())

    def soon(self, what: Callable[[], object]) -> None:
        """Let something happen as soon as the app pauses."""
        self._loop.call_soon(what)

    def reopen(self) -> None:
        """Close the pane in the middle of everything and open it anew: nothing but the store survives."""
        self._loop.run_until_complete(_end(self._panes_tasks()))
        self.app = self._opened()
        self._do(self._start())

    def say(self, *events: e.Event) -> None:
        """Let events happen, and wait until all that they cause has ended."""
        for event in events:
            self.begin(event)
            self.settle()

    def begin(self, *events: e.Event) -> None:
        """Let events happen without waiting for what they cause."""
        for event in events:
            self._loop.run_until_complete(_called(self.app.dispatch, event))

    def at_once(self, *events: e.Event) -> None:
        """Let events happen before anything that they cause, as a double click does, and wait until all has ended."""
        for event in events:
            self.soon(partial(self.app.dispatch, event))
        self.settle()

    def settle(self) -> None:
        """Wait until nothing goes on any more."""
        self._do(_nothing())

    def wait_for(self, condition: Callable[[], bool]) -> None:
        """Wait until something is the case, while the rest goes on."""
        self._loop.run_until_complete(asyncio.wait_for(_until(condition), LONGEST))

    def _do(self, work: Coroutine[Any, Any, None]) -> None:
        self._loop.run_until_complete(self._settled(work))
        assert not self.broken, self.broken

    def _servers_tasks(self) -> set[asyncio.Task[Any]]:
        return set(self._wire.answering) if self._wire is not None else set()

    def _panes_tasks(self) -> set[asyncio.Task[Any]]:
        return asyncio.all_tasks(self._loop) - self._servers_tasks()

    async def _settled(self, work: Coroutine[Any, Any, None]) -> None:
        await work
        me = asyncio.current_task()
        while others := self._panes_tasks() - {me}:
            done, _ = await asyncio.wait(others, timeout=LONGEST)
            assert done, f"goes on for ever: {others}"
        self.watch = lambda _: None


async def _nothing() -> None:
    pass


async def _called(what: Callable[..., None], *arguments: Any) -> None:
    what(*arguments)


async def _until(condition: Callable[[], bool]) -> None:
    while not condition():
        await asyncio.sleep(0.005)


async def _end(tasks: set[asyncio.Task[Any]]) -> None:
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
