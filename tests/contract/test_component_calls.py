"""Stock operations by token, and finding: nothing beyond the user's permissions."""

from __future__ import annotations

import json

import pytest

from contract.component_fixtures import Stage, php_component, sandbox, sandbox_stage, stage
from sandbox_crm.component_stock import CALLABLE
from sandbox_crm.operations import OPERATIONS as STOCK

__all__ = ["php_component", "sandbox", "sandbox_stage", "stage"]
MAIL = "<offer-42@northwind.example>"


def _mail(**changes: str) -> str:
    return json.dumps({"subject": "Offer 42", "messageid": MAIL, "mtype": "Link"} | changes)


def test_only_listed_operations_run(stage: Stage) -> None:
    token = stage.caller.token("admin")
    refused = [name for name in [*STOCK, "mailconnectorcall", "no such"] if name not in CALLABLE]

    assert "loginpwd" in refused
    for name in refused:
        assert stage.caller.code("mailconnectorcall", token, operation=name) == "operation_not_allowed"


@pytest.mark.parametrize("name", CALLABLE)
def test_a_listed_operation_answers_as_the_stock_one(stage: Stage, name: str) -> None:
    contact = stage.crm.find("Contacts", lastname="Smith").id
    mail = stage.caller.call(stage.caller.token(), "create", elementType="Messages", element=_mail())["id"]
    where = f"messageid LIKE '{MAIL}%' AND id > '44x1'"
    query = f"SELECT id,subject FROM Messages WHERE {where} ORDER BY createdtime LIMIT 0,20;"  # noqa: S608
    given = {
        "create": {"elementType": "Documents", "element": json.dumps({"notes_title": "Plan", "filelocationtype": "E"})},
        "describe": {"elementType": "Documents"},
        "query": {"query": query},
        "retrieve": {"id": contact},
        "revise": {"element": json.dumps({"id": mail, "mdate": "2026-11-20 10:11:12"})},
        "delete": {"id": mail},
        "relate": {"id": mail, "relatelist": json.dumps([contact]), "relationid": ""},
    }[name]
    result = stage.caller.result("mailconnectorcall", stage.caller.token(), operation=name, **given)
    if name == "delete":
        assert stage.crm.messages() == []
        return
    key = stage.crm.access_key("agent")
    stock = stage.stock.http.post(f"restapi/v1/vtews/{name}", json=given, auth=("agent", key))
    assert stock.status_code == 200, stock.text
    changing = {"id", "modifiedtime", "note_no"}
    same = stock.json()["data"]
    if name == "create":
        result, same = ({k: v for k, v in one.items() if k not in changing} for one in (result, same))
    assert result == same


LEAK = "SELECT user_name,id FROM Users WHERE id = '19x1' LIMIT 0,1;"


@pytest.mark.parametrize(
    ("name", "given"),
    [
        ("create", {"elementType": "Contacts", "element": '{"lastname": "Smith"}'}),
        ("create", {"elementType": "Users", "element": '{"user_name": "x", "is_admin": "on"}'}),
        ("create", {"elementType": "Messages", "element": _mail(assigned_user_id="19x1")}),
        ("create", {"elementType": "Messages", "element": _mail(parent_id="4x22")}),
        ("create", {"elementType": "Messages", "element": '{"subject": ["a"]}'}),
        ("create", {"elementType": "Messages", "element": "[]"}),
        ("create", {"elementType": "Messages"}),
        ("revise", {"element": '{"id": "MAIL", "mdate": "2026-11-20 10:11:12", "assigned_user_id": "19x1"}'}),
        ("revise", {"element": '{"id": "CONTACT", "mdate": "2026-11-20 10:11:12"}'}),
        ("revise", {"element": '{"id": "MAIL", "messageid": "<other@b>"}'}),
        ("delete", {"id": "CONTACT"}),
        ("describe", {"elementType": "Users"}),
        ("describe", {"elementType": "Contacts"}),
        ("relate", {"id": "CONTACT", "relatelist": '["MAIL"]'}),
        ("relate", {"id": "MAIL", "relatelist": '["MAIL"]'}),
        ("relate", {"id": "MAIL", "relatelist": '[["CONTACT"]]'}),
        ("query", {"query": LEAK}),
        ("query", {"query": LEAK.replace("Users", "Contacts")}),
        ("query", {"query": "SELECT id FROM Messages;"}),
        ("query", {"query": "SELECT * FROM Messages WHERE id = '44x1' LIMIT 0,1;"}),
        ("query", {"query": "SELECT description FROM Messages WHERE id = '44x1' LIMIT 0,1;"}),
        ("query", {"query": "SELECT id FROM Messages WHERE id = '44x1' OR id > '0' LIMIT 0,1;"}),
        ("query", {"query": "SELECT id FROM Messages WHERE id = '44x1' LIMIT 0,1; "}),
        ("query", {"query": "SELECT id FROM Messages WHERE id = '44x1' LIMIT 0,1;\n"}),
        ("query", {"query": "SELECT id FROM Messages WHERE id = 'a\\' LIMIT 0,1;"}),
        ("query", {"query": "SELECT id FROM Messages WHERE id = 'a\\'' OR 1 = 1' LIMIT 0,1;"}),
        ("query", {"query": "SELECT id FROM Messages WHERE id = 'a' or 'b' LIMIT 0,1;"}),
        ("query", {"query": "SELECT id FROM Messages WHERE id IN ('44x1') LIMIT 0,1;"}),
        ("query", {}),
    ],
)
def test_no_other_form_of_them_runs(stage: Stage, name: str, given: dict[str, str]) -> None:
    token = stage.caller.token("admin")
    mail = stage.caller.call(token, "create", elementType="Messages", element=_mail())["id"]
    contact = stage.crm.find("Contacts", lastname="Smith").id
    given = {key: value.replace("MAIL", mail).replace("CONTACT", contact) for key, value in given.items()}

    assert stage.caller.code("mailconnectorcall", token, operation=name, **given) == "operation_not_allowed"
    assert [one.id for one in stage.crm.messages()] == [mail]
    assert stage.crm.linked_messages(contact) == []


@pytest.mark.parametrize("id_", ["19x1", "19x5", "4x999999", "3x22", "04x22", "4x022", "x", "", "4x22 OR 1=1"])
@pytest.mark.parametrize("name", ["retrieve", "delete", "relate"])
def test_users_and_what_is_no_record_are_refused(stage: Stage, name: str, id_: str) -> None:
    token = stage.caller.token("admin")
    more = {"relatelist": "[]"} if name == "relate" else {}
    answer = stage.caller.raw("mailconnectorcall", token, operation=name, id=id_, **more)

    assert (answer.status_code, answer.json()["message"]) == (500, "Record you are trying to access is not found")


def test_a_document_goes_onto_its_mail_and_a_mail_takes_further_files(stage: Stage) -> None:
    token = stage.caller.token()
    mail = stage.caller.call(token, "create", elementType="Messages", element=_mail())["id"]
    element = json.dumps({"notes_title": "Plan", "filelocationtype": "E"})
    alone = stage.caller.call(token, "create", elementType="Documents", element=element)["id"]
    stage.caller.call(token, "relate", id=alone, relatelist=json.dumps([mail]))
    element = json.dumps({"id": mail, "hasattachments": "True", "external_plugin": "true"})
    files = {"a.txt": b"first", "b.txt": b"second"}
    stage.caller.upload("mailconnectorcall", token, files, operation="revise", element=element)

    assert [one["notes_title"] for one in stage.crm.linked_documents(mail)] == ["Plan", "a.txt", "b.txt"]
    assert [stage.crm.file(one) for one in stage.crm.messages()[0].attachments] == [b"first", b"second"]


def test_files_travel_as_in_a_stock_create(stage: Stage) -> None:
    element = _mail(hasattachments="True", external_plugin="true")
    files = {"0_offer.pdf": b"%PDF-1", "1_plan.txt": b"plan"}
    given = {"operation": "create", "elementType": "Messages", "element": element}
    answer = stage.caller.upload("mailconnectorcall", stage.caller.token(), files, **given)

    assert answer.json()["data"]["result"]["subject"] == "Offer 42"
    assert [stage.crm.file(document.id) for document in stage.crm.documents()] == [b"%PDF-1", b"plan"]
    assert stage.crm.messages()[0].owner == "agent"


def test_a_refused_write_leaves_nothing(stage: Stage) -> None:
    token = stage.caller.token()
    answer = stage.caller.raw(
        "mailconnectorcall", token, operation="create", elementType="Messages", element='{"subject": "without id"}'
    )

    assert answer.status_code == 500
    assert stage.crm.messages() == []


def test_no_mail_goes_to_a_record_that_the_user_may_not_see(stage: Stage) -> None:
    hidden = stage.crm.find("Contacts", lastname="Haugen").id
    token = stage.caller.token()
    mail = stage.caller.call(token, "create", elementType="Messages", element=_mail())["id"]

    answer = stage.caller.raw("mailconnectorcall", token, operation="relate", id=mail, relatelist=json.dumps([hidden]))

    assert answer.status_code == 500
    assert answer.json()["message"] == "Permission to read given object is denied"
    assert stage.crm.linked_messages(hidden) == []


def test_the_users_access_key_is_no_token(stage: Stage) -> None:
    key = stage.crm.access_key("agent")

    assert stage.caller.code("mailconnectorcall", key, operation="describe", elementType="Documents") == "sign_in_again"


# -- finding


def _people(*addresses: str) -> str:
    return json.dumps([{"mail": mail, "role": "from"} for mail in addresses])


def _found(stage: Stage, user: str, *addresses: str) -> list[tuple[str, str, str]]:
    result = stage.caller.result("mailconnectorfind", stage.caller.token(user), people=_people(*addresses))
    return [(record["reason"], record["module"], record["name"]) for record in result["records"]]


def test_people_first_then_what_hangs_on_them(stage: Stage) -> None:
    assert _found(stage, "agent", "MARY.SMITH@northwind.example") == [
        ("address", "Contacts", "Mary Smith"),
        ("company", "Accounts", "Northwind Traders"),
        ("opportunity", "Potentials", "Northwind: cold store 2027"),
        ("opportunity", "Potentials", "Northwind: spare parts contract"),
        ("ticket", "HelpDesk", "Cooling unit reports error E42"),
    ]


def test_closed_cases_are_left_out(stage: Stage) -> None:
    names = {name for _, _, name in _found(stage, "admin", "info@northwind.example")}

    assert "Northwind: pilot installation" not in names
    assert "Invoice 2026-0815 without order number" not in names
    assert "Northwind Traders" in names


def test_a_module_that_the_profile_hides_is_passed_over(stage: Stage) -> None:
    stage.crm.new_record("Leads", owner="agent", lastname="Winter", email="w@winter.example", company="Winter")

    assert _found(stage, "agent", "w@winter.example") == []
    assert _found(stage, "admin", "w@winter.example") == [("address", "Leads", "Winter")]


def test_a_record_of_others_is_passed_over(stage: Stage) -> None:
    haugen = stage.crm.find("Contacts", lastname="Haugen")["email"]

    assert _found(stage, "agent", haugen) == []
    assert ("address", "Contacts", "Ingrid Haugen") in _found(stage, "admin", haugen)


def test_a_field_that_the_profile_hides_finds_nothing(stage: Stage) -> None:
    stage.crm.new_record("Accounts", owner="agent", accountname="Two", email2="second@two.example")

    assert _found(stage, "sara", "second@two.example") == []
    assert ("address", "Accounts", "Two") in _found(stage, "agent", "second@two.example")


def test_a_stranger_is_found_by_the_domain_of_a_company(stage: Stage) -> None:
    assert _found(stage, "agent", "new.person@northwind.example") == [("domain", "Accounts", "Northwind Traders")]


def test_a_public_mail_provider_is_no_company(stage: Stage) -> None:
    stage.crm.new_record("Accounts", owner="agent", accountname="At Gmail", email1="firm@gmail.com")

    assert _found(stage, "agent", "somebody@gmail.com") == []
    assert ("address", "Accounts", "At Gmail") in _found(stage, "agent", "firm@gmail.com")


def _links(stage: Stage, user: str, *references: str) -> list[dict[str, object]]:
    token = stage.caller.token(user)
    found: list[dict[str, object]] = stage.caller.result(
        "mailconnectorfind", token, references=json.dumps(references or [MAIL])
    )["links"]
    return found


def test_links_are_told_across_users(stage: Stage) -> None:
    contact = stage.crm.find("Contacts", lastname="Smith").id
    mail = stage.caller.link("agent", contact)

    own, others = _links(stage, "agent"), _links(stage, "sara")

    assert own[0]["copies"] == [{"by": "Luca Conti", "at": "2026-11-23T20:15:00+01:00", "own": True, "id": mail}]
    assert others[0]["copies"] == [{"by": "Luca Conti", "at": "2026-11-23T20:15:00+01:00", "own": False}]
    assert others[0]["records"] == [{"id": contact, "module": "Contacts", "name": "Mary Smith"}]


def test_a_link_to_a_record_that_the_user_may_not_see_is_not_told(stage: Stage) -> None:
    seen, hidden = (stage.crm.find("Contacts", lastname=name).id for name in ("Smith", "Haugen"))
    mail = stage.caller.link("admin", hidden)
    assert _links(stage, "agent") == []

    token = stage.caller.token("admin")
    stage.caller.call(token, "relate", id=mail, relatelist=json.dumps([seen]))
    assert [record["id"] for record in _links(stage, "agent")[0]["records"]] == [seen]  # type: ignore[attr-defined]
    assert len(_links(stage, "admin")[0]["records"]) == 2  # type: ignore[arg-type]


def test_two_subjects_are_two_mails(stage: Stage) -> None:
    contact = stage.crm.find("Contacts", lastname="Smith").id
    stage.caller.link("agent", contact)
    stage.caller.link("sara", contact, subject="Offer 43")

    assert [link["message_id"] for link in _links(stage, "agent")] == [MAIL, MAIL]


def test_a_mail_that_was_deleted_is_linked_no_more(stage: Stage) -> None:
    mail = stage.caller.link("agent", stage.crm.find("Contacts", lastname="Smith").id)
    stage.caller.call(stage.caller.token(), "delete", id=mail)

    assert _links(stage, "agent") == []


def test_more_than_is_looked_at_is_told(stage: Stage) -> None:
    token = stage.caller.token()
    many = json.dumps([f"<{number}@nowhere.example>" for number in range(26)])

    assert stage.caller.result("mailconnectorfind", token, references=many)["complete"] is False


@pytest.mark.parametrize("module", ["Contacts", "Accounts", "HelpDesk"])
def test_a_module_that_the_crm_fails_to_read_is_told(stage: Stage, module: str) -> None:
    stage.crm.broken.add(module)
    people = _people("mary.smith@northwind.example", "info@northwind.example")
    result = stage.caller.result("mailconnectorfind", stage.caller.token(), people=people)

    assert result["unasked"] == [module]
    assert result["records"]
    assert module not in {record["module"] for record in result["records"]}
    assert result["links"] == []


def test_a_module_that_is_hidden_was_asked(stage: Stage) -> None:
    stage.crm.access.refuse("agent", "HelpDesk", "access")
    people = _people("mary.smith@northwind.example")

    assert stage.caller.result("mailconnectorfind", stage.caller.token(), people=people)["unasked"] == []


def test_links_that_the_crm_fails_to_read_are_told_from_none(stage: Stage) -> None:
    stage.caller.link("agent", stage.crm.find("Contacts", lastname="Smith").id)
    stage.crm.broken.add("Messages")
    result = stage.caller.result("mailconnectorfind", stage.caller.token(), references=json.dumps([MAIL]))

    assert result["links"] is None


@pytest.mark.parametrize("given", ["[1]", "{}", '"a"', "[", "null", '[["a"]]'])
def test_a_list_has_to_be_one_of_texts(stage: Stage, given: str) -> None:
    assert stage.caller.code("mailconnectorfind", stage.caller.token(), references=given) == "request_invalid"


@pytest.mark.parametrize("given", [["a@b.example"], 7, {"a": 1}, True])
def test_parameters_are_texts(stage: Stage, given: object) -> None:
    data = stage.caller.data("mailconnectorfind", stage.caller.token(), references=given)

    assert (data["code"], data["details"]) == ("request_invalid", {"parameter": "references"})
