"""The date of a stored mail, on the clock of the CRM's server."""

from __future__ import annotations

from dataclasses import replace

from connector.linking.link import Link
from connector.linking.moves import Event
from connector.linking.zone import ServerZone, format_date, observed_offset
from connector.mail.sameness import NO_DATE
from connector.ports import Clock
from connector.vtenext.client import CrmClient
from connector.vtenext.stock.correcting import corrected, unless_refused


async def dated(client: CrmClient, clock: Clock, zone: ServerZone, link: Link) -> tuple[Link, ServerZone]:
    """The server's clock shows in ``createdtime``; where its zone was guessed wrong, correct the mail.

    Returns the link and what is known of the zone now.
    """
    stored, content = link.stored_mail, link.read_content
    now = clock.now()
    offset = observed_offset(stored.created, (link.began or now, link.answered or now))
    if offset is not None:
        zone = zone.learn(offset, now, clock)
        date = format_date(content.date, zone.offset_at(content.date, clock))
        if date != stored.date and not stored.date.startswith(NO_DATE):
            correcting = corrected(client, stored.id, link.plan.mail.subject, {"mdate": date})
            row = await unless_refused(correcting, {}) or await unless_refused(client.retrieve(stored.id), {})
            # Without an answer nothing is known, the date least of all.
            row = row or {**stored.row, "mdate": ""}
            stored = replace(stored, row=row, whole="description" in row)
    return link.moved(Event.DATED, copy=replace(link.standing, mail=stored, dated=True)), zone
