"""Searching records by hand, in one module or in those that matter."""

from __future__ import annotations

import itertools
from collections.abc import AsyncIterator, Sequence
from dataclasses import replace

from connector.finding.answers import Answers
from connector.finding.records import PEOPLE_FIRST, STATE_FIELD, Module, Record, Shape, name_of
from connector.finding.results import Results
from connector.vtenext.client import CrmClient
from connector.vtenext.stock.asking import Asking
from connector.vtenext.stock.vtql import all_of, any_of, contains, select

MOST_WORDS = 3
MOST_FIELDS = {1: 20, 2: 8, 3: 4}
"""By the number of words, for each word may be in each field; one word is looked for in all names and addresses."""
PER_MODULE = 20
EVERYWHERE = 6
"""Results per module when searching in all of them at once."""
MOST_OTHERS = 12
"""Modules beyond those that matter most, each of which takes two questions."""


async def search(client: CrmClient, modules: Sequence[Module], module: str, text: str) -> AsyncIterator[Results]:
    """Yield records whose name, number or e-mail address contains every word of ``text``.

    ``module`` empty searches the modules that matter most, and where these have nothing all others: each has to be
    described first. One that the CRM refuses is passed over, one that failed to answer is named with the rest. Raises
    the `ConnectorError` of a chosen module, and where no module has answered.
    """
    words = text.split()[:MOST_WORDS]
    if not words:
        yield Results()
        return
    if module:
        found, more = await _in(client, module, words, PER_MODULE)
        yield Results(Answers(tuple(found)), frozenset({module} if more else ()))
        return
    asking = Asking()
    chosen = [one.name for one in modules if one.name in PEOPLE_FIRST]
    others = tuple(one.name for one in modules if one.name not in PEOPLE_FIRST)
    results = await _everywhere(client, asking, chosen, words, first=True)
    if results.answers.found or not others:
        yield replace(results, left=others)
        return
    yield replace(results, complete=False)
    further = await _everywhere(client, asking, others[:MOST_OTHERS], words)
    yield replace(further, left=others[MOST_OTHERS:])


async def _everywhere(
    client: CrmClient, asking: Asking, modules: Sequence[str], words: Sequence[str], *, first: bool = False
) -> Results:
    several = await asking.each([(name, _in(client, name, words, EVERYWHERE)) for name in modules], first=first)
    found = tuple(record for records, _ in several for record in records)
    more = frozenset(records[0].module for records, cut in several if cut)
    return Results(Answers(found, asking.unasked), more)


async def _in(client: CrmClient, module: str, words: Sequence[str], most: int) -> tuple[list[Record], bool]:
    """Return the records of a module, and whether there are more."""
    shape = await client.shape(module)
    fields = _searched(shape)[: MOST_FIELDS[len(words)]]
    if not fields:
        return [], False
    # VTQL has no parentheses: every word in any field becomes an OR over all ways to place the words.
    ways = itertools.product(fields, repeat=len(words))
    where = any_of(*(all_of(*(contains(f, w) for f, w in zip(way, words, strict=True))) for way in ways))
    state = STATE_FIELD.get(module, "")
    shown = tuple(dict.fromkeys(("id", *shape.label_fields, *fields, *((state,) if shape.field(state) else ()))))
    rows = await client.query(select(shown, module, where, limit=(0, most + 1)))
    records = []
    for row in rows[:most]:
        details = [str(row.get(name) or "") for name in (state, *shape.names("email"), *fields) if name]
        name = name_of(row, shape)
        details = [detail for detail in details if detail and detail not in name]
        records.append(Record(str(row["id"]), module, name, details[0] if details else ""))
    first = words[0].casefold()
    records.sort(key=lambda record: (not record.name.casefold().startswith(first), record.name.casefold()))
    return records, len(rows) > most


def _searched(shape: Shape) -> tuple[str, ...]:
    numbers = tuple(field.name for field in shape.fields if field.generated)
    return tuple(dict.fromkeys((*shape.label_fields, *numbers, *shape.names("email"))))
