"""What the pane asks of the CRM while a record is being chosen, and that nothing is believed that changed since."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from connector.app import events as e
from connector.finding.records import Record
from contract.office import seed_record
from contract.seeded import company, mary
from contract.sitting import Sitting
from contract.vtews import elsewhere
from pane.fault_cases import mail_of, wrong_with
from sandbox_crm.app import create_app
from sandbox_crm.crm import SandboxCrm
from sandbox_crm.quirks import Quirks
from workshop.serving import Server

__all__ = ["company", "mary"]

MAIL = mail_of(9101, files=3)


@pytest.fixture(scope="module")
def server() -> Iterator[tuple[SandboxCrm, str]]:
    crm = SandboxCrm()
    with Server(create_app(crm)) as running:
        yield crm, running.url
        crm.faults.clear()


@pytest.fixture(params=["component", "stock"])
def at(server: tuple[SandboxCrm, str], request: pytest.FixtureRequest) -> Iterator[Sitting]:
    crm, url = server
    crm.reset()
    if request.param == "stock":
        crm.remove_component()
    else:
        crm.install_component()
    with Sitting(crm, url) as sitting:
        sitting.sign_in()
        sitting.select(MAIL)
        yield sitting


def wrong(at: Sitting, *records: Record) -> list[tuple[str, str]]:
    return list(wrong_with(at.crm, MAIL, {one.id for one in records}))


def asked(at: Sitting) -> list[str]:
    """What has been asked so far: the operation, or "upload"."""
    found = []
    for one in at.transport.requests:
        found.append("upload" if one.body is None else one.url.rpartition("/")[2])
    return found


def choose(at: Sitting, *records: Record) -> None:
    """Choose, and wait until nothing goes on any more."""
    at.choose(*records)
    at.transport.requests.clear()


def test_what_is_sent_was_made_before(at: Sitting, mary: Record, company: Record) -> None:
    choose(at, mary)
    choose(at, company)
    made = at.transport.prepared
    at.say(e.LinkAsked())
    assert made is not None
    assert made in at.transport.requests
    assert wrong(at, mary, company) == []
    assert at.files.held == {}
    assert at.transport.prepared is None


@pytest.mark.parametrize("instead", ["no record", "another mail", "no mail", "signed out"])
@pytest.mark.parametrize("ready", [True, False], ids=["ready", "being read"])
def test_what_is_not_linked_is_let_go_of(at: Sitting, mary: Record, instead: str, ready: bool) -> None:
    if ready:
        choose(at, mary)
        assert len(at.files.held) == len(MAIL.attachments)
    else:
        at.unchoose()
        at.begin(e.RecordChosen(mary))
    if instead == "no record":
        at.say(e.RecordDropped(mary))
    elif instead == "signed out":
        at.say(e.SignOutAsked())
    else:
        at.select(None if instead == "no mail" else mail_of(9102, files=1))
    assert at.files.held == {}
    assert at.transport.prepared is None
    assert at.crm.messages() == []


def test_who_links_the_same_mail_again_gets_it_made_again(at: Sitting, mary: Record, company: Record) -> None:
    choose(at, mary)
    at.say(e.LinkAsked(), e.LinkClosed(MAIL.item_id))
    choose(at, company)
    at.say(e.LinkAsked())
    assert wrong(at, mary, company) == []
    assert at.files.held == {}


def test_a_file_that_the_crm_drops_from_a_whole_mail_is_sent_on_its_own() -> None:
    crm = SandboxCrm(quirks=Quirks(max_file_uploads=2))
    crm.install_component()
    with Server(create_app(crm)) as server, Sitting(crm, server.url) as at:
        mary = seed_record(crm, "Contacts", firstname="Mary", lastname="Smith")
        at.sign_in()
        at.select(MAIL)
        choose(at, mary)
        at.say(e.LinkAsked())
        assert wrong(at, mary) == []
        assert asked(at).count("upload") == 1 + len(MAIL.attachments) - 2


@pytest.mark.parametrize("at", ["component"], indirect=True)
def test_no_request_brings_more_files_than_the_crm_says_that_it_takes(at: Sitting, mary: Record) -> None:
    many = mail_of(9103, files=25)
    at.select(many)
    choose(at, mary)
    at.say(e.LinkAsked())
    assert [len(one.files) for one in at.transport.requests if one.files] == [20, 5]
    assert list(wrong_with(at.crm, many, {mary.id})) == []


@pytest.mark.parametrize("at", ["component"], indirect=True)
def test_a_link_is_one_request(at: Sitting, mary: Record, company: Record) -> None:
    choose(at, mary, company)
    at.say(e.LinkAsked())
    assert wrong(at, mary, company) == []
    assert asked(at) == ["upload"]


@pytest.mark.parametrize("at", ["stock"], indirect=True)
def test_a_stock_crm_is_asked_when_it_counts(at: Sitting, mary: Record) -> None:
    """It relates whatever it is told."""
    choose(at, mary)
    at.say(e.LinkAsked())
    assert wrong(at, mary) == []
    assert sorted(asked(at)[:3]) == ["query", "retrieve", "upload"]
    assert asked(at)[2] == "upload"


@pytest.mark.parametrize("at", ["component"], indirect=True)
def test_choosing_back_and_forth_asks_once(at: Sitting, mary: Record) -> None:
    at.transport.requests.clear()
    at.say(*[e.RecordChosen(mary), e.RecordDropped(mary)] * 2, e.RecordChosen(mary))
    assert sorted(asked(at)) == ["mailconnectorlink", "mailconnectormail", "mailconnectorrecord"]


def test_a_record_that_is_deleted_meanwhile_gets_nothing(at: Sitting, mary: Record) -> None:
    choose(at, mary)
    with elsewhere(at.crm) as other:
        other.data("delete", id=mary.id)
    at.say(e.LinkAsked())
    assert wrong(at) == []
    assert at.crm.messages() == []
    assert at.crm.documents() == []
    assert at.state.current is None or at.view.receipt is None


def test_a_module_that_is_closed_meanwhile_gets_nothing(at: Sitting, mary: Record) -> None:
    choose(at, mary)
    at.crm.refuse("agent", "Contacts")
    at.say(e.LinkAsked())
    assert at.crm.messages() == []
    assert at.crm.documents() == []
    assert at.state.current is None or at.view.receipt is None


def test_a_copy_that_came_meanwhile_stays_the_only_one(at: Sitting, mary: Record, company: Record) -> None:
    choose(at, mary)
    with Sitting(at.crm) as other:
        other.sign_in()
        other.select(MAIL)
        other.link(company)
    at.say(e.LinkAsked())
    assert wrong(at, mary, company) == []
    assert at.view.receipt is not None
    assert at.view.receipt.complete


def test_a_sign_in_that_ended_meanwhile_is_asked_for_and_the_link_goes_on(at: Sitting, mary: Record) -> None:
    at.crm.renew_access_key("agent")
    choose(at, mary)
    at.say(e.LinkAsked())
    assert not at.state.signed_in
    assert at.crm.failed_sign_ins("agent") <= 1
    at.sign_in()
    assert wrong(at, mary) == []
    assert at.view.receipt is not None
    assert at.view.receipt.complete
