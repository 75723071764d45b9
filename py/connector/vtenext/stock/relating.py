"""Relating a mail or Documents to records by vtenext's own ``relate``: one source at a time."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial

from connector.errors import PermissionDenied, Problem, RecordRefused, RelationMissing
from connector.linking.abreast import few_at_once
from connector.linking.storage import Report
from connector.vtenext.client import CrmClient


async def relate_all(client: CrmClient, pending: Mapping[str, Sequence[str]], report: Report) -> None:
    """Relate each source to its targets, in as few calls as the CRM allows.

    Raises the first `ConnectorError` when all that was under way has ended; what was reported by then stands.
    """

    async def alone(source: str, targets: Sequence[str]) -> None:
        problems = await related(client, source, targets)
        done = {(source, target) for target in targets if target not in problems}
        report(done, {(source, target): problem for target, problem in problems.items()})

    await few_at_once([partial(alone, source, tuple(targets)) for source, targets in pending.items() if targets])


async def related(client: CrmClient, source: str, targets: Sequence[str]) -> dict[str, Problem]:
    """Relate to all at once; where one of several is refused, to ever fewer, to find it. Returns the refused ones.

    A module without the relation refuses all its records: they are not asked for one by one.
    """
    try:
        await client.relate(source, targets)
    except (RelationMissing, PermissionDenied, RecordRefused) as error:
        parts = _parted(targets)
        if len(parts) == 1 and (len(targets) == 1 or isinstance(error, RelationMissing)):
            return dict.fromkeys(targets, Problem(error.code, error.details))
        if len(parts) == 1:
            parts = [targets[: len(targets) // 2], targets[len(targets) // 2 :]]
        problems: dict[str, Problem] = {}
        for part in parts:
            problems |= await related(client, source, part)
        return problems
    return {}


def _parted(targets: Sequence[str]) -> list[Sequence[str]]:
    """The records of each module by themselves."""
    parts: dict[str, list[str]] = {}
    for target in targets:
        parts.setdefault(target.partition("x")[0], []).append(target)
    return list(parts.values())
