"""The app: its state, the events that change it, and the parts that begin what an event causes.

    app = App(ports, show)
    await app.start(settings)
    app.dispatch(event)

Each part has the effects of one matter. Its method ``cause`` says which events it knows.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

from connector.app import events as e
from connector.app.cards import Cards
from connector.app.connection import Connection
from connector.app.devices import Devices
from connector.app.drafting import Drafting
from connector.app.keeping import Keeping
from connector.app.lately import Lately
from connector.app.leisure import Leisure
from connector.app.linking import Linking
from connector.app.links import Links
from connector.app.marking import Marking
from connector.app.modules import Modules
from connector.app.opening import Opening
from connector.app.parts import Part
from connector.app.passing import Passing
from connector.app.people import People
from connector.app.place import Place
from connector.app.searching import Searching
from connector.app.selection import Selection
from connector.app.signing import Signing
from connector.app.signins import too_late
from connector.app.state import Settings, State
from connector.app.stored import Stored
from connector.app.suggesting import Suggesting
from connector.app.unlinking import Unlinking
from connector.app.update import update
from connector.app.work import Work
from connector.linking.ahead import ReadAhead
from connector.linking.arriving import Arriving
from connector.linking.sources import Sources
from connector.ports import Ports
from connector.signin.kept import KEEP, LAST_URL, LAST_USER


class App:
    """Holds the state, takes events, and has its parts begin what they cause.

    ``show`` is called with each new state.
    """

    def __init__(self, ports: Ports, show: Callable[[State], None]) -> None:
        self.state = State()
        self._show = show
        sources = Sources(ports.mailbox, ports.graph)
        if ports.graph is not None:
            ports.graph.follow(Arriving(lambda key, arrived: self.dispatch(e.FilesArrived(key, arrived))).take)
        ahead = ReadAhead(sources)
        self._ports = ports = replace(ports, mailbox=ahead)
        self._leisure = Leisure(ports.clock)
        work = Work(self.dispatch, self._leisure)
        lately, self._place = Lately(ports.settings, work), Place(ports.settings, work)
        links = Links(ports, ahead, self.dispatch)
        crm = Connection(ports, work, links, lately)
        people = People(ports, self.dispatch, lately.of)
        selection = Selection(ports.mailbox, self, work, crm, people)
        self._people, self._links, self._selection = people, links, selection
        self._keeping = Keeping(ports, self, work, crm)
        self._parts: tuple[Part, ...] = (
            Signing(ports, self, work, crm, links, (lately, self._place)),
            Devices(ports.transport, self, work, crm),
            Suggesting(self, work, crm, people),
            Stored(ports.clock, self, work, crm),
            Modules(self, work, crm),
            selection,
            Marking(ports, self, work),
            Searching(ports.clock, self, work, crm),
            Linking(self, crm, links, selection, sources, ports.surroundings),
            lately,
            Opening(ports.surroundings, self),
            Passing(ports.surroundings, self),
            Drafting(ports, self, work, crm, people.text),
            Cards(self, work, crm),
            Unlinking(self, work, crm),
        )

    def dispatch(self, event: e.Event) -> None:
        """Take an event: the state changes, the page follows, and what it causes is begun."""
        if too_late(self.state, event):
            return
        before = self.state
        self.state = update(before, event)
        if self.state is not before:
            self._show(self.state)
            self._leisure.follow(self.state)
        for key in before.links.keys() - self.state.links.keys():
            self._links.close(key)
        for part in self._parts:
            part.cause(event)

    async def start(self, settings: Settings, before: Callable[[], Mapping[str, str]] = dict) -> None:
        """Begin: show the open mail, and go on with a kept sign-in where there is one.

        ``before`` returns, once the form is the app's, what was entered into it: ``url``, ``user``, ``keep``; and
        ``search-text``.
        """
        self._people.use(settings.own_domains)
        session = await self._keeping.kept(settings)
        typed = before()
        preference = self._ports.store.preference
        preset = settings.crm_urls[0] if settings.crm_urls else ""
        last = preference(LAST_URL) if settings.free_url or preference(LAST_URL) in settings.crm_urls else ""
        roaming, owner = ("", "") if last else self._place.known(settings)
        address = (typed.get("url", "") if settings.free_url else "") or last or roaming or preset
        user = typed.get("user") or preference(LAST_USER) or (owner if address == roaming else "")
        search, reads_files = typed.get("search-text", ""), self._ports.mailbox.reads_files()
        self.dispatch(e.Started(settings, address, user, search, reads_files, returning=session is not None))
        self.dispatch(e.KeepTicked(settings.stay_signed_in and typed.get("keep", preference(KEEP)) == "yes"))
        self.show_mail()
        if session is not None:
            self._keeping.take_up(session)

    async def records(self, seconds: float) -> None:
        """Wait until there are records of the shown mail, or none are to be had; no longer than these seconds."""
        await self._leisure.stand(seconds)

    def show_mail(self) -> None:
        """Show what is selected in Outlook now."""
        self._selection.show()

    def follow(self) -> bool:
        """Return whether the selected mail is the one that is shown; if not, show it."""
        return self._selection.followed()
