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

from standin_outlook.items import is_sent
from standin_outlook.mail import Address, Attachment, Format, Kind, Mail, Meeting, Sort
from standin_outlook.manners import Manners
from standin_outlook.reading import read, read_file

__all__ = [
    "Address",
    "Attachment",
    "Format",
    "Kind",
    "Mail",
    "Mailbox",
    "Manners",
    "Meeting",
    "Sort",
    "load",
    "read",
    "read_file",
]

SUFFIXES = frozenset({".eml", ".mht", ".mime", ".msg.eml", ".txt"})


def load(path: Path) -> list[Mail]:
    """Read a mail file, or every ``.eml`` file in a folder and its subfolders, in order of their names."""
    if path.is_dir():
        return [read_file(found) for found in sorted(path.rglob("*.eml")) if found.is_file()]
    return [read_file(path)]


@dataclass
class Mailbox:
    """One user's mailbox, with everything that Outlook would keep for that user on its server.

    ``manners``: how this Outlook treats add-ins. ``permission`` is what the add-in's manifest asks for.
    """

    mails: list[Mail]
    user_address: str = "sales@ourcompany.example"
    user_name: str = "Sales"
    time_zone: str = "W. Europe Standard Time"
    manners: Manners = field(default_factory=Manners)
    roaming_settings: dict[str, str] = field(default_factory=dict)
    custom_properties: dict[str, str] = field(default_factory=dict)
    permission: str = "ReadItem"

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
        return is_sent(mail, self.user_address)
