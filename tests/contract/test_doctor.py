"""The doctor finds what was planted, and says how to mend it: real servers, real TLS, on this machine."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pytest
from starlette.types import ASGIApp

from contract.hosts import HEADERS, Planted, SmallHost, certificates, small_pane
from contract.webservers import free_port
from sandbox_crm.app import create_app
from sandbox_crm.component.component import Component
from sandbox_crm.crm import SandboxCrm
from workshop.certificate import Certificate
from workshop.doctor.command import main
from workshop.serving import Server

ALLOW = ("access-control-allow-origin", "access-control-allow-headers", "access-control-allow-methods")


@dataclass
class Ward:
    """A pane's host and a CRM, each behind what was planted."""

    folder: Path
    good: Certificate
    expired: Certificate
    authority: Path
    crm: SandboxCrm
    said: pytest.CaptureFixture[str]
    before_pane: Callable[[ASGIApp], ASGIApp] = field(default=Planted)
    before_crm: Callable[[ASGIApp], ASGIApp] = field(default=lambda app: Planted(app, "Apache/2.4.62 (Debian)"))
    manifest_host: str = ""
    pane_expired: bool = False
    crm_expired: bool = False

    def diagnosis(self) -> tuple[int, str]:
        """Run the command; its exit code, and what it says."""
        port = free_port()
        pane = small_pane(self.folder / "pane", f"https://localhost:{port}", self.manifest_host)
        own = Server(
            self.before_pane(SmallHost(pane)), port=port, certificate=self.expired if self.pane_expired else self.good
        )
        theirs = Server(
            self.before_crm(create_app(self.crm)), certificate=self.expired if self.crm_expired else self.good
        )
        with own, theirs:
            options = ["--pane", own.url, "--crm", f"{theirs.url}/crm", "--ca", str(self.authority)]
            code = main(options)
        return code, self.said.readouterr().out


@pytest.fixture(scope="module")
def signed(tmp_path_factory: pytest.TempPathFactory) -> tuple[Certificate, Certificate, Path]:
    return certificates(tmp_path_factory.mktemp("certificates"))


@pytest.fixture
def ward(
    tmp_path: Path, signed: tuple[Certificate, Certificate, Path], capsys: pytest.CaptureFixture[str]
) -> Iterator[Ward]:
    crm = SandboxCrm(component=Component())
    yield Ward(tmp_path, *signed, crm, capsys)
    crm.close()


def failures(said: str) -> list[str]:
    return re.findall(r"^FAILED  (.+)$", said, re.M)


def test_where_all_is_well_nothing_fails(ward: Ward) -> None:
    code, said = ward.diagnosis()
    assert failures(said) == []
    assert "unclear" not in said
    assert code == 0
    assert said.endswith("\nNothing failed.\n")


def planted(**what: Any) -> Callable[[ASGIApp], ASGIApp]:
    return lambda app: Planted(app, **what)


APACHE = "Apache/2.4.62 (Debian)"
POLICY = HEADERS["Content-Security-Policy"]
CASES: dict[str, tuple[dict[str, Any], str, str]] = {
    "wrong type": (
        {"before_pane": planted(types={".wasm": "text/plain"})},
        "Types of the files: boot/python-0123456789abcdef.wasm comes as text/plain, and should be application/wasm.",
        r"location ~ \.wasm$ { types { } default_type application/wasm; }",
    ),
    "no CORS": (
        {"before_crm": planted(name=APACHE, drop=ALLOW)},
        "Leave to read answers (CORS): The answer has no Access-Control-Allow-Origin.",
        'Header always set Access-Control-Allow-Origin "*"',
    ),
    "doubled CORS": (
        {"before_crm": planted(name="nginx", add={ALLOW[0]: "https://addin.example.com"})},
        "Leave to read answers (CORS): Access-Control-Allow-Origin stands there twice: vtenext sends it, and so does a "
        "server before it.",
        "# take these lines out, whatever they name:\n            # add_header Access-Control-Allow-Origin",
    ),
    "no preflight": (
        {"before_crm": planted(name=APACHE, refused="OPTIONS")},
        "Leave to call (CORS preflight): The server refuses the question (status 405).",
        "Let requests with the method OPTIONS through to vtenext",
    ),
    "no Authorization": (
        {"before_crm": planted(name=APACHE, not_let_in=("authorization",))},
        "The Authorization header: It does not reach PHP: nobody can be signed in.",
        "CGIPassAuth On",
    ),
    "expired certificate of the CRM": (
        {"crm_expired": True},
        "The CRM's server: The server's certificate has expired, or is not valid yet.",
        "certbot renew --cert-name localhost",
    ),
    "expired certificate of the pane": (
        {"pane_expired": True},
        "The pane's server: The server's certificate has expired, or is not valid yet.",
        "certbot renew --cert-name localhost",
    ),
    "wrong manifest URL": (
        {"manifest_host": "https://old.example.com"},
        "Manifest: It names https://old.example.com/icon.png, but the pane is at https://localhost:",
        "python scripts/build.py --host https://localhost:",
    ),
    "blocked frame": (
        {"before_pane": planted(add={"x-frame-options": "DENY"})},
        "Outlook may show the pane: Outlook on the web may not show the page: X-Frame-Options: DENY",
        "proxy_hide_header X-Frame-Options;",
    ),
    "blocked frame by a policy": (
        {
            "before_pane": planted(
                drop=("content-security-policy",), add={"content-security-policy": "frame-ancestors 'self'"}
            )
        },
        "Outlook on the web may not show the page: Content-Security-Policy: frame-ancestors 'self'",
        f'add_header Content-Security-Policy "{POLICY}" always;',
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_what_was_planted_is_found(name: str, ward: Ward) -> None:
    settings, sentence, snippet = CASES[name]
    for key, value in settings.items():
        setattr(ward, key, value)
    code, said = ward.diagnosis()
    assert any(sentence in one for one in failures(said)), said
    assert snippet in said.partition(sentence)[2], said
    assert code == 1


@pytest.mark.parametrize(
    ("change", "sentence", "step"),
    [
        ({"licence": "missing"}, "No licence is activated on the CRM.", "Enter the licence key"),
        ({"licence": "expired"}, "The licence has expired.", "Ask your vtenext partner"),
        ({"pane_maximum": "0.9", "version": "0.9.1"}, "Version 0.9.1 takes panes up to 0.9", "scripts/component.py"),
        ({"pane_minimum": "2.0.0"}, "takes panes from 2.0.0 on, and this one is 1.0.0", "scripts/build.py"),
        ({"url": "https://other.example"}, "The CRM calls itself https://other.example.", "$site_URL"),
    ],
    ids=["no licence", "an expired licence", "an old component", "an old pane", "another address"],
)
def test_what_the_component_says_is_judged(change: dict[str, Any], sentence: str, step: str, ward: Ward) -> None:
    for name, value in change.items():
        setattr(ward.crm.component, name, value)
    code, said = ward.diagnosis()
    assert any(sentence in one for one in failures(said)), said
    assert step in said.partition(sentence)[2]
    assert code == 1


@pytest.mark.parametrize(
    ("quirk", "sentence", "step"),
    [
        ({"maintenance": True}, "vtenext is in maintenance (500).", "Wait until it is over"),
        ({"database_away": True}, "vtenext has no operation at all.", "Look whether its database runs."),
        ({"proxy_limit": 1_000_000}, "A request of 2 MB does not arrive.", "LimitRequestBody 134217728"),
        ({"post_max_size": 8_000_000}, "PHP takes 8 MB only", "post_max_size = 128M"),
    ],
    ids=["maintenance", "no database", "a proxy's limit", "PHP's limit"],
)
def test_a_crm_that_can_not_as_it_should_is_found(quirk: dict[str, Any], sentence: str, step: str, ward: Ward) -> None:
    ward.crm.quirks = replace(ward.crm.quirks, **quirk)
    _, said = ward.diagnosis()
    [failed] = failures(said)
    assert sentence in failed
    assert step in said.partition(sentence)[2]


def test_a_crm_without_the_component_is_no_sick_one(ward: Ward) -> None:
    ward.crm.close()
    ward.crm = SandboxCrm()
    _, said = ward.diagnosis()
    assert [one.partition(":")[0] for one in failures(said)] == ["Mail Connector component"]
    assert "Only the component can say whether it arrives." in said


def test_a_wrong_path_is_said_with_the_right_one(ward: Ward) -> None:
    with Server(create_app(ward.crm), certificate=ward.good) as server:
        main(["--crm", f"{server.url}/crm/old", "--ca", str(ward.authority)])
    said = ward.said.readouterr().out
    assert f"There is no CRM at this path, but one answers at {server.url}/crm." in said


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        ([], "Say what to look at: --pane"),
        (["--pane", "http://addin.example.com"], "--pane has to look like https://addin.example.com"),
        (["--crm", "ftp://x"], "--crm has to look like https://crm.example.com/crm"),
        (["--crm", "crm.example.com", "--ca", "nowhere.pem"], "--ca: there is no file nowhere.pem."),
    ],
)
def test_wrong_input_is_answered_in_a_sentence(
    options: list[str], sentence: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(options) == 2
    assert sentence in capsys.readouterr().err


def test_nobody_at_the_address_is_said_as_that(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--crm", f"https://localhost:{free_port()}", "--pane", "https://nowhere.invalid"]) == 1
    said = capsys.readouterr().out
    assert "The pane's server: The name of the server is not known." in said
    assert "The CRM's server: Nothing listens at this address." in said
