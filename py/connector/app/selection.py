"""The mail that is selected in Outlook, and what Outlook tells of it when it is asked."""

from __future__ import annotations

from dataclasses import replace

from connector.app import events as e
from connector.app.connection import Connection
from connector.app.parts import Pane
from connector.app.people import People
from connector.app.work import Work
from connector.errors import Problem
from connector.finding.otherside import other_side, same_question
from connector.mail.mail import Mail
from connector.ports import Mailbox, RawMail


class Selection:
    """Has the pane show the selected mail."""

    def __init__(self, mailbox: Mailbox, pane: Pane, work: Work, crm: Connection, people: People) -> None:
        self._mailbox, self._pane, self._work, self._crm, self._people = mailbox, pane, work, crm, people

    def cause(self, event: e.Event) -> None:
        """Ask Outlook about a mail that is shown; after a sign-in, too, where the one before ended in the middle."""
        match event:
            case e.MailShown(mail) if mail is not None:
                self._begin(mail)
            case e.SignedIn():
                mail = self._pane.state.mail
                if mail is not None and mail.source is None and self._work.idle("source"):
                    self._begin(mail)
            case _:
                pass

    def _begin(self, mail: Mail) -> None:
        asking = self._ask_outlook(mail)
        if other_side(mail).settled:
            self._work.begin_at_leisure("source", asking)
        else:
            # The suggestions wait for it.
            self._work.begin("source", asking)

    def show(self) -> None:
        """Show what is selected in Outlook now. A link that waits for the user and has stored nothing is given up."""
        raw = self._mailbox.mail()
        shown = self._pane.state.mail
        if raw is not None and shown is not None and raw.traits.same(shown.traits):
            return
        for view in tuple(self._pane.state.links.values()):
            if not view.running and view.receipt is None and not view.link.written:
                mail = view.link.plan.mail
                problem = Problem("link-abandoned", {"subject": mail.subject})
                self._pane.dispatch(e.LinkAbandoned(mail.key, problem, "warning"))
        self._pane.dispatch(e.MailShown(self._known(raw)) if raw else e.MailShown(None, self._mailbox.instead()))

    def followed(self) -> bool:
        """Return whether the pane still shows the selected mail; if not, show that one.

        Outlook's events get lost, and its item object may be an older mail's.
        """
        shown = self._pane.state.mail
        if self._mailbox.shows(shown.traits if shown else None):
            return True
        self.show()
        return False

    def _known(self, raw: RawMail) -> Mail:
        """The mail; one that has a link keeps its key, though Outlook had no item id for it then, or has none now."""
        mail = self._people.understood(raw)
        linked = (view.link.plan.mail.traits for view in self._pane.state.links.values())
        return replace(mail, traits=next((one for one in linked if one.same(mail.traits)), mail.traits))

    async def _ask_outlook(self, mail: Mail) -> None:
        """Ask Outlook what its properties leave open; suggestions for the people found by that are asked for, too."""
        known = await self._people.known_better(mail)
        if self._pane.state.mail is not mail:
            return
        self._pane.dispatch(e.SourceCame(known))
        before = other_side(mail)
        if not before.settled or not same_question(other_side(known), before):
            self._pane.dispatch(e.SuggestMoreAsked())
        elif known.thread and self._crm.door is not None and self._crm.door.capabilities.sees_all_links:
            self._pane.dispatch(e.ConversationAsked())
