"""vtenext without its database, or in maintenance: said as that, never as a missing component or a wrong address."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest

from connector.app import events as e
from connector.app.state import Asking, Settings
from connector.app.texts import say
from connector.errors import Problem
from connector.finding.records import Record
from connector.vtenext.component import operations as component
from contract.both import pane, server
from contract.office import PASSWORDS, Office, sample, seed_record
from contract.sitting import Sitting, served
from sandbox_crm.component.component import Component
from sandbox_crm.crm import SandboxCrm
from sandbox_crm.faults import Fault
from standin_outlook.mails import Mail

__all__ = ["pane", "server"]


@pytest.fixture
def at(pane: Sitting) -> Iterator[Sitting]:
    yield pane
    assert pane.crm.failed_sign_ins("agent") == 0


@pytest.fixture
def mail() -> Mail:
    return sample("plain-ascii")


@pytest.fixture
def mary(at: Sitting) -> Record:
    return seed_record(at.crm, "Contacts", firstname="Mary", lastname="Smith")


def away(at: Sitting, *, gone: bool = True) -> None:
    at.crm.quirks = replace(at.crm.quirks, database_away=gone)


def maintained(at: Sitting, *, gone: bool = True) -> None:
    at.crm.quirks = replace(at.crm.quirks, maintenance=gone)


STATES = [(away, "crm-unavailable", "database"), (maintained, "crm-away", "maintenance")]
Change = Callable[..., None]


def said(problem: Problem | None) -> str:
    assert problem is not None
    sentence = say(problem)
    return f"{sentence.what} {sentence.next}"


def test_nobody_signs_in_and_no_password_leaves(at: Sitting) -> None:
    away(at)
    at.sign_in()
    assert at.state.form.problem is not None
    assert at.state.form.problem.code == "crm-unavailable"
    assert not any("agent-sandbox" in (request.body or "") for request in at.transport.requests)
    away(at, gone=False)
    at.sign_in()
    assert at.state.signed_in


def test_a_crm_that_is_signed_in_to_again_is_no_wrong_path(at: Sitting) -> None:
    at.sign_in()
    at.say(e.SignOutAsked())
    maintained(at)
    at.sign_in()
    assert "maintenance" in said(at.state.form.problem)
    assert "path" not in said(at.state.form.problem)


@pytest.mark.parametrize(("change", "code", "word"), STATES)
def test_suggestions_and_search_say_it_and_the_sign_in_stays(
    at: Sitting, mail: Mail, change: Change, code: str, word: str
) -> None:
    at.sign_in()
    change(at)
    at.select(mail)
    assert (at.state.signed_in, at.state.suggesting) == (True, Asking.FAILED)
    assert at.state.suggestion_problem is not None
    assert at.state.suggestion_problem.code == code
    assert word in said(at.state.suggestion_problem)
    at.say(e.SearchTyped("smith"), e.SearchAsked())
    assert at.state.search.problem is not None
    assert at.state.search.problem.code == code
    change(at, gone=False)
    at.say(e.SuggestAgainAsked(), e.SearchAsked())
    assert at.state.suggestions
    assert at.state.search.results.answers.found


@pytest.mark.parametrize(("change", "code", "word"), STATES)
def test_a_kept_sign_in_outlasts_it(at: Sitting, mail: Mail, change: Change, code: str, word: str) -> None:
    at.say(e.KeepTicked(True))
    at.sign_in()
    change(at)
    at.mailbox.open = mail
    at.reopen()
    assert at.state.signed_in
    assert at.state.suggestion_problem is not None
    assert at.state.suggestion_problem.code == code
    assert word in said(at.state.suggestion_problem)
    change(at, gone=False)
    at.say(e.SuggestAgainAsked())
    assert at.state.suggestions


@pytest.mark.parametrize(("change", "code", "word"), STATES)
def test_a_link_goes_on_afterwards_and_stores_once(
    at: Sitting, mail: Mail, mary: Record, change: Change, code: str, word: str
) -> None:
    at.sign_in()
    at.select(mail)
    at.choose(mary)
    change(at)
    at.say(e.LinkAsked())
    assert at.view.link.failure is not None
    error = at.view.link.failure.error
    assert error.code == code
    assert word in said(Problem(error.code, error.details))
    change(at, gone=False)
    at.retry()
    assert at.view.receipt is not None
    assert at.view.receipt.complete
    assert len(at.crm.messages()) == 1
    assert len(at.crm.linked_messages(mary.id)) == 1


def test_a_moment_without_it_is_no_missing_component(at: Sitting, mail: Mail, mary: Record) -> None:
    """The database is back when the pane looks: then the question is asked once more."""
    at.crm.faults.add(Fault("mailconnectorstatus", "database_away"))
    at.sign_in()
    assert at.state.signed_in
    assert at.state.stock is (at.crm.component is None)
    at.select(mail)
    for operation in ("query", "mailconnectorfind", "mailconnectormail", "mailconnectorlink", "relate"):
        at.crm.faults.add(Fault(operation, "database_away"))
    at.link(mary)
    assert at.view.receipt is not None
    assert at.view.receipt.complete
    assert len(at.crm.messages()) == 1


# With the component ------------------------------------------------------------------------------


@pytest.fixture
def licensed() -> Iterator[Sitting]:
    with served(SandboxCrm(component=Component())) as (crm, url), Sitting(crm, url) as sitting:
        yield sitting


def test_a_component_that_was_removed_is_said_to_be_missing(licensed: Sitting, mail: Mail) -> None:
    at = licensed
    at.sign_in()
    at.select(mail)
    mary = seed_record(at.crm, "Contacts", firstname="Mary", lastname="Smith")
    at.crm.remove_component()
    at.say(e.SuggestAgainAsked())
    assert at.state.suggestion_problem is not None
    assert at.state.suggestion_problem.code == "component-missing"
    at.link(mary)
    assert at.view.link.failure is not None
    assert at.view.link.failure.error.code == "component-missing"
    assert at.crm.messages() == []


def test_where_it_is_required_its_absence_is_told_from_a_crm_that_is_away(licensed: Sitting) -> None:
    at = licensed
    at.say(e.Started(Settings(licence_required=True), "", "", "", reads_files=True, returning=False))
    away(at)
    at.sign_in()
    assert at.state.form.problem is not None
    assert at.state.form.problem.code == "crm-unavailable"
    away(at, gone=False)
    at.crm.remove_component()
    at.sign_in()
    assert at.state.form.problem.code == "component-missing"


def test_what_fails_while_choosing_is_asked_again_for_the_link(licensed: Sitting, mail: Mail) -> None:
    at = licensed
    at.sign_in()
    at.select(mail)
    mary = seed_record(at.crm, "Contacts", firstname="Mary", lastname="Smith")
    for operation in ("mailconnectormail", "mailconnectorrecord"):
        at.crm.faults.add(Fault(operation, "error_500"))
    at.choose(mary)
    assert {one.fault for one in at.crm.requests if one.fault} == {"error_500"}
    at.say(e.LinkAsked())
    assert at.view.receipt is not None
    assert at.view.receipt.complete
    assert "mailconnectorrelate" not in {one.operation for one in at.crm.requests}


def test_a_status_is_none_only_where_the_crm_is_well() -> None:
    with Office.served() as office:
        assert asyncio.run(component.status(office.transport, office.url)) is None
        asked = [one.operation for one in office.crm.requests]
        assert asked == ["mailconnectorstatus", "listtypes", "mailconnectorstatus"]
        assert all(not request.headers.get("Authorization") for request in office.transport.requests)
        assert PASSWORDS["agent"] not in str(office.transport.requests)
