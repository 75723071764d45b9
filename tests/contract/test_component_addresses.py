"""Giving a record a mail address: into an empty field, with the user's own rights. On the sandbox and on PHP."""

from __future__ import annotations

from typing import Any

import pytest

from contract.component_fixtures import Stage, php_component, sandbox, stage

__all__ = ["php_component", "sandbox", "stage"]
ADD = "mailconnectoraddaddress"
NEW = "new@northwind.example"


class Desk:
    """A user at work."""

    def __init__(self, stage: Stage, user: str = "agent") -> None:
        self.stage, self.token = stage, stage.caller.token(user)

    def record(self, module: str, owner: str = "agent", **fields: str) -> str:
        """A new record, made in the CRM."""
        return self.stage.crm.new_record(module, owner=owner, **fields)

    def add(self, record: str, address: str = NEW) -> dict[str, Any]:
        """What the operation answers."""
        return self.stage.caller.data(ADD, self.token, id=record, address=address)

    def refusal(self, record: str, address: str = NEW) -> tuple[str, dict[str, Any]]:
        """Code and details of a refusal."""
        answer = self.add(record, address)
        assert not answer["ok"], answer
        return answer["code"], answer["details"]

    def takes(self, record: str) -> bool:
        """Whether the record's card offers it."""
        told = self.stage.caller.result("mailconnectorrecord", self.token, id=record)["takes_address"]
        assert isinstance(told, bool)
        return told


@pytest.fixture
def desk(stage: Stage) -> Desk:
    return Desk(stage)


def test_an_empty_field_is_filled_and_nothing_else_changes(desk: Desk) -> None:
    record = desk.record("Contacts", firstname="A & <b>", lastname='O\'Neil "x"', phone="+44 1", description="a\nb")
    before = dict(desk.stage.crm.record(record).fields)
    assert desk.takes(record)
    answer = desk.add(record, f"  {NEW} ")
    assert answer["ok"], answer
    assert answer["result"]["added"] is True
    assert (answer["result"]["record"]["id"], answer["result"]["record"]["detail"]) == (record, NEW)
    after = dict(desk.stage.crm.record(record).fields)
    assert after["email"] == NEW
    changed = {name for name in after if after[name] != before.get(name)}
    assert changed <= {"email", "modifiedtime"}
    assert not desk.takes(record)


def test_a_company_has_two_fields(desk: Desk) -> None:
    record = desk.record("Accounts", accountname="Harbour", email1="info@harbour.example")
    assert desk.takes(record)
    assert desk.add(record)["result"]["added"] is True
    row = desk.stage.crm.record(record)
    assert (row["email1"], row["email2"]) == ("info@harbour.example", NEW)
    assert desk.refusal(record, "third@harbour.example") == ("no_empty_field", {})
    assert not desk.takes(record)


def test_what_stands_there_is_never_overwritten(desk: Desk) -> None:
    record = desk.record("Contacts", lastname="Newman", email="old@northwind.example")
    assert desk.refusal(record) == ("no_empty_field", {})
    assert desk.stage.crm.record(record)["email"] == "old@northwind.example"


def test_the_same_address_again_is_no_change(desk: Desk) -> None:
    record = desk.record("Accounts", accountname="Harbour", email1="Info@Harbour.example")
    answer = desk.add(record, "info@harbour.EXAMPLE")
    assert (answer["ok"], answer["result"]["added"]) == (True, False)
    assert desk.stage.crm.record(record)["email2"] == ""


@pytest.mark.parametrize(
    "address", ["", " ", "new", "a@b.example, c@d.example", "a b@c.example", "<a@b.example>", "@", "x" * 256]
)
def test_it_takes_one_address(desk: Desk, address: str) -> None:
    record = desk.record("Contacts", lastname="Newman")
    assert desk.refusal(record, address) == ("request_invalid", {"parameter": "address"})
    assert desk.stage.crm.record(record)["email"] == ""


def test_an_address_that_the_field_cannot_hold_is_refused(desk: Desk) -> None:
    record = desk.record("Contacts", lastname="Newman")
    assert desk.refusal(record, "x" * 100 + "@b.example") == ("request_invalid", {"parameter": "address"})


def test_only_people_and_companies_take_one(desk: Desk) -> None:
    ticket = desk.record("HelpDesk", ticket_title="Leak")
    assert not desk.takes(ticket)
    assert desk.refusal(ticket) == ("request_invalid", {"parameter": "id"})
    for record in ("x", "4x010", ""):
        assert desk.refusal(record) == ("request_invalid", {"parameter": "id"})
    for record in ("4x99999", "19x1", "3x22"):
        assert desk.refusal(record)[0] == "record_refused"


def test_who_may_not_edit_the_record_changes_nothing(stage: Stage) -> None:
    desk = Desk(stage)
    record = desk.record("Contacts", lastname="Newman")
    stage.crm.refuse("agent", "Contacts", "edit")
    assert not desk.takes(record)
    assert desk.refusal(record) == ("permission_denied", {"what": "Contacts"})
    assert stage.crm.record(record)["email"] == ""


def test_of_two_users_only_the_one_who_may_write_it_does(stage: Stage) -> None:
    desk, admin = Desk(stage), Desk(stage, "admin")
    record = desk.record("Contacts", owner="admin", lastname="Newman")
    code, _ = desk.refusal(record)
    assert code in {"permission_denied", "record_refused"}
    assert admin.add(record)["ok"]


def test_the_administrator_decides_of_which_modules(stage: Stage) -> None:
    desk = Desk(stage)
    record = desk.record("Contacts", lastname="Newman")
    stage.component.create = ("Accounts",)
    assert not desk.takes(record)
    assert desk.refusal(record) == ("permission_denied", {"what": "Contacts"})


def test_a_field_that_the_profile_hides_is_not_filled(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    desk = Desk(stage)
    record = desk.record("Accounts", accountname="Harbour")
    shown = stage.crm.access.fields

    def without_first(user: Any, module: Any) -> Any:
        return {name: field for name, field in shown(user, module).items() if name != "email1"}

    monkeypatch.setattr(stage.crm.access, "fields", without_first)
    assert desk.add(record)["result"]["added"] is True
    monkeypatch.undo()
    row = stage.crm.record(record)
    assert (row["email1"], row["email2"]) == ("", NEW)


def test_nothing_is_done_without_a_sign_in_or_with_nothing(stage: Stage) -> None:
    assert stage.caller.code(ADD, "", id="4x22", address=NEW) == "sign_in_again"
    assert stage.caller.code(ADD, stage.caller.token()) == "request_empty"
