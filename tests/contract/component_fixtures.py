"""Fixtures of the component's tests: import them by name. ``stage`` runs a test twice, on the sandbox and on PHP."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

import pytest

from contract.component_crm import NOW, SIGN_IN_PAGE, Caller, Clock, Window
from contract.component_php import Bridge, PhpComponent, PhpWindow, php_server
from sandbox_crm.app import create_app
from sandbox_crm.component.component import Component
from sandbox_crm.crm import SandboxCrm
from workshop.serving import Server

PATH = "/crm"
CRM_URL = "https://crm.example.com/crm"
"""What the CRM calls itself; it is served elsewhere."""


@dataclass(frozen=True)
class Stage:
    """A CRM with its component, a caller of the component, one of the CRM alone, and a browser window.

    On PHP the component is the shipped one, the CRM behind it the sandbox; ``window`` then goes through the sign-in
    page by itself.
    """

    crm: SandboxCrm
    component: Component
    clock: Clock
    caller: Caller
    stock: Caller
    window: Window | PhpWindow
    bridge: Bridge | None = None


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Stage]:
    """The sandbox's component, served once for the tests of a module; use `sandbox_stage`."""
    clock = Clock()
    crm = SandboxCrm(clock=clock, path_prefix=PATH)
    with Server(create_app(crm)) as server:
        caller, window = Caller(server.url, crm), Window(f"{server.url}{PATH}")
        yield Stage(crm, crm.install_component(), clock, caller, caller, window)
        caller.close()
        window.close()
    crm.close()


@pytest.fixture(scope="module")
def php_component() -> Iterator[Stage]:
    """The PHP component, served once for the tests of a module."""
    clock = Clock()
    crm = SandboxCrm(clock=clock, path_prefix=PATH)
    with Server(create_app(crm)) as server, php_server(crm) as (url, bridge):
        caller, stock, window = Caller(url, crm), Caller(server.url, crm), PhpWindow(url)
        yield Stage(crm, Component(), clock, caller, stock, window, bridge)
        caller.close()
        stock.close()
        window.close()
    crm.close()


def fresh(served: Stage) -> Stage:
    """The stage as new, set up as in the examples."""
    served.clock.now = NOW
    served.crm.reset()
    served.crm.identity = None
    served.window.clear()
    served.caller.headers.clear()
    if served.bridge is None:
        component = Component(url=CRM_URL, installation="Our Company", redirects={SIGN_IN_PAGE})
        return replace(served, component=served.crm.install_component(component))
    shipped = PhpComponent(installation="Our Company", redirects={SIGN_IN_PAGE}, clock=served.clock)
    shipped.attach(served.bridge)
    return replace(served, component=shipped)


@pytest.fixture
def sandbox_stage(sandbox: Stage) -> Stage:
    """The sandbox as new, with the component as in the examples."""
    return fresh(sandbox)


@pytest.fixture(params=["sandbox", "php_component"])
def stage(request: pytest.FixtureRequest) -> Stage:
    """The sandbox's component and the PHP one, as new, set up as in the examples."""
    return fresh(request.getfixturevalue(request.param))
