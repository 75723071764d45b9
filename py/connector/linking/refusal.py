"""Why the CRM did not take a mail, without its files: the user may not store any, or it is too large.

PHP drops a body over its ``post_max_size``, and vtenext answers what it got, which is nothing: that the permission is
denied. So where the mail is large and the CRM says elsewhere that the user may store mails, it was the size.
"""

from __future__ import annotations

from connector.errors import ConnectorError, MailTooLarge, MessagesDenied, PermissionDenied
from connector.linking.link import Upload
from connector.linking.storage import Storage
from connector.ports import DataUrl

SMALL = 100_000
"""Bytes of a mail that every server takes."""


async def why_not_taken(storage: Storage, error: ConnectorError, upload: Upload) -> ConnectorError:
    """What to say of a mail that was refused with this error. Raises `ConnectorError` where the CRM can't be asked."""
    size = size_of(upload)
    if isinstance(error, PermissionDenied):
        may = size >= SMALL and await storage.may_store()
        if not may:
            return MessagesDenied(**error.details)
    return MailTooLarge(**{"size": str(size), **error.details})


def size_of(upload: Upload) -> int:
    """About as many bytes as the mail's record takes in a request."""
    size = 0
    for value in upload.record.values():
        for piece in [value] if isinstance(value, str) else value:
            size += piece.file.size * 4 // 3 if isinstance(piece, DataUrl) else len(piece.encode("utf-8", "replace"))
    return size
