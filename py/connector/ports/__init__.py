"""What the pane needs of its surroundings, as small protocols.

`connector.browser` implements them over Office.js, fetch and the page; the tests run the same
code with real HTTP on CPython. Bytes of attachments never come here: they stay on the other
side of a `FileHandle`.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from connector.ports.content import WHOLE, AskingSource, ContentSource, Follow
from connector.ports.device import Clock, Dialog, Kept, MailboxSettings, Store, Surroundings
from connector.ports.files import GRAPH, MESSAGE, FileHandle, PartFile, Piece, WholeFile
from connector.ports.mailbox import (
    Body,
    CloudLink,
    Form,
    Mailbox,
    Marks,
    RawAddress,
    RawAttachment,
    RawMail,
    Traits,
    Unmarked,
)
from connector.ports.requests import DataUrl, FormFile, Progress, Request, Response, Text, Transport

__all__ = [
    "ARRIVAL_SECONDS",
    "GRAPH",
    "MESSAGE",
    "WHOLE",
    "AskingSource",
    "Body",
    "Clock",
    "CloudLink",
    "ContentSource",
    "DataUrl",
    "Dialog",
    "FileHandle",
    "Follow",
    "Form",
    "FormFile",
    "Kept",
    "Mailbox",
    "MailboxSettings",
    "Marks",
    "PartFile",
    "Piece",
    "Ports",
    "Progress",
    "RawAddress",
    "RawAttachment",
    "RawMail",
    "Request",
    "Response",
    "Store",
    "Surroundings",
    "Text",
    "Traits",
    "Transport",
    "Unmarked",
    "WholeFile",
]

ARRIVAL_SECONDS = 7
"""How long what was sent may take to show in the CRM, when the answer to sending it was lost."""


@dataclass(frozen=True)
class Ports:
    """All that the app needs of its surroundings. ``graph``: Microsoft Graph, where the organization switched it on."""

    mailbox: Mailbox
    transport: Transport
    store: Store
    clock: Clock
    dialog: Dialog
    surroundings: Surroundings
    settings: MailboxSettings
    arrival: float = ARRIVAL_SECONDS
    marks: Marks = field(default_factory=Unmarked)
    graph: AskingSource | None = None
