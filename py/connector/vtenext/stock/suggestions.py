"""What a stock vtenext can tell for a mail, in at most three rounds of questions.

First which modules there are; then each for the people's addresses, the numbers in the subject, the people's domains,
and what was chosen lately; then what hangs on the people: their companies, open opportunities and tickets. Where a
module had to be described first, or refused a field, it is asked for the people once more in the third round, and what
hangs on those is known from the next mail on.

vtenext has no operation that tells to which records a mail is linked: so nobody can ask for the conversation.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator, Awaitable, Mapping, Sequence
from dataclasses import dataclass, field

from connector.finding.answers import Answers
from connector.finding.otherside import Asked, OtherSide, asked, domains
from connector.finding.person import Person
from connector.finding.records import (
    COMPANIES,
    PEOPLE_FIRST,
    STOCK,
    TICKETS,
    Record,
    Shape,
)
from connector.finding.suggestion import Reason, Suggestion, ordered
from connector.vtenext.client import CrmClient, Row
from connector.vtenext.crm import NOTHING, Look
from connector.vtenext.stock.asking import Asking
from connector.vtenext.stock.dependents import MOST_ROWS, Found, dependents, is_open, record_of
from connector.vtenext.stock.modulewise import Later, Parts, Rows, ask, ask_again
from connector.vtenext.stock.numbers import numbers_in
from connector.vtenext.stock.vtql import Condition, any_of, contains, equals, one_of

MOST_COMPANIES = 20
_BEFORE_HOST = re.compile(r"^(?:\w+:)?//(?:www\.)?|^www\.")
_BEHIND_HOST = re.compile(r"[/:?#].*$")


@dataclass
class _Sought:
    """What is looked for, and what was found by now."""

    wanted: Mapping[str, Asked]
    numbers: Sequence[str]
    domains: Sequence[str]
    suggestions: list[Suggestion] = field(default_factory=list)
    by_domain: list[Suggestion] = field(default_factory=list)
    people: list[Found] = field(default_factory=list)
    every: list[Found] = field(default_factory=list)
    cut: bool = False

    def take(self, answers: Sequence[Rows]) -> None:
        """Take the rows that modules answered with for addresses and numbers."""
        self.cut = self.cut or any(one.cut for one in answers)
        for shape, row in ((one.shape, row) for one in answers for row in one.rows):
            self.every.append((shape, row))
            person = _for_person(shape, row, self.wanted) if is_open(shape, row) else None
            if person is not None:
                self.suggestions.append(person)
                # What is found by a guess alone, or is a case itself, is followed no further.
                if person.reason is Reason.ADDRESS:
                    self.people.append((shape, row))
            self.suggestions += _for_number(shape, row, self.numbers)

    def take_companies(self, answers: Sequence[Rows]) -> None:
        """Take the rows of companies that may be of the people's domains."""
        for shape, row in ((one.shape, row) for one in answers for row in one.rows):
            # LIKE is only a first sieve: "%rossi.it%" finds grossi.it, too.
            for place, domain in enumerate(self.domains):
                if _is_of(domain, shape, row):
                    self.by_domain.append(Suggestion(record_of(shape, row), Reason.DOMAIN, domain, place=place))

    def look(self, asking: Asking) -> Look:
        """What is known in the end."""
        sure = asking.unasked is None and not self.cut
        unknown = _unknown(self.every, self.wanted) if sure else ()
        found = ordered([*self.suggestions, *self._guesses()])
        return Look(Answers(found, asking.unasked), unknown=unknown, complete=not self.cut)

    def _guesses(self) -> list[Suggestion]:
        """The companies of domains of which none is known otherwise: who belongs to one needs no guess."""
        known = {one.record.id for one in self.suggestions}
        settled = {one.about for one in self.by_domain if one.record.id in known}
        return [one for one in self.by_domain if one.about not in settled]


async def suggest(
    client: CrmClient, side: OtherSide, subject: str = "", recent: Mapping[str, str] = NOTHING
) -> AsyncIterator[Look]:
    """Yield the suggestions as they become known, best first: people, then their companies and open cases.

    Modules that this user's profile hides are passed over; those that failed to answer are named with the rest. Raises
    `ConnectorError` where nothing could be asked.
    """
    numbers = numbers_in(subject)
    sought = _Sought({one.mail.casefold(): one for one in asked(side)}, numbers, domains(side))
    if not (sought.wanted or numbers or recent):
        yield Look(Answers())
        return
    asking = Asking()
    listed, shown = await asyncio.gather(client.mail_modules(), client.modules(), return_exceptions=True)
    if isinstance(listed, BaseException):
        raise listed
    visible = None if isinstance(shown, BaseException) else {one.name for one in shown}
    modules = [one.name for one in listed]
    if numbers:
        modules += [name for name in PEOPLE_FIRST if name not in modules and (visible is None or name in visible)]
    parts = _parts(list(sought.wanted), numbers)
    first, by_domain, chosen = await asyncio.gather(
        asking.each([(name, ask(client, name, parts, MOST_ROWS)) for name in modules], first=bool(modules)),
        asking.each(_domain_questions(client, sought.domains)),
        asking.each([(name, _chosen(client, name, id_)) for id_, name in recent.items() if name]),
    )
    sought.take([one for one in first if isinstance(one, Rows)])
    sought.take_companies([one for one in by_domain if isinstance(one, Rows)])
    places = {id_: place for place, id_ in enumerate(recent)}
    sought.suggestions += [Suggestion(one, Reason.RECENT, "", place=places[one.id]) for one in chosen if one]
    later = [one for one in first if isinstance(one, Later)]
    later_companies = [one for one in by_domain if isinstance(one, Later)]
    if not later and not later_companies and not sought.people:
        yield sought.look(asking)
        return
    yield Look(Answers(ordered(sought.suggestions), asking.unasked))
    again, companies_again, theirs = await asyncio.gather(
        asking.each([(one.module, ask_again(client, one)) for one in later], first=len(later) == len(first)),
        asking.each([(one.module, ask_again(client, one)) for one in later_companies]),
        dependents(client, asking, sought.people, sought.suggestions, visible),
    )
    sought.take(again)
    sought.take_companies(companies_again)
    sought.suggestions += theirs
    yield sought.look(asking)


def _parts(mails: Sequence[str], numbers: Sequence[str]) -> Parts:
    def parts(shape: Shape) -> list[tuple[str, Condition]]:
        found = [
            (name, equals(name, mails[0]) if len(mails) == 1 else one_of(name, mails))
            for name in (shape.names("email") if mails else ())
        ]
        return found + [(name, one_of(name, numbers)) for name in (shape.numbers if numbers else ())]

    return parts


def _domain_questions(client: CrmClient, wanted: Sequence[str]) -> list[tuple[str, Awaitable[Rows | Later]]]:
    """The question for companies whose own address or website may be in one of these domains."""

    def parts(shape: Shape) -> list[tuple[str, Condition]]:
        found = [(name, any_of(*(contains(name, f"@{one}") for one in wanted))) for name in shape.names("email")]
        return found + [(name, any_of(*(contains(name, one) for one in wanted))) for name in shape.names("url")]

    return [(COMPANIES, ask(client, COMPANIES, parts, MOST_COMPANIES))] if wanted else []


async def _chosen(client: CrmClient, module: str, record_id: str) -> Record | None:
    """A record that was chosen before. Raises `RecordRefused` where the CRM does not show it to this user."""
    known = client.described(module) or STOCK.get(module)
    row, shape = await asyncio.gather(client.retrieve(record_id), _itself(known) if known else client.shape(module))
    return record_of(shape, row) if any(row.get(name) for name in shape.label_fields) else None


async def _itself(shape: Shape) -> Shape:
    return shape


def _unknown(found: Sequence[Found], wanted: Mapping[str, Asked]) -> tuple[Person, ...]:
    """Those asked for whose addresses stand in no row."""
    mails = {str(row.get(name) or "").strip().casefold() for shape, row in found for name in shape.names("email")}
    known = {one.person for mail, one in wanted.items() if mail in mails}
    return tuple(dict.fromkeys(one.person for one in wanted.values() if one.person not in known))


def _is_of(domain: str, shape: Shape, company: Row) -> bool:
    """Whether a company's address or site is in the domain, or its site below it."""
    mails = (str(company.get(name) or "").strip().casefold() for name in shape.names("email"))
    sites = (str(company.get(name) or "").strip().casefold() for name in shape.names("url"))
    hosts = [_BEHIND_HOST.sub("", _BEFORE_HOST.sub("", site)) for site in sites]
    return any(one.endswith(f"@{domain}") for one in mails) or any(f".{one}".endswith(f".{domain}") for one in hosts)


def _for_person(shape: Shape, row: Row, wanted: Mapping[str, Asked]) -> Suggestion | None:
    """Suggest a row that has one of the addresses; None where it has none."""
    mails = {str(row.get(name) or "").strip().casefold() for name in shape.names("email")}
    # The order in which they were asked for: a person's own address before one that is alike, guesses last.
    mail = next((mail for mail in wanted if mail in mails), None)
    if mail is None:
        return None
    by, place = wanted[mail], list(wanted).index(mail)
    reason = Reason.TICKET if shape.module == TICKETS else Reason.ADDRESS
    reason = Reason.TEXT if by.person.guess else reason
    return Suggestion(record_of(shape, row), reason, by.mail, by, str(by.person.role), place)


def _for_number(shape: Shape, row: Row, numbers: Sequence[str]) -> list[Suggestion]:
    own = [str(row.get(name) or "").upper() for name in shape.numbers]
    number = next((one for one in own if one in numbers), "")
    return [Suggestion(record_of(shape, row), Reason.NUMBER, number, place=numbers.index(number))] if number else []
