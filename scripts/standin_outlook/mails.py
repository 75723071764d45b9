"""The mails of a mailbox, and the mailbox itself.

>>> from standin_outlook.mails import Mailbox, load
>>> mailbox = Mailbox(load(Path("tests/mails")))          # doctest: +SKIP
>>> mailbox.mails[0].attachments[0].content               # doctest: +SKIP
"""

from __future__ import annotations

import dataclasses
import itertools
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from standin_outlook.mail import Address, Attachment, Format, Kind, Mail, Meeting, Sort
from standin_outlook.reading import read, read_file

__all__ = ["Address", "Attachment", "Format", "Kind", "Mail", "Mailbox", "Meeting", "Sort", "load", "read", "read_file"]

SUFFIXES = frozenset({".eml", ".mht", ".mime", ".msg.eml", ".txt"})


def load(path: Path) -> list[Mail]:
    """Read a mail file, or every ``.eml`` file in a folder and its subfolders, in order of their names."""
    if path.is_dir():
        return [read_file(found) for found in sorted(path.rglob("*.eml")) if found.is_file()]
    return [read_file(path)]


@dataclass
class Mailbox:
    """One user's mailbox, with everything that Outlook would keep for that user on its server.

    ``size_overhead``: bytes by which the declared size of an attachment exceeds its real one, as it
    does in Exchange. ``content_ids``: whether inline pictures carry their content id (Outlook leaves
    it out). ``encrypted``: how Outlook treats the attachment of an encrypted mail, "given", "empty" (zero
    bytes) or "nameless" (an empty id). ``recipient_limit``: how many recipients of one kind the item properties hold.
    ``sent_headers``: whether one's own sent mails have internet headers (in Exchange they have none).
    """

    mails: list[Mail]
    user_address: str = "sales@ourcompany.example"
    user_name: str = "Sales"
    time_zone: str = "W. Europe Standard Time"
    size_overhead: int = 212
    content_ids: bool = False
    encrypted: Literal["given", "empty", "nameless"] = "given"
    recipient_limit: int = 500
    sent_headers: bool = False
    roaming_settings: dict[str, str] = field(default_factory=dict)
    custom_properties: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        arrived, self.mails = self.mails, []
        self.add(arrived)

    def add(self, mails: Iterable[Mail]) -> list[Mail]:
        """Put mails into the mailbox; a copy of one that is there gets an id of its own."""
        added: list[Mail] = []
        taken = {mail.item_id for mail in self.mails}
        for mail in mails:
            unique = mail
            for copy in itertools.count(2):
                if unique.item_id not in taken:
                    break
                unique = dataclasses.replace(mail, item_id=f"{mail.item_id[:-1]}{copy}=")
            taken.add(unique.item_id)
            self.mails.append(unique)
            added.append(unique)
        return added

    def find(self, item_id: str) -> Mail:
        """The mail with this item id. Raises KeyError when there is none."""
        for mail in self.mails:
            if mail.item_id == item_id:
                return mail
        raise KeyError(item_id)

    def named(self, name: str) -> Mail:
        """The mail that was read from a file of this name (with or without ``.eml``). Raises KeyError."""
        for mail in self.mails:
            if name in (Path(mail.source).name, Path(mail.source).stem):
                return mail
        raise KeyError(name)

    def is_sent(self, mail: Mail) -> bool:
        """Whether the user of this mailbox wrote the mail."""
        return mail.from_ is not None and mail.from_.address.casefold() == self.user_address.casefold()

    def attachment(self, item_id: str, attachment_id: str) -> Attachment:
        """One attachment by Outlook's ids. Raises KeyError when there is none."""
        mail = self.find(item_id)
        for index, attachment in enumerate(mail.attachments):
            if mail.attachment_id(index) == attachment_id:
                return dataclasses.replace(attachment, content=b"") if self.withholds(mail) else attachment
        raise KeyError(attachment_id)

    def withholds(self, mail: Mail) -> bool:
        """Whether the attachments of this mail can't be read, because it is encrypted."""
        return self.encrypted != "given" and mail.item_class == "IPM.Note.SMIME"
