"""Making a record from a mail: of few modules, by few fields, with the user's own rights. On the sandbox and on PHP."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from contract.component_fixtures import Stage, php_component, sandbox, stage

__all__ = ["php_component", "sandbox", "stage"]
PAUL = {"last_name": "Newman"}


class Desk:
    """A user at work."""

    def __init__(self, stage: Stage, user: str = "agent") -> None:
        self.stage, self.token = stage, stage.caller.token(user)

    def forms(self) -> dict[str, dict[str, dict[str, Any]]]:
        """The fields by name by module."""
        told = self.stage.caller.result("mailconnectorforms", self.token)["forms"]
        return {form["module"]: {field["name"]: field for field in form["fields"]} for form in told}

    def make(self, module: str, fields: object, **more: str) -> dict[str, Any]:
        """What a creation is answered with."""
        given = {"module": module, "fields": json.dumps(fields)} | more
        return self.stage.caller.data("mailconnectorcreate", self.token, **given)

    def made(self, module: str, fields: object, **more: str) -> str:
        """The id of a record that is made."""
        answer = self.make(module, fields, **more)
        assert answer["ok"], answer
        return str(answer["result"]["record"]["id"])

    def refusal(self, module: str, fields: object, **more: str) -> tuple[str, dict[str, Any]]:
        """Code and details of a creation that is refused and makes nothing."""
        before = self.count()
        answer = self.make(module, fields, **more)
        assert not answer["ok"], answer
        assert self.count() == before
        return answer["code"], answer["details"]

    def count(self) -> int:
        """How many records of the four modules there are."""
        crm = self.stage.crm
        return sum(len(crm.all_records(name)) for name in ("Contacts", "Leads", "Accounts", "HelpDesk"))


@pytest.fixture
def desk(stage: Stage) -> Desk:
    return Desk(stage)


def test_a_user_is_offered_what_the_profile_allows(stage: Stage) -> None:
    assert list(Desk(stage).forms()) == ["Contacts", "Accounts", "HelpDesk"]
    assert list(Desk(stage, "admin").forms()) == ["Contacts", "Leads", "Accounts", "HelpDesk"]
    stage.crm.refuse("agent", "HelpDesk", "create")
    assert list(Desk(stage).forms()) == ["Contacts", "Accounts"]


@pytest.mark.parametrize("allowed", [(), ("HelpDesk",), ("Leads", "Accounts")])
def test_an_administrator_decides_what_can_be_created(stage: Stage, allowed: tuple[str, ...]) -> None:
    stage.component.create = allowed
    desk = Desk(stage, "admin")

    assert tuple(desk.forms()) == allowed
    assert desk.refusal("Contacts", PAUL) == ("permission_denied", {"what": "Contacts"})


def test_every_field_that_is_offered_is_stored(desk: Desk) -> None:
    fields = {
        "first_name": "Paul & <b>Co</b>",
        "last_name": 'O\'Neil "Newman" \\',
        "mail": "paul@northwind.example",
        "phone": "+44 1",
        "mobile": "+44 2",
        "title": "Buyer",
        "description": "first line\nsecond line",
    }
    assert set(desk.forms()["Contacts"]) == {*fields, "company"}

    row = desk.stage.crm.record(desk.made("Contacts", fields, record="3x10"))

    columns = ("firstname", "lastname", "email", "phone", "mobile", "title", "description")
    assert [row[name] for name in columns] == list(fields.values())
    assert (row["account_id"], row["assigned_user_id"]) == ("3x10", "19x5")


def test_a_text_of_one_line_has_one_line(desk: Desk) -> None:
    row = desk.stage.crm.record(desk.made("Contacts", {"last_name": "  New\r\n man\t", "first_name": " "}))

    assert (row["lastname"], row["firstname"]) == ("New man", "")


def test_a_ticket_has_values_of_its_lists(desk: Desk) -> None:
    told = desk.forms()["HelpDesk"]
    assert "High" in [one["value"] for one in told["priority"]["values"]]
    assert told["company"]["modules"] == ["Accounts", "Contacts"]
    row = desk.stage.crm.record(desk.made("HelpDesk", {"title": "Leak", "state": "Open", "priority": "High"}))

    assert (row["ticket_title"], row["ticketstatus"], row["ticketpriorities"]) == ("Leak", "Open", "High")


@pytest.mark.parametrize(
    ("module", "fields", "field"),
    [
        ("Contacts", {"first_name": "Paul"}, "last_name"),
        ("Contacts", {"last_name": " \n"}, "last_name"),
        ("Contacts", PAUL | {"first_name": "x" * 41}, "first_name"),
        ("Contacts", PAUL | {"lastname": "Newman"}, "lastname"),
        ("Contacts", PAUL | {"assigned_user_id": "19x1"}, "assigned_user_id"),
        ("Contacts", PAUL | {"company": "3x10"}, "company"),
        ("Contacts", PAUL | {"mail": "paul at home"}, "mail"),
        ("Contacts", PAUL | {"mail": "a@b.example, c@d.example"}, "mail"),
        ("Contacts", PAUL | {"phone": 12}, "phone"),
        ("Contacts", PAUL | {"phone": None}, "phone"),
        ("Contacts", PAUL | {"description": "x" * 30_001}, "description"),
        ("Contacts", PAUL | {"x" * 50: ""}, "x" * 40),
        ("HelpDesk", {"title": "Leak", "state": "open"}, "state"),
        ("HelpDesk", {"title": "Leak"}, "state"),
    ],
)
def test_a_field_that_does_not_fit_is_named(desk: Desk, module: str, fields: object, field: str) -> None:
    assert desk.refusal(module, fields) == ("request_invalid", {"parameter": "fields", "field": field})


def test_longest_is_not_too_long(desk: Desk) -> None:
    longest = desk.forms()["Contacts"]["first_name"]["longest"]
    record = desk.made("Contacts", PAUL | {"first_name": "é" * longest})

    assert desk.stage.crm.record(record)["firstname"] == "é" * longest


@pytest.mark.parametrize("fields", [[], ["last_name"], "x", None])
def test_fields_are_an_object(desk: Desk, fields: object) -> None:
    assert desk.refusal("Contacts", fields) == ("request_invalid", {"parameter": "fields"})


@pytest.mark.parametrize("module", ["Users", "Documents", "Messages", "Potentials", "contacts", ""])
def test_there_are_four_modules(desk: Desk, module: str) -> None:
    assert desk.refusal(module, PAUL) == ("request_invalid", {"parameter": "module"})


def test_a_field_that_the_profile_hides_cannot_be_set(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    desk = Desk(stage)
    shown = stage.crm.access.fields

    def without_title(user: Any, module: Any) -> Any:
        return {name: field for name, field in shown(user, module).items() if name != "title"}

    monkeypatch.setattr(stage.crm.access, "fields", without_title)

    assert "title" not in desk.forms()["Contacts"]
    details = {"parameter": "fields", "field": "title"}
    assert desk.refusal("Contacts", PAUL | {"title": "Buyer"}) == ("request_invalid", details)


def test_what_the_crm_also_asks_for_is_named(desk: Desk) -> None:
    desk.stage.crm.make_field("Contacts", "cf_photo | Photo | file | 69 | M")
    desk.stage.crm.make_field("Contacts", "cf_case | Case | ref Documents | 10 | M")

    told = desk.stage.caller.result("mailconnectorforms", desk.token)["forms"][0]
    assert told["lacking"] == ["Photo", "Case"], "no mail can be linked to a Document, and none is searched"
    assert not [field["name"] for field in told["fields"] if field["name"].startswith("crm_")]
    assert desk.refusal("Contacts", PAUL) == ("form_incomplete", {"label": "Photo"})


OWN = {
    "cf_text": "string | 1",
    "cf_mail": "email | 13",
    "cf_phone": "phone | 11",
    "cf_url": "url | 207",
    "cf_date": "date | 5",
    "cf_moment": "datetime | 70",
    "cf_hour": "time | 73",
    "cf_whole": "integer | 7",
    "cf_share": "double percent | 9",
    "cf_weight": "double 6,3 | 7",
    "cf_price": "currency 8,2 | 71",
    "cf_tick": "boolean | 56",
    "cf_list": "pick ticketseverities | 15",
    "cf_parts": "picks ticketseverities | 33",
    "cf_company": "ref Accounts,Vendors | 10",
    "cf_user": "ref Users | 52",
}
"""One field of each kind: type and uitype."""
GOOD = {
    "cf_text": "Ä & <b>", "cf_mail": "a@b.example", "cf_phone": "+39 1", "cf_url": "https://x.example/?a=1&b=2",
    "cf_date": "2028-02-29", "cf_moment": "2026-07-01T10:00", "cf_hour": "00:00", "cf_whole": "0", "cf_share": "100.00",
    "cf_weight": "-0.0", "cf_price": "007.50", "cf_tick": "1", "cf_list": "Major", "cf_parts": "Minor\nCritical",
    "cf_company": "3x10", "cf_user": "5",
}  # fmt: skip


def with_own(desk: Desk, *names: str) -> dict[str, dict[str, Any]]:
    """Let an administrator make these fields; returns what is told of them."""
    for name in names:
        desk.stage.crm.make_field("Contacts", f"{name} | {name.title()} | {OWN[name]} | M")
    told = desk.forms()["Contacts"]
    return {name: told[f"crm_{name}"] for name in names}


def test_of_each_kind_it_is_told_what_it_takes(desk: Desk) -> None:
    told = with_own(desk, *OWN)

    assert {name: one["kind"] for name, one in told.items()} == {
        "cf_text": "text", "cf_mail": "mail", "cf_phone": "phone", "cf_url": "url", "cf_date": "date",
        "cf_moment": "moment", "cf_hour": "time", "cf_whole": "number", "cf_share": "number", "cf_weight": "number",
        "cf_price": "number", "cf_tick": "tick", "cf_list": "choice", "cf_parts": "several", "cf_company": "record",
        "cf_user": "choice",
    }  # fmt: skip
    limits = {name: tuple(told[name].get(key) for key in ("decimals", "least", "most", "unit")) for name in told}
    assert limits["cf_whole"] == (0, "0", "2147483647", None)
    assert limits["cf_share"] == (2, "0", "100", None)
    assert limits["cf_weight"] == (3, "0", "999999.999", None)
    assert limits["cf_price"] == (2, "0", "99999999.99", "€")
    assert told["cf_moment"]["zone"] == "Europe/Rome"
    assert told["cf_company"]["modules"] == ["Accounts", "Vendors"]
    assert told["cf_user"]["values"] == [{"value": "5", "label": "Luca Conti"}], "records are shown by owner alone"
    assert "initial" not in told["cf_date"]
    others = {one["value"] for one in Desk(desk.stage, "admin").forms()["Contacts"]["crm_cf_user"]["values"]}
    assert others == {"1", "5", "6", "7"}


def test_each_kind_is_stored_as_the_crm_has_it(desk: Desk) -> None:
    with_own(desk, *OWN)

    row = desk.stage.crm.record(desk.made("Contacts", PAUL | {f"crm_{name}": text for name, text in GOOD.items()}))

    assert {name: row[name] for name in OWN} == GOOD | {
        "cf_moment": "2026-07-01 10:00:00",
        "cf_weight": "-0.0",
        "cf_price": "7.50",
        "cf_parts": "Minor |##| Critical",
        "cf_user": "19x5",
    }


def test_a_time_is_one_on_the_users_clock(stage: Stage) -> None:
    stage.crm.access.zones["agent"] = ZoneInfo("America/New_York")
    desk = Desk(stage)

    assert with_own(desk, "cf_moment")["cf_moment"]["zone"] == "America/New_York"
    row = stage.crm.record(desk.made("Contacts", PAUL | {"crm_cf_moment": "2026-07-01T10:00"}))
    assert row["cf_moment"] == "2026-07-01 16:00:00", "on the server's"
    late = PAUL | {"crm_cf_moment": "2026-03-08T02:30"}
    assert desk.refusal("Contacts", late)[0] == "request_invalid", "New York has no such time"
    desk.made("Contacts", PAUL | {"crm_cf_moment": "2026-03-29T02:30"})


@pytest.mark.parametrize(
    ("name", "texts"),
    [
        ("cf_date", ["2026-02-29", "28-02-2026", "2026-2-8", "0999-01-01", "2026-02-28T00:00", "tomorrow"]),
        ("cf_moment", ["2026-07-01", "2026-07-01 10:00", "2026-07-01T24:00", "2026-03-29T02:30", "T10:00"]),
        ("cf_hour", ["24:00", "9:30", "09:60", "09:30:00"]),
        ("cf_whole", ["-1", "1.0", "2147483648", "1e3", "0x1", "1,000", "٣"]),
        ("cf_share", ["100.01", "12.345", "1,5", "-0.01", ".5", "5."]),
        ("cf_weight", ["1000000", "1.2345"]),
        ("cf_price", ["100000000", "1 000", "€ 1"]),
        ("cf_tick", ["", "0", "on", "yes"]),
        ("cf_list", ["major", "Major\nMinor"]),
        ("cf_parts", ["Minor\nNone", "Minor |##| Critical", "\n"]),
        ("cf_company", ["10", "4x22", "3x010"]),
        ("cf_user", ["6", "19x5", "0"]),
        ("cf_mail", ["nobody at home"]),
        ("cf_text", ["x" * 101]),
    ],
)
def test_what_no_field_of_its_kind_takes_is_refused(desk: Desk, name: str, texts: list[str]) -> None:
    with_own(desk, name)
    details = {"parameter": "fields", "field": f"crm_{name}"}

    for text in texts:
        assert desk.refusal("Contacts", PAUL | {f"crm_{name}": text}) == ("request_invalid", details), text


def test_a_record_that_a_field_points_to_is_one_that_the_user_may_see(desk: Desk) -> None:
    with_own(desk, "cf_company")
    hidden = desk.stage.crm.new_record("Accounts", owner="admin", accountname="Hidden")

    for record in (hidden, "3x99999"):
        code, details = desk.refusal("Contacts", PAUL | {"crm_cf_company": record})
        assert (code, details["id"], details["field"]) == ("record_refused", record, "crm_cf_company")


def test_a_list_that_is_too_long_for_a_form_is_on_the_crms_page(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    told = with_own(desk, "cf_list")
    assert len(told["cf_list"]["values"]) == 4
    field = desk.stage.crm.access.own_fields["Contacts"]["cf_list"]
    for several, offered in ((500, True), (501, False)):
        choices = tuple((f"V{place}", f"Value {place}") for place in range(several))
        monkeypatch.setitem(desk.stage.crm.access.own_fields["Contacts"], "cf_list", replace(field, choices=choices))
        assert ("crm_cf_list" in desk.forms()["Contacts"]) is offered


def test_a_birthday_lies_in_the_past(stage: Stage) -> None:
    desk = Desk(stage, "admin")
    stage.crm.mandatory.add(("Contacts", "birthday"))
    last = desk.forms()["Contacts"]["crm_birthday"]["most"]
    today = stage.crm.clock().astimezone(stage.crm.time_zone).date().isoformat()

    assert last < today
    assert desk.refusal("Contacts", PAUL | {"crm_birthday": today})[0] == "request_invalid"
    desk.made("Contacts", PAUL | {"crm_birthday": last})


def test_a_text_or_list_that_the_crm_also_asks_for_is_in_the_form(desk: Desk) -> None:
    desk.stage.crm.mandatory |= {("Contacts", "department"), ("Contacts", "leadsource")}

    told = desk.forms()["Contacts"]
    assert {name: told[name]["kind"] for name in told if name.startswith("crm_")} == {
        "crm_leadsource": "choice",
        "crm_department": "text",
    }
    assert all(told[name]["required"] for name in ("crm_leadsource", "crm_department"))
    more = PAUL | {"crm_leadsource": "Trade Show", "crm_department": "Buying"}
    for name in ("crm_leadsource", "crm_department"):
        assert desk.refusal("Contacts", more | {name: " "}) == (
            "request_invalid",
            {"parameter": "fields", "field": name},
        )
        absent = {one: text for one, text in more.items() if one != name}
        assert desk.refusal("Contacts", absent) == ("form_incomplete", {"label": told[name]["label"]}), "an older form"
    wrong = more | {"crm_leadsource": "No such"}
    assert desk.refusal("Contacts", wrong) == ("request_invalid", {"parameter": "fields", "field": "crm_leadsource"})
    row = desk.stage.crm.record(desk.made("Contacts", more))
    assert (row["leadsource"], row["department"]) == ("Trade Show", "Buying")


def test_what_the_crm_does_not_ask_for_can_not_be_set(desk: Desk) -> None:
    details = {"parameter": "fields", "field": "crm_department"}
    assert desk.refusal("Contacts", PAUL | {"crm_department": "Buying"}) == ("request_invalid", details)


def test_a_field_of_ours_may_be_made_mandatory(desk: Desk) -> None:
    desk.stage.crm.mandatory |= {("Contacts", "phone"), ("Contacts", "account_id")}

    told = desk.forms()["Contacts"]
    assert (told["phone"]["required"], told["company"]["required"], told["mail"]["required"]) == (True, True, False)
    details = {"parameter": "fields", "field": "phone"}
    assert desk.refusal("Contacts", PAUL) == ("request_invalid", details)
    phoned = PAUL | {"phone": "1"}
    assert desk.refusal("Contacts", phoned) == ("request_invalid", {"parameter": "record"})
    desk.made("Contacts", phoned, record="3x10")


def test_a_record_belongs_only_to_what_the_user_may_see(desk: Desk) -> None:
    hidden = desk.stage.crm.new_record("Accounts", owner="admin", accountname="Hidden")
    for record in (hidden, "3x99999", "19x1", "4x10"):
        code, details = desk.refusal("Contacts", PAUL, record=record)
        assert (code, details["id"]) == ("record_refused", record)
    for record in ("4x22", "x", "3x010"):
        assert desk.refusal("Contacts", PAUL, record=record) == ("request_invalid", {"parameter": "record"})
    assert desk.refusal("Accounts", {"company": "New"}, record="3x10") == ("request_invalid", {"parameter": "record"})


def test_the_same_within_a_minute_makes_one(stage: Stage) -> None:
    desk = Desk(stage)
    first = desk.made("Contacts", PAUL)
    stage.clock.forward(seconds=59)
    assert desk.made("Contacts", PAUL) == first
    assert desk.made("Contacts", PAUL | {"phone": "1"}) != first
    assert desk.made("Contacts", PAUL, record="3x10") != first
    assert Desk(stage, "admin").made("Contacts", PAUL) != first
    stage.clock.forward(seconds=2)
    assert desk.made("Contacts", PAUL) != first


def test_what_was_deleted_is_made_again(desk: Desk) -> None:
    first = desk.made("Contacts", PAUL)
    desk.stage.crm.remove_by_hand(first)

    assert desk.made("Contacts", PAUL) != first


def test_nothing_is_made_without_a_sign_in_or_with_nothing(stage: Stage) -> None:
    for operation in ("mailconnectorforms", "mailconnectorcreate"):
        assert stage.caller.code(operation, "", module="Contacts", fields=json.dumps(PAUL)) == "sign_in_again"
    assert stage.caller.code("mailconnectorcreate", stage.caller.token()) == "request_empty"
