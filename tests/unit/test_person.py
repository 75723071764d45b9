"""The card of the record that matters, which nothing jumps for."""

from __future__ import annotations

from dataclasses import replace

import pytest

from connector.app import events as e
from connector.app.state import Asking, LinkView, State
from connector.app.update import update
from connector.app.views import view
from connector.finding.suggestion import Reason, Suggestion
from unit.markup import buttons, find, text
from unit.screens import CARD, COMPANY, DONE, LEAD, MARY, OPEN, SCREENS, TICKET


def person(state: State) -> str:
    (found,) = find(view(state), lambda one: one.key == "person")
    return text(found)


def test_the_card_tells_company_phone_owner_cases_and_mails() -> None:
    said = person(SCREENS["choose-card"])
    assert said.startswith(f"Mary Smith Open Contact · {COMPANY.name} +44 20 7946 0101 · Owner: Lena Fischer")
    assert "2 open cases Warehouse extension 2027" in said
    assert "Last 2 linked mails Offer 41 Fri 20 Nov 2026" in said
    assert "(no subject)" in said
    assert buttons(view(SCREENS["choose-card"]))["Open in CRM: Mary Smith"].on == {"click": e.RecordOpened(MARY)}


def test_what_the_suggestions_tell_stands_there_before_the_card() -> None:
    assert person(OPEN) == f"Mary Smith Open Contact · {COMPANY.name} mary.smith@northwind.example"


def test_whom_the_crm_does_not_know_is_named_as_in_the_mail() -> None:
    assert person(SCREENS["choose-unknown"]) == "Mary Smith Not in the CRM mary.smith@northwind.example"
    assert person(SCREENS["choose-asking"]) == "Mary Smith Looking in the CRM… mary.smith@northwind.example"
    assert person(SCREENS["choose-sent"]) == "Person 0 and 199 more 25 of them are not in the CRM"


def test_who_could_not_be_asked_for_is_not_said_to_be_unknown() -> None:
    assert "Not in the CRM" not in person(SCREENS["choose-failed"])
    assert "Not in the CRM" not in person(replace(SCREENS["choose-unasked"], suggestions=()))


@pytest.mark.parametrize("name", [name for name in SCREENS if name.startswith("choose")])
def test_its_lines_are_the_same_in_each_state(name: str) -> None:
    """So nothing below moves, whatever the CRM answers."""
    (found,) = find(view(SCREENS[name]), lambda one: one.key == "person")
    assert [one.key for one in found.children if not isinstance(one, str)] == ["head", "what", "more", "behind"]
    for line in found.children:
        assert not isinstance(line, str)
        assert line.children
        assert "".join(one if isinstance(one, str) else text(one) or "-" for one in line.children)


def test_the_first_chosen_matters_before_the_only_one_with_the_address() -> None:
    assert OPEN.person == MARY
    assert replace(OPEN, chosen=(COMPANY, MARY)).person == COMPANY
    by_address = Suggestion(LEAD, Reason.ADDRESS, "mary.smith@northwind.example")
    assert replace(OPEN, suggestions=(*OPEN.suggestions, by_address)).person is None
    ticket = replace(by_address, record=TICKET)
    assert replace(OPEN, suggestions=(*OPEN.suggestions, ticket)).person == MARY


def test_a_card_is_dropped_when_something_was_linked_to_its_record_and_with_the_sign_in() -> None:
    state = update(OPEN, e.CardCame(MARY.id, CARD))
    assert state.cards == {MARY.id: CARD}
    assert update(state, e.LinkEnded(DONE, None)).cards == {}
    assert update(state, e.SignedOut()).cards == {}
    assert update(update(OPEN, e.SignedOut()), e.CardCame(MARY.id, CARD)).cards == {}
    linking = replace(state, links={OPEN.mail.key: LinkView(DONE)} if OPEN.mail else {})
    assert find(view(linking), lambda one: one.key == "person") == []


def test_the_search_asks_for_the_focus_where_nobody_is_known() -> None:
    def focus(state: State) -> bool:
        (found,) = find(view(state), lambda one: one.attributes.get("id") == "search-text")
        return "autofocus" in found.attributes

    assert focus(SCREENS["choose-unknown"])
    assert not focus(OPEN)
    assert not focus(replace(SCREENS["choose-unknown"], suggesting=Asking.YES))
    assert not focus(SCREENS["choose-made"])
