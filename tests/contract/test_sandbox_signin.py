"""Signing in to the sandbox CRM: access keys, lock-out, deactivated users, user names beyond ASCII."""

from __future__ import annotations

from collections.abc import Iterator

import httpx
import pytest

from contract.vtews import Vtews
from sandbox_crm.app import create_app
from sandbox_crm.crm import SandboxCrm
from sandbox_crm.quirks import Quirks
from sandbox_crm.store.users import SEED_USERS
from workshop.serving import Server

WRONG = "Authentication failed - reason: incorrect username and password combination"


@pytest.fixture(scope="module")
def served() -> Iterator[Vtews]:
    crm = SandboxCrm(seed=False)
    with Server(create_app(crm)) as server, Vtews(server.url, crm) as client:
        yield client
    crm.close()


@pytest.fixture
def vtews(served: Vtews) -> Vtews:
    served.crm.reset()
    return served


def sign_in(vtews: Vtews, user: str, password: str) -> httpx.Response:
    return vtews.call("loginpwd", user=None, username=user, password=password)


@pytest.mark.parametrize("user", SEED_USERS, ids=lambda user: str(user.name))
def test_the_password_gives_the_access_key(vtews: Vtews, user: object) -> None:
    seed = next(one for one in SEED_USERS if one == user)
    (key,) = sign_in(vtews, seed.name, seed.password).json()["data"]
    assert key == vtews.crm.access_key(seed.name)
    assert len(key) == 16
    assert vtews.call("listtypes", user=seed.name, key=key).status_code == 200


@pytest.mark.parametrize("name", ["Agent", "agENT", "AGENT"])
def test_a_name_in_other_letters_is_refused_its_password_and_counts(vtews: Vtews, name: str) -> None:
    answer = sign_in(vtews, name, "agent-sandbox")
    assert (answer.status_code, answer.json()["message"]) == (500, "Invalid username or password")
    assert vtews.crm.failed_sign_ins("agent") == 1
    assert vtews.call("listtypes", user=name, key=vtews.crm.access_key("agent")).status_code == 200


def test_no_credentials_are_no_failed_sign_in(vtews: Vtews) -> None:
    """So the pane may ask without any whether the CRM is there."""
    for _ in range(6):
        answer = vtews.http.post("listtypes", json={})
        assert (answer.status_code, answer.json()["message"]) == (
            401,
            "Authentication failed - reason: no username supplied",
        )
        answer = vtews.call("listtypes", user="agent", key="")
        assert (answer.status_code, answer.json()["message"]) == (
            401,
            "Authentication failed - reason: no password supplied",
        )
    assert vtews.crm.failed_sign_ins("agent") == 0
    assert vtews.call("listtypes", user="agent").status_code == 200


def test_keys_differ_between_sandboxes() -> None:
    one, other = SandboxCrm(seed=False), SandboxCrm(seed=False)
    assert one.access_key("admin") != other.access_key("admin")
    one.close()
    other.close()


def test_user_names_are_utf_8(vtews: Vtews) -> None:
    key = vtews.crm.access_key("jürgen")
    assert vtews.call("listtypes", user="JÜRGEN", key=key).status_code == 200
    latin = httpx.BasicAuth("jürgen".encode("latin-1"), key)
    assert vtews.http.post("listtypes", json={}, auth=latin).status_code == 401


@pytest.mark.parametrize("header", ["", "Basic", "Basic !", "Basic /w==", "Bearer abc", "Basic Og=="])
def test_headers_that_name_no_user(vtews: Vtews, header: str) -> None:
    answer = vtews.http.post("listtypes", json={}, headers={"Authorization": header})
    assert answer.status_code == 401
    assert answer.json()["message"].endswith("no username supplied")


def test_five_failures_lock_the_user_until_unlocked(vtews: Vtews) -> None:
    for attempt in range(1, 6):
        assert not vtews.crm.is_locked("sara")
        answer = vtews.call("listtypes", user="sara", key="wrong-key")
        assert (answer.status_code, answer.json()["message"]) == (401, WRONG)
        assert vtews.crm.failed_sign_ins("sara") == attempt
    assert vtews.crm.is_locked("sara")
    right = vtews.call("listtypes", user="sara")
    assert (right.status_code, right.json()["message"]) == (401, WRONG)
    password = sign_in(vtews, "sara", "sara-sandbox")
    assert (password.status_code, password.json()["message"]) == (500, "Invalid username or password")
    assert vtews.call("listtypes", user="agent").status_code == 200
    vtews.crm.unlock("sara")
    assert vtews.call("listtypes", user="sara").status_code == 200


def test_passwords_and_keys_count_together(vtews: Vtews) -> None:
    for _ in range(3):
        assert sign_in(vtews, "agent", "wrong").status_code == 500
    for _ in range(2):
        vtews.call("listtypes", user="agent", key="wrong")
    assert vtews.crm.is_locked("agent")


def test_a_success_clears_the_count(vtews: Vtews) -> None:
    for _ in range(3):
        for _ in range(3):
            vtews.call("listtypes", user="agent", key="wrong")
        assert vtews.call("listtypes", user="agent").status_code == 200
    assert vtews.crm.failed_sign_ins("agent") == 0


def test_a_success_may_leave_the_count(vtews: Vtews) -> None:
    vtews.crm.quirks = Quirks(success_clears_failures=False)
    for _ in range(5):
        vtews.call("listtypes", user="agent", key="wrong")
        vtews.call("listtypes", user="agent")
    assert vtews.crm.is_locked("agent")


def test_many_failures_ban_the_address(vtews: Vtews) -> None:
    vtews.crm.quirks = Quirks(ban_after=7)
    for number in range(7):
        vtews.call("listtypes", user="nobody", key=str(number))
    assert vtews.call("listtypes", user="admin").status_code == 401


def test_a_renewed_key_and_a_deactivated_user(vtews: Vtews) -> None:
    old = vtews.crm.access_key("agent")
    new = vtews.crm.renew_access_key("agent")
    assert vtews.call("listtypes", user="agent", key=old).status_code == 401
    assert vtews.call("listtypes", user="agent", key=new).status_code == 200
    vtews.crm.deactivate("agent")
    assert vtews.call("listtypes", user="agent", key=new).status_code == 401
    assert sign_in(vtews, "agent", "agent-sandbox").status_code == 500
    vtews.crm.deactivate("agent", active=True)
    vtews.crm.set_password("agent", "another")
    assert sign_in(vtews, "agent", "another").json() == {"status": 200, "data": [new]}


def test_the_log_tells_no_secret(vtews: Vtews) -> None:
    sign_in(vtews, "agent", "agent-sandbox")
    vtews.call("listtypes", user="agent")
    vtews.call("listtypes", user="agent", key="a-wrong-key")
    told = str(vtews.crm.requests)
    assert [(one.operation, one.user, one.status) for one in vtews.crm.requests] == [
        ("loginpwd", "agent", 200),
        ("listtypes", "agent", 200),
        ("listtypes", "agent", 401),
    ]
    for secret in ("agent-sandbox", "a-wrong-key", vtews.crm.access_key("agent")):
        assert secret not in told


def test_unlock_and_reset_over_http(vtews: Vtews) -> None:
    for _ in range(5):
        vtews.call("listtypes", user="sara", key="wrong")
    assert vtews.http.post(f"{vtews.url}/sandbox/unlock", json={"user": "nobody"}).status_code == 400
    assert vtews.http.post(f"{vtews.url}/sandbox/unlock", json={"user": "sara"}).status_code == 200
    assert not vtews.crm.is_locked("sara")
    vtews.mail()
    assert vtews.http.post(f"{vtews.url}/sandbox/reset", content="{}").status_code == 400
    assert vtews.http.post(f"{vtews.url}/sandbox/reset", json={}).status_code == 200
    assert vtews.crm.messages() == []
