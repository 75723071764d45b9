"""A whole mail in one request: stored with its files, and related with the Documents that came of them."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Mapping, Sequence
from typing import Any

import httpx
import pytest

from contract.component_fixtures import Stage, php_component, sandbox, sandbox_stage, stage
from sandbox_crm.faults import Fault
from sandbox_crm.users import PROFILES

__all__ = ["php_component", "sandbox", "sandbox_stage", "stage"]
FILES = {"0_offer.pdf": b"%PDF-1", "1_plan.txt": b"The plan"}
DENIED = "Permission to read given object is denied"


WITH_FILES = {"hasattachments": "True", "external_plugin": "true"}


def mail(**changes: object) -> str:
    fields = {"subject": "Offer 42", "messageid": "<offer-42@northwind.example>", "mtype": "Link"} | WITH_FILES
    return json.dumps(fields | changes)


def link(stage: Stage, targets: Sequence[str], files: Mapping[str, bytes] = FILES, token: str = "") -> dict[str, Any]:
    given = {"element": mail(), "targets": json.dumps(targets)}
    answer = stage.caller.upload("mailconnectorlink", token or stage.caller.token(), files, **given).json()["data"]
    assert answer["ok"] is True, answer
    result: dict[str, Any] = answer["result"]
    return result


def contact(stage: Stage, lastname: str = "Smith") -> str:
    return stage.crm.find("Contacts", lastname=lastname).id


def company(stage: Stage) -> str:
    return stage.crm.find("Accounts", accountname="Northwind Traders").id


def notice(stage: Stage) -> str:
    return stage.crm.all_records("Notices")[0].id


def linked(stage: Stage, record: str) -> tuple[list[str], list[str]]:
    """The mails and the Documents of a record."""
    crm = stage.crm
    return [one.id for one in crm.linked_messages(record)], [one.id for one in crm.linked_documents(record)]


def test_mail_and_files_are_stored_and_related(stage: Stage) -> None:
    targets = [contact(stage), company(stage)]

    result = link(stage, targets)

    message, documents = result["message"]["id"], [one["id"] for one in result["documents"]]
    assert [one.id for one in stage.crm.messages()] == [message]
    assert list(stage.crm.messages()[0].attachments) == documents
    assert [stage.crm.file(document) for document in documents] == list(FILES.values())
    assert result["related"] == [
        *([source, target] for source in [message, *documents] for target in targets),
        *([message, document] for document in documents),
    ]
    assert (result["refused"], result["complete"]) == ([], True)
    assert all(linked(stage, target) == ([message], documents) for target in targets)
    assert all([one.id for one in stage.crm.linked_messages(document)] == [message] for document in documents)


def test_the_users_own_copies_are_told(stage: Stage) -> None:
    token = stage.caller.token()
    first = link(stage, [contact(stage)], token=token)
    other = link(stage, [contact(stage)], token=stage.caller.token("admin"))
    again = link(stage, [contact(stage)], token=token)
    assert first["copies"] == [first["message"]["id"]]
    assert other["copies"] == [other["message"]["id"]]
    assert again["copies"] == [first["message"]["id"], again["message"]["id"]]


def by_key(stage: Stage, operation: str, **given: str) -> Any:
    """What the stock operation answers to the agent."""
    key = stage.crm.access_key("agent")
    return stage.stock.http.post(f"restapi/v1/vtews/{operation}", json=given, auth=("agent", key)).json()["data"]


def test_the_mail_is_told_as_by_create_and_the_documents_as_by_a_query(stage: Stage) -> None:
    token = stage.caller.token()
    result = link(stage, [contact(stage)], token=token)
    ids = ", ".join(f"'{one['id']}'" for one in result["documents"])
    query = f"SELECT id, notes_title, filesize, folderid FROM Documents WHERE id IN ({ids}) ORDER BY id;"  # noqa: S608
    created = stage.caller.call(token, "create", elementType="Messages", element=mail())

    assert result["message"] == created | {"id": result["message"]["id"]}
    assert stage.crm.record(result["message"]["id"]).owner == "agent"
    assert result["documents"] == by_key(stage, "query", query=query)
    assert [(one["notes_title"], one["filesize"]) for one in result["documents"]] == [
        ("offer.pdf", "6"),
        ("plan.txt", "8"),
    ]


def test_only_the_documents_of_this_mail_count(stage: Stage) -> None:
    token, mary = stage.caller.token(), contact(stage)
    stage.caller.documents(token, 2)
    first = link(stage, [company(stage)], token=token)
    second = link(stage, [mary], {"0_more.txt": b"more"}, token=token)

    assert [one["notes_title"] for one in second["documents"]] == ["more.txt"]
    assert linked(stage, mary)[1] == [second["documents"][0]["id"]]
    # The same mail: all its copies are in the relationship.
    assert linked(stage, mary)[0] == [first["message"]["id"], second["message"]["id"]]


def test_json_without_files(stage: Stage) -> None:
    mary = contact(stage)
    given = {"element": mail(), "targets": json.dumps([mary, mary])}

    result = stage.caller.result("mailconnectorlink", stage.caller.token(), **given)

    message = result["message"]["id"]
    assert result["documents"] == []
    assert (result["related"], result["refused"], result["complete"]) == ([[message, mary]], [], True)
    assert linked(stage, mary) == ([message], [])


def test_a_record_that_was_deleted_gets_nothing(stage: Stage) -> None:
    mary, token = contact(stage), stage.caller.token()
    by_key(stage, "delete", id=mary)
    result = link(stage, [mary, company(stage)], token=token)
    assert {target for _, target in result["related"]} == {company(stage), *(one["id"] for one in result["documents"])}
    assert [(one["target"], one["reason"]) for one in result["refused"]] == [
        (mary, "Record you are trying to access is not found"),
    ]


def test_what_is_refused_is_told_by_pair_and_the_rest_is_related(stage: Stage) -> None:
    haugen, mary = contact(stage, "Haugen"), contact(stage)

    result = link(stage, [notice(stage), mary, haugen, "4x999999"])

    message, documents = result["message"]["id"], [one["id"] for one in result["documents"]]
    assert result["related"] == [
        *([source, mary] for source in [message, *documents]),
        *([message, document] for document in documents),
    ]
    assert [(one["source"], one["target"], one["reason"]) for one in result["refused"]] == [
        (message, haugen, DENIED),
        (message, "4x999999", "Permission to perform the operation is denied"),
        (message, notice(stage), "There is no relation with module Notices"),
    ]
    assert result["complete"] is True
    assert linked(stage, mary) == ([message], documents)
    assert linked(stage, haugen) == linked(stage, notice(stage)) == ([], [])


def test_a_record_that_takes_the_mail_but_no_documents(stage: Stage) -> None:
    mary, note = contact(stage), stage.crm.new_record("MyNotes", owner="agent", subject="Cold store")

    result = link(stage, [note, mary])

    message, documents = result["message"]["id"], [one["id"] for one in result["documents"]]
    taken = [[message, note], [message, mary], *([one, mary] for one in documents)]
    assert result["related"] == [*taken, *([message, one] for one in documents)]
    assert [(one["source"], one["target"]) for one in result["refused"]] == [(one, note) for one in documents]


def test_where_no_target_takes_the_mail_no_document_is_related(stage: Stage) -> None:
    haugen = contact(stage, "Haugen")

    result = link(stage, [haugen])

    assert len(result["documents"]) == len(stage.crm.documents()) == 2
    assert (result["related"], result["complete"]) == ([], True)
    assert [one["target"] for one in result["refused"]] == [haugen]
    assert linked(stage, haugen) == ([], [])


def test_a_file_over_the_limit_is_missing(stage: Stage) -> None:
    # PHP's own limit as it comes is 2 MiB.
    stage.crm.quirks = dataclasses.replace(stage.crm.quirks, server_file_limit=2 * 1024**2)

    result = link(stage, [contact(stage)], {"0_film.bin": bytes(2_500_000)} | FILES)

    assert [one["notes_title"] for one in result["documents"]] == ["offer.pdf", "plan.txt"]
    assert result["complete"] is True


def test_where_the_user_may_not_query_documents_none_is_told_or_related(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    hidden = dataclasses.replace(PROFILES["sales"], hidden={"Documents": frozenset({"filesize"})})
    monkeypatch.setitem(PROFILES, "sales", hidden)
    mary = contact(stage)

    result = link(stage, [mary])

    assert len(stage.crm.documents()) == 2
    assert result["documents"] == []
    assert (result["related"], result["complete"]) == ([[result["message"]["id"], mary]], True)
    assert linked(stage, mary) == ([result["message"]["id"]], [])


def test_where_the_time_runs_short_the_mail_is_related_all_the_same(stage: Stage) -> None:
    stage.component.relate_seconds = 0
    token, targets = stage.caller.token(), [contact(stage), company(stage)]

    result = link(stage, targets, token=token)

    message, documents = result["message"]["id"], [one["id"] for one in result["documents"]]
    assert result["related"] == [[message, target] for target in targets]
    assert (len(documents), result["complete"]) == (2, False)
    stage.component.relate_seconds = 3_600
    given = {"sources": json.dumps(documents), "targets": json.dumps(targets)}
    assert stage.caller.result("mailconnectorrelate", token, **given)["complete"] is True
    assert all(linked(stage, target) == ([message], documents) for target in targets)


def test_what_create_refuses_is_refused_as_by_create(stage: Stage) -> None:
    token, targets = stage.caller.token(), json.dumps([contact(stage)])
    for element in (json.dumps({"subject": "Offer 42"}), mail(hasattachments="nonsense", messageid="")):
        given = {"operation": "create", "elementType": "Messages", "element": element}
        alone = stage.caller.upload("mailconnectorcall", token, FILES, **given)
        whole = stage.caller.upload("mailconnectorlink", token, FILES, element=element, targets=targets)
        assert (whole.status_code, whole.json()) == (alone.status_code, alone.json())
        assert whole.status_code == 500
    assert (stage.crm.messages(), stage.crm.documents()) == ([], [])


@pytest.mark.parametrize(
    ("name", "given"),
    [
        *(("element", text) for text in ["", "[]", "null", "7", '"a"', "{", "no JSON", "[{}]"]),
        *(("element", mail(parent_id=id_)) for id_ in ["4x22", "", None]),
        *(("targets", text) for text in ["", "[]", "{}", "null", "[", '"4x1"', "[1]", '["Mary"]']),
        ("targets", json.dumps([f"4x{number}" for number in range(1, 52)])),
    ],
)
def test_what_is_wrong_is_named_and_nothing_is_stored(stage: Stage, name: str, given: str) -> None:
    right = {"element": mail(), "targets": json.dumps([contact(stage)])}

    answer = stage.caller.upload("mailconnectorlink", stage.caller.token(), FILES, **right | {name: given}).json()

    assert (answer["data"]["code"], answer["data"]["details"]) == ("request_invalid", {"parameter": name})
    assert (stage.crm.messages(), stage.crm.documents()) == ([], [])


@pytest.mark.parametrize("given", [{"element": {"subject": "a"}}, {"element": 7}, {"element": None}, {}])
def test_an_element_that_is_no_text_or_not_there_is_named(stage: Stage, given: dict[str, object]) -> None:
    data = stage.caller.data("mailconnectorlink", stage.caller.token(), **given)

    assert (data["code"], data["details"]) == ("request_invalid", {"parameter": "element"})


def test_an_upload_over_the_limit_of_the_request_is_told_as_a_missing_element(sandbox_stage: Stage) -> None:
    at, token = sandbox_stage, sandbox_stage.caller.token()
    at.crm.quirks = dataclasses.replace(at.crm.quirks, post_max_size=1000)
    given = {"element": mail(), "targets": json.dumps([contact(at)])}

    answer = at.caller.upload("mailconnectorlink", token, {"0_film.bin": bytes(2000)}, **given).json()["data"]

    assert (answer["code"], answer["details"]) == ("request_invalid", {"parameter": "element"})
    assert at.crm.messages() == []


def test_it_needs_a_token(stage: Stage) -> None:
    given = {"element": mail(), "targets": json.dumps([contact(stage)])}

    assert stage.caller.code("mailconnectorlink", **given) == "sign_in_again"
    assert stage.caller.code("mailconnectorlink", stage.crm.access_key("agent"), **given) == "sign_in_again"
    assert stage.crm.messages() == []


@pytest.mark.parametrize("switch", ["links_whole_mails", "relates_several"])
def test_an_older_component_has_no_such_operation(sandbox_stage: Stage, switch: str) -> None:
    token = sandbox_stage.caller.token()
    setattr(sandbox_stage.component, switch, False)

    answer = sandbox_stage.caller.raw("mailconnectorlink", token)

    assert (answer.status_code, answer.json()["error"]) == (400, "RouteNotFoundException")


@pytest.mark.parametrize(("when", "stored"), [("before", 0), ("after", 1)])
def test_faults_and_the_log_know_it_as_about_messages(sandbox_stage: Stage, when: str, stored: int) -> None:
    at, token = sandbox_stage, sandbox_stage.caller.token()
    given = {"element": mail(), "targets": json.dumps([contact(at)])}
    at.crm.faults.add(Fault("mailconnectorlink", "maintenance_503", module="Messages", when=when))

    answer = at.caller.upload("mailconnectorlink", token, FILES, **given)

    assert answer.status_code == 503
    assert len(at.crm.messages()) == stored
    last = at.crm.requests[-1]
    assert (last.operation, last.module, last.files) == ("mailconnectorlink", "Messages", 2)


def test_faults_strike_its_upload(sandbox_stage: Stage) -> None:
    at, token = sandbox_stage, sandbox_stage.caller.token()
    given = {"element": mail(), "targets": json.dumps([contact(at)])}
    at.crm.faults.add(Fault("mailconnectorlink", "reset", module="Messages", after_bytes=100_000))

    with pytest.raises(httpx.TransportError):
        at.caller.upload("mailconnectorlink", token, {"0_film.bin": bytes(3_000_000)}, **given)

    assert at.crm.messages() == []
    assert (at.crm.requests[-1].module, at.crm.requests[-1].fault) == ("Messages", "reset")
