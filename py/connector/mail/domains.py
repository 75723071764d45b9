"""Domains of companies: what stands in front of a public suffix.

    registrable("mail.northwind.co.uk")              # "northwind.co.uk"
    companies(["robot@mail.northwind.example"])      # mail.northwind.example, then northwind.example

Source: the Public Suffix List, https://publicsuffix.org/list/, as ``scripts/domains.py`` has written it down.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache

from connector.mail.address import domain_of, public_domain
from connector.mail.publicsuffixes import SUFFIXES
from connector.mail.spelling import a_labels, domain_spellings, plain


@lru_cache(maxsize=1_000)
def registrable(domain: str) -> str:
    """The domain that somebody has registered: one label more than a public suffix; empty for a suffix itself."""
    labels = a_labels(domain.strip(".")).split(".")
    kept = _suffix_length(tuple(labels)) + 1
    return ".".join(domain.strip(".").lower().split(".")[-kept:]) if len(labels) >= kept and all(labels) else ""


def companies(mails: Iterable[str]) -> tuple[str, ...]:
    """The domains by which a company with these addresses may be known: each, and those above it.

    None of a provider's for everybody. Each comes in both spellings, those of the first address first.
    """
    found: dict[str, None] = {}
    for mail in mails:
        domain = domain_of(plain(mail))
        whole = registrable(domain)
        while domain and whole and not public_domain(domain):
            found |= dict.fromkeys(domain_spellings(domain))
            if domain == whole:
                break
            domain = domain.partition(".")[2]
    return tuple(found)


def _suffix_length(labels: tuple[str, ...]) -> int:
    """How many labels at the end are a public suffix."""
    start = SUFFIXES.find(f"\n{labels[-1]} ") + 1
    if start == 0 and not SUFFIXES.startswith(f"{labels[-1]} "):
        return 1
    known = SUFFIXES[start : SUFFIXES.index("\n", start)].split(" ")[1:]
    longest = 1
    for length in range(2, len(labels) + 1):
        before = labels[-length:-1]
        if "!" + ".".join(before) in known:
            return length - 1
        if ".".join(before) in known or ".".join(("*", *before[1:])) in known:
            longest = length
    return longest
