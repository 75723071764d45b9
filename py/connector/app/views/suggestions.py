"""The records that the CRM knows to belong to the people of the mail."""

from __future__ import annotations

from connector.app import events as e
from connector.app.element import Element, h
from connector.app.figures import names_text
from connector.app.language import _, fill, shown
from connector.app.state import Asking, State
from connector.app.views.box import message_box
from connector.app.views.making import creation, giving, made_rows, strangers_list, unknown
from connector.app.views.row import Row, rows
from connector.app.views.skeleton import skeleton_rows
from connector.app.views.unasked import try_again, unasked_box
from connector.errors import Problem
from connector.finding.otherside import Asked, other_side
from connector.finding.person import Role, Why
from connector.finding.suggestion import Reason, Suggestion


def suggestions(state: State) -> Element:
    """The list, or how the asking for it stands."""
    return h(
        "section",
        h("h2", _("Suggested records"), key="title", id="suggested"),
        *_content(state),
        key="suggestions",
        cls="panel",
        aria_labelledby="suggested",
    )


def _content(state: State) -> list[Element | None]:
    found = [Row(one, _("Just created"), one.detail) for one in made_rows(state)]
    found += [_row(state, one) for one in state.suggestions]
    asking = state.suggesting
    again = e.SuggestAgainAsked()
    if asking is Asking.FAILED:
        problem = message_box(
            state.suggestion_problem or Problem("unexpected"), "error", try_again(again), key="problem", role="alert"
        )
        return [problem, rows(state, "suggested", found) if found else None]
    if asking in (Asking.NO, Asking.YES) and not found:
        return [skeleton_rows(_("Looking in the CRM…"))]
    missing = unasked_box(state, state.unasked, again) if state.unasked and asking is Asking.DONE else None
    if not found:
        return [missing or _nobody(state), _conversation(state), giving(state), creation(state)]
    return [
        rows(state, "suggested", found, busy=asking is Asking.YES),
        h("p", _("Looking for related records…"), key="waiting", cls="hint") if asking is Asking.YES else None,
        missing,
        _conversation(state),
        strangers_list(state),
        giving(state),
        creation(state),
    ]


def _conversation(state: State) -> Element | None:
    """Say of an answer in a stock vtenext what nobody can know there."""
    if not (state.stock and state.mail is not None and state.mail.thread and state.suggesting is Asking.DONE):
        return None
    return h("p", _("This CRM does not say what the conversation was linked to."), key="conversation", cls="hint")


def _nobody(state: State) -> Element:
    """The CRM knows nobody: search, or create."""
    return h("p", _who_is_not_known(state), key="empty", cls="unknown")


def _who_is_not_known(state: State) -> str:
    people = unknown(state)
    if not people and state.mail is not None and not other_side(state.mail).people:
        return _("This mail names nobody to look for. Search for the record above.")
    if not people:
        return _("No record was found for this mail. Search for it above.")
    if len(people) > 1:
        names = names_text([one.mail for one in people])
        return fill(_("The CRM does not know {names}. Search for the record above."), names=names)
    person = people[0]
    if person.name:
        said = _("The CRM does not know {name} ({address}). Search for the record above.")
        return fill(said, name=shown(person.name, 80), address=shown(person.mail, 100))
    return fill(_("The CRM does not know {address}. Search for the record above."), address=shown(person.mail, 100))


def _row(state: State, suggestion: Suggestion) -> Row:
    record = suggestion.record
    address = suggestion.about if suggestion.asked is not None or suggestion.reason is Reason.ADDRESS else ""
    detail = record.detail if record.detail.casefold() != address.casefold() else ""
    return Row(record, reason_text(suggestion, sent=bool(state.mail and state.mail.sent)), detail or address)


def reason_text(suggestion: Suggestion, *, sent: bool) -> str:
    """Why the record is suggested; ``sent`` for the user's own mails."""
    about = shown(suggestion.about, 80)
    match suggestion.reason:
        case Reason.CONVERSATION:
            return fill(_("Same conversation (“{subject}”)"), subject=about) if about else _("Same conversation")
        case Reason.ADDRESS:
            if suggestion.asked is not None:
                return _address_text(suggestion.asked)
            return _("Recipient's address") if sent else _("Sender's address")
        case Reason.NUMBER:
            return fill(_("Its number is in the subject ({number})"), number=about)
        case Reason.RECENT:
            return _("Chosen lately for this correspondent")
        # What it is, stands beside this, in the CRM's own word: a second word for it would confuse.
        case Reason.COMPANY:
            return fill(_("Where {name} works"), name=about) if about else _("Related to this mail")
        case Reason.OPPORTUNITY | Reason.TICKET:
            return fill(_("Open, belongs to {name}"), name=about) if about else _("Open, related to this mail")
        case Reason.DOMAIN:
            return fill(_("Same mail domain ({domain})"), domain=about) if about else _("Same mail domain")
        case Reason.TEXT:
            return _("A guess from the text")


def _address_text(asked: Asked) -> str:
    """Whose address it is. One that is only alike is called so, and compared with the mail's."""
    if not asked.exact:
        return fill(_("Almost the address {address}"), address=shown(asked.person.address.mail, 80))
    match asked.person.why:
        case Why.ANSWERED:
            return _("Address for answers")
        case Why.SENT:
            return _("Address it was sent from")
        case Why.UNDELIVERED:
            return _("Did not get the mail")
        case Why.ALSO:
            return _("Address of another recipient")
        case Why.COLLEAGUE:
            return _("Colleague's address")
        case Why.ORIGINAL:
            return _("Sender's address")
        case _:
            return _("Recipient's address") if asked.person.role in (Role.TO, Role.CC) else _("Sender's address")
