"""The self-check as the pane makes it: by the same questions, but a browser does not show everything."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from starlette.types import ASGIApp

from connector.checkup import outlook
from connector.checkup.crm import allowed
from connector.checkup.examination import examine
from connector.checkup.finding import Finding, Verdict
from connector.checkup.seen import Answer, Reached, Silence
from contract.hosts import Planted, SmallHost, certificates, small_pane
from contract.webservers import free_port
from sandbox_crm.app import create_app
from sandbox_crm.component.component import Component
from sandbox_crm.crm import SandboxCrm
from workshop.certificate import Certificate
from workshop.doctor.line import TerminalLine
from workshop.serving import Server

SHOWN = ("content-type", "cache-control", "content-language", "expires", "last-modified", "pragma")


class BrowserLike:
    """The way to the servers as a browser gives it: preflights of its own, and of other origins what CORS allows."""

    open = False

    def __init__(self, line: TerminalLine, pane: str) -> None:
        self._line, self._pane = line, pane

    async def reach(self, url: str) -> Reached | Silence | None:  # noqa: ARG002  # no browser tells
        return None

    async def ask(
        self, method: str, url: str, headers: Mapping[str, str] | None = None, body: bytes | None = None
    ) -> Answer | Silence:
        if urlsplit(url).netloc == urlsplit(self._pane).netloc:
            answer = await self._line.ask(method, url, headers, body)
            return Silence("hidden", False) if isinstance(answer, Silence) else answer
        names = ",".join(name.lower() for name in headers or {} if name != "Origin")
        asking = {"Origin": self._pane, "Access-Control-Request-Headers": names}
        simple = (headers or {}).get(
            "Content-Type", "text/plain"
        ) == "text/plain" and "authorization" not in names.lower()
        leave = await self._line.ask("OPTIONS", url, asking) if method == "POST" and not simple else None
        answer = await self._line.ask(method, url, {**(headers or {}), "Origin": self._pane}, body)
        if isinstance(answer, Silence) or isinstance(leave, Silence):
            return Silence("hidden", False)
        granted = leave is None or (
            leave.status < 300
            and not allowed(leave, self._pane)
            and set(names.split(",")) <= _listed(leave.header("Access-Control-Allow-Headers"))
        )
        if not granted or allowed(answer, self._pane):
            return Silence("hidden", True)
        return Answer(answer.status, tuple(one for one in answer.headers if one[0].lower() in SHOWN), answer.body)


def _listed(header: str) -> set[str]:
    return {one.strip().lower() for one in header.split(",")}


@pytest.fixture(scope="module")
def signed(tmp_path_factory: pytest.TempPathFactory) -> tuple[Certificate, Certificate, Path]:
    return certificates(tmp_path_factory.mktemp("certificates"))


@pytest.fixture
def crm() -> Iterator[SandboxCrm]:
    made = SandboxCrm(component=Component())
    yield made
    made.close()


Look = Callable[..., dict[str, Finding]]


@pytest.fixture
def look(tmp_path: Path, signed: tuple[Certificate, Certificate, Path], crm: SandboxCrm) -> Look:
    good, expired, authority = signed

    def plain(app: ASGIApp) -> ASGIApp:
        return app

    def looked(
        pane: Callable[[ASGIApp], ASGIApp] = plain,
        before: Callable[[ASGIApp], ASGIApp] = plain,
        manifest: str = "",
        crm_expired: bool = False,
    ) -> dict[str, Finding]:
        port = free_port()
        folder = small_pane(tmp_path / "pane", f"https://localhost:{port}", manifest)
        own = Server(pane(SmallHost(folder)), port=port, certificate=good)
        theirs = Server(before(create_app(crm)), certificate=expired if crm_expired else good)

        async def all_findings() -> list[Finding]:
            line = BrowserLike(TerminalLine(60, str(authority)), own.url)
            return [finding async for finding in examine(line, own.url, f"{theirs.url}/crm")]

        with own, theirs:
            return {finding.check: finding for finding in asyncio.run(all_findings())}

    return looked


def verdicts(found: Mapping[str, Finding], verdict: Verdict) -> set[str]:
    return {name for name, finding in found.items() if finding.verdict is verdict}


HIDDEN = {"host-tls", "crm-tls"}


def test_where_all_is_well_only_what_a_browser_hides_is_unclear(look: Look) -> None:
    found = look()
    assert verdicts(found, Verdict.FAILED) == set()
    assert verdicts(found, Verdict.UNCLEAR) == HIDDEN


@pytest.mark.parametrize(
    ("host", "check", "seen", "snippet"),
    [
        ({"pane": {"types": {".wasm": "text/plain"}}}, "types", "types-wrong", "application/wasm"),
        ({"pane": {"add": {"x-frame-options": "DENY"}}}, "frame", "frame-blocked", "X-Frame-Options"),
        ({"manifest": "https://old.example.com"}, "manifest", "manifest-elsewhere", "scripts/build.py --host"),
        ({"before": {"not_let_in": ("authorization",)}}, "authorization", "authorization-lost", "CGIPassAuth On"),
        ({"before": {"refused": "OPTIONS"}}, "preflight", "preflight-hidden", "Access-Control-Allow-Headers"),
    ],
    ids=["wrong type", "blocked frame", "wrong manifest URL", "no Authorization", "no preflight"],
)
def test_what_a_browser_sees_it_says(host: dict[str, Any], check: str, seen: str, snippet: str, look: Look) -> None:
    given = {
        name: (lambda app, what=what: Planted(app, **what)) if isinstance(what, dict) else what
        for name, what in host.items()
    }
    found = look(**given)
    assert (found[check].verdict, found[check].seen) == (Verdict.FAILED, seen)
    assert snippet in found[check].snippet


@pytest.mark.parametrize(
    ("change", "check", "seen"),
    [
        ({"licence": "missing"}, "licence", "licence-missing"),
        ({"pane_maximum": "0.9"}, "component", "component-old"),
    ],
)
def test_what_the_component_says_a_browser_sees(
    change: dict[str, str], check: str, seen: str, look: Look, crm: SandboxCrm
) -> None:
    for name, value in change.items():
        setattr(crm.component, name, value)
    assert look()[check].seen == seen


ALLOW = ("access-control-allow-origin",)


@pytest.mark.parametrize("fault", ["no CORS", "doubled CORS", "maintenance", "expired certificate"])
def test_what_a_browser_hides_is_unclear_and_the_doctor_is_named(fault: str, look: Look, crm: SandboxCrm) -> None:
    crm.quirks = replace(crm.quirks, maintenance=fault == "maintenance")
    faults: dict[str, dict[str, Any]] = {"no CORS": {"drop": ALLOW}, "doubled CORS": {"add": {ALLOW[0]: "*"}}}
    planted = faults.get(fault, {})
    found = look(before=lambda app: Planted(app, **planted), crm_expired=fault == "expired certificate")
    assert found["crm"].verdict is Verdict.FAILED
    assert found["crm"].seen == ("silent" if fault == "expired certificate" else "hidden")
    if found["crm"].seen == "hidden":
        assert "# -- where they are missing --" in found["crm"].snippet
        assert "proxy_hide_header Access-Control-Allow-Origin;" in found["crm"].snippet
        assert verdicts(found, Verdict.UNCLEAR) >= {"cors", "preflight", "authorization", "component", "licence"}


@pytest.mark.parametrize(
    ("around", "seen"),
    [
        (
            outlook.Around("1.14", ["DialogApi 1.2"], {"localStorage": True}),
            ["outlook-right", "storage-right", "policy-right"],
        ),
        (
            outlook.Around("1.14", refused=["frame-src: https://telemetry.example", "style-src-elem: inline"]),
            ["outlook-right", "storage-right", "policy-right"],
        ),
        (outlook.Around("1.5"), ["outlook-texts", "storage-right", "policy-right"]),
        (outlook.Around("1.8"), ["outlook-files", "storage-right", "policy-right"]),
        (outlook.Around("1.13"), ["outlook-files", "storage-right", "policy-right"]),
        (outlook.Around("1.4"), ["outlook-old", "storage-right", "policy-right"]),
        (outlook.Around("", (), {"indexedDB": False}), ["outlook-away", "storage-none", "policy-right"]),
        (
            outlook.Around("1.16", refused=["img-src: https://x/?a=secret"]),
            ["outlook-right", "storage-right", "policy-refused"],
        ),
    ],
)
def test_what_outlook_and_the_browser_offer_is_judged(around: outlook.Around, seen: list[str]) -> None:
    found = list(outlook.judged(around))
    assert [finding.seen for finding in found] == seen
    assert "secret" not in str([finding.details for finding in found])
