"""Relating several records in one request: what stock ``relate`` does for each, no more and no less."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

import pytest

from contract.component_fixtures import Stage, php_component, sandbox, sandbox_stage, stage

__all__ = ["php_component", "sandbox", "sandbox_stage", "stage"]
DENIED = "Permission to read given object is denied"


def relate(stage: Stage, token: str, sources: Sequence[str], targets: Sequence[str]) -> dict[str, Any]:
    result: dict[str, Any] = stage.caller.result(
        "mailconnectorrelate", token, sources=json.dumps(sources), targets=json.dumps(targets)
    )
    return result


def linked(stage: Stage, record: str) -> list[str]:
    return [one.id for one in stage.crm.linked_documents(record)]


def contact(stage: Stage, lastname: str = "Smith") -> str:
    return stage.crm.find("Contacts", lastname=lastname).id


def test_every_source_is_related_to_every_target(stage: Stage) -> None:
    token = stage.caller.token()
    documents = stage.caller.documents(token, 3)
    targets = [contact(stage), stage.crm.find("Accounts", accountname="Northwind Traders").id]

    result = relate(stage, token, documents, targets)

    pairs = [[document, target] for document in documents for target in targets]
    assert result == {"related": pairs, "refused": [], "complete": True}
    assert all(linked(stage, target) == documents for target in targets)


def test_repeating_is_harmless_and_an_id_counts_once(stage: Stage) -> None:
    token, mary = stage.caller.token(), contact(stage)
    [document] = stage.caller.documents(token, 1)

    for _ in range(2):
        assert relate(stage, token, [document] * 2, [mary] * 2)["related"] == [[document, mary]]
    assert linked(stage, mary) == [document]


def test_each_pair_comes_out_as_by_a_call_of_its_own(stage: Stage) -> None:
    """Records of others, missing ones, modules without the relationship, ids of a wrong module, on either side."""
    haugen, mary = contact(stage, "Haugen"), contact(stage)
    notice = stage.crm.all_records("Notices")[0].id
    token, admin = stage.caller.token(), stage.caller.token("admin")
    sources = [
        *stage.caller.documents(token, 1),
        *stage.caller.documents(admin, 1),
        "7x999999",
        mary.replace("4x", "3x"),
        "999x1",
        *stage.caller.documents(token, 1),
    ]
    targets = [mary, haugen, notice, "4x999999", mary.replace("4x", "3x"), sources[0]]
    result = relate(stage, token, sources, targets)
    together = dict.fromkeys(map(tuple, result["related"]), "")
    together |= {(one["source"], one["target"]): one["reason"] for one in result["refused"]}
    documents = linked(stage, mary)

    alone = {}
    for source in sources:
        for target in targets:
            given = {"operation": "relate", "id": source, "relatelist": json.dumps([target]), "relationid": ""}
            answer = stage.caller.raw("mailconnectorcall", token, **given).json()
            alone[source, target] = answer.get("message", "")

    assert together == alone
    assert together[sources[0], haugen] == DENIED
    assert {sources[0], sources[-1]} <= set(documents)
    assert linked(stage, haugen) == []
    assert len(result["related"]) + len(result["refused"]) == len(sources) * len(targets)
    assert linked(stage, mary) == documents


def test_a_mail_is_a_source_like_any_other(stage: Stage) -> None:
    token, mary = stage.caller.token(), contact(stage)
    mail = stage.caller.link("agent", stage.crm.find("Accounts", accountname="Northwind Traders").id)

    assert relate(stage, token, [mail], [mary])["complete"] is True
    assert [one.id for one in stage.crm.linked_messages(mary)] == [mail]


def test_fifty_are_taken_and_one_more_is_not(stage: Stage) -> None:
    token, mary = stage.caller.token(), contact(stage)
    missing = [f"7x{number}" for number in range(900_000, 900_051)]

    assert len(relate(stage, token, missing[:50], [mary])["refused"]) == 50
    for given in ({"sources": missing, "targets": [mary]}, {"sources": [mary], "targets": missing}):
        texts = {name: json.dumps(ids) for name, ids in given.items()}
        assert stage.caller.code("mailconnectorrelate", token, **texts) == "request_invalid"


@pytest.mark.parametrize("name", ["sources", "targets"])
@pytest.mark.parametrize(
    "given",
    [
        None, "", "[]", "{}", "null", "[", '"7x1"', "[1]", '[["7x1"]]', '{"0": "7x1"}', '["7x1", ""]', '["7x1\\n"]',
        '["7"]', '["7x"]', '["x1"]', '["-7x1"]', '["7x1x2"]', '["７x1"]', '["7x1234567890123456"]',
        ["7x1"], 7, True, '["7x1"' + " " * 2048 + "]",
    ],
)  # fmt: skip
def test_what_is_no_list_of_record_ids_is_named(stage: Stage, name: str, given: object) -> None:
    both: dict[str, object] = {"sources": '["7x1"]', "targets": '["4x1"]'}

    data = stage.caller.data("mailconnectorrelate", stage.caller.token(), **both | {name: given})

    assert (data["code"], data["details"]) == ("request_invalid", {"parameter": name})


def test_where_the_time_runs_short_it_stops_after_a_whole_source(stage: Stage) -> None:
    stage.component.relate_seconds = 0
    token = stage.caller.token()
    left = documents = stage.caller.documents(token, 3)
    targets = [contact(stage), stage.crm.all_records("Notices")[0].id]

    for more in (True, True, False):
        result = relate(stage, token, left, targets)
        assert result["related"] == [[left[0], targets[0]]]
        assert [(one["source"], one["target"]) for one in result["refused"]] == [(left[0], targets[1])]
        assert result["complete"] is not more
        left = left[1:]

    assert linked(stage, targets[0]) == documents


def test_it_needs_a_token(stage: Stage) -> None:
    given = {"sources": '["7x1"]', "targets": '["4x1"]'}

    assert stage.caller.code("mailconnectorrelate", **given) == "sign_in_again"
    assert stage.caller.code("mailconnectorrelate", stage.crm.access_key("agent"), **given) == "sign_in_again"


def test_an_older_component_has_no_such_operation(sandbox_stage: Stage) -> None:
    token = sandbox_stage.caller.token()
    sandbox_stage.component.relates_several = False

    answer = sandbox_stage.caller.raw("mailconnectorrelate", token, sources='["7x1"]', targets='["4x1"]')

    unknown = sandbox_stage.caller.raw("no such operation", token)
    assert (answer.status_code, answer.json()["error"]) == (400, "RouteNotFoundException")
    assert answer.json().keys() == unknown.json().keys()
