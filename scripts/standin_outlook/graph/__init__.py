"""A stand-in of Microsoft Graph over the stand-in Outlook's mailbox, and of the sign-in that Outlook does for add-ins.

entra = Entra(client_id=CLIENT)
graph = Graph(mailbox, entra)
with Server(graph, certificate=…) as server: ...     # lead https://graph.microsoft.com there
page.expose_function("askedOfMicrosoft", entra.answer)
page.add_init_script(BRIDGE)  # Outlook's nestedAppAuthBridge, which asks that
assert all(one.path.startswith("/v1.0/me/messages/") for one in graph.log)
"""

from standin_outlook.graph.app import Graph
from standin_outlook.graph.entra import BRIDGE, Entra
from standin_outlook.graph.faults import Fault

__all__ = ["BRIDGE", "Entra", "Fault", "Graph"]
