"""People in a mail's head: names and mail addresses (RFC 5322, section 3.4, and its usual abuse)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from connector.mail import addresslist
from connector.mail.addresslist import LONGEST_PERSON, exchange_name, is_mail
from connector.mail.headers import one_line
from connector.mail.publicdomains import PUBLIC_DOMAINS
from connector.ports import RawAddress

_SPECIALS = frozenset('()<>[]:;@\\,."')


@dataclass(frozen=True)
class Address:
    """A person in a mail. ``mail`` is empty where there is only a name, and the other way round.

    A broken address (``mary@x..example``) is kept as it was written; `is_mail` says whether it is plausible.
    """

    name: str
    mail: str


NOBODY = Address("", "")


def domain_of(mail: str) -> str:
    """The domain of a mail address in lower case; empty where there is none."""
    return mail.rpartition("@")[2].strip().rstrip(".").lower() if "@" in mail else ""


def public_domain(domain: str) -> bool:
    """Whether the domain belongs to a provider for everybody, so that it says nothing about a company."""
    return domain.strip().lower() in PUBLIC_DOMAINS


def same(one: Address, other: Address) -> bool:
    """Whether both are the same person: by address where there is one, without case; else by name."""
    if one.mail or other.mail:
        return one.mail.casefold() == other.mail.casefold()
    return one.name.casefold() == other.name.casefold()


def mails(addresses: Iterable[Address]) -> str:
    """The addresses for a field such as ``mto``: ``a@x, b@y``."""
    return ", ".join(one.mail for one in addresses if one.mail)


def names(addresses: Iterable[Address]) -> str:
    """The names for a field such as ``mto_n``; the address stands in for a missing name."""
    return ", ".join(one.name or one.mail for one in addresses if one.name or one.mail)


def full(addresses: Iterable[Address]) -> str:
    """Names and addresses for a field such as ``mto_f``: ``Ada <a@x>, "Hara, O." <b@y>``."""
    return ", ".join(_full(one) for one in addresses if one.name or one.mail)


def _full(one: Address) -> str:
    if not one.name:
        return one.mail
    name = one.name
    if not one.mail or "=?" in name or not _SPECIALS.isdisjoint(name):
        name = '"' + name.replace("\\", "\\\\").replace('"', '\\"') + '"'
    return f"{name} <{one.mail}>" if one.mail else name


@lru_cache(maxsize=2_000)
def from_raw(raw: RawAddress) -> Address:
    """The person as Outlook gives it.

    Exchange's internal names (``/O=…/CN=…``) are no addresses: without a name they stand in for it. A name that looks
    like an address is none, as senders write into it what they like (`by_name`).

    Kept, as `parse_list` keeps a mail's lists: the mail is understood anew whenever more of it has come, and each of
    its copies in the CRM is compared with all its recipients.
    """
    name, mail = one_line(raw.name[:LONGEST_PERSON]), one_line(raw.address[:LONGEST_PERSON])
    for prefix in ("smtp:", "mailto:"):
        if mail[: len(prefix)].lower() == prefix:
            mail = mail[len(prefix) :].strip()
    if not is_mail(mail) or exchange_name(mail):
        inside = [] if exchange_name(mail) else [one for one in parse_addresses(mail) if one.mail]
        if len(inside) == 1:
            name, mail = name or inside[0].name, inside[0].mail
        elif "@" not in mail or exchange_name(mail):
            name, mail = name or mail, ""
    return tidied(name, mail)


def by_name(person: Address) -> Address:
    """A person of whom no address is known, with the one that stands in the name, if one does."""
    written = person.name.strip("'\" <>")
    return Address("", written) if not person.mail and is_mail(written) and not exchange_name(written) else person


def tidied(name: str, mail: str) -> Address:
    """Outlook writes the address itself as the name, often quoted, where there is none."""
    if mail and name.strip("'\" <>").casefold() == mail.casefold():
        name = ""
    return Address(name, mail)


@dataclass(frozen=True)
class AddressList:
    """The people in a field of a mail's head; ``left_out`` more stand beyond what is read of one field."""

    people: tuple[Address, ...]
    left_out: int = 0


@lru_cache(maxsize=16)
def parse_list(text: str) -> AddressList:
    """The people in the raw value of a header field such as ``To``; never raises (`addresslist.read`)."""
    pairs, left_out = addresslist.read(text)
    return AddressList(tuple(tidied(name, mail) for name, mail in pairs), left_out)


def parse_addresses(text: str) -> tuple[Address, ...]:
    """The people in the raw value of a header field, all but those that `parse_list` leaves out."""
    return parse_list(text).people
