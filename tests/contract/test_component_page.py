"""The sign-in page: authorization code with PKCE, attacked; single sign-on; second factor; consent."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from urllib.parse import urlsplit

import pytest

from contract.component_crm import PASSWORDS, SIGN_IN_PAGE, Pkce, Window
from contract.component_fixtures import CRM_URL, Stage, php_component, sandbox, sandbox_stage, stage
from sandbox_crm.identity import IdentityProvider
from workshop.serving import Server

__all__ = ["php_component", "sandbox", "sandbox_stage", "stage"]
ORIGIN = "https://addin.example.com"


@dataclass(frozen=True)
class Page:
    """The sandbox's sign-in page in a window."""

    stage: Stage
    window: Window


@pytest.fixture
def page(sandbox_stage: Stage) -> Page:
    assert isinstance(sandbox_stage.window, Window)
    return Page(sandbox_stage, sandbox_stage.window)


def _exchange(stage: Stage, code: str, pkce: Pkce, origin: str = ORIGIN, **changes: str) -> dict[str, object]:
    given = {"code": code, "code_verifier": pkce.verifier, "redirect_uri": SIGN_IN_PAGE} | changes
    return stage.caller.data("mailconnectortoken", "", origin, **given)


def test_the_whole_way(stage: Stage) -> None:
    pkce = Pkce()
    returned = stage.window.authorize(pkce)

    assert returned["state"] == pkce.state
    session = stage.caller.result(
        "mailconnectortoken", "", ORIGIN,
        code=returned["code"], code_verifier=pkce.verifier, redirect_uri=SIGN_IN_PAGE, pane="1.0.0",
    )  # fmt: skip
    assert session["user"]["name"] == "agent"
    assert stage.caller.works(session["token"])
    assert [device.name for device in stage.component.devices.live()] == ["Outlook on the web"]


def test_the_answer_names_the_crm_that_gives_it(stage: Stage) -> None:
    issuer = stage.caller.result("mailconnectorstatus")["crm"]["url"]

    assert stage.window.authorize(Pkce())["iss"] == issuer
    assert stage.window.authorize(Pkce(), code_challenge_method="plain")["iss"] == issuer


def test_the_sandbox_is_the_crm_that_is_asked(page: Page) -> None:
    page.stage.component.url = ""

    assert page.window.authorize(Pkce())["iss"] == page.stage.caller.url


def test_the_answer_is_in_the_fragment_and_not_cached(page: Page) -> None:
    page.window.authorize(Pkce())
    location = urlsplit(page.window.answer.headers["location"])

    assert location.query == ""
    assert location.fragment.startswith("code=mcc1_")
    assert page.window.answer.headers["cache-control"] == "no-store"
    assert page.window.answer.headers["referrer-policy"] == "no-referrer"


def test_a_replayed_code_is_refused_and_revokes_what_it_gave(stage: Stage) -> None:
    pkce = Pkce()
    code = stage.window.authorize(pkce)["code"]
    token = _exchange(stage, code, pkce)["result"]["token"]  # type: ignore[index]
    other = stage.caller.token()

    assert _exchange(stage, code, pkce)["code"] == "grant_invalid"
    assert stage.caller.code("mailconnectorfind", str(token)) == "sign_in_again"
    assert stage.caller.works(other), "other devices are not touched"


def test_a_foreign_verifier_is_refused_and_spends_the_code(stage: Stage) -> None:
    pkce = Pkce()
    code = stage.window.authorize(pkce)["code"]

    assert _exchange(stage, code, Pkce())["code"] == "grant_invalid"
    assert _exchange(stage, code, pkce)["code"] == "grant_invalid"
    assert stage.component.devices.live() == []


@pytest.mark.parametrize(
    "changes",
    [
        pytest.param({"redirect_uri": "https://addin.example.com/other.html"}, id="another redirect"),
        pytest.param({"redirect_uri": ""}, id="no redirect"),
        pytest.param({"code_verifier": ""}, id="no verifier"),
        pytest.param({"code_verifier": "short"}, id="a short verifier"),
        pytest.param({"code": "mcc1_" + "A" * 43}, id="another code"),
        pytest.param({"origin": "https://evil.example"}, id="another origin"),
        pytest.param({"origin": "null"}, id="no origin of its own"),
        pytest.param({"origin": "https://addin.example.com.evil.example"}, id="an origin that begins alike"),
    ],
)
def test_whatever_does_not_belong_to_the_code_is_refused(stage: Stage, changes: dict[str, str]) -> None:
    pkce = Pkce()
    code = stage.window.authorize(pkce)["code"]

    given = {"code": code} | changes

    assert _exchange(stage, pkce=pkce, **given)["code"] == "grant_invalid"
    assert stage.component.devices.live() == []


def test_the_challenge_is_no_verifier(stage: Stage) -> None:
    pkce = Pkce()
    code = stage.window.authorize(pkce)["code"]

    assert _exchange(stage, code, pkce, code_verifier=pkce.challenge)["code"] == "grant_invalid"


def test_a_code_lives_a_minute(stage: Stage) -> None:
    pkce = Pkce()
    code = stage.window.authorize(pkce)["code"]
    stage.clock.forward(seconds=60)

    assert _exchange(stage, code, pkce)["code"] == "grant_invalid"


def test_a_code_ends_with_the_permission_of_its_address(stage: Stage) -> None:
    pkce = Pkce()
    code = stage.window.authorize(pkce)["code"]
    stage.component.redirects.clear()

    assert _exchange(stage, code, pkce)["code"] == "grant_invalid"


@pytest.mark.parametrize(
    "changes",
    [
        {"redirect_uri": "https://evil.example/signin.html"},
        {"redirect_uri": f"{SIGN_IN_PAGE}?next=https://evil.example"},
        {"redirect_uri": f"{SIGN_IN_PAGE}/../evil.html"},
        {"redirect_uri": "https://addin.example.com@evil.example/signin.html"},
        {"redirect_uri": "http://addin.example.com/signin.html"},
        {"redirect_uri": "HTTPS://addin.example.com/signin.html"},
        {"redirect_uri": "javascript:alert(1)"},
        {"redirect_uri": None},
        {"state": None},
        {"state": "short"},
        {"state": "x" * 129},
        {"state": "with space and more"},
    ],
)
def test_what_can_not_be_trusted_goes_nowhere(stage: Stage, changes: dict[str, str | None]) -> None:
    assert stage.window.authorize(Pkce(), "agent", **changes) == {}
    assert stage.window.answer.status_code == 400
    assert "location" not in stage.window.answer.headers
    assert "evil" not in stage.window.answer.text


@pytest.mark.parametrize(
    "changes",
    [
        {"code_challenge": None},
        {"code_challenge": "short"},
        {"code_challenge_method": "plain"},
        {"code_challenge_method": None},
        {"contract": "2"},
        {"contract": None},
    ],
)
def test_a_request_without_pkce_is_refused(stage: Stage, changes: dict[str, str | None]) -> None:
    pkce = Pkce()

    told = {"error": "request_invalid", "iss": CRM_URL, "state": pkce.state}
    assert stage.window.authorize(pkce, "agent", **changes) == told


def test_nothing_is_given_without_the_users_consent(page: Page) -> None:
    pkce = Pkce()
    page.window.go(f"{page.window.base}/index.php?{pkce.query()}")
    page.window.send(user_name="agent", user_password=PASSWORDS["agent"])

    assert page.window.answer.status_code == 200
    assert ORIGIN in page.window.answer.text
    assert "agent" in page.window.answer.text
    assert page.window.answer.headers["x-frame-options"] == "DENY"
    assert f"form-action 'self' {ORIGIN};" in page.window.answer.headers["content-security-policy"]
    page.window.send(decision="deny")
    assert page.window.returned() == {"error": "access_denied", "iss": CRM_URL, "state": pkce.state}


def test_consent_needs_the_forms_own_token(page: Page) -> None:
    pkce = Pkce()
    page.window.go(f"{page.window.base}/index.php?{pkce.query()}")
    page.window.send(user_name="agent", user_password=PASSWORDS["agent"])
    url = page.window.answer.url

    forged = page.window.http.post(url, data={"decision": "allow"})
    foreign = page.window.http.post(url, data={"decision": "allow", "__csrf_token": "x" * 32})

    assert (forged.status_code, foreign.status_code) == (403, 403)


def _no_seat(stage: Stage) -> None:
    stage.caller.token("sara")
    stage.component.exhaust_seats()


def _licence(state: str) -> Callable[[Stage], None]:
    return lambda stage: setattr(stage.component, "licence", state)


@pytest.mark.parametrize(
    ("prepare", "pane", "error"),
    [
        pytest.param(_licence("missing"), "1.0.0", "licence_missing", id="no licence"),
        pytest.param(_licence("expired"), "1.0.0", "licence_expired", id="expired licence"),
        pytest.param(_no_seat, "1.0.0", "no_seat", id="no seat"),
        pytest.param(lambda _stage: None, "0.9", "pane_too_old", id="old pane"),
        pytest.param(lambda _stage: None, "2.0", "pane_too_new", id="new pane"),
    ],
)
def test_refusals_come_back_to_the_pane(stage: Stage, prepare: Callable[[Stage], None], pane: str, error: str) -> None:
    prepare(stage)
    pkce = Pkce()

    assert stage.window.authorize(pkce, "agent", pane=pane) == {"error": error, "iss": CRM_URL, "state": pkce.state}


def test_the_second_factor_is_asked_for_on_the_page(page: Page) -> None:
    page.stage.component.second_factor["agent"] = "wilson"
    pkce = Pkce()
    page.window.go(f"{page.window.base}/index.php?{pkce.query()}")
    page.window.send(user_name="agent", user_password=PASSWORDS["agent"])
    assert 'name="code"' in page.window.answer.text

    page.window.send(code="no code")
    assert page.window.answer.status_code == 401
    page.window.send(code=page.stage.component.last_code("agent"))
    page.window.send(decision="allow")
    assert page.window.returned()["code"]


def test_a_code_without_a_password_signs_nobody_in(page: Page) -> None:
    page.stage.component.second_factor["agent"] = "wilson"
    page.window.go(f"{page.window.base}/index.php?{Pkce().query()}")
    page.window.send(code="000000")

    assert page.window.answer.status_code == 401


@pytest.fixture
def provider(sandbox_stage: Stage) -> Iterator[IdentityProvider]:
    identity = IdentityProvider()
    with Server(identity.create_app()) as server:
        identity.url = server.url
        sandbox_stage.crm.identity = identity
        yield identity


def test_single_sign_on_at_another_origin(page: Page, provider: IdentityProvider) -> None:
    pkce = Pkce()
    page.window.go(f"{page.window.base}/index.php?{pkce.query()}")
    page.window.go(page.window.link(f"Sign in with {provider.name}"))
    assert str(page.window.answer.url).startswith(provider.url)

    page.window.follow(page.window.http.post(page.window.answer.url, data={"user": "sara"}))
    assert "sara" in page.window.answer.text
    page.window.send(decision="allow")
    session = _exchange(page.stage, page.window.returned()["code"], pkce)["result"]
    assert session["user"]["name"] == "sara"  # type: ignore[index]


def test_an_assertion_works_once(page: Page, provider: IdentityProvider) -> None:
    back = f"{page.window.base}/index.php?module=Users&action=SingleSignOn"
    answer = page.window.http.post(provider.signin_url(back), data={"user": "sara"})
    location = answer.headers["location"]

    assert page.window.go(location).status_code == 200
    other = Window(page.window.base)
    assert other.go(location).status_code == 401
    other.close()


def test_a_deactivated_user_is_not_signed_in_by_the_provider(page: Page, provider: IdentityProvider) -> None:
    page.stage.crm.deactivate("sara")
    back = f"{page.window.base}/index.php?module=Users&action=SingleSignOn"
    answer = page.window.http.post(provider.signin_url(back), data={"user": "sara"})

    assert page.window.go(answer.headers["location"]).status_code == 401
