"""A stale access key costs one request, whatever is asked at the same time: five would lock its user."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from typing import Any

import pytest

from connector.errors import AnswerUnreadable, ConnectorError, CrmFault, CrmUnreachable, PermissionDenied, SignInNeeded
from connector.mail.address import Address
from connector.vtenext.client import CrmClient
from connector.vtenext.gate import Gate
from connector.vtenext.session import Session
from connector.vtenext.stock.suggestions import suggest
from contract.office import Office
from sandbox_crm.faults import Fault
from sides import side

QUERY = "SELECT id FROM Contacts WHERE email = 'mary.smith@northwind.example' LIMIT 0,1;"


@pytest.fixture
def office() -> Iterator[Office]:
    """A CRM and what a user needs for it."""
    with Office.served() as office:
        yield office


async def outcomes(*work: Any) -> list[Any]:
    """What becomes of several pieces of work at once: results and errors."""
    return await asyncio.gather(*work, return_exceptions=True)


def stale(office: Office) -> CrmClient:
    return CrmClient(office.transport, Session(office.url, "agent", access_key="no longer right"))


def test_of_twenty_calls_at_once_one_goes_out_with_a_stale_key(office: Office) -> None:
    client = stale(office)
    found = asyncio.run(outcomes(*(client.query(QUERY) for _ in range(20))))
    assert all(isinstance(one, SignInNeeded) for one in found)
    assert office.crm.failed_sign_ins("agent") == 1
    assert len(office.transport.requests) == 1


def test_once_refused_no_further_request_is_made(office: Office) -> None:
    client = stale(office)

    async def work() -> None:
        for _ in range(5):
            with pytest.raises(SignInNeeded):
                await client.query(QUERY)
        with pytest.raises(SignInNeeded):
            await client.create("Messages", {"subject": "x"})

    asyncio.run(work())
    assert office.crm.failed_sign_ins("agent") == 1


def test_suggestions_and_lists_together_cost_one(office: Office) -> None:
    client = stale(office)

    async def suggestions() -> None:
        async for _ in suggest(client, side(Address("", "mary.smith@northwind.example"))):
            pass

    found = asyncio.run(outcomes(suggestions(), client.modules(), client.mail_modules(), client.shape("Documents")))
    assert all(isinstance(one, SignInNeeded) for one in found)
    assert office.crm.failed_sign_ins("agent") == 1


def test_a_key_that_ends_between_two_rounds_costs_one(office: Office) -> None:
    async def work() -> None:
        client = await office.client()
        assert all(isinstance(one, list) for one in await outcomes(*(client.query(QUERY) for _ in range(6))))
        office.crm.renew_access_key("agent")
        found = await outcomes(*(client.query(QUERY) for _ in range(6)))
        assert all(isinstance(one, SignInNeeded) for one in found)

    asyncio.run(work())
    assert office.crm.failed_sign_ins("agent") == 1


def test_a_good_key_lets_the_others_go_together(office: Office) -> None:
    async def work() -> None:
        client = await office.client()
        office.crm.clear_requests()
        assert all(isinstance(one, list) for one in await outcomes(*(client.query(QUERY) for _ in range(10))))

    asyncio.run(work())
    assert len(office.crm.requests) == 10
    assert office.crm.failed_sign_ins("agent") == 0


def test_a_refusal_shows_that_the_key_is_good(office: Office) -> None:
    """A denied permission is no failed sign-in; who waited behind it goes on."""

    async def work() -> list[Any]:
        client = await office.client()
        office.crm.clear_requests()
        return await outcomes(client.shape("Leads"), *(client.query(QUERY) for _ in range(3)))

    found = asyncio.run(work())
    assert isinstance(found[0], PermissionDenied)
    assert all(isinstance(one, list) for one in found[1:])


def test_an_answer_that_shows_nothing_lets_the_next_one_try(office: Office) -> None:
    """A web page instead of JSON may have been an unanswered 401: the others still go one by one."""
    client = stale(office)
    office.crm.faults.add(Fault("*", "html", times=2))
    found = asyncio.run(outcomes(*(client.query(QUERY) for _ in range(8))))
    kinds = [type(one) for one in found]
    assert kinds.count(AnswerUnreadable) == 2
    assert kinds.count(SignInNeeded) == 6
    assert office.crm.failed_sign_ins("agent") == 1


def test_when_the_crm_can_not_be_reached_nobody_waits_in_vain() -> None:
    gate, asked = Gate(), 0

    async def call() -> None:
        nonlocal asked
        asked += 1
        await asyncio.sleep(0)
        raise CrmUnreachable(host="crm.example")

    async def work() -> list[Any]:
        return await outcomes(*(gate.pass_through(call()) for _ in range(5)))

    assert all(isinstance(one, CrmUnreachable) for one in asyncio.run(work()))
    assert asked == 1
    assert not gate.closed


def test_a_first_call_that_is_cancelled_holds_nobody_up() -> None:
    gate = Gate()

    async def work() -> str:
        began = asyncio.Event()

        async def forever() -> str:
            began.set()
            await asyncio.Event().wait()
            return "never"

        async def quick() -> str:
            return "done"

        first = asyncio.create_task(gate.pass_through(forever()))
        await began.wait()
        second = asyncio.create_task(gate.pass_through(quick()))
        await asyncio.sleep(0)
        assert not second.done()
        first.cancel()
        return await second

    assert asyncio.run(work()) == "done"


def test_other_failures_close_nothing() -> None:
    gate = Gate()

    async def fails(error: ConnectorError) -> None:
        raise error

    async def work() -> None:
        for error in (CrmFault(), PermissionDenied(), AnswerUnreadable()):
            with pytest.raises(type(error)):
                await gate.pass_through(fails(error))
        assert not gate.closed
        with pytest.raises(SignInNeeded):
            await gate.pass_through(fails(SignInNeeded()))
        assert gate.closed

    asyncio.run(work())


def test_a_token_of_the_component_locks_nobody_so_all_go_at_once(office: Office) -> None:
    gate, together, most = Gate(careful=False), 0, 0

    async def call() -> None:
        nonlocal together, most
        together += 1
        most = max(most, together)
        await asyncio.sleep(0)
        together -= 1

    async def work() -> None:
        await asyncio.gather(*(gate.pass_through(call()) for _ in range(4)))

    asyncio.run(work())
    assert most == 4
