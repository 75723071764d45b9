"""The domains by which the component looks for companies."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

PEOPLES_DOMAINS = 3
"""Domains that are taken from people where a question names none."""
PUBLIC_DOMAINS = frozenset(Path(__file__).with_name("public_domains.txt").read_text("ascii").split())


def public_domain(domain: str) -> bool:
    """Whether a mail domain is a provider's for everybody."""
    return domain in PUBLIC_DOMAINS


_DOMAIN = re.compile(r"[^\W_](?:[\w.-]{1,251})[^\W_]")


def domains_of(people: Mapping[str, str]) -> list[str]:
    """Return the domains of people by their addresses and roles, each with the one above."""
    domains = plausible([mail.rpartition("@")[2] for mail, role in people.items() if role != "text"])
    return _with_parents(domains[:PEOPLES_DOMAINS])


def plausible(texts: Sequence[str]) -> list[str]:
    """Return those that can be a company's domain, each once."""
    domains = dict.fromkeys(map(str.lower, texts))
    return [one for one in domains if not public_domain(one) and _DOMAIN.fullmatch(one)]


def _with_parents(domains: Sequence[str]) -> list[str]:
    found: dict[str, None] = {}
    for domain in domains:
        above = domain.partition(".")[2]
        found[domain] = None
        if above.find(".") > 0 and not public_domain(above):
            found[above] = None
    return list(found)


def is_of(domain: str, company: Mapping[str, Any], *, below: bool = False) -> bool:
    """Tell whether a company's address or site is in a domain, or a site ``below`` it."""
    if any(mail.strip().lower().endswith(f"@{domain}") for mail in company["mails"]):
        return True
    sites = (re.sub(r"^\w+://|^//", "", site.strip()).lower() for site in company["sites"])
    hosts = [re.sub(r"^www\.|[/:?#].*$", "", site) for site in sites]
    return domain in hosts or (below and any(host.endswith(f".{domain}") for host in hosts))
