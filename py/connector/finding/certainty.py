"""Which suggestion is certain enough to be chosen before the user has chosen anything."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from connector.finding.otherside import other_side
from connector.finding.person import Person, Role, Why
from connector.finding.records import COMPANIES, OPPORTUNITIES, TICKETS, Record
from connector.finding.suggestion import Reason, Suggestion
from connector.mail.domains import companies
from connector.mail.machines import is_machine, spoken_for
from connector.mail.mail import Mail

WRITERS = frozenset({Role.FROM, Role.REPLY_TO})
"""Roles of whom a mail comes from. `Role.SENDER` is none: who sends for others need not be meant."""


def certain(
    suggestions: Sequence[Suggestion], *, only_recipient: Role | None = None, strangers: Sequence[Person] = ()
) -> Record | None:
    """Return the record that is meant without doubt, or None.

    What the conversation is linked to decides: one record, unless that is a person or company of elsewhere
    (`_is_of_others`), or the one of several that is the mail's person. Without such it is the one record that has a
    person's exact address, if that person has written the mail, or has the role of its ``only_recipient``. A second
    record with anybody's address is a doubt. So is one of the ``strangers``, whom the CRM does not know, if somebody
    elsewhere gets the answers, too, or has written with that person: an agency's own address may be that of a form,
    which is no mail of the agency.
    """
    chosen = [one for one in suggestions if one.reason is Reason.CONVERSATION]
    if len(chosen) == 1:
        return None if _is_of_others(chosen[0], suggestions, strangers) else chosen[0].record
    people = [one for one in suggestions if one.role not in ("", "text") and one.record.module not in _CASES]
    if len(people) != 1 or (chosen and people[0] not in chosen):
        return None
    (one,) = people
    if one.asked is not None and not (one.asked.exact and one.asked.person.main):
        # An address that is only alike, a program's, a colleague's where there is nobody else.
        return None
    # Who has written as well, or gets the answers; but for the host of the program that has sent it.
    beside = [it for it in strangers if it.main and it.role in (one.role, Role.REPLY_TO)]
    known = (one.about, *(it.address.mail for it in strangers if it.why is Why.MACHINE))
    if one.role in WRITERS and not chosen and any(_is_elsewhere(it, known) for it in beside):
        return None
    return one.record if one.role in WRITERS or one.role == only_recipient else None


def _is_of_others(talk: Suggestion, suggestions: Sequence[Suggestion], strangers: Sequence[Person]) -> bool:
    """Whether the conversation belongs to a person or company, and the mail is with people of others alone.

    A mail to many customers has one Message-ID, and was linked to one of them: each of them may answer it. So may
    somebody to whom a customer's mail was passed on. Only who is known is evidence: a stranger may be anybody's.
    """
    met = [one for one in suggestions if one.reason is Reason.ADDRESS and one.role in _MET and _is_with(one)]
    if not met or talk.role not in ("", "text") or talk.record.module not in _WHOSE:
        return False
    if talk.record.module == COMPANIES and all(one.record.module in _PERSONS for one in met):
        # A person of this company has no other one.
        elsewhere = {one.about for one in suggestions if one.reason is Reason.COMPANY}
        return all(one.record.name in elsewhere for one in met)
    here = (*(one.about for one in met), *(one.address.mail for one in strangers if one.main))
    return "@" in talk.record.detail and set(companies((talk.record.detail,))).isdisjoint(companies(here))


def _is_with(one: Suggestion) -> bool:
    """Whether the mail is with the one who has this record, by that one's own address."""
    return one.asked is None or (one.asked.exact and one.asked.person.main)


def only_recipient(mail: Mail) -> Role | None:
    """The role of the one other person who got a mail of ours, or did not get it, as a report's head says.

    Who got a copy of what the user has sent does not count; a blind copy does, where nobody else got it: ``cc``. None
    for more people or none, and somebody of whom Outlook tells no address is one. A mail in our name to ourselves may
    be a form's, whose agency gets it, too: of such nobody is the one.
    """
    people = [one for one in other_side(mail).people if one.main]
    if [one.why for one in people] == [Why.UNDELIVERED]:
        return Role.TO
    if not mail.sent and spoken_for(mail.author):
        # A group of ours has sent on what somebody has written of whom nothing tells.
        return None
    by_hand = mail.sent and not is_machine(mail.author)
    to_us = any(map(mail.ours.is_mine if by_hand else mail.ours.is_ours, mail.to))
    to = [one for one in people if one.role is Role.TO and one.why is Why.ADDRESSED]
    if len(to) == 1 and all(one.mail for one in mail.to) and not to_us and (mail.sent or len(people) == 1):
        return Role.TO
    blind = [one.why for one in people] == [Why.ADDRESSED] and not to and all(map(mail.ours.is_ours, mail.cc))
    return Role.CC if blind and mail.sent else None


def _is_elsewhere(person: Person, mails: Iterable[str]) -> bool:
    """Whether somebody is of no company of these addresses."""
    return set(companies((person.address.mail,))).isdisjoint(companies(mails))


_CASES = (OPPORTUNITIES, TICKETS)
_PERSONS = ("Contacts", "Leads")
_WHOSE = (*_PERSONS, COMPANIES, "Vendors")
_MET = WRITERS | {Role.TO}
"""Roles of whom a mail is with, whoever sent it; but for copies."""
