r"""Addresses that stand in the text of a mail, and what the text says of them. Each is a guess.

    writers("-----Original Message-----\nFrom: Mary Smith <mary@northwind.example>")

It knows the ways in which Outlook and others write the head of a forwarded mail, and the labels of web forms. What it
does not know it takes by its place: behind any label, or alone. Of a text only a beginning is read, in a time that
grows with its length.
"""

from __future__ import annotations

import enum
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import islice

from connector.finding.formnames import name_beside
from connector.finding.labels import (
    is_helper,
    is_label,
    is_mail_label,
    is_maker,
    is_other_label,
    is_recipient_label,
    is_sender_label,
    is_value_label,
    is_writer_label,
)
from connector.finding.textlines import Test, found_in, lines_of, name_in, nobody, once, people_in
from connector.mail.address import Address

_AFTER_FROM = 6
"""Lines behind a "From:" among which its "To:" stands."""
MOST_ADDRESSES = 200
"""Of a text with more of them the rest is not read: it is a list, or a log."""
_ABOVE = 6
"""Lines before an address among which its label stands."""
_WORDS = (
    r"wrote|writes|schrieb|schreibt|schreef|skrev|scrive|escreveu|escribió|kirjoitti|napsal\w*|napisał\w*|написал\w*|"
    "írta"
)
_WROTE = re.compile(rf"(?i)\b(?:{_WORDS}|ha scritto|a écrit)(?!\w)|^\W*\d[^<@]{{6,40}}<[^<>]+>:$")
_WROTE_ALONE = re.compile(rf"(?i)\W*(?:{_WORDS}|ha scritto|a écrit)\W*")
_BY = re.compile(
    r"(?i)\b(?:from|by|von|da|di|de|par|por|van|door|durch)\s+(?:[^\s:;.,<>()@][^:;.,<>()@]{0,60}\s)?"
    r"\s*[(<\[\"']?\s*(?:mailto:)?$"
)
_DID = re.compile(
    r"""(?ix) ^ \W* (?:(?:has|just|hat|ti|vi|le|vous|te|ha|a|haben|sich|s'est|est|è|si|se)\ )*
      (?: sent | submitted | wrote | requested | invited | shared | registered | booked | ordered | signed | commented
        | inviato | mandato | scritto | condiviso | registrat\w | iscritt\w | prenotato | ordinato
        | envoyé | partagé | inscrit\w? | réservé | commandé | enviado | compartido | registrado | reservado | pedido
        | richiesto | chiesto | compilato | demandé | rempli | solicitado | preguntado | asked | filled | completed
        | Ihnen | möchte | gesendet | geschickt | angemeldet | gebucht | bestellt | angefragt | ausgefüllt )\b
    | ^ \W* (?:hat | ha | a | heeft) \ (?:eine?n? | una? | une | een) \b
    """
)
_BEHALF = re.compile(
    r"(?i)\s(?:on behalf of|im auftrag von|per conto di|de la part de|au nom de|en nombre de|namens)\s"
)
_OPENS = re.compile(r"(?i)(?:^|\s)(?:from|von|da|de|par|por|van)\s*[:\uff1a]\s*$")
_CELL = re.compile(r"[\t|;,{}&]|</?(?=[a-z])")
_SIGN = re.compile(r"\s*(?:[:\uff1a=→➜»]+>?|\s[-\u2013]\s|\.{2,})\s*")
_NAMES = re.compile(r"[\"'\s]*<\s*(?:mailto:)?")
_EMPTY = re.compile(r"[^\w]*(?:mailto:)?[^\w]*")
_NAME = re.compile(r"[^\W\d_][\w.'’-]*(?:[ ,]+[^\W\d_][\w.'’-]*){0,4}\W*")
_HEAD = re.compile(r"[>|*_\s\u00a0]*(?P<label>[^:\uff1a<>@=|\t]{1,60}?)[\s*_|\u00a0]*[:\uff1a\t](?P<rest>.*)")


class _Sign(enum.IntEnum):
    """How plainly a text says that somebody wrote, or asked."""

    SAID = 0
    PLACED = 1
    """By its place: behind some label, or alone in a line or cell."""
    NAMED = 2
    OTHER = 3
    """Somebody else, by its label."""
    MADE = 4
    """Whoever has made, or hosts, the program that has sent the mail."""


@dataclass(frozen=True)
class _Place:
    """An address in a line: what stands before it in its cell, behind it there, and the cell before."""

    mail: str
    lead: str
    labels: tuple[str, ...]
    rest: str
    before: str
    whole: str
    first: bool


def writers(text: str, of_no_use: Test = nobody, beside: Test = nobody) -> tuple[Address, ...]:
    """Those who wrote what a mail passes on: a forwarded mail's sender, or a form's.

    Where these are all ours, those who got the mail; where no label says who it is, those who stand alone in a line or
    behind any label; else the only address in the text. Addresses ``of_no_use`` are passed over, those ``beside`` and a
    helpdesk's where there are others, unless a label names them.
    """
    lines = lines_of(text)
    every = (found for at in range(len(lines)) for found in _named(lines, at, of_no_use))
    named = [found for found in islice(every, MOST_ADDRESSES) if not of_no_use(found[1])]
    said = once(one for sign, one in named if sign is _Sign.SAID)
    answered = once(one for one in _answered(lines, of_no_use) if not of_no_use(one))
    if said or answered:
        return tuple(one for one in said if not is_helper(one.mail)) or said or answered
    placed = once(one for sign, one in named if sign is _Sign.PLACED)
    everybody = once(one for sign, one in named if sign is not _Sign.MADE)
    for people in (placed, everybody):
        kept = tuple(one for one in people if not (beside(one) or is_helper(one.mail)))
        if kept and (people is placed or len(kept) == 1):
            return kept
    return everybody if len(everybody) == 1 and not is_helper(everybody[0].mail) else ()


def _named(lines: list[str], at: int, of_no_use: Test) -> list[tuple[_Sign, Address]]:
    """The people in a line, and how plainly it says that they wrote.

    An address that is somebody's name, ``mary@northwind.example <x@y.example>``, counts where a program has set it.
    """
    line = lines[at]
    if "@" not in line:
        return []
    wrote = _WROTE.search(line) or (at + 1 < len(lines) and _WROTE_ALONE.fullmatch(lines[at + 1]))
    found: list[tuple[_Sign, Address]] = []
    for place in _places(line):
        if found and _NAMES.fullmatch(place.whole) and place.mail.casefold() != found[-1][1].mail.casefold():
            if not of_no_use(Address("", place.mail)):
                found[-1] = (found[-1][0], Address("", place.mail))
            continue
        sign = _Sign.SAID if wrote else _sign(lines, at, place)
        if sign is None:
            # One more of those before it, as recipients stand in a row.
            sign = found[-1][0] if found else _Sign.NAMED
        name = name_in(place.lead)
        if not name and sign is _Sign.SAID and _is_asked_for(lines, at, place):
            name = name_beside(lines, at)
        found.append((sign, Address(name, place.mail)))
    return found[::-1] if _BEHALF.search(line) else found


def _places(line: str) -> Iterator[_Place]:
    done = 0
    for mail, start, end in found_in(line):
        before, behind = line[done:start], line[end:]
        cells = _CELL.split(before)
        *labels, lead = _SIGN.split(cells[-1])
        rest = _CELL.split(behind, maxsplit=1)[0]
        last = next((one for one in reversed(cells[:-1]) if one.strip()), "")
        yield _Place(mail, lead, tuple(labels), rest, last, before, done == 0)
        done = end


def _sign(lines: list[str], at: int, place: _Place) -> _Sign | None:
    """How plainly the text says that this is who wrote; None where it says nothing of its own."""
    label = next((one for one in reversed(place.labels) if one.strip()), "")
    asked = _above_is(lines, at, is_mail_label)
    if is_recipient_label(label) and not asked:
        return _Sign.OTHER
    head = _SIGN.split(place.whole, maxsplit=1)[0] if place.first else place.whole
    if is_other_label(place.before) and place.before.rstrip().endswith(":"):
        # {"owner": {"email": …
        return _Sign.OTHER
    if _is_sought(label) or (head != place.whole and is_sender_label(head)):
        return _Sign.SAID
    if label and not is_value_label(label):
        if is_maker(place.whole):
            return _Sign.MADE
        return _Sign.OTHER if is_other_label(label) else _Sign.PLACED if is_label(label) else _Sign.NAMED
    if _is_empty(place.lead) or _NAME.fullmatch(place.lead):
        *_, cell = [one for one in _SIGN.split(place.before) if one.strip()] or [""]
        above = place.first and (asked or _headed(lines, at))
        if _is_sought(cell) or above:
            return _Sign.SAID
        if is_maker(place.whole):
            return _Sign.MADE
        if is_other_label(cell) or (place.first and _above_is(lines, at, is_other_label)):
            return _Sign.OTHER
    return _in_sentence(place)


def _is_asked_for(lines: list[str], at: int, place: _Place) -> bool:
    """Whether a form has asked for the address, so that it may have asked for the name, too."""
    before = (*place.labels, place.before, place.whole)
    return any(map(is_mail_label, before)) or _above_is(lines, at, is_mail_label)


def _in_sentence(place: _Place) -> _Sign | None:
    """The same of a place without a label."""
    if _BY.search(place.whole) or _DID.search(place.rest) or (place.first and is_sender_label(place.whole)):
        return _Sign.OTHER if is_other_label(place.whole) else _Sign.SAID
    if place.first and len(place.whole.split()) <= 5 and is_mail_label(place.whole):
        return _Sign.SAID
    if is_maker(place.whole):
        return _Sign.MADE
    if not place.first and not place.whole.strip(" <>()[],;\t"):
        return None
    alone = _is_empty(place.lead) and (place.first or _is_empty(place.rest))
    opens = place.first and _NAME.fullmatch(place.lead) and place.whole.rstrip().endswith(("<", "(", "["))
    return _Sign.PLACED if alone or opens else _Sign.NAMED


def _is_sought(label: str) -> bool:
    """Whether somebody who wrote, or asked, stands behind the label."""
    return is_mail_label(label) or is_writer_label(label)


def _is_empty(text: str) -> bool:
    """Whether nothing but signs stands there."""
    return len(text) < 20 and _EMPTY.fullmatch(text) is not None


def _above(lines: list[str], at: int) -> list[str]:
    """The lines before one, the nearest first, without empty ones."""
    return [one for one in reversed(lines[max(0, at - _ABOVE) : at]) if one.strip(" :\uff1a\t")]


def _above_is(lines: list[str], at: int, test: Callable[[str], bool]) -> bool:
    """Whether the nearest line before is such a label, and nothing else."""
    return any("@" not in one and test(one) for one in _above(lines, at)[:1])


def _headed(lines: list[str], at: int) -> bool:
    """Whether a label for people stands before, and at most a name between: a form's table has each cell in a line."""
    for one in _above(lines, at)[:2]:
        if "@" in one:
            break
        if is_writer_label(one) or _OPENS.search(one):
            return True
    return False


def _answered(lines: list[str], ours: Test) -> Iterator[Address]:
    """Those who got a forwarded mail of ours."""
    for at, line in enumerate(lines):
        found = _HEAD.fullmatch(line)
        if found and is_sender_label(found["label"]) and any(map(ours, people_in(found["rest"]))):
            for behind in map(_HEAD.fullmatch, lines[at + 1 : at + _AFTER_FROM]):
                if behind and is_recipient_label(behind["label"]):
                    yield from people_in(behind["rest"])
