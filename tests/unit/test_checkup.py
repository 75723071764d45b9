"""The self-check's judgements, and its words."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connector.app.checkwords import SEEN, TITLES, report, summary, worded
from connector.checkup import crm, hosting, remedy
from connector.checkup.finding import Finding, Verdict, failed, ok, unclear
from connector.checkup.seen import Answer, Silence
from workshop.checkout import ROOT
from workshop.pane_headers import common_headers

POLICY = common_headers()["Content-Security-Policy"]
SOURCES = "\n".join(file.read_text("utf-8") for file in sorted((ROOT / "py" / "connector" / "checkup").glob("*.py")))


def contents(**changes: Any) -> hosting.Contents:
    given_ = {
        "version": "1.0.0",
        "host": "https://addin.example.com",
        "headers": {"Content-Security-Policy": POLICY, "X-Content-Type-Options": "nosniff"},
        "meta_policy": False,
        "cache": {"": "no-cache", "boot/": "immutable"},
        "files": {"index.html": {"type": "text/html; charset=utf-8"}},
    }
    found = hosting.contents_from(answer(json.dumps(given_ | changes)))
    assert found is not None
    return found


def answer(text: str = "", status: int = 200, **headers: str) -> Answer:
    return Answer(status, tuple((name.replace("_", "-"), value) for name, value in headers.items()), text.encode())


def page(**headers: str) -> Answer:
    right = {"Content_Security_Policy": POLICY, "X_Content_Type_Options": "nosniff", "Cache_Control": "no-cache"}
    all_ = {"Content_Type": "text/html; charset=utf-8"} | right | headers
    return Answer(200, tuple((name.replace("_", "-"), value) for name, value in all_.items()), b"<p>")


def by_check(about: hosting.Contents, **files: Answer) -> dict[str, Finding]:
    named = {name.replace("_", "."): one for name, one in files.items()}
    return {finding.check: finding for finding in hosting.judged(about, named)}


def test_every_finding_has_its_words() -> None:
    """What is composed at run time stands here: by the reason of a silence, and of a fault in CORS."""
    said = set(re.findall(r'(?:ok|failed|unclear)\(\s*f?"?[\w{}-]+"?,\s*"([\w-]+)"', SOURCES))
    assert len(said) > 40
    reasons = ("name", "refused", "timeout", "expired", "untrusted", "other-name", "broken")
    composed = {f"silent-{why}" for why in reasons} | {
        f"{what}-{fault}" for what in ("preflight", "cors") for fault in ("missing", "doubled", "other")
    }
    assert said | composed | {"licence-missing", "licence-expired", "hidden", "silent"} <= set(SEEN)
    assert set(re.findall(r'(?:ok|failed|unclear)\(\s*"([\w-]+)",', SOURCES)) <= set(TITLES)


def test_a_report_names_what_was_looked_at_and_ends_with_a_summary() -> None:
    found = [ok("cors", "cors-right"), failed("crm", "no-crm", "line"), unclear("crm-tls", "browser-hides")]
    text = report(found, {"CRM": "https://crm.example", "Pane": ""})
    assert text.splitlines()[1:3] == ["CRM: https://crm.example", ""]
    assert text.endswith("1 check failed. 1 is unclear.")
    assert summary(found[:1]) == "Nothing failed."
    assert worded(found[0]).advice == ""


@given(st.text(max_size=300))
def test_whatever_comes_as_contents_is_read_or_none(text: str) -> None:
    hosting.contents_from(answer(text))
    assert hosting.contents_from(answer("{}")) is None
    assert hosting.contents_from(answer(text, status=404)) is None


@pytest.mark.parametrize(
    ("files", "check", "seen"),
    [
        ({"index_html": page()}, "headers", "headers-right"),
        ({"index_html": page()}, "frame", "frame-right"),
        ({}, "files", "files-missing"),
        ({}, "headers", "no-page"),
        ({}, "frame", "no-page"),
        ({"index_html": page(Cache_Control="max-age=86400")}, "headers", "headers-wrong"),
        ({"index_html": page(Content_Type="text/plain")}, "types", "types-wrong"),
        ({"index_html": page(X_Frame_Options="SAMEORIGIN")}, "frame", "frame-blocked"),
        ({"index_html": page(Content_Security_Policy="frame-ancestors 'none'")}, "frame", "frame-blocked"),
        ({"index_html": page(Content_Security_Policy="default-src 'none'")}, "frame", "frame-open"),
    ],
)
def test_a_host_is_judged_by_what_was_built(files: dict[str, Answer], check: str, seen: str) -> None:
    assert by_check(contents(), **files)[check].seen == seen


def test_a_header_that_comes_twice_is_told_apart() -> None:
    twice = page()
    twice = Answer(200, (*twice.headers, ("X-Content-Type-Options", "nosniff")), twice.body)
    assert by_check(contents(), index_html=twice)["headers"].seen == "headers-twice"


def test_a_host_that_can_not_send_headers_is_as_good_as_it_can_be() -> None:
    about = contents(meta_policy=True)
    plain = answer("<p>", Content_Type="text/html; charset=utf-8")
    assert by_check(about, index_html=plain)["headers"].verdict is Verdict.UNCLEAR


def test_a_file_that_comes_altered_is_named() -> None:
    about = contents(files={"index.html": {"type": "text/html", "sha256": 64 * "0"}})
    assert by_check(about, index_html=page())["files"].details["files"] == "index.html"


@pytest.mark.parametrize(
    ("text", "seen"),
    [
        (None, "manifest-missing"),
        ("<a/>", "manifest-elsewhere"),
        ('<a DefaultValue="https://pane.example/x"/>', "manifest-right"),
        ('<a DefaultValue="https://pane.example.evil/x"/>', "manifest-elsewhere"),
    ],
)
def test_a_manifest_names_the_panes_own_address(text: str | None, seen: str) -> None:
    assert hosting.manifest(text, "https://pane.example").seen == seen


@pytest.mark.parametrize(
    ("given_", "seen"),
    [
        (Silence("hidden"), "browser-hides"),
        (Silence("broken"), "not-asked"),
        (answer(status=302, Location="https://u:p@x.example/?secret"), "preflight-leads-on"),
        (answer(status=405), "preflight-refused"),
        (answer(), "preflight-missing"),
        (answer(Access_Control_Allow_Origin="https://other.example"), "preflight-other"),
        (answer(Access_Control_Allow_Origin="*, *"), "preflight-doubled"),
        (answer(Access_Control_Allow_Origin="*", Access_Control_Allow_Headers="*"), "preflight-narrow"),
        (
            answer(Access_Control_Allow_Origin="*", Access_Control_Allow_Headers="AUTHORIZATION,Content-Type"),
            "preflight-right",
        ),
        (
            answer(Access_Control_Allow_Origin="*", Access_Control_Allow_Headers="*, Authorization"),
            "preflight-right",
        ),
    ],
)
def test_a_preflight_is_judged_as_a_browser_does(given_: Answer | Silence, seen: str) -> None:
    found = crm.preflight(given_, "https://addin.example.com")
    assert found.seen == seen
    assert "secret" not in str(found.details) + str(found.details.get("address"))


@pytest.mark.parametrize(
    ("given_", "text", "better", "seen"),
    [
        (answer(status=503), "", "", "maintenance"),
        (answer(status=500), "The system is in maintenance mode", "", "maintenance"),
        (answer(status=500), "", "", "crm-error"),
        (answer(status=301, Location="https://x.example/crm"), "", "", "leads-on"),
        (answer("<html>", status=404), "", "https://x.example", "path-wrong"),
        (answer("<html>"), "", "", "no-crm"),
    ],
)
def test_no_answer_of_a_crm_is_told_by_its_kind(given_: Answer, text: str, better: str, seen: str) -> None:
    found = crm.away(given_, answer(text), better)
    assert found is not None
    assert found.seen == seen


def component(**changes: Any) -> dict[str, Finding]:
    result = {"component": "1.0.0", "limits": {"request": 134217728}, "licence": {"state": "active"}} | changes
    data = {"status": 200, "data": {"contract": 1, "ok": True, "result": result}}
    found = crm.component(answer(json.dumps(data)), answer(), "1.0.0", "https://crm.example")
    return {finding.check: finding for finding in found}


@pytest.mark.parametrize(
    ("changes", "check", "seen"),
    [
        ({"limits": {}}, "limits", "limits-unknown"),
        ({"limits": None}, "limits", "limits-unknown"),
        ({"server_time": "2020-01-01T00:00:00+00:00"}, "clock", "clock-off"),
        ({"server_time": "yesterday"}, "clock", "clock-unknown"),
        ({"licence": {"state": "seats_exhausted"}}, "licence", "licence-full"),
        ({"crm": {"version": "24.08.02"}}, "version", "version-right"),
        ({"crm": {"version": ""}}, "version", "version-untried"),
    ],
)
def test_what_the_component_says_is_judged(changes: dict[str, Any], check: str, seen: str) -> None:
    assert component(**changes)[check].seen == seen


@pytest.mark.parametrize(
    "write", [remedy.compression, remedy.cors, remedy.cors_once, remedy.authorization, remedy.body_size]
)
def test_an_unknown_server_gets_the_lines_of_each(write: Any) -> None:
    assert remedy.for_server("nginx", write) == write("nginx")
    for name in ("# nginx\n", "# Apache\n", "# Caddy\n", "# IIS\n"):
        assert name in remedy.for_server("", write)


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("Apache/2.4.62 (Debian)", "apache"),
        ("nginx", "nginx"),
        ("Microsoft-IIS/10.0", "iis"),
        ("Caddy", "caddy"),
        ("", ""),
    ],
)
def test_a_server_is_known_by_its_own_name(name: str, kind: str) -> None:
    assert remedy.server(name) == kind
