"""Relays: programs, lists and forwarders under whose address somebody else has written a mail."""

from __future__ import annotations

from collections.abc import Sequence

from connector.mail.address import Address, domain_of, parse_addresses
from connector.mail.headers import Headers
from connector.mail.machines import is_automatic, is_list_program, is_machine, named_address, spoken_for
from connector.mail.mail import Mail
from connector.mail.spelling import key, rewritten

ORIGINALS = (
    "X-Original-From",
    "X-Google-Original-From",
    "Original-From",
    "X-Original-Sender",
    "Old-From",
)
"""Fields of a head in which a relay keeps who has written."""
OF_LISTS = (*ORIGINALS, "X-MailFrom")
"""The same of a list. Elsewhere the last one is whose account at the server it was, a web agency's for instance."""


def is_relayed(mail: Mail, head: Headers, lists: frozenset[str]) -> bool:
    """Whether somebody else has written what the author's address sends."""
    author = mail.author
    return (
        is_list(author, lists)
        or is_machine(author)
        or bool(rewritten(author.mail))
        or _says_via(mail, head, lists)
        or (is_automatic(head) and _comes_back(author, in_head(head, "Reply-To")))
    )


def is_list(person: Address, lists: frozenset[str]) -> bool:
    """Whether the address is one of these lists, which are given as `spelling.key` has them."""
    return bool(lists) and key(person.mail) in lists


def in_head(head: Headers, field: str) -> list[Address]:
    """The people of all lines of a field who have an address."""
    return [person for value in head.all(field) for person in parse_addresses(value[:20_000]) if person.mail]


def answered_lists(mail: Mail, head: Headers) -> frozenset[str]:
    """Lists that have set themselves as the address for answers, and say no more: the mail was sent to them."""
    if not (is_automatic(head) or is_list_program(mail.author)):
        return frozenset()
    to = {key(one.mail) for one in (*mail.to, *mail.cc) if one.mail}
    return frozenset(key(one.mail) for one in in_head(head, "Reply-To")) & to


def _says_via(mail: Mail, head: Headers, lists: frozenset[str]) -> bool:
    """Whether the author's name is a relay's, ``Mary via Sales``, or just the address that gets the answers.

    "Pizzeria via Roma" is none: an address in the name says so, too, or something of the head, if that is known.
    """
    answered = {key(one.mail) for one in in_head(head, "Reply-To")} - {key(mail.author.mail)}
    if key(mail.author.name) in answered:
        return True
    if not spoken_for(mail.author):
        return False
    known = mail.source is not None and mail.source.has_head
    more = lists or named_address(mail.author) or any(in_head(head, one) for one in ("Reply-To", *ORIGINALS))
    return bool(more) or not known


def _comes_back(author: Address, answers: Sequence[Address]) -> bool:
    """Whether answers go to where only the author's own program reads them, as a ticket system has it."""
    domain = domain_of(author.mail)
    return bool(answers) and all(is_machine(one) and domain_of(one.mail) == domain for one in answers)
