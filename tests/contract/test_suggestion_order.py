"""What is suggested, in which order and why: one set of situations for PHP, the sandbox and Python."""

from __future__ import annotations

import json
import random
from typing import Any

import pytest

from connector.finding.certainty import certain
from connector.finding.person import Role
from connector.finding.suggestion import Reason, ordered
from connector.vtenext.component.finding import look_from
from contract.component_fixtures import Stage, php_component, sandbox, stage
from contract.situations import Situation, World, reason_named, situations

__all__ = ["php_component", "sandbox", "stage"]
GROUPS = 8


def test_there_are_enough_and_each_reason_is_among_them() -> None:
    told = situations()
    reasons = {line.split()[1] for one in told for line in one.right}
    assert len({one.about for one in told}) == len(told) >= 100
    assert reasons == {reason_named(reason) for reason in Reason}


@pytest.mark.parametrize("group", range(GROUPS))
def test_php_and_the_sandbox_suggest_what_is_right_and_python_sees_the_same(stage: Stage, group: int) -> None:
    for one in situations()[group::GROUPS]:
        stage.crm.reset()
        world = World(stage.crm)
        found, chosen = _told(stage, world, one)
        right = [*world.right(one), f"certain: {one.certain}"]
        assert [*found, f"certain: {chosen}"] == right, one.about


def _told(stage: Stage, world: World, one: Situation) -> tuple[list[str], str | None]:
    """What the component suggests, and which of it the pane finds certain."""
    result = _asked(stage, world, one)
    look = look_from(result, one.message_id, one.subject, one.side)
    listed = [(entry["id"], entry["reason"], entry["about"]) for entry in result["records"]]
    seen = [(s.record.id, reason_named(s.reason), s.about) for s in look.answers.found]
    assert seen == listed, one.about
    mixed = list(look.answers.found)
    random.Random(one.about).shuffle(mixed)
    assert ordered(mixed) == look.answers.found, one.about
    recipients = sum(role == "to" for _, role in one.roles)
    sure = look.complete and look.answers.unasked is None and look.earlier is not None and not look.earlier.records
    alone = Role.TO if one.sent and recipients == 1 else None
    record = certain(look.answers.found, only_recipient=alone, strangers=look.unknown) if sure else None
    name = next((name for name, id_ in world.ids.items() if record and id_ == record.id), None)
    return world.named(listed), name


def _asked(stage: Stage, world: World, one: Situation) -> dict[str, Any]:
    world.arrange(one)
    for message_id, subject, records, *user in one.linked:
        owner = user[0] if user else "agent"
        mail = stage.caller.link(owner, world.ids[records[0]], subject=subject, message_id=message_id)
        for name in records[1:]:
            stage.crm.relate_by_hand(mail, world.ids[name])
    world.delete(one)
    token = stage.caller.token(one.user)
    for module in one.hidden:
        stage.crm.access.refuse(one.user, module, "access")
    stage.crm.broken.update(one.broken)
    try:
        given = {
            "people": json.dumps([{"mail": mail, "role": role} for mail, role in one.roles]),
            "subject": world.text(one.subject),
            "message_id": one.message_id,
            "references": json.dumps(one.references),
            "recent": json.dumps(world.recent(one)),
        }
        if one.domains is not None:
            given["domains"] = json.dumps(one.domains)
        result: dict[str, Any] = stage.caller.result("mailconnectorfind", token, **given)
        return result
    finally:
        stage.crm.access.restore_rights()
        stage.crm.broken.clear()
