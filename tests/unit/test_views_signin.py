"""Signing in, as a person meets it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from connector.app import events as e
from connector.app.element import Element
from connector.app.views import view
from connector.errors import Problem
from unit.markup import buttons, by_id, find, text, walk
from unit.screens import OPEN, OUT, SCREENS


def test_the_password_is_in_no_attribute() -> None:
    for state in SCREENS.values():
        for one in find(view(state), lambda one: one.attributes.get("type") == "password"):
            assert "value" not in one.attributes
            assert (one.attributes["name"], one.attributes["autocomplete"]) == ("password", "current-password")
            assert one.on == {}


def test_the_form_sends_the_password() -> None:
    (form,) = find(view(OUT), lambda one: one.tag == "form")
    sent = form.on["submit"]("secret")
    assert sent == e.SignInAsked("secret")
    assert "secret" not in repr(sent)


def test_what_is_typed_becomes_an_event() -> None:
    tree = view(OUT)
    assert by_id(tree, "url").on["input"]("crm.example") == e.UrlTyped("crm.example")
    assert by_id(tree, "user").on["input"]("ada") == e.UserTyped("ada")
    assert by_id(tree, "keep").on["change"]("yes") == e.KeepTicked(True)
    assert by_id(tree, "keep").on["change"]("") == e.KeepTicked(False)


def test_several_presets_are_a_choice_with_room_for_another() -> None:
    tree = view(SCREENS["sign-in-presets"])
    assert [text(one) for one in by_id(tree, "crm").children if isinstance(one, Element)] == [
        "crm.northwind.example",
        "crm.contoso.example",
        "Another address…",
    ]
    assert not find(tree, lambda one: one.attributes.get("id") == "url")
    assert by_id(view(SCREENS["sign-in-other"]), "url")


def test_the_only_crm_is_shown_and_not_asked_for() -> None:
    tree = view(SCREENS["sign-in-fixed"])
    assert "https://crm.northwind.example/crm" in text(tree)
    assert not find(tree, lambda one: one.attributes.get("id") in ("url", "crm", "keep"))
    assert "disabled" in buttons(tree)["Signing in…"].attributes


def test_a_refused_sign_in_is_an_alert_with_a_next_step_and_an_empty_field() -> None:
    tree = view(SCREENS["sign-in-locking"])
    (problems,) = find(tree, lambda one: one.key == "problems")
    assert problems.attributes["role"] == "alert"
    assert "did not accept this user name and password" in text(problems)
    assert "locks a user at the fifth failed sign-in. Left: 2." in text(problems)
    assert by_id(tree, "password").key != by_id(view(OUT), "password").key
    assert "autofocus" in by_id(tree, "password").attributes


def described(tree: Element, control: str) -> str:
    """What a screen reader says of a control beside its name."""
    return " ".join(text(by_id(tree, one)) for one in by_id(tree, control).attributes["aria-describedby"].split())


@pytest.mark.parametrize(
    ("screen", "wrong", "said"),
    [
        ("sign-in-hidden", ["url"], "the browser may not show its answer"),
        ("sign-in-locking", ["password", "user"], "did not accept this user name and password"),
        ("sign-in-code-wrong", ["code"], "did not accept this code"),
    ],
)
def test_what_is_wrong_stands_at_its_field(screen: str, wrong: list[str], said: str) -> None:
    tree = view(SCREENS[screen])
    invalid = find(tree, lambda one: one.attributes.get("aria-invalid") == "true")
    assert sorted(one.attributes["id"] for one in invalid) == wrong
    assert all(said in described(tree, one) for one in wrong)
    (form,) = find(tree, lambda one: one.tag == "form")
    keys = [one.key for one in form.children if isinstance(one, Element)]
    problem = next(one.key for one in form.children if isinstance(one, Element) and said in text(one))
    assert keys[keys.index(problem) - 1] == wrong[0]


def test_an_error_of_something_else_marks_no_field_and_keeps_the_password() -> None:
    tree = view(replace(OUT, form=replace(OUT.form, problem=Problem("offline"))))
    assert not find(tree, lambda one: "aria-invalid" in one.attributes)
    assert by_id(tree, "password").key == by_id(view(OUT), "password").key
    assert by_id(view(SCREENS["sign-in-hidden"]), "password").key == by_id(view(OUT), "password").key


def test_the_first_screen_says_that_this_outlook_hands_over_no_files() -> None:
    said = "Outlook on this device does not hand over attachments"
    assert said in text(view(replace(OUT, reads_files=False)))
    assert said not in text(view(OUT))


def test_the_form_says_what_this_is_and_what_staying_means() -> None:
    tree = view(SCREENS["sign-in-first"])
    assert "Links the open mail, with all its attachments, to records of your CRM." in text(tree)
    assert "Your password goes to the CRM alone, and is not kept." in text(tree)
    assert "Without this, your sign-in ends with Outlook." in described(tree, "keep")
    assert "An access key" in described(view(SCREENS["sign-in-tokens-only"]), "keep")


@pytest.mark.parametrize(("failures", "warned"), [(0, False), (2, False), (3, True), (5, True), (9, True)])
def test_the_warning_comes_after_the_third_refusal(failures: int, warned: bool) -> None:
    tree = view(replace(OUT, form=replace(OUT.form, failures=failures)))
    assert ("locks a user" in text(tree)) is warned
    assert "Left: -" not in text(tree)


def test_where_nobody_is_locked_nothing_warns_of_it() -> None:
    assert "locks a user" not in text(view(replace(OUT, form=replace(OUT.form, failures=5, locks=False))))


def test_the_code_is_asked_for_where_it_was_sent_to() -> None:
    tree = view(SCREENS["sign-in-code"])
    assert "sent a code to your Wilson app" in text(tree)
    assert "It is valid for 60 seconds." in text(tree)
    (form,) = find(tree, lambda one: one.tag == "form")
    sent = form.on["submit"]("123456")
    assert sent == e.CodeSent("123456")
    assert "123456" not in repr(sent)
    assert buttons(tree)["Send another code"].on == {"click": e.CodeAgainAsked()}
    assert buttons(tree)["Back"].on == {"click": e.CodeDropped()}


def test_a_wrong_code_leaves_an_empty_field() -> None:
    tree = view(SCREENS["sign-in-code-wrong"])
    assert "did not accept this code. Attempts left: 4." in text(tree)
    assert "Another code was sent." in text(tree)
    assert "value" not in by_id(tree, "code").attributes
    assert by_id(tree, "code").key != by_id(view(SCREENS["sign-in-code"]), "code").key


def test_the_crms_own_page_can_be_used_and_waited_for_no_longer() -> None:
    assert buttons(view(OUT))["Use the CRM's own sign-in page"].on == {"click": e.PageAsked()}
    tree = view(SCREENS["sign-in-page"])
    assert "sign-in page is open in a window" in text(tree)
    assert buttons(tree)["Cancel"].on == {"click": e.PageDropped()}


def test_a_licence_that_has_ended_names_the_date_and_whom_to_ask() -> None:
    said = text(view(SCREENS["sign-in-licence"]))
    assert "has ended (Sat 31 Oct 2026)" in said
    assert "Ask your CRM administrator to renew it." in said


def test_a_link_that_waits_for_the_sign_in_is_not_forgotten() -> None:
    tree = view(SCREENS["sign-in-again"])
    assert "is not linked yet. It goes on when you have signed in." in text(tree)
    assert "Try again" not in buttons(tree)


def test_the_head_says_who_is_signed_in_where() -> None:
    header = next(one for one in walk(view(OPEN)) if one.tag == "header")
    assert text(header) == "Mail Connector paul.becker crm.northwind.example Devices Sign out"
    assert buttons(header)["Sign out"].on == {"click": e.SignOutAsked()}
    assert "Sign out" not in buttons(view(OUT))
    assert text(next(one for one in walk(view(SCREENS["choose-earlier"])) if one.key == "account")).startswith(
        "Paul Becker crm"
    )
    assert "Without the Mail Connector component" in text(view(SCREENS["choose-stock"]))
