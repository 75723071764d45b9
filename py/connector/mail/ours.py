"""What is ours: the mailbox's addresses, and the domains of colleagues."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import cached_property

from connector.mail.address import NOBODY, Address, domain_of, public_domain
from connector.mail.domains import registrable
from connector.mail.spelling import a_labels, key, plain, without_plus
from connector.ports import RawAddress

_DOMAIN = re.compile(r"[\w-]{1,63}(?:\.[\w-]{1,63}){1,8}")


@dataclass(frozen=True)
class Ours:
    """Whose mailbox it is, and who works with them.

    ``addresses`` are further ones of this mailbox: those of a shared mailbox, and aliases of which a mail was sent.
    ``domains`` are the organization's; that of the owner is one, too, unless it is a provider's for everybody. A domain
    takes in those below it.
    """

    owner: Address = NOBODY
    addresses: frozenset[str] = frozenset()
    domains: tuple[str, ...] = ()

    @cached_property
    def _mine(self) -> frozenset[str]:
        return frozenset(key(one) for one in (self.owner.mail, *self.addresses) if one)

    @cached_property
    def _all_domains(self) -> frozenset[str]:
        return frozenset(a_labels(one) for one in (*self.domains, _company(self.owner.mail)) if one)

    def is_mine(self, person: Address) -> bool:
        """Whether the address is one of this mailbox, with or without a plus part."""
        mail = person.mail
        return bool(mail) and (key(mail) in self._mine or ("+" in mail and key(without_plus(mail)) in self._mine))

    def is_ours(self, person: Address) -> bool:
        """Whether the address is one of this mailbox, or a colleague's; what a server of ours has wrapped is not."""
        return self.is_mine(person) or self.is_own_domain(domain_of(plain(person.mail)))

    def is_own_domain(self, domain: str) -> bool:
        """Whether a domain is the organization's, or below one that is."""
        labels = a_labels(domain.rstrip(".")).split(".")
        return any(".".join(labels[at:]) in self._all_domains for at in range(len(labels)))

    def wrote(self, author: Address, sender: Address | None = None) -> bool:
        """Whether a mail was sent from this mailbox, by its author or by whoever sent it for them.

        Somebody of the owner's name and the organization is the owner, under another address.
        """
        if self.is_mine(author) or (sender is not None and self.is_mine(sender)):
            return True
        name = self.owner.name.strip().casefold()
        return bool(name) and author.name.strip().casefold() == name and self.is_ours(author)

    def knowing(self, addresses: Iterable[str]) -> Ours:
        """Return the same with further addresses of this mailbox."""
        more = {key(one) for one in addresses if "@" in one} - self._mine
        return replace(self, addresses=self.addresses | more) if more else self


NOTHING = Ours()
"""What is ours where nothing is known of it."""


def is_domain(text: str) -> bool:
    """Whether a text is a domain that an organization can have: neither a public suffix nor a provider's."""
    return bool(_DOMAIN.fullmatch(text)) and bool(registrable(text)) and not public_domain(text)


def ours_of(owner: RawAddress, domains: Iterable[str] = ()) -> Ours:
    """Return what is ours as far as the mailbox and the settings tell it."""
    return Ours(Address(owner.name, owner.address), domains=tuple(domains))


def _company(mail: str) -> str:
    """The domain of the company that an address belongs to; empty for a provider's.

    Below that of a host, ``acme.onmicrosoft.com``, it is the company's own part.
    """
    domain = domain_of(mail)
    whole = registrable(domain)
    if not whole or public_domain(domain):
        return ""
    return domain if public_domain(whole) else whole
