"""What the pane reads of a CRM comes out the same by every door: suggestions, earlier links, modules, searches."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable
from typing import TypeVar

import pytest

from connector.errors import AnswerError, OperationMissing, PermissionDenied, RecordRefused, SignInNeeded
from connector.finding.answers import Answers
from connector.finding.records import Record
from connector.finding.suggestion import Reason
from connector.mail.address import Address
from connector.mail.mail import Mail, mail_from
from connector.mail.ours import ours_of
from connector.vtenext.crm import Crm, Look
from contract.doors import Door, door, php_component, sandbox, sought_in
from contract.office import sample
from contract.surroundings import Files, MailFileMailbox
from sandbox_crm.store.modules import modules
from sides import side

__all__ = ["door", "php_component", "sandbox"]
T = TypeVar("T")
MARY = Address("Mary Smith", "mary.smith@northwind.example")


def mail() -> Mail:
    """A mail."""
    mailbox = MailFileMailbox(Files())
    mailbox.open = sample("plain-ascii")
    raw = mailbox.mail()
    assert raw is not None
    return mail_from(raw, ours_of(mailbox.owner))


def asked(door: Door, question: Callable[[Crm], Awaitable[T]], user: str = "agent") -> T:
    async def work() -> T:
        return await question(await door.open(user))

    return asyncio.run(work())


def seen(door: Door, *people: Address, user: str = "agent") -> Look:
    """What is known in the end."""

    async def look(crm: Crm) -> Look:
        return [one async for one in crm.look(mail(), side(*people))][-1]

    return asked(door, look, user)


def searched(door: Door, text: str, module: str = "") -> Answers[Record]:
    return asked(door, lambda crm: sought_in(crm, text, module)).answers


def test_a_person_comes_with_company_and_open_cases(door: Door) -> None:
    look = seen(door, MARY)
    told = [(one.record.name, one.reason, one.about) for one in look.answers.found]
    assert told == [
        ("Mary Smith", Reason.ADDRESS, MARY.mail),
        ("Northwind Traders", Reason.COMPANY, "Mary Smith"),
        ("Northwind: spare parts contract", Reason.OPPORTUNITY, "Mary Smith"),
        ("Northwind: cold store 2027", Reason.OPPORTUNITY, "Northwind Traders"),
        ("Cooling unit reports error E42", Reason.TICKET, "Mary Smith"),
    ]
    assert look.answers.unasked is None
    assert look.answers.found[0].record.detail == MARY.mail
    assert look.answers.found[-1].record.detail == "Open"


def test_letter_case_of_an_address_does_not_count(door: Door) -> None:
    found = seen(door, Address("", "MARY.Smith@Northwind.example")).answers.found
    assert found[0].record.name == "Mary Smith"


def test_a_company_is_known_by_its_domain_where_nobody_is(door: Door) -> None:
    [found] = seen(door, Address("", "new@northwind.example")).answers.found
    assert (found.record.name, found.reason, found.about) == ("Northwind Traders", Reason.DOMAIN, "northwind.example")
    assert seen(door, Address("", "new@gmail.com")).answers.found == ()


def test_nobody_is_nobody(door: Door) -> None:
    assert seen(door).answers == Answers()


@pytest.mark.parametrize("module", ["HelpDesk", "Potentials"])
def test_a_module_that_fails_is_named_and_the_others_are_there(door: Door, module: str) -> None:
    door.sandbox.broken.add(module)
    answers = seen(door, MARY).answers
    assert answers.unasked is not None
    assert answers.unasked.modules == (module,)
    assert {"Contacts", "Accounts"} <= {one.record.module for one in answers.found}


def test_a_hidden_module_has_nothing_and_was_asked(door: Door) -> None:
    door.sandbox.access.refuse("agent", "HelpDesk", "access")
    answers = seen(door, MARY).answers
    assert answers.unasked is None
    assert "HelpDesk" not in {one.record.module for one in answers.found}


def test_what_the_user_may_not_see_is_not_suggested(door: Door) -> None:
    keller = Address("", door.sandbox.find("Contacts", lastname="Keller").fields["email"])
    assert [one.record.name for one in seen(door, keller, user="admin").answers.found][:1] == ["Urs Keller"]
    assert "Urs Keller" not in {one.record.name for one in seen(door, keller).answers.found}


def test_who_linked_the_mail_and_to_what(door: Door) -> None:
    mary = door.sandbox.find("Contacts", lastname="Smith")
    stored(door, mail(), mary.id, "sara")
    earlier = seen(door, MARY).earlier
    if door.kind == "stock":
        assert earlier is None
        return
    assert earlier is not None
    assert [(one.id, one.name) for one in earlier.records] == [(mary.id, "Mary Smith")]
    assert [(one.by, one.own) for one in earlier.copies] == [("Sara Lind", False)]


def test_a_mail_that_nobody_linked_is_linked_nowhere(door: Door) -> None:
    earlier = seen(door, MARY).earlier
    assert (earlier is None) == (door.kind == "stock")
    assert earlier is None or (earlier.records, earlier.copies) == ((), ())


def test_links_that_could_not_be_asked_for_are_not_none(door: Door) -> None:
    door.sandbox.broken.add("Messages")
    look = seen(door, MARY)
    assert look.earlier is None
    assert look.answers.found


def stored(door: Door, mail: Mail, record: str, user: str) -> None:
    """Somebody stores a mail and links it."""
    caller = door.stage.caller
    named = {"message_id": mail.message_id, "subject": mail.subject, "html": "<p>Hello</p>"}
    caller.result("mailconnectorlink", caller.token(user), mail=json.dumps(named), targets=json.dumps([record]))


def test_modules_have_labels_and_an_order(door: Door) -> None:
    modules = asked(door, lambda crm: crm.modules())
    assert [one.name for one in modules][:4] == ["Contacts", "Accounts", "Vendors", "HelpDesk"]
    assert ("HelpDesk", "Trouble Tickets") in [(one.name, one.label) for one in modules]
    assert not {"Users", "Messages", "Faq"} & {one.name for one in modules}


def test_the_limit_of_a_file(door: Door) -> None:
    assert asked(door, lambda crm: crm.file_limit()) > 0
    # vtenext itself does not tell how many it takes at once.
    assert bool(asked(door, lambda crm: crm.most_files())) is (door.kind != "stock")


def test_what_stays_the_same_is_asked_once(door: Door) -> None:
    async def work() -> tuple[list[str], list[str]]:
        crm = await door.open()
        await asyncio.gather(_all(crm), crm.modules())
        await crm.file_limit()
        before = door.asked
        await asyncio.gather(crm.modules(), crm.file_limit())
        return before, door.asked

    before, after = asyncio.run(work())
    assert before == after
    if door.kind != "stock":
        assert before == ["mailconnectorfind"]


async def _all(crm: Crm) -> None:
    async for _ in crm.look(mail(), side(MARY)):
        pass


def test_what_failed_is_asked_again(door: Door) -> None:
    async def work() -> None:
        crm = await door.open()
        door.stage.crm.broken.update({"Documents"})
        await crm.file_limit()
        door.stage.crm.broken.clear()
        assert await crm.modules()

    asyncio.run(work())


@pytest.mark.parametrize(("text", "module"), [("smi", ""), ("mary smith", ""), ("Smith Mary", "Contacts")])
def test_a_search_finds_by_all_words(door: Door, text: str, module: str) -> None:
    found = searched(door, text, module)
    assert "Mary Smith" in [one.name for one in found.found]
    assert found.unasked is None


def test_a_search_in_one_module_finds_what_stands_inside(door: Door) -> None:
    assert [one.name for one in searched(door, "mith", "Contacts").found] == ["Mary Smith"]


@pytest.mark.parametrize("text", ["", "   ", "no such thing", "' OR 1=1 --"])
def test_nothing_is_found(door: Door, text: str) -> None:
    assert searched(door, text) == Answers()


def test_a_search_names_the_modules_that_failed(door: Door) -> None:
    door.sandbox.broken.add("Vendors")
    found = searched(door, "smith")
    assert "Mary Smith" in {one.name for one in found.found}
    assert found.unasked is not None
    assert found.unasked.modules == ("Vendors",)


def test_everywhere_means_every_module_that_takes_mails(door: Door) -> None:
    owner = next(one.number for one in door.sandbox.store.accounts() if one.name == "agent")
    with door.sandbox.lock:
        door.sandbox.storing.add(modules()["Campaigns"], {"campaignname": "Zuzu in spring"}, owner)
    assert [one.name for one in searched(door, "zuzu").found] == ["Zuzu in spring"]


def test_what_a_search_everywhere_leaves_out_is_named(door: Door) -> None:
    sought = asked(door, lambda crm: sought_in(crm, "smith"))
    assert sought.complete
    assert ("Campaigns" in sought.left) is (door.kind == "stock")
    assert not asked(door, lambda crm: sought_in(crm, "smith", "Contacts")).left


def test_a_search_in_a_module_fails_with_it(door: Door) -> None:
    door.sandbox.broken.add("Vendors")
    with pytest.raises(AnswerError):
        searched(door, "smith", "Vendors")


def test_a_hidden_module_can_not_be_searched(door: Door) -> None:
    door.sandbox.access.refuse("agent", "Vendors", "access")
    with pytest.raises(PermissionDenied):
        searched(door, "smith", "Vendors")
    assert searched(door, "smith").unasked is None


def test_a_sign_in_that_ended_is_told_by_every_question(door: Door) -> None:
    async def work() -> list[object]:
        crm = await door.open()
        door.sandbox.renew_access_key("agent")
        questions = (_all(crm), crm.modules(), crm.file_limit(), sought_in(crm, "smith"))
        return list(await asyncio.gather(*questions, return_exceptions=True))

    assert {type(one) for one in asyncio.run(work())} == {SignInNeeded}


def test_the_component_is_asked_by_operations_of_its_own_only(door: Door) -> None:
    async def work() -> None:
        crm = await door.open()
        await asyncio.gather(_all(crm), crm.modules(), crm.file_limit(), sought_in(crm, "smith"))

    asyncio.run(work())
    if door.kind == "stock":
        assert not [one for one in door.asked if one.startswith("mailconnector")]
    else:
        assert set(door.asked) == {"mailconnectorfind", "mailconnectorsearch"}


def test_a_card_tells_what_stands_behind_a_record(door: Door) -> None:
    if door.kind == "stock":
        with pytest.raises(OperationMissing):
            asked(door, lambda crm: crm.card("4x22"))
        return
    card = asked(door, lambda crm: crm.card("4x22"))
    assert (card.record.name, card.owner) == ("Mary Smith", "Luca Conti")
    assert card.company is not None
    assert (card.company.module, card.company.name) == ("Accounts", "Northwind Traders")
    assert {one.module for one in card.cases} == {"Potentials", "HelpDesk"}
    assert card.complete
    with pytest.raises(RecordRefused):
        asked(door, lambda crm: crm.card("3x99999"))
