"""Two who come at the same time: one wins, and the other is told. In PHP, between two of its statements."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

import pytest

from contract.component_crm import PASSWORDS, SIGN_IN_PAGE, Pkce
from contract.component_fixtures import Stage, fresh, php_component

__all__ = ["php_component"]
AGENT = {"username": "agent", "password": PASSWORDS["agent"]}
SARA = {"username": "sara", "password": PASSWORDS["sara"]}


@pytest.fixture
def at(php_component: Stage) -> Stage:
    return fresh(php_component)


def _meanwhile(at: Stage, statement: str, work: Callable[[], Any]) -> list[Any]:
    """Do this before the next statement that begins so; what it gives is in the list then."""
    done: list[Any] = []
    assert at.bridge is not None
    at.bridge.before[statement] = lambda: done.append(work())
    return done


def _beside(at: Stage, statement: str, work: Callable[[], Any]) -> Callable[[], Any]:
    """Begin this before the next statement that begins so, without waiting for its end; returns who waits for it."""
    done: list[Any] = []
    thread = threading.Thread(target=lambda: done.append(work()))
    assert at.bridge is not None
    at.bridge.before[statement] = thread.start

    def ended() -> Any:
        thread.join()
        return done[0]

    return ended


def test_the_last_seat_is_given_once(at: Stage) -> None:
    at.component.seats = 1
    other = _beside(at, "INSERT INTO vte_mailconnector_devices", lambda: at.caller.data("mailconnectorlogin", **SARA))
    session = at.caller.data("mailconnectorlogin", **AGENT)

    assert session["ok"] is True
    assert other()["code"] == "no_seat"
    assert at.component.seats_used == 1


def test_two_who_renew_one_token_get_the_same_one(at: Stage) -> None:
    token = at.caller.token()
    renewed = _meanwhile(
        at, "UPDATE vte_mailconnector_devices SET token_hash", lambda: at.caller.result("mailconnectorrenew", token)
    )
    later = at.caller.result("mailconnectorrenew", token)

    assert renewed == [later]
    assert at.caller.works(later["token"])


def test_a_device_that_is_revoked_meanwhile_is_not_renewed(at: Stage) -> None:
    token = at.caller.token()
    statement = "UPDATE vte_mailconnector_devices SET token_hash"
    _meanwhile(at, statement, at.component.revoke_tokens)

    assert at.caller.code("mailconnectorrenew", token) == "sign_in_again"
    assert at.component.devices.live() == []


def test_a_code_that_comes_twice_at_once_gives_nothing(at: Stage) -> None:
    pkce = Pkce()
    code = at.window.authorize(pkce)["code"]
    given = {"code": code, "code_verifier": pkce.verifier, "redirect_uri": SIGN_IN_PAGE}
    again = _meanwhile(
        at, "INSERT INTO vte_mailconnector_devices", lambda: at.caller.code("mailconnectortoken", **given)
    )

    assert at.caller.code("mailconnectortoken", **given) == "grant_invalid"
    assert again == ["grant_invalid"]
    assert at.component.devices.live() == []


def test_a_second_factor_code_works_once(at: Stage) -> None:
    at.component.second_factor["agent"] = "wilson"
    at.caller.code("mailconnectorlogin", **AGENT)
    given = AGENT | {"code": at.component.last_code("agent")}
    other = _meanwhile(
        at,
        "DELETE FROM vte_mailconnector_challenges WHERE userid",
        lambda: at.caller.data("mailconnectorlogin", **given),
    )

    assert at.caller.code("mailconnectorlogin", **given) == "code_expired"
    assert other[0]["ok"] is True
    assert len(at.component.devices.live()) == 1


def test_one_code_is_sent_to_two_who_ask_at_once(at: Stage) -> None:
    at.component.second_factor["agent"] = "wilson"
    statement = "INSERT INTO vte_mailconnector_challenges"
    other = _beside(at, statement, lambda: at.caller.code("mailconnectorlogin", **AGENT))

    assert at.caller.code("mailconnectorlogin", **AGENT) == "code_required"
    assert other() == "code_required"
    assert len(at.component.codes.sent) == 1


def test_guesses_at_the_same_time_are_no_free_ones(at: Stage) -> None:
    answers: list[str] = []

    def guess() -> None:
        answers.append(at.caller.code("mailconnectorlogin", username="agent", password="wrong"))

    threads = [threading.Thread(target=guess) for _ in range(9)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(answers) == ["too_many_attempts"] * 4 + ["wrong_credentials"] * 5


def test_a_device_that_could_not_be_stored_is_no_sign_in(at: Stage) -> None:
    assert at.bridge is not None
    at.bridge.on_unique_id("vte_mailconnector_devices")
    at.bridge.on_sql("INSERT INTO vte_mailconnector_devices (deviceid) VALUES (2)", [])
    answer = at.caller.raw("mailconnectorlogin", **AGENT)

    assert "mct1_" not in answer.text
    assert "The CRM could not write to its database." in answer.text
    assert at.component.devices.live() == []
