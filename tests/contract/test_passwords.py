"""Signing in to a stock CRM with a password, as the pane shows it: odd answers, wrong passwords, locked users.

What a browser makes of addresses and networks is tried in one (tests/pane/test_signin.py).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

import pytest

from connector.app import events as e
from connector.app.views import view
from contract.both import stock_server
from contract.office import sample
from contract.sitting import Sitting
from sandbox_crm.crm import SandboxCrm
from sandbox_crm.faults import Fault
from sandbox_crm.quirks import Quirks
from unit.markup import find, text

__all__ = ["stock_server"]


@pytest.fixture
def at(stock_server: tuple[SandboxCrm, str]) -> Iterator[Sitting]:
    """A pane before a mail, with nobody signed in."""
    crm, url = stock_server
    crm.reset()
    crm.quirks = Quirks()
    with Sitting(crm, url) as sitting:
        sitting.select(sample("plain-ascii"))
        yield sitting
        crm.quirks = Quirks()


def shown(at: Sitting) -> str:
    return text(view(at.state))


def problems(at: Sitting) -> str:
    """What is said above the form."""
    return " ".join(text(one) for one in find(view(at.state), lambda one: one.attributes.get("class") == "problems"))


def expect_refused(at: Sitting, words: str, step: str) -> None:
    assert not at.state.signed_in
    assert re.search(f"{re.escape(words)}.*{re.escape(step)}", problems(at)), problems(at)


@pytest.mark.parametrize(
    ("kind", "words", "step"),
    [
        ("html", "a web page instead of data", "Open the CRM in a browser"),
        ("empty_json", "answer was empty", "Try again"),
        ("truncated_json", "broke off in the middle", "Try again"),
        ("error_500", "internal error", "tell your administrator"),
        ("fatal_500", "internal error", "tell your administrator"),
    ],
)
def test_an_odd_answer_is_no_wrong_password(at: Sitting, kind: str, words: str, step: str) -> None:
    at.crm.faults.add(Fault("loginpwd", kind))
    at.sign_in()
    expect_refused(at, words, step)
    at.sign_in()
    assert at.state.signed_in


def test_wrong_passwords_are_counted_and_the_third_warns(at: Sitting) -> None:
    for wrong in range(1, 4):
        assert "Left:" not in problems(at)
        at.sign_in(password=f"wrong-{wrong}")
        expect_refused(at, "did not accept this user name and password", "ask your administrator")
    assert "vtenext locks a user at the fifth failed sign-in. Left: 2." in problems(at)
    assert at.crm.failed_sign_ins("agent") == 3
    at.sign_in()
    assert at.state.signed_in
    assert not at.crm.is_locked("agent")


def test_another_user_has_another_count(at: Sitting) -> None:
    for user in ("agent", "agent", "sara", "sara"):
        at.sign_in(user, "wrong")
        expect_refused(at, "did not accept", "Check both")
    assert "Left:" not in problems(at)


def test_a_locked_user_hears_that_it_may_be_that(at: Sitting) -> None:
    for _ in range(5):
        at.sign_in(password="wrong")
    assert at.crm.is_locked("agent")
    at.sign_in()
    expect_refused(at, "The same answer comes when the user is locked", "active and not locked")


def test_a_deactivated_user(at: Sitting) -> None:
    at.crm.deactivate("agent")
    at.sign_in()
    expect_refused(at, "did not accept", "whether the user is active")


def test_a_user_name_beyond_ascii(at: Sitting) -> None:
    at.sign_in("jürgen")
    assert at.state.signed_in
    assert "jürgen" in shown(at)
    assert "Mary Smith" in shown(at)
    assert at.crm.failed_sign_ins("jürgen") == 0


def test_white_space_around_the_user_name_is_forgiven_in_the_password_it_is_not(at: Sitting) -> None:
    at.sign_in("  agent ", "agent-sandbox")
    assert at.state.signed_in
    at.say(e.SignOutAsked())
    at.sign_in("agent", " agent-sandbox")
    expect_refused(at, "did not accept", "Check both")


def test_a_crm_in_maintenance_mode_that_one_was_signed_in_to_is_no_wrong_path(at: Sitting) -> None:
    at.sign_in()
    at.say(e.SignOutAsked())
    at.crm.quirks = replace(at.crm.quirks, maintenance=True)
    at.sign_in()
    expect_refused(at, "A server answers at localhost", "down for maintenance. Wait a moment and try again")
    at.crm.quirks = replace(at.crm.quirks, maintenance=False)
    at.sign_in()
    assert at.state.signed_in


def test_a_crm_that_is_down_for_maintenance(at: Sitting) -> None:
    at.crm.faults.add(Fault("loginpwd", "maintenance_503"))
    at.sign_in()
    assert re.search("localhost.*(maintenance|Wait a moment)", problems(at))
    at.sign_in()
    assert at.state.signed_in


def test_signing_out_forgets_what_was_shown(at: Sitting) -> None:
    at.sign_in()
    assert "Mary Smith" in shown(at)
    at.say(e.SignOutAsked())
    assert "Sign in to your CRM" in shown(at)
    assert not re.search("Northwind|Mary", shown(at))
