"""What no client gets done by the component, whatever it writes: on the sandbox's and on the PHP one alike."""

from __future__ import annotations

import json
from typing import Any

import pytest

from contract.component_fixtures import Stage, php_component, sandbox, sandbox_stage, stage
from contract.test_component_storing import ID, MAIL, Desk
from sandbox_crm.component.operations import OPERATIONS
from sandbox_crm.rest.operations import OPERATIONS as STOCK

__all__ = ["php_component", "sandbox", "sandbox_stage", "stage"]
STOCK_PARAMETERS = {
    "operation": "query",
    "query": "SELECT user_name,accesskey FROM Users;",
    "elementType": "Users",
    "element": json.dumps({"user_name": "x", "is_admin": "on", "assigned_user_id": "19x1", "parent_id": "3x10"}),
    "relatelist": '["3x10"]',
    "sources": '["3x10"]',
    "assigned_user_id": "19x1",
    "owner": "19x1",
    "parent_id": "3x10",
    "module": "Users",
}
"""What stock operations take, and what an owner or a record could be called: no operation looks at it."""


@pytest.fixture
def desk(stage: Stage) -> Desk:
    """An administrator: whoever may do most."""
    return Desk(stage, "admin")


def kept(desk: Desk) -> tuple[list[str], ...]:
    """All that a client could have changed."""
    crm = desk.stage.crm
    modules = ("Messages", "Documents", "Contacts", "Accounts", "HelpDesk", "Leads")
    return *(crm.ids(module) for module in modules), [str(row.fields) for row in crm.user_rows()]


def not_for_mails(desk: Desk) -> dict[str, str]:
    """Ids of things that no mail goes to, by what they are."""
    mail = Desk(desk.stage, "sara").link(desk.mary)["message"]["id"]
    document = Desk(desk.stage, "sara").link(desk.mary, subject="Other", files={"a.txt": b"a"})["message"]["documents"]
    number = desk.mary.partition("x")[2]
    return {
        "a user": "19x1",
        "the user": "19x5",
        "a group": "20x2",
        "a folder": "22x1",
        "a mail of others": mail,
        "a document": document[0]["id"],
        "nothing": "4x999999",
        "a wrong module": f"3x{number}",
        "no module": f"999x{number}",
    }


@pytest.mark.parametrize("name", ["mail", "link", "file", "fill", "relate", "takeback", "search", "record"])
def test_a_request_of_which_nothing_arrived_says_so(desk: Desk, name: str) -> None:
    """As PHP drops a body over its limit. Who is not signed in is told that first."""
    assert desk.refusal(f"mailconnector{name}") == {"code": "request_empty"}
    assert desk.stage.caller.code(f"mailconnector{name}", "mct1_another") == "sign_in_again"


@pytest.mark.parametrize("operation", ["mailconnectorcall", *STOCK])
def test_no_stock_operation_takes_a_token(sandbox_stage: Stage, operation: str) -> None:
    desk = Desk(sandbox_stage, "admin")
    before = kept(desk)
    answer = desk.stage.caller.raw(operation, desk.token, **STOCK_PARAMETERS | {"id": desk.mary})

    assert answer.status_code in {400, 401, 500}, answer.text
    assert kept(desk) == before


@pytest.mark.parametrize("operation", sorted(set(OPERATIONS) - {"mailconnectorlogout", "mailconnectorrenew"}))
def test_the_parameters_of_stock_operations_change_nothing(desk: Desk, operation: str) -> None:
    before = kept(desk)
    with_them = desk.stage.caller.data(operation, desk.token, **STOCK_PARAMETERS | {"id": desk.mary})

    assert kept(desk) == before
    assert "accesskey" not in json.dumps(with_them)
    assert "user_name" not in json.dumps(with_them)
    if operation != "mailconnectorsearch":
        assert with_them == desk.stage.caller.data(operation, desk.token, id=desk.mary)


def test_a_mail_belongs_to_its_user_and_to_the_targets_alone(desk: Desk) -> None:
    given = {"mail": json.dumps(MAIL), "targets": json.dumps([desk.mary])}
    mail = desk.ask("mailconnectorlink", **STOCK_PARAMETERS | given)["message"]

    assert mail["records"] == [desk.mary]
    assert [one.owner for one in desk.stage.crm.messages()] == ["admin"]


OF_THE_DATABASE = """assigned_user_id smownerid owner creator parent_id id messagesid mtype messagehash deleted
module xmailer mdate description hasattachments external_plugin query mfrom mfrom_n account folder""".split()


@pytest.mark.parametrize("field", [*OF_THE_DATABASE, ""])
def test_a_mail_has_no_field_of_the_database(desk: Desk, field: str) -> None:
    before = kept(desk)
    for value in ("19x1", ["19x1"], None):
        given = {"mail": json.dumps(MAIL | {field: value}), "targets": json.dumps([desk.mary])}
        assert desk.refusal("mailconnectorlink", **given) == {"code": "request_invalid", "parameter": "mail"}
    assert kept(desk) == before


def test_no_mail_goes_to_users_groups_mails_documents_or_nothing(desk: Desk) -> None:
    others = not_for_mails(desk)
    mail = desk.link(desk.mary)["message"]["id"]
    before = kept(desk)
    for what, record in others.items():
        targets = json.dumps([record])
        for operation, given in {
            "mailconnectorlink": {"mail": json.dumps(MAIL | {"message_id": "<new@x.example>"}), "targets": targets},
            "mailconnectorfile": {"message": mail, "place": "1", "name": "a", "url": "https://a.example/b"}
            | {"targets": targets},
            "mailconnectorrecord": {"id": record},
        }.items():
            refusal = desk.refusal(operation, **given)
            assert (refusal["code"], refusal["id"]) == ("record_refused", record), (what, operation)
        told = desk.ask("mailconnectorrelate", message=mail, targets=targets)
        assert [one["code"] for one in told["refused"]] == ["record_refused"], what
        assert told["related"] == [], what
    assert kept(desk) == before
    assert desk.copies()[0]["records"] == [desk.mary]


def test_what_is_no_own_mail_is_no_mail(desk: Desk) -> None:
    others = not_for_mails(desk) | {"a contact": desk.mary, "a company": desk.company}
    before = kept(desk)
    for what, record in others.items():
        for operation, given in {
            "mailconnectormail": {},
            "mailconnectorrelate": {"targets": json.dumps([desk.mary])},
            "mailconnectorfile": {"place": "1", "name": "a", "url": "https://a.example/b"},
            "mailconnectorfill": {"html": "<p>changed</p>", "date": "2026-11-20T09:11:12Z"},
            "mailconnectortakeback": {"what": json.dumps({"documents": [record]})},
            "mailconnectorcomment": {"target": desk.mary, "note": "note"},
        }.items():
            refusal = desk.refusal(operation, message=record, **given)
            assert (refusal["code"], refusal["id"]) == ("record_refused", record), (what, operation)
    assert kept(desk) == before


def test_nothing_is_removed_but_what_the_users_link_stored(desk: Desk) -> None:
    others = not_for_mails(desk) | {"a contact": desk.mary, "a company": desk.company}
    mail = desk.link(desk.mary)["message"]["id"]
    before = kept(desk)
    for record in others.values():
        desk.take(mail, documents=[record])
        desk.take(mail, records=[record] if record != desk.mary else [desk.company])
    assert kept(desk) == before
    assert desk.copies()[0]["records"] == [desk.mary]


def test_a_mail_of_the_crms_own_mail_client_is_not_touched(desk: Desk) -> None:
    """Only what was linked is found: what follows a mailbox has another type."""
    crm = desk.stage.crm
    mail = crm.store_by_hand("admin", ID)
    row = crm.store.row(int(mail.partition("x")[2]))
    assert row is not None
    row.fields["mtype"] = "Webmail"
    crm.store.save(row)

    assert desk.copies() == []
    assert desk.refusal("mailconnectorfill", message=mail, html="<p>changed</p>")["code"] == "record_refused"
    assert desk.refusal("mailconnectortakeback", message=mail, what='{"mail": true}')["code"] == "record_refused"


QUERIES = [
    "SELECT * FROM Users;",
    "' OR '1'='1",
    "'; DELETE FROM vte_users; --",
    "\\' OR 1=1 -- ",
    "%' UNION SELECT user_name, accesskey FROM vte_users -- ",
    "4x22 OR 1=1",
    "4x22;",
    "${7*7}{{7*7}}",
    "\u0000x",
    "%",
    "_%",
]


@pytest.mark.parametrize("text", QUERIES)
def test_a_query_in_a_text_is_a_text(desk: Desk, text: str) -> None:
    before = kept(desk)
    mail = desk.link(desk.mary, message_id=f"<{text}@x>", subject=text, html=text, references=text, in_reply_to=text)

    assert [one["id"] for one in desk.copies(f"<{text}@x>")] == [mail["message"]["id"]]
    assert desk.copies(text) == []
    found = desk.ask("mailconnectorfind", subject=text, message_id=text, references=json.dumps([text]))
    people = desk.ask("mailconnectorfind", people=json.dumps([{"mail": text, "role": "from"}]))
    assert found["records"] == people["records"] == []
    assert {one["id"] for one in desk.ask("mailconnectorsearch", text=text)["records"]} <= set(
        desk.stage.crm.ids("Contacts") + desk.stage.crm.ids("Accounts")
    )
    desk.take(mail["message"]["id"], mail=True)
    assert kept(desk) == before


@pytest.mark.parametrize(
    "text",
    [*QUERIES, " ", "x", "4", "4x", "x22", "04x22", "4x022", "-4x22", "4x22x1", "４x22", "4x1\n", "4x" + "9" * 16],
)
def test_ids_are_ids(desk: Desk, text: str) -> None:
    before = kept(desk)
    mail = "44x1"
    for name, operation, given in (
        ("id", "mailconnectorrecord", {"id": text}),
        ("message", "mailconnectorrelate", {"message": text, "targets": json.dumps([desk.mary])}),
        ("message", "mailconnectorfill", {"message": text}),
        ("message", "mailconnectortakeback", {"message": text, "what": '{"mail": true}'}),
        ("message", "mailconnectorfile", {"message": text, "place": "1", "name": "a", "url": "https://a.example/b"}),
        ("targets", "mailconnectorrelate", {"message": mail, "targets": json.dumps([text])}),
        ("targets", "mailconnectorlink", {"mail": json.dumps(MAIL), "targets": json.dumps([desk.mary, text])}),
        ("what", "mailconnectortakeback", {"message": mail, "what": json.dumps({"records": [text]})}),
        ("target", "mailconnectorcomment", {"message": mail, "target": text, "note": "note"}),
        ("what", "mailconnectortakeback", {"message": mail, "what": json.dumps({"documents": [text]})}),
    ):
        assert desk.refusal(operation, **given) == {"code": "request_invalid", "parameter": name}, operation
    if text:
        assert desk.refusal("mailconnectormail", message=text) == {"code": "request_invalid", "parameter": "message"}
    assert kept(desk) == before


@pytest.mark.parametrize("value", [["4x1"], {"a": "4x1"}, 7, True, 1.5])
def test_parameters_are_texts(desk: Desk, value: Any) -> None:
    right = {"mail": json.dumps(MAIL), "targets": json.dumps([desk.mary]), "message": "44x1", "place": "1", "name": "a"}
    right |= {
        "what": '{"mail": true}',
        "id": desk.mary,
        "target": desk.mary,
        "note": "note",
        "message_ids": '["<a@b>"]',
        "names": "[]",
        "date": "",
        "url": "",
    }
    for operation, names in {
        "mailconnectorlink": ("mail", "targets", "names"),
        "mailconnectorfile": ("message", "place", "name", "url"),
        "mailconnectorrelate": ("message", "targets"),
        "mailconnectorfill": ("message", "html", "date"),
        "mailconnectortakeback": ("message", "what"),
        "mailconnectorcomment": ("message", "target", "note"),
        "mailconnectormail": ("message",),
        "mailconnectorrecord": ("id",),
    }.items():
        for name in names:
            refusal = desk.refusal(operation, **right | {name: value})
            assert refusal == {"code": "request_invalid", "parameter": name}, (operation, name)


@pytest.mark.parametrize("count", [50, 51])
def test_fifty_records_are_taken_and_one_more_is_not(desk: Desk, count: int) -> None:
    mail = desk.link(desk.mary)["message"]["id"]
    targets = json.dumps([f"4x{number}" for number in range(900_000, 900_000 + count)])

    if count == 50:
        assert len(desk.ask("mailconnectorrelate", message=mail, targets=targets)["refused"]) == 50
    else:
        for operation, more in (
            ("mailconnectorrelate", {"message": mail}),
            ("mailconnectorlink", {"mail": json.dumps(MAIL)}),
        ):
            assert desk.refusal(operation, targets=targets, **more)["parameter"] == "targets"


def test_the_users_access_key_is_no_token(stage: Stage) -> None:
    key = stage.crm.access_key("agent")

    for operation in ("mailconnectorfind", "mailconnectorlink", "mailconnectorrelate"):
        assert stage.caller.code(operation, key) == "sign_in_again"
