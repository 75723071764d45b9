"""Searching records by hand, in one module or in those that matter."""

from __future__ import annotations

import itertools
from collections.abc import Sequence

from connector.finding.answers import Answers
from connector.finding.records import PEOPLE_FIRST, STATE_FIELD, Module, Record, Shape, name_of
from connector.vtenext.client import CrmClient
from connector.vtenext.stock.asking import Asking
from connector.vtenext.stock.vtql import all_of, any_of, contains, select

MOST_WORDS = 3
MOST_FIELDS = {1: 20, 2: 8, 3: 4}
"""By the number of words, for each word may be in each field; one word is looked for in all names and addresses."""
PER_MODULE = 20
EVERYWHERE = 6
"""Results per module when searching in all of them at once."""


async def search(client: CrmClient, modules: Sequence[Module], module: str, text: str) -> Answers[Record]:
    """Records whose name, number or e-mail address contains every word of ``text``.

    ``module`` empty searches the modules that matter most: one that the CRM refuses is passed over, one that failed to
    answer is told with the rest. Raises the `ConnectorError` of a chosen module, and where no module has answered.
    """
    words = text.split()[:MOST_WORDS]
    if not words:
        return Answers()
    if module:
        return Answers(tuple(await _in(client, module, words, PER_MODULE)))
    asking = Asking()
    chosen = [one.name for one in modules if one.name in PEOPLE_FIRST]
    several = await asking.each([(name, _in(client, name, words, EVERYWHERE)) for name in chosen], first=True)
    return Answers(tuple(record for records in several for record in records), asking.unasked)


async def _in(client: CrmClient, module: str, words: Sequence[str], most: int) -> list[Record]:
    shape = await client.shape(module)
    fields = _searched(shape)[: MOST_FIELDS[len(words)]]
    if not fields:
        return []
    # VTQL has no parentheses: every word in any field becomes an OR over all ways to place the words.
    ways = itertools.product(fields, repeat=len(words))
    where = any_of(*(all_of(*(contains(f, w) for f, w in zip(way, words, strict=True))) for way in ways))
    state = STATE_FIELD.get(module, "")
    shown = tuple(dict.fromkeys(("id", *shape.label_fields, *fields, *((state,) if shape.field(state) else ()))))
    rows = await client.query(select(shown, module, where, limit=(0, most)))
    records = []
    for row in rows:
        details = [str(row.get(name) or "") for name in (state, *shape.names("email"), *fields) if name]
        name = name_of(row, shape)
        details = [detail for detail in details if detail and detail not in name]
        records.append(Record(str(row["id"]), module, name, details[0] if details else ""))
    first = words[0].casefold()
    return sorted(records, key=lambda record: (not record.name.casefold().startswith(first), record.name.casefold()))


def _searched(shape: Shape) -> tuple[str, ...]:
    numbers = tuple(field.name for field in shape.fields if field.generated)
    return tuple(dict.fromkeys((*shape.label_fields, *numbers, *shape.names("email"))))
