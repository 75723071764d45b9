"""How a sign-in by token lasts, and how it ends, as the pane shows it: nothing is lost or left behind then.

What the browser itself keeps is tried in one (tests/pane/test_component_session.py).
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterator

import pytest

from connector.app import events as e
from connector.app.state import Settings
from connector.app.views import view
from connector.finding.records import Record
from contract.both import component_server
from contract.office import sample
from contract.sitting import Sitting
from sandbox_crm.component.component import Component
from sandbox_crm.crm import SandboxCrm
from sandbox_crm.faults import Fault
from unit.markup import text

__all__ = ["component_server"]
FILES = sample("related-inline-images")


def now() -> datetime.datetime:
    return datetime.datetime.now(datetime.UTC)


@pytest.fixture
def at(component_server: tuple[SandboxCrm, str]) -> Iterator[Sitting]:
    """A pane that needs the component, before a mail with files, with nobody signed in."""
    crm, url = component_server
    crm.reset()
    crm.install_component()
    sitting = Sitting(crm, url)
    sitting.settings = Settings()
    with sitting:
        sitting.select(FILES)
        yield sitting
        crm.clock = now


def component(at: Sitting) -> Component:
    there = at.crm.component
    assert there is not None
    return there


def shown(at: Sitting) -> str:
    return text(view(at.state))


def asked(at: Sitting) -> list[str]:
    return [one.operation for one in at.crm.requests]


def forward(at: Sitting, **more: float) -> None:
    """Let time pass at the CRM."""
    later = now() - at.crm.clock() - datetime.timedelta(**more)
    at.crm.clock = lambda: now() - later


def mary(at: Sitting) -> Record:
    return Record(at.crm.find("Contacts", firstname="Mary", lastname="Smith").id, "Contacts", "Mary Smith")


def expect_linked_once(at: Sitting) -> None:
    assert "Linked to Mary Smith" in shown(at)
    [message] = at.crm.messages()
    assert message in at.crm.linked_messages(mary(at).id)
    assert len(at.crm.documents()) == len(FILES.attachments)


def sign_in_and_keep(at: Sitting) -> None:
    at.say(e.KeepTicked(True))
    at.sign_in()
    assert at.store.kept is not None


def stop_after_upload(at: Sitting) -> None:
    """Let a link fail once its mail is stored and the answer lost, so that it waits for the user."""
    at.choose(mary(at))
    # The question whether the mail can go as a whole names the same module: it is answered by now.
    at.crm.faults.add(Fault("*", "error_500", module="Messages", when="after"))
    at.crm.faults.add(Fault("*", "error_500", module="Messages"))
    at.say(e.LinkAsked())
    at.crm.faults.clear()
    assert len(at.crm.messages()) == 1
    assert at.view.receipt is None


# A link that the end of a sign-in has interrupted -------------------------------------------------


def test_a_session_that_ends_after_the_upload_stores_nothing_twice(at: Sitting) -> None:
    at.sign_in()
    stop_after_upload(at)
    component(at).expire_tokens()
    at.retry()
    assert not at.state.signed_in
    at.sign_in()
    expect_linked_once(at)


def test_an_interrupted_link_is_not_gone_on_with_by_somebody_else(at: Sitting) -> None:
    at.sign_in()
    stop_after_upload(at)
    component(at).expire_tokens()
    at.retry()
    at.sign_in("sara")
    assert not at.state.signed_in
    assert "agent" in shown(at)
    assert [one.user for one in component(at).devices.live()] == []
    at.sign_in()
    expect_linked_once(at)


def test_a_licence_that_ends_meanwhile(at: Sitting) -> None:
    """Nothing is lost: it is said, and once the licence is renewed the same pane goes on."""
    at.sign_in()
    component(at).licence = "expired"
    at.link(mary(at))
    assert "Not linked" in shown(at)
    assert re.search("licence of the Mail Connector on .* has ended.*renew it", shown(at))
    assert at.crm.messages() == []
    component(at).licence = "active"
    at.retry()
    expect_linked_once(at)


# Staying signed in --------------------------------------------------------------------------------


def test_a_kept_token_is_renewed_when_that_is_worth_it(at: Sitting) -> None:
    sign_in_and_keep(at)
    [before] = component(at).devices.live()
    kept = at.store.kept
    forward(at, days=16)
    at.reopen()
    assert at.state.signed_in
    assert at.store.kept != kept, "the new token is not kept"
    assert asked(at).count("mailconnectorrenew") == 1
    [after] = component(at).devices.live()
    assert (after.number, after.token == before.token) == (before.number, False)
    # The new one is what is kept now: the old one has long ended.
    forward(at, minutes=5)
    at.reopen()
    assert at.state.signed_in
    assert asked(at).count("mailconnectorrenew") == 1


def test_a_kept_token_that_has_ended_is_wiped(at: Sitting) -> None:
    sign_in_and_keep(at)
    forward(at, days=31)
    at.reopen()
    assert not at.state.signed_in
    assert "for a limited time" in shown(at)
    assert at.store.kept is None
    at.reopen()
    assert "for a limited time" not in shown(at)


@pytest.mark.parametrize(
    ("setting", "value", "words"),
    [
        ("licence", "missing", "no active licence"),
        ("licence", "expired", "has ended"),
        ("pane_minimum", "1.2", "version 1.0.0"),
        ("pane_maximum", "0.9", "up to version 0.9"),
    ],
)
def test_a_kept_token_waits_until_pane_and_crm_fit_again(at: Sitting, setting: str, value: str, words: str) -> None:
    sign_in_and_keep(at)
    before = getattr(component(at), setting)
    setattr(component(at), setting, value)
    at.reopen()
    assert not at.state.signed_in
    assert words in shown(at)
    setattr(component(at), setting, before)
    at.reopen()
    assert at.state.signed_in


def test_a_kept_token_of_a_crm_whose_component_is_gone(at: Sitting) -> None:
    sign_in_and_keep(at)
    at.crm.remove_component()
    at.reopen()
    assert not at.state.signed_in
    assert "not installed on" in shown(at)


# Signing out --------------------------------------------------------------------------------------


@pytest.mark.parametrize("fault", ["maintenance_503", "reset", "never_answers"])
def test_signing_out_works_while_the_crm_does_not(at: Sitting, fault: str) -> None:
    sign_in_and_keep(at)
    at.crm.faults.add(Fault("*", fault, times=9))
    at.say(e.SignOutAsked())
    assert not at.state.signed_in
    assert at.store.kept is None
    at.crm.faults.clear()
    at.sign_in("sara")
    assert "Sara Lind" in shown(at)
