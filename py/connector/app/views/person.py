"""Who the mail is about: the record that matters now, as the CRM knows it, or the person of whom it is not known yet.

Each of its lines stands there from the start, so that nothing below moves when the CRM answers.
"""

from __future__ import annotations

from connector.app import events as e
from connector.app.element import Element, h
from connector.app.figures import crm_date_text
from connector.app.language import _, fill, ngettext, shown
from connector.app.state import Asking, State
from connector.app.views.foreign import foreign
from connector.app.views.making import missed, unknown
from connector.finding.card import Card, LinkedMail
from connector.finding.records import Record
from connector.finding.suggestion import Reason
from connector.mail.address import Address

BLANK = "\u00a0"


def person(state: State) -> Element:
    """The card."""
    record = state.person
    card = state.cards.get(record.id) if record is not None else None
    what, more = _what(state, record, card), _more(state, record, card)
    if what == BLANK:
        what, more = more, BLANK
    return h(
        "section",
        h(
            "div",
            h("h2", *_name(state, record), key="name", id="who", cls="one-line", title=_whole_name(record)),
            _open(record) if record is not None else None,
            key="head",
            cls="head",
        ),
        h("p", what, key="what", cls="about one-line", dir="auto"),
        h("p", more, key="more", cls="about one-line", dir="auto"),
        h("div", *_behind(state, card), key="behind", cls="contents"),
        key="person",
        cls="person",
        aria_labelledby="who",
    )


def _name(state: State, record: Record | None) -> list[Element | str]:
    if record is not None:
        return [foreign(record.name or record.id, longest=160)]
    people = _people(state)
    if not people:
        return [_("Nobody to look for")]
    first, more = people[0], len(people) - 1
    line: list[Element | str] = [foreign(first.name or first.mail, longest=160)]
    return [*line, " ", ngettext("and {count} more", "and {count} more", more)] if more else line


def _people(state: State) -> tuple[Address, ...]:
    """Whom the mail is with."""
    return missed(state.mail) if state.mail else ()


def _whole_name(record: Record | None) -> str | None:
    """What is shown when somebody points at a name that is cut."""
    return shown(record.name) if record is not None and record.name.strip() else None


def _what(state: State, record: Record | None, card: Card | None) -> str:
    """What it is, and whose: known from the suggestions, and as the card tells it."""
    if record is not None:
        behind = _told(card) if card else _suggested(state, record)
        return " · ".join(shown(one, 80) for one in (state.label_of(record.module), *behind) if one.strip())
    if state.suggesting in (Asking.NO, Asking.YES):
        return _("Looking in the CRM…")
    strangers = len(unknown(state))
    if not strangers:
        return BLANK
    if len(_people(state)) == 1:
        return _("Not in the CRM")
    return ngettext("{count} of them is not in the CRM", "{count} of them are not in the CRM", strangers)


def _told(card: Card) -> list[str]:
    """The person and the company behind it, by name."""
    return [one.name for one in (card.person, card.company) if one is not None]


def _suggested(state: State, record: Record) -> list[str]:
    """The same, as far as the suggestions tell it: of a case that one of them brought, and of a person."""
    its = next((one for one in state.suggestions if one.record == record), None)
    cases = (Reason.OPPORTUNITY, Reason.TICKET)
    # A case that has the address itself says nothing of a person.
    behind = [its.about] if its and its.reason in cases and "@" not in its.about else []
    name = behind[0] if behind else record.name
    found = (one for one in state.suggestions if one.reason is Reason.COMPANY and one.about == name)
    return behind + [one.record.name for one in found][:1]


def _more(state: State, record: Record | None, card: Card | None) -> str:
    """Telephone, state and owner; of a record without a card what its row says, of nobody's the mail address."""
    if record is None:
        people = _people(state)
        return shown(people[0].mail, 160) if len(people) == 1 and people[0].name else BLANK
    if card is None:
        return shown(record.detail, 160) if record.detail.strip() else BLANK
    owner = fill(_("Owner: {name}"), name=shown(card.owner, 80)) if card.owner.strip() else ""
    details = [shown(one, 80) for one in (card.phone, card.state) if one.strip()]
    return " · ".join([*details, owner] if owner else details) or BLANK


def _behind(state: State, card: Card | None) -> list[Element | str | None]:
    """Open cases and the last mails, folded; an empty line of the same height where there are none."""
    if card is None or not (card.cases or card.mails):
        return [h("p", BLANK, key="none", cls="nothing")]
    return [_cases(state, card), _mails(card)]


def _cases(state: State, card: Card) -> Element | None:
    if not card.cases:
        return None
    count = ngettext("{count} open case", "{count} open cases", len(card.cases))
    lines = [_case(state, one) for one in card.cases]
    return h("details", h("summary", count), h("ul", lines, cls="linked"), key=f"cases-{card.record.id}")


def _case(state: State, case: Record) -> Element:
    about = " · ".join(shown(one, 80) for one in (state.label_of(case.module), case.detail) if one.strip())
    return h(
        "li",
        h(
            "div",
            foreign(case.name or case.id, "name", 160),
            h("span", about, cls="about", dir="auto"),
            key="case",
            cls="line-text",
        ),
        _open(case),
        key=case.id,
    )


def _mails(card: Card) -> Element | None:
    if not card.mails:
        return None
    count = ngettext("Last linked mail", "Last {count} linked mails", len(card.mails))
    lines = [_mail(one, place) for place, one in enumerate(card.mails)]
    return h("details", h("summary", count), h("ul", lines, cls="linked"), key=f"mails-{card.record.id}")


def _mail(mail: LinkedMail, place: int) -> Element:
    about = " · ".join(one for one in (crm_date_text(mail.date), shown(mail.by, 80)) if one.strip())
    subject = foreign(mail.subject, "name", 160) if mail.subject.strip() else h("span", _("(no subject)"), cls="name")
    text = h("div", subject, h("span", about, cls="about", dir="auto") if about else None, cls="line-text")
    return h("li", text, key=f"mail-{place}")


def _open(record: Record) -> Element:
    return h(
        "button",
        _("Open"),
        type_="button",
        cls="quiet",
        title=_("Open in CRM"),
        aria_label=fill(_("Open in CRM: {name}"), name=shown(record.name or record.id, 80)),
        on={"click": e.RecordOpened(record)},
        key="open",
    )
