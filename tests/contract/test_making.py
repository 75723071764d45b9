"""A record is made from a mail: by each door with the user's own rights, and by the pane as a user does it."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from dataclasses import replace

import pytest

from connector.app import events as e
from connector.app.state import Settings
from connector.app.views import view
from connector.errors import FieldRefused, FormIncomplete, OperationMissing, PermissionDenied, RecordRefused
from connector.finding.otherside import other_side
from connector.mail.address import Address
from connector.making.draft import Draft
from connector.making.form import MODULES, Form, Kind
from contract.both import stock_pane, stock_server
from contract.doors import Door, door, php_component, sandbox
from contract.office import sample
from contract.sitting import Sitting
from people.situations import FORM, one
from sandbox_crm.faults import Fault
from unit.markup import buttons, find, text

__all__ = ["door", "php_component", "sandbox", "stock_pane", "stock_server"]
STRANGER, COLLEAGUE, KNOWN = "sender-stranger", "sender-colleague-unknown", "plain-ascii"
ZOE = Address("Zoe Neu", "z.n@new.example")
CREATE, FORMS = "mailconnectorcreate", "mailconnectorforms"
PHOTO = "cf_photo | Photo | file | 69 | M"
"""A field of an administrator's own that no form can have."""
OWN_FIELDS = (
    "cf_due | Due | date | 5 | M",
    "cf_visit | Visit | datetime | 70 | M",
    "cf_hour | Hour | time | 73 | M",
    "cf_share | Share | double percent | 9 | M",
    "cf_price | Price | currency 8,2 | 71 | M",
    "cf_checked | Checked | boolean | 56 | M",
    "cf_parts | Parts | picks ticketseverities | 33 | M",
    "cf_other | Other company | ref Accounts,Vendors | 10 | M",
    "cf_keeper | Keeper | ref Users | 52 | M",
)
"""One of each other kind."""


# The doors ----------------------------------------------------------------------------------------


def forms(door: Door, user: str = "agent") -> dict[str, Form]:
    async def work() -> tuple[Form, ...]:
        return await (await door.open(user)).forms()

    return {one.module: one for one in asyncio.run(work())}


def make(door: Door, module: str, texts: dict[str, str], record: str = "", user: str = "agent") -> str:
    async def work() -> str:
        return (await (await door.open(user)).make(module, texts, record)).id

    return asyncio.run(work())


def test_each_user_has_the_forms_of_the_profile(door: Door) -> None:
    if door.kind == "stock":
        assert forms(door) == {}
        with pytest.raises(OperationMissing):
            make(door, "Contacts", {"last_name": "Newman"})
        return
    assert tuple(forms(door)) == ("Contacts", "Accounts", "HelpDesk")
    assert tuple(forms(door, "admin")) == MODULES
    contact = forms(door)["Contacts"]
    assert [one.name for one in contact.fields if one.required] == ["last_name"]
    assert contact.reference is not None
    assert contact.reference.modules == ("Accounts",)
    state = forms(door)["HelpDesk"].field("state")
    assert state is not None
    assert (state.kind, state.required) == (Kind.CHOICE, True)
    assert "Open" in [one.value for one in state.values]


def test_what_is_refused_says_why_and_where(door: Door) -> None:
    if door.kind == "stock":
        return
    with pytest.raises(FieldRefused) as missing:
        make(door, "Contacts", {"mail": "a@b.example"})
    assert missing.value.details["field"] == "last_name"
    with pytest.raises(FieldRefused) as wrong:
        make(door, "Contacts", {"last_name": "Newman"}, "4x22")
    assert wrong.value.details["field"] == "record"
    with pytest.raises(RecordRefused):
        make(door, "Contacts", {"last_name": "Newman"}, "3x99999")
    with pytest.raises(PermissionDenied):
        make(door, "Leads", {"last_name": "Newman", "company": "N"})
    door.sandbox.make_field("Contacts", PHOTO)
    assert forms(door)["Contacts"].lacking == ("Photo",)
    with pytest.raises(FormIncomplete) as incomplete:
        make(door, "Contacts", {"last_name": "Newman"})
    assert incomplete.value.details["label"] == "Photo"


def test_the_same_twice_is_one_record(door: Door) -> None:
    if door.kind != "stock":
        texts = {"last_name": "Newman", "description": "a\nb & <b> “ü”"}
        assert make(door, "Contacts", texts) == make(door, "Contacts", texts)


# In front of the pane -----------------------------------------------------------------------------


@pytest.fixture
def at(stock_pane: Sitting) -> Iterator[Sitting]:
    """Signed in by the component, on a mail of somebody whom the CRM does not know."""
    stock_pane.crm.install_component()
    stock_pane.select(sample(STRANGER))
    stock_pane.sign_in()
    yield stock_pane
    stock_pane.crm.access.restore_rights()
    stock_pane.crm.access.own_fields.clear()
    stock_pane.crm.mandatory.clear()


def draft(at: Sitting) -> Draft:
    assert at.state.drafting is not None
    return at.state.drafting


def open_form(at: Sitting, module: str = "Contacts") -> None:
    assert at.state.mail is not None
    at.say(e.DraftOpened(module, other_side(at.state.mail).people[0].address))


def said(at: Sitting) -> str:
    return text(view(at.state))


def asked(at: Sitting, operation: str) -> int:
    return [one.url.rpartition("/")[2] for one in at.transport.requests].count(operation)


def people(at: Sitting) -> int:
    return len(at.crm.all_records("Contacts"))


def test_somebody_unknown_is_made_a_contact_and_linked_with_one_press(at: Sitting) -> None:
    assert "The CRM does not know stranger@nowhere.example" in said(at)
    open_form(at)
    assert draft(at).entry.values == {"mail": "stranger@nowhere.example"}
    at.say(e.DraftTyped("last_name", "Nemo"), e.DraftSent())
    (made,) = at.state.chosen
    row = at.crm.record(made.id)
    assert (row["lastname"], row["email"]) == ("Nemo", "stranger@nowhere.example")
    assert at.state.drafting is None
    at.say(e.LinkAsked())
    receipt = at.view.receipt
    assert receipt is not None
    assert receipt.complete
    assert [one.record for one in receipt.records] == [made]


def test_the_company_is_the_one_of_the_domain(at: Sitting) -> None:
    at.select(sample(COLLEAGUE))
    open_form(at)
    record = draft(at).entry.record
    assert record is not None
    assert record.name == "Northwind Traders"
    assert draft(at).entry.values == {"first_name": "Pat", "last_name": "Marino", "mail": "person@northwind.example"}
    at.say(e.DraftSent())
    assert at.crm.record(at.state.chosen[0].id)["account_id"] == record.id


def test_a_ticket_has_the_mails_text_and_belongs_to_the_person(at: Sitting) -> None:
    at.select(sample(KNOWN))
    open_form(at, "HelpDesk")
    assert draft(at).entry.text("title") == at.state.mail.subject if at.state.mail else False
    assert draft(at).entry.text("description").strip()
    assert draft(at).entry.record is not None
    at.say(e.DraftSent())
    row = at.crm.record(next(one.id for one in at.state.chosen if one.module == "HelpDesk"))
    assert row["ticketstatus"] == "Open"
    assert row["parent_id"] == at.crm.find("Contacts", firstname="Mary", lastname="Smith").id


def test_who_has_filled_in_a_form_of_a_site_is_made_with_the_name_given_there(at: Sitting) -> None:
    form = "Vorname: Zoe\nNachname: Neu\nGeschäftliche E-Mail: z.n@new.example\nNachricht: Bitte um Rückruf"
    at.select(one("visitor", FORM, text=form).mail())
    assert "The CRM does not know Zoe Neu (z.n@new.example)" in said(at)
    assert buttons(view(at.state))["Contact"].on == {"click": e.DraftOpened("Contacts", ZOE)}
    at.say(e.DraftOpened("Contacts", ZOE))
    assert draft(at).entry.values == {"first_name": "Zoe", "last_name": "Neu", "mail": "z.n@new.example"}


def test_forms_are_asked_for_once_and_after_the_suggestions(at: Sitting) -> None:
    at.select(sample(COLLEAGUE))
    at.select(sample(KNOWN))
    names = [one.url.rpartition("/")[2] for one in at.transport.requests]
    assert names.count(FORMS) == 1
    assert names.index("mailconnectorfind") < names.index(FORMS)


def test_who_may_make_nothing_sees_no_form(at: Sitting) -> None:
    for module in ("Contacts", "Accounts", "HelpDesk"):
        at.crm.refuse("agent", module, "create")
    at.say(e.SignOutAsked())
    at.sign_in()
    assert at.state.forms == ()
    assert find(view(at.state), lambda one: one.key == "create") == []
    open_form(at)
    assert at.state.draft is None


def test_an_organization_that_has_switched_it_off_asks_for_no_form(at: Sitting) -> None:
    at.settings = Settings(licence_required=False, create_records=False)
    at.reopen()
    at.sign_in()
    at.transport.requests.clear()
    at.select(sample(COLLEAGUE))
    assert asked(at, FORMS) == 0
    open_form(at)
    assert at.state.draft is None


def test_the_right_to_create_may_have_gone_meanwhile(at: Sitting) -> None:
    open_form(at)
    at.crm.refuse("agent", "Contacts", "create")
    at.say(e.DraftTyped("last_name", "Nemo"), e.DraftSent())
    assert "Your CRM profile does not allow this." in said(at)
    assert draft(at).entry.text("last_name") == "Nemo"


def test_a_company_that_is_gone_is_refused_at_its_field(at: Sitting) -> None:
    at.select(sample(COLLEAGUE))
    open_form(at)
    record = draft(at).entry.record
    assert record is not None
    at.crm.remove_by_hand(record.id)
    at.say(e.DraftSent())
    assert list(draft(at).problems) == ["company"]
    at.say(e.DraftBelongs(""), e.DraftSent())
    assert at.state.draft is None


def anew(at: Sitting, *lines: str) -> None:
    """Sign in anew, with these fields of an administrator's own at contacts, and open their form."""
    for line in lines:
        at.crm.make_field("Contacts", line)
    at.say(e.SignOutAsked())
    at.sign_in()
    open_form(at)


def test_what_the_crms_page_asks_for_beyond_is_told_before_anything_is_typed(at: Sitting) -> None:
    anew(at, PHOTO)
    assert "The CRM also asks for Photo, which can't be filled in here. Create the record on the CRM's" in said(at)
    assert "Last Name" not in said(at)
    offered = buttons(view(at.state))
    assert offered["Open the CRM's page"].on == {"click": e.CreationOpened("Contacts")}
    assert "Create: Contact" not in offered


def test_what_the_crms_page_asks_for_since_the_form_was_opened_sends_there(at: Sitting) -> None:
    open_form(at)
    at.crm.make_field("Contacts", PHOTO)
    at.say(e.DraftTyped("last_name", "Nemo"), e.DraftSent())
    assert draft(at).entry.text("last_name") == "Nemo"
    assert "The CRM also asks for Photo, which can't be filled in here. Nothing was created." in said(at)
    assert buttons(view(at.state))["Open the CRM's page"].on == {"click": e.CreationOpened("Contacts")}


def test_a_field_of_the_crms_own_that_has_to_be_filled_in_is_in_the_form(at: Sitting) -> None:
    at.crm.mandatory |= {("Contacts", "department"), ("Contacts", "leadsource")}
    anew(at)
    assert "Department (needed)" in said(at)
    at.say(e.DraftTyped("last_name", "Nemo"), e.DraftSent())
    assert list(draft(at).problems) == ["crm_leadsource", "crm_department"], "of a list the CRM's page chooses nothing"
    at.say(e.DraftTyped("crm_department", "Buying"), e.DraftTyped("crm_leadsource", "Trade Show"), e.DraftSent())
    row = at.crm.record(at.state.chosen[0].id)
    assert (row["lastname"], row["department"], row["leadsource"]) == ("Nemo", "Buying", "Trade Show")


def test_each_kind_of_field_is_filled_in_and_stored_as_the_crm_has_it(at: Sitting) -> None:
    anew(at, *OWN_FIELDS)
    at.say(e.DraftTyped("last_name", "Nemo"), e.DraftSent())
    names = ["due", "visit", "hour", "share", "price", "checked", "parts", "other", "keeper"]
    assert list(draft(at).problems) == [f"crm_cf_{name}" for name in names[:-1]], "only this user can be the keeper"
    at.say(
        e.DraftTyped("crm_cf_due", "2026-02-29"),
        e.DraftTyped("crm_cf_visit", "2026-12-31T09:30:00"),
        e.DraftTyped("crm_cf_hour", "09:30"),
        e.DraftTyped("crm_cf_share", "100,5"),
        e.DraftTyped("crm_cf_price", "1.234"),
        e.DraftTyped("crm_cf_checked", "1"),
        e.DraftPicked("crm_cf_parts", "Minor", on=True),
        e.DraftPicked("crm_cf_parts", "Feature", on=True),
        e.DraftPicked("crm_cf_parts", "Critical", on=True),
        e.DraftPicked("crm_cf_parts", "Feature", on=False),
        e.DraftSought("North", "crm_cf_other"),
    )
    found = next(one for one in draft(at).offered("crm_cf_other") if one.name == "Northwind Traders")
    at.say(e.DraftBelongs(found.id, "crm_cf_other"), e.DraftSent())
    assert draft(at).entry.record is None
    codes = {name: problem.code for name, problem in draft(at).problems.items()}
    assert codes == {
        "crm_cf_due": "field-no-date",
        "crm_cf_share": "field-out-of-range",
        "crm_cf_price": "field-no-number",
    }
    assert "The CRM takes 0 to 100 here." in said(at)
    at.say(
        e.DraftTyped("crm_cf_due", "2026-02-28"),
        e.DraftTyped("crm_cf_share", "12,5"),
        e.DraftTyped("crm_cf_price", "1.234,5"),
        e.DraftSent(),
    )
    row = at.crm.record(at.state.chosen[0].id)
    kept = {name: row[f"cf_{name}"] for name in names}
    assert kept == {
        "due": "2026-02-28",
        "visit": "2026-12-31 09:30:00",
        "hour": "09:30",
        "share": "12.5",
        "price": "1234.5",
        "checked": "1",
        "parts": "Minor |##| Critical",
        "other": found.id,
        "keeper": "19x5",
    }


def test_a_time_that_the_clocks_leave_out_is_refused_at_its_field(at: Sitting) -> None:
    anew(at, "cf_visit | Visit | datetime | 70 | M")
    at.say(e.DraftTyped("last_name", "Nemo"), e.DraftTyped("crm_cf_visit", "2026-03-29T02:30"), e.DraftSent())
    assert {name: one.code for name, one in draft(at).problems.items()} == {"crm_cf_visit": "field-refused"}
    assert "Time zone: Europe/Rome" in said(at)


def test_a_record_that_has_gone_is_refused_at_the_field_that_points_to_it(at: Sitting) -> None:
    at.select(sample(COLLEAGUE))
    anew(at, "cf_other | Other | ref Accounts | 10 | M")
    (known,) = draft(at).offered("crm_cf_other")
    at.say(e.DraftBelongs(""), e.DraftBelongs(known.id, "crm_cf_other"))
    at.crm.remove_by_hand(known.id)
    at.say(e.DraftSent())
    assert list(draft(at).problems) == ["crm_cf_other"]


def test_what_the_crms_page_has_filled_in_is_filled_in_here(at: Sitting) -> None:
    at.crm.mandatory |= {("Contacts", "support_start_date"), ("Contacts", "emailoptout")}
    anew(at, "cf_due | Due | date | 5 | M", "cf_count | Count | integer | 7 | M | 7")
    today = at.crm.clock().astimezone(at.crm.time_zone).date().isoformat()
    own = {name: text for name, text in draft(at).entry.values.items() if name.startswith("crm_")}
    assert own == {"crm_support_start_date": today, "crm_cf_count": "7"}, "no date of an administrator's own, no tick"


@pytest.mark.parametrize("kind", ["reset", "error_500", "fatal_500", "html", "truncated_json", "empty_json"])
def test_an_answer_that_was_lost_makes_no_second_record(at: Sitting, kind: str) -> None:
    before = people(at)
    open_form(at)
    at.crm.faults.add(Fault(CREATE, kind, when="after"))
    at.say(e.DraftTyped("last_name", "Nemo"), e.DraftSent())
    assert people(at) == before + 1
    assert "Try again" in buttons(view(at.state))
    at.say(e.DraftSent())
    assert people(at) == before + 1
    assert [one.name for one in at.state.chosen] == ["Nemo"]


def test_after_more_than_a_minute_the_record_of_the_lost_answer_is_offered(at: Sitting) -> None:
    open_form(at)
    at.crm.faults.add(Fault(CREATE, "reset", when="after"))
    at.say(e.DraftTyped("last_name", "Nemo"), e.DraftSent())
    before, sent_at = people(at), draft(at).sent_at
    assert sent_at is not None
    late = replace(draft(at), sent_at=sent_at.replace(year=sent_at.year - 1))
    at.app.state = replace(at.state, draft=late)
    at.say(e.DraftSent())
    assert people(at) == before
    (offered,) = draft(at).alike
    at.say(e.DraftClosed(offered))
    assert at.state.chosen == (offered,)


def test_who_is_there_already_is_offered_and_can_be_made_all_the_same(at: Sitting) -> None:
    before = people(at)
    open_form(at)
    at.say(e.DraftTyped("first_name", "Mary"), e.DraftTyped("last_name", "Smith"), e.DraftSent())
    assert people(at) == before
    assert [one.name for one in draft(at).alike] == ["Mary Smith"]
    assert "This one is in the CRM already" in said(at)
    at.say(e.DraftSent(despite=True))
    assert people(at) == before + 1


def test_another_one_of_a_kind_takes_the_place_of_the_panes_own_choice(at: Sitting) -> None:
    at.select(sample(KNOWN))
    known = at.state.preselected
    assert known is not None
    open_form(at, "HelpDesk")
    at.say(e.DraftSent())
    assert [one.module for one in at.state.chosen] == ["Contacts", "HelpDesk"], "a ticket goes beside the person"
    at.select(sample(STRANGER))
    at.select(sample(KNOWN))
    open_form(at)
    at.say(e.DraftTyped("last_name", "Smythe"), e.DraftSent())
    at.say(e.DraftSent(despite=True))
    [made] = at.state.chosen
    assert made.id != known.id
    assert made.name.endswith("Smythe")


def test_a_search_that_fails_is_no_word_that_there_is_none(at: Sitting) -> None:
    before = people(at)
    open_form(at)
    at.crm.faults.add(Fault("mailconnectorsearch", "error_500", times=9))
    at.say(e.DraftTyped("last_name", "Nemo"), e.DraftSent())
    assert people(at) == before
    assert "Could not ask whether it is in the CRM already." in said(at)
    at.say(e.DraftSent(despite=True))
    assert people(at) == before + 1


def sent_in_vain(at: Sitting) -> None:
    """The sign-in is lost when the form is sent."""
    open_form(at)
    at.say(e.DraftTyped("last_name", "Nemo"))
    component = at.crm.component
    assert component is not None
    component.revoke_tokens("agent")
    at.say(e.DraftSent())


def test_a_sign_in_that_is_lost_keeps_what_was_typed_and_goes_on(at: Sitting) -> None:
    sent_in_vain(at)
    assert not at.state.signed_in
    assert at.state.draft is not None
    assert not at.state.draft.busy
    at.sign_in()
    assert [one.name for one in at.state.chosen] == ["Nemo"]
    assert len([one for one in at.crm.all_records("Contacts") if one["lastname"] == "Nemo"]) == 1


def test_what_one_user_began_does_not_go_on_for_another(at: Sitting) -> None:
    sent_in_vain(at)
    at.sign_in("admin")
    assert at.state.draft is None
    at.say(e.SignOutAsked())
    at.sign_in()
    assert [one for one in at.crm.all_records("Contacts") if one["lastname"] == "Nemo"] == []


def test_a_second_press_sends_no_second_request(at: Sitting) -> None:
    open_form(at)
    at.say(e.DraftTyped("last_name", "Nemo"))
    at.crm.clear_requests()
    at.at_once(e.DraftSent(), e.DraftSent())
    assert [one.operation for one in at.crm.requests].count("mailconnectorcreate") == 1
    assert [one.name for one in at.state.chosen] == ["Nemo"]


def test_another_company_is_found_by_hand(at: Sitting) -> None:
    open_form(at)
    at.say(e.DraftSought("North"))
    assert draft(at).found is not None
    found = next(one for one in draft(at).offered("company") if one.name == "Northwind Traders")
    at.say(e.DraftBelongs(found.id), e.DraftTyped("last_name", "Nemo"), e.DraftSent())
    assert at.crm.record(at.state.chosen[0].id)["account_id"] == found.id


def test_nothing_is_linked_while_a_form_is_open(at: Sitting) -> None:
    at.select(sample(KNOWN))
    at.say(e.RecordChosen(at.state.suggestions[0].record))
    open_form(at, "HelpDesk")
    at.say(e.LinkAsked())
    assert at.state.current is None
    assert at.state.drafting is not None


def test_on_a_stock_crm_its_own_page_opens(stock_pane: Sitting) -> None:
    stock_pane.crm.remove_component()
    stock_pane.select(sample(STRANGER))
    stock_pane.sign_in()
    assert stock_pane.state.forms is None
    event = buttons(view(stock_pane.state))["Contact"].on["click"]
    assert isinstance(event, e.CreationOpened)
    stock_pane.say(event)
    assert stock_pane.pages.opened == [f"{stock_pane.url}/index.php?module=Contacts&action=EditView"]
