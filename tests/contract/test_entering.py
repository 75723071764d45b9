"""Signing in at a CRM with the component, as the pane shows it: refusals, codes, and sign-ins that end under a link.

The pane in a browser is tried with some of these, too (tests/pane/test_component_signin.py, test_component_session.py).
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Callable, Iterator

import pytest

from connector.app import events as e
from connector.app.state import Settings
from connector.app.views import view
from connector.finding.records import Record
from connector.linking.states import Step
from contract.both import component_server
from contract.office import sample
from contract.sitting import Sitting
from sandbox_crm.component.component import Component
from sandbox_crm.crm import SandboxCrm
from sandbox_crm.faults import Fault
from unit.markup import find, text

__all__ = ["component_server"]
FILES = sample("related-inline-images")


@pytest.fixture
def at(component_server: tuple[SandboxCrm, str]) -> Iterator[Sitting]:
    """A pane that needs the component, with nobody signed in."""
    crm, url = component_server
    crm.reset()
    crm.install_component()
    crm.clock = lambda: datetime.datetime.now(datetime.UTC)
    sitting = Sitting(crm, url)
    sitting.settings = Settings()
    with sitting:
        yield sitting
        crm.clock = lambda: datetime.datetime.now(datetime.UTC)


def component(at: Sitting) -> Component:
    there = at.crm.component
    assert there is not None
    return there


def shown(at: Sitting) -> str:
    return text(view(at.state))


def problems(at: Sitting) -> str:
    """What is said above the form."""
    return " ".join(text(one) for one in find(view(at.state), lambda one: one.attributes.get("class") == "problems"))


def asked(at: Sitting) -> list[str]:
    return [one.operation for one in at.crm.requests]


def forward(at: Sitting, seconds: float) -> None:
    """Let time pass at the CRM."""
    at.crm.clock = lambda: datetime.datetime.now(datetime.UTC) + datetime.timedelta(seconds=seconds)


Change = Callable[[Sitting, Component], object]
REFUSALS: dict[str, tuple[Change, str, str]] = {
    "inactive": (lambda at, _: at.crm.deactivate("agent"), "deactivated", "activate"),
    "too many": (lambda _, crm: fail_often(crm), "Too many sign-ins", "Wait"),
    "no licence": (lambda _, crm: setattr(crm, "licence", "missing"), "no active licence", "activate it"),
    "licence over": (lambda _, crm: setattr(crm, "licence", "expired"), "has ended", "renew it"),
    "licence past": (
        lambda _, crm: setattr(crm, "until", datetime.date(2026, 10, 31)), "has ended", "stays in the CRM",
    ),
    "no seat": (lambda _, crm: setattr(crm, "seats", 0), "are taken (0)", "free a seat"),
    "pane old": (lambda _, crm: setattr(crm, "pane_minimum", "1.2.0"), "1.0.0", "host has to be updated"),
    "pane new": (lambda _, crm: setattr(crm, "pane_maximum", "0.9"), "0.9", "now version 1.0.0"),
    "page not set up": (lambda _, crm: page_only(crm, {"agent"}), "has to sign in on the CRM's own page", "switch"),
    "nobody by password": (lambda _, crm: page_only(crm, set()), "own page, which", "switch"),
}  # fmt: skip
FOR_NOTHING = ("no licence", "licence over", "licence past", "pane old", "pane new", "nobody by password")
"""Refusals that are known before a password is sent."""


def fail_often(crm: Component) -> None:
    for _ in range(20):
        crm.count_failure("127.0.0.1")


def page_only(crm: Component, users: set[str]) -> None:
    crm.page_only, crm.password = users, bool(users)
    crm.redirects.clear()


@pytest.mark.parametrize("case", REFUSALS)
def test_a_refusal_says_what_happened_and_whom_to_ask(at: Sitting, case: str) -> None:
    change, words, step = REFUSALS[case]
    change(at, component(at))
    at.sign_in()
    assert not at.state.signed_in
    assert re.search(f"{re.escape(words)}.*{re.escape(step)}", problems(at))
    assert not re.search("[{}]|unknown", problems(at))
    if case in FOR_NOTHING:
        assert "mailconnectorlogin" not in asked(at), "the password was sent for nothing"


def test_both_versions_are_told(at: Sitting) -> None:
    component(at).pane_minimum = "1.2.0"
    at.sign_in()
    assert re.search(r"version 1\.0\.0.*from version 1\.2\.0", problems(at))
    component(at).pane_minimum, component(at).pane_maximum = "0.1", "0.9"
    component(at).version = "0.9.3"
    at.sign_in()
    assert re.search(r"version 1\.0\.0.*up to version 0\.9.*now version 0\.9\.3", problems(at))


@pytest.mark.parametrize(("minimum", "maximum"), [("1", "1"), ("1.0", "1.0"), ("1.0.0.0", "1.0.0"), ("0.9.9", None)])
def test_versions_that_fit(at: Sitting, minimum: str, maximum: str | None) -> None:
    component(at).pane_minimum, component(at).pane_maximum = minimum, maximum
    at.sign_in()
    assert at.state.signed_in


def test_who_has_a_seat_keeps_it_when_none_is_left(at: Sitting) -> None:
    at.select(FILES)
    at.sign_in()
    component(at).exhaust_seats()
    at.link(mary(at))
    expect_linked_once(at)


def test_a_mail_and_its_files_travel_together(at: Sitting) -> None:
    at.select(FILES)
    at.sign_in()
    at.link(mary(at))
    expect_linked_once(at)
    [upload] = [one for one in at.crm.requests if one.files]
    assert (upload.operation, upload.status) == ("mailconnectorlink", 200)
    assert upload.files == len(FILES.attachments)


def test_wrong_passwords_lock_nobody_and_nothing_says_so(at: Sitting) -> None:
    for wrong in range(1, 4):
        at.sign_in(password=f"wrong-{wrong}")
        assert re.search("did not accept this user name and password.*Check both", problems(at))
    assert "lock" not in problems(at)
    assert at.crm.failed_sign_ins("agent") == 0
    at.sign_in()
    assert at.state.signed_in


def test_without_the_component_nothing_is_sent_but_the_question_for_it(at: Sitting) -> None:
    at.crm.remove_component()
    at.sign_in()
    assert re.search("not installed on .*administrator or vtenext partner to install", problems(at))
    assert asked(at) == ["mailconnectorstatus", "listtypes", "mailconnectorstatus"], "and whether the CRM is well"
    assert not [one for one in at.transport.requests if "agent-sandbox" in str(one)]
    at.crm.install_component()
    at.sign_in()
    assert at.state.signed_in


# Code --------------------------------------------------------------------------------------------


def ask_for_code(at: Sitting, channel: str = "wilson") -> None:
    component(at).second_factor["agent"] = channel
    component(at).resend_seconds = 0
    at.sign_in()
    assert "Enter your code" in shown(at)


def enter(at: Sitting, code: str) -> None:
    at.say(e.CodeSent(code))


@pytest.mark.parametrize(("channel", "words"), [("wilson", "to your Wilson app"), ("mail", "by e-mail")])
def test_a_code_is_the_second_factor(at: Sitting, channel: str, words: str) -> None:
    ask_for_code(at, channel)
    assert words in shown(at)
    assert "valid for 60 seconds" in shown(at)
    code = component(at).last_code("agent")
    enter(at, f" {code[:3]} {code[3:]} ")
    assert at.state.signed_in


def test_a_wrong_code_costs_an_attempt_and_the_fifth_voids_it(at: Sitting) -> None:
    ask_for_code(at)
    right = component(at).last_code("agent")
    wrong = f"{(int(right) + 1) % 1_000_000:06}"
    for left in range(4, -1, -1):
        enter(at, wrong)
        assert f"Attempts left: {left}." in problems(at)
    enter(at, right)
    assert "expired" in problems(at)
    # The CRM tells whole seconds, by which a code is known as another one; the steps so far may take less than one.
    forward(at, 1)
    at.say(e.CodeAgainAsked())
    assert "Another code was sent." in shown(at)
    enter(at, component(at).last_code("agent"))
    assert at.state.signed_in
    assert at.crm.failed_sign_ins("agent") == 0


def test_a_code_that_is_too_late_and_another_one(at: Sitting) -> None:
    ask_for_code(at, "mail")
    late = component(at).last_code("agent")
    forward(at, 61)
    enter(at, late)
    assert "This code has expired" in problems(at)
    at.say(e.CodeAgainAsked())
    assert "Another code was sent." in shown(at)
    assert not problems(at)
    enter(at, component(at).last_code("agent"))
    assert at.state.signed_in


def test_a_code_that_is_asked_for_again_at_once_is_still_the_same(at: Sitting) -> None:
    ask_for_code(at)
    component(at).resend_seconds = 10
    at.say(e.CodeAgainAsked())
    assert "at most every few seconds" in problems(at)
    assert "Another code was sent." not in shown(at)
    assert len(component(at).codes.sent) == 1
    enter(at, component(at).last_code("agent"))
    assert at.state.signed_in


def test_back_to_the_password_forgets_it(at: Sitting) -> None:
    ask_for_code(at)
    at.say(e.CodeDropped())
    assert "Enter your code" not in shown(at)
    del component(at).second_factor["agent"]
    at.sign_in("sara")
    assert at.state.signed_in
    assert "Sara Lind" in shown(at)


def test_what_changes_while_the_code_is_awaited_is_told(at: Sitting) -> None:
    ask_for_code(at)
    component(at).licence = "expired"
    enter(at, component(at).last_code("agent"))
    assert "has ended" in problems(at)
    assert "Enter your code" not in shown(at)


# What ends a sign-in while a mail is being linked ------------------------------------------------


ENDS: dict[str, tuple[Change, str]] = {
    "expired": (lambda _, crm: crm.expire_tokens(), "for a limited time"),
    "revoked": (lambda _, crm: crm.revoke_tokens("agent"), "by you or by an administrator"),
    "deactivated": (lambda at, _: at.crm.deactivate("agent"), "Your user was deactivated"),
    "password": (lambda at, _: at.crm.set_password("agent", "another-password"), "Your password in the CRM was"),
    "access key": (lambda at, _: at.crm.renew_access_key("agent"), "Your access key in the CRM was renewed"),
}


def mary(at: Sitting) -> Record:
    return Record(at.crm.find("Contacts", firstname="Mary", lastname="Smith").id, "Contacts", "Mary Smith")


def expect_linked_once(at: Sitting) -> None:
    assert "Linked to Mary Smith" in shown(at)
    [message] = at.crm.messages()
    assert message in at.crm.linked_messages(mary(at).id)
    assert len(at.crm.documents()) == len(FILES.attachments)


@pytest.mark.parametrize("how", ENDS)
def test_a_link_goes_on_after_signing_in_again(at: Sitting, how: str) -> None:
    """Each end says what it was; nobody is locked by it; the CRM holds exactly one mail, with all its files."""
    end, words = ENDS[how]
    at.select(FILES)
    at.sign_in()
    at.at_step(Step.STORE, lambda: end(at, component(at)))
    at.link(mary(at))
    assert not at.state.signed_in
    assert words in shown(at)
    assert "It goes on when you have signed in" in shown(at)
    assert at.crm.failed_sign_ins("agent") == 0
    if how == "deactivated":
        at.sign_in()
        assert "deactivated" in problems(at)
        at.crm.deactivate("agent", active=True)
    at.sign_in(password="another-password" if how == "password" else None)
    expect_linked_once(at)


@pytest.mark.parametrize("by", ["password", "code"])
def test_a_refusal_without_a_reason_speaks_of_no_access_key(at: Sitting, by: str) -> None:
    """So answers a server in front of the CRM, or the CRM itself: a token is none of its keys."""
    at.select(FILES)
    if by == "code":
        ask_for_code(at)
        enter(at, component(at).last_code("agent"))
    else:
        at.sign_in()
    at.crm.faults.add(Fault("mailconnectorlink", "unauthorized_401"))
    at.link(mary(at))
    assert not at.state.signed_in
    assert "The CRM does not accept your sign-in any more. Sign in again; what was begun goes on then." in shown(at)
    assert "access key" not in shown(at)
    component(at).second_factor.clear()
    at.sign_in()
    expect_linked_once(at)
