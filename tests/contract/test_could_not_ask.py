"""What could not be asked is never told as "there is none": suggestions, search, earlier copies, with and without the
component."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator

import pytest

from connector.app import events as e
from connector.app.state import Asking, State
from connector.app.views import view
from connector.errors import AnswerUnreadable, CrmFault, SignInNeeded
from connector.finding.answers import Answers
from connector.finding.records import Record
from connector.finding.suggestion import Reason, Suggestion
from connector.mail.address import Address
from connector.vtenext.stock.search import search
from connector.vtenext.stock.suggestions import suggest
from contract.both import pane, server
from contract.office import Office, sample
from contract.sitting import Sitting
from sandbox_crm.faults import Fault
from sides import side
from standin_outlook.mails import Mail
from unit.markup import buttons, find, text

__all__ = ["pane", "server"]

MARY = Address("Mary Smith", "mary.smith@northwind.example")
NOBODY = Address("", "nobody@nowhere.example")
FAILING = (
    "error_500", "fatal_500", "html", "empty_json", "truncated_json", "too_large_413", "maintenance_503", "reset"
)  # fmt: skip
"""Faults that are no word about this user's rights."""
EVERY_TIME = 1000
MAIL_MODULES = ("Contacts", "Accounts", "Vendors", "Employees", "HelpDesk")


@pytest.fixture
def office() -> Iterator[Office]:
    """A CRM without the component, and what a user needs for it."""
    with Office.served() as office:
        yield office


def suggested(office: Office, person: Address, *faults: Fault) -> Answers[Suggestion]:
    """What is suggested in the end, with these faults from the first question on."""

    async def work() -> Answers[Suggestion]:
        client = await office.client()
        await client.mail_modules()
        office.crm.faults.add(*faults)
        return [look.answers async for look in suggest(client, side(person))][-1]

    return asyncio.run(work())


def modules_of(answers: Answers[Suggestion]) -> set[str]:
    return {one.record.module for one in answers.found}


@pytest.mark.parametrize("kind", FAILING)
def test_a_module_that_fails_is_named_and_the_others_are_there(office: Office, kind: str) -> None:
    answers = suggested(office, MARY, Fault("query", kind, "Potentials", times=EVERY_TIME))
    assert modules_of(answers) == {"Contacts", "Accounts", "HelpDesk"}
    assert answers.unasked is not None
    assert answers.unasked.modules == ("Potentials",)
    assert answers.unasked.problem is not None


@pytest.mark.parametrize("kind", FAILING)
def test_where_the_person_could_not_be_asked_for_nobody_is_unknown(office: Office, kind: str) -> None:
    answers = suggested(office, NOBODY, Fault("query", kind, "Employees", times=EVERY_TIME))
    assert answers.found == ()
    assert answers.unasked is not None
    assert answers.unasked.modules == ("Employees",)


def test_where_nothing_could_be_asked_that_is_raised(office: Office) -> None:
    with pytest.raises(CrmFault):
        suggested(office, MARY, Fault("query", "error_500", times=EVERY_TIME))


def test_a_company_that_could_not_be_read_is_not_there_and_told(office: Office) -> None:
    answers = suggested(office, MARY, Fault("retrieve", "fatal_500", "Accounts"))
    assert Reason.COMPANY not in {one.reason for one in answers.found}
    assert answers.unasked is not None
    assert answers.unasked.modules == ("Accounts",)


def test_a_fault_of_a_moment_costs_one_more_call(office: Office) -> None:
    """The description shows that every field is there: so it was no hidden field, and is told."""
    answers = suggested(office, MARY, Fault("query", "error_500", "HelpDesk", times=2))
    assert answers.unasked is not None
    assert answers.unasked.modules == ("HelpDesk",)


@pytest.mark.parametrize("module", [*MAIL_MODULES, "Potentials"])
def test_a_hidden_module_was_asked(office: Office, module: str) -> None:
    office.crm.access.refuse("agent", module, "access")
    answers = suggested(office, MARY)
    assert answers.unasked is None
    assert module not in modules_of(answers)


def test_a_hidden_field_leads_to_the_description(office: Office) -> None:
    """The profile of sara hides the company's second address: the stock query is refused as a whole."""

    async def work() -> Answers[Suggestion]:
        client = await office.client("sara")
        found = [one.answers async for one in suggest(client, side(Address("", "info@northwind.example")))]
        return found[-1]

    answers = asyncio.run(work())
    assert answers.unasked is None
    assert "describe" in {one.operation for one in office.crm.requests if one.module == "Accounts"}


def test_what_was_described_is_asked_for_as_it_is(office: Office) -> None:
    """A second mail costs no refusal any more, and a record has the name that the search gives it."""

    async def work() -> tuple[set[tuple[str, str]], set[tuple[str, str]]]:
        client = await office.client("sara")
        people = side(MARY, Address("", "info@northwind.example"))
        first = [look.answers async for look in suggest(client, people)][-1]
        names = {(one.record.id, one.record.name) for one in first.found}
        office.crm.clear_requests()
        second = [look.answers async for look in suggest(client, people)][-1]
        assert {(one.record.id, one.record.name) for one in second.found} == names
        assert {one.status for one in office.crm.requests if one.module == "Accounts"} == {200}
        found = [one async for one in search(client, await client.modules(), "", "smith")][-1].answers.found
        return names, {(one.id, one.name) for one in found}

    suggested, searched = asyncio.run(work())
    assert {name for id_, name in searched if id_ in dict(suggested)} == {"Mary Smith"}
    assert suggested & searched


def test_a_lost_sign_in_is_none_of_the_modules(office: Office) -> None:
    with pytest.raises(SignInNeeded):
        suggested(office, MARY, Fault("query", "unauthorized_401", "HelpDesk"))


def searched(office: Office, module: str, *faults: Fault) -> Answers[Record]:
    async def work() -> Answers[Record]:
        client = await office.client()
        modules = await client.modules()
        office.crm.faults.add(*faults)
        return [one async for one in search(client, modules, module, "smith")][-1].answers

    return asyncio.run(work())


@pytest.mark.parametrize("kind", FAILING)
@pytest.mark.parametrize("operation", ["query", "describe"])
def test_a_search_names_the_modules_that_failed(office: Office, kind: str, operation: str) -> None:
    answers = searched(office, "", Fault(operation, kind, "Vendors", times=EVERY_TIME))
    assert "Mary Smith" in {one.name for one in answers.found}
    assert answers.unasked is not None
    assert answers.unasked.modules == ("Vendors",)


def test_a_search_in_one_module_fails_with_it(office: Office) -> None:
    with pytest.raises(AnswerUnreadable):
        searched(office, "Contacts", Fault("query", "html", "Contacts", times=EVERY_TIME))
    office.crm.faults.clear()
    with pytest.raises(CrmFault):
        searched(office, "", Fault("query", "error_500", times=EVERY_TIME))


def test_a_search_looks_at_every_address(office: Office) -> None:
    office.crm.new_record("Employees", owner="agent", lastname="Weber", other_email="private@weber.example")

    async def work() -> Answers[Record]:
        client = await office.client()
        modules = await client.modules()
        return [one async for one in search(client, modules, "", "private@weber.example")][-1].answers

    assert [one.name for one in asyncio.run(work()).found] == ["Weber"]


def test_every_module_can_be_searched(office: Office) -> None:
    office.crm.new_record("Myfiles", owner="agent", title="Price list")

    async def work() -> dict[str, list[str]]:
        client = await office.client()
        modules, found = await client.modules(), {}
        for one in modules:
            sought = [results async for results in search(client, modules, one.name, "price list")][-1]
            found[one.name] = [record.name for record in sought.answers.found]
        return found

    found = asyncio.run(work())
    assert {name: names for name, names in found.items() if "Price list" in names} == {"Myfiles": ["Price list"]}


# What the pane says -------------------------------------------------------------------------------


@pytest.fixture
def at(pane: Sitting) -> Sitting:
    pane.sign_in()
    return pane


def stranger() -> Mail:
    return sample("sender-stranger")


def said(state: State, key: str) -> str:
    return text(view(state)) if not key else " ".join(text(one) for one in find(view(state), lambda it: it.key == key))


def test_the_pane_does_not_know_whom_it_could_not_ask_for(at: Sitting) -> None:
    at.crm.broken.add("Contacts")
    at.select(stranger())
    assert at.state.suggesting is Asking.DONE
    assert "does not know" not in said(at.state, "")
    assert "No suggestions" not in said(at.state, "said")
    assert "Could not ask: Contacts." in said(at.state, "unasked")
    at.crm.broken.clear()
    (section,) = find(view(at.state), lambda one: one.key == "suggestions")
    at.say(buttons(section)["Try again"].on["click"])  # type: ignore[arg-type]
    assert "The CRM does not know" in said(at.state, "suggestions")
    assert said(at.state, "unasked") == ""


def test_the_pane_shows_what_it_has_and_what_is_missing(at: Sitting) -> None:
    at.crm.broken |= {"HelpDesk", "Potentials"}
    at.select(sample("plain-ascii"))
    shown = said(at.state, "suggestions")
    assert "Mary Smith" in shown
    assert "Could not ask: Trouble Tickets and Potentials." in shown
    assert "There may be more than is shown here." in shown


def test_the_pane_finds_no_record_only_where_all_were_asked(at: Sitting) -> None:
    at.select(sample("plain-ascii"))
    at.crm.broken.add("Accounts")
    at.say(e.SearchTyped("no such thing"), e.SearchAsked())
    assert "No record found" not in said(at.state, "")
    assert "Could not ask: Accounts." in said(at.state, "search")
    at.crm.broken.clear()
    at.say(e.SearchAsked())
    assert "No record found" in said(at.state, "search")
    at.say(e.SearchModuleChosen("Accounts"))
    at.crm.broken.add("Accounts")
    at.say(e.SearchAsked())
    assert at.state.search.asking is Asking.FAILED
    (section,) = find(view(at.state), lambda one: one.key == "search")
    assert buttons(section)["Try again"].on["click"] == e.SearchAsked()


def test_the_pane_says_that_it_could_not_look_for_the_mail(at: Sitting) -> None:
    at.crm.broken.add("Messages")
    at.select(sample("plain-ascii"))
    assert "Could not ask whether this mail is in the CRM already." in said(at.state, "stored-before")
    at.crm.broken.clear()
    at.say(e.SuggestAgainAsked())
    assert said(at.state, "stored-before") == ""


def test_who_may_not_see_mails_is_told_nothing_of_them(at: Sitting) -> None:
    at.crm.access.refuse("agent", "Messages", "access")
    at.select(sample("plain-ascii"))
    assert said(at.state, "stored-before") == ""
