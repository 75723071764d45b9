r"""Mails that are attached to another one, as a text tells who wrote them.

forwarded(head)     # "From: Mary Smith <mary@northwind.example>\nTo: …", which `connector.finding.intext` reads
"""

from __future__ import annotations

from connector.mail.address import full, parse_addresses
from connector.mail.headers import Headers

MOST_WRITTEN = 5
"""People of one field. Of somebody who writes to a crowd the crowd is no help."""


def forwarded(head: Headers) -> str:
    """Return the head of an attached mail as it stands above a forwarded one; empty where it names no author."""
    fields = ((field, full(parse_addresses(head.first(field))[:MOST_WRITTEN])) for field in ("From", "Reply-To", "To"))
    written = [f"{field}: {people}" for field, people in fields if people]
    return "\n".join((*written, "\n")) if written and written[0].startswith("From") else ""
