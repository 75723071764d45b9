"""Whether a mail that stands in the CRM is the open one.

A Message-ID does not decide it: scanners and ERP systems send all their mails with one and the same, a forwarded
draft keeps its own, and the CRM's database finds ids that differ in letter case and accents. To take another mail for
this one loses a mail; to take this one for another stores it twice. So it is **another** where something is certainly
different, and the same otherwise. What is not known on one side, or may come out otherwise for one mail, is never
certain:

| property | certainly different | never counts |
|---|---|---|
| Message-ID | any other letter, case and accents included | – |
| subject | other words | a cut at the end, characters that the CRM's database replaced, white space |
| date | another second, both dates from the mail itself | a date of arrival; a whole shift of zones that nobody knows |
| text | other letters (`connector.mail.visible`) | no text on one side; a cut for which there is a reason |
| sender | an address that neither Outlook nor the head tells, or any other where no text was the same | names; none |
| files | other bytes under the same name (`connector.linking.readback.contradict`) | what was not compared |
| recipients | each side has one more, both named by Outlook and the head | lists that are cut off; order; names |
| | each side has one more, in a mail without its own id | |
| a made id | a part that both know (`connector.mail.identity.Fingerprint`) | a part that one does not know |

In a mail without its own id something that tells has to be the same as well: text, files, date, or the second of its
arrival where no more is known of either.

The date, which decides among the mails of a scanner, is written into the record twice: ``mdate`` in the server's own
zone, for people, and in UTC in ``xmailer`` (`mark_of`), which also says where it is no more than a time of arrival. A
record of another program has no such mark: its ``mdate`` is compared in the zone that is believed to be the server's.
A stock vtenext hands out no file: what the files were made of that were sent with a mail stands in its mark, too.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from connector.mail.headers import one_line
from connector.mail.identity import NO_FILES, UNKNOWN, Fingerprint, Sought, made_of
from connector.mail.visible import alike, decoded, letters

PROGRAM = "Mail Connector"
_TIME = r"(\d{4}-\d\d-\d\d \d\d:\d\d:\d\d) UTC"
_SENT = re.compile(rf"{PROGRAM}; sent {_TIME}(?:; .*)?")
_UNSURE = re.compile(rf"{PROGRAM}; date unsure(?:, came {_TIME})?(?:; .*)?")
_FILES = re.compile(rf"{PROGRAM}; .*; files ((?:[0-9a-f]{{8}})+)")
_DIGITS, _MOST_FILES = 8, 20
_ONE_FILE = re.compile(rf".{{{_DIGITS}}}")
"""Digits of a file's SHA-256 that stand in a mark, and files for which the field has room."""
_ASTRAL = re.compile("[\U00010000-\U0010ffff]")
_ADDRESS = re.compile(r'(?:"(?:[^"\\]|\\.)*+"|[^,"]|")++')
"""One of several addresses; a comma in quotation marks parts none: ``"hara,ada"@x.example``."""
_MARKUP = re.compile(r"(?i)<(?!!|/?(?:br|a)\b)")
_LOST = re.compile("[^\x20-\x7e]|\\?")
SHORTEST_CUT = 200
"""Characters of a subject that are kept at least where one is cut."""
SECOND = datetime.timedelta(seconds=1)
QUARTER = datetime.timedelta(minutes=15)
HOUR, FURTHEST = datetime.timedelta(hours=1), datetime.timedelta(hours=14)
"""Zones differ by whole quarters of an hour, from one another by so much at most as far as they are guessed."""
NO_DATE = "0000-"
"""Begins what the CRM tells of a date that its database could not hold."""
DAY = datetime.timedelta(days=1)


@dataclass(frozen=True)
class Original:
    """The open mail, as far as it is known; ``html`` is what would be stored as its text.

    ``ids`` are its own Message-IDs. ``date`` is None where only the time of ``arrived`` is known, the one in this
    mailbox. ``recipients`` are addresses without letter case. So are ``writers`` and ``everybody``: all addresses under
    which the sender and the recipients are known, and empty where Outlook or the head does not tell all of them.
    ``plain``: Outlook gave the text in its plain form only.
    """

    ids: tuple[str, ...]
    subject: str
    sender: str
    recipients: frozenset[str]
    html: str
    date: datetime.datetime | None
    arrived: datetime.datetime | None
    made: Fingerprint
    writers: frozenset[str] = frozenset()
    everybody: frozenset[str] = frozenset()
    plain: bool = False


@dataclass(frozen=True)
class Clocks:
    """How ``mdate`` is to be read: ``offset`` east of UTC at an instant, and whether that is certain."""

    offset: Callable[[datetime.datetime], datetime.timedelta]
    certain: bool


def mark_of(
    date: datetime.datetime | None, came: datetime.datetime | None = None, files: Sequence[str] | None = ()
) -> str:
    """What ``xmailer`` says of a stored mail: when it was sent, or where that is not known when it came.

    ``files`` are the SHA-256 of those that are sent with it; None where not all are known.
    """
    if date is not None:
        said = f"sent {_second(date)}"
    else:
        said = "date unsure" if came is None else f"date unsure, came {_second(came)}"
    short = sorted(one[:_DIGITS] for one in files or ())
    noted = f"; files {''.join(short)}" if 0 < len(short) <= _MOST_FILES else ""
    return f"{PROGRAM}; {said}{noted}"


def _second(instant: datetime.datetime) -> str:
    return f"{naive(instant).isoformat(' ', 'seconds')} UTC"


def is_marked_unsure(row: Mapping[str, Any]) -> bool:
    """Whether the record says that its date is no more than a time of arrival."""
    return bool(_UNSURE.fullmatch(_text(row, "xmailer").strip()))


def came_by_mark(row: Mapping[str, Any]) -> datetime.datetime | None:
    """When the record says that its mail came into the mailbox, in UTC; None where it does not."""
    marked = _UNSURE.fullmatch(_text(row, "xmailer").strip())
    return time_from(marked[1]) if marked and marked[1] else None


def files_by_mark(row: Mapping[str, Any]) -> tuple[str, ...]:
    """The beginnings of the SHA-256 of the files that were sent with the mail; empty where the record does not say."""
    marked = _FILES.fullmatch(_text(row, "xmailer").strip())
    return tuple(_ONE_FILE.findall(marked[1])) if marked else ()


def sent_by_mark(row: Mapping[str, Any]) -> datetime.datetime | None:
    """When the record says that its mail was sent, in UTC; None where it does not."""
    marked = _SENT.fullmatch(_text(row, "xmailer").strip())
    return time_from(marked[1]) if marked else None


def sent_otherwise(date: datetime.datetime | None, row: Mapping[str, Any]) -> bool:
    """Whether the record says for certain that its mail was sent at another time."""
    sent = sent_by_mark(row)
    return date is not None and sent is not None and abs(sent - naive(date)) > SECOND


def is_same(mail: Original, row: Mapping[str, Any], clocks: Clocks) -> bool:
    """Whether the record is the mail's, by the rule above."""
    stored_id = _text(row, "messageid")
    made = None if mail.ids else made_of(stored_id)
    if not Sought((), mail.ids).fits(stored_id):
        return False
    if made is not None and _parts_differ(mail.made, made):
        return False
    date = same_date(mail.date, mail.arrived, row, clocks)
    size = row.get("html_bytes")
    known = size if isinstance(size, int) else 0
    text = alike(mail.html, _text(row, "description"), sure=date is True, size=known)
    if text is False and date is True and mail.plain is not _is_plain(_text(row, "description")):
        # The plain form of a mail need not say what its HTML says.
        text = None
    if date is False or text is False or same_subject(mail.subject, row.get("subject")) is False:
        return False
    if (text is not True and _differ(mail.sender, _text(row, "mfrom"))) or _is_of_others(mail, row):
        return False
    if made is None:
        return True
    files = made.files == mail.made.files and made.files not in (UNKNOWN, NO_FILES)
    telling = files or text is True or date is True or _arrived_together(mail, row, clocks)
    return telling and not _recipients_differ(mail.recipients, row)


TWIN = ("subject", "xmailer", "mfrom", "mto", "mcc", "mbcc")


def is_twin(one: Mapping[str, Any], other: Mapping[str, Any]) -> bool:
    """Whether two records come from one and the same upload: nothing but their dates in the CRM may differ."""
    known = "messageid" in one and one["messageid"] == other.get("messageid")
    alike_in = all(_text(one, name).strip() == _text(other, name).strip() for name in TWIN)
    return known and alike_in and letters(_text(one, "description")) == letters(_text(other, "description"))


def same_subject(sent: str, stored: Any, *, decode: bool = True) -> bool | None:
    """Whether a stored subject is the mail's; None where the database may have replaced what makes the difference."""
    if not isinstance(stored, str):
        return None
    mine, copy = (one_line(decoded(text) if decode else text) for text in (sent, stored))
    cut = len(copy) >= SHORTEST_CUT
    if mine == copy or (cut and mine.startswith(copy)):
        return True
    if "?" in copy and not mine.isascii():
        # Each character that the database can't hold has become one question mark, or four.
        for one, other in ((_ASTRAL.sub("????", mine), copy), (_LOST.sub("", mine), _LOST.sub("", copy))):
            if one == other or (cut and one.startswith(other)):
                return None
    return False


def same_date(
    written: datetime.datetime | None, arrived: datetime.datetime | None, row: Mapping[str, Any], clocks: Clocks
) -> bool | None:
    """Whether the record's date is that of the mail; None where one of them is not certain."""
    sent = sent_by_mark(row)
    shown = time_from(_text(row, "mdate"))
    if written is None:
        # A mail does not arrive before it is written.
        early = sent is not None and arrived is not None and sent - naive(arrived) > DAY
        return False if early else None
    date = naive(written)
    if sent is not None:
        return abs(sent - date) <= SECOND
    if shown is None:
        return None
    if is_marked_unsure(row):
        return False if date - shown > DAY else None
    difference = shown - date - clocks.offset(written)
    if abs(difference) <= SECOND:
        return True
    if _is_shift(difference, clocks):
        return None
    late = None if arrived is None else shown - naive(arrived) - clocks.offset(arrived)
    return None if late is not None and _is_shift(late, clocks) else False


def _is_shift(difference: datetime.timedelta, clocks: Clocks) -> bool:
    """Whether two times may be one and the same, written in two zones."""
    rest = difference % QUARTER
    most = HOUR if clocks.certain else FURTHEST
    return abs(difference) <= most + SECOND and min(rest, QUARTER - rest) <= SECOND


def _arrived_together(mail: Original, row: Mapping[str, Any], clocks: Clocks) -> bool:
    """Whether the record's date is that of the mail's arrival in this mailbox, and none knows more."""
    shown = time_from(_text(row, "mdate"))
    if mail.date is not None or mail.arrived is None or not is_marked_unsure(row):
        return False
    if (came := came_by_mark(row)) is not None:
        return abs(came - naive(mail.arrived)) <= SECOND
    return shown is not None and abs(shown - naive(mail.arrived) - clocks.offset(mail.arrived)) <= SECOND


def _parts_differ(mine: Fingerprint, other: Fingerprint) -> bool:
    """Whether the ids tell. The text does not: it is compared itself, as other clients may give it in another form."""
    pairs = [(mine.subject, other.subject), (mine.sender, other.sender), (mine.files, other.files)]
    return any(one != two and UNKNOWN not in (one, two) for one, two in [*pairs, (mine.date, other.date)])


def _differ(one: str, other: str) -> bool:
    return "@" in one and "@" in other and one.strip().casefold() != other.strip().casefold()


def _is_of_others(mail: Original, row: Mapping[str, Any]) -> bool:
    """Whether sender or recipients are certainly others. A list that rewrites senders is a recipient itself."""
    stored = _text(row, "mfrom").strip().casefold()
    known = mail.writers | mail.recipients
    if mail.writers and "@" in stored and stored.isascii() and stored not in known:
        return True
    return bool(mail.everybody) and _recipients_differ(mail.everybody, row)


def addresses_of(row: Mapping[str, Any], *fields: str) -> frozenset[str]:
    """The addresses in some fields of a record, without letter case."""
    lists = (_text(row, name) for name in fields)
    parts = (found[0].strip().casefold() for text in lists for found in _ADDRESS.finditer(text))
    return frozenset(one for one in parts if "@" in one)


def _recipients_differ(mine: frozenset[str], row: Mapping[str, Any]) -> bool:
    stored = addresses_of(row, "mto", "mcc", "mbcc")
    return bool(mine - stored and stored - mine)


def _is_plain(html: str) -> bool:
    """Whether a stored text was made of plain text: it has no tags but for line breaks and links."""
    return not _MARKUP.search(html)


def _text(row: Mapping[str, Any], name: str) -> str:
    value = row.get(name)
    return value if isinstance(value, str) else ""


def time_from(text: str) -> datetime.datetime | None:
    """A time as the CRM writes it, on its own clock; None where it is none."""
    try:
        return datetime.datetime.fromisoformat(text.strip()[:19]).replace(tzinfo=None)
    except ValueError:
        return None


def naive(instant: datetime.datetime) -> datetime.datetime:
    """The instant in UTC, without saying so."""
    return instant.astimezone(datetime.UTC).replace(tzinfo=None) if instant.tzinfo else instant
