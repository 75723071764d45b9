"""Many records of one address, one company or one conversation: of them those that the user may see are found."""

from __future__ import annotations

import json

import pytest

from connector.app.state import Asking
from contract.both import pane, server
from contract.component_fixtures import Stage, php_component, sandbox, sandbox_stage, stage
from contract.sitting import Sitting
from sandbox_crm.crm import SandboxCrm
from standin_outlook.reading import read

__all__ = ["pane", "php_component", "sandbox", "sandbox_stage", "server", "stage"]
CROWD = "info@crowd.example"


def crowd(crm: SandboxCrm, own: int, others: int = 149) -> None:
    """So many contacts of others with one address, and behind them so many of the agent's."""
    for number in range(others):
        crm.new_record("Contacts", owner="admin", lastname=f"Other {number}", email=CROWD)
    for number in range(own):
        crm.new_record("Contacts", owner="agent", lastname=f"Own {number}", email=CROWD)


def found(stage: Stage, **asked: object) -> tuple[list[str], bool]:
    """The names that the agent is told, and whether that is all."""
    given = {name: json.dumps(value) for name, value in asked.items()}
    result = stage.caller.result("mailconnectorfind", stage.caller.token(), **given)
    return [one["name"] for one in result["records"]], result["complete"]


def people(mail: str) -> list[dict[str, str]]:
    return [{"mail": mail, "role": "from"}]


@pytest.mark.parametrize("own", [1, 3])
def test_those_that_the_user_may_see_are_suggested(pane: Sitting, own: int) -> None:
    crowd(pane.crm, own)
    pane.sign_in()
    pane.select(read(f"From: {CROWD}\nTo: sales@ourcompany.example\nSubject: Hello\n\nHello\n".encode()))
    assert pane.state.suggesting is Asking.DONE
    names = [one.record.name for one in pane.state.suggestions]
    assert names == [f"Own {number}" for number in reversed(range(own))]


def test_that_the_user_may_see_more_of_them_is_told(stage: Stage) -> None:
    crowd(stage.crm, own=120)
    names, complete = found(stage, people=people(CROWD))
    assert names == [f"Own {number}" for number in range(119, 19, -1)]
    assert not complete
    stage.crm.reset()
    crowd(stage.crm, own=30)
    names, complete = found(stage, people=people(CROWD))
    assert (len(names), complete) == (30, True)


def test_companies_of_one_domain(stage: Stage) -> None:
    for number in range(150):
        owner = "agent" if number == 149 else "admin"
        stage.crm.new_record("Accounts", owner=owner, accountname=f"Shop {number}", website="https://crowd.example")
    assert found(stage, people=people("new@crowd.example")) == (["Shop 149"], True)


def test_open_cases_of_one_company(stage: Stage) -> None:
    company = stage.crm.new_record("Accounts", owner="agent", accountname="Crowd", email1=CROWD)
    for number in range(150):
        owner = "agent" if number == 149 else "admin"
        stage.crm.new_record("Potentials", owner=owner, potentialname=f"Case {number}", related_to=company)
    assert found(stage, people=people(CROWD)) == (["Crowd", "Case 149"], True)


@pytest.mark.parametrize(("others", "told"), [(60, (["Own"], True)), (1010, ([], False))])
def test_records_of_one_conversation(stage: Stage, others: int, told: tuple[list[str], bool]) -> None:
    mail = "<offer@crowd.example>"
    record = stage.crm.new_record("Contacts", owner="agent", lastname="Own")
    stage.caller.link("admin", record, message_id=mail)
    (row,) = stage.crm.store.rows("Messages")
    assert row.hash
    for number in range(others):
        other = stage.crm.new_record("Contacts", owner="admin", lastname=f"Other {number}")
        stage.crm.store.relate_message(row.hash, int(other.partition("x")[2]))
    assert found(stage, references=[mail]) == told


@pytest.mark.parametrize("others", [48, 60])
def test_mails_with_one_message_id(stage: Stage, others: int) -> None:
    mail = "<offer@crowd.example>"
    record = stage.crm.new_record("Contacts", owner="agent", lastname="Own")
    for number in range(others):
        stage.crm.new_record("Messages", owner="admin", subject=f"Offer {number}", messageid=mail)
    stage.caller.link("agent", record, message_id=mail)
    names, complete = found(stage, references=[mail])
    assert (names, complete) == (["Own"], others < 49)
