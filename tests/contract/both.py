"""A stock CRM and one with the component: import the fixtures by name, and a test runs on both.

``at`` is an office, with ``mary`` and ``company``; ``pane`` is a sitting before a CRM that a module's tests share.
``stock_pane`` is one before a stock CRM, on which a test may install the component.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator

import pytest

from connector.finding.records import Record
from connector.linking.link import Link
from connector.linking.receipt import Receipt, receipt_of
from connector.vtenext.client import CrmClient
from contract.office import Office
from contract.sitting import Sitting, served
from sandbox_crm.component.component import Component
from sandbox_crm.crm import SandboxCrm
from standin_outlook.mails import Mail


@pytest.fixture(params=["stock", "component"])
def at(request: pytest.FixtureRequest) -> Iterator[Office]:
    crm = SandboxCrm()
    if request.param == "component":
        crm.install_component()
    with Office.served(crm) as office:
        yield office
        crm.faults.release()
    crm.close()


@pytest.fixture
def mary(at: Office) -> Record:
    return at.record("Contacts", firstname="Mary", lastname="Smith")


@pytest.fixture
def company(at: Office) -> Record:
    return at.record("Accounts", accountname="Northwind Traders")


@pytest.fixture(scope="module", params=["stock", "component"])
def server(request: pytest.FixtureRequest) -> Iterator[tuple[SandboxCrm, str]]:
    with served(SandboxCrm(component=Component() if request.param == "component" else None)) as running:
        yield running


@pytest.fixture(scope="module")
def stock_server() -> Iterator[tuple[SandboxCrm, str]]:
    with served(SandboxCrm()) as running:
        yield running


@pytest.fixture(scope="module")
def component_server() -> Iterator[tuple[SandboxCrm, str]]:
    with served(SandboxCrm(component=Component())) as running:
        yield running


@pytest.fixture
def stock_pane(stock_server: tuple[SandboxCrm, str]) -> Iterator[Sitting]:
    crm, url = stock_server
    crm.reset()
    crm.remove_component()
    with Sitting(crm, url) as sitting:
        yield sitting


@pytest.fixture
def pane(server: tuple[SandboxCrm, str]) -> Iterator[Sitting]:
    crm, url = server
    crm.reset()
    with Sitting(crm, url) as sitting:
        yield sitting


async def client_of(at: Office) -> CrmClient:
    """A new sign-in, which knows nothing of what was before."""
    if at.crm.component is None:
        return await at.client()
    return await at.component_client()


def link(at: Office, one: Mail, *records: Record) -> Link:
    """Link in a pane that was just opened."""

    async def work() -> Link:
        return await at.linker(await client_of(at)).run(at.plan(one, *records))

    done = asyncio.run(work())
    assert done.failure is None
    return done


def receipt(at: Office, one: Mail, *records: Record) -> Receipt:
    return receipt_of(link(at, one, *records))
