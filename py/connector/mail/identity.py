"""What tells one mail from another: its Message-ID, and where that is not enough what the mail is made of.

The CRM's identity of a mail is ``sha1(messageid + subject)``, relations hang on that, and nothing is stored without a
Message-ID. Three kinds of ids are stored:

- The mail's own, as it is: ``<a@x.example>``. Letter case and accents matter, though the CRM's database ignores them.
- Of a mail without one: what it is made of, ``<subject.text.sender.files.date@mail-connector.invalid>``.
- Of a second mail with an id and a subject that another mail in the CRM has (scanners, forwards of a draft): that id
  and a digest of what the mail is made of, ``<a@x.example><digest@mail-connector.invalid>``. With the plain id the two
  would share their records. A query for what begins with the own id finds both.

What an id of the second kind is made of (`Fingerprint`) has to come out the same wherever the same mail is read. So
what one client knows and another does not is a part of its own, ``0`` where it is unknown, and unknown is like
everything:

- subject: white space apart;
- text: the letters that a reader sees (`connector.mail.visible`), so that Outlook's HTML, line ends and the
  alternative of plain text do not count; unknown where Outlook gives no text;
- sender: the address, without letter case; unknown without one. Names do not count;
- files: size and SHA-256 of each attached file that is no picture. Clients differ in listing pictures, in calling them
  inline, and in the bytes of attached mails and appointments. Unknown where a file can't be read;
- date: the second in UTC at which the mail says that it was written. Unknown where only this mailbox's own time of
  arrival is known, which is another one in each mailbox.

Recipients are no part of it: hosts cut them off, and copies in blind are seen by the sender alone. They, and pictures,
are compared with what is in the CRM (`connector.mail.sameness`).
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Sequence
from dataclasses import astuple, dataclass

from connector.mail.headers import bracketed, ids, one_line

LONGEST = 200
"""Characters of a mail's own Message-ID; the CRM's field takes 255, and what is made of the content may follow."""
HOST = "mail-connector.invalid"
UNKNOWN, NO_FILES = "0", "1"
CERTAIN_SUBJECT = 255
"""Of a subject, every Outlook gives so many characters."""

_MADE = re.compile(rf"<([0-9a-f]+)\.([0-9a-f]+)\.([0-9a-f]+)\.([0-9a-f]+)\.([0-9a-f]+)@{re.escape(HOST)}>")
_MORE = re.compile(rf"(?:<[0-9a-f]{{24}}@{re.escape(HOST)}>)*")


def own_message_id(text: str) -> str:
    """A Message-ID as it is written in a mail, in the form that the CRM can hold; empty when there is none."""
    own = next(iter(ids(text)), "") or bracketed(text)
    written = own[1:-1]
    usable = "".join(sign if sign <= "\uffff" and sign.isprintable() else "_" for sign in written)
    if not usable:
        return ""
    if len(usable) > LONGEST - 2 or usable != written:
        # What is cut off or replaced tells it from others.
        usable = f"{usable[: LONGEST - 43]}.{_digest(written, 40)}"
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

    Of the subject only what every Outlook gives is used. ``text`` are its letters, ``sender`` an address, ``files``
    size and SHA-256 of each (None: not known), ``date`` an aware instant; empty or None what is not known.
    """
    return Fingerprint(
        subject=_digest(one_line(subject[:CERTAIN_SUBJECT]), 16),
        text=_digest(text, 20) if text else UNKNOWN,
        sender=_digest(sender.casefold(), 8) if "@" in sender else UNKNOWN,
        files=UNKNOWN if files is None else _digest(" ".join(sorted(files)), 20) if files else NO_FILES,
        date=UNKNOWN if date is None else f"{int(date.timestamp()) & 0xFFFFFFFFFF:x}",
    )


def made_of(message_id: str) -> Fingerprint | None:
    """What a stored Message-ID says that its mail is made of; None where it is no such id."""
    found = _MADE.match(message_id)
    return Fingerprint(*found.groups()) if found else None


@dataclass(frozen=True)
class Sought:
    """What a mail is looked for by: the ``beginnings`` of Message-IDs, ``%`` in them for anything; ``own`` are its own.

    Some mails have several: in two lines, or in one.
    """

    beginnings: tuple[str, ...]
    own: tuple[str, ...] = ()

    def fits(self, stored: str) -> bool:
        """Whether a stored Message-ID may be the mail's: its own letter by letter, or one that is made of a mail."""
        made = made_of(stored)
        return any(begins_with(one, stored) for one in self.own or ((made.message_id,) if made else ()))


def sought_by(made: Fingerprint) -> Sought:
    """What to look for a mail without its own id by, whatever was not known of it then."""
    subject, text, date = made.subject, made.text, made.date
    if date != UNKNOWN:
        texts = ("%",) if text == UNKNOWN else (text, UNKNOWN)
        return Sought((f"<{subject}.%.{date}@", *(f"<{subject}.{one}.%.{UNKNOWN}@" for one in texts)))
    if text != UNKNOWN:
        return Sought((f"<{subject}.{text}.", f"<{subject}.{UNKNOWN}."))
    return Sought((f"<{subject}.",))


def sought_unread(message_id: str, subject: str) -> Sought:
    """What to look for a mail by, of which nothing has been read: its own id, else its subject."""
    return sought_own([message_id]) if message_id else sought_by(fingerprint(subject, "", "", None, None))


def sought_own(ids: Sequence[str]) -> Sought:
    """What to look for a mail with its own ids by."""
    return Sought(tuple(ids), tuple(ids))


def begins_with(message_id: str, stored: str) -> bool:
    """Whether a stored Message-ID is this one, letter by letter, or that of another mail that has this one, too."""
    return bool(message_id) and stored.startswith(message_id) and bool(_MORE.fullmatch(stored[len(message_id) :]))


def distinct(message_id: str, more: str) -> str:
    """An id for a mail whose own would be one that another mail has; ``more`` is what tells the two apart."""
    return f"{message_id}<{_digest(more, 24)}@{HOST}>"


def _digest(text: str, length: int) -> str:
    import hashlib

    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:length]
