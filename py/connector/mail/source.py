"""The mail as it was sent, as far as Outlook hands that out."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from connector.mail import headers
from connector.mail.headers import Headers
from connector.mail.skeleton import Skeleton


@dataclass(frozen=True)
class Source:
    """What was asked of Outlook beyond the properties.

    ``internet_headers`` as text; empty where it has none, as of mails that were sent. ``whole`` is the skeleton of
    the whole message; None where it was not asked for, or can't be had. ``content_ids`` are ids of attachments and by
    what the text shows them, where something tells that without it. ``unlisted``: how many attachments another source
    has that Outlook does not list.
    """

    internet_headers: str = ""
    content_ids: tuple[tuple[str, str], ...] = ()
    whole: Skeleton | None = None
    unlisted: int = 0

    @cached_property
    def head(self) -> Headers:
        """The mail's head; without fields where nothing of it is known."""
        head = headers.parse(self.internet_headers)
        return head if self.whole is None else head.filled(self.whole.head)

    @property
    def has_head(self) -> bool:
        """Whether the head is known, so that what does not stand there is not in the mail."""
        return self.head.of_a_mail
