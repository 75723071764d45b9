"""The doors to the CRM, each as the pane would have it: import ``door`` by name, and the fixtures that it needs."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass

import pytest

from connector.finding.results import Results
from connector.signin.password import sign_in
from connector.vtenext.client import CrmClient
from connector.vtenext.crm import Crm
from connector.vtenext.doors import connected
from connector.vtenext.session import Session
from contract.component_crm import PASSWORDS
from contract.component_fixtures import Stage, fresh, php_component, sandbox
from contract.plain_http import PlainHttp
from contract.surroundings import Files
from sandbox_crm.crm import SandboxCrm

__all__ = ["Door", "door", "php_component", "sandbox"]


@dataclass(frozen=True)
class Door:
    """One way to a CRM. ``kind`` is ``stock``, ``sandbox`` (the sandbox's component) or ``php`` (the shipped one)."""

    kind: str
    stage: Stage
    transport: PlainHttp

    @property
    def sandbox(self) -> SandboxCrm:
        """The CRM behind it."""
        return self.stage.crm

    async def open(self, user: str = "agent") -> Crm:
        """Sign in. What was asked until now is no part of the transport's requests."""
        if self.kind == "stock":
            session = await sign_in(self.transport, self.stage.stock.url, user, PASSWORDS[user])
        else:
            token = await asyncio.to_thread(self.stage.caller.token, user)
            session = Session(self.stage.caller.url, user, token=token)
        self.transport.requests.clear()
        return connected(CrmClient(self.transport, session))

    @property
    def asked(self) -> list[str]:
        """The operations that were called since."""
        return [request.url.rpartition("/")[2] for request in self.transport.requests]


@pytest.fixture(params=["stock", "sandbox", "php"])
def door(request: pytest.FixtureRequest) -> Door:
    """Each way to a CRM, as new."""
    name = "php_component" if request.param == "php" else "sandbox"
    stage = fresh(request.getfixturevalue(name))
    return Door(request.param, stage, PlainHttp(Files(), lambda: stage.crm.faults.held.values()))


async def sought_in(crm: Crm, text: str, module: str = "") -> Results:
    """Search to the end."""
    return [sought async for sought in crm.search(text, module)][-1]
