"""What tells one mail from another: its Message-ID, and where that is not enough what the mail is made of.

The CRM's identity of a mail is ``sha1(messageid + subject)``, relations hang on that, and nothing is stored without a
Message-ID. Three kinds of ids are stored:

- The mail's own, as it is: ``<a@x.example>``. Letter case and accents count, though the CRM's database ignores them.
- Of a mail without one: what it is made of, ``<subject.text.sender.files.date@mail-connector.invalid>``.
- Of a second mail with an id and a subject that another mail in the CRM has (scanners, forwards of a draft): that id
  and a digest of what the mail is made of, ``<a@x.example><digest@mail-connector.invalid>``. With the plain id the two
  would share their records. A query for what begins with the own id finds both.

What an id of the second kind is made of (`Fingerprint`) has to come out the same wherever the same mail is read. So
what one client knows and another does not is a part of its own, ``0`` where it is unknown, and unknown is like
everything:

- subject: white space apart;
- text: the letters that a reader sees (`connector.domain.visible`), so that Outlook's HTML, line ends and the
  alternative of plain text do not count; unknown where Outlook gives no text;
- sender: the address, without letter case; unknown without one. Names do not count;
- files: size and SHA-256 of each attached file that is no picture. Clients differ in listing pictures, in calling them
  inline, and in the bytes of attached mails and appointments. Unknown where a file can't be read;
- date: the second in UTC at which the mail says that it was written. Unknown where only this mailbox's own time of
  arrival is known, which is another one in each mailbox.

Recipients are no part of it: hosts cut them off, and copies in blind are seen by the sender alone. They, and pictures,
are compared with what is in the CRM (`connector.domain.sameness`).
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Sequence
from dataclasses import astuple, dataclass

from connector.domain.address import from_raw
from connector.domain.headers import bracketed, ids, one_line
from connector.ports import RawAddress, RawMail

LONGEST = 200
"""Characters of a mail's own Message-ID; the CRM's field takes 255, and what is made of the content may follow."""
HOST = "mail-connector.invalid"
UNKNOWN, NO_FILES = "0", "1"

_MADE = re.compile(rf"<([0-9a-f]+)\.([0-9a-f]+)\.([0-9a-f]+)\.([0-9a-f]+)\.([0-9a-f]+)@{re.escape(HOST)}>")
_MORE = re.compile(rf"(?:<[0-9a-f]{{24}}@{re.escape(HOST)}>)*")


def message_id_of(mail: RawMail) -> str:
    """The mail's own Message-ID in angle brackets, else one derived from its content.

    Derived from sender, recipients, subject, the second of creation and the names of the attachments
    that are not inline (clients differ in listing those).
    """
    return own_message_id(mail.message_id) or f"<{_digest(_content(mail), 40)}@{HOST}>"


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


def own_message_id(text: str) -> str:
    """A Message-ID as it is written in a mail, in the form that the CRM can hold; empty when there is none."""
    own = next(iter(ids(text)), "") or bracketed(text)
    usable = "".join(sign if sign <= "\uffff" and sign.isprintable() else "_" for sign in own[1:-1])
    if not usable:
        return ""
    if len(usable) > LONGEST - 2:
        usable = f"{usable[: LONGEST - 43]}.{_digest(usable, 40)}"
    return f"<{usable}>"


@dataclass(frozen=True)
class Fingerprint:
    """What a mail is made of, in hexadecimal digits; `UNKNOWN` for what is not known."""

    subject: str
    text: str
    sender: str
    files: str
    date: str

    @property
    def message_id(self) -> str:
        """The Message-ID that is made of it, at most 100 characters."""
        return f"<{'.'.join(astuple(self))}@{HOST}>"


def fingerprint(
    subject: str, text: str, sender: str, files: Sequence[str] | None, date: datetime.datetime | None
) -> Fingerprint:
    """What a mail is made of.

    ``text`` are its letters, ``sender`` an address, ``files`` size and SHA-256 of each (None: not known), ``date`` an
    aware instant; empty or None what is not known.
    """
    return Fingerprint(
        subject=_digest(one_line(subject), 16),
        text=_digest(text, 20) if text else UNKNOWN,
        sender=_digest(sender.casefold(), 8) if "@" in sender else UNKNOWN,
        files=UNKNOWN if files is None else _digest(" ".join(sorted(files)), 20) if files else NO_FILES,
        date=UNKNOWN if date is None else f"{int(date.timestamp()) & 0xFFFFFFFFFF:x}",
    )


def made_of(message_id: str) -> Fingerprint | None:
    """What a stored Message-ID says that its mail is made of; None where it is no such id."""
    found = _MADE.match(message_id)
    return Fingerprint(*found.groups()) if found else None


def begins_with(message_id: str, stored: str) -> bool:
    """Whether a stored Message-ID is this one, letter by letter, or that of another mail that has this one, too."""
    return bool(message_id) and stored.startswith(message_id) and bool(_MORE.fullmatch(stored[len(message_id) :]))


def distinct(message_id: str, more: str) -> str:
    """An id for a mail whose own would be one that another mail has; ``more`` is what tells the two apart."""
    return f"{message_id}<{_digest(more, 24)}@{HOST}>"


def _digest(text: str, length: int) -> str:
    import hashlib

    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:length]
