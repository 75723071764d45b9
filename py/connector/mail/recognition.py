"""Whether headers that Outlook hands out are those of the mail that it says is open.

Outlook's item object can be an older mail's while its calls answer for the one that is selected. But any one property
of the item can be wrong, too: its Message-ID is another than the headers' (a second line, other letter case, stamped
anew), its subject was edited or cut, its date is when it came into this mailbox. So one contradiction is not enough.

    are_of_another(headers.parse(text), mail)
"""

from __future__ import annotations

import datetime
import re
import unicodedata
from collections.abc import Iterable

from connector.mail import headers
from connector.mail.address import Address, parse_addresses
from connector.mail.headers import Headers, one_line
from connector.mail.identity import own_message_id
from connector.mail.mail import Mail
from connector.mail.skeleton import Skeleton
from connector.mail.source import Source

NEAR = datetime.timedelta(minutes=20)
"""Between the date of a mail and its arrival in a mailbox. More proves nothing: mails are moved and imported."""
LONG = 40
"""Letters of a subject that are enough where Outlook cuts it off."""
FOLDED = 300
"""Characters of a name or a subject that are compared."""
_IDS = ("Message-ID", "X-Microsoft-Original-Message-ID", "X-Original-Message-ID", "Resent-Message-ID")
_NO_WORD = re.compile(r"[^a-z0-9]+")


def is_of_another(source: Source, mail: Mail) -> bool:
    """Return whether a source is another mail's: than its headers when it was shown, or by what its properties say."""
    before = mail.source.internet_headers if mail.source is not None else ""
    if source.internet_headers and before:
        return are_two(source.head, headers.parse(before))
    return are_of_another(source.head, mail)


def is_message_of(skeleton: Skeleton, mail: Mail) -> bool:
    """Return whether this is the whole message of the mail, as far as its head tells: a mail, and no other one."""
    return skeleton.is_mail and not is_of_another(Source(whole=skeleton), mail)


def are_of_another(head: Headers, mail: Mail) -> bool:
    """Return whether the headers are another mail's. Headers with nothing in them contradict nothing.

    With an id in common it takes two contradictions; without a common id the rest has to agree. Where either side has
    no id, a subject that one side lacks is no contradiction: Outlook withholds properties, and headers come cut off.
    """
    own = mail.message_id.casefold() if mail.has_own_id else ""
    stamped = _ids(head)
    subject, sender, date = same_subject(head, mail), _sender(head, mail), _date(head, mail)
    if own and own in stamped:
        return subject is False and (sender is False or date is False)
    if not own or not stamped:
        lacking = not one_line(mail.subject) or not head.text("Subject")
        doubtful = sender is False or date is False if lacking else True
        return _names_anything(head) and ((subject is False and doubtful) or (sender is False and date is False))
    others = (subject, sender, _recipients(head, mail))
    return False in others or True not in (*others, date)


def are_two(one: Headers, other: Headers) -> bool:
    """Return whether two heads from the same Outlook are two mails'. One mail has the same at any time."""
    ids = _ids(one), _ids(other)
    if all(ids) and not ids[0] & ids[1]:
        return True
    return any(one.first(name) != other.first(name) for name in ("Subject", "From", "Date"))


def _names_anything(head: Headers) -> bool:
    return any(head.first(name) for name in ("Subject", "From", "Date", "To"))


def _ids(head: Headers) -> set[str]:
    written = " ".join(" ".join(head.all(name)) for name in _IDS)
    one_each = (value for name in _IDS for value in head.all(name))
    found = (*headers.ids(written), *one_each)
    return {own_message_id(one).casefold() for one in found} - {""}


def same_subject(head: Headers, mail: Mail) -> bool | None:
    """Return whether the subjects agree, in their plain letters, as far as the shorter one goes; None where none is."""
    here, there = one_line(mail.subject).casefold(), head.text("Subject").casefold()
    if here == there:
        return True if here else None
    plain = _NO_WORD.sub("", here), _NO_WORD.sub("", there)
    if not all(plain):
        # Signs of a character set that one of the two read otherwise prove nothing.
        return None if "\ufffd" in here + there else _folded(here) == _folded(there)
    short, long = sorted(plain, key=len)
    return short == long or (len(short) >= LONG and (long.startswith(short) or long.endswith(short)))


def _folded(text: str) -> str:
    # Of many combining signs in a row, normalising takes a time that grows with the square of their number.
    return "".join(unicodedata.normalize("NFKC", text[:FOLDED]).casefold().split())


def _sender(head: Headers, mail: Mail) -> bool | None:
    there = _mails([*_people(head, "From"), *_people(head, "Sender")])
    here = _mails([mail.author])
    return bool(here & there) if here and there else None


def _recipients(head: Headers, mail: Mail) -> bool | None:
    """Whether any recipient is the same: by address or, where Outlook gives none, by name; else whether as many are."""
    here, there = (*mail.to, *mail.cc), [*_people(head, "To"), *_people(head, "Cc")]
    for kind in (_mails, _names):
        if kind(here) and kind(there):
            return bool(kind(here) & kind(there))
    return len(here) == len(there) if here and there else None


def _date(head: Headers, mail: Mail) -> bool | None:
    written = headers.date(head)
    if written is None or mail.created is None:
        return None
    aware = mail.created if mail.created.tzinfo else mail.created.replace(tzinfo=datetime.UTC)
    return abs(aware - written) <= NEAR


def _people(head: Headers, name: str) -> Iterable[Address]:
    return (person for value in head.all(name) for person in parse_addresses(value))


def _mails(people: Iterable[Address]) -> set[str]:
    return {one.mail.casefold().replace('"', "").rstrip(".") for one in people if one.mail}


def _names(people: Iterable[Address]) -> set[str]:
    return {_folded(one.name) for one in people if one.name}
