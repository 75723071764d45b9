"""Asking the CRM who wrote a mail: one exact-address query per module, then what hangs on the answers."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator, Callable, Mapping, Sequence

from connector.errors import CrmFault, PermissionDenied
from connector.finding.answers import Answers
from connector.finding.otherside import Asked, OtherSide, Person, asked, domains
from connector.finding.records import (
    CLOSED,
    COMPANIES,
    OPPORTUNITIES,
    STATE_FIELD,
    STOCK,
    TICKETS,
    Module,
    Record,
    Shape,
    is_record_id,
    name_of,
)
from connector.finding.suggestion import Reason, Suggestion, ordered
from connector.vtenext.client import CrmClient, Row
from connector.vtenext.crm import Look
from connector.vtenext.stock.asking import Asking
from connector.vtenext.stock.vtql import Condition, all_of, any_of, contains, differs, equals, one_of, refers, select

MOST_ROWS, MOST_COMPANIES = 10, 20
CASES = ((OPPORTUNITIES, Reason.OPPORTUNITY), (TICKETS, Reason.TICKET))

_Case = tuple[Record, Reason, list[str]]
"""An open case, why it is suggested, and the records that it hangs on."""
_BEFORE_HOST = re.compile(r"^(?:\w+:)?//(?:www\.)?|^www\.")
_BEHIND_HOST = re.compile(r"[/:?#].*$")
_Question = Callable[[Shape], tuple[Sequence[str], Condition | None]]
"""Makes of a module's shape the fields to ask for and the condition; None where the module has nothing to ask."""


async def suggest(client: CrmClient, side: OtherSide) -> AsyncIterator[Look]:
    """Yield the suggestions as they become known, best first: people, then their companies and open cases.

    Modules that this user's profile hides are passed over; those that failed to answer are told with the rest. Raises
    `ConnectorError` where nothing could be asked.
    """
    wanted = {one.mail.casefold(): one for one in asked(side)}
    if not wanted:
        yield Look(Answers())
        return
    asking = Asking()
    modules = await client.mail_modules()
    questions = [(module.name, _by_address(client, module, list(wanted))) for module in modules]
    answers = await asking.each(questions, first=True)
    every = [(shape, row) for shape, rows in answers for row in rows]
    whole = asking.unasked is None and all(len(rows) < MOST_ROWS for _, rows in answers)
    unknown = _unknown(every, wanted) if whole else ()
    suggestions = [_for_person(shape, row, wanted) for shape, row in every]
    # What is found by a guess alone is followed no further.
    certain = {one.record.id for one in suggestions if one.reason is not Reason.TEXT}
    found = [(shape, row) for shape, row in every if str(row["id"]) in certain]
    if not found:
        suggestions += await _by_domain(client, asking, domains(side))
    yield Look(Answers(ordered(suggestions), asking.unasked), unknown=unknown)
    if found:
        theirs = _companies_of(found)
        companies, cases = await asyncio.gather(_visible(client, asking, theirs), _cases(client, asking, found, theirs))
        suggestions += [
            Suggestion(_record(STOCK[COMPANIES], row), Reason.COMPANY, _about(found, str(row["id"])))
            for row in companies
        ]
        known = [*found, *((STOCK[COMPANIES], row) for row in companies)]
        names = {str(row["id"]): name_of(row, shape) for shape, row in known}
        # Those of a company that this user may not see are nobody's.
        suggestions += [
            Suggestion(record, reason, next((names[one] for one in parents if one in names), ""))
            for record, reason, parents in cases
            if not parents or any(one in names for one in parents)
        ]
        yield Look(Answers(ordered(suggestions), asking.unasked), unknown=unknown)


def _unknown(found: Sequence[tuple[Shape, Row]], wanted: Mapping[str, Asked]) -> tuple[Person, ...]:
    """Those asked for whose addresses stand in no row."""
    mails = {str(row.get(name) or "").strip().casefold() for shape, row in found for name in shape.names("email")}
    known = {one.person for mail, one in wanted.items() if mail in mails}
    return tuple(dict.fromkeys(one.person for one in wanted.values() if one.person not in known))


async def _rows(client: CrmClient, shape: Shape, ask: _Question, most: int) -> list[Row] | None:
    fields, where = ask(shape)
    if where is None:
        return None
    names = tuple(dict.fromkeys(("id", *fields)))
    return await client.query(select(names, shape.module, where, limit=(0, most)))


async def _asked(client: CrmClient, module: str, ask: _Question, most: int = MOST_ROWS) -> tuple[Shape, list[Row]]:
    """Ask with the shape that a stock vtenext has, and with the CRM's own description where that is refused.

    A description that is there already counts: names are put together as the search does it, nothing is refused twice.
    Raises `PermissionDenied` for a module that is hidden from this user; other errors say that it could not be asked.
    """
    stock, fault = client.described(module) or STOCK.get(module), None
    if stock is not None and ask(stock)[1] is not None:
        try:
            return stock, await _rows(client, stock, ask, most) or []
        except (PermissionDenied, CrmFault) as error:
            # A field that the profile hides, or that is not there, is an error for the whole query.
            fault = error
    shape = await client.shape(module)
    if isinstance(fault, CrmFault) and stock is not None and all(map(shape.field, ask(stock)[0])):
        raise fault
    return shape, await _rows(client, shape, ask, most) or []


async def _by_address(client: CrmClient, module: Module, mails: Sequence[str]) -> tuple[Shape, list[Row]]:
    def ask(shape: Shape) -> tuple[Sequence[str], Condition | None]:
        fields = shape.names("email")
        if not fields:
            return (), None
        condition = any_of(*(equals(field, mails[0]) if len(mails) == 1 else one_of(field, mails) for field in fields))
        return (*shape.label_fields, *fields, *shape.references(COMPANIES), *_state(shape)), condition

    shape, rows = await _asked(client, module.name, ask)
    return shape, [row for row in rows if _open(shape, row)]


def _companies_of(found: Sequence[tuple[Shape, Row]]) -> list[str]:
    """The ids of companies that the found people point to."""
    ids: dict[str, None] = {}
    for shape, row in found:
        if shape.module in (OPPORTUNITIES, TICKETS, COMPANIES):
            continue
        for field in shape.references(COMPANIES):
            if is_record_id(row.get(field)):
                ids[str(row[field])] = None
    known = {str(row["id"]) for _, row in found}
    return [record_id for record_id in ids if record_id not in known][:MOST_ROWS]


async def _visible(client: CrmClient, asking: Asking, companies: Sequence[str]) -> list[Row]:
    """Those of these companies that the user may see."""
    rows = await asking.each([(COMPANIES, client.retrieve(record_id)) for record_id in companies])
    return [row for row in rows if any(row.get(name) for name in STOCK[COMPANIES].label_fields)]


async def _cases(
    client: CrmClient, asking: Asking, found: Sequence[tuple[Shape, Row]], companies: Sequence[str]
) -> list[_Case]:
    """Open opportunities and tickets that point to the found records or to these companies."""
    parents = {str(row["id"]): shape.module for shape, row in found[:MOST_ROWS]}
    parents |= dict.fromkeys(companies, COMPANIES)

    def ask(shape: Shape) -> tuple[Sequence[str], Condition | None]:
        pairs = [(field, record_id) for record_id, module in parents.items() for field in shape.references(module)]
        if not pairs:
            return (), None
        state = _state(shape)
        still_open = [differs(name, value) for name in state for value in _closing(shape)]
        condition = any_of(*(all_of(refers(field, record_id), *still_open) for field, record_id in pairs))
        return (*shape.label_fields, *dict.fromkeys(field for field, _ in pairs), *state), condition

    most = MOST_ROWS * (2 if companies else 1)
    asked = [(module, _open_cases(client, module, reason, ask, most)) for module, reason in CASES]
    return [
        (record, reason, [one for one in values if one in parents and one != record.id])
        for several in await asking.each(asked)
        for record, reason, values in several
    ]


async def _open_cases(client: CrmClient, module: str, reason: Reason, ask: _Question, most: int) -> list[_Case]:
    shape, rows = await _asked(client, module, ask, most)
    return [(_record(shape, row), reason, list(map(str, row.values()))) for row in rows if _open(shape, row)]


async def _by_domain(client: CrmClient, asking: Asking, wanted: Sequence[str]) -> list[Suggestion]:
    """Companies whose own address or website is in one of these domains, when nobody is known by address."""
    if not wanted:
        return []

    def ask(shape: Shape) -> tuple[Sequence[str], Condition | None]:
        fields = (*shape.names("email"), *shape.names("url"))
        parts = [contains(field, f"@{domain}") for domain in wanted for field in shape.names("email")]
        parts += [contains(field, domain) for domain in wanted for field in shape.names("url")]
        return (*shape.label_fields, *fields), any_of(*parts) if parts else None

    result = []
    answers = await asking.each([(COMPANIES, _asked(client, COMPANIES, ask, MOST_COMPANIES))])
    for shape, row in ((shape, row) for shape, rows in answers for row in rows):
        # LIKE is only a first sieve: "%rossi.it%" finds grossi.it, too.
        about = next((domain for domain in wanted if _is_of(domain, shape, row)), "")
        if about:
            result.append(Suggestion(_record(shape, row), Reason.DOMAIN, about))
    return result


def _is_of(domain: str, shape: Shape, company: Row) -> bool:
    """Whether a company's address or site is in the domain."""
    mails = (str(company.get(name) or "").strip().casefold() for name in shape.names("email"))
    sites = (str(company.get(name) or "").strip().casefold() for name in shape.names("url"))
    hosts = (_BEHIND_HOST.sub("", _BEFORE_HOST.sub("", site)) for site in sites)
    return any(one.endswith(f"@{domain}") for one in mails) or domain in hosts


def _state(shape: Shape) -> tuple[str, ...]:
    name = STATE_FIELD.get(shape.module)
    return (name,) if name and shape.field(name) else ()


def _closing(shape: Shape) -> tuple[str, ...]:
    """The values that end a case: those that the CRM's picklist has, by their names."""
    field = shape.field(STATE_FIELD.get(shape.module, ""))
    values = tuple(value for value in field.values if value.casefold().startswith("closed")) if field else ()
    return values or CLOSED.get(shape.module, ())


def _open(shape: Shape, row: Row) -> bool:
    return not any(row.get(name) in _closing(shape) for name in _state(shape))


def _record(shape: Shape, row: Row) -> Record:
    states = [str(row[name]) for name in _state(shape) if row.get(name)]
    mails = [str(row[name]) for name in shape.names("email") if row.get(name)]
    return Record(str(row["id"]), shape.module, name_of(row, shape), (states or mails or [""])[0])


def _for_person(shape: Shape, row: Row, wanted: Mapping[str, Asked]) -> Suggestion:
    mails = {str(row.get(name) or "").strip().casefold(): str(row.get(name)) for name in shape.names("email")}
    # The order in which they were asked for: a person's own address before one that is alike, guesses last.
    mail = next((mail for mail in wanted if mail in mails), "")
    by = wanted.get(mail)
    reason = Reason.TICKET if shape.module == TICKETS else Reason.ADDRESS
    if by is not None and by.person.guess:
        reason = Reason.TEXT
    return Suggestion(_record(shape, row), reason, mails.get(mail, ""), by)


def _about(found: Sequence[tuple[Shape, Row]], company: str) -> str:
    return next((name_of(row, shape) for shape, row in found if company in map(str, row.values())), "")
