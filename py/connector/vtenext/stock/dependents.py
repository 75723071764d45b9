"""What hangs on the people that a stock vtenext has found: their companies, open opportunities and tickets."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence

from connector.errors import CrmFault, PermissionDenied, SignInNeeded
from connector.finding.records import (
    CLOSED,
    COMPANIES,
    OPPORTUNITIES,
    STATE_FIELD,
    STOCK,
    TICKETS,
    Record,
    Shape,
    is_record_id,
    name_of,
)
from connector.finding.suggestion import Reason, Suggestion, ordered
from connector.linking.prefetch import may_fail
from connector.vtenext.client import CrmClient, Row
from connector.vtenext.stock.asking import Asking
from connector.vtenext.stock.modulewise import state_of
from connector.vtenext.stock.vtql import all_of, any_of, differs, refers, select

MOST_ROWS = 10
MOST_CASES = 50
"""Open cases of one module; the newest, where there are more."""
CASES = ((OPPORTUNITIES, Reason.OPPORTUNITY), (TICKETS, Reason.TICKET))
Found = tuple[Shape, Row]


async def dependents(
    client: CrmClient, asking: Asking, people: Sequence[Found], known_by: Sequence[Suggestion], visible: set[str] | None
) -> list[Suggestion]:
    """Suggest the companies of the people found, and what is open for both.

    ``known_by`` are all suggestions by now, whose order that of the people is; ``visible`` are the names of the modules
    that the user is shown, None where that is not known.
    """
    if not people:
        return []
    found = _in_order(people, known_by)
    theirs = _companies_of(found)
    companies, cases = await asyncio.gather(
        _visible(client, asking, theirs), _cases(client, asking, found, theirs, visible)
    )
    suggestions = [
        Suggestion(record_of(STOCK[COMPANIES], row), Reason.COMPANY, *_about(found, str(row["id"])))
        for row in companies
    ]
    known = _in_order([*found, *((STOCK[COMPANIES], row) for row in companies)], [*known_by, *suggestions])
    names = {str(row["id"]): name_of(row, shape) for shape, row in known}
    places = {id_: place for place, id_ in enumerate(names)}
    for reason, shape, row in cases:
        # Those of a company that this user may not see are nobody's.
        parent = next((one for one in map(str, row.values()) if one in names and one != row["id"]), "")
        if parent:
            suggestions.append(Suggestion(record_of(shape, row), reason, names[parent], place=places[parent]))
    return suggestions


def _companies_of(found: Sequence[Found]) -> list[str]:
    """The ids of companies that the found people point to."""
    ids: dict[str, None] = {}
    for shape, row in found:
        if shape.module in (OPPORTUNITIES, TICKETS, COMPANIES):
            continue
        for name in shape.references(COMPANIES):
            if is_record_id(row.get(name)):
                ids[str(row[name])] = None
    known = {str(row["id"]) for _, row in found}
    return [record_id for record_id in ids if record_id not in known][:MOST_ROWS]


async def _visible(client: CrmClient, asking: Asking, companies: Sequence[str]) -> list[Row]:
    """Those of these companies that the user may see."""
    rows = await asking.each([(COMPANIES, client.retrieve(record_id)) for record_id in companies])
    return [row for row in rows if any(row.get(name) for name in STOCK[COMPANIES].label_fields)]


async def _cases(
    client: CrmClient, asking: Asking, found: Sequence[Found], companies: Sequence[str], visible: set[str] | None
) -> list[tuple[Reason, Shape, Row]]:
    """Open opportunities and tickets that point to the found records or to these companies."""
    parents = {str(row["id"]): shape.module for shape, row in found[:MOST_ROWS]}
    parents |= dict.fromkeys(companies, COMPANIES)
    reasons = dict(CASES)
    several = await asking.each(
        [(module, _open_cases(client, module, parents)) for module in reasons if visible is None or module in visible]
    )
    return [(reasons[shape.module], shape, row) for shape, rows in several for row in rows]


async def _open_cases(client: CrmClient, module: str, parents: Mapping[str, str]) -> tuple[Shape, list[Row]]:
    """Ask for cases. A module that refuses what a stock vtenext has could not be asked, and is described meanwhile."""
    described = client.described(module)
    shape = described or STOCK[module]
    pairs = [(name, record_id) for record_id, kind in parents.items() for name in shape.references(kind)]
    if not pairs:
        return shape, []
    state = state_of(shape)
    still_open = [differs(name, value) for name in state for value in _closing(shape)]
    where = any_of(*(all_of(refers(name, record_id), *still_open) for name, record_id in pairs))
    fields = tuple(dict.fromkeys(("id", *shape.label_fields, *(name for name, _ in pairs), *state)))
    try:
        rows = await client.query(select(fields, module, where, order="id DESC", limit=(0, MOST_CASES)))
    except SignInNeeded:
        raise
    except (PermissionDenied, CrmFault) as error:
        if described is None:
            may_fail(asyncio.ensure_future(client.shape(module)))
            raise CrmFault(reason="query") if isinstance(error, PermissionDenied) else error from error
        raise
    return shape, [row for row in rows if is_open(shape, row)]


def _about(found: Sequence[tuple[Shape, Row]], company: str) -> tuple[str, None, str, int]:
    """About whom a company is suggested, found by no address, no role, and the place of the first who belongs to it."""
    theirs = [(name_of(row, shape), place) for place, (shape, row) in enumerate(found) if company in row.values()]
    about, place = next(iter(theirs), ("", 0))
    return about, None, "", place


def _in_order(found: Sequence[tuple[Shape, Row]], suggestions: Sequence[Suggestion]) -> list[tuple[Shape, Row]]:
    """The rows in the order of their suggestions."""
    places = {one.record.id: place for place, one in enumerate(ordered(suggestions))}
    return sorted(found, key=lambda one: places.get(str(one[1]["id"]), len(places)))


def _closing(shape: Shape) -> tuple[str, ...]:
    """The values that end a case: those that the CRM's picklist has, by their names."""
    field = shape.field(STATE_FIELD.get(shape.module, ""))
    values = tuple(value for value in field.values if value.casefold().startswith("closed")) if field else ()
    return values or CLOSED.get(shape.module, ())


def is_open(shape: Shape, row: Row) -> bool:
    """Return whether a case is open; whatever is no case is."""
    return not any(row.get(name) in _closing(shape) for name in state_of(shape))


def record_of(shape: Shape, row: Row) -> Record:
    """Return the record of a row."""
    states = [str(row[name]) for name in state_of(shape) if row.get(name)]
    mails = [str(row[name]) for name in shape.names("email") if row.get(name)]
    return Record(str(row["id"]), shape.module, name_of(row, shape), (states or mails or [""])[0])
