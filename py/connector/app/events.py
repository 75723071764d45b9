"""Everything that can happen: what the user does, what Outlook tells, what the CRM answers."""

from __future__ import annotations

import datetime
from dataclasses import dataclass, field

from connector.app.state import Settings
from connector.errors import Problem
from connector.finding.answers import Answers, Unasked
from connector.finding.card import Card
from connector.finding.person import Person
from connector.finding.records import Module, Record
from connector.finding.results import Results
from connector.finding.suggestion import Suggestion
from connector.linking.arriving import Arrived
from connector.linking.link import Link
from connector.linking.receipt import Receipt
from connector.linking.states import StoredMail
from connector.mail.address import Address
from connector.mail.mail import Mail
from connector.making.form import BELONGING, Form
from connector.vtenext.component.devices import Device
from connector.vtenext.crm import Earlier


class Event:
    """The root of all events."""


class SignInEvent(Event):
    """The root of those that concern the sign-in (`connector.app.signins`)."""


class DeviceEvent(Event):
    """The root of those about where the user is signed in."""


class SearchEvent(Event):
    """The root of those about the search by hand."""


@dataclass(frozen=True)
class FoundEvent(Event):
    """The root of those that bring what the CRM knows of the mail of that turn."""

    turn: int


class LinkEvent(Event):
    """The root of those about a link that was asked for."""


@dataclass(frozen=True)
class ChangeBegan(Event):
    """A change in the CRM, beside links, is under way; its name is one of `connector.app.changes`."""

    name: str


@dataclass(frozen=True)
class ChangeEnded(Event):
    """It is no longer: done, refused, or waiting for a sign-in."""

    name: str


class BesideEvent(Event):
    """The root of those about what goes beside a link: the note, and a record from which the mail is taken later."""


# What the user does -----------------------------------------------------------------------------


@dataclass(frozen=True)
class UrlTyped(SignInEvent):
    """The CRM's address was typed or chosen."""

    text: str


@dataclass(frozen=True)
class UserTyped(SignInEvent):
    """The user name was typed."""

    text: str


@dataclass(frozen=True)
class KeepTicked(SignInEvent):
    """The box "Stay signed in" was ticked or unticked."""

    keep: bool


@dataclass(frozen=True)
class SignInAsked(SignInEvent):
    """The sign-in form was sent. The password is in no representation."""

    password: str = field(repr=False)


@dataclass(frozen=True)
class CodeSent(SignInEvent):
    """The second factor's code was entered. It is in no representation."""

    code: str = field(repr=False)


@dataclass(frozen=True)
class CodeAgainAsked(SignInEvent):
    """Another code is wanted."""


@dataclass(frozen=True)
class CodeDropped(SignInEvent):
    """Back to user name and password."""


@dataclass(frozen=True)
class PageAsked(SignInEvent):
    """Sign in on the CRM's own page."""


@dataclass(frozen=True)
class PageDropped(SignInEvent):
    """Wait no longer for the CRM's own page."""


@dataclass(frozen=True)
class SignOutAsked(Event):
    """Sign out."""


@dataclass(frozen=True)
class DevicesToggled(DeviceEvent):
    """Show where the user is signed in, or no longer."""


@dataclass(frozen=True)
class DeviceEndAsked(DeviceEvent):
    """End the sign-in on a device."""

    device: str


@dataclass(frozen=True)
class SearchTyped(SearchEvent):
    """The search text changed."""

    text: str


@dataclass(frozen=True)
class SearchModuleChosen(SearchEvent):
    """The module to search in was chosen; empty for everywhere."""

    module: str


@dataclass(frozen=True)
class SearchAsked(SearchEvent):
    """Search now."""


@dataclass(frozen=True)
class RecordChosen(Event):
    """A record was chosen."""

    record: Record


@dataclass(frozen=True)
class RecordDropped(Event):
    """A record is no longer chosen."""

    record: Record


@dataclass(frozen=True)
class SuggestAgainAsked(Event):
    """Ask for the suggestions once more."""


@dataclass(frozen=True)
class LookAgainAsked(Event):
    """Something was changed in the CRM: ask it once more about the mail; what is shown stays until it answers."""


@dataclass(frozen=True)
class ConversationAsked(Event):
    """Ask for the suggestions once more, now that the mail's conversation is known; what is there stays meanwhile."""


@dataclass(frozen=True)
class UnlinkToggled(BesideEvent):
    """Ask whether the shown mail is to be taken from a record, by its id; or do not ask any more."""

    record: str


@dataclass(frozen=True)
class UnlinkAsked(BesideEvent):
    """Take the shown mail from a record to which a link of this user has related it."""

    record: Record


@dataclass(frozen=True)
class Unlinked(BesideEvent):
    """A mail was taken from a record; ``last``: it is linked to no other that is known."""

    taken: Mail
    record: Record
    last: bool


@dataclass(frozen=True)
class NoteTyped(BesideEvent):
    """Something was typed as the note beside the link."""

    text: str


@dataclass(frozen=True)
class LinkAsked(Event):
    """Link the shown mail to the chosen records."""


@dataclass(frozen=True)
class RetryAsked(LinkEvent):
    """Go on with an unfinished link."""

    key: str


@dataclass(frozen=True)
class CancelAsked(LinkEvent):
    """Stop a link, and take back what it stored."""

    key: str


@dataclass(frozen=True)
class UndoAsked(LinkEvent):
    """Take a finished link back."""

    key: str


@dataclass(frozen=True)
class UndoToggled(LinkEvent):
    """Ask whether a finished link shall be taken back, or ask no longer."""

    key: str


@dataclass(frozen=True)
class LinkClosed(LinkEvent):
    """The receipt or the message about a link was read and closed; the mail can be linked further."""

    key: str


@dataclass(frozen=True)
class FilesToggled(LinkEvent):
    """The receipt shall list all files, or the first dozen only if it lists all."""

    key: str


@dataclass(frozen=True)
class RecordOpened(Event):
    """Open a record in the CRM."""

    record: Record


@dataclass(frozen=True)
class NoticeClosed(Event):
    """A notice was read."""

    id: int


# A record is made -------------------------------------------------------------------------------


class DraftEvent(Event):
    """The root of what happens to a record that is about to be made."""


@dataclass(frozen=True)
class FormsCame(DraftEvent):
    """The forms for the records that this user may make."""

    forms: tuple[Form, ...]


@dataclass(frozen=True)
class DraftOpened(DraftEvent):
    """Open the form of a module for a person of the mail."""

    module: str
    person: Address


@dataclass(frozen=True)
class DraftTyped(DraftEvent):
    """A field was changed."""

    name: str
    text: str


@dataclass(frozen=True)
class DraftPicked(DraftEvent):
    """One value of a list, of which several may be chosen, was set or taken away."""

    name: str
    value: str
    on: bool


@dataclass(frozen=True)
class DraftBelongs(DraftEvent):
    """The record, by id, to which a field points was chosen; empty for none."""

    to: str
    name: str = BELONGING


@dataclass(frozen=True)
class DraftSought(DraftEvent):
    """The text by which a record is searched to which a field points has changed."""

    text: str
    name: str = BELONGING


@dataclass(frozen=True)
class DraftFound(DraftEvent):
    """Results of that search."""

    text: str
    answers: Answers[Record]
    name: str = BELONGING


@dataclass(frozen=True)
class DraftTextCame(DraftEvent):
    """The plain text of the mail with that key."""

    key: str
    text: str


@dataclass(frozen=True)
class DraftLooked(DraftEvent):
    """What stands in the CRM that may look like the draft, whose ``identity`` was asked for. ``unsure``: not all."""

    identity: str
    similar: tuple[Record, ...]
    unsure: bool


@dataclass(frozen=True)
class DraftSent(DraftEvent):
    """Make the record; ``despite`` what looks like it, which the user has seen."""

    despite: bool = False


@dataclass(frozen=True)
class DraftStopped(DraftEvent):
    """It is not made yet: something looks like it, or nobody could tell."""


@dataclass(frozen=True)
class DraftFailed(DraftEvent):
    """It was not made, as far as is known; ``at`` names the field that was refused.

    ``sent_at``: it was sent then, and may have been made.
    """

    problem: Problem
    at: str = ""
    sent_at: datetime.datetime | None = None


@dataclass(frozen=True)
class RecordMade(DraftEvent):
    """The record stands in the CRM. ``key`` is that of the mail that it was made for."""

    key: str
    record: Record


@dataclass(frozen=True)
class DraftClosed(DraftEvent):
    """Make no record; a record that was chosen in its place, if any."""

    instead: Record | None = None


@dataclass(frozen=True)
class CreationOpened(Event):
    """Open the CRM's own page for a new record of a module."""

    module: str


@dataclass(frozen=True)
class AddressAsked(Event):
    """Add a person's address to a record that has an empty field for it."""

    record: Record
    address: str


# What Outlook and the pane's start tell ----------------------------------------------------------


@dataclass(frozen=True)
class Started(Event):
    """The pane is ready for input; ``search`` is what was typed by then. ``returning``: a sign-in is kept."""

    settings: Settings
    url: str
    user: str
    search: str
    reads_files: bool
    returning: bool


@dataclass(frozen=True)
class KeptFound(SignInEvent):
    """A sign-in is kept on the device."""


@dataclass(frozen=True)
class MailShown(Event):
    """Another mail is selected, or none; ``instead`` is what is open then (`Mailbox.instead`)."""

    mail: Mail | None
    instead: str = ""


@dataclass(frozen=True)
class SourceCame(Event):
    """Outlook has said more of a mail than its properties do; this is the mail as it is known by now."""

    known: Mail


# What the CRM answers -----------------------------------------------------------------------------


@dataclass(frozen=True)
class SignedIn(SignInEvent):
    """Somebody is signed in. ``stock`` without the Mail Connector component on the CRM."""

    crm_url: str
    user: str
    name: str = ""
    stock: bool = False


@dataclass(frozen=True)
class UserNamed(SignInEvent):
    """The CRM has answered with the full name of the signed-in user."""

    name: str


@dataclass(frozen=True)
class DevicesCame(DeviceEvent):
    """Where the user is signed in."""

    devices: tuple[Device, ...]


@dataclass(frozen=True)
class DevicesFailed(DeviceEvent):
    """The devices could not be asked for, or one not be signed out."""

    problem: Problem


@dataclass(frozen=True)
class CodeRequired(SignInEvent):
    """The CRM waits for a code, sent by the channel (``wilson``, ``mail``), valid for the lifetime in seconds."""

    channel: str
    lifetime: str


@dataclass(frozen=True)
class CodeRefused(SignInEvent):
    """The code was not accepted, and may be entered once more."""

    problem: Problem


@dataclass(frozen=True)
class PageOpened(SignInEvent):
    """The CRM's own page is open in a window."""


@dataclass(frozen=True)
class SignInFailed(SignInEvent):
    """The sign-in failed; ``counted`` for a wrong password, ``locks`` when vtenext locks the user after some."""

    problem: Problem
    counted: bool
    locks: bool = True


@dataclass(frozen=True)
class SignedOut(SignInEvent):
    """Nobody is signed in any more; ``reason`` where it was not the user's wish."""

    reason: Problem | None = None


@dataclass(frozen=True)
class ModulesCame(Event):
    """The modules that this user may use, and the largest file that the CRM takes (0 if unknown)."""

    modules: tuple[Module, ...]
    file_limit: int


@dataclass(frozen=True)
class CommentableCame(BesideEvent):
    """The modules on whose records this user may write a comment."""

    modules: frozenset[str]


@dataclass(frozen=True)
class SuggestionsCame(FoundEvent):
    """Suggestions for the mail of that turn; more may follow until ``complete``, but not from modules ``unasked``.

    The CRM was asked for the ``unknown`` people, and has nothing of them. ``thread`` is the conversation that was asked
    for with them; ``nothing_cut``: no limit has cut them. ``held``: what
    is shown stays in its place.
    """

    suggestions: tuple[Suggestion, ...]
    complete: bool
    unasked: Unasked | None = None
    unknown: tuple[Person, ...] = ()
    thread: tuple[str, ...] = ()
    nothing_cut: bool = True
    held: bool = False


@dataclass(frozen=True)
class SuggestMoreAsked(Event):
    """More is known of the mail, and the CRM is asked once more; what it has said so far stays."""


@dataclass(frozen=True)
class SuggestionsFailed(FoundEvent):
    """The suggestions of that turn can't be had."""

    problem: Problem


@dataclass(frozen=True)
class CardCame(Event):
    """The card of the record with the id ``shown``."""

    shown: str
    card: Card


@dataclass(frozen=True)
class CardRefused(Event):
    """The CRM does not show this user the record with that id any more."""

    record: str


@dataclass(frozen=True)
class StoredBefore(FoundEvent):
    """The mail of that turn stands in the CRM already."""

    stored: StoredMail


@dataclass(frozen=True)
class FiledBefore(FoundEvent):
    """The mail of that turn carries a mark in the mailbox: it was linked to this CRM then."""

    when: datetime.datetime


@dataclass(frozen=True)
class NotStored(FoundEvent):
    """None of this user's own mails in the CRM is the mail of that turn."""


@dataclass(frozen=True)
class StoredUnknown(FoundEvent):
    """The CRM could not be asked whether the mail of that turn stands there."""


@dataclass(frozen=True)
class EarlierCame(FoundEvent):
    """Where the mail of that turn is linked already."""

    earlier: Earlier


@dataclass(frozen=True)
class SearchCame(SearchEvent):
    """What the search for that text in that module has brought so far."""

    text: str
    module: str
    results: Results


@dataclass(frozen=True)
class SearchFailed(SearchEvent):
    """The search for that text in that module failed."""

    text: str
    module: str
    problem: Problem


@dataclass(frozen=True)
class LinkMoved(LinkEvent):
    """A link went on."""

    link: Link


@dataclass(frozen=True)
class FilesArrived(LinkEvent):
    """More of the files of the mail with this key has come from afar. Often there is no link yet."""

    key: str
    arrived: Arrived


@dataclass(frozen=True)
class LinkEnded(LinkEvent):
    """A link ended: with a receipt, or with a failure in the link."""

    link: Link
    receipt: Receipt | None


@dataclass(frozen=True)
class UndoOver(LinkEvent):
    """The link was finished some time ago: it is taken back after a question only."""

    link: Link


@dataclass(frozen=True)
class RemovingBegan(LinkEvent):
    """What a link stored is being taken back."""

    key: str


@dataclass(frozen=True)
class LinkAbandoned(LinkEvent):
    """A link is gone, nothing of it stands in the CRM; ``problem`` says why."""

    key: str
    problem: Problem | None
    tone: str = "info"


@dataclass(frozen=True)
class SessionLost(Event):
    """The CRM does not accept the sign-in any more; ``why`` is the contract's word for the reason, or empty."""

    why: str = ""


@dataclass(frozen=True)
class Noticed(Event):
    """Something that the user should know; ``of`` and ``during`` are those of `Notice`."""

    problem: Problem
    tone: str = "info"
    of: str = ""
    during: Problem | None = None


@dataclass(frozen=True)
class Broke(Event):
    """Something failed that has no better place."""

    problem: Problem
