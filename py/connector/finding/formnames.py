"""The name that somebody has given in a form, beside the address.

name_beside(["First name: Mary", "Last name: Smith", "Email: mary@northwind.example"], 2)    # "Mary Smith"
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from connector.finding.labels import tidied

NEAR = 12
"""Lines before and behind the address that are looked at."""
_WHOLE = frozenset(
    (
        "name|full name|your name|contact name|customer name|visitor name|name and surname|nominativo|nome e cognome|"
        "nome completo|nome cognome|il tuo nome|cliente|richiedente|vor- und nachname|vorname nachname|name vorname|"
        "vorname und nachname|ihr name|ansprechpartner|kontaktperson|nom complet|nom et prénom|nom prénom|votre nom|"
        "nombre y apellidos|nombre completo|tu nombre|su nombre|naam|volledige naam"
    ).split("|")
)
_FIRST = frozenset("first name|firstname|given name|vorname|prénom|nombre|nome|voornaam|il tuo nome".split("|"))
_LAST = frozenset(
    "last name|lastname|surname|family name|nachname|familienname|cognome|apellidos|apellido|nom|nom de famille|"
    "achternaam|sobrenome".split("|")
)
_PAIR = re.compile(r"(?P<label>[^:\uff1a\t|=]{1,60}?)\s*[:\uff1a\t|=]\s*(?P<value>\S.{0,80})")
_REMARK = re.compile(r"\s*[(*?].*$")
_NAME = re.compile(r"[^\W\d_][^\d@:|<>/\\{}]{0,59}")


def name_beside(lines: Sequence[str], at: int) -> str:
    """Return the name that stands in a form with the address of that line; empty where none does."""
    found: dict[frozenset[str], str] = {}
    for label, value in _pairs(lines[max(0, at - NEAR) : at + NEAR + 1]):
        name = value.strip(" *_|\"',;")
        if _NAME.fullmatch(name) and len(name.split()) <= 5:
            for kind in (_WHOLE, _FIRST, _LAST):
                if label in kind:
                    found.setdefault(kind, name)
    if _FIRST in found and _LAST in found:
        return f"{found[_FIRST]} {found[_LAST]}"
    return found.get(_WHOLE) or found.get(_FIRST) or found.get(_LAST) or ""


def _pairs(lines: Sequence[str]) -> Iterator[tuple[str, str]]:
    """Labels and what stands behind them, or below: each as it is compared, and as it is written."""
    full = [line.strip(" *_>|") for line in lines if line.strip(" *_>|:")]
    for at, line in enumerate(full):
        pair = _PAIR.fullmatch(line)
        if pair:
            yield tidied(_REMARK.sub("", pair["label"])), pair["value"]
        elif at + 1 < len(full) and not _PAIR.fullmatch(full[at + 1]):
            yield tidied(_REMARK.sub("", line[:80])), full[at + 1]
