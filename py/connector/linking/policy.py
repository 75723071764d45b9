"""Which source of the mail's content is asked, and when: the whole policy.

An attachment is asked of Outlook. Where Outlook does not give it, it is taken out of the whole message, which Outlook
may give all the same; that needs nobody. Only then Microsoft Graph is asked, where the organization has switched it on:
below Mailbox 1.8 Outlook gives neither, so there it comes first. The whole message is asked of Outlook, then of Graph;
of a mail without headers it is wanted for its head, so files come out of it rather than by Graph once more.
Nothing is asked again that has said for this mail that it can't (`connector.linking.sources`).
"""

from __future__ import annotations

import enum
from collections.abc import Collection, Sequence

from connector.errors import OfficeError, OfficeTooOld, SourceRefused
from connector.mail.mail import CLOUD
from connector.ports import RawAttachment


class Way(enum.Enum):
    """A way to the mail's content."""

    OFFICE = "the attachment, from Outlook"
    OFFICE_MESSAGE = "the whole message, from Outlook"
    GRAPH = "the attachment, from Microsoft Graph"
    GRAPH_MESSAGE = "the whole message, from Microsoft Graph"


FILE = (Way.OFFICE, Way.OFFICE_MESSAGE, Way.GRAPH, Way.GRAPH_MESSAGE)
MESSAGE = (Way.OFFICE_MESSAGE, Way.GRAPH_MESSAGE)
WITHOUT_HEAD = (Way.OFFICE, Way.OFFICE_MESSAGE, Way.GRAPH_MESSAGE, Way.GRAPH)
BY_GRAPH = (Way.GRAPH, Way.GRAPH_MESSAGE)
NO_MESSAGE = (Way.OFFICE, Way.GRAPH)


def of_file(attachment: RawAttachment, *, headless: bool) -> Sequence[Way]:
    """Return the ways to an attachment; ``headless``: nothing has the mail's headers. A cloud file is no part of it."""
    return NO_MESSAGE if attachment.kind == CLOUD else WITHOUT_HEAD if headless else FILE


def ways(order: Sequence[Way], refused: Collection[Way], *, graph: bool) -> Sequence[Way]:
    """Return the ways in their order, without those that have said no, and without Graph where it is off."""
    return [way for way in order if way not in refused and (graph or way in (Way.OFFICE, Way.OFFICE_MESSAGE))]


def refuses(error: OfficeError) -> bool:
    """Return whether a way that failed so would fail so for the mail's other files, too."""
    return isinstance(error, OfficeTooOld | SourceRefused)
