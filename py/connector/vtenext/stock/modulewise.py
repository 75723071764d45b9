"""One question to one module, in at most two rounds.

    answer = await ask(client, "Contacts", parts)
    if isinstance(answer, Later):
        answer = await ask_again(client, answer)      # in the next round

The first asks with what a stock vtenext has. A field that the profile hides is an error for the whole query, and looks
like a failure until the module is described: so the second asks for each field alone, and for the description.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from connector.errors import ConnectorError, CrmFault, PermissionDenied, SignInNeeded
from connector.finding.records import COMPANIES, STATE_FIELD, STOCK, Shape
from connector.linking.prefetch import may_fail
from connector.vtenext.client import CrmClient, Row
from connector.vtenext.stock.vtql import Condition, any_of, select

Parts = Callable[[Shape], Sequence[tuple[str, Condition]]]
"""Makes of a module's shape the fields to look into, each with its condition; any of them may hold."""


@dataclass(frozen=True)
class Rows:
    """The rows that a module answered with, and its shape. ``cut``: there may be more of them."""

    shape: Shape
    rows: tuple[Row, ...] = ()
    cut: bool = False


@dataclass(frozen=True)
class Later:
    """A module that has to be asked once more: it is described by now, or has refused what a stock vtenext has."""

    module: str
    parts: Parts
    most: int
    shape: Shape | None = None


async def ask(client: CrmClient, module: str, parts: Parts, most: int) -> Rows | Later:
    """Ask a module that is known; have one that is not described.

    Raises `PermissionDenied` for a module that is hidden from this user; other errors say that it could not be asked.
    """
    described = client.described(module)
    shape = described or STOCK.get(module)
    if shape is None:
        return Later(module, parts, most, await client.shape(module))
    try:
        return await _told(client, shape, parts(shape), most)
    except (PermissionDenied, CrmFault):
        if described is not None:
            raise
        return Later(module, parts, most)


async def ask_again(client: CrmClient, later: Later) -> Rows:
    """Ask a module in the round after. Raises as `ask`."""
    if later.shape is not None:
        return await _told(client, later.shape, later.parts(later.shape), later.most)
    stock = STOCK[later.module]
    parts = later.parts(stock)
    alone = (_told(client, stock, [part], later.most, briefly=True) for part in parts)
    description = asyncio.ensure_future(client.shape(later.module))
    may_fail(description)
    outcomes = await asyncio.gather(*alone, return_exceptions=True)
    shape = await description
    rows: dict[str, Row] = {}
    cut = False
    for (field, _), outcome in zip(parts, outcomes, strict=True):
        if isinstance(outcome, Rows):
            cut = cut or outcome.cut
            rows |= {str(row["id"]): {**rows.get(str(row["id"]), {}), **row} for row in outcome.rows}
        elif isinstance(outcome, SignInNeeded) or not isinstance(outcome, ConnectorError):
            raise outcome if isinstance(outcome, BaseException) else TypeError(field)
        elif shape.field(field):
            # The profile shows it: so something failed, or hides what a record is called, which is known from now on.
            raise CrmFault(reason="query") if isinstance(outcome, PermissionDenied) else outcome
    return Rows(shape, tuple(rows.values()), cut)


async def _told(
    client: CrmClient, shape: Shape, parts: Sequence[tuple[str, Condition]], most: int, *, briefly: bool = False
) -> Rows:
    if not parts:
        return Rows(shape)
    fields = [*shape.label_fields, *(field for field, _ in parts)]
    if not briefly:
        fields += [*shape.names("email"), *shape.references(COMPANIES), *state_of(shape)]
    where = any_of(*(condition for _, condition in parts))
    wanted = tuple(dict.fromkeys(("id", *fields)))
    # Of more than are taken, the newest; so does the component.
    rows = await client.query(select(wanted, shape.module, where, order="id DESC", limit=(0, most)))
    return Rows(shape, tuple(rows), len(rows) >= most)


def state_of(shape: Shape) -> tuple[str, ...]:
    """Return the field that tells whether a case is open, where there is one."""
    name = STATE_FIELD.get(shape.module)
    return (name,) if name and shape.field(name) else ()
