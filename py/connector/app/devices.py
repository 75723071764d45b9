"""The list of devices on which the user is signed in, and ending the sign-in on one of them."""

from __future__ import annotations

from connector.app import events as e
from connector.app.connection import Connection
from connector.app.parts import Pane
from connector.app.work import Work
from connector.errors import ConnectorError, Problem, SignInNeeded
from connector.ports import Transport
from connector.vtenext.component import operations as component
from connector.vtenext.session import Session


class Devices:
    """Asks for the list while it is shown."""

    def __init__(self, transport: Transport, pane: Pane, work: Work, crm: Connection) -> None:
        self._transport, self._pane, self._work, self._crm = transport, pane, work, crm

    def cause(self, event: e.Event) -> None:
        """Ask for the list, or end the sign-in on a device."""
        shown, session = self._pane.state.devices is not None, self._crm.session
        match event:
            case e.DevicesToggled() if shown and session is not None:
                self._work.begin("devices", self._list(session))
            case e.DevicesToggled():
                self._work.stop("devices")
            case e.DeviceEndAsked(device) if shown and session is not None:
                self._work.begin("devices", self._list(session, device))
            case _:
                pass

    async def _list(self, session: Session, ending: str = "") -> None:
        """List where the user is signed in; before that, end the sign-in on one device."""
        try:
            if ending:
                await component.end_device(self._transport, session, ending)
            self._pane.dispatch(e.DevicesCame(await component.devices(self._transport, session)))
        except SignInNeeded:
            raise
        except ConnectorError as error:
            self._pane.dispatch(e.DevicesFailed(Problem(error.code, error.details)))
