"""The one state that the pane shows."""

from __future__ import annotations

import datetime
import enum
from collections.abc import Mapping
from dataclasses import dataclass, field

from connector.app import modulewords
from connector.errors import Problem
from connector.finding.answers import Unasked
from connector.finding.card import Card
from connector.finding.person import Person
from connector.finding.records import OPPORTUNITIES, TICKETS, Module, Record
from connector.finding.results import Results
from connector.finding.suggestion import Reason, Suggestion
from connector.linking.arriving import Arrived
from connector.linking.link import Link
from connector.linking.receipt import Receipt
from connector.linking.states import StoredMail
from connector.mail.mail import Mail
from connector.making.draft import Draft
from connector.making.form import Form
from connector.signin.states import CodeEntered, FormSent, Out, PageOpen, Returning, SignedIn, SignInState
from connector.vtenext.component.devices import Device
from connector.vtenext.crm import Earlier


@dataclass(frozen=True)
class Settings:
    """What the served ``config.json`` says.

    ``keep_access_key``: a stock vtenext's access key, which never ends, may stay on a device. ``create_records``:
    records may be made from the pane. ``keep_original``: the mail itself is stored as a file, too. ``preselect``: the
    certain record is chosen at once. ``own_domains`` are the organization's beside that of the mailbox
    (`connector.mail.ours`). ``category``: linked mails get it in the list of mails, where the manifest asks for the
    permission. ``entra_client_id``: the pane may ask Microsoft Graph for what Outlook does not hand out; empty: never.
    """

    crm_urls: tuple[str, ...] = ()
    free_url: bool = True
    licence_required: bool = True
    stay_signed_in: bool = True
    keep_access_key: bool = False
    create_records: bool = True
    keep_original: bool = False
    filed_marks: bool = True
    category: str = ""
    entra_client_id: str = ""
    entra_tenant: str = "organizations"
    preselect: bool = True
    support: str = ""
    own_domains: tuple[str, ...] = ()


class Asking(enum.Enum):
    """Whether something has been asked of the CRM, and how that ended."""

    NO = "no"
    YES = "yes"
    DONE = "done"
    FAILED = "failed"


@dataclass(frozen=True)
class SignInForm:
    """The sign-in form. Password and code are never here: they go from the control to the request.

    ``failures`` counts refused passwords for this user and CRM since the pane was opened; ``locks`` where vtenext does
    so, too, and locks the user.
    ``reason`` says why a signed-in user has to sign in again.
    """

    url: str = ""
    user: str = ""
    keep: bool = False
    problem: Problem | None = None
    reason: Problem | None = None
    failures: int = 0
    locks: bool = True


@dataclass(frozen=True)
class Search:
    """The search by hand. ``module`` empty means everywhere; ``results`` is what it has brought so far, for ``of``."""

    text: str = ""
    module: str = ""
    asking: Asking = Asking.NO
    results: Results = field(default_factory=Results)
    of: str = ""
    problem: Problem | None = None


@dataclass(frozen=True)
class DeviceList:
    """Where the user is signed in, while that is shown. ``ending`` is the device that is being signed out, or empty."""

    asking: Asking = Asking.YES
    devices: tuple[Device, ...] = ()
    ending: str = ""
    problem: Problem | None = None


class Undo(enum.Enum):
    """How a receipt offers to take the link back: not, at once, with a question before, as that question, or again."""

    NO = "no"
    FRESH = "fresh"
    LATE = "late"
    ASKED = "asked"
    AGAIN = "again"


@dataclass(frozen=True)
class LinkView:
    """A link under way, failed, or finished. ``running`` is false when it waits for the user.

    ``removing`` is true while what it stored is taken back, and where that broke off; ``undo`` is how the receipt
    offers that. ``unfolded``: the receipt lists all of many files. ``arrived``: how much has come of
    the files that a source fetches from afar. ``fresh`` are the records to which this link has related a mail that
    stood there before. ``seen``: its receipt was looked at, and another mail is shown.
    """

    link: Link
    running: bool = True
    removing: bool = False
    receipt: Receipt | None = None
    undo: Undo = Undo.NO
    unfolded: bool = False
    arrived: Arrived | None = None
    fresh: tuple[Record, ...] = ()
    seen: bool = False


PASSING = ("info", "success")
"""The tones of what tells what was done, or dropped; the others ask for something."""


@dataclass(frozen=True)
class Notice:
    """A message; ``tone`` is one of `PASSING`, ``warning`` or ``error``. ``of``: the mail's key, if it names one.

    ``during`` is what became of that which the problem has hindered.
    """

    id: int
    tone: str
    problem: Problem
    of: str = ""
    during: Problem | None = None


@dataclass(frozen=True)
class State:
    """Everything that the pane shows.

    ``earlier`` is where anybody has linked the mail, which only the component can tell. ``unasked`` are modules that
    failed to suggest anything, ``unknown`` the people of whom the CRM has nothing for certain; ``stored_unknown``: the
    CRM failed to say whether the mail is there. ``filed`` is when it was linked, by its mark in the mailbox.
    ``unlinking`` is the id of the record of which the user is asked whether the mail is to be taken from it.

    ``instead`` is what is open in Outlook where no mail is: a draft, an appointment, or nothing.

    ``nothing_cut``: no limit has cut the suggestions; ``asked_thread``: the conversation was asked for with them.
    ``stored_settled``: the CRM has said whether this user's own mails have it.

    ``chosen`` are the records to link to. ``preselected`` is the one that the pane has chosen (`app.preselection`);
    ``touched`` once the user has chosen or taken away anything for this mail.

    ``note`` is what the user writes beside the link of this mail, ``notes`` what was begun for others, by their keys,
    ``commentable`` the modules whose records take it.

    ``turn`` counts the mails shown, so that an answer for an earlier one is not taken for the present one's.
    ``forms`` are those for records that this user may make, None as long as they are not known; ``draft`` is the one
    that is open, for this mail or another, and ``made`` are the records that were made for the shown one.
    ``changing`` are the names of changes in the CRM that are under way (`app.changes`).
    ``cards`` are those of records by their ids, as long as nothing is linked to them.
    ``links`` are by the mail's key; those of other mails go on in the background.
    """

    settings: Settings = field(default_factory=Settings)
    ready: bool = False
    sign_in: SignInState = field(default_factory=Out)
    form: SignInForm = field(default_factory=SignInForm)
    mail: Mail | None = None
    instead: str = ""
    reads_files: bool = True
    file_limit: int = 0
    turn: int = 0
    modules: tuple[Module, ...] = ()
    suggesting: Asking = Asking.NO
    suggestions: tuple[Suggestion, ...] = ()
    unasked: Unasked | None = None
    unknown: tuple[Person, ...] = ()
    suggestion_problem: Problem | None = None
    nothing_cut: bool = True
    asked_thread: tuple[str, ...] = ()
    stored_before: StoredMail | None = None
    stored_unknown: bool = False
    stored_settled: bool = False
    earlier: Earlier | None = None
    unlinking: str = ""
    changing: frozenset[str] = frozenset()
    filed: datetime.datetime | None = None
    search: Search = field(default_factory=Search)
    devices: DeviceList | None = None
    chosen: tuple[Record, ...] = ()
    note: str = ""
    notes: Mapping[str, str] = field(default_factory=dict)
    commentable: frozenset[str] = frozenset()
    forms: tuple[Form, ...] | None = None
    draft: Draft | None = None
    made: tuple[Record, ...] = ()
    cards: Mapping[str, Card] = field(default_factory=dict)
    preselected: Record | None = None
    touched: bool = False
    links: Mapping[str, LinkView] = field(default_factory=dict)
    notices: tuple[Notice, ...] = ()
    fatal: Problem | None = None

    @property
    def account(self) -> SignedIn | None:
        """Who is signed in, and where."""
        return self.sign_in if isinstance(self.sign_in, SignedIn) else None

    @property
    def signed_in(self) -> bool:
        """Whether somebody is signed in."""
        return self.account is not None

    @property
    def returning(self) -> bool:
        """Whether a sign-in is kept on the device and not taken up yet."""
        return isinstance(self.sign_in, Returning)

    @property
    def signing_in(self) -> bool:
        """Whether the CRM, or its own page, is asked for a sign-in."""
        return isinstance(self.sign_in, FormSent | CodeEntered | PageOpen)

    @property
    def crm_url(self) -> str:
        """The address of the CRM, empty while nobody is signed in."""
        return self.account.crm_url if self.account else ""

    @property
    def user(self) -> str:
        """The user's name in the CRM, empty while nobody is signed in."""
        return self.account.user if self.account else ""

    @property
    def stock(self) -> bool:
        """Whether somebody is signed in to a CRM without the Mail Connector component."""
        return self.account is not None and self.account.stock

    @property
    def current(self) -> LinkView | None:
        """The link of the mail that is shown."""
        return self.links.get(self.mail.key) if self.mail else None

    @property
    def person(self) -> Record | None:
        """The record that matters now: the first that is chosen, else the only person who has the address."""
        if self.chosen:
            return self.chosen[0]
        addressed = {one.record for one in self.suggestions if one.reason is Reason.ADDRESS and _meant(one)}
        people = [one for one in addressed if one.module not in (OPPORTUNITIES, TICKETS)]
        return people[0] if len(people) == 1 else None

    @property
    def drafting(self) -> Draft | None:
        """The form that is open for the mail that is shown."""
        shown = self.mail is not None and self.draft is not None and self.draft.mail == self.mail.key
        return self.draft if shown and self.current is None else None

    @property
    def elsewhere(self) -> tuple[LinkView, ...]:
        """The links of other mails, but for receipts that are known."""
        shown = self.mail.key if self.mail else ""
        return tuple(view for key, view in self.links.items() if key != shown and not view.seen)

    def label_of(self, module: str) -> str:
        """A module's singular label in the CRM's language; the pane's own word until the CRM has told it."""
        return next((one.singular for one in self.modules if one.name == module), "") or modulewords.singular(module)

    def list_label_of(self, module: str) -> str:
        """A module's label in the CRM's language, as its list is called; else as `label_of`."""
        return next((one.label for one in self.modules if one.name == module), "") or modulewords.plural(module)


def _meant(suggestion: Suggestion) -> bool:
    """Whether it has the very address of somebody whom the mail is with."""
    asked = suggestion.asked
    return asked is None or (asked.exact and asked.person.main)
