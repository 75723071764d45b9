"""The open mail, as the pane understands it."""

from __future__ import annotations

import datetime
from dataclasses import dataclass

from connector.domain.address import Address, from_raw, same
from connector.domain.identity import message_id_of, own_message_id
from connector.ports import RawAttachment, RawMail, Traits

CLOUD = "cloud"
ITEM = "item"


@dataclass(frozen=True)
class Mail:
    """One mail: who wrote it to whom, and what it carries.

    ``sent`` is true for the mailbox owner's own mails. ``correspondents`` are the people that
    suggestions are asked for: the author of a received mail, the recipients of a sent one.
    ``message_id`` is never empty: it is derived from the mail where Outlook has none (``has_own_id`` false).
    """

    traits: Traits
    message_id: str
    subject: str
    author: Address
    to: tuple[Address, ...]
    cc: tuple[Address, ...]
    created: datetime.datetime | None
    attachments: tuple[RawAttachment, ...]
    sent: bool
    correspondents: tuple[Address, ...]
    has_own_id: bool = True

    @property
    def key(self) -> str:
        """What this mail is known by in the pane; never empty, and another for another mail (`Traits.key`)."""
        return self.traits.key

    @property
    def declared_size(self) -> int:
        """Bytes of all attachments as Outlook declares them; the real ones are known after reading."""
        return sum(attachment.size for attachment in self.attachments)


def mail_from(raw: RawMail, user_address: str) -> Mail:
    """Understand what Outlook gives; ``user_address`` tells the owner's sent mails from received ones."""
    writer = raw.author or raw.sender
    author = from_raw(writer) if writer else Address("", "")
    to = tuple(from_raw(person) for person in raw.to)
    cc = tuple(from_raw(person) for person in raw.cc)
    own = Address("", user_address)
    sent = bool(user_address) and same(author, own)
    people = (*to, *cc) if sent else (author,)
    return Mail(
        traits=raw.traits,
        message_id=message_id_of(raw),
        subject=raw.subject,
        author=author,
        to=to,
        cc=cc,
        created=raw.created,
        attachments=raw.attachments,
        sent=sent,
        correspondents=_distinct(people, own),
        has_own_id=bool(own_message_id(raw.message_id)),
    )


def _distinct(people: tuple[Address, ...], own: Address) -> tuple[Address, ...]:
    seen: dict[str, Address] = {}
    for person in people:
        if person.mail and not same(person, own):
            seen.setdefault(person.mail.casefold(), person)
    return tuple(seen.values())
