"""Marking linked mails in Outlook: a bar over the mail, a mark that it carries in the mailbox, a category in the list.

All are a help and nothing hangs on them: where Outlook refuses one, nothing is said.
"""

from __future__ import annotations

import datetime
from collections.abc import Sequence

from connector.app import events as e
from connector.app.figures import date_text, names_text
from connector.app.language import _, fill
from connector.app.parts import Pane
from connector.app.state import Asking, State
from connector.app.work import Work
from connector.errors import OfficeError
from connector.linking.filedmark import filed_at, mark
from connector.linking.receipt import Receipt
from connector.mail.mail import Mail
from connector.ports import Ports
from connector.vtenext.crm import Earlier

LONGEST_BAR = 150
"""Characters that Outlook takes."""


class Marking:
    """Reads, sets and removes the marks of the open mail."""

    def __init__(self, ports: Ports, pane: Pane, work: Work) -> None:
        self._ports, self._pane, self._work = ports, pane, work
        self._told = ""
        # Links that ended while another mail was open: the CRM's address, the receipt, and when.
        self._left: dict[str, tuple[str, Receipt, datetime.datetime]] = {}
        # Mails that are linked no more, and may have a mark that says so.
        self._stale: set[str] = set()
        self._doubted: tuple[int, datetime.datetime] | None = None

    def cause(self, event: e.Event) -> None:
        """Read the mark of a mail that is shown, mark one that is linked, and unmark one whose link was taken back."""
        state = self._pane.state
        wanted = state.settings.filed_marks
        match event:
            case e.SignedOut(reason) if reason is None:
                # Who signs out leaves nothing of what was linked.
                self._left.clear()
                self._stale.clear()
            case e.SignedIn() if state.mail is not None:
                self._begin_reading(state.mail)
            case e.MailShown(mail) if mail is not None:
                self._opened(mail)
            case e.EarlierCame(turn, earlier) if turn == state.turn and state.mail is not None and state.filed is None:
                # A mail that was left before its link ended has no mark.
                if (when := _linked_at(earlier)) is not None and (state.current is None or not state.current.running):
                    self._begin_reading(state.mail, when)
            case e.LinkEnded(link, receipt) if receipt is not None and receipt.linked:
                self._mark(link.plan.mail, state.crm_url, receipt, self._ports.clock.now())
            case e.LinkAbandoned(key, problem) if problem is not None and problem.code == "taken-back":
                self._unmark(key)
            case e.Unlinked(mail, _, last) if last:
                self._unmark(mail.key)
            case e.Unlinked(mail) if wanted and state.mail is not None and state.mail.key == mail.key:
                names = [one.name for one in state.earlier.records] if state.earlier is not None else []
                self._work.begin(f"mark {mail.key}", self._say(mail, _names(names)))
            case e.FiledBefore() | e.EarlierCame() | e.SuggestionsCame() | e.NotStored() if doubted(state):
                self._doubt(state)
            case _:
                pass

    def _opened(self, mail: Mail) -> None:
        """Make up for what could not be marked while another mail was open; else read the mark."""
        if mail.key in self._stale:
            self._unmark(mail.key)
        elif mail.key in self._left:
            self._mark(mail, *self._left[mail.key])
        else:
            self._begin_reading(mail)

    def _begin_reading(self, mail: Mail, linked: datetime.datetime | None = None) -> None:
        """Have Outlook tell whether the mail was linked to this CRM, which it does without asking anybody else.

        While nobody is signed in, it is the CRM of the last sign-in.
        """
        state = self._pane.state
        crm_url = state.crm_url or state.form.url
        if crm_url and state.settings.filed_marks:
            self._work.begin_at_leisure(f"mark {mail.key}", self._read(mail, crm_url, state.turn, linked))

    def _doubt(self, state: State) -> None:
        """Have the bar say that the CRM shows no copy: a mail may have been removed there since."""
        mail, filed = state.mail, state.filed
        if mail is None or filed is None or self._doubted == (state.turn, filed):
            return
        self._doubted = (state.turn, filed)
        said = (
            _("Linked to the CRM on {date}. Not among your own mails there now.")
            if state.stock
            else _("Linked to the CRM on {date}. The CRM shows you no copy of it now.")
        )
        self._work.begin(f"mark {mail.key}", self._say(mail, fill(said, date=date_text(filed))))

    def _mark(self, mail: Mail, crm_url: str, receipt: Receipt, when: datetime.datetime) -> None:
        """Mark a mail that is linked: now if it is the open one, else when it is open again."""
        self._stale.discard(mail.key)
        self._left[mail.key] = crm_url, receipt, when
        if not self._ports.mailbox.shows(mail.traits):
            return
        del self._left[mail.key]
        if self._pane.state.settings.filed_marks:
            self._work.begin(f"mark {mail.key}", self._linked(mail, crm_url, receipt, when))
        self._categorize(mail, has=True)

    def _unmark(self, key: str) -> None:
        """Take the marks of the mail with this key away: now if it is the open one, else when it is open again."""
        mail = self._pane.state.mail
        self._left.pop(key, None)
        self._stale.add(key)
        if mail is not None and mail.key == key:
            self._work.begin(f"mark {mail.key}", self._taken_back(mail))
            self._categorize(mail, has=False)

    def _categorize(self, mail: Mail, *, has: bool) -> None:
        if category := self._pane.state.settings.category:
            self._work.begin(f"category {mail.key}", self._categorized(mail, category, has=has))

    async def _categorized(self, mail: Mail, category: str, *, has: bool) -> None:
        try:
            await self._ports.marks.categorize(mail.traits, category, has=has)
        except OfficeError:
            return

    async def _say(self, mail: Mail, said: str) -> None:
        """Have the bar over the mail say this, as long as it is the open one."""
        try:
            if self._ports.mailbox.shows(mail.traits):
                await self._ports.marks.show(said[:LONGEST_BAR])
        except OfficeError:
            return

    async def _read(self, mail: Mail, crm_url: str, turn: int, linked: datetime.datetime | None) -> None:
        """Tell when the open mail was linked to this CRM, if it says so; ``linked``: the CRM says it, so it shall."""
        try:
            when = filed_at(await self._ports.marks.mark(), crm_url)
            if when is None and linked is not None:
                await self._ports.marks.keep(mail.traits, mark(linked, crm_url))
                when = linked
            if when is not None and self._ports.mailbox.shows(mail.traits):
                await self._say(mail, fill(_("Linked to the CRM on {date}."), date=date_text(when)))
                if self._pane.state.crm_url == crm_url:
                    self._pane.dispatch(e.FiledBefore(turn, when))
            elif self._told == mail.key and self._ports.mailbox.shows(mail.traits):
                # It was linked to the CRM of the last sign-in, and this is another one.
                await self._ports.marks.show("")
            self._told = mail.key if when is not None else ""
        except OfficeError:
            return

    async def _linked(self, mail: Mail, crm_url: str, receipt: Receipt, when: datetime.datetime) -> None:
        """Mark the mail, as long as it is the open one."""
        names = [line.record.name for line in receipt.records if line.problem is None]
        if not names:
            return
        try:
            # First what lasts: the user may go on to the next mail at once.
            await self._ports.marks.keep(mail.traits, mark(when, crm_url))
        except OfficeError:
            return
        await self._say(mail, _names(names))

    async def _taken_back(self, mail: Mail) -> None:
        try:
            if not self._ports.mailbox.shows(mail.traits):
                return
            await self._ports.marks.keep(mail.traits, "")
            self._stale.discard(mail.key)
            if self._ports.mailbox.shows(mail.traits):
                await self._ports.marks.show("")
        except OfficeError:
            return


def doubted(state: State) -> bool:
    """Whether the CRM has been asked for the copies of a marked mail, and shows this user none."""
    if state.filed is None or state.stored_before is not None or state.suggesting is not Asking.DONE:
        return False
    if state.stock:
        # Without its id a mail is not looked for before it is read.
        return state.stored_settled and state.mail is not None and bool(state.mail.message_id)
    return state.earlier is not None and not (state.earlier.records or state.earlier.copies)


def _names(names: Sequence[str]) -> str:
    """What the bar says of a mail that is linked to these records."""
    said = fill(_("Linked to {name}."), name=names_text(names)) if names else ""
    return said if 0 < len(said) <= LONGEST_BAR else _("Linked to the CRM.")


def _linked_at(earlier: Earlier) -> datetime.datetime | None:
    """When a link of this user has related the mail to a record, where the CRM says so."""
    try:
        when = next((datetime.datetime.fromisoformat(one.at) for one in earlier.copies if one.mine and one.at), None)
    except ValueError:
        return None
    return when if when is not None and when.tzinfo is not None else None
