"""The mark that a linked mail carries in the mailbox: when it was linked, and to which CRM.

It is a custom property of the item, which every device of this mailbox reads at once and without a network. It names
no record and no person: the CRM's address only as a hash, so that the mark of one CRM counts in that one alone.

    filed_at(mark(now, crm_url), crm_url) == now
"""

from __future__ import annotations

import datetime
import hashlib
import json

LONGEST = 200
"""Characters of a mark."""


def mark(when: datetime.datetime, crm_url: str) -> str:
    """Return the mark of a mail that was linked then; ``when`` is aware, ``crm_url`` normalised."""
    at = when.astimezone(datetime.UTC).isoformat(timespec="seconds")
    return json.dumps({"when": at, "hash": _hash(crm_url)})


def filed_at(text: str, crm_url: str) -> datetime.datetime | None:
    """Return when a mail with this mark was linked to the CRM; None for no mark, another CRM's, and what is none."""
    if not text or len(text) > LONGEST:
        return None
    try:
        kept = json.loads(text)
        when = datetime.datetime.fromisoformat(kept["when"])
        same = kept["hash"] == _hash(crm_url)
    except (ValueError, TypeError, KeyError, RecursionError):
        return None
    return when if same and when.tzinfo is not None else None


def _hash(crm_url: str) -> str:
    return hashlib.sha256(crm_url.encode("utf-8", "replace")).hexdigest()[:16]
