"""What can be made of the mail: a button for each kind of record, and whom the CRM does not know."""

from __future__ import annotations

from connector.app import changes
from connector.app import events as e
from connector.app.element import Element, h
from connector.app.language import _, fill, ngettext, shown
from connector.app.state import Asking, State
from connector.app.views.foreign import foreign
from connector.finding.otherside import other_side
from connector.finding.records import Record
from connector.mail.address import NOBODY, Address
from connector.mail.mail import Mail
from connector.making.form import CONTACTS, MODULES

MOST_UNKNOWN = 5
GIVEN = ("Contacts", "Leads", "Accounts")
"""The modules of which a record may be given an address (`NewAddress` of the component)."""


def unknown(state: State) -> tuple[Address, ...]:
    """Return the people whom the CRM was asked for and has nothing of; nobody where it could not be asked.

    They are those whom the mail is with. Where it is with nobody, they are those of its text, or its writer, as
    long as nothing else was found.
    """
    if state.suggesting is not Asking.DONE or state.unasked:
        return ()
    people = [one for one in state.unknown if one.main]
    if not people and not state.suggestions:
        people = [one for one in state.unknown if one.guess] or [*state.unknown[:1]]
    made = {one.detail.casefold() for one in state.made}
    return tuple(one.address for one in people if one.address.mail.casefold() not in made)


def missed(mail: Mail) -> tuple[Address, ...]:
    """Return whom the mail is with."""
    return tuple(one.address for one in other_side(mail).missed)


def creation(state: State) -> Element | None:
    """The buttons, for the first whom the CRM does not know; None where nothing can be made, or may."""
    if state.mail is None or state.suggesting is not Asking.DONE or not state.settings.create_records:
        return None
    strangers = unknown(state)
    person = next(iter(strangers or missed(state.mail)), NOBODY)
    buttons = _on_pages(state) if state.stock else _in_forms(state, person, wanted=bool(strangers))
    if not buttons:
        return None
    text = _("Create on the CRM's own page:") if state.stock else _("Create in the CRM:")
    return h(
        "div",
        h("p", text, key="what", id="create", cls="hint"),
        h("div", buttons, key="ways", cls="buttons"),
        _adding(state),
        key="create",
        cls="create",
        role="group",
        aria_labelledby="create",
    )


def strangers_list(state: State) -> Element | None:
    """Beside others that are known: whom the CRM does not know, each with the way to a contact."""
    strangers = unknown(state)
    if not strangers or not (state.suggestions or state.made):
        return None
    may = not state.stock and state.settings.create_records and any(one.module == CONTACTS for one in state.forms or ())
    lines = [_stranger(one, may=may) for one in strangers[:MOST_UNKNOWN]]
    more = len(strangers) - MOST_UNKNOWN
    if more > 0:
        lines.append(h("li", ngettext("and {count} more", "and {count} more", more), key="more", cls="about"))
    return h(
        "div",
        h("h3", _("Not in the CRM"), key="title", id="strangers"),
        h("ul", lines, key="list", cls="strangers", aria_labelledby="strangers"),
        key="strangers",
    )


def giving(state: State) -> Element | None:
    """To add the address of somebody unknown to the record that matters, where that has an empty field for it."""
    record, strangers = state.person, unknown(state)
    card = state.cards.get(record.id) if record is not None else None
    if record is None or card is None or not card.takes_address or not state.settings.create_records:
        return None
    texts = [(one.mail, _("Add {address} to {name}")) for one in strangers[:MOST_UNKNOWN] if one.mail]
    buttons = [
        h(
            "button",
            fill(text, address=shown(mail, 80), name=shown(record.name, 80)),
            type_="button",
            cls="quiet",
            aria_disabled="true" if changes.giving(record.id, mail) in state.changing else None,
            on={"click": e.AddressAsked(record, mail)},
            key=f"give-{mail}",
        )
        for mail, text in texts
    ]
    return h("div", buttons, key="giving", cls="giving") if buttons else None


def made_rows(state: State) -> tuple[Record, ...]:
    """The records that were made for this mail and that no suggestion shows."""
    suggested = {one.record.id for one in state.suggestions}
    return tuple(one for one in state.made if one.id not in suggested)


def _adding(state: State) -> Element | None:
    """Where nothing is known: that the address can be added to a record, which has to be chosen for that."""
    may = not state.stock and state.settings.create_records and any(one.module in GIVEN for one in state.forms or ())
    if not may or state.chosen or state.suggestions or state.made or not any(one.mail for one in unknown(state)):
        return None
    said = _("Or add the address to a record that has none yet: search for it above, and choose it.")
    return h("p", said, key="adding", cls="hint")


def _in_forms(state: State, person: Address, *, wanted: bool) -> list[Element]:
    """A button for each form. ``wanted``: the first is what most will want."""
    return [
        h(
            "button",
            h("span", shown(form.singular, 40), dir="auto"),
            type_="button",
            cls="primary" if wanted and not place and not state.suggestions and not state.made else None,
            on={"click": e.DraftOpened(form.module, person)},
            key=form.module,
        )
        for place, form in enumerate(state.forms or ())
    ]


def _on_pages(state: State) -> list[Element]:
    """On a stock vtenext the CRM's own page asks and checks; whether the user may, it says itself."""
    modules = sorted((one for one in state.modules if one.name in MODULES), key=lambda one: MODULES.index(one.name))
    return [
        h(
            "button",
            h("span", shown(one.singular, 40), dir="auto"),
            type_="button",
            title=_("Opens the CRM in your browser"),
            on={"click": e.CreationOpened(one.name)},
            key=one.name,
        )
        for one in modules
    ]


def _stranger(person: Address, *, may: bool) -> Element:
    name = person.name or person.mail
    button = h(
        "button",
        _("Create contact"),
        type_="button",
        cls="quiet",
        aria_label=fill(_("Create contact: {name}"), name=shown(name, 80)),
        on={"click": e.DraftOpened(CONTACTS, person)},
        key="create",
    )
    return h(
        "li",
        h(
            "div",
            foreign(name, "name", 80),
            foreign(person.mail, "address", 100) if person.name and person.mail else None,
            key="who",
            cls="line-text",
        ),
        button if may else None,
        key=f"stranger-{person.mail}",
    )
