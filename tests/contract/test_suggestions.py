"""Suggestions from a stock vtenext: who wrote, their company, and what is open for both."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator

import pytest

from connector.finding.suggestion import Reason, Suggestion
from connector.mail.address import Address
from connector.vtenext.stock.suggestions import suggest
from contract.office import Office
from sides import side

MARY = Address("Mary Smith", "mary.smith@northwind.example")
SPARE_PARTS = ("Northwind: spare parts contract", Reason.OPPORTUNITY, "Mary Smith")
COLD_STORE = ("Northwind: cold store 2027", Reason.OPPORTUNITY, "Northwind Traders")
COMPANY = ("Northwind Traders", Reason.COMPANY, "Mary Smith")


@pytest.fixture
def office() -> Iterator[Office]:
    """A CRM without the component, and what a user needs for it."""
    with Office.served() as office:
        yield office


def suggested(office: Office) -> list[tuple[Suggestion, ...]]:
    """What is suggested for a mail from Mary, each time that it changes; the log holds what was asked for it."""

    async def work() -> list[tuple[Suggestion, ...]]:
        client = await office.client()
        await client.mail_modules()
        office.crm.clear_requests()
        return [look.answers.found async for look in suggest(client, side(MARY))]

    return asyncio.run(work())


def told(suggestions: tuple[Suggestion, ...]) -> set[tuple[str, Reason, str]]:
    return {(one.record.name, one.reason, one.about) for one in suggestions}


def test_the_company_and_all_that_is_open_are_asked_for_together(office: Office) -> None:
    people, everything = suggested(office)
    assert [one.record.name for one in people] == ["Mary Smith"]
    assert {COMPANY, COLD_STORE, SPARE_PARTS} <= told(everything)
    assert not any("pilot installation" in one.record.name for one in everything), "that is won"
    later = [(one.operation, one.module) for one in office.crm.requests][-3:]
    assert sorted(later) == [("query", "HelpDesk"), ("query", "Potentials"), ("retrieve", "Accounts")]


def test_of_a_company_that_the_user_may_not_see_nothing_is_suggested(office: Office) -> None:
    number = office.crm.find("Accounts", accountname="Northwind Traders").id.partition("x")[2]
    row = office.crm.store.row(int(number))
    assert row is not None
    row.owner = 6  # Sara's, which sales does not see
    office.crm.store.save(row)
    _, everything = suggested(office)
    assert SPARE_PARTS in told(everything)
    assert not {COMPANY[0], COLD_STORE[0]} & {one.record.name for one in everything}
