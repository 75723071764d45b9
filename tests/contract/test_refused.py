"""What the CRM does not take, or not now: each ends in a sentence with a next step, nothing is lost, and it goes on.

The pane itself, with office.js before it, is tried with some of these, too (tests/pane/test_bad_input.py).
"""

from __future__ import annotations

import re
from dataclasses import replace
from email.message import EmailMessage

import pytest

from connector.app import events as e
from connector.app.views import view
from connector.finding.records import Record
from contract.both import stock_pane, stock_server
from contract.sitting import Sitting
from sandbox_crm.faults import Fault
from sandbox_crm.quirks import Quirks
from standin_outlook.mails import Mail, read
from unit.markup import by_id, find, text

__all__ = ["stock_pane", "stock_server"]


def two_files() -> Mail:
    """A mail with a large file and a small one."""
    message = EmailMessage()
    message["From"], message["To"] = "Mary Smith <mary.smith@northwind.example>", "sales@ourcompany.example"
    message["Subject"], message["Message-ID"] = "Plans", "<plans-1@northwind.example>"
    message["Date"] = "Mon, 23 Nov 2026 09:00:00 +0100"
    message.set_content("The plans, and a note.")
    message.add_attachment(bytes(range(256)) * 100, maintype="image", subtype="x-dwg", filename="Plan of the hall.dwg")
    message.add_attachment(b"small", maintype="text", subtype="plain", filename="note.txt")
    return read(message.as_bytes(), source="two-files.eml")


MAIL = two_files()
SIZE = max(len(one.content) for one in MAIL.attachments)
COUNT = len(MAIL.attachments)


@pytest.fixture
def at(stock_pane: Sitting) -> Sitting:
    """The pane, signed in, with the mail before it."""
    stock_pane.crm.quirks = Quirks()
    stock_pane.sign_in()
    stock_pane.select(MAIL)
    return stock_pane


def record(at: Sitting, module: str, name: str, **fields: str) -> Record:
    return Record(at.crm.find(module, **fields).id, module, name)


def mary(at: Sitting) -> Record:
    return record(at, "Contacts", "Mary Smith", firstname="Mary", lastname="Smith")


def company(at: Sitting) -> Record:
    return record(at, "Accounts", "Northwind Traders", accountname="Northwind Traders")


def screen(at: Sitting) -> str:
    [frame] = find(view(at.state), lambda one: "data-screen" in one.attributes)
    return frame.attributes["data-screen"]


def shown(at: Sitting) -> str:
    return text(view(at.state))


def bad(at: Sitting) -> list[str]:
    """The lines of the receipt about files that did not arrive."""
    return [
        text(one) for one in find(view(at.state), lambda one: one.tag == "li") if one.attributes.get("class") == "bad"
    ]


def expect_complete(at: Sitting) -> None:
    """The mail stands once in the CRM with every file once."""
    assert "Linked to Mary Smith" in text(by_id(view(at.state), "receipt"))
    assert not bad(at)
    [message] = at.crm.linked_messages(mary(at).id)
    assert len(at.crm.messages()) == 1
    assert len(at.crm.documents()) == COUNT == len(at.crm.linked_documents(mary(at).id))
    assert message["messageid"] == MAIL.internet_message_id


@pytest.mark.parametrize("right", ["create", "access"])
def test_a_user_who_may_not_store_mails(at: Sitting, right: str) -> None:
    at.crm.refuse("agent", "Messages", right)
    at.link(mary(at))
    assert screen(at) == "failure"
    assert re.search("profile does not allow storing mails. Nothing was stored.*right to create records", shown(at))
    assert re.search("stored nothing|Nothing of this mail was stored", shown(at))
    assert not at.crm.messages()
    assert not at.crm.documents()
    at.crm.access.restore_rights()
    at.retry()
    expect_complete(at)


@pytest.mark.parametrize("right", ["create", "access"])
def test_a_user_without_the_right_to_documents(at: Sitting, right: str) -> None:
    at.crm.refuse("agent", "Documents", right)
    at.link(mary(at))
    assert screen(at) == "receipt"
    assert "Linked to Mary Smith" in shown(at)
    assert at.crm.linked_messages(mary(at).id)
    if not at.crm.documents():
        assert re.search("not stored|can't be checked", shown(at))
        assert "administrator" in shown(at)


def test_a_module_without_a_list_of_mails(at: Sitting) -> None:
    at.link(Record(at.crm.ids("Notices")[0], "Notices", "Office closed"))
    assert "None of the chosen records can take a mail (Notices)" in shown(at)
    assert "Choose a related record" in shown(at)
    assert screen(at) == "choose"
    assert not at.crm.messages()
    assert not at.crm.documents()


def test_a_record_that_is_refused(at: Sitting) -> None:
    someone = mary(at)
    at.crm.refuse("agent", "Contacts")
    at.link(someone)
    assert screen(at) == "failure"
    assert re.search("does not show Mary Smith to you.*Choose another record", shown(at))
    assert not at.crm.messages()
    at.say(e.LinkClosed(at.view.link.plan.mail.key))
    assert screen(at) == "choose"


def test_of_two_records_the_refused_one_is_named(at: Sitting) -> None:
    both = company(at), mary(at)
    at.crm.refuse("agent", "Accounts")
    at.link(*both)
    assert screen(at) == "receipt"
    assert re.search("Northwind Traders.*The CRM does not show", shown(at))
    assert not at.crm.linked_messages(both[0].id)
    assert len(at.crm.linked_messages(both[1].id)) == 1


def test_a_module_that_is_refused_when_it_is_searched(at: Sitting) -> None:
    at.crm.refuse("agent", "Vendors")
    at.say(e.SearchModuleChosen("Vendors"), e.SearchTyped("paper"), e.SearchAsked())
    assert re.search("Your CRM profile does not allow this.*choose another record", shown(at))


def test_the_limit_that_the_crm_tells_is_a_hint(at: Sitting) -> None:
    """It tells 3,000,000 wherever PHP's own limit is not written in M, and takes what PHP takes."""
    at.crm.quirks = replace(Quirks(), upload_max_filesize=SIZE - 1)
    at.reopen()
    at.sign_in()
    assert "may be too large for the CRM, whose limit is" in shown(at)
    assert "Link it all the same: the receipt shows what arrived." in shown(at)
    at.link(mary(at))
    expect_complete(at)


def test_a_file_over_the_limit_that_the_crm_tells_and_holds_is_named(at: Sitting) -> None:
    at.crm.quirks = replace(Quirks(), upload_max_filesize=SIZE - 1, server_file_limit=SIZE - 1)
    at.link(mary(at))
    assert screen(at) == "receipt"
    assert "but not everything is there" in shown(at)
    [line] = bad(at)
    assert re.search("most likely because of its size.*It was not stored", line)
    assert "Ask your administrator to raise the limit" in line
    assert len(at.crm.documents()) == COUNT - 1


LIMITS = {
    "server_file_limit": Quirks(server_file_limit=SIZE - 1),
    "proxy_limit": Quirks(proxy_limit=SIZE - 1),
    "post_max_size": Quirks(post_max_size=SIZE - 1),
}


@pytest.mark.parametrize("limit", LIMITS)
def test_a_limit_that_the_server_does_not_tell(at: Sitting, limit: str) -> None:
    """Dropped silently, refused without CORS headers, or emptied and blamed on a right: nothing of the rest is lost."""
    at.crm.quirks = LIMITS[limit]
    at.link(mary(at))
    for _ in range(3):
        if screen(at) == "receipt":
            break
        assert re.search("connection to .* broke off.*proxy may limit the size", shown(at))
        at.retry()
    assert screen(at) == "receipt"
    assert "not stored" in bad(at)[0]
    assert "administrator" in bad(at)[0]
    assert len(at.crm.messages()) == 1
    assert len(at.crm.documents()) == COUNT - len(bad(at))
    at.crm.quirks = Quirks()
    at.retry()
    expect_complete(at)


def test_the_crm_goes_down_for_maintenance_in_the_middle(at: Sitting) -> None:
    """By the time that the pane looks it is there again: so it only broke off, and nothing is said of uploads."""
    at.crm.faults.add(Fault("relate", "maintenance_503"))
    at.link(mary(at))
    assert screen(at) == "failure"
    assert re.search("connection to .* broke off.*try again", shown(at))
    assert "upload" not in shown(at)
    assert "The mail is stored." in shown(at)
    assert f"{COUNT} of {COUNT} attachments are there." in shown(at)
    assert "It is not linked yet to Mary Smith." in shown(at)
    at.retry()
    expect_complete(at)


def test_a_crm_that_stays_down_for_maintenance_is_said_to_be(at: Sitting) -> None:
    """Neither its answer nor its preflight has CORS headers; but it had answered before, so the path is right."""
    at.crm.quirks = replace(at.crm.quirks, maintenance=True)
    at.link(mary(at))
    assert screen(at) == "failure"
    assert re.search("A server answers at localhost.*but the CRM does not at.*down for maintenance", shown(at))
    at.crm.quirks = replace(at.crm.quirks, maintenance=False)
    at.retry()
    expect_complete(at)


def test_a_crm_without_its_database_is_said_to_be(at: Sitting) -> None:
    at.crm.quirks = replace(at.crm.quirks, database_away=True)
    at.link(mary(at))
    assert screen(at) == "failure"
    assert re.search("answers, but its database or service is not available.*tell your administrator", shown(at))
    at.crm.quirks = replace(at.crm.quirks, database_away=False)
    at.retry()
    expect_complete(at)


def test_a_lead_that_was_converted_meanwhile(at: Sitting) -> None:
    """vtenext tells of it that there is one, and nothing else; it would take the mail, which nobody would see there."""
    lead = at.crm.new_record("Leads", owner="admin", lastname="Lost")
    at.crm.convert(lead, mary(at).id)
    at.reopen()
    at.sign_in("admin")
    at.select(MAIL)
    at.link(Record(lead, "Leads", "Lost"))
    assert "The CRM does not show Lost to you" in text(view(at.state))
    assert at.crm.messages() == []


def test_an_access_key_that_is_no_longer_right(at: Sitting) -> None:
    at.crm.faults.add(Fault("create", "unauthorized_401", "Messages"))
    at.link(mary(at))
    assert not at.state.signed_in
    assert "Your access key may have been renewed, or your user locked." in text(view(at.state))
