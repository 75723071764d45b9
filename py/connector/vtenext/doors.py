"""Which way to the CRM a sign-in opens."""

from __future__ import annotations

from connector.linking.storage import Storage
from connector.vtenext.client import CrmClient
from connector.vtenext.component.crm import ComponentCrm
from connector.vtenext.component.storage import ComponentStorage
from connector.vtenext.crm import Crm
from connector.vtenext.stock.crm import StockCrm
from connector.vtenext.stock.storage import StockStorage


def connected(client: CrmClient) -> Crm:
    """Return the door of the client's sign-in: a token is the component's, an access key is for stock operations."""
    return StockCrm(client) if client.session.stock else ComponentCrm(client.ask_component)


def storing(client: CrmClient) -> Storage:
    """Return where the client's sign-in stores mails. To be kept as long as the sign-in: it learns of the CRM."""
    if client.session.stock:
        return StockStorage(client)
    return ComponentStorage(client.ask_component, client.prepare_component)
