"""Which way to the CRM a sign-in opens."""

from __future__ import annotations

from connector.crm.client import CrmClient
from connector.vtenext.component.crm import ComponentCrm
from connector.vtenext.crm import Crm
from connector.vtenext.stock.crm import StockCrm


def connected(client: CrmClient) -> Crm:
    """Return the door of the client's sign-in: a token is the component's, an access key is for stock operations."""
    return ComponentCrm(client.ask_component) if client.session.token else StockCrm(client)
