"""The addresses that are asked of Microsoft Graph. All are about one mail: the open one.

Source: Microsoft Graph REST API v1.0, ``message`` and ``attachment``.
"""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import quote, urlsplit

GRAPH = "https://graph.microsoft.com"
"""The only host of Graph that is asked. Tests answer in its place."""
HOST = "graph.microsoft.com"
READ, READ_SHARED = "Mail.Read", "Mail.Read.Shared"
"""The permissions: to read the user's mails, and those of mailboxes that are shared with the user."""
IMMUTABLE = {"Prefer": 'IdType="ImmutableId"'}
"""Asks for ids that stay when a mail is moved; Outlook's own attachment ids are others then."""
LISTED = "id,name,contentType,size,isInline"
NAMED = "id,microsoft.graph.fileAttachment/contentId"
"""What a list tells of each attachment; only files have content ids, which are asked for by that type."""


@dataclass(frozen=True)
class Place:
    """Where a mail lies: ``item_id`` as Outlook gives it; ``mailbox`` is the address of a shared one, else empty."""

    item_id: str
    mailbox: str = ""

    @property
    def scope(self) -> str:
        """The permission that reading it takes."""
        return READ_SHARED if self.mailbox else READ


def rest_id(office_id: str) -> str:
    """Return an id of Outlook as Graph knows it, as ``convertToRestId`` does; one that is such already stays.

    Exchange's ids are base64, and Graph's the form of it for addresses, which Outlook gives on telephones.
    """
    return office_id.replace("/", "-").replace("+", "_")


def message(place: Place) -> str:
    """Return the address of a mail."""
    mailbox = f"users/{quote(place.mailbox, safe='@')}" if place.mailbox else "me"
    return f"{GRAPH}/v1.0/{mailbox}/messages/{_part(place.item_id)}"


def whole(place: Place) -> str:
    """Return the address of a mail as it was sent, in MIME."""
    return f"{message(place)}/$value"


def headers(place: Place) -> str:
    """Return the address of a mail's internet headers, and of what tells it from others where it has none."""
    return f"{message(place)}?$select=internetMessageHeaders,internetMessageId,subject,from,sentDateTime"


def attachments(place: Place, told: str = LISTED) -> str:
    """Return the address of the list of a mail's attachments, without their content; ``told`` is what it tells."""
    return f"{message(place)}/attachments?$select={told}"


def content(place: Place, attachment_id: str) -> str:
    """Return the address of an attachment's bytes; of an attached mail that is its MIME."""
    return f"{message(place)}/attachments/{_part(attachment_id)}/$value"


def link(place: Place, attachment_id: str) -> str:
    """Return the address of an attachment that is only a link, with what it leads to."""
    return f"{message(place)}/attachments/{_part(attachment_id)}"


def following(place: Place, address: str) -> str:
    """Return the address of a further page of the list of the mail's attachments; empty where this is none.

    Graph writes paths in its own way (``users('…')/messages('…')``, or with signs escaped), so only the question behind
    it is taken: nothing but this mail is asked for, wherever the address leads.
    """
    parts = urlsplit(address)
    whose = (parts.scheme.lower(), (parts.hostname or "").lower(), parts.path.rpartition("/")[2].lower())
    if whose != ("https", HOST, "attachments") or not parts.query:
        return ""
    return f"{attachments(place).partition('?')[0]}?{parts.query}"


def _part(office_id: str) -> str:
    return quote(rest_id(office_id), safe="=")
