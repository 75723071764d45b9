"""A source of the open mail's content: Outlook itself, or Microsoft Graph beside it.

`connector.linking.sources` says which is asked when, and keeps the guard that it is still the same mail.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Protocol

from connector.ports.files import FileHandle, WholeFile
from connector.ports.mailbox import CloudLink, RawAttachment, RawMail

WHOLE = -1
"""The place of the whole mail, beside those of its attachments in their list."""
Follow = Callable[[RawMail, int, int, int], None]
"""Hears of a file that comes: of which mail, its place there, how many bytes are there, and its length or 0."""


class ContentSource(Protocol):
    """Hands out what is in the open mail; `connector.ports.Mailbox` is one, too.

    Each call is about the mail that is open when it is made: what an implementation needs of that (its item id, the
    list of its attachments), it takes before it first waits. The caller looks afterwards whether it is still open, and
    lets go of what it does not want (`Mailbox.drop_files`), so no call has to. Several may run at the same time.

    Each call has its own time-out: on silence, where nothing comes any more, not on length. Cancelling the awaiting
    task breaks off what is on its way. Bytes stay in JavaScript, in the place where the mailbox holds its own.

    Each raises `connector.errors.OfficeError`:

    - `NoMailOpen`, where there is none;
    - `OfficeTimeout`, where nothing came in time;
    - `SourceRefused`, where it will hand out nothing of this mail, however often it is asked: not supported, no
      consent, no right, another mailbox. It is not asked again for this mail unless the user presses once more;
    - `PressNeeded`, where the user has to sign in or to agree first;
    - `SourceBusy`, where it was told to come later, or it broke off, and further tries of its own did not help;
    - `OfficeCallFailed`, for any other failure of this one answer, as of a single attachment that it does not give.

    Subclasses of these with a ``code`` of their own have a sentence of their own (``file-…`` in
    `connector.app.remarks`).
    """

    async def headers(self) -> str:
        """Return the internet headers as text, a field a line; empty where it has none, as of mails that were sent."""
        ...

    async def read_file(self, attachment: RawAttachment) -> FileHandle | CloudLink:
        """Read one attachment of the open mail, as it stands in the list that `Mailbox.mail` gave.

        An attached mail comes as ``message/rfc822``, an appointment as ``text/calendar``: the handle's media type tells
        what it is. A `CloudLink` for one that is only a link, with an empty address where that is withheld.
        """
        ...

    async def original(self) -> WholeFile:
        """Read the whole open mail as a file, with its skeleton and its SHA-256."""
        ...


class AskingSource(ContentSource, Protocol):
    """A source for which the user may have to sign in, or to agree, before it hands out anything: Microsoft Graph.

    Nothing but `ask` ever shows the user anything.
    """

    async def head(self) -> str:
        """Return what tells the mail from others: its headers, or the same fields made of what the source knows of it.

        The caller looks whether that is the open mail: the source finds it by its id alone, which may be another's.
        """
        ...

    def unlisted(self) -> int:
        """Return how many attachments of the open mail the source has that Outlook does not list.

        0 before it was asked for its list; nothing is asked for this.
        """
        ...

    def follow(self, told: Follow) -> None:
        """Tell of files on their way from now on, a few times a second."""
        ...

    async def expect(self) -> None:
        """Find out what there is of the open mail's attachments, so that each comes at once when it is wanted."""
        ...

    async def content_ids(self) -> Mapping[str, str]:
        """Return by what the text shows the attachments, without brackets, by their ids in Outlook's list."""
        ...

    async def ask(self) -> None:
        """Ask the user for what `PressNeeded` was raised for; return once that is done.

        Called within a press of the user, as far as it is known by then that it is needed: it has to begin what needs
        the press before it first waits. It is not called a second time while it runs. Raises `PressNeeded` where the
        user closed the window or it could not be opened, so that another press may help, `SourceRefused` where it
        won't.
        """
        ...
