"""A record that is about to be made: what is typed, refused, tried again, and told once."""

from __future__ import annotations

import datetime
from dataclasses import replace

import pytest

from connector.app import events as e
from connector.app.drafts import drafted
from connector.app.state import Settings, State
from connector.app.update import update
from connector.app.views import view
from connector.errors import Problem
from connector.finding.answers import Answers, Unasked
from connector.finding.suggestion import Reason, Suggestion
from connector.mail.address import Address
from connector.making.draft import SAME_FOR, Draft, request, same_request
from unit.markup import buttons, by_id, find, text
from unit.screens import COMPANY, CRM, FORMS, LEAD, MAIL, MARY, OPEN, OTHER, SCREENS

IN = replace(OPEN, suggestions=(Suggestion(COMPANY, Reason.DOMAIN, "northwind.example"),), forms=FORMS)
NOW = datetime.datetime(2026, 11, 28, 20, 0, tzinfo=datetime.UTC)


def after(state: State, *events: e.Event) -> State:
    for event in events:
        state = update(state, event)
    return state


def opened(module: str = "Contacts", state: State = IN) -> State:
    return after(state, e.DraftOpened(module, MAIL.author))


def draft_of(state: State) -> Draft:
    assert state.draft is not None
    return state.draft


def panel(state: State) -> str:
    (found,) = find(view(state), lambda one: one.key == "draft")
    return text(found)


def test_the_form_has_what_the_mail_tells() -> None:
    state = opened()
    assert request(draft_of(state)) == (
        "Contacts",
        {"first_name": "Mary", "last_name": "Smith", "mail": MAIL.author.mail},
        COMPANY.id,
    )
    tree = view(state)
    assert by_id(tree, "draft-last_name").attributes["value"] == "Smith"
    assert by_id(tree, "draft-last_name").attributes["aria-required"] == "true"
    assert by_id(tree, "draft-company").attributes["value"] == COMPANY.id
    assert find(tree, lambda one: one.key == "bar") == []
    assert buttons(tree)["Create: Contact"].attributes["type"] == "submit"


def test_what_is_wrong_stands_at_its_field_and_what_was_typed_is_kept() -> None:
    state = after(opened(), e.DraftTyped("last_name", " "), e.DraftTyped("mail", "mary at home"), e.DraftSent())
    assert not draft_of(state).busy
    tree = view(state)
    for name, said in (("last_name", "“Last Name” is needed."), ("mail", "This is not a mail address.")):
        field = by_id(tree, f"draft-{name}")
        assert field.attributes["aria-invalid"] == "true"
        assert said in text(by_id(tree, field.attributes["aria-describedby"]))
    assert "autofocus" in by_id(tree, "draft-last_name").attributes
    assert by_id(tree, "draft-mail").attributes["value"] == "mary at home"
    mended = after(state, e.DraftTyped("mail", "m@x.example"))
    assert "aria-invalid" not in by_id(view(mended), "draft-mail").attributes
    assert "aria-invalid" in by_id(view(mended), "draft-last_name").attributes


@pytest.mark.parametrize(("at", "name"), [("mail", "mail"), ("record", "company"), ("", ""), ("department", "")])
def test_a_refusal_stands_where_it_belongs(at: str, name: str) -> None:
    state = after(opened(), e.DraftSent(), e.DraftFailed(Problem("field-refused"), at))
    assert draft_of(state).at == (name or "")
    assert (draft_of(state).problem is None) is bool(name)
    assert "The CRM does not take this." in panel(state)


def test_what_is_on_its_way_is_not_changed() -> None:
    state = after(opened(), e.DraftSent())
    assert draft_of(state).busy
    assert after(state, e.DraftTyped("last_name", "x"), e.DraftBelongs(""), e.DraftSent()).draft == state.draft
    assert buttons(view(state))["Creating…"].attributes["aria-disabled"] == "true"


def test_the_same_request_is_the_same_for_less_than_a_minute() -> None:
    lost = after(opened(), e.DraftSent(), e.DraftFailed(Problem("crm-interrupted"), sent_at=NOW))
    assert "Try again" in buttons(view(lost))
    assert same_request(draft_of(lost), NOW + SAME_FOR / 2)
    assert not same_request(draft_of(lost), NOW + SAME_FOR)
    assert not same_request(draft_of(after(lost, e.DraftTyped("phone", "1"))), NOW)


def test_what_looks_like_it_is_offered_before_it_is_made() -> None:
    state = after(opened(), e.DraftLooked(draft_of(opened()).identity, (MARY, COMPANY, LEAD), unsure=False))
    assert draft_of(state).alike == (MARY,)
    tree = view(state)
    assert "This one is in the CRM already:" in panel(state)
    assert buttons(tree)["Choose Mary Smith"].on == {"click": e.DraftClosed(MARY)}
    form = find(tree, lambda one: one.tag == "form")[0]
    assert form.on == {"submit": e.DraftSent(despite=True)}
    assert "Create all the same" in buttons(tree)
    other = after(state, e.DraftTyped("first_name", "Mark"))
    assert draft_of(other).alike == ()
    assert draft_of(after(state, e.DraftTyped("phone", "1"))).alike == (MARY,)


def test_that_nobody_could_tell_is_said() -> None:
    state = after(opened(), e.DraftLooked(draft_of(opened()).identity, (), unsure=True))
    assert "Could not ask whether it is in the CRM already." in panel(state)
    assert draft_of(after(state, e.DraftLooked("of another name", (MARY,), unsure=False))).alike == ()


def test_whom_the_crm_knows_by_the_address_is_offered_at_once() -> None:
    known = opened(state=replace(OPEN, forms=FORMS))
    assert draft_of(known).alike == (MARY,)


def test_the_text_fills_what_is_empty_and_nothing_that_was_typed() -> None:
    ticket = after(opened("HelpDesk"), e.DraftTextCame(MAIL.key, "The pump leaks."))
    assert draft_of(ticket).entry.text("description") == "The pump leaks."
    typed = after(opened("HelpDesk"), e.DraftTyped("description", ""), e.DraftTextCame(MAIL.key, "The pump leaks."))
    assert draft_of(typed).entry.text("description") == ""
    assert draft_of(after(opened("HelpDesk"), e.DraftTextCame(OTHER.key, "x"))).entry.text("description") == ""


def test_it_belongs_to_one_of_those_that_are_offered() -> None:
    found = Answers((replace(COMPANY, id="3x20"), MARY), Unasked(("Leads",)))
    state = after(opened(), e.DraftSought("har"), e.DraftFound("har", found), e.DraftBelongs("3x20"))
    record = draft_of(state).entry.record
    assert record is not None
    assert record.id == "3x20"
    assert draft_of(after(state, e.DraftBelongs("3x99"))).entry.record is None
    assert draft_of(after(state, e.DraftFound("an earlier text", Answers()))).found == found


def test_a_draft_waits_while_another_mail_is_shown_and_while_nobody_is_signed_in() -> None:
    state = after(opened(), e.DraftTyped("phone", "+44 1"), e.MailShown(OTHER))
    assert state.drafting is None
    assert draft_of(state).entry.text("phone") == "+44 1"
    assert after(state, e.MailShown(MAIL)).drafting is not None
    lost = after(opened(), e.DraftSent(), e.SignedOut(Problem("key-refused")))
    assert not draft_of(lost).busy
    assert lost.forms is None
    lost = after(lost, e.SignInAsked("secret"))
    assert after(lost, e.SignedIn(CRM, OPEN.user)).drafting is not None
    assert after(lost, e.SignedIn(CRM, "sara")).draft is None
    assert after(opened(), e.SignedOut()).draft is None


def test_a_record_that_was_made_is_chosen_with_one_press_to_go() -> None:
    made = replace(MARY, id="4x99")
    state = after(opened(), e.DraftSent(), e.RecordMade(MAIL.key, made), e.RecordChosen(made))
    assert state.draft is None
    tree = view(state)
    assert "Mary Smith Contact · Just created" in text(tree)
    assert "autofocus" in buttons(tree)["Link to Mary Smith"].attributes
    assert "was created and chosen" in text(tree)
    assert after(state, e.MailShown(OTHER)).made == ()
    assert after(opened(), e.MailShown(OTHER), e.RecordMade(MAIL.key, made)).made == ()


# Who may ------------------------------------------------------------------------------------------


def test_nothing_is_offered_before_it_is_known_that_it_may_be_made() -> None:
    for forms in (None, ()):
        assert find(view(replace(OPEN, forms=forms)), lambda one: one.key == "create") == []


def test_an_organization_can_switch_it_off() -> None:
    off = replace(SCREENS["choose-unknown"], settings=Settings(create_records=False))
    assert find(view(off), lambda one: one.key == "create") == []
    assert drafted(off, e.DraftOpened("Contacts", MAIL.author)).draft is None
    assert find(view(replace(SCREENS["choose-stock"], settings=off.settings)), lambda one: one.key == "create") == []


def test_on_a_stock_crm_its_own_pages_are_offered() -> None:
    tree = view(SCREENS["choose-stock"])
    assert buttons(tree)["Ticket"].on == {"click": e.CreationOpened("HelpDesk")}
    assert "Vessel" not in buttons(tree)


def test_each_whom_the_crm_does_not_know_is_named() -> None:
    tree = view(SCREENS["choose-strangers"])
    assert buttons(tree)["Create contact: y@x.example"].on == {
        "click": e.DraftOpened("Contacts", Address("", "y@x.example"))
    }
    assert "Create contact: Mary Smith" not in buttons(tree)
    no_contacts = replace(SCREENS["choose-strangers"], forms=FORMS[2:])
    assert "Create contact: y@x.example" not in buttons(view(no_contacts))


def test_who_could_not_be_asked_for_is_no_stranger() -> None:
    state = replace(SCREENS["choose-strangers"], unasked=Unasked(("Contacts",)))
    assert find(view(state), lambda one: one.key == "strangers") == []
