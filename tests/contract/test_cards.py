"""The card of a record, as the pane asks for it: after the suggestions, once for each, and without being missed."""

from __future__ import annotations

import pytest

from connector.app import events as e
from connector.app.state import Asking
from connector.app.views import view
from connector.finding.records import Record
from contract.both import stock_pane, stock_server
from contract.office import sample, seed_record
from contract.sitting import Sitting
from sandbox_crm.faults import Fault
from unit.markup import buttons, find, text

__all__ = ["stock_pane", "stock_server"]
CARD = "mailconnectorrecord"


@pytest.fixture
def at(stock_pane: Sitting) -> Sitting:
    """Signed in by the component, on a mail of somebody known."""
    stock_pane.crm.install_component()
    stock_pane.select(sample("plain-ascii"))
    stock_pane.sign_in()
    return stock_pane


def person(at: Sitting) -> str:
    (found,) = find(view(at.state), lambda one: one.key == "person")
    return text(found)


def operations(at: Sitting) -> list[str]:
    return [one.url.rpartition("/")[2] for one in at.transport.requests]


def mary(at: Sitting) -> Record:
    return next(one.record for one in at.state.suggestions if one.record.name == "Mary Smith")


def only(at: Sitting, record: Record) -> None:
    """Choose this record alone."""
    at.say(*(e.RecordDropped(one) for one in at.state.chosen), e.RecordChosen(record))


def test_the_card_comes_after_the_suggestions(at: Sitting) -> None:
    assert "Owner: Luca Conti" in person(at)
    assert "open case" in person(at)
    asked = operations(at)
    assert asked.index("mailconnectorfind") < asked.index(CARD)
    assert all(state.suggesting is Asking.DONE for state in at.states if state.cards and state.turn == at.state.turn)


def test_each_card_is_asked_for_once(at: Sitting) -> None:
    company = next(one.record for one in at.state.suggestions if one.record.module == "Accounts")
    for record in at.state.chosen:
        at.say(e.RecordDropped(record))
    at.say(e.RecordChosen(company))
    assert person(at).startswith(company.name)
    known = at.state.cards
    assert known.keys() == {company.id, mary(at).id}
    at.say(e.RecordDropped(company), e.RecordChosen(mary(at)))
    assert person(at).startswith("Mary Smith")
    assert at.state.cards is known


def test_a_card_is_asked_for_again_with_the_next_mail_of_the_person(at: Sitting) -> None:
    row = at.crm.store.row(int(mary(at).number))
    assert row is not None
    row.fields["phone"] = "+49 40 999"
    at.crm.store.save(row)
    at.states.clear()
    at.select(sample("related-inline-images"))
    at.select(sample("plain-ascii"))
    assert "+49 40 999" in person(at)
    assert all(mary(at).id in one.cards for one in at.states), "what is known stays until the answer is there"


def test_the_card_of_a_record_that_is_gone_goes_too(at: Sitting) -> None:
    known = mary(at)
    at.select(sample("related-inline-images"))
    at.crm.remove_by_hand(known.id)
    at.select(sample("plain-ascii"))
    at.say(e.RecordChosen(known))
    assert "Owner: Luca Conti" not in person(at)
    assert known.id not in at.state.cards


def test_after_a_link_the_card_tells_of_it(at: Sitting) -> None:
    assert "Meeting" not in person(at)
    at.link(mary(at))
    receipt = at.view.receipt
    assert receipt is not None
    assert receipt.complete
    at.say(e.LinkClosed(at.view.link.plan.mail.key), e.RecordChosen(mary(at)))
    assert "linked mail" in person(at)


@pytest.mark.parametrize("kind", ["error_500", "html", "empty_json", "reset"])
def test_a_card_that_fails_is_not_missed(at: Sitting, kind: str) -> None:
    lead = seed_record(at.crm, "Contacts", firstname="Priya", lastname="Nair")
    at.crm.faults.add(Fault(CARD, kind, times=99))
    at.say(e.RecordChosen(lead))
    for record in [one for one in at.state.chosen if one != lead]:
        at.say(e.RecordDropped(record))
    assert person(at).startswith("Priya Nair")
    assert at.state.notices == ()


def test_a_case_tells_of_the_person_and_the_company_behind_it(at: Sitting) -> None:
    only(at, seed_record(at.crm, "HelpDesk", ticket_title="Cooling unit reports error E42"))
    assert "Ticket · Mary Smith · Northwind Traders" in person(at)


def test_a_stock_crm_is_asked_for_none(stock_pane: Sitting) -> None:
    stock_pane.select(sample("plain-ascii"))
    stock_pane.sign_in()
    assert person(stock_pane).startswith("Mary Smith")
    only(stock_pane, next(one.record for one in stock_pane.state.suggestions if one.record.module == "HelpDesk"))
    assert "Ticket · Mary Smith · Northwind Traders" in person(stock_pane)
    only(stock_pane, next(one.record for one in stock_pane.state.suggestions if "2027" in one.record.name))
    assert "Potential · Northwind Traders" in person(stock_pane)
    assert CARD not in operations(stock_pane)


# An address for somebody who is known by another ----------------------------------------------------


def stranger(at: Sitting, **fields: str) -> Record:
    """A contact of the agent's, while a mail of somebody unknown is shown."""
    record = at.crm.new_record("Contacts", owner="agent", lastname="Nemo", **fields)
    at.select(sample("sender-stranger"))
    return Record(record, "Contacts", "Nemo")


def test_the_address_is_added_to_the_record_that_is_chosen(at: Sitting) -> None:
    nemo = stranger(at)
    at.say(e.RecordChosen(nemo))
    offered = buttons(view(at.state))["Add stranger@nowhere.example to Nemo"]
    assert offered.on == {"click": e.AddressAsked(nemo, "stranger@nowhere.example")}
    at.say(e.AddressAsked(nemo, "stranger@nowhere.example"))
    assert at.crm.record(nemo.id)["email"] == "stranger@nowhere.example"
    assert [one.record.id for one in at.state.suggestions] == [nemo.id]
    assert at.state.chosen == (nemo,)
    assert at.problems == ["address-added"]
    assert "Add stranger@nowhere.example to Nemo" not in buttons(view(at.state))


BROKEN_OFF = ("reset", "error_500", "fatal_500", "html", "truncated_json", "empty_json")


@pytest.mark.parametrize("kind", BROKEN_OFF)
def test_an_address_whose_answer_is_lost_was_added(at: Sitting, kind: str) -> None:
    nemo = stranger(at)
    at.say(e.RecordChosen(nemo))
    at.crm.faults.add(Fault("mailconnectoraddaddress", kind, when="after"))
    at.say(e.AddressAsked(nemo, "stranger@nowhere.example"))
    assert at.crm.record(nemo.id)["email"] == "stranger@nowhere.example"
    assert at.problems == ["address-added"]


@pytest.mark.parametrize("kind", BROKEN_OFF)
def test_an_address_of_which_no_answer_tells_is_said_to_be_unsure(at: Sitting, kind: str) -> None:
    nemo = stranger(at)
    at.say(e.RecordChosen(nemo))
    at.crm.faults.add(Fault("mailconnectoraddaddress", kind, when="after", times=9))
    at.say(e.AddressAsked(nemo, "stranger@nowhere.example"))
    assert "It is not known whether stranger@nowhere.example was added to “Nemo”." in text(view(at.state))
    assert at.state.chosen == (nemo,)


def test_an_address_that_was_refused_is_told_by_its_names(at: Sitting) -> None:
    nemo = stranger(at)
    at.say(e.RecordChosen(nemo))
    at.crm.remove_by_hand(nemo.id)
    at.say(e.AddressAsked(nemo, "stranger@nowhere.example"))
    assert "stranger@nowhere.example was not added to “Nemo”." in text(view(at.state))
    assert "Add stranger@nowhere.example to Nemo" not in buttons(view(at.state))


def test_a_lost_sign_in_goes_on_with_adding_once(at: Sitting) -> None:
    nemo = stranger(at)
    at.say(e.RecordChosen(nemo))
    component = at.crm.component
    assert component is not None
    component.revoke_tokens("agent")
    asked = e.AddressAsked(nemo, "stranger@nowhere.example")
    at.at_once(asked, asked)
    assert not at.state.signed_in
    at.crm.clear_requests()
    at.sign_in()
    assert at.crm.record(nemo.id)["email"] == "stranger@nowhere.example"
    assert [one.operation for one in at.crm.requests].count("mailconnectoraddaddress") == 1


def test_a_record_with_an_address_or_without_the_right_is_offered_none(at: Sitting) -> None:
    at.say(e.RecordChosen(stranger(at, email="nemo@nautilus.example")))
    assert not any(name.startswith("Add ") for name in buttons(view(at.state)))
    at.crm.refuse("agent", "Contacts", "edit")
    try:
        at.say(e.RecordDropped(at.state.chosen[0]), e.RecordChosen(stranger(at)))
        assert not any(name.startswith("Add ") for name in buttons(view(at.state)))
    finally:
        at.crm.access.restore_rights()


def test_a_field_that_was_filled_meanwhile_is_not_overwritten(at: Sitting) -> None:
    nemo = stranger(at)
    at.say(e.RecordChosen(nemo))
    at.crm.remove_by_hand(nemo.id)
    at.say(e.AddressAsked(nemo, "stranger@nowhere.example"))
    assert at.problems == ["record-refused"]
    with_other = stranger(at, email="nemo@nautilus.example")
    at.say(e.AddressAsked(with_other, "stranger@nowhere.example"))
    assert at.problems[-1] == "no-empty-field"
    assert at.crm.record(with_other.id)["email"] == "nemo@nautilus.example"
