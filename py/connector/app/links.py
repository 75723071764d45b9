"""The links under way: begun, retried, cancelled, each for the mail that it belongs to."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import replace
from functools import partial

from connector.app import events as e
from connector.app.state import State
from connector.errors import ConnectorError, MailChanged, NothingLinkable, Problem, SignInNeeded
from connector.linking.ahead import ReadAhead, Ready
from connector.linking.link import Failure, Link, LinkPlan, begin
from connector.linking.linker import Linker
from connector.linking.note import Note
from connector.linking.prefetch import begin_now
from connector.linking.receipt import receipt_of
from connector.linking.run import Watch
from connector.linking.states import Step
from connector.linking.steps import next_step
from connector.linking.storage import Storage
from connector.linking.undoing import to_be_read
from connector.linking.zone import ServerZone
from connector.mail import filename
from connector.mail.mail import ITEM
from connector.ports import Ports, RawAttachment


class Links:
    """Runs links in tasks of their own. A link outlives the mail's selection, and a sign-in that was lost."""

    def __init__(self, ports: Ports, ahead: ReadAhead, dispatch: Callable[[e.Event], None]) -> None:
        self._ports = ports
        self._ahead = ahead
        let_go = partial(ports.transport.prepare, None)
        self._ready = Ready(ahead, _begun, ports.mailbox.drop_files, let_go, lambda mail: dispatch(e.SourceCame(mail)))
        self._dispatch = dispatch
        self._storage: Storage | None = None
        self._user: tuple[str, str] | None = None
        self._zone = ServerZone.guess(ports.clock)
        self._tasks: dict[str, asyncio.Task[None]] = {}
        self._latest: dict[str, Link] = {}
        self._unwanted: set[str] = set()
        self._let_go: set[str] = set()

    @property
    def owner(self) -> tuple[str, str] | None:
        """CRM and user of the unfinished links that have stored something; None when there are none."""
        return self._user if any(link.written for link in self._latest.values()) else None

    def use(self, storage: Storage, user: tuple[str, str], zone: ServerZone | None) -> None:
        """Store with this from now on, for ``user``; ``zone`` is the CRM server's, where the CRM has said it."""
        self._storage = storage
        self._user = user
        if zone is not None:
            self._zone = zone

    def leave(self) -> None:
        """Nobody is signed in any more: what is not finished waits for the same user."""
        self.abandon_ready()
        self._storage = None

    def make_ready(self, plan: LinkPlan, most_bytes: int) -> None:
        """Do what can be done for this link before anybody asks for it: read up to so many bytes, and ask the CRM."""
        self._ahead.begin(plan.mail, most_bytes)
        if self._storage is not None and plan.mail.key not in self._latest:
            self._storage.look_ahead(plan)
            self._ready.make(self._linker(self._storage, lambda _: None), plan)

    def abandon_ready(self, key: str = "") -> None:
        """Let go of that; with ``key`` only where it is that mail's."""
        self._ahead.abandon(key)
        self._ready.abandon(key)

    def begin(self, plan: LinkPlan, note: Note) -> None:
        """Link the mail to the records, and write the note there."""
        self.go_on(replace(self._ready.begun(plan), note=note))

    def go_on(self, link: Link) -> None:
        """Run what is left of a link."""
        key = link.plan.mail.key
        if key in self._tasks:
            return
        self._unwanted.discard(key)
        link = self._latest[key] = to_be_read(link) if key in self._let_go else link
        if self._storage is None:
            self._failed(link, SignInNeeded())
            return
        # With the step that is taken at once: it need not be drawn anew for that.
        self._dispatch(e.LinkMoved(replace(link, step=next_step(link))))
        # At once: Outlook is asked before the pane is drawn.
        task = begin_now(self._run(self._storage, key))
        if not task.done():
            self._tasks[key] = task

    def go_on_after_sign_in(self, state: State) -> None:
        """Continue what stopped because the sign-in was lost: linking, or taking back."""
        for view in state.links.values():
            if view.link.failure is not None and isinstance(view.link.failure.error, SignInNeeded):
                self._go_on_as_wanted(view.link)

    def _go_on_as_wanted(self, link: Link) -> None:
        if link.plan.mail.key in self._unwanted:
            self.cancel(link)
        else:
            self.go_on(link)

    def cancel(self, link: Link, *, finished: bool = False) -> None:
        """Stop a link and take back what it stored. One that is complete by now stays, but for a ``finished`` one."""
        key = link.plan.mail.key
        running = self._tasks.get(key)
        if finished and running is None:
            self._let_go |= {key} - self._latest.keys()
            self._latest[key] = link
        if key not in self._latest or (running is not None and key in self._unwanted):
            return
        self._unwanted.add(key)
        if running is not None:
            running.cancel()
        self._tasks[key] = asyncio.ensure_future(self._take_back(running, key))

    def close(self, key: str) -> None:
        """The link was read and closed: let go of its files."""
        self._unwanted.discard(key)
        self._let_go.discard(key)
        if (link := self._latest.pop(key, None)) is not None:
            self._ports.mailbox.drop_files(link.held)

    async def stop_all(self, state: State) -> None:
        """Stop everything, for a sign-out; what stands in the CRM unfinished is taken back.

        What could not be taken back is kept, and waits for the same user.
        """
        for key, view in tuple(state.links.items()):
            if view.receipt is None:
                self.cancel(view.link)
            else:
                self.close(key)
        if self._tasks:
            await asyncio.wait(self._tasks.values())

    async def _run(self, storage: Storage, key: str) -> None:
        linker = self._linker(storage, self._moved)
        try:
            link = self._latest[key]
            if link.content is None and not link.written:
                link = self._latest[key] = await self._ready.take(link)
            link = await linker.run(link)
        except Exception as error:  # whatever it is: nobody waits for ever
            self._failed(self._latest[key], _unexpected(error))
        else:
            self._zone = linker.zone
            self._done(key)
            self._ended(storage, link)
        finally:
            self._done(key)

    def _linker(self, storage: Storage, watch: Watch) -> Linker:
        ports = self._ports
        return Linker(storage, ports.mailbox, ports.clock, self._zone, watch, ports.arrival)

    def _done(self, key: str) -> None:
        if self._tasks.get(key) is asyncio.current_task():
            del self._tasks[key]

    def _moved(self, link: Link) -> None:
        self._latest[link.plan.mail.key] = link
        self._dispatch(e.LinkMoved(link))

    def _ended(self, storage: Storage, link: Link) -> None:
        key = link.plan.mail.key
        error = link.failure.error if link.failure else None
        if isinstance(error, NothingLinkable) or (isinstance(error, MailChanged) and not link.written):
            tone = "warning" if isinstance(error, MailChanged) else "error"
            self._abandoned(key, Problem(error.code, error.details), tone)
            return
        if isinstance(error, SignInNeeded):
            self._lost_session(storage, link, error)
            return
        receipt = receipt_of(link) if error is None else None
        self._dispatch(e.LinkEnded(link, receipt))
        if receipt is not None and receipt.complete:
            # Shown first: to let go of a hundred files takes a while.
            self.close(key)

    def _lost_session(self, storage: Storage | None, link: Link, error: SignInNeeded) -> None:
        """The sign-in of ``storage`` has ended. Where there is a newer one by now, that is used."""
        if self._storage is not None and self._storage is not storage:
            self._go_on_as_wanted(link)
            return
        self._failed(link, error)
        self._dispatch(e.SessionLost(error.details.get("why", "")))

    def _failed(self, link: Link, error: ConnectorError) -> None:
        link = replace(link, failure=Failure(link.step or Step.CHECK, error))
        self._latest[link.plan.mail.key] = link
        self._dispatch(e.LinkEnded(link, None))

    def _abandoned(self, key: str, problem: Problem, tone: str = "info") -> None:
        self.close(key)
        self._dispatch(e.LinkAbandoned(key, problem, tone))

    async def _take_back(self, running: asyncio.Task[None] | None, key: str) -> None:
        storage = self._storage
        try:
            if running is not None:
                await asyncio.wait({running})
            link = self._latest[key]
            if not link.written:
                self._abandoned(key, Problem("link-cancelled", {"subject": link.plan.mail.subject}))
                return
            self._dispatch(e.RemovingBegan(key))
            if storage is None:
                raise SignInNeeded()
            linker = self._linker(storage, self._moved)
            removed = await linker.take_back(link)
        except SignInNeeded as error:
            self._done(key)
            self._lost_session(storage, self._latest[key], error)
        except ConnectorError as error:
            self._failed(self._latest[key], error)
        except Exception as error:  # whatever it is: nobody waits for ever
            self._failed(self._latest[key], _unexpected(error))
        else:
            self._abandoned(key, *_taken_back(link, removed=removed))
        finally:
            self._done(key)


def _unexpected(error: Exception) -> ConnectorError:
    """For the user the name of the error at most; the console gets all of it."""
    asyncio.get_running_loop().call_exception_handler({"message": "A link broke off", "exception": error})
    return ConnectorError(reason=type(error).__name__)


def _taken_back(link: Link, *, removed: bool) -> tuple[Problem, str]:
    """What a cancel leaves: nothing of ours; but vtenext offers no way to undo a relation of an older mail.

    With the tone of the notice: one of what may stand there all the same does not leave by itself.
    """
    details = {"subject": link.plan.mail.subject}
    if not removed and link.stored is None and not link.undoing:
        unsure = (Problem("link-cancelled-unsure", details), "warning")
        return unsure if link.lost else (Problem("link-cancelled", details), "info")
    if link.stored is not None and not link.stored.ours and link.related:
        names = [record.name for record in link.plan.records if record.id in link.related]
        return Problem("relation-stays", {**details, "records": ", ".join(names)}), "warning"
    return Problem("taken-back", details), "info"


def _begun(plan: LinkPlan) -> Link:
    return begin(plan, stored_name_of)


def stored_name_of(attachment: RawAttachment) -> str:
    """Return the name under which the CRM is asked to keep an attachment."""
    return filename.stored_name(attachment.name, ITEM if attachment.kind == ITEM else attachment.media_type)
