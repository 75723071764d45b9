"""The composition root, which PyScript runs: it builds the adapters, hands them to the app, and starts it.

from connector.main import start
await start()
"""

from __future__ import annotations

from connector.app import events as e
from connector.app import settings
from connector.app.effects import App
from connector.app.pacing import Paced
from connector.app.state import Settings, State
from connector.app.texts import use
from connector.app.views import view
from connector.browser import shell, shortcut
from connector.browser.clock import BrowserClock
from connector.browser.dialog import OfficeDialog
from connector.browser.dom import Page
from connector.browser.fetch import BrowserTransport, answered_early
from connector.browser.lategraph import LateGraph
from connector.browser.office import OfficeMailbox
from connector.browser.officemarks import OfficeMarks
from connector.browser.page import (
    BrowserPage,
    display_language,
    named_crm,
    partition_key,
    served_config,
    served_translations,
)
from connector.browser.rehearsal import Rehearsal
from connector.browser.roaming import RoamingSettings
from connector.browser.storage import BrowserStore
from connector.browser.theme import follow_theme
from connector.browser.turns import Turns
from connector.errors import ConnectorError, OfficeTimeout, Problem
from connector.ports import AskingSource, Ports
from connector.signin.windows import WithKeptToken

ONE_PICTURE = 0.1
"""Seconds for which the first picture waits at most for an answer that has come already."""
ROWS_STAND = 1.0
"""The same where its records are shown already: they would go, and come again."""


async def start() -> None:
    """Start the pane. Whatever goes wrong is shown in it."""
    Turns.begin()
    config = await served_config()
    waits = settings.waits_from(config)
    try:
        mailbox = await _outlook(waits.office)
    except ConnectorError as error:
        use(await served_translations(""))
        _show_fatal(State(fatal=Problem(error.code, error.details), settings=settings.settings_from(config)))
        return
    use(await served_translations(display_language()))
    follow_theme()
    allowed = settings.settings_from(config)
    store, clock = BrowserStore(partition_key()), BrowserClock()
    ports = Ports(
        mailbox=mailbox,
        transport=WithKeptToken(BrowserTransport(waits.answer, waits.stall), store, clock),
        store=store,
        clock=clock,
        dialog=OfficeDialog(),
        surroundings=BrowserPage(),
        settings=RoamingSettings(waits.office),
        arrival=waits.arrival,
        marks=OfficeMarks(mailbox),
        graph=LateGraph(lambda: _graph(mailbox, clock, allowed, waits)) if allowed.entra_client_id else None,
    )
    rehearsal = Rehearsal(view)
    paced = Paced(lambda state: page.show(view(state)))

    def show(state: State) -> None:
        rehearsal.follow(state)
        paced.show(state)

    app = App(ports, show)
    page = Page(shell.root(), paced.at_once(app.dispatch))
    rows = shell.take_over(page)
    shortcut.listen("link")
    shell.warn(settings.problems(config))
    await app.start(settings.for_one_crm(allowed, named_crm()), shell.typed)
    if answered_early():
        # One picture, with the records in it, is there sooner than a second one would be.
        await app.records(ROWS_STAND if rows else ONE_PICTURE)
    mailbox.on_change(app.show_mail)
    _catch_up(app)
    paced.flush()
    shell.started()
    shell.release()


def _catch_up(app: App) -> None:
    """Show another mail, where one is open since the app has begun: what was ticked was for the one before."""
    if not app.follow():
        shell.forget()
    if subject := shell.dropped():
        app.dispatch(e.Noticed(Problem("choice-dropped", {"subject": subject})))


async def _outlook(seconds: float) -> OfficeMailbox:
    """Wait for Outlook. It may not answer in time, which is said, and answer after all: then the start goes on."""
    while True:
        try:
            return await OfficeMailbox.ready(seconds)
        except OfficeTimeout:
            shell.tell("outlook")


def _graph(mailbox: OfficeMailbox, clock: BrowserClock, allowed: Settings, waits: settings.Waits) -> AskingSource:
    """Microsoft Graph beside the mailbox; it is no part of the picture."""
    from connector.browser.graph import graph_source

    registration = allowed.entra_client_id, allowed.entra_tenant
    return graph_source(mailbox, clock, registration, waits.office, waits.stall)


def _show_fatal(state: State) -> None:
    page = Page(shell.root(), lambda _: None)
    shell.take_over(page)
    page.show(view(state))
    shell.release()
    shell.started()
