"""What the component's answers mean: versions that fit, refusals, and answers that are none."""

from __future__ import annotations

import contextlib
import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connector.errors import (
    AnswerUnreadable,
    ConnectorError,
    CrmFault,
    LicenceExpired,
    LicenceMissing,
    PaneTooNew,
    PaneTooOld,
    RequestTooLarge,
    SignInNeeded,
    SignInRefused,
)
from connector.mail.address import Address
from connector.vtenext.component import operations as component
from connector.vtenext.component.finding import limit_from, look_from, modules_from
from connector.vtenext.component.operations import CodeAsked, PageRequired, asked_for, check, result_of, session_from
from connector.vtenext.component.status import CONTRACT, Fit, Status, status_from
from connector.vtenext.crm import Copy
from sides import side
from workshop.checkout import ROOT

CRM = "https://crm.example.com/crm"
MARY_ALONE = side(Address("Mary Smith", "mary@northwind.example"))
JSON: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)
KNOWN = {"result", "pane", "licence", "limits", "token", "user", "contract", "ok", "code", "message", "details"}


def told(**changes: Any) -> Status:
    """A status as the contract shows it, with these changes."""
    result = {
        "component": "1.4.0",
        "pane": {"minimum": "1.0.0", "maximum": "1"},
        "licence": {"state": "active"},
        "server_time": "2026-11-23T20:15:00+01:00",
        "signed_in": True,
    }
    return status_from(changes.pop("contract", CONTRACT), result | changes)


FITS = {"": Fit.FITS, "pane_too_old": Fit.PANE_TOO_OLD, "pane_too_new": Fit.PANE_TOO_NEW}


@pytest.mark.parametrize("case", json.loads((ROOT / "contract" / "versions.json").read_text("utf-8")), ids=str)
def test_versions(case: dict[str, str | None]) -> None:
    versions = {"minimum": case["minimum"], "maximum": case["maximum"]}
    assert told(pane=versions).fit(str(case["pane"])) is FITS[str(case["misfit"])]


def test_a_newer_contract_wants_a_newer_pane() -> None:
    assert told(contract=CONTRACT + 1).fit("1.0.0") is Fit.PANE_TOO_OLD


@pytest.mark.parametrize(
    ("changes", "error", "details"),
    [
        ({"pane": {"minimum": "2"}}, PaneTooOld, {"pane": "1.0.0", "wanted": "2", "component": "1.4.0"}),
        ({"pane": {"maximum": "0.9"}}, PaneTooNew, {"pane": "1.0.0", "wanted": "0.9", "component": "1.4.0"}),
        ({"licence": {"state": "missing"}}, LicenceMissing, {"host": "crm.example.com"}),
        ({"licence": {}}, LicenceMissing, {}),
        ({"licence": {"state": "expired", "until": "2026-10-31"}}, LicenceExpired, {"until": "2026-10-31"}),
    ],
)
def test_what_keeps_the_pane_from_working(
    changes: dict[str, Any], error: type[ConnectorError], details: dict[str, str]
) -> None:
    with pytest.raises(error) as raised:
        check(told(**changes), "1.0.0", CRM)
    assert raised.value.details.items() >= details.items()


def test_a_licence_without_a_free_seat_is_no_hindrance_to_whoever_has_one() -> None:
    check(told(licence={"state": "seats_exhausted"}), "1.0.0", CRM)


@pytest.mark.parametrize(
    ("renew_after", "server_time", "due"),
    [
        ("2026-11-23T20:15:00+01:00", "2026-11-23T20:15:00+01:00", True),
        # The same moment, written on both sides of a change of the clocks.
        ("2026-10-25T02:30:00+02:00", "2026-10-25T02:15:00+01:00", True),
        ("2026-10-25T02:15:00+01:00", "2026-10-25T02:30:00+02:00", False),
        ("", "2026-11-23T20:15:00+01:00", False),
        ("2026-11-23T20:15:00", "2026-11-23T20:15:00+01:00", False),
        ("soon", "2026-11-23T20:15:00+01:00", False),
    ],
)
def test_renewal_is_a_matter_of_the_crms_clock(renew_after: str, server_time: str, due: bool) -> None:
    assert told(token={"renew_after": renew_after}, server_time=server_time).renewal_due is due
    assert not told(token={"renew_after": renew_after}, server_time=server_time, signed_in=False).renewal_due


@given(JSON | st.dictionaries(st.sampled_from(sorted(KNOWN)), JSON))
def test_no_answer_breaks_the_reader(answer: Any) -> None:
    with contextlib.suppress(ConnectorError):
        result_of(answer, CRM)
    if isinstance(answer, dict):
        status = status_from(1, answer)
        assert status.fit("1.0.0") in Fit
        assert status.renewal_due in (True, False)
    with contextlib.suppress(AnswerUnreadable):
        session_from(CRM, answer)


def refusal(code: Any, **details: Any) -> dict[str, Any]:
    return {"contract": 1, "ok": False, "code": code, "message": "What happened.", "details": details}


def test_a_refusal_becomes_its_error() -> None:
    with pytest.raises(SignInRefused):
        result_of(refusal("wrong_credentials"), CRM)
    with pytest.raises(SignInNeeded) as needed:
        result_of(refusal("sign_in_again", reason="revoked"), CRM)
    assert needed.value.details == {"why": "revoked", "host": "crm.example.com"}
    with pytest.raises(RequestTooLarge):
        result_of(refusal("request_empty"), CRM)


def test_a_code_and_the_page_are_asked_for_and_no_errors() -> None:
    assert asked_for(refusal("code_required", channel="mail", lifetime=60)) == CodeAsked("mail", "60", "")
    assert asked_for(refusal("page_required")) == PageRequired()
    assert asked_for(refusal("wrong_credentials")) is None
    assert asked_for({"contract": 1, "ok": True, "code": "page_required"}) is None


@pytest.mark.parametrize("code", ["from_the_future", "request_invalid", None, 7, ["wrong_credentials"]])
def test_an_unknown_refusal_is_told_in_the_crms_words(code: Any) -> None:
    with pytest.raises(CrmFault) as raised:
        result_of(refusal(code), CRM)
    assert raised.value.details == {"reason": "What happened."}


@pytest.mark.parametrize(
    "answer", [None, [], "", {"ok": True}, {"contract": True, "ok": True}, {"contract": 1, "ok": 1}]
)
def test_what_is_no_answer_of_the_component(answer: Any) -> None:
    with pytest.raises(AnswerUnreadable):
        result_of(answer, CRM)


def test_a_session_shows_its_token_to_nobody() -> None:
    result = {"token": "mct1_secret", "user": {"name": "agent", "full_name": "Luca Conti"}}
    session = session_from(CRM, result)
    assert (session.user, session.name, session.token, session.access_key) == ("agent", "Luca Conti", "mct1_secret", "")
    assert "secret" not in repr(session)


@given(st.dictionaries(st.sampled_from(["records", "links", "unasked"]), JSON | st.lists(st.dictionaries(
    st.sampled_from(["id", "module", "name", "detail", "reason", "about", "message_id", "records", "copies"]), JSON
))))  # fmt: skip
def test_odd_findings_break_nothing(result: Any) -> None:
    try:
        look = look_from(result, "<a@b>", "Offer", MARY_ALONE)
    except AnswerUnreadable:
        assert not isinstance(result.get("records"), list)
        return
    answers, earlier = look.answers, look.earlier
    assert all(one.record.id and one.record.name for one in answers.found)
    assert (earlier is not None) == isinstance(result.get("links"), list)
    assert earlier is None or all(one.id for one in earlier.records)
    assert (answers.unasked is not None) == any(isinstance(one, str) for one in listed(result.get("unasked")))


def listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def test_findings_are_read() -> None:
    mary = {"id": "4x39", "module": "Contacts", "name": "Mary Smith"}
    copy = {"by": "Sara Lind", "at": "2026-11-20T11:12:13+01:00", "own": False}
    result = {
        "records": [
            {"id": "3x19", "module": "Accounts", "name": "Northwind", "reason": "company", "about": "Mary Smith"},
            mary | {"reason": "address", "about": "mary@northwind.example"},
            mary | {"id": "4x40", "reason": "a reason of the future"},
            mary | {"id": "4x41; DROP", "reason": "address"},
        ],
        "links": [
            {"message_id": "<a@b>", "subject": "Offer", "records": [mary], "copies": [copy, copy]},
            {"message_id": "<a@b>", "subject": "Scan", "records": [mary | {"id": "4x98"}], "copies": [copy]},
            {"message_id": "<other@b>", "records": [mary | {"id": "4x99"}], "copies": []},
        ],
    }
    look = look_from(result, "<a@b>", "Offer", MARY_ALONE)
    answers, earlier = look.answers, look.earlier
    assert earlier is not None
    assert answers.unasked is None
    assert [(one.record.id, one.about) for one in answers.found] == [
        ("4x39", "mary@northwind.example"),
        ("3x19", "Mary Smith"),
    ]
    assert [one.id for one in earlier.records] == ["4x39"]
    assert earlier.copies == (Copy("Sara Lind", "2026-11-20T11:12:13+01:00", own=False),)


@given(st.dictionaries(st.sampled_from(["modules", "limits"]), JSON | st.lists(st.dictionaries(
    st.sampled_from(["name", "label", "singular"]), JSON | st.just("Contacts")
)) | st.dictionaries(st.sampled_from(["file", "files"]), JSON)))  # fmt: skip
def test_odd_modules_and_limits_break_nothing(result: Any) -> None:
    assert all(0 <= limit_from(result, name) < 2**53 for name in ("file", "files"))
    try:
        modules = modules_from(result)
    except AnswerUnreadable:
        assert not isinstance(result.get("modules"), list)
        return
    assert all(one.name.isidentifier() and one.label and one.singular for one in modules)


def test_every_code_of_the_contract_is_known() -> None:
    contract = (Path(__file__).parents[2] / "crm" / "README.md").read_text("utf-8")
    table = contract.partition("## Codes")[2].partition("\n## ")[0]
    rows = [line.split("|")[1] for line in table.splitlines() if line.startswith("| `")]
    codes = {code.strip(" `") for row in rows for code in row.split(",")}
    assert len(codes) > 10
    assert codes - {"request_invalid", "code_required", "page_required"} == set(component._REFUSALS)
