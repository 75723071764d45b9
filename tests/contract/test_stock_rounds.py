"""A stock vtenext: the same suggestions as far as its queries reach, in at most three rounds of questions."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator

import pytest

from connector.errors import ConnectorError
from connector.ports import Progress, Request, Response, Transport
from connector.vtenext.client import CrmClient
from connector.vtenext.crm import Look
from connector.vtenext.gate import Gate
from connector.vtenext.stock.suggestions import suggest
from contract.office import Office
from contract.situations import Situation, World, reason_named, situations
from sandbox_crm.crm import SandboxCrm
from sandbox_crm.faults import Fault

GROUPS = 6
MOST_ROUNDS = 3


class Rounds:
    """A ``Transport`` that holds requests until nobody can go on without an answer, and then sends all: a round."""

    def __init__(self, behind: Transport) -> None:
        self._behind = behind
        self.rounds: list[list[str]] = []
        self._waiting: list[asyncio.Event] = []
        self._away = 0

    def prepare(self, request: Request | None) -> None:
        """Nothing is prepared."""

    async def send(self, request: Request, *, progress: Progress | None = None) -> Response:
        """Wait for the round, then send."""
        turn = asyncio.Event()
        self._waiting.append(turn)
        if self._away == 0 and len(self._waiting) == 1:
            asyncio.get_running_loop().call_soon(self._settle, 0)
        await turn.wait()
        self.rounds[-1].append(request.url.rpartition("/")[2])
        try:
            return await self._behind.send(request, progress=progress)
        finally:
            self._away -= 1
            if self._away == 0:
                asyncio.get_running_loop().call_soon(self._settle, 0)

    def _settle(self, turns: int) -> None:
        # What an answer causes is caused within some turns of the loop: nothing else is waited for.
        if turns < 50:
            asyncio.get_running_loop().call_soon(self._settle, turns + 1)
            return
        if self._waiting and self._away == 0:
            going, self._waiting = self._waiting, []
            self._away = len(going)
            self.rounds.append([])
            for turn in going:
                turn.set()


@pytest.fixture(scope="module")
def served() -> Iterator[Office]:
    """A CRM without the component, served once."""
    with Office.served(SandboxCrm()) as office:
        yield office
        office.crm.close()


@pytest.fixture
def office(served: Office) -> Office:
    """That CRM as new."""
    served.crm.reset()
    served.crm.faults.clear()
    return served


async def client_of(office: Office, user: str) -> tuple[CrmClient, Rounds]:
    """A client whose key has proved good, as after the first answer; its questions go in rounds."""
    session = (await office.client(user)).session
    transport = Rounds(office.transport)
    client = CrmClient(transport, session)
    client._gate = Gate(careful=False)
    return client, transport


def asked(office: Office, world: World, one: Situation) -> tuple[Look, list[list[str]]]:
    async def work() -> tuple[Look, list[list[str]]]:
        client, transport = await client_of(office, one.user)
        recent = {id_: _module(office, id_) for id_ in world.recent(one)}
        looks = [look async for look in suggest(client, one.side, world.text(one.subject), recent)]
        return looks[-1], transport.rounds

    return asyncio.run(work())


def _module(office: Office, record_id: str) -> str:
    row = office.crm.store.row(int(record_id.partition("x")[2]))
    return row.module if row is not None else "Contacts"


@pytest.mark.parametrize("group", range(GROUPS))
def test_it_suggests_what_is_right_as_far_as_queries_reach(office: Office, group: int) -> None:
    for one in situations()[group::GROUPS]:
        office.crm.reset()
        world = World(office.crm)
        world.arrange(one)
        world.delete(one)
        for module in one.hidden:
            office.crm.access.refuse(one.user, module, "access")
        office.crm.faults.add(*(Fault("query", "error_500", module, times=1000) for module in one.broken))
        look, rounds = asked(office, world, one)
        found = [(each.record.id, reason_named(each.reason), each.about) for each in look.answers.found]
        assert world.named(found) == world.right(one, one.stock), one.about
        assert len(rounds) <= MOST_ROUNDS, (one.about, rounds)
        office.crm.access.restore_rights()
        office.crm.faults.clear()


@pytest.mark.parametrize("user", ["admin", "agent", "sara"])
def test_a_second_mail_is_known_in_fewer_rounds(office: Office, user: str) -> None:
    world = World(office.crm)
    one = next(each for each in situations() if each.about == "A contact writes.")

    async def work() -> tuple[int, int]:
        client, transport = await client_of(office, user)
        for _ in range(2):
            before = len(transport.rounds)
            async for _look in suggest(client, one.side):
                pass
        return before, len(transport.rounds) - before

    first, second = asyncio.run(work())
    assert world.ids
    assert first <= MOST_ROUNDS
    assert second < MOST_ROUNDS


@pytest.mark.parametrize("kind", ["error_500", "fatal_500", "html", "reset", "maintenance_503"])
@pytest.mark.parametrize("operation", ["query", "describe", "retrieve", "listtypes"])
def test_failures_cost_no_further_round(office: Office, operation: str, kind: str) -> None:
    world = World(office.crm)
    one = next(each for each in situations() if each.about.startswith("A conversation, a number"))
    office.crm.faults.add(Fault(operation, kind, times=1000))

    async def work() -> list[list[str]]:
        client, transport = await client_of(office, "sara")
        try:
            async for _ in suggest(
                client, one.side, world.text(one.subject), dict.fromkeys(world.recent(one), "Vendors")
            ):
                pass
        except ConnectorError:
            pass
        return transport.rounds

    assert len(asyncio.run(work())) <= MOST_ROUNDS
