"""Signing in by password and code, tokens and their ends, seats, licence: on the sandbox and in PHP."""

from __future__ import annotations

import json
from typing import Any

import pytest

from contract.component_crm import PASSWORDS, Caller, Pkce, Window
from contract.component_fixtures import Stage, php_component, sandbox, sandbox_stage, stage
from sandbox_crm.app import create_app
from sandbox_crm.component.component import Component, version_misfit
from sandbox_crm.crm import SandboxCrm
from sandbox_crm.errors import RouteNotFound
from workshop.checkout import ROOT
from workshop.serving import Server

__all__ = ["php_component", "sandbox", "sandbox_stage", "stage"]
AGENT = {"username": "agent", "password": PASSWORDS["agent"]}


def test_a_stock_crm_has_no_component() -> None:
    crm = SandboxCrm(seed=False)
    with Server(create_app(crm)) as server:
        caller = Caller(server.url, crm)
        answer = caller.raw("mailconnectorstatus")
        caller.close()
    crm.close()

    assert answer.status_code == 400
    assert answer.json()["error"] == RouteNotFound.error


def test_removing_the_component_ends_its_tokens_and_nothing_else(sandbox_stage: Stage) -> None:
    mail = sandbox_stage.caller.link("agent", sandbox_stage.crm.find("Contacts", lastname="Smith").id)
    sandbox_stage.crm.remove_component()

    assert sandbox_stage.caller.raw("mailconnectorstatus").status_code == 400
    assert sandbox_stage.crm.record(mail)["subject"] == "Offer 42"

    sandbox_stage.crm.install_component(Component())
    assert sandbox_stage.caller.result("mailconnectorstatus")["signed_in"] is False


def test_the_access_key_stays_in_the_crm(stage: Stage) -> None:
    answer = stage.caller.raw("mailconnectorlogin", **AGENT)

    assert stage.crm.access_key("agent") not in answer.text


def test_only_hashes_of_tokens_and_codes_are_kept(stage: Stage) -> None:
    token = stage.caller.token()
    code = stage.window.authorize(Pkce())["code"]
    kept = stage.component.devices.secrets_kept()

    assert token not in kept
    assert token.removeprefix("mct1_") not in kept
    assert code.removeprefix("mcc1_") not in kept


def _wrong(stage: Stage, times: int, user: str = "agent") -> None:
    for _ in range(times):
        assert stage.caller.code("mailconnectorlogin", username=user, password="wrong") == "wrong_credentials"


def _wait(stage: Stage, user: str = "agent", password: str = PASSWORDS["agent"]) -> int:
    """The seconds that a name has to wait; 0 where it is let in, or its password is wrong."""
    data = stage.caller.data("mailconnectorlogin", username=user, password=password)
    if data.get("code") != "too_many_attempts":
        return 0
    seconds: int = data["details"]["retry_after"]
    return seconds


@pytest.mark.parametrize("user", ["agent", "ghost"])
def test_a_name_waits_longer_with_each_failure_and_is_never_locked(stage: Stage, user: str) -> None:
    _wrong(stage, 5, user)
    waits = []
    for _ in range(8):
        waits.append(_wait(stage, user, "wrong"))
        assert _wait(stage, user, "wrong") == waits[-1], "what was refused does not lengthen the wait"
        stage.clock.forward(seconds=waits[-1])
        _wrong(stage, 1, user)

    assert waits == [10, 20, 40, 80, 160, 300, 300, 300]
    stage.clock.forward(seconds=300)
    if user == "agent":
        assert stage.caller.token()
        _wrong(stage, 5)


def test_the_crms_own_lock_does_not_grow(stage: Stage) -> None:
    _wrong(stage, 5)

    assert stage.crm.failed_sign_ins("agent") == 0
    assert not stage.crm.is_locked("agent")


def test_names_that_there_are_are_answered_as_those_that_there_are_not(stage: Stage) -> None:
    told = {
        user: [stage.caller.data("mailconnectorlogin", username=user, password="wrong") for _ in range(7)]
        for user in ("agent", "Agent", "ghost")
    }

    assert told["agent"] == told["Agent"] == told["ghost"]


def test_a_name_counts_letter_by_letter(stage: Stage) -> None:
    assert stage.caller.code("mailconnectorlogin", username="AGENT", password=PASSWORDS["agent"]) == "wrong_credentials"
    assert stage.caller.token("jürgen")
    assert (
        stage.caller.code("mailconnectorlogin", username="jurgen", password=PASSWORDS["jürgen"]) == "wrong_credentials"
    )


def test_an_address_that_anybody_can_write_is_not_believed(stage: Stage) -> None:
    for number in range(20):
        stage.caller.headers |= {"X-Forwarded-For": f"198.51.100.{number}", "Client-IP": f"198.51.100.{number}"}
        _wrong(stage, 1, f"ghost{number}")

    assert stage.caller.code("mailconnectorlogin", **AGENT) == "too_many_attempts"
    stage.caller.headers.clear()
    assert stage.caller.code("mailconnectorlogin", **AGENT) == "too_many_attempts"


def test_nobody_can_make_somebody_elses_address_wait(stage: Stage) -> None:
    stage.component.proxies.add("127.0.0.0/8")
    for number in range(20):
        stage.caller.headers["X-Forwarded-For"] = "203.0.113.7, 198.51.100.1"
        _wrong(stage, 1, f"ghost{number}")
    assert stage.caller.code("mailconnectorlogin", **AGENT) == "too_many_attempts"

    stage.caller.headers["X-Forwarded-For"] = "203.0.113.7"
    assert stage.caller.token()


def test_guesses_from_many_addresses_make_the_name_wait_but_not_where_the_user_was_signed_in(stage: Stage) -> None:
    stage.component.proxies.add("127.0.0.1")
    stage.caller.headers["X-Forwarded-For"] = "203.0.113.7"
    stage.caller.token()
    for number in range(5):
        stage.caller.headers["X-Forwarded-For"] = f"198.51.100.{number}"
        _wrong(stage, 1)

    assert _wait(stage) == 10
    stage.caller.headers["X-Forwarded-For"] = "203.0.113.7"
    _wrong(stage, 4)
    assert stage.caller.token()


def test_a_password_that_the_crms_page_refuses_is_for_the_page(stage: Stage) -> None:
    stage.component.page_refuses.add("agent")

    assert stage.caller.code("mailconnectorlogin", **AGENT) == "page_required"
    assert stage.caller.code("mailconnectorlogin", username="agent", password="wrong") == "wrong_credentials"


def test_an_inactive_user_is_told_so_for_the_right_password_only(stage: Stage) -> None:
    stage.crm.deactivate("agent")

    assert stage.caller.code("mailconnectorlogin", **AGENT) == "inactive"
    assert stage.caller.code("mailconnectorlogin", username="agent", password="wrong") == "wrong_credentials"
    assert stage.caller.code("mailconnectorlogin", username="ghost", password="wrong") == "wrong_credentials"


def test_many_failures_of_an_address_make_it_wait(stage: Stage) -> None:
    for number in range(20):
        stage.caller.code("mailconnectorlogin", username=f"ghost{number}", password="x")

    assert stage.caller.code("mailconnectorlogin", **AGENT) == "too_many_attempts"
    stage.clock.forward(minutes=15, seconds=1)
    assert stage.caller.code("mailconnectorlogin", username="ghost", password="x") == "wrong_credentials"
    assert stage.caller.token()


@pytest.mark.parametrize("channel", ["wilson", "mail"])
def test_a_code_is_asked_for_and_taken_once(stage: Stage, channel: str) -> None:
    stage.component.second_factor["agent"] = channel
    asked = stage.caller.data("mailconnectorlogin", **AGENT)
    code = stage.component.last_code("agent")

    assert asked["code"] == "code_required"
    assert asked["details"]["channel"] == channel
    assert stage.caller.result("mailconnectorlogin", **AGENT, code=f" {code[:3]} {code[3:]} ")["token"]
    assert stage.caller.code("mailconnectorlogin", **AGENT, code=code) == "code_expired"


def test_no_code_is_sent_to_who_does_not_know_the_password(stage: Stage) -> None:
    stage.component.second_factor["agent"] = "wilson"

    assert stage.caller.code("mailconnectorlogin", username="agent", password="wrong") == "wrong_credentials"
    assert stage.component.codes.sent == []


def test_the_right_code_does_not_help_with_a_wrong_password(stage: Stage) -> None:
    stage.component.second_factor["agent"] = "wilson"
    stage.caller.code("mailconnectorlogin", **AGENT)
    code = stage.component.last_code("agent")

    assert stage.caller.code("mailconnectorlogin", username="agent", password="x", code=code) == "wrong_credentials"


def test_a_code_ends_after_a_minute(stage: Stage) -> None:
    stage.component.second_factor["agent"] = "wilson"
    stage.caller.code("mailconnectorlogin", **AGENT)
    stage.clock.forward(seconds=60)

    assert stage.caller.code("mailconnectorlogin", **AGENT, code=stage.component.last_code("agent")) == "code_expired"


def _wrong_codes(stage: Stage, times: int) -> list[int]:
    return [stage.caller.data("mailconnectorlogin", **AGENT, code="-")["details"]["remaining"] for _ in range(times)]


def test_five_wrong_codes_void_it_and_the_next_one_takes_its_time(stage: Stage) -> None:
    stage.component.second_factor["agent"] = "wilson"
    stage.caller.code("mailconnectorlogin", **AGENT)

    assert _wrong_codes(stage, 5) == [4, 3, 2, 1, 0]
    assert stage.caller.code("mailconnectorlogin", **AGENT, code=stage.component.last_code("agent")) == "code_expired"
    assert stage.caller.code("mailconnectorlogin", **AGENT) == "code_required"
    assert len(stage.component.codes.sent) == 1
    stage.clock.forward(seconds=10)
    stage.caller.code("mailconnectorlogin", **AGENT)
    assert stage.caller.result("mailconnectorlogin", **AGENT, code=stage.component.last_code("agent"))["token"]


def test_wrong_codes_count_over_codes_until_the_next_day(stage: Stage) -> None:
    stage.component.second_factor["agent"] = "wilson"
    for left in ([4, 3, 2, 1, 0], [4, 3, 2, 1, 0]):
        stage.caller.code("mailconnectorlogin", **AGENT)
        assert _wrong_codes(stage, 5) == left
        for _ in range(9):
            assert stage.caller.code("mailconnectorlogin", **AGENT, code="-") == "code_expired", "none to be wrong"
        stage.clock.forward(seconds=20)

    refused = stage.caller.data("mailconnectorlogin", **AGENT)
    assert (refused["code"], refused["details"]) == ("too_many_attempts", {"retry_after": 86400 - 40})
    stage.clock.forward(seconds=86400 - 40)
    assert stage.caller.code("mailconnectorlogin", **AGENT) == "code_required"
    assert stage.caller.result("mailconnectorlogin", **AGENT, code=stage.component.last_code("agent"))["token"]


def test_sendings_are_capped(stage: Stage) -> None:
    stage.component.second_factor["agent"] = "mail"
    for _ in range(6):
        assert stage.caller.code("mailconnectorlogin", **AGENT) == "code_required"
        stage.clock.forward(seconds=10)

    refused = stage.caller.data("mailconnectorlogin", **AGENT)
    assert (refused["code"], refused["details"]) == ("too_many_attempts", {"retry_after": 3540})
    assert stage.caller.result("mailconnectorlogin", **AGENT, code=stage.component.last_code("agent"))["token"]
    assert stage.caller.code("mailconnectorlogin", **AGENT) == "code_required", "a right code ends the counting"


def test_a_code_sent_anew_voids_the_one_before(stage: Stage) -> None:
    stage.component.second_factor["agent"] = "mail"
    stage.caller.code("mailconnectorlogin", **AGENT)
    assert stage.caller.code("mailconnectorlogin", **AGENT) == "code_required"
    assert len(stage.component.codes.sent) == 1, "asked again at once, the same code stays"

    stage.clock.forward(seconds=11)
    stage.caller.code("mailconnectorlogin", **AGENT)
    first, second = (sent.code for sent in stage.component.codes.sent)

    if first != second:
        assert stage.caller.code("mailconnectorlogin", **AGENT, code=first) == "code_wrong"
    assert stage.caller.result("mailconnectorlogin", **AGENT, code=second)["token"]


def test_the_phone_shows_the_code(sandbox_stage: Stage) -> None:
    sandbox_stage.component.second_factor["agent"] = "wilson"
    sandbox_stage.caller.code("mailconnectorlogin", **AGENT)

    assert sandbox_stage.component.last_code("agent") in sandbox_stage.caller.http.get("sandbox/phone").text


# -- tokens


def _reason(stage: Stage, token: str) -> str:
    data = stage.caller.data("mailconnectorfind", token)
    assert data["code"] == "sign_in_again"
    return str(data["details"]["reason"])


@pytest.mark.parametrize(
    ("stay", "hours"), [pytest.param("", 12, id="a working day"), pytest.param("1", 30 * 24, id="staying signed in")]
)
def test_a_token_ends_by_policy(stage: Stage, stay: str, hours: int) -> None:
    token = stage.caller.token(stay=stay)
    stage.clock.forward(hours=hours, seconds=-1)
    assert stage.caller.works(token)

    stage.clock.forward(seconds=1)
    assert _reason(stage, token) == "expired"


def test_each_end_of_a_token_has_its_reason(stage: Stage) -> None:
    stage.component.seats = 100
    tokens = {user: stage.caller.token(user) for user in PASSWORDS}
    stage.crm.set_password("agent", "another")
    stage.crm.renew_access_key("sara")
    stage.crm.deactivate("jürgen")
    stage.component.revoke_tokens("admin")

    assert _reason(stage, tokens["agent"]) == "password_changed"
    assert _reason(stage, tokens["sara"]) == "access_key_renewed"
    assert _reason(stage, tokens["jürgen"]) == "inactive"
    assert _reason(stage, tokens["admin"]) == "revoked"
    assert _reason(stage, "mct1_" + "A" * 43) == "unknown"
    assert _reason(stage, "") == "missing"


def test_a_bad_token_never_locks_the_user(stage: Stage) -> None:
    stage.caller.token()
    for _ in range(30):
        _reason(stage, "mct1_" + "A" * 43)

    assert stage.crm.failed_sign_ins("agent") == 0
    assert not stage.crm.is_locked("agent")


def test_a_token_belongs_to_one_device(stage: Stage) -> None:
    first, second = stage.caller.token(device="Web"), stage.caller.token(device="Phone")
    stage.caller.result("mailconnectorlogout", first)

    assert _reason(stage, first) == "revoked"
    assert stage.caller.works(second)
    assert [device.name for device in stage.component.devices.live()] == ["Phone"]


def test_a_renewal_can_be_asked_for_again_and_gives_the_same_token(stage: Stage) -> None:
    old = stage.caller.token()
    lost = stage.caller.result("mailconnectorrenew", old)
    stage.clock.forward(seconds=299)
    again = stage.caller.result("mailconnectorrenew", old)

    assert again == lost
    assert stage.caller.works(old)
    assert stage.caller.works(again["token"])
    assert len(stage.component.devices.live()) == 1


def test_the_old_token_is_told_that_its_time_is_up(stage: Stage) -> None:
    old = stage.caller.token()
    stage.clock.forward(hours=1)
    stage.caller.result("mailconnectorrenew", old)
    stage.clock.forward(seconds=30)
    status = stage.caller.result("mailconnectorstatus", old)

    assert status["token"]["expires"] == "2026-11-23T21:20:00+01:00"
    assert status["token"]["renew_after"] < status["server_time"]


@pytest.mark.parametrize("renewals", [1, 2, 3])
def test_a_token_that_another_has_followed_ends_its_device(stage: Stage, renewals: int) -> None:
    stolen = token = stage.caller.token()
    other = stage.caller.token()
    for _ in range(renewals):
        token = stage.caller.result("mailconnectorrenew", token)["token"]
        stage.clock.forward(seconds=301)
    assert stage.caller.works(token)

    assert _reason(stage, stolen) == "revoked"
    assert _reason(stage, token) == "revoked"
    assert stage.caller.works(other), "other devices are not touched"


def test_a_followed_token_renews_nothing(stage: Stage) -> None:
    stolen = stage.caller.token()
    token = stage.caller.result("mailconnectorrenew", stolen)["token"]
    stage.clock.forward(seconds=301)

    assert stage.caller.code("mailconnectorrenew", stolen) == "sign_in_again"
    assert stage.caller.code("mailconnectorrenew", token) == "sign_in_again"
    assert stage.component.devices.live() == []


# -- the security log


def test_the_security_log_tells_who_came_and_who_was_refused_and_no_secret(stage: Stage) -> None:
    stage.caller.code("mailconnectorlogin", username="agent", password="not-the-password")
    stage.caller.code("mailconnectorlogin", username="a-password-in-the-wrong-field", password="x")
    token = stage.caller.token(device="Web")
    other = stage.caller.login(device="Mac")
    stage.caller.result("mailconnectorrevoke", token, device=other["device"])
    renewed = stage.caller.result("mailconnectorrenew", token)["token"]
    stage.clock.forward(seconds=301)
    stage.caller.code("mailconnectorrenew", token)
    last = stage.caller.token("sara", device="Phone")
    stage.caller.result("mailconnectorlogout", last)
    pkce = Pkce()
    given = {
        "code": stage.window.authorize(pkce)["code"],
        "code_verifier": pkce.verifier,
        "redirect_uri": "https://x.y",
    }
    stage.caller.code("mailconnectortoken", **given)

    assert stage.component.noted() == [
        ("refused", "agent", "wrong_credentials"),
        ("refused", "", "wrong_credentials"),
        ("signed_in", "agent", "Web"),
        ("signed_in", "agent", "Mac"),
        ("revoked", "agent", "Mac"),
        ("token_again", "agent", "Web"),
        ("signed_in", "sara", "Phone"),
        ("signed_out", "sara", "Phone"),
        ("refused", "agent", "grant_invalid"),
    ]
    kept = stage.component.devices.secrets_kept() + repr(stage.component.noted())
    for secret in ("not-the-password", "wrong-field", token, renewed, given["code"], stage.crm.access_key("agent")):
        assert secret not in kept


def test_the_same_refusal_is_not_noted_over_and_over(stage: Stage) -> None:
    for _ in range(30):
        stage.caller.code("mailconnectorlogin", username="agent", password="wrong")

    noted = stage.component.noted()
    assert noted == [("refused", "agent", "wrong_credentials"), ("refused", "agent", "too_many_attempts")]


def test_the_security_log_tells_what_a_user_may_not_see(stage: Stage) -> None:
    crm = stage.crm
    crm.refuse("agent", "Leads")
    token = stage.caller.token(device="Web")
    lead, mary = str(crm.all_records("Leads")[0].id), str(crm.find("Contacts", lastname="Smith").id)
    mail = json.dumps({"message_id": "<a@b.example>"})
    for _ in range(3):
        assert stage.caller.code("mailconnectorrecord", token, id=lead) == "record_refused"
        assert stage.caller.code("mailconnectorrecord", token, id="4x99999") == "record_refused"
        stage.caller.result("mailconnectorlink", token, mail=mail, targets=json.dumps([mary, lead]))
        stage.clock.forward(minutes=4)
    stage.caller.code("mailconnectorsearch", token, text="a", module="Leads")
    stage.clock.forward(minutes=4)
    stage.caller.code("mailconnectorrecord", token, id=lead)

    again = ("denied", "agent", "mailconnectorrecord: record_refused")
    assert stage.component.noted() == [
        ("signed_in", "agent", "Web"),
        again,
        ("denied", "agent", "mailconnectorlink: record_refused"),
        ("denied", "agent", "mailconnectorsearch: permission_denied"),
        again,
    ]


# -- devices


def _devices(stage: Stage, token: str) -> list[dict[str, object]]:
    told: list[dict[str, object]] = stage.caller.result("mailconnectordevices", token)["devices"]
    return told


def test_users_see_their_own_devices_with_their_last_use(stage: Stage) -> None:
    stage.caller.token("sara", device="Sara's")
    old, new = stage.caller.token(device="Mac"), stage.caller.token(device="Web", stay="1")
    stage.clock.forward(minutes=4)
    assert [one["name"] for one in _devices(stage, old)] == ["Web", "Mac"]
    stage.clock.forward(minutes=4)
    assert stage.caller.works(old)
    told = _devices(stage, new)

    assert [(one["name"], one["this"], one["last_used"]) for one in told] == [
        ("Web", True, "2026-11-23T20:23:00+01:00"),
        ("Mac", False, "2026-11-23T20:23:00+01:00"),
    ]
    assert {one["since"] for one in told} == {"2026-11-23T20:15:00+01:00"}


def test_a_renewal_does_not_make_a_device_younger(stage: Stage) -> None:
    token = stage.caller.token()
    stage.clock.forward(hours=7)
    token = stage.caller.result("mailconnectorrenew", token)["token"]

    assert [one["since"] for one in _devices(stage, token)] == ["2026-11-23T20:15:00+01:00"]


def test_users_end_their_own_devices_and_no_others(stage: Stage) -> None:
    lost, here = stage.caller.token(device="Lost"), stage.caller.token(device="Here")
    foreign = stage.caller.login("sara")
    by_name = {one["name"]: str(one["id"]) for one in _devices(stage, here)}

    assert stage.caller.result("mailconnectorrevoke", here, device=foreign["device"]) == {"revoked": False}
    assert stage.caller.result("mailconnectorrevoke", here, device=by_name["Lost"]) == {"revoked": True}
    assert stage.caller.result("mailconnectorrevoke", here, device=by_name["Lost"]) == {"revoked": False}
    assert _reason(stage, lost) == "revoked"
    assert stage.caller.works(str(foreign["token"]))
    assert [one["name"] for one in _devices(stage, here)] == ["Here"]


def test_devices_can_be_ended_without_a_licence_but_not_without_a_token(stage: Stage) -> None:
    session = stage.caller.login()
    stage.component.licence = "missing"

    assert len(_devices(stage, session["token"])) == 1
    assert stage.caller.code("mailconnectordevices") == "sign_in_again"
    assert stage.caller.code("mailconnectorrevoke", device=session["device"]) == "sign_in_again"
    assert stage.caller.result("mailconnectorrevoke", session["token"], device=session["device"]) == {"revoked": True}
    assert stage.caller.code("mailconnectordevices", session["token"]) == "sign_in_again"


def test_nothing_on_the_way_may_keep_an_answer(stage: Stage) -> None:
    answers = [stage.caller.raw("mailconnectorlogin", **AGENT), stage.caller.raw("mailconnectordevices")]

    assert [answer.headers["cache-control"] for answer in answers] == ["no-store", "no-store"]


# -- seats, licence, versions


def test_a_seat_is_free_again_after_the_last_device_signed_out(stage: Stage) -> None:
    stage.component.seats = 1
    first, second = stage.caller.token("sara"), stage.caller.token("sara")
    stage.caller.result("mailconnectorlogout", first)
    assert stage.caller.code("mailconnectorlogin", **AGENT) == "no_seat"

    stage.caller.result("mailconnectorlogout", second)
    assert stage.caller.token("agent")


def test_who_holds_a_seat_keeps_working_when_none_is_free(stage: Stage) -> None:
    token = stage.caller.token()
    stage.component.exhaust_seats()

    assert stage.caller.works(token)
    assert stage.caller.token("agent")
    assert stage.caller.result("mailconnectorstatus", token)["licence"]["state"] == "active"
    assert stage.caller.result("mailconnectorstatus")["licence"]["state"] == "seats_exhausted"


@pytest.mark.parametrize(("licence", "code"), [("missing", "licence_missing"), ("expired", "licence_expired")])
def test_a_licence_that_ends_meanwhile_stops_every_operation(stage: Stage, licence: str, code: str) -> None:
    token = stage.caller.token()
    stage.component.licence = licence

    for operation in ("link", "file", "relate", "fill", "takeback", "mail", "find", "search", "record"):
        assert stage.caller.code(f"mailconnector{operation}", token) == code
    assert stage.caller.code("mailconnectorrenew", token) == code
    assert stage.caller.code("mailconnectorlogin", **AGENT) == code
    assert stage.caller.result("mailconnectorstatus", token)["signed_in"] is True
    assert stage.caller.result("mailconnectorlogout", token) == {"revoked": True}


def test_strangers_are_not_told_who_holds_the_licence(stage: Stage) -> None:
    assert stage.caller.result("mailconnectorstatus")["licence"] == {"state": "active"}
    assert stage.caller.result("mailconnectorstatus", "mct1_" + "A" * 43)["licence"] == {"state": "active"}


@pytest.mark.parametrize("case", json.loads((ROOT / "contract" / "versions.json").read_text("utf-8")), ids=str)
def test_versions_compare_by_their_numbers(case: dict[str, Any]) -> None:
    assert (version_misfit(case["pane"], case["minimum"], case["maximum"]) or "") == case["misfit"]


def test_a_pane_that_does_not_fit_is_refused_before_anything_else(stage: Stage) -> None:
    stage.component.licence = "missing"

    assert stage.caller.code("mailconnectorlogin", username="x", password="x", pane="0.1") == "pane_too_old"
    assert stage.crm.failed_sign_ins("x") == 0


def test_the_window_needs_no_component_for_the_stock_pages(sandbox_stage: Stage) -> None:
    sandbox_stage.crm.remove_component()
    window = Window(sandbox_stage.window.base)
    window.go(f"{window.base}/index.php")
    window.send(user_name="agent", user_password=PASSWORDS["agent"])
    page = window.go(f"{window.base}/index.php?module=MailConnector&action=Authorize")
    window.close()

    assert page.status_code == 403
