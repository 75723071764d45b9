r"""Who did not get a mail, by the report of a mail server.

undelivered("<mary@northwind.example>: host unknown")

It knows the reports of well-known servers in many languages. Whom they name is a guess.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from connector.finding.labels import is_helper, is_sender_label
from connector.finding.textlines import Test, lines_of, nobody, once, people_in
from connector.mail.address import Address
from connector.mail.machines import is_daemon

_FINAL = re.compile(r"(?i)^\s*(?:final|original)-recipient\s*:")
_LED = re.compile(r"^\s*<[^<>\s]+@[^<>\s]+>\s*(?:\([^()]*\)\s*)?:")
_NOT_SENT = r"""
      deliver | failed\ addresses | bezorgd | bezorgen | levere?r | doręcz | dostarcz | doručen | entregue
    | zugestellt | zustell | recapit | consegnat | \bremi(?:s|se|ses)\b | distribu | \bentreg | kézbesít | teslim\ ed
    | livr[aă] | toimit | pristaty | piegād | isporuč | dostavlj | παράδοσ | παραδ | lliura
    | достав | 配信に失敗 | 传递失败 | raggiunto | parvenu
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
_HEAD = re.compile(r"[>|*_\s\u00a0]*(?P<label>[^:\uff1a<>@=|\t]{1,60}?)[\s*_\u00a0]*[:\uff1a](?P<rest>.*)")


def undelivered(text: str, of_no_use: Test = nobody, beside: Test = nobody) -> tuple[Address, ...]:
    """Those who did not get a mail, by the text of a report; a copy of that mail is read only where nothing else helps.

    Addresses ``of_no_use`` are passed over, and those ``beside`` or of a helpdesk where there are others.
    """

    def useful(lines: Iterable[str], *, failing: bool = False) -> list[Address]:
        found = [one for line in lines for one in people_in(line)]
        found = [one for one in found if not _SERVERS.match(one.mail.partition("@")[0]) and not of_no_use(one)]
        # A server of theirs tells of its own people.
        return [one for one in found if not ((beside(one) and not failing) or is_helper(one.mail))] or found

    lines = [line for line in lines_of(text) if line]
    end = next((at for at, line in enumerate(lines) if at and _begins_copy(line, of_no_use)), len(lines))
    for part in (lines[:end], lines):
        final = (line for line in part if _FINAL.match(line))
        found = useful(final, failing=True) or useful(_failing(part), failing=True) or useful(part)
        if found:
            return once(found)
    return ()


def passed_on(text: str) -> str:
    """The report that somebody has passed on: what stands below the head of a mail server's mail.

    Empty where the first head in the text names somebody else, or there is none.
    """
    lines = lines_of(text)
    for at, line in enumerate(lines):
        found = _HEAD.fullmatch(line)
        people = [*people_in(found["rest"])] if found and is_sender_label(found["label"]) else []
        if people:
            behind = (place for place, one in enumerate(lines[at:], at) if not one)
            return "\n".join(lines[next(behind, at) :]) if is_daemon(people[0]) else ""
    return ""


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
    found = _HEAD.fullmatch(line)
    return found is not None and is_sender_label(found["label"]) and any(map(of_no_use, people_in(found["rest"])))
