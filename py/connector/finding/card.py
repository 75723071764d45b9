"""A record's card: what somebody wants to know of a person, company or case before linking a mail to it."""

from __future__ import annotations

from dataclasses import dataclass

from connector.finding.records import Record


@dataclass(frozen=True)
class LinkedMail:
    """A mail that is linked to the record. ``date`` is ISO 8601 with offset, or empty; ``by`` is who stored it."""

    subject: str
    date: str
    by: str


@dataclass(frozen=True)
class Card:
    """What the CRM says of a record. Texts are empty where the record has none, or the profile hides them.

    ``person`` and ``company`` are who is behind a case; ``company`` is also what a person belongs to. ``mails`` are the
    last that are linked and ``cases`` the open ones, as far as the user may see them; ``complete`` is false where some
    of it could not be asked. ``takes_address``: it has an empty mail field that this user may fill.
    """

    record: Record
    company: Record | None = None
    owner: str = ""
    address: str = ""
    phone: str = ""
    state: str = ""
    mails: tuple[LinkedMail, ...] = ()
    cases: tuple[Record, ...] = ()
    complete: bool = True
    takes_address: bool = False
    person: Record | None = None
