"""Giving a stored mail the text that it lacks, and its date, by ``revise``."""

from __future__ import annotations

from collections.abc import Mapping

from connector.linking.link import Link
from connector.linking.statement import Part
from connector.linking.zone import ServerZone, format_date, observed_offset
from connector.mail.sameness import files_by_mark, mark_of
from connector.ports import Clock, Text
from connector.vtenext.client import CrmClient, Row
from connector.vtenext.stock.correcting import corrected, unless_refused


async def completed(
    client: CrmClient, link: Link, text: Text, clock: Clock, zone: ServerZone
) -> tuple[Row, ServerZone]:
    """Change the mail; returns it as stored, empty where the CRM does not tell, and what is known of the zone now.

    Where the zone was guessed wrong, which shows in ``modifiedtime``, the date is corrected once more.
    """
    content = link.read_content

    def shown() -> str:
        return format_date(content.date, zone.offset_at(content.date, clock))

    async def change(fields: Mapping[str, str | Text]) -> Row:
        return await unless_refused(corrected(client, link.stored_mail.id, link.plan.mail.subject, fields), {})

    fields: dict[str, str | Text] = {"description": text} if text else {}
    if Part.DATE in link.lacks:
        fields |= {"mdate": shown(), "xmailer": mark_of(content.date, files=files_by_mark(link.stored_mail.row))}
    row = await change(fields) if fields else {}
    now = clock.now()
    offset = observed_offset(str(row.get("modifiedtime") or ""), (now, now))
    if Part.DATE not in link.lacks or offset is None or zone.known:
        return row, zone
    zone = zone.learn(offset, now, clock)
    return (row, zone) if row.get("mdate") == shown() else (await change({"mdate": shown()}), zone)
