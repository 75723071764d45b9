"""Nothing is suggested or named that the user may not see: two users of different rights, any data."""

from __future__ import annotations

import asyncio
import json
import random
from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from connector.finding.otherside import OtherSide
from connector.finding.person import Person, Role
from connector.mail.address import Address
from connector.vtenext.stock.suggestions import suggest
from contract.component_fixtures import Stage, php_component, sandbox, stage
from contract.office import Office
from contract.situations import WHY
from sandbox_crm.crm import SandboxCrm
from sandbox_crm.store.modules import modules
from sandbox_crm.store.store import Row

__all__ = ["php_component", "sandbox", "stage"]

USERS = ("agent", "sara")
OWNERS = ("admin", "agent", "sara", "jürgen")
MAILS = tuple(f"{name}@{domain}.example" for name in ("a", "b", "c") for domain in ("one", "two", "three"))
DRAWS = range(12)


@dataclass
class Drawn:
    """A CRM with records of many owners, and a mail that has to do with them."""

    ids: list[str]
    people: list[tuple[str, str]]
    subject: str
    references: list[str]

    @property
    def recent(self) -> list[str]:
        """What was chosen before: anything."""
        return self.ids[:10]


def drawn(crm: SandboxCrm, chance: random.Random) -> Drawn:
    """Records of random owners that share addresses, domains, companies and parents; names that say whose they are."""

    def owner() -> str:
        return chance.choice(OWNERS)

    companies = []
    for number in range(4):
        fields = {"accountname": f"Company {number}", "email1": chance.choice(MAILS), "email2": chance.choice(MAILS)}
        companies.append(crm.new_record("Accounts", owner=owner(), website="two.example", **fields))
    people = []
    for number in range(6):
        module = chance.choice(["Contacts", "Contacts", "Leads", "Machines", "Vendors"])
        name = {"Vendors": "vendorname", "Machines": "machinename"}.get(module, "lastname")
        mail = "contact_email" if module == "Machines" else "email"
        fields = {name: f"Person {number}", mail: chance.choice(MAILS)}
        fields |= {"company": "x"} if module == "Leads" else {}
        fields |= {"account_id": chance.choice(companies)} if module in ("Contacts", "Machines") else {}
        people.append((module, crm.new_record(module, owner=owner(), **fields)))
    contacts = [id_ for module, id_ in people if module == "Contacts"]
    cases = []
    for number in range(5):
        parent = chance.choice([*companies, *contacts])
        cases.append(crm.new_record("Potentials", owner=owner(), potentialname=f"Deal {number}", related_to=parent))
        fields = {"ticket_title": f"Case {number}", "parent_id": parent, "email_from": chance.choice(MAILS)}
        cases.append(crm.new_record("HelpDesk", owner=owner(), **fields))
    ids = [*companies, *(id_ for _, id_ in people), *cases]
    chance.shuffle(ids)
    roles = [chance.choice(["from", "to", "cc", "text"]) for _ in range(4)]
    subject = " ".join(_number(crm, id_) for id_ in ids[:5])
    return Drawn(ids, list(zip(chance.sample(MAILS, 4), roles, strict=True)), subject, [])


def row_of(crm: SandboxCrm, record_id: str) -> Row:
    """A record's row."""
    row = crm.store.row(int(record_id.partition("x")[2]))
    assert row is not None
    return row


def _number(crm: SandboxCrm, record_id: str) -> str:
    row = row_of(crm, record_id)
    return row.fields.get(modules()[row.module].number_field or "", "")


def hidden(crm: SandboxCrm, user: str, record_id: str) -> bool:
    """Whether the user may not see a record."""
    account = next(one for one in crm.store.accounts() if one.name == user)
    who = crm.access.user(account)
    row = row_of(crm, record_id)
    return not (crm.access.may(who, row.module) and crm.access.may_read(who, row))


def names_hidden(crm: SandboxCrm, user: str, ids: list[str]) -> set[str]:
    """The names of the records that the user may not see."""
    rows = [row_of(crm, one) for one in ids if hidden(crm, user, one)]
    return {modules()[row.module].title(row.fields) for row in rows}


@pytest.mark.parametrize("number", DRAWS)
def test_the_component_tells_nothing_that_is_hidden(stage: Stage, number: int) -> None:
    data = drawn(stage.crm, random.Random(number))
    for at, record in enumerate(data.ids[5:9]):
        message_id = f"<mail-{at}@x.example>"
        stage.caller.link("admin", record, subject=f"Mail {at}", message_id=message_id)
        data.references.append(message_id)
    for user in USERS:
        given = {
            "people": json.dumps([{"mail": mail, "role": role} for mail, role in data.people]),
            "subject": data.subject,
            "references": json.dumps(data.references),
            "recent": json.dumps(data.recent),
        }
        result = stage.caller.result("mailconnectorfind", stage.caller.token(user), **given)
        told = [one["id"] for listed in (result, *result["links"]) for one in listed["records"]]
        assert not [one for one in told if hidden(stage.crm, user, one)]
        unseen = names_hidden(stage.crm, user, data.ids)
        assert unseen, "something has to be hidden here"
        assert not {name for name in unseen if f'"{name}"' in json.dumps(result)}


@pytest.fixture(scope="module")
def office() -> Iterator[Office]:
    """A CRM without the component, served once."""
    with Office.served(SandboxCrm()) as served:
        yield served
        served.crm.close()


@pytest.mark.parametrize("number", DRAWS)
def test_stock_queries_tell_nothing_that_is_hidden(office: Office, number: int) -> None:
    office.crm.reset()
    data = drawn(office.crm, random.Random(number))
    people = tuple(Person(Address("", mail), Role(role), WHY[role]) for mail, role in data.people)
    recent = {one: row_of(office.crm, one).module for one in data.recent}

    async def work(user: str) -> list[tuple[str, str]]:
        client = await office.client(user)
        looks = [look async for look in suggest(client, OtherSide(people), data.subject, recent)]
        return [(one.record.id, one.about) for one in looks[-1].answers.found]

    for user in USERS:
        told = asyncio.run(work(user))
        assert not [one for one, _ in told if hidden(office.crm, user, one)]
        assert not names_hidden(office.crm, user, data.ids) & {about for _, about in told}
