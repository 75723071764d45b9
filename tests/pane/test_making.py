"""A record is made out of a mail in the running pane: one press links it, errors stand at fields, keys do all."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import expect

from pane.clock import awaited
from pane.counter import expect_suggestions, visit
from pane.desk import Desk
from pane.shift import AN_HOUR, until_struck
from pane.test_axe import ALL, AXE, RUN
from pane.test_keyboard import expect_focus, go, press
from sandbox_crm.faults import Fault

pytestmark = pytest.mark.browser

STRANGER, KNOWN = "sender-stranger", "plain-ascii"


@pytest.fixture
def at(component_pane: Desk) -> Iterator[Desk]:
    """Signed in, on a mail of somebody whom the CRM does not know."""
    with visit(component_pane) as there:
        there.show(STRANGER)
        yield there


def open_form(at: Desk, name: str = "Contact") -> None:
    at.pane.get_by_role("group", name="Create in the CRM:").get_by_role("button", name=name, exact=True).click()
    expect(at.pane.locator(".frame")).to_have_attribute("data-screen", "create")


def test_somebody_unknown_is_made_a_contact_and_linked_by_keyboard(at: Desk) -> None:
    at.sign_in()
    open_form(at)
    expect_focus(at, "^input#draft-last_name")
    press(at, "Enter")
    expect(at.pane.get_by_text("“Last Name” is needed. Fill it in.")).to_be_visible()
    expect_focus(at, "^input#draft-last_name")
    expect(at.pane.get_by_label("Last Name")).to_have_attribute("aria-invalid", "true")
    at.page.keyboard.type("Nemo")
    go(at, "^textarea#draft-description")
    at.page.keyboard.type("first line\nsecond line")
    go(at, "^button# Create: Contact")
    press(at, "Enter")
    expect_focus(at, "^button#link Link to Nemo")
    made = at.crm.find("Contacts", lastname="Nemo")
    assert made["email"] == "stranger@nowhere.example"
    assert made["description"] == "first line\nsecond line"
    press(at, "Enter")
    at.expect_linked("Nemo")


def test_a_form_has_what_the_crm_wants_and_not_what_the_profile_hides_and_names_who_is_alike(
    at: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    at.crm.mandatory |= {("Contacts", "department"), ("Contacts", "leadsource")}
    shown = at.crm.access.fields
    monkeypatch.setattr(
        at.crm.access, "fields", lambda user, module: {k: v for k, v in shown(user, module).items() if k != "title"}
    )
    at.sign_in()
    open_form(at)
    expect(at.pane.get_by_label("Office Phone")).to_be_visible()
    expect(at.pane.get_by_label("Title")).to_have_count(0)
    at.pane.get_by_label("First Name").fill("Mary")
    at.pane.get_by_label("Last Name").fill("Smith")
    create = at.pane.get_by_role("button", name="Create: Contact")
    create.click()
    expect_focus(at, "^select#draft-crm_leadsource")
    expect(at.pane.get_by_label("Department (needed)")).to_have_attribute("aria-invalid", "true")
    at.pane.get_by_label("Department (needed)").fill("Buying")
    at.pane.get_by_label("Lead Source (needed)").select_option("Trade Show")
    create.click()
    expect(at.pane.get_by_role("button", name="Choose Mary Smith")).to_be_visible()
    at.pane.get_by_role("button", name="Create all the same").click()
    expect(at.pane.get_by_role("button", name="Link to Mary Smith")).to_be_focused()
    made = [one for one in at.crm.all_records("Contacts") if one["lastname"] == "Smith" and one["firstname"] == "Mary"]
    assert [(one["department"], one["leadsource"]) for one in made if one["department"]] == [("Buying", "Trade Show")]
    assert len(made) == 2


OWN_FIELDS = (
    "cf_due | Renewal | date | 5 | M",
    "cf_visit | Next Visit | datetime | 70 | M",
    "cf_hour | Best Hour | time | 73 | M",
    "cf_price | Price | currency 8,2 | 71 | M",
    "cf_terms | Terms Accepted | boolean | 56 | M",
    "cf_parts | Interests | picks ticketseverities | 33 | M",
    "cf_other | Buys From | ref Accounts,Vendors | 10 | M",
)


def test_each_kind_of_the_crms_own_fields_has_its_control(at: Desk) -> None:
    for line in OWN_FIELDS:
        at.crm.make_field("Contacts", line)
    at.sign_in()
    open_form(at)
    field = at.pane.get_by_label
    field("Last Name").fill("Nemo")
    create = at.pane.get_by_role("button", name="Create: Contact")
    create.click()
    expect_focus(at, "^input#draft-crm_cf_due")
    expect(at.pane.get_by_text("“Terms Accepted” has to be ticked.")).to_be_visible()
    field("Renewal (needed)").fill("2028-02-29")
    field("Next Visit (needed)").fill("2026-12-01T14:30")
    field("Best Hour (needed)").fill("09:15")
    field("Price · € (needed)").fill("1.234")
    field("Terms Accepted (needed)").check()
    field("Feature").check()
    field("Minor").check()
    field("Search: Buys From").fill("north")
    at.pane.get_by_role("button", name="Northwind Traders").click()
    expect(field("Buys From (needed)")).to_have_value("3x10")
    create.click()
    expect_focus(at, "^input#draft-crm_cf_price")
    expect(field("Price · € (needed)")).to_have_attribute("aria-invalid", "true")
    field("Price · € (needed)").fill("1,234.50")
    create.click()
    expect(at.pane.get_by_role("button", name="Link to Nemo")).to_be_focused()
    made = at.crm.find("Contacts", lastname="Nemo")
    assert {name: made[f"cf_{name}"] for name in ("due", "visit", "hour", "price", "terms", "parts", "other")} == {
        "due": "2028-02-29",
        "visit": "2026-12-01 14:30:00",
        "hour": "09:15",
        "price": "1234.50",
        "terms": "1",
        "parts": "Minor |##| Feature",
        "other": "3x10",
    }


@pytest.mark.deep("axe at the running pane")
def test_axe_finds_nothing_in_a_form_with_errors(at: Desk) -> None:
    at.sign_in()
    open_form(at, "Account")
    at.pane.get_by_label("Account Name").fill("")
    at.pane.get_by_label("Email").fill("nobody at home")
    at.pane.get_by_role("button", name="Create: Account").click()
    expect(at.pane.locator("[aria-invalid=true]")).to_have_count(2)
    at.pane.evaluate(AXE.read_text("utf-8"))
    assert at.pane.evaluate(RUN, ALL) == []


def test_a_network_that_breaks_in_the_middle_makes_no_second_record(at: Desk) -> None:
    at.allowed.append("Failed to load resource")
    at.sign_in()
    open_form(at)
    at.pane.get_by_label("Last Name").fill("Nemo")
    at.crm.faults.add(Fault("mailconnectorcreate", "reset", when="after"))
    at.pane.get_by_role("button", name="Create: Contact").click()
    again = at.pane.get_by_role("button", name="Try again")
    expect(again).to_be_focused()
    expect(at.pane.get_by_label("Last Name")).to_have_value("Nemo")
    again.click()
    expect(at.pane.get_by_role("button", name="Link to Nemo")).to_be_focused()
    assert len([one for one in at.crm.all_records("Contacts") if one["lastname"] == "Nemo"]) == 1


def test_who_may_make_nothing_is_offered_nothing(at: Desk) -> None:
    for module in ("Contacts", "Accounts", "HelpDesk"):
        at.crm.refuse("agent", module, "create")
    at.sign_in()
    expect(at.pane.get_by_text("The CRM does not know stranger@nowhere.example")).to_be_visible()
    awaited(at.page, lambda: "mailconnectorforms" in [one.operation for one in at.crm.requests], "nobody asked")
    at.show(KNOWN)
    expect_suggestions(at)
    expect(at.pane.get_by_role("group", name=re.compile("^Create"))).to_have_count(0)


def test_nothing_moves_when_the_crm_answers(at: Desk) -> None:
    """The search stays where it is from the first look at a mail to the card of its sender."""

    def place() -> float:
        box = at.pane.get_by_role("searchbox").bounding_box()
        assert box is not None
        return box["y"]

    at.sign_in()
    expect(at.pane.get_by_text("The CRM does not know stranger@nowhere.example")).to_be_visible()
    at.crm.faults.add(Fault("mailconnectorfind", "slow", delay=AN_HOUR))
    at.show(KNOWN)
    until_struck(at)
    person = at.pane.locator(".person")
    expect(person).to_contain_text("Looking in the CRM")
    before = place()
    at.crm.faults.add(Fault("mailconnectorrecord", "slow", delay=AN_HOUR))
    at.crm.faults.release()
    expect_suggestions(at)
    awaited(at.page, lambda: len(at.crm.faults.struck) > 1, "the card was never asked for")
    between = place()
    at.crm.faults.release()
    expect(person).to_contain_text("Owner: Luca Conti")
    assert (before, between) == (place(), place())
