"""Finding by address, conversation, company and domain: nothing beyond the user's permissions."""

from __future__ import annotations

import json

import pytest

from contract.component_fixtures import Stage, php_component, sandbox, sandbox_stage, stage

__all__ = ["php_component", "sandbox", "sandbox_stage", "stage"]
MAIL = "<offer-42@northwind.example>"


def _people(*addresses: str) -> str:
    return json.dumps([{"mail": mail, "role": "from"} for mail in addresses])


def _found(stage: Stage, user: str, *addresses: str) -> list[tuple[str, str, str]]:
    result = stage.caller.result("mailconnectorfind", stage.caller.token(user), people=_people(*addresses))
    return [(record["reason"], record["module"], record["name"]) for record in result["records"]]


def test_people_first_then_what_hangs_on_them(stage: Stage) -> None:
    assert _found(stage, "agent", "MARY.SMITH@northwind.example") == [
        ("address", "Contacts", "Mary Smith"),
        ("company", "Accounts", "Northwind Traders"),
        ("opportunity", "Potentials", "Northwind: spare parts contract"),
        ("opportunity", "Potentials", "Northwind: cold store 2027"),
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

    assert own[0]["copies"] == [
        {"by": "Luca Conti", "at": "2026-11-23T20:15:00+01:00", "own": True, "id": mail, "mine": []}
    ]
    assert others[0]["copies"] == [{"by": "Luca Conti", "at": "2026-11-23T20:15:00+01:00", "own": False}]
    assert others[0]["records"] == [{"id": contact, "module": "Contacts", "name": "Mary Smith"}]


def test_a_link_to_a_record_that_the_user_may_not_see_is_not_told(stage: Stage) -> None:
    seen, hidden = (stage.crm.find("Contacts", lastname=name).id for name in ("Smith", "Haugen"))
    mail = stage.caller.link("admin", hidden)
    assert _links(stage, "agent") == []

    stage.crm.relate_by_hand(mail, seen)
    assert [record["id"] for record in _links(stage, "agent")[0]["records"]] == [seen]  # type: ignore[attr-defined]
    assert len(_links(stage, "admin")[0]["records"]) == 2  # type: ignore[arg-type]


def test_two_subjects_are_two_mails(stage: Stage) -> None:
    contact = stage.crm.find("Contacts", lastname="Smith").id
    stage.caller.link("agent", contact)
    stage.caller.link("sara", contact, subject="Offer 43")

    assert [link["message_id"] for link in _links(stage, "agent")] == [MAIL, MAIL]


def test_a_mail_that_was_deleted_is_linked_no_more(stage: Stage) -> None:
    mail = stage.caller.link("agent", stage.crm.find("Contacts", lastname="Smith").id)
    stage.crm.remove_by_hand(mail)

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
