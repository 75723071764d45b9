"""A person's first and last name, out of what stands in a mail's head.

    >>> named("Smith, Mary (Sales)", "mary.smith@northwind.example")
    Named(first='Mary', last='Smith', company='')

People write all kinds of things there. What is not sure to be a name is left out: an empty field is filled in sooner
than a wrong one is seen.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, replace

LONGEST = 200
"""Characters of a name that are looked at."""

_PARTICLES = frozenset(
    "von vom van der den de del della dello degli dei di da dal dalla do dos das du des la le lo el al bin ibn ben bar "
    "ter ten te zu zum zur af av san santa st. mac".split()
)
_ALSO_FIRST = frozenset("al ben mac bar san santa el".split())
"""Particles that are first names as well."""
_HONORIFICS = frozenset(
    "dr prof mr mrs ms miss mx sir herr frau fräulein ing dipl-ing dipl mag dott dottssa dottore sig sigra signor "
    "signora avv geom arch rag mme mlle monsieur madame sr sra don doña univ-prof priv-doz pd".split()
)
_DEGREES = frozenset("phd mba md msc bsc ba ma llm llb esq dds cpa pe mag bakk ma dr prof dipl-ing ing".split())
_GENERATIONS = frozenset("jr sr ii iii iv".split())
_FORMS = re.compile(
    r"(?:^|[\s,(])(?:gmbh|mbh|ag|kg|ohg|gbr|e\.?k|e\.?v|ug|se|ltd|limited|llc|llp|inc|corp|corporation|company|plc|bv|"
    r"nv|oy|ab|aps|a/s|s\.?p\.?a|s\.?r\.?l\.?s?|s\.?n\.?c|s\.?a\.?s|sarl|s\.?à\.?r\.?l|s\.?a|s\.?l|sp\. z o\.o|kft|zrt|"
    r"d\.?o\.?o|pty|pvt|group|holding|stiftung|university|universität|università)\.?(?=$|[\s,)&])",
    re.IGNORECASE,
)
"""What makes a name a company's."""
_OFFICES = frozenset(
    "team support service services helpdesk sales vertrieb vendite info office büro ufficio newsletter noreply "
    "no-reply donotreply mailer postmaster admin administrator accounting buchhaltung amministrazione billing invoices "
    "orders bestellung kundenservice kundendienst customer customercare marketing contact kontakt hello hallo ciao "
    "mail webmaster notification notifications alerts alert system bot hr jobs karriere careers press presse reception "
    "empfang booking reservations assistenza einkauf acquisti purchasing secretary sekretariat segreteria shop "
    "online".split()
)
"""Words that name an office, not a person; also as the beginning of an address."""
_BRACKETS = re.compile(r"\s*[(\[{<]([^()\[\]{}<>]*)[)\]}>]\s*")
_NICKNAME = re.compile(r"\s[\"“”„‘'][^\"“”„‘']{1,30}[\"“”’'](?=\s)")
_VIA = re.compile(r"\s+(?:via|über|tramite|on behalf of|im auftrag von|per conto di)\s+.*$", re.IGNORECASE)
_FROM = re.compile(r"\s+(?:from|at|bei|von der firma|presso)\s+(?=[A-ZÄÖÜ0-9])")
_SEPARATOR = re.compile(r"\s*[|•·/]\s*|\s+[-–—@:]\s+|\s+@(?=\w)")
_ONE_SCRIPT = re.compile("[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af\u3005]")
"""Scripts in which the family's name comes first."""
_WORD = re.compile(r"[^\W\d_]")
_ADDRESS = re.compile(r"\S@\S")
_JOINTS = re.compile(r"[._]")
_QUOTES = "'\"“”„‘’ ,;"


@dataclass(frozen=True)
class Named:
    """First and last name, and a company that stands beside them; each may be empty."""

    first: str = ""
    last: str = ""
    company: str = ""


def named(name: str, mail: str = "") -> Named:
    """Return the names in a display name; where there is none, those in the address."""
    text = _cleaned(name)
    if not text or _ADDRESS.search(text):
        return _of_address(mail)
    text, company = _without_brackets(text)
    text = _VIA.sub("", text).strip(_QUOTES + "-")
    person, beside = _apart(text)
    company = beside or company
    if not person:
        return Named(company=company)
    if _FORMS.search(person) and "," not in person:
        return Named(company=company or person)
    words = person.replace(",", " ").split()
    if any(_bare(word) in _OFFICES for word in words):
        others = [word for word in words if _bare(word) not in _OFFICES]
        return Named(company=company or " ".join(others))
    return replace(_person(person), company=company)


def office(mail: str) -> bool:
    """Return whether the address is an office's (``info@``), as far as its beginning shows."""
    return _bare(mail.partition("@")[0].split("+")[0]) in _OFFICES


def _cleaned(name: str) -> str:
    """Without quotes around it, control characters, pictures, and blanks too many."""
    kinds = ((one, unicodedata.category(one)) for one in name[:LONGEST])
    text = "".join(" " if kind[0] in "CZ" or kind == "So" else one for one, kind in kinds)
    return " ".join(text.split()).strip(_QUOTES)


def _bare(word: str) -> str:
    return word.casefold().strip(".,;:").replace(".", "")


def _without_brackets(text: str) -> tuple[str, str]:
    """Return the text without brackets, and a company that stood in some."""
    company = ""
    for inside in _BRACKETS.findall(text):
        if _FORMS.search(inside):
            company = company or inside.strip()
    text = _BRACKETS.sub(" ", text).strip()
    return _NICKNAME.sub("", f" {text} ").strip(), company


def _apart(text: str) -> tuple[str, str]:
    """A person, and the company beside: ``Mary Smith | Northwind``, ``Mary Smith, Northwind Ltd``."""
    for mark in (_SEPARATOR, _FROM):
        parts = [part.strip(" ,;") for part in mark.split(text) if part.strip(" ,;")]
        if len(parts) > 1:
            companies = [part for part in parts if _FORMS.search(part)]
            if companies and companies[0] == parts[0]:
                # "Northwind Ltd - Mary Smith"
                return (parts[1] if parts[1] not in companies else ""), parts[0]
            return parts[0], companies[0] if companies else parts[1]
    before, comma, after = text.rpartition(",")
    if comma and _FORMS.search(after):
        if len(before.split()) > 1:
            return before.strip(), after.strip()
        return "", text
    return text, ""


def _person(text: str) -> Named:
    before, *behind = (part.split() for part in text.split(","))
    family = _without_titles(before)
    rest = [word for part in behind for word in part if _bare(word) not in _DEGREES]
    generation = [word for word in rest if _bare(word) in _GENERATIONS]
    given = _without_titles([word for word in rest if word not in generation])
    if not given or not family:
        return _in_order([*family, *given, *generation])
    # "Smith, Mary"
    return Named(" ".join(given), " ".join([*family, *generation]))


def _without_titles(words: list[str]) -> list[str]:
    """Without titles before, and degrees behind."""
    words = [word for word in words if _WORD.search(word)]
    while words and _title(words[0]):
        words = words[1:]
    while len(words) > 1 and _bare(words[-1]) in _DEGREES:
        words = words[:-1]
    return words


def _title(word: str) -> bool:
    bare = _bare(word)
    return bare in _HONORIFICS or all(part in _HONORIFICS for part in word.casefold().strip(".").split(".") if part)


def _in_order(words: list[str]) -> Named:
    """First names, then the last name, which begins with its particle: ``Ludwig van Beethoven``."""
    if not words:
        return Named()
    if len(words) == 1:
        return Named(last=words[0])
    if len(words) == 2 and words[0].casefold() in _PARTICLES - _ALSO_FIRST:
        return Named(last=" ".join(words))
    if all(_ONE_SCRIPT.search(word) for word in words):
        return Named(" ".join(words[1:]), words[0])
    loud = [word for word in words if len(word) > 1 and word.isupper() and _bare(word) not in _GENERATIONS]
    loud = [word for word in loud if "." not in word]
    together = words[: len(loud)] == loud or words[-len(loud) :] == loud
    if len(loud) < len(words) and together and any(len(word.strip("-'")) > 2 for word in loud):
        # "SMITH Mary": the family's name is the one in capitals. Initials are not.
        return Named(" ".join(word for word in words if word not in loud), " ".join(loud))
    end = len(words) - 1
    while end > 1 and _bare(words[end]) in _GENERATIONS:
        end -= 1
    for at in range(1, end):
        if words[at].casefold() in _PARTICLES:
            return Named(" ".join(words[:at]), " ".join(words[at:]))
    return Named(" ".join(words[:end]), " ".join(words[end:]))


def _of_address(mail: str) -> Named:
    """``mary.smith@`` has both names; a single word could be either, or none."""
    local = mail.partition("@")[0].split("+")[0]
    parts = [part for part in _JOINTS.split(local) if part]
    if not 2 <= len(parts) <= 3 or office(mail) or any(_bare(part) in _OFFICES for part in parts):
        return Named()
    if not all(part.replace("-", "").isalpha() for part in parts) or len(parts[-1]) < 2:
        return Named()
    words = ["-".join(piece[:1].upper() + piece[1:].lower() for piece in part.split("-")) for part in parts]
    words = [f"{word}." if len(word) == 1 else word for word in words]
    return Named(" ".join(words[:-1]), words[-1])
