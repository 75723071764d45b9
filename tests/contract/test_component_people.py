"""Who of the people asked for is known, and companies by the domains that a client names; sandbox and PHP."""

from __future__ import annotations

import json

import pytest

from contract.component_fixtures import php_component, sandbox, sandbox_stage, stage
from contract.test_component_looking import MARY, desk, find, told
from contract.test_component_storing import Desk

__all__ = ["desk", "php_component", "sandbox", "sandbox_stage", "stage"]


def stored(desk: Desk, **fields: str) -> None:
    """Change the company that writes as Northwind."""
    row = desk.stage.crm.store.row(int(desk.company.partition("x")[2]))
    assert row is not None
    row.fields.update(fields)
    desk.stage.crm.store.save(row)


def test_each_address_that_a_record_has_is_known(desk: Desk) -> None:
    stored(desk, email2="Orders@Northwind.example")
    people = ["who@nowhere.example", "orders@northwind.example", MARY.upper(), "info@northwind.example"]
    found = find(desk, *((mail, "to") for mail in people))
    assert sorted(found["known"]) == sorted(people[1:])
    assert found["complete"] is True


def test_an_address_with_another_accent_is_another(desk: Desk) -> None:
    stored(desk, email1="info@münster-bau.example")
    assert told(find(desk, ("INFO@MÜNSTER-bau.example", "from"), domains=[]))[0][:2] == (
        "Northwind Traders",
        "address",
    )
    assert find(desk, ("INFO@MÜNSTER-bau.example", "from"), domains=[])["known"] == ["INFO@MÜNSTER-bau.example"]
    found = find(desk, ("info@munster-bau.example", "from"), domains=[])
    assert (found["records"], found["known"]) == ([], [])


def test_what_the_text_names_is_known_too(desk: Desk) -> None:
    assert find(desk, (MARY, "text"), ("who@nowhere.example", "text"))["known"] == [MARY]


def test_of_records_that_the_user_may_not_see_nobody_is_known(desk: Desk) -> None:
    keller = desk.stage.crm.find("Contacts", lastname="Keller").fields["email"]
    assert find(desk, (keller, "from"))["known"] == []
    assert find(Desk(desk.stage, "admin"), (keller, "from"))["known"] == [keller]


def test_companies_are_looked_for_by_the_domains_that_are_given(desk: Desk) -> None:
    person = ("robot@mail.northwind.example", "from")
    assert told(find(desk, person, domains=["mail.northwind.example", "northwind.example"])) == [
        ("Northwind Traders", "domain", "northwind.example")
    ]
    assert told(find(desk, ("new@northwind.example", "from"), domains=[])) == []
    assert told(find(desk, person, domains=["gmail.com", "orthwind.example", "%", "", "a b"])) == []


@pytest.mark.parametrize(
    "site", ["https://www.müller-werk.example/de", "MÜLLER-WERK.example", "xn--mller-werk-9db.example"]
)
def test_an_international_domain_is_found_in_both_spellings(desk: Desk, site: str) -> None:
    stored(desk, website=site)
    found = find(desk, ("j@müller-werk.example", "from"), domains=["müller-werk.example", "xn--mller-werk-9db.example"])
    assert [one[:2] for one in told(found)] == [("Northwind Traders", "domain")]


@pytest.mark.parametrize("domains", ["{}", '"a"', "[1]", json.dumps(["a.example"] * 9)])
def test_domains_have_their_form(desk: Desk, domains: str) -> None:
    assert desk.refusal("mailconnectorfind", domains=domains) == {"code": "request_invalid", "parameter": "domains"}
