"""A mail stored and related in one request, where the component does that (``mailconnectorlink``).

It answers with what `Link` wants to know: the stored mail, its Documents, and what of it is related by now. A stock
vtenext, and an older component, take one step after the other.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from connector.crm.client import WHOLE, CrmClient
from connector.crm.relating import MOST_TARGETS, answer_from, final
from connector.domain.linking import FileState, Link
from connector.domain.readback import document_from, matched
from connector.domain.records import is_record_id
from connector.errors import AnswerError, AnswerUnreadable, OperationMissing, RequestTooLarge


async def look_whether_whole(client: CrmClient) -> None:
    """Ask the component whether it has the operation. Where it does not say, that stays open, and the error is raised.

    To be asked shortly before it is used: a browser asks the server for leave, and again some seconds later.
    """
    try:
        await client.ask_component(WHOLE, {})
    except RequestTooLarge:
        # Only the parameters were missing, as of an upload over PHP's limit.
        client.links_whole = True
    except OperationMissing:
        client.links_whole = False
    except AnswerError:
        client.links_whole = None
        raise


def whole_targets(client: CrmClient, link: Link) -> tuple[str, ...]:
    """The records to which storing the mail relates it at once; empty where it does not."""
    ids = tuple(record.id for record in link.targets)
    return ids if client.links_whole and not link.piecewise and len(ids) <= MOST_TARGETS else ()


def taken_in(link: Link, result: Mapping[str, Any]) -> Link:
    """The link of a stored mail with what the operation's result tells. Raises `AnswerUnreadable` where it is none.

    Where a file has no Document there, or the mail other copies, the CRM is still to be read.
    """
    answer = answer_from(result)
    rows = result.get("documents")
    if not isinstance(rows, list) or not all(isinstance(row, dict) and is_record_id(row.get("id")) for row in rows):
        raise AnswerUnreadable(reason=WHOLE)
    files, _ = matched(link.files, [document_from(row, near=True) for row in rows], ours=True)
    whole = result.get("copies") == [link.stored_mail.id] and not any(one.state is FileState.READ for one in files)
    link = link.with_related(answer.related, final(answer.refused))
    return replace(link, files=files, read_back=True) if whole else link
