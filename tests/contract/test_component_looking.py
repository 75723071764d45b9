"""Finding what matters to a mail, searching by hand and a card, on the sandbox's component and the PHP one."""

from __future__ import annotations

import json
from typing import Any

import pytest

from contract.component_fixtures import Stage, php_component, sandbox, sandbox_stage, stage
from contract.test_component_storing import Desk
from sandbox_crm.store.modules import modules

__all__ = ["php_component", "sandbox", "sandbox_stage", "stage"]
MARY = "mary.smith@northwind.example"


@pytest.fixture
def desk(stage: Stage) -> Desk:
    """The agent, on either component."""
    return Desk(stage)


def find(desk: Desk, *people: tuple[str, str], **given: Any) -> Any:
    """Ask for what matters to people with their roles."""
    listed = [{"mail": mail, "role": role} for mail, role in people]
    texts = {name: value if isinstance(value, str) else json.dumps(value) for name, value in given.items()}
    return desk.ask("mailconnectorfind", people=json.dumps(listed), **texts)


def desk_number(desk: Desk) -> int:
    """The record number of the desk's user."""
    return next(account.number for account in desk.stage.crm.store.accounts() if account.name == desk.user)


def told(found: Any) -> list[tuple[str, str, str]]:
    return [(one["name"], one["reason"], one["about"]) for one in found["records"]]


def test_people_come_with_their_company_and_open_cases(desk: Desk) -> None:
    found = find(desk, ("Mary.Smith@Northwind.example", "from"))

    assert told(found) == [
        ("Mary Smith", "address", "Mary.Smith@Northwind.example"),
        ("Northwind Traders", "company", "Mary Smith"),
        ("Northwind: spare parts contract", "opportunity", "Mary Smith"),
        ("Northwind: cold store 2027", "opportunity", "Northwind Traders"),
        ("Cooling unit reports error E42", "ticket", "Mary Smith"),
    ]
    assert found["records"][0]["role"] == "from"
    assert (found["unasked"], found["complete"]) == ([], True)


def test_addresses_in_the_text_come_last(desk: Desk) -> None:
    found = find(desk, ("james.whitfield@northwind.example", "text"), (MARY, "from"))

    assert told(found)[0] == ("Mary Smith", "address", MARY)
    assert told(found)[-1] == ("James Whitfield", "text", "james.whitfield@northwind.example")
    assert found["records"][-1]["role"] == "text"


def test_the_most_important_person_comes_first(desk: Desk) -> None:
    people = [("chiara.lombardi@fabrikam-energia.example", "cc"), ("giulia.rossi@rossi-costruzioni.example", "from")]
    people += [(MARY, "to")]
    found = told(find(Desk(desk.stage, "admin"), *people))

    assert [name for name, reason, _ in found if reason == "address"] == [
        "Chiara Lombardi",
        "Giulia Rossi",
        "Mary Smith",
    ]


def test_what_a_hidden_field_holds_is_no_reason(desk: Desk, stage: Stage) -> None:
    hidden = {user: profile for user, profile in hiding(stage) if profile}
    assert hidden, "a user of the sandbox has hidden fields"
    for user, fields in hidden.items():
        other = Desk(stage, user)
        for module, names_ in fields.items():
            for row in stage.crm.store.rows(module):
                values = {row.fields.get(name, "") for name in names_} - {""}
                mails = [(value, "from") for value in values if "@" in value]
                other_id = f"{stage.crm.records.prefix(module)}x{row.number}"
                assert other_id not in {
                    one["id"] for one in find(other, *mails)["records"] if one["reason"] == "address"
                }


def hiding(stage: Stage) -> list[tuple[str, dict[str, frozenset[str]]]]:
    """The fields that each user's profile hides."""
    users = [stage.crm.access.user(account) for account in stage.crm.store.accounts()]
    return [(user.name, dict(user.profile.hidden)) for user in users]


def test_only_the_text_gives_no_company(desk: Desk) -> None:
    assert told(find(desk, (MARY, "text"))) == [("Mary Smith", "text", MARY)]


def test_what_was_chosen_before_is_told_where_the_user_may_still_see_it(desk: Desk) -> None:
    hidden = desk.record("Contacts", lastname="Keller")
    found = find(desk, recent=[hidden, desk.company, "4x999999", desk.company.replace("3x", "4x")])

    assert told(found) == [("Northwind Traders", "recent", "")]
    assert told(find(desk, recent=[])) == []


@pytest.mark.parametrize("recent", ["{}", "[1]", '["4"]', '["4x1 OR 1=1"]', json.dumps(["4x1"] * 11), '[["4x1"]]'])
def test_what_was_chosen_before_is_a_short_list_of_ids(desk: Desk, recent: str) -> None:
    assert desk.refusal("mailconnectorfind", recent=recent) == {"code": "request_invalid", "parameter": "recent"}


def test_records_of_the_conversation_are_suggested(desk: Desk) -> None:
    desk.link(desk.company)
    found = find(
        desk,
        ("nobody@new.example", "from"),
        message_id="<answer@new.example>",
        references=["<offer-42@northwind.example>"],
    )

    assert told(found)[0] == ("Northwind Traders", "conversation", "Offer 42")
    (link,) = found["links"]
    assert (link["message_id"], link["subject"]) == ("<offer-42@northwind.example>", "Offer 42")
    assert [one["name"] for one in link["records"]] == ["Northwind Traders"]
    assert [(one["own"], "id" in one) for one in link["copies"]] == [(True, True)]


def test_the_mails_own_links_are_told_and_not_suggested(desk: Desk) -> None:
    desk.link(desk.company)
    found = find(desk, message_id="<offer-42@northwind.example>")

    assert found["records"] == []
    assert len(found["links"]) == 1


def test_a_message_id_is_compared_letter_by_letter(desk: Desk) -> None:
    desk.link(desk.company)

    assert find(desk, message_id="<OFFER-42@northwind.example>")["links"] == []


def test_links_to_records_that_the_user_may_not_see_are_not_told(desk: Desk, stage: Stage) -> None:
    other = Desk(stage, "admin")
    other.link(desk.record("Contacts", lastname="Keller"))

    assert find(desk, message_id="<offer-42@northwind.example>")["links"] == []
    assert len(find(other, message_id="<offer-42@northwind.example>")["links"]) == 1


def test_a_record_number_in_the_subject_names_the_record(desk: Desk) -> None:
    number = next(row.fields["ticket_no"] for row in desk.stage.crm.store.rows("HelpDesk"))
    found = find(desk, subject=f"Re: [{number.lower()}] again")

    assert told(found) == [("Cooling unit reports error E42", "number", number)]
    for other in (f"x{number}", f"{number}5", f"{number}b", "TT", ""):
        assert told(find(desk, subject=f"Re: {other}")) == []


def test_a_domain_is_a_reason_when_nobody_is_known(desk: Desk) -> None:
    assert told(find(desk, ("new@northwind.example", "from"))) == [("Northwind Traders", "domain", "northwind.example")]
    assert told(find(desk, ("new@orthwind.example", "from"))) == []
    assert told(find(desk, ("new@gmail.com", "from"))) == []


def test_the_first_call_brings_all_that_the_screen_needs(desk: Desk) -> None:
    found = find(desk, first="1")

    assert {"name": "Contacts", "label": "Contacts", "singular": "Contact"} in found["modules"]
    assert not {"Users", "Messages", "Documents", "Notices"} & {one["name"] for one in found["modules"]}
    assert found["user"]["name"] == "agent"
    assert found["limits"].keys() == {"file", "request", "files"}
    assert found["crm"] == {"name": "Our Company", "time_zone": "Europe/Rome"}
    assert not {"modules", "limits", "user", "crm"} & find(desk).keys()


@pytest.mark.parametrize(
    "people",
    [
        "{}",
        '"a"',
        "[1]",
        '[{"mail": "a@b.example"}]',
        '[{"mail": "a@b.example", "role": "owner"}]',
        '[{"mail": 1, "role": "to"}]',
        '[{"mail": "a@b.example", "role": "to", "module": "Users"}]',
        json.dumps([{"mail": "a@b.example", "role": "to"}] * 51),
    ],
)
def test_people_have_their_form(desk: Desk, people: str) -> None:
    assert desk.refusal("mailconnectorfind", people=people) == {"code": "request_invalid", "parameter": "people"}


@pytest.mark.parametrize(
    "text", ["a' OR '1'='1", "%", "_", "\\", "'; --", "a%' UNION SELECT 1", "\u0000", "🙂", "((", "Smith' AND", '"']
)
def test_signs_of_a_query_are_signs(desk: Desk, text: str) -> None:
    assert desk.ask("mailconnectorsearch", text=text, module="Contacts")["records"] == []
    assert (
        find(desk, (f"{text.replace(' ', '')}@northwind.example", "from"), subject=text, message_id=text)["links"] == []
    )


# -- search


def names(desk: Desk, text: str, **given: str) -> list[str]:
    return [one["name"] for one in desk.ask("mailconnectorsearch", text=text, **given)["records"]]


def test_a_search_finds_beginnings_of_names_numbers_and_addresses(desk: Desk) -> None:
    assert names(desk, "smi", module="Contacts") == ["Mary Smith"]
    assert names(desk, "mary.smith@", module="Contacts") == ["Mary Smith"]
    number = desk.stage.crm.find("Contacts", lastname="Smith").fields["contact_no"]
    assert "Mary Smith" in names(desk, number, module="Contacts")
    assert names(desk, "SMITH mary", module="Contacts") == ["Mary Smith"]
    assert names(desk, "Mary Rossi", module="Contacts") == []


def test_what_stands_inside_is_found_in_one_module_only(desk: Desk) -> None:
    assert names(desk, "mith", module="Contacts") == ["Mary Smith"]
    assert names(desk, "mith") == []


def test_all_modules_that_matter_are_searched_together(desk: Desk) -> None:
    found = desk.ask("mailconnectorsearch", text="northwind")["records"]

    assert {one["module"] for one in found} == {"Accounts", "Potentials"}
    contact = desk.ask("mailconnectorsearch", text="mary")["records"][0]
    assert contact["company"] == "Northwind Traders"


def test_the_other_modules_are_searched_on_demand(desk: Desk, stage: Stage) -> None:
    with stage.crm.lock:
        stage.crm.storing.add(modules()["Campaigns"], {"campaignname": "Zuzu in spring"}, desk_number(desk))
    assert names(desk, "zuzu") == []
    assert names(desk, "zuzu", others="1") == ["Zuzu in spring"]
    assert "Northwind Traders" not in names(desk, "northwind", others="1")
    for given in ({"others": "2"}, {"others": "1", "module": "Contacts"}):
        assert desk.refusal("mailconnectorsearch", text="a", **given)["code"] == "request_invalid"


def test_it_is_told_of_which_modules_there_is_another_page(desk: Desk, stage: Stage) -> None:
    for number in range(5):
        with stage.crm.lock:
            stage.crm.storing.add(modules()["Contacts"], {"lastname": f"Zuzu {number}"}, desk_number(desk))
    found = desk.ask("mailconnectorsearch", text="zuzu")

    assert (len(found["records"]), found["more"], found["more_in"]) == (4, True, ["Contacts"])


def test_a_search_shows_what_the_user_may_see(desk: Desk, stage: Stage) -> None:
    assert names(desk, "Keller") == []
    assert names(Desk(stage, "admin"), "Keller") == ["Urs Keller"]


def test_a_search_has_pages(desk: Desk, stage: Stage) -> None:
    for number in range(15):
        values = {"lastname": "Zuzu", "firstname": f"N{number:02}"}
        with stage.crm.lock:
            stage.crm.storing.add(modules()["Contacts"], values, desk_number(desk))
    first = desk.ask("mailconnectorsearch", text="zuzu", module="Contacts")
    second = desk.ask("mailconnectorsearch", text="zuzu", module="Contacts", page="2")

    assert (len(first["records"]), first["more"], len(second["records"]), second["more"]) == (12, True, 3, False)
    assert len({one["id"] for one in first["records"] + second["records"]}) == 15


@pytest.mark.parametrize("module", ["Users", "Groups", "Messages", "Documents", "Nothing", "Notices", "Contacts; DROP"])
def test_modules_outside_the_list_are_refused(desk: Desk, module: str) -> None:
    refusal = desk.refusal("mailconnectorsearch", text="a", module=module)

    assert refusal == {"code": "permission_denied", "what": module}


def test_a_page_is_a_small_number(desk: Desk) -> None:
    for page in ("0", "-1", "11", "1x", "x"):
        assert desk.refusal("mailconnectorsearch", text="a", page=page)["code"] == "request_invalid"


# -- a record


def test_a_card_tells_of_a_record(desk: Desk) -> None:
    desk.link(desk.mary)
    card = desk.ask("mailconnectorrecord", id=desk.mary)

    assert (card["name"], card["module"], card["company"]) == (
        "Mary Smith",
        "Contacts",
        {"id": desk.company, "module": "Accounts", "name": "Northwind Traders"},
    )
    assert card["owner"]
    assert card["mails"] == [{"subject": "Offer 42", "date": "2026-11-20T10:11:12+01:00", "by": "Luca Conti"}]
    assert "Cooling unit reports error E42" in [one["name"] for one in card["cases"]]


def behind(desk: Desk, record: str) -> tuple[str, str]:
    """The names of the person and the company behind a record."""
    card = desk.ask("mailconnectorrecord", id=record)
    return tuple("" if card[kind] is None else card[kind]["name"] for kind in ("person", "company"))  # type: ignore[return-value]


def test_a_card_tells_who_is_behind_a_case(desk: Desk) -> None:
    assert behind(desk, desk.mary) == ("", "Northwind Traders")
    assert behind(desk, desk.company) == ("", "")
    assert behind(desk, desk.record("HelpDesk", ticket_title="Cooling unit reports error E42")) == (
        "Mary Smith",
        "Northwind Traders",
    )
    cold_store = desk.record("Potentials", potentialname="Northwind: cold store 2027")
    assert behind(desk, cold_store) == ("", "Northwind Traders")
    card = desk.ask("mailconnectorrecord", id=cold_store)
    assert card["company"] == {"id": desk.company, "module": "Accounts", "name": "Northwind Traders"}


def test_nobody_is_behind_a_case_whom_the_user_may_not_see(desk: Desk, stage: Stage) -> None:
    crm, admin = stage.crm, Desk(stage, "admin")
    keller, of_others = (
        crm.find("Contacts", lastname="Keller"),
        crm.find("Accounts", accountname="Müller Werkzeuge GmbH"),
    )
    of_keller, of_company = (
        crm.new_record("HelpDesk", owner="agent", ticket_title="Who", parent_id=parent.id)
        for parent in (keller, of_others)
    )
    assert behind(admin, of_keller) == ("Urs Keller", "Blue Yonder Airlines")
    assert behind(admin, of_company) == ("", "Müller Werkzeuge GmbH")
    assert behind(desk, of_keller) == behind(desk, of_company) == ("", "")
    found = {user.user: user.ask("mailconnectorsearch", text="Who", module="HelpDesk") for user in (admin, desk)}
    companies = {user: sorted(one["company"] for one in answer["records"]) for user, answer in found.items()}
    assert companies == {"admin": ["Blue Yonder Airlines", "Müller Werkzeuge GmbH"], "agent": ["", ""]}


def test_a_card_of_what_the_user_may_not_see_is_refused(desk: Desk) -> None:
    for record in (desk.record("Contacts", lastname="Keller"), "19x1", "4x999999", "99x1"):
        assert desk.refusal("mailconnectorrecord", id=record)["code"] == "record_refused"
    assert desk.refusal("mailconnectorrecord", id="4x1 OR 1=1")["code"] == "request_invalid"
