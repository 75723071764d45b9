r"""Addresses that stand in the text of a mail, and what the text says of them. Each is a guess.

    writers("-----Original Message-----\nFrom: Mary Smith <mary@northwind.example>")
    undelivered("<mary@northwind.example>: host unknown")

Known are the ways in which Outlook and others write the head of a forwarded mail, the labels of web forms, and reports
of mail servers. Of a text only a beginning is read, in a time that grows with its length.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator

from connector.mail.address import Address
from connector.mail.addresslist import is_mail
from connector.mail.headers import one_line

LONGEST_TEXT, LONGEST_LINE, MOST_LINES = 100_000, 1_000, 3_000
_MAIL = re.compile(r"[^\s@<>()\[\]{}\"',;:|\\]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,8}")
_LINE = re.compile(
    r"[>|*_\s\u00a0\u200b-\u200f\ufeff-]*(?P<label>[^:\uff1a<>@=|\t]{1,60}?)[\s*_\u00a0]*"
    r"(?:[:\uff1a=|\t]|\s[-\u2013]\s|\s{2,})[\s*_|=\u00a0]*(?P<rest>.*)"
)
_FROM = frozenset(
    (
        "from|da|von|de|desde|expéditeur|remitente|mittente|absender|van|afzender|fra|afsender|från|avsändare|"
        "lähettäjä|od|nadawca|odesílatel|odosielateľ|feladó|de la|expeditor|από|kimden|gönderen|от|від|от кого|"
        "отправитель|pošiljatelj|saatja|no|nuo|frá|发件人|寄件者|差出人|보낸 사람|מאת|من|envoyé par|enviado por|"
        "inviato da|gesendet von|sent by|reply-to|reply to|répondre à|rispondi a|antwort an|responder a|"
        "original sender|on behalf of|per conto di|requester|requested by|reporter|reported by|submitter|submitted by|"
        "customer|client|contact|sender|name|kunde|kontakt|ansprechpartner|anfragender|cliente|contatto|richiedente|nome|"
        "contacto|solicitante|nombre|demandeur|nom|klant|melder"
    ).split("|")
)
_FORM = re.compile(
    r"""(?ix)
    (?: (?: your|my|the|contact|customer|sender|visitor|business|work|user|client|billing|la\ tua|tua|il\ tuo|vostra
      | ihre|deine|meine|votre|mon|su|tu|seu|uw|je|indirizzo|dirección|adresse|endereço|from|kontakt )
      \W* (?: de\ | di\ | d' )? \W* ){0,3}
    (?: e-?\W?mail | mail | courriel | m[ée]l | posta\ elettronica | correo (?:\ electr[óo]nico)? | e-?post
      | s[äa]hk[öo]posti | электронная\ почта | почта | имейл )
    (?: [\W_]* (?: address|adresse|adres|adress|id|from|of|sender|customer|cliente|client|kunde|utente|contatto|contact
      | di\ contatto|de\ contacto|de\ contact|electr[óo]nico|aziendale|personale|required|obbligatorio|pflichtfeld|work
      | business|office|home|\d )
      ){0,3} \W*
    """
)
_WROTE = re.compile(
    r"(?i)\b(?:wrote|writes|ha scritto|schrieb|a écrit|escribió|schreef|escreveu|skrev|kirjoitti|napisał\(?a?\)?|"
    r"написал)\W*$"
)
_FAILED = re.compile(
    r"""(?ix)
    (?: final-recipient | original-recipient | (?:failed\ )? recipient (?:\ address)? | to | destinatario | empfänger
      | destinataire | destinatário ) \s* :
    | host\ (?: or\ domain\ name\ )? (?: unknown | not\ found ) | user\ unknown | unknown\ user | mailbox
    | undeliver | not\ (?: be\ )? deliver | n't\ (?: be\ )? deliver | delivery\ .* (?: fail | delay )
    | \b[45]\.\d\.\d\b | \b55\d\b | non\ .*consegnat | nicht\ zugestellt
    | pas\ (?: été | pu )\ .* (?: remis | distribu )
    | no\ se\ .*entreg | couldn.t\ be\ found | does\ not\ exist | rejected | address
    """
)
_SERVERS = re.compile(r"(?i)^(?:postmaster|mailer-daemon|abuse|hostmaster|microsoftexchange[0-9a-f]{16,})$")


def writers(text: str, of_no_use: Callable[[Address], bool] = lambda _: False) -> tuple[Address, ...]:
    """Those who wrote what a mail passes on, the last first: a forwarded mail's sender, or whoever filled in a form.

    Where nothing is labelled, the only address in the text is that. Addresses ``of_no_use`` are passed over.
    """
    lines = _lines(text)
    labelled = _once(person for at in range(len(lines)) for person in _labelled(lines, at))
    known = tuple(one for one in labelled if not of_no_use(one))
    if known:
        return known
    found = [one for one in _once(one for line in lines for one in _people(line)) if not of_no_use(one)]
    return tuple(found) if len(found) == 1 else ()


def undelivered(text: str) -> tuple[Address, ...]:
    """Those who did not get a mail, by the text of a report."""
    lines = _lines(text)
    failed = (line for at, line in enumerate(lines) if _FAILED.search(line) or (at and _FAILED.search(lines[at - 1])))
    found = [person for line in failed for person in _people(line)] or [one for line in lines for one in _people(line)]
    return _once(one for one in found if not _SERVERS.match(one.mail.partition("@")[0]))


def _labelled(lines: list[str], at: int) -> Iterator[Address]:
    line = lines[at]
    if _WROTE.search(line) and "@" in line:
        yield from _people(line)
        return
    found = _LINE.fullmatch(line)
    label, rest = (_label(found["label"]), found["rest"]) if found else (_label(line), "")
    if found and label in _FROM:
        yield from _people(rest)
    elif _FORM.fullmatch(label):
        # A table of a form has the value in the next cell, and that in the next line.
        following = next((one for one in lines[at + 1 : at + 3] if one), "")
        yield from _people(rest) if rest or not found else _people(following)
        if not found and len(line) < 40:
            yield from _people(following)


def _label(text: str) -> str:
    return text.strip(" \t\u00a0*_>|-()[]").casefold()


def _people(text: str) -> Iterator[Address]:
    """The people named in one line: each address, with the name before the first."""
    done = 0
    for found in _MAIL.finditer(text):
        mail = found[0].strip(".-_*").removeprefix("mailto:")
        if is_mail(mail):
            yield Address(_name(text[done : found.start()]), mail)
        done = found.end()


def _name(text: str) -> str:
    if len(text) > 120:
        return ""
    name = one_line(re.sub(r"(?i)mailto:|[<>\[\]()\"*|;,]", " ", text)).strip(" '-:")
    return "" if ":" in name or len(name.split()) > 5 else name


def _once(people: Iterable[Address]) -> tuple[Address, ...]:
    seen: dict[str, Address] = {}
    for one in people:
        seen.setdefault(one.mail.casefold(), one)
    return tuple(seen.values())


def _lines(text: str) -> list[str]:
    # Of one line, as of one text, only a beginning is read: what stands behind it is no label.
    lines = text[:LONGEST_TEXT].splitlines()[:MOST_LINES]
    return [line[:LONGEST_LINE].strip() for line in lines]
