r"""Addresses that stand in the text of a mail, and what the text says of them. Each is a guess.

    writers("-----Original Message-----\nFrom: Mary Smith <mary@northwind.example>")
    undelivered("<mary@northwind.example>: host unknown")

It knows the ways in which Outlook and others write the head of a forwarded mail, the labels of web forms, and reports
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
        "contacto|solicitante|nombre|demandeur|nom|klant|melder|visitor|besucher|visitatore|visiteur|visitante|bezoeker|"
        "guest|gast|ospite|invité|invitado|invitee|lead|buyer|käufer|acquirente|acheteur|comprador|full name|applicant"
    ).split("|")
)
_TO = frozenset("to|an|a|à|para|pour|aan|til|till|do|komu|címzett|către|destinatario|empfänger|destinataire".split("|"))
_AFTER_FROM = 6
"""Lines behind a "From:" among which its "To:" stands."""
_FORM = re.compile(
    r"""(?ix)
    (?: (?: what\W?s|what\ is|qual\ [èe]'?|wie\ lautet|quelle?\ est|cu[áa]l\ es
      | your|my|the|contact|customer|sender|visitor|business|work|user|client|billing|la\ tua|tua|il\ tuo|vostra
      | ihre|deine|meine|votre|mon|su|tu|seu|uw|je|indirizzo|dirección|adresse|adres|adresa|endereço|from|kontakt
      | invitee|guest|attendee|participant|applicant|buyer|lead|requester|primary|teilnehmer|besucher|partecipante )
      \W* (?: de\ | di\ | d' )? \W* ){0,4}
    (?: e-?\W?mail | mail | courriel | m[ée]l | posta\ elettronica | correo (?:\ electr[óo]nico)? | e-?post
      | s[äa]hk[öo]posti | электронная\ почта | почта | имейл )
    (?: [\W_]* (?: address|adresse|adres|adress|id|from|of|sender|customer|cliente|client|kunde|utente|contatto|contact
      | di\ contatto|de\ contacto|de\ contact|electr[óo]nico|aziendale|personale|required|obbligatorio|pflichtfeld|work
      | business|office|home|\d | (?:der|des|del|dell|della|du|of\ the|van\ de)\W[\w'’\ -]{1,30}+ )
      ){0,3} \W*
    """
)
_WROTE = re.compile(
    r"(?i)\b(?:wrote|writes|ha scritto|schrieb|a écrit|escribió|schreef|escreveu|skrev|kirjoitti|napisał\(?a?\)?|"
    r"написал)\W*$"
)
_WROTE_ALONE = re.compile(r"(?i)\W*(?:wrote|ha scritto|schrieb|a écrit|escribió|schreef|escreveu|skrev)\W*")
_SAID = re.compile(
    r"""(?ix)
    \b(?:from|by|von|da|di|de|par|por|van|durch) \s+ (?P<name>[^\s:;.,<>()@][^:;.,<>()@]{1,60}) \s
      [(<\[] \s* (?:mailto:)? (?P<mail>[^\s<>()@]{1,64}@[\w.-]{1,255}) \s* [)>\]]
    | ^ (?P<first>[^:;,<>()@]{0,60}) [(<\[]? \s* (?P<sent>[^\s<>()@]{1,64}@[\w.-]{1,255}) \s* [)>\]]? \s+
      (?: has\ |just\ |hat\ |ti\ |vi\ |le\ |vous\ |te\ |ha\ |a\ |haben\ )*
      (?: sent | submitted | wrote | requested | invited | shared | inviato | mandato | scritto | condiviso | envoyé
        | partagé | enviado | compartido | Ihnen | möchte | gesendet | geschickt )\b
    """
)
_BEHALF = re.compile(
    r"(?i)\s(?:on behalf of|im auftrag von|per conto di|de la part de|au nom de|en nombre de|namens)\s"
)
_OPENS = re.compile(r"(?i)(?:^|\s)(?:from|von|da|de|par|por|van)\s*[:\uff1a]\s*$")
_FINAL = re.compile(r"(?i)^\s*(?:final|original)-recipient\s*:")
_LED = re.compile(r"^\s*<[^<>\s]+@[^<>\s]+>\s*(?:\([^()]*\)\s*)?:")
_NOT_SENT = r"""
      deliver | failed\ addresses | bezorgd | bezorgen | levere?r | doręcz | doručen | entregue
    | zugestellt | zustell | recapit | consegnat | \bremi(?:s|se|ses)\b | distribu | \bentreg
    | could\ not\ be\ (?:reached|sent) | fatal\ error | address(?:\(es\)|es)?\ failed
    | (?:following|folgend\w*|seguent\w*|suivant\w*|siguiente\w*) .* (?:recipient|empf|destinat)
    """
_ABOVE = re.compile(f"(?ix){_NOT_SENT}")
_FAILED = re.compile(
    rf"""(?ix)
    \b (?: (?:failed\ )? recipient (?:\ address)? | to | destinatario | empfänger | destinataire | destinatário ) \s* :
    | host\ (?: or\ domain\ name\ )? (?: unknown | not\ found ) | user\ unknown | unknown\ user | mailbox
    | \b[45]\.\d\.\d\b | \b55\d\b | couldn.t\ be\ found | does\ not\ exist | rejected | address | {_NOT_SENT}
    """
)
_COPY = re.compile(
    r"""(?ix) ^\W* (?: return-path\s*: | received\s*: .* \b(?:by|from)\b | dkim-signature\s*:
    | .* below\ this\ line\ is\ a\ copy | .* copy\ of\ the\ (?:original\ )?message | (?:original|unsent)\ message
    | \W*message\ text\ follows
    | intestazioni\ .*originale | (?:ursprüngliche|original)\W*nachricht | en-t[êe]tes\ .*origine
    | encabezados\ .*original )
    """
)
_SERVERS = re.compile(r"(?i)^(?:postmaster|mailer-daemon|abuse|hostmaster|microsoftexchange[0-9a-f]{16,})$")
Test = Callable[[Address], bool]


def _nobody(_: Address) -> bool:
    return False


def writers(text: str, of_no_use: Test = _nobody, beside: Test = _nobody) -> tuple[Address, ...]:
    """Those who wrote what a mail passes on, the last first: a forwarded mail's sender, or a form's.

    Where these are all ours, those who got the mail; where nothing is labelled, the only address in the text.
    Addresses ``of_no_use`` are passed over, those ``beside`` where nothing is labelled.
    """
    lines = _lines(text)
    for people in (_all_labelled(lines), _answered(lines, of_no_use)):
        known = tuple(one for one in _once(people) if not of_no_use(one))
        if known:
            return known
    found = [one for one in _once(one for line in lines for one in _people(line)) if not of_no_use(one)]
    found = [one for one in found if not beside(one)] or found
    return tuple(found) if len(found) == 1 else ()


def undelivered(text: str, of_no_use: Test = _nobody, beside: Test = _nobody) -> tuple[Address, ...]:
    """Those who did not get a mail, by the text of a report; a copy of that mail is read only where nothing else helps.

    Addresses ``of_no_use`` are passed over, and those ``beside`` where there are others.
    """

    def useful(lines: Iterable[str]) -> list[Address]:
        found = [one for line in lines for one in _people(line)]
        found = [one for one in found if not _SERVERS.match(one.mail.partition("@")[0]) and not of_no_use(one)]
        return [one for one in found if not beside(one)] or found

    lines = [line for line in _lines(text) if line]
    end = next((at for at, line in enumerate(lines) if at and _begins_copy(line, of_no_use)), len(lines))
    for part in (lines[:end], lines):
        found = useful(line for line in part if _FINAL.match(line)) or useful(_failing(part)) or useful(part)
        if found:
            return _once(found)
    return ()


def _failing(lines: list[str]) -> Iterator[str]:
    """The lines that say that an address was not reached, by themselves or by the one above."""
    for at, line in enumerate(lines):
        if (
            _LED.match(line)
            or _FAILED.search(line)
            or (at and "@" not in lines[at - 1] and _ABOVE.search(lines[at - 1]))
        ):
            yield line


def _begins_copy(line: str, of_no_use: Test) -> bool:
    if _COPY.match(line):
        return True
    found = _LINE.fullmatch(line)
    return found is not None and _label(found["label"]) in _FROM and any(map(of_no_use, _people(found["rest"])))


def _all_labelled(lines: list[str]) -> Iterator[Address]:
    for at in range(len(lines)):
        yield from _labelled(lines, at)


def _answered(lines: list[str], ours: Test) -> Iterator[Address]:
    """Those who got a forwarded mail of ours."""
    for at, line in enumerate(lines):
        found = _LINE.fullmatch(line)
        if found and _label(found["label"]) in _FROM and any(map(ours, _people(found["rest"]))):
            for behind in map(_LINE.fullmatch, lines[at + 1 : at + _AFTER_FROM]):
                if behind and _label(behind["label"]) in _TO:
                    yield from _people(behind["rest"])


def _labelled(lines: list[str], at: int) -> Iterator[Address]:
    line = lines[at]
    if "@" not in line:
        yield from _headed(lines, at)
        return
    if _WROTE.search(line) or (at + 1 < len(lines) and _WROTE_ALONE.fullmatch(lines[at + 1])):
        yield from _people(line)
        return
    found = _LINE.fullmatch(line)
    label, rest = (_label(found["label"]), found["rest"]) if found else ("", "")
    if found and label in _FROM:
        behalf = _BEHALF.split(rest, maxsplit=1)
        for part in reversed(behalf):
            yield from _people(part)
    elif _FORM.fullmatch(label or _label(line.partition("@")[0].rpartition(" ")[0])):
        yield from _people(rest or line)
    elif said := _SAID.search(line):
        mail = (said["mail"] or said["sent"]).strip(".-_*")
        if is_mail(mail):
            yield Address(_name(said["name"] or said["first"] or ""), mail)


def _headed(lines: list[str], at: int) -> Iterator[Address]:
    """The people in the lines below one that is nothing but a label: a table of a form has each cell in a line."""
    line = lines[at]
    label = _label(line.rstrip(": \uff1a\t"))
    below = [one for one in lines[at + 1 : at + 5] if one][:2]
    if _FORM.fullmatch(label):
        yield from _people(next(iter(below), ""))
    elif label in _FROM or _OPENS.search(line):
        named = next((one for one in below if "@" in one), "")
        if (named and not (found := _LINE.fullmatch(named))) or (named and found and _MAIL.search(found["label"])):
            yield from _people(named)


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
