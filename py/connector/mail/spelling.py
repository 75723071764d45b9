"""One address, written in many ways: what it is compared by, and how a CRM may have it.

    plain("SRS0=AbCd=XY=northwind.example=mary@relay.example")      # "mary@northwind.example"
    key("Mary@Northwind.example.") == key('"mary"@northwind.example')
    spellings("mary+offers@müller.example").exact                   # as it stands, and with xn--mller-kva.example
    spellings("mary+offers@müller.example").similar                 # without the plus part, then mueller.example

What forwarders (SRS), bounce checks (BATV) and Exchange (IMCEA) wrap around an address is taken off. Nothing raises.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache

MOST_WRAPPINGS = 4
_SRS0 = re.compile(r"(?i)srs0[=+-][^=]*=[^=]*=([^=]+)=(.+)")
_SRS1 = re.compile(r"(?i)srs1[=+-][^=]*=[^=]+=[=+-][^=]*=[^=]*=([^=]+)=(.+)")
_SRS_BEHIND = re.compile(r"(?i).+\+srs=[^=]*=[^=]*=([^=]+)=(.+)")
_GUEST = re.compile(r"(?i)(.+)_((?:[\w-]+\.)+[^\W\d_]{2,24})#ext#")
"""A guest of a Microsoft tenant: ``mary_northwind.example#EXT#@tenant.example``."""
_BATV = re.compile(r"(?i)(?:ms)?prvs\d*=([^=]+)=(.+)")
_BATV_TAG = re.compile(r"(?i)\d{4}[0-9a-f]{6}")
_BARRACUDA = re.compile(r"(?i)btv1==[^=]*==(.+)")
_IMCEA = re.compile(r"(?i)imcea(?:smtp|mailto|invalid)-(.+)")
_IMCEA_SIGN = re.compile(r"\+([0-9A-Fa-f]{2})")
_ATOMS = re.compile(r'[^\s()<>\[\]:;@\\,".]+(?:\.[^\s()<>\[\]:;@\\,".]+)*')
_QUOTES = "'\"`´‘’‚“”„«»‹›"
"""Signs in which people and programs put a whole address; no domain ends with one."""
_DOTS = re.compile("[\u3002\uff0e\uff61]")
_REWRITTEN = re.compile(r"(.+?)(?:=40|=|_at_)((?:[\w-]+\.)+[^\W\d_]{2,24})(?:_[^_.]+)?")
_BOUNCES = re.compile(r"(?i)(?:bounces?|returns?|verp|owner|errors?|msprvs|b)(?:[+=._-]|$)")
_ESCAPED = re.compile(r"\\(.)")
_GERMAN = {"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss", "å": "aa", "ø": "oe", "æ": "ae"}
_GOOGLE = {"gmail.com": "googlemail.com", "googlemail.com": "gmail.com"}
"""Google says that both reach the same mailbox (support.google.com/mail, "googlemail.com")."""


@dataclass(frozen=True)
class Spellings:
    """The ways in which a CRM may have an address, the best first.

    ``exact`` are the same address for certain; ``similar`` most often reach the same person.
    """

    exact: tuple[str, ...]
    similar: tuple[str, ...] = ()


@lru_cache(maxsize=4_000)
def plain(mail: str) -> str:
    """The address without wrapping, needless quotes and dots at its end, its domain in lower case.

    What is no address stays as it is, but for blanks around it.
    """
    mail = mail.strip().removeprefix("<").removesuffix(">").strip()
    if mail[-1:] and mail[-1] in _QUOTES:
        mail = mail.strip(_QUOTES).strip()
    for _ in range(MOST_WRAPPINGS):
        local, at, domain = mail.rpartition("@")
        if not at:
            return mail
        local, domain = _unquoted(local), _tidy(domain)
        inside = _unwrapped(local, domain)
        if not inside:
            return f"{local}@{domain}"
        mail = inside
    return mail


@lru_cache(maxsize=4_000)
def key(mail: str) -> str:
    """What addresses are compared by: equal for the same one in all its exact spellings."""
    local, at, domain = plain(mail).rpartition("@")
    return f"{unicodedata.normalize('NFC', local).casefold()}@{a_labels(domain)}" if at else mail.strip().casefold()


@lru_cache(maxsize=2_000)
def spellings(mail: str) -> Spellings:
    """The spellings of an address, each once, and each compared without letter case."""
    whole = plain(mail)
    local, _, domain = whole.rpartition("@")
    if not local or not domain:
        return Spellings((whole,) if whole else ())
    exact = [f"{local}@{one}" for one in domain_spellings(domain)]
    domains = [*domain_spellings(domain)]
    if domain in _GOOGLE:
        domains.append(_GOOGLE[domain])
    domains += [spelled for other in _ascii(u_labels(domain)) for spelled in domain_spellings(other)]
    locals_ = [local, *_without_plus(local)]
    similar = [f"{one}@{other}" for one in (*locals_[1:], local) for other in domains]
    known = {one.casefold() for one in exact}
    distinct = {one.casefold(): one for one in reversed(similar) if one.casefold() not in known}
    return Spellings(tuple(exact), tuple(reversed(distinct.values())))


def without_plus(mail: str) -> str:
    """The address without what stands behind a plus in its local part."""
    local, at, domain = plain(mail).rpartition("@")
    return f"{next(iter(_without_plus(local)), local)}@{domain}" if at else mail


def rewritten(mail: str) -> str:
    """The address that a list or relay has written into its own, ``mary=northwind.example@list.example``; or empty.

    Before a plus stands whose mask it is, as in ``ours+mary=northwind.example@mask.example``.
    """
    local, at, _domain = plain(mail).rpartition("@")
    found = _REWRITTEN.fullmatch(local) if at and not _BOUNCES.match(local) else None
    inside = found[1].rpartition("+")[2] if found and "@" not in found[1] else ""
    return f"{inside}@{found[2].lower()}" if found and inside else ""


def domain_spellings(domain: str) -> tuple[str, ...]:
    """A domain as it is written, and in its other spelling where it is international."""
    return tuple(dict.fromkeys(one for one in (domain, a_labels(domain), u_labels(domain)) if one))


@lru_cache(maxsize=2_000)
def a_labels(domain: str) -> str:
    """A domain in ASCII, ``xn--…``, as names are looked up (RFC 5891; ``ß`` stays itself)."""
    if domain.isascii():
        return domain.lower()
    return ".".join(_a_label(one) for one in _tidy(domain).split("."))


@lru_cache(maxsize=2_000)
def u_labels(domain: str) -> str:
    """A domain as people write it."""
    if "xn--" not in domain.lower():
        return _tidy(domain)
    return ".".join(_u_label(one) for one in domain.lower().split("."))


def _a_label(label: str) -> str:
    if label.isascii():
        return label
    try:
        return "xn--" + label.encode("punycode").decode("ascii")
    except (UnicodeError, LookupError):
        return label


def _u_label(label: str) -> str:
    if not label.startswith("xn--"):
        return label
    try:
        read = label[4:].encode("ascii").decode("punycode")
    except (UnicodeError, LookupError, OverflowError, ValueError):
        return label
    # What no domain can hold, or what is spelled otherwise, is somebody's trick.
    return read if read.isprintable() and " " not in read and _a_label(_tidy(read)) == label else label


def _tidy(domain: str) -> str:
    domain = domain.strip()
    if not domain.isascii():
        domain = _DOTS.sub(".", domain)[:1_000]
        domain = unicodedata.normalize("NFC", unicodedata.normalize("NFKC", domain).lower())
    return domain.rstrip(".").lower()


def _unquoted(local: str) -> str:
    local = local.strip()
    if len(local) > 2 and local[0] == local[-1] == '"':
        bare = _ESCAPED.sub(r"\1", local[1:-1])
        if _ATOMS.fullmatch(bare):
            return bare
    return local


def _unwrapped(local: str, domain: str) -> str:
    """The address inside of another; empty where there is none."""
    if found := _SRS0.fullmatch(local) or _SRS1.fullmatch(local) or _SRS_BEHIND.fullmatch(local):
        return f"{found[2]}@{found[1]}"
    if found := _GUEST.fullmatch(local):
        return f"{found[1]}@{found[2]}"
    if found := _BATV.fullmatch(local):
        tag, name = found[1], found[2]
        return f"{tag if _BATV_TAG.fullmatch(name) else name}@{domain}"
    if found := _BARRACUDA.fullmatch(local):
        return f"{found[1]}@{domain}"
    if found := _IMCEA.fullmatch(local):
        inside = _IMCEA_SIGN.sub(lambda sign: chr(int(sign[1], 16)), found[1])
        return inside if inside.count("@") == 1 else ""
    return ""


def _without_plus(local: str) -> tuple[str, ...]:
    name, plus, _tag = local.partition("+")
    return (name,) if plus and name and not local.startswith('"') else ()


def _ascii(domain: str) -> tuple[str, ...]:
    """How a company writes its name where only plain letters are allowed."""
    if domain.isascii():
        return ()
    german = "".join(_GERMAN.get(sign, sign) for sign in domain)
    bare = "".join(one for one in unicodedata.normalize("NFD", domain) if not unicodedata.combining(one))
    return tuple(one for one in dict.fromkeys((german, bare)) if one.isascii())
