"""Where a component and an identity provider are put into the sandbox CRM."""

from __future__ import annotations

import datetime
import threading
from collections.abc import Callable

from ..identity import IdentityProvider
from ..rest.operations import Operation
from .component import Component
from .operations import OPERATIONS


class ComponentHost:
    """The part of `crm.SandboxCrm` that a component and an identity provider are put into."""

    lock: threading.RLock
    clock: Callable[[], datetime.datetime]
    operations: dict[str, Operation]
    component: Component | None = None
    identity: IdentityProvider | None = None
    """Signs users in on the CRM's own login page, where it is set: single sign-on."""

    def install_component(self, component: Component | None = None) -> Component:
        """Install the component, as the Module Manager does; returns it."""
        with self.lock:
            self.component = component or Component()
            self.component.clock = lambda: self.clock()
            self.operations |= OPERATIONS
            return self.component

    def remove_component(self) -> None:
        """Remove the component with its tokens; everything else stays."""
        with self.lock:
            self.component = None
            for name in OPERATIONS:
                self.operations.pop(name, None)
