"""Opening the CRM's own pages in a window."""

from __future__ import annotations

from connector.app import events as e
from connector.app.parts import Pane
from connector.ports import Surroundings
from connector.vtenext import url


class Opening:
    """Opens the page of a record, or the form for a new one."""

    def __init__(self, surroundings: Surroundings, pane: Pane) -> None:
        self._surroundings, self._pane = surroundings, pane

    def cause(self, event: e.Event) -> None:
        """Open the page that is asked for."""
        crm_url = self._pane.state.crm_url
        match event:
            case e.RecordOpened(record) if crm_url:
                self._surroundings.open_page(url.record_page(crm_url, record.module, record.id))
            case e.CreationOpened(module) if crm_url:
                self._surroundings.open_page(url.creation_page(crm_url, module))
            case _:
                pass
