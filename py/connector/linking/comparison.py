"""Compares a stored mail with the mail, property by property, from the CRM's record and from what Outlook gave.

for one in compared(mail, content, row, clocks):
    one.part, one.finding, one.details
"""

from __future__ import annotations

import datetime
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from connector.linking.message import html_of
from connector.linking.statement import Finding, Part, Statement
from connector.linking.states import Content
from connector.mail import headers, skeleton
from connector.mail.address import Address, names, parse_list
from connector.mail.body import as_kept
from connector.mail.headers import one_line
from connector.mail.identity import CERTAIN_SUBJECT
from connector.mail.mail import Mail
from connector.mail.pictures import lengths_in
from connector.mail.recognition import same_subject
from connector.mail.sameness import NO_DATE, SECOND, Clocks, addresses_of, is_marked_unsure, naive, time_from
from connector.mail.visible import Likeness, anything, letters, likeness, untorn

MOST_BLANKS = 60
"""Characters of a coded text that may be blanks and nothing else."""


def compared(
    mail: Mail,
    content: Content,
    row: Mapping[str, Any],
    clocks: Clocks,
    *,
    ours: bool,
    pictures: Sequence[int] = (),
) -> tuple[Statement, ...]:
    """Compare each property of the mail with the record, as it was last read from the CRM.

    ``ours``: this link has stored it. ``pictures`` are the lengths of those that it has written into the text.
    """
    return (
        _subject(mail, row.get("subject")),
        _sender(mail, row, ours=ours),
        _recipients(mail, content, row),
        _date(mail, content, row, clocks, ours=ours),
        _text(mail, content, row.get("description"), pictures),
    )


def _subject(mail: Mail, stored: Any) -> Statement:
    sent = one_line(mail.subject)
    if not isinstance(stored, str):
        return Statement(Part.SUBJECT, Finding.UNCOMPARED)
    copy = one_line(stored)
    copy = sent if copy == as_kept(sent) else copy
    if copy == sent and len(mail.subject) >= CERTAIN_SUBJECT and not _has_head(mail):
        return Statement(Part.SUBJECT, Finding.UNSURE, {"count": str(len(copy))})
    head = mail.source.head if mail.source is not None else headers.Headers()
    if copy == sent and sent and same_subject(head, mail) is False and (in_head := head.text("Subject")):
        return Statement(Part.SUBJECT, Finding.DOUBTED, {"subject": in_head})
    if copy == sent:
        none = Finding.NONE if _has_head(mail) else Finding.UNGIVEN
        return Statement(Part.SUBJECT, Finding.SAME if sent else none)
    if not copy:
        return Statement(Part.SUBJECT, Finding.MISSING)
    finding = Finding.CUT if sent.startswith(copy) else Finding.CHANGED
    return Statement(Part.SUBJECT, finding, {"stored": stored})


def _sender(mail: Mail, row: Mapping[str, Any], *, ours: bool) -> Statement:
    stored, name = row.get("mfrom"), row.get("mfrom_n")
    sent = mail.author.mail or mail.author.name
    if not isinstance(stored, str):
        return Statement(Part.SENDER, Finding.UNCOMPARED)
    if not sent:
        none = Finding.NONE if _has_head(mail) else Finding.UNGIVEN
        return Statement(Part.SENDER, none if not stored.strip() else Finding.UNCOMPARED, {"stored": stored})
    if not mail.author.mail:
        there = isinstance(name, str) and one_line(name) == names([mail.author])
        return Statement(Part.SENDER, Finding.UNSURE if there else Finding.MISSING, {"stored": str(name or "")})
    if stored.strip().casefold() == sent.casefold():
        # Another client may have given another name.
        known = names([mail.author])
        if ours and isinstance(name, str) and one_line(name) not in ("", known, as_kept(known)):
            return Statement(Part.SENDER, Finding.CHANGED, {"stored": name, "why": "name"})
        guessed = sent.casefold() in mail.guessed
        return Statement(Part.SENDER, Finding.NAMED if guessed else Finding.SAME, {"stored": stored})
    return Statement(Part.SENDER, Finding.CHANGED if stored.strip() else Finding.MISSING, {"stored": stored})


def _recipients(mail: Mail, content: Content, row: Mapping[str, Any]) -> Statement:
    if not all(isinstance(row.get(name), str) for name in ("mto", "mcc")):
        return Statement(Part.RECIPIENTS, Finding.UNCOMPARED)
    blind = parse_list(content.bcc)
    people = _distinct((*mail.to, *mail.cc, *blind.people))
    everybody = len(people) + mail.left_out + blind.left_out
    stored = addresses_of(row, "mto", "mcc", "mbcc")
    named = " ".join(str(row.get(name) or "") for name in ("mto_n", "mcc_n", "mbcc_n")).casefold()
    count = sum(one in stored if "@" in one else one in named for one in people)
    details = {"count": str(count), "all": str(everybody)}
    if count < everybody:
        return Statement(Part.RECIPIENTS, Finding.MISSING, details)
    if not people and not _has_head(mail):
        return Statement(Part.RECIPIENTS, Finding.UNGIVEN)
    if named_only := sum("@" not in one or one in mail.guessed for one in people):
        return Statement(Part.RECIPIENTS, Finding.NAMED, {"count": str(named_only), "all": str(len(people))})
    # Blind recipients of one's own mail stand only in its headers.
    foreign = bool(mail.author.mail) and not mail.sent and mail.author.mail.casefold() not in mail.guessed
    if mail.addressed is None or not (foreign or _has_head(mail)):
        return Statement(Part.RECIPIENTS, Finding.UNSURE, details)
    return Statement(Part.RECIPIENTS, Finding.SAME if people else Finding.NONE, details)


def _has_head(mail: Mail) -> bool:
    return mail.source is not None and mail.source.has_head


def _distinct(people: Iterable[Address]) -> list[str]:
    return list(dict.fromkeys((one.mail or one.name).casefold() for one in people if one.mail or one.name))


def _date(mail: Mail, content: Content, row: Mapping[str, Any], clocks: Clocks, *, ours: bool) -> Statement:
    written = row.get("mdate")
    shown = time_from(written) if isinstance(written, str) else None
    if shown is None:
        zeros = isinstance(written, str) and written.startswith(NO_DATE)
        return Statement(Part.DATE, Finding.MISSING if zeros else Finding.UNCOMPARED)
    details = {"stored": str(written)}
    if is_marked_unsure(row):
        arrived = mail.created is not None and clocks.certain and _is_at(shown, mail.created, clocks)
        return Statement(Part.DATE, Finding.ARRIVAL if arrived else Finding.UNDATED, details)
    if not content.dated:
        # The client that stored it knew more.
        return Statement(Part.DATE, Finding.UNCOMPARED, details)
    same = _is_at(shown, content.date, clocks)
    if clocks.certain:
        return Statement(Part.DATE, Finding.SAME if same else Finding.CHANGED, details)
    return Statement(Part.DATE, Finding.LIKELY if same and not ours else Finding.UNSURE, details)


def _is_at(shown: datetime.datetime, instant: datetime.datetime, clocks: Clocks) -> bool:
    return abs(shown - naive(instant) - clocks.offset(instant)) <= SECOND


def _text(mail: Mail, content: Content, stored: Any, pictures: Sequence[int]) -> Statement:
    if not isinstance(stored, str):
        return Statement(Part.TEXT, Finding.UNCOMPARED)
    sent = html_of(content)
    found = likeness(sent, stored)
    lost = Counter(pictures) - Counter(lengths_in([stored])) if pictures else Counter[int]()
    if found is Likeness.SAME and lost:
        there = str(len(pictures) - lost.total())
        return Statement(Part.TEXT, Finding.UNPICTURED, {"count": there, "all": str(len(pictures))})
    if found is Likeness.SAME:
        return Statement(Part.TEXT, Finding.SAME if anything(sent) else _ungiven(mail))
    if found is Likeness.CUT:
        count, of = len(letters(untorn(stored))), len(letters(sent))
        return Statement(Part.TEXT, Finding.CUT, {"count": str(count), "all": str(of)})
    finding = {Likeness.EMPTY: Finding.MISSING, Likeness.UNKNOWN: Finding.UNCOMPARED, Likeness.OTHER: Finding.CHANGED}
    return Statement(Part.TEXT, finding[found])


def _ungiven(mail: Mail) -> Finding:
    """Return what a missing text means: only the whole message shows whether there is one."""
    whole = mail.source.whole if mail.source is not None else None
    if whole is None or any(part.media_type in skeleton.SEALED for part in whole.parts):
        return Finding.UNGIVEN
    if any(map(_shows_text, whole.parts)):
        return Finding.WITHHELD
    nothing = whole.complete and not any(part.is_text and part.length for part in whole.parts)
    return Finding.NONE if nothing else Finding.UNGIVEN


def _shows_text(part: skeleton.Part) -> bool:
    """Whether a reader certainly sees something of it: HTML may be all tags, and a code may stand for blanks."""
    plain = part.is_text and part.media_type == "text/plain"
    coded = part.head.first("Content-Transfer-Encoding").strip().lower() not in ("", "7bit", "8bit", "binary")
    return plain and part.length > (MOST_BLANKS if coded else 0)


def lacking(content: Content, row: Mapping[str, Any]) -> frozenset[Part]:
    """Return what a record lacks and Outlook has given by now: a text, or a date that is more than one of arrival."""
    lacks = set()
    stored = row.get("description")
    if isinstance(stored, str) and not anything(stored) and anything(html_of(content)):
        lacks.add(Part.TEXT)
    if is_marked_unsure(row) and content.dated:
        lacks.add(Part.DATE)
    return frozenset(lacks)
