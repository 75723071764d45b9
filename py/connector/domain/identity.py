"""What tells one mail from another: its Message-ID, or one made from its content.

The CRM's identity of a mail is ``sha1(messageid + subject)`` and nothing is stored without a
Message-ID; the same mail has to get the same one on every device and at every time.
"""

from __future__ import annotations

import datetime

from connector.domain.address import from_raw
from connector.domain.headers import bracketed, ids, one_line
from connector.ports import RawAddress, RawMail

LONGEST = 250
"""Characters of a Message-ID; the CRM's field takes 255."""


def message_id_of(mail: RawMail) -> str:
    """The mail's own Message-ID in angle brackets, else one derived from its content.

    Derived from sender, recipients, subject, the second of creation and the names of the attachments
    that are not inline (clients differ in listing those).
    """
    return own_message_id(mail.message_id) or f"<{_digest(_content(mail))}@mail-connector.invalid>"


def own_message_id(text: str) -> str:
    """A Message-ID as it is written in a mail, in the form that the CRM can hold; empty when there is none."""
    own = next(iter(ids(text)), "") or bracketed(text)
    usable = "".join(sign if sign <= "\uffff" and sign.isprintable() else "_" for sign in own[1:-1])
    if not usable:
        return ""
    if len(usable) > LONGEST - 2:
        usable = f"{usable[: LONGEST - 43]}.{_digest(usable)}"
    return f"<{usable}>"


def _content(mail: RawMail) -> str:
    sender = mail.author or mail.sender
    people = sorted({_person(one) for one in (*mail.to, *mail.cc)} - {""})
    created = ""
    if mail.created is not None:
        aware = mail.created if mail.created.tzinfo else mail.created.replace(tzinfo=datetime.UTC)
        created = aware.astimezone(datetime.UTC).isoformat(timespec="seconds")
    files = sorted(one_line(one.name) for one in mail.attachments if not one.inline)
    parts = [_person(sender) if sender else "", *people, one_line(mail.subject), created, *files]
    # Each part with its length, so that no two mails can run together into the same text.
    return f"{len(people)};{len(files)};" + "".join(f"{len(part)}:{part}" for part in parts)


def _person(raw: RawAddress) -> str:
    person = from_raw(raw)
    return (person.mail or person.name).casefold()


def _digest(text: str) -> str:
    import hashlib

    return hashlib.sha256(text.encode()).hexdigest()[:40]
