"""Requests as vtenext takes them, and every answer it may give."""

from __future__ import annotations

import base64
import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connector.errors import (
    AnswerError,
    AnswerUnreadable,
    ConnectorError,
    CrmFault,
    OperationMissing,
    PermissionDenied,
    RecordRefused,
    RelationMissing,
    RequestTooLarge,
    SignInNeeded,
    SignInRefused,
)
from connector.ports import DataUrl, FileHandle, FormFile, Response, Text
from connector.vtenext.pieces import element, listing
from connector.vtenext.wire import decipher, request

CRM = "https://crm.example/crm"
FILE = FileHandle("k1", 3, "image/png")
RECORDINGS = Path(__file__).parents[3] / "shared" / "vtenext" / "recordings.json"


def failure(message: str, error: object = "WebServiceException", status: int = 500) -> Response:
    return Response(status, json.dumps({"status": status, "error": error, "message": message}))


def with_content(pieces: Text) -> str:
    return "".join(piece if isinstance(piece, str) else "data:image/png;base64,AAAA" for piece in pieces)


def test_json_request() -> None:
    made = request(CRM, "query", {"query": "SELECT id FROM X;"}, credentials=("jürgen", "KEY"))
    assert made.url == CRM + "/restapi/v1/vtews/query"
    assert made.body is not None
    assert json.loads(made.body) == {"query": "SELECT id FROM X;"}
    assert set(made.headers) == {"Authorization", "Content-Type"}
    assert made.headers["Content-Type"] == "application/json"
    assert made.headers["Authorization"] == "Basic " + base64.b64encode("jürgen:KEY".encode()).decode()
    assert not made.files
    assert "KEY" not in repr(made)


def test_no_credentials_no_header() -> None:
    made = request(CRM, "loginpwd", {"username": "a", "password": "b"}, credentials=None)
    assert set(made.headers) == {"Content-Type"}


def test_encoded_parameters_are_json_text_inside_the_body() -> None:
    made = request(
        CRM, "relate", {"id": "44x1"}, credentials=("a", "b"), encoded={"relatelist": listing(["4x39", "3x19"])}
    )
    assert made.body is not None
    assert json.loads(json.loads(made.body)["relatelist"]) == ["4x39", "3x19"]


def test_files_make_a_form() -> None:
    file = FormFile("file0", "0_a.png", FILE)
    made = request(
        CRM,
        "create",
        {"elementType": "Messages"},
        credentials=("a", "b"),
        files=[file],
        encoded={"element": element({"subject": "x"})},
    )
    assert made.body is None
    assert set(made.headers) == {"Authorization"}
    assert made.files == (file,)
    assert {name: with_content(pieces) for name, pieces in made.fields.items()} == {
        "elementType": "Messages",
        "element": '{"subject": "x"}',
    }


def test_a_picture_in_the_text_makes_a_form_too() -> None:
    made = request(
        CRM,
        "create",
        {},
        credentials=("a", "b"),
        encoded={"element": element({"description": ['<img src="', DataUrl(FILE), '">']})},
    )
    assert made.body is None
    assert json.loads(with_content(made.fields["element"])) == {"description": '<img src="data:image/png;base64,AAAA">'}


@given(st.dictionaries(st.text(), st.text() | st.lists(st.text() | st.just(DataUrl(FILE))), max_size=5))
def test_an_element_is_json_whatever_it_holds(fields: dict[str, Any]) -> None:
    text = with_content(element(fields))
    text.encode()
    if any(sign == "\x00" or "\ud800" <= sign <= "\udfff" for sign in str(fields) + "".join(fields)):
        json.loads(text)
    else:
        expected = {name: value if isinstance(value, str) else with_content(value) for name, value in fields.items()}
        assert {k: v.replace("\x00", "") for k, v in json.loads(text).items()} == {
            k: v.replace("\x00", "") for k, v in expected.items()
        }


@given(st.dictionaries(st.text(max_size=5), st.text(), max_size=3), st.text(), st.text())
def test_every_request_can_be_sent(parameters: dict[str, str], user: str, key: str) -> None:
    made = request(CRM, "query", parameters, credentials=(user, key))
    assert made.body is not None
    made.body.encode()
    made.headers["Authorization"].encode("ascii")


@pytest.mark.parametrize("data", [None, [], {}, ["KEY"], {"id": "4x39"}, "text", 0, False])
def test_good_answers(data: object) -> None:
    assert decipher(Response(200, json.dumps({"status": 200, "data": data})), "query") == data


@pytest.mark.parametrize(
    ("response", "kind", "details"),
    [
        (
            failure("Authentication failed - reason: x", "InvalidLoginException", 401),
            SignInNeeded,
            {"reason": "Authentication failed - reason: x"},
        ),
        (Response(401, "<html>"), SignInNeeded, {"reason": ""}),
        (Response(401, ""), SignInNeeded, {"reason": ""}),
        (Response(200, '{"status":401,"error":"InvalidLoginException","message":"x"}'), SignInNeeded, {"reason": "x"}),
        (
            failure("There is no route for 'query'.", "RouteNotFoundException", 400),
            OperationMissing,
            {"operation": "query", "reason": "There is no route for 'query'."},
        ),
        (
            failure("Permission to perform the operation is denied"),
            PermissionDenied,
            {"reason": "Permission to perform the operation is denied"},
        ),
        (
            failure("Permission to perform the operation is denied for name"),
            PermissionDenied,
            {"reason": "Permission to perform the operation is denied for name"},
        ),
        (
            failure("Permission to read given object is denied"),
            PermissionDenied,
            {"reason": "Permission to read given object is denied"},
        ),
        (
            failure("Permission to access '.foo.' attribute denied."),
            PermissionDenied,
            {"reason": "Permission to access '.foo.' attribute denied."},
        ),
        (
            failure("There is no relation with module Faq"),
            RelationMissing,
            {"module": "Faq", "reason": "There is no relation with module Faq"},
        ),
        (
            failure("There is no relation with module "),
            RecordRefused,
            {"record": "", "reason": "There is no relation with module", "gone": "yes"},
        ),
        (
            failure("Record you are trying to access is not found"),
            RecordRefused,
            {"record": "", "reason": "Record you are trying to access is not found", "gone": "yes"},
        ),
        (failure("Syntax Error on line 1"), CrmFault, {"reason": "Syntax Error on line 1"}),
        (failure("lastname does not have a value"), CrmFault, {"reason": "lastname does not have a value"}),
        (
            Response(500, '{"status":500,"success":false,"error":0,"message":"Call to x()","file":"a/b.php"}'),
            CrmFault,
            {"reason": "Call to x()"},
        ),
        (
            Response(200, '{"status":500,"success":false,"error":0,"message":"Call to x()"}'),
            CrmFault,
            {"reason": "Call to x()"},
        ),
        (Response(500, ""), CrmFault, {"reason": "HTTP 500"}),
        (Response(502, "<html>Bad gateway"), CrmFault, {"reason": "HTTP 502"}),
        (Response(500, '{"status":500,"data":1}'), CrmFault, {"reason": "HTTP 500"}),
        (Response(413, "<html>"), RequestTooLarge, {"reason": "HTTP 413"}),
        (
            Response(404, "<!DOCTYPE HTML><title>404 Not Found"),
            AnswerUnreadable,
            {"reason": "wrong-path", "status": "404"},
        ),
        (Response(404, '{"detail":"Not Found"}'), AnswerUnreadable, {"reason": "wrong-path", "status": "404"}),
        (Response(200, "<!DOCTYPE html><p>Maintenance"), AnswerUnreadable, {"reason": "web-page", "status": "200"}),
        (Response(403, "<html>Forbidden"), AnswerUnreadable, {"reason": "web-page", "status": "403"}),
        (Response(200, ""), AnswerUnreadable, {"reason": "empty", "status": "200"}),
        (Response(200, " \n"), AnswerUnreadable, {"reason": "empty", "status": "200"}),
        (Response(200, '{"status":200,"data":[1,'), AnswerUnreadable, {"reason": "cut-off", "status": "200"}),
        (Response(200, "null"), AnswerUnreadable, {"reason": "wrong-shape", "status": "200"}),
        (Response(200, "[1]"), AnswerUnreadable, {"reason": "wrong-shape", "status": "200"}),
        (Response(200, '{"status":200}'), AnswerUnreadable, {"reason": "wrong-shape", "status": "200"}),
        (Response(200, '{"success":true,"result":{}}'), AnswerUnreadable, {"reason": "wrong-shape", "status": "200"}),
    ],
)
def test_refusals(response: Response, kind: type[ConnectorError], details: dict[str, str]) -> None:
    with pytest.raises(AnswerError) as caught:
        decipher(response, "query")
    assert type(caught.value) is kind
    assert caught.value.details == details


@pytest.mark.parametrize(
    "response", [failure("Invalid username or password"), failure("no", "InvalidLoginException", 401)]
)
def test_a_refused_sign_in(response: Response) -> None:
    with pytest.raises(SignInRefused):
        decipher(response, "loginpwd")


def test_a_large_request_denied_is_too_large() -> None:
    denied = failure("Permission to perform the operation is denied")
    with pytest.raises(RequestTooLarge):
        decipher(denied, "create", sent_files=True)
    with pytest.raises(PermissionDenied):
        decipher(failure("Permission to read given object is denied"), "create", sent_files=True)


OVER = "Warning</b>:  POST Content-Length of 2097890 bytes exceeds the limit of 1048576 bytes in <b>Unknown</b> on line"
"""What PHP prints."""


@pytest.mark.parametrize(
    "answer",
    [
        failure("Permission to perform the operation is denied"),
        Response(200, '{"status":200,"data":{"contract":1,"ok":false,"code":"request_invalid"}}'),
        Response(200, ""),
    ],
)
def test_what_php_prints_of_its_limit_is_told(answer: Response) -> None:
    with pytest.raises(RequestTooLarge) as caught:
        decipher(Response(answer.status, f"<br />\n<b>{OVER} <b>0</b><br />\n{answer.text}"), "create")
    assert caught.value.details["limit"] == "1048576"


def test_a_mail_may_say_the_same() -> None:
    text = json.dumps({"status": 200, "data": {"description": OVER}})
    assert decipher(Response(200, text), "create") == {"description": OVER}


def test_reasons_are_short_and_clean() -> None:
    with pytest.raises(CrmFault) as caught:
        decipher(failure("a\r\n\x00b\x1b[31m " + "x" * 5000), "query")
    reason = caught.value.details["reason"]
    assert reason.startswith("a b [31m x")
    assert len(reason) == 300
    assert reason.isprintable()


def test_only_real_depth_is_too_deep() -> None:
    wide = [{"a": [{"label": '[[{{"\\'}] * 50}] * 50
    assert decipher(Response(200, json.dumps({"status": 200, "data": wide})), "describe") == wide
    with pytest.raises(AnswerUnreadable):  # in Pyodide the stack would overflow long before CPython's limit
        decipher(Response(200, '{"status":200,"data":' + "[" * 100 + "]" * 100 + "}"), "describe")


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=10),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["status", "data", "error", "message", "success", "x"]), inner, max_size=4)
    ),
    max_leaves=10,
)
STATUS = st.sampled_from([0, 200, 201, 204, 302, 400, 401, 403, 404, 413, 429, 500, 502, 503]) | st.integers(0, 999)


@given(STATUS, st.text() | JSON.map(json.dumps) | JSON.map(lambda value: json.dumps(value)[:-1]), st.booleans())
def test_nothing_but_our_errors_comes_out(status: int, text: str, sent_files: bool) -> None:
    details: dict[str, str] = {}
    try:
        decipher(Response(status, text), "query", sent_files=sent_files)
    except AnswerError as error:
        details = error.details
    assert details or "data" in text
    assert all(isinstance(value, str) and len(value) <= 300 for value in details.values())


@pytest.mark.parametrize(
    "text", ["[" * 200_000, '{"status":' * 50_000, '{"a":' + "9" * 10_000 + "}", "\x00", "\ud83d"], ids=range(5)
)
def test_monstrous_answers(text: str) -> None:
    with pytest.raises(AnswerUnreadable):
        decipher(Response(200, text), "query")


@pytest.mark.skipif(not RECORDINGS.exists(), reason="the recordings of a real vtenext are not beside this repository")
def test_every_recorded_answer_is_understood() -> None:
    kinds: set[str] = set()
    for exchange in json.loads(RECORDINGS.read_text("utf-8"))["exchanges"]:
        asked, came = exchange["request"], exchange["response"]
        if asked["method"] != "POST":
            continue
        body = came["body"] if isinstance(came["body"], str) else json.dumps(came["body"])
        answer = Response(came["status"], body)
        if came["status"] == 200:
            assert decipher(answer, asked["operation"]) == came["body"]["data"]
        else:
            with pytest.raises(AnswerError) as caught:
                decipher(answer, asked["operation"])
            kinds.add(caught.value.code)
    assert kinds == {
        "sign-in-refused",
        "sign-in-needed",
        "permission-denied",
        "record-refused",
        "operation-missing",
        "crm-fault",
        "answer-unreadable",
    }
