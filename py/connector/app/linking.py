"""What the user asks of links: to begin one, to try again, to cancel, to take back, to close.

A chosen record announces a link: what it needs is read and asked ahead.
"""

from __future__ import annotations

import asyncio

from connector.app import events as e
from connector.app.connection import Connection
from connector.app.links import Links
from connector.app.parts import Pane
from connector.app.selection import Selection
from connector.errors import Problem
from connector.linking.link import LinkPlan
from connector.linking.note import note_of
from connector.linking.sources import Sources
from connector.ports import Surroundings

UNDO_SECONDS = 10
"""After which a link that is finished is taken back after a question only."""


class Linking:
    """Hands the user's wishes to the links."""

    def __init__(
        self,
        pane: Pane,
        crm: Connection,
        links: Links,
        selection: Selection,
        sources: Sources,
        surroundings: Surroundings,
    ) -> None:
        self._pane, self._crm, self._links, self._selection = pane, crm, links, selection
        self._sources, self._surroundings = sources, surroundings

    def cause(self, event: e.Event) -> None:
        """Do what is asked of a link, and let go of what was read ahead for nothing."""
        links = self._pane.state.links
        match event:
            case e.RecordChosen() | e.RecordDropped():
                self._read_ahead()
            case e.MailShown():
                self._links.abandon_ready()
                self._sources.over()
            case e.LinkAsked():
                self._begin()
            case e.RetryAsked(key) if key in links:
                self._sources.pressed(key, files=bool(links[key].link.papers))
                self._links.go_on(links[key].link)
            case e.CancelAsked(key) if key in links:
                self._links.cancel(links[key].link)
            case e.UndoAsked(key) if key in links and not links[key].fresh:
                self._links.cancel(links[key].link, finished=True)
            case e.LinkEnded(link, receipt):
                self._links.abandon_ready(link.plan.mail.key)
                self._sources.over(link.plan.mail.key)
                if receipt is not None:
                    asyncio.get_running_loop().call_later(UNDO_SECONDS, self._pane.dispatch, e.UndoOver(link))
            case e.LinkAbandoned(key):
                self._links.abandon_ready(key)
                self._sources.over(key)
            case e.LinkClosed(key):
                self._links.close(key)
            case e.SignedIn():
                self._links.go_on_after_sign_in(self._pane.state)
            case _:
                pass

    def _read_ahead(self) -> None:
        state = self._pane.state
        if self._selection.followed() and state.mail is not None and state.chosen:
            most = self._sources.most_ahead(sparing=self._surroundings.spares_data())
            self._links.make_ready(LinkPlan(state.mail, state.chosen, state.settings.keep_original), most)
        else:
            self._links.abandon_ready()

    def _begin(self) -> None:
        state = self._pane.state
        mail, records = state.mail, state.chosen
        if mail is None or not records or state.current is not None or self._crm.session is None:
            return
        if state.drafting is not None:
            # The button is not there; a key that stands for it may be pressed all the same.
            return
        if self._selection.followed():
            takers = tuple(one for one in records if one.module in state.commentable)
            plan = LinkPlan(mail, records, state.settings.keep_original)
            self._sources.pressed(mail.key, files=bool(mail.attachments) or plan.keeps_original)
            self._links.begin(plan, note_of(state.note if takers else "", takers))
        else:
            self._pane.dispatch(e.Noticed(Problem("mail-changed", {"subject": mail.subject}), "warning"))
