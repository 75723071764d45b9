"""Why a call brought no answer, and when an operation is missing."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Sequence

import pytest

from connector.app.texts import say_error
from connector.errors import (
    AnswerUnreadable,
    ConnectorError,
    CrmAway,
    CrmFault,
    CrmHidden,
    CrmInterrupted,
    CrmTimeout,
    CrmUnavailable,
    CrmUnreachable,
    OperationMissing,
    PermissionDenied,
)
from connector.ports import FileHandle, FormFile, Progress, Request, Response
from connector.vtenext import wire
from connector.vtenext.exchange import PROBE, exchange
from connector.vtenext.reach import Look, why

CRM = "https://crm.example/crm"
HOST = "crm.example"


@pytest.mark.parametrize(
    ("look", "kind"),
    [
        (Look(answers=True, there=True, before=True), CrmInterrupted),
        (Look(answers=True, there=True, before=False), CrmInterrupted),
        (Look(answers=False, there=True, before=True), CrmAway),
        (Look(answers=False, there=True, before=False), CrmHidden),
        (Look(answers=False, there=False, before=True), CrmUnreachable),
        (Look(answers=False, there=False, before=False), CrmUnreachable),
    ],
)
def test_what_a_look_says(look: Look, kind: type[ConnectorError]) -> None:
    for upload in (False, True):
        error = why(look, HOST, upload=upload)
        assert type(error) is kind
        assert error.details["host"] == HOST
        assert ("size of uploads" in say_error(error).next) == (upload and kind is CrmInterrupted)


def told(status: int, error: str, message: str = "x") -> Response:
    return Response(status, json.dumps({"status": status, "error": error, "message": message}, indent=4))


MISSING = told(400, "RouteNotFoundException", "There is no route for 'x'.")
NOBODY = told(401, "InvalidLoginException", "Authentication failed - reason: no username supplied")
GOOD = Response(200, '{\n    "status": 200,\n    "data": 7\n}')


class Script:
    """The port ``Transport``: answers from a list, and writes down what was asked."""

    def __init__(self, *answers: Response | ConnectorError) -> None:
        self.answers: list[Response | ConnectorError] = list(answers)
        self.asked: list[Request] = []

    def prepare(self, request: Request | None) -> None:
        """Nothing to prepare."""

    async def send(self, request: Request, *, progress: Progress | None = None) -> Response:
        """The next answer."""
        del progress
        self.asked.append(request)
        answer = self.answers.pop(0)
        if isinstance(answer, ConnectorError):
            raise answer
        return answer

    @property
    def operations(self) -> list[str]:
        """What was asked for."""
        return [request.url.rpartition("/")[2] for request in self.asked]


def call(script: Script, *, known: bool = False, files: Sequence[FormFile] = ()) -> object:
    request = wire.request(CRM, "query", {"query": "x"}, credentials=("agent", "KEY"), files=files)
    return asyncio.run(exchange(script, CRM, request, "query", known=known))


def test_a_good_answer_costs_one_call() -> None:
    script = Script(GOOD)
    assert call(script) == 7
    assert script.operations == ["query"]


def test_an_operation_is_missing_where_the_crm_is_well() -> None:
    script = Script(MISSING, NOBODY, MISSING)
    with pytest.raises(OperationMissing) as caught:
        call(script)
    assert script.operations == ["query", PROBE, "query"]
    assert "Authorization" not in script.asked[1].headers
    assert "no vtenext" not in say_error(caught.value).what


def test_without_any_operation_the_crm_is_not_available() -> None:
    script = Script(MISSING, MISSING)
    with pytest.raises(CrmUnavailable) as caught:
        call(script)
    said = say_error(caught.value)
    assert HOST in said.what
    assert "database" in said.what
    assert "administrator" in said.next


def test_a_crm_that_comes_back_in_between_answers() -> None:
    assert call(Script(MISSING, NOBODY, GOOD)) == 7


def test_an_upload_is_not_sent_twice_for_that() -> None:
    script = Script(MISSING, NOBODY)
    with pytest.raises(OperationMissing):
        call(script, files=[FormFile("file0", "0_a.pdf", FileHandle("f", 3))])
    assert script.operations == ["query", PROBE]


@pytest.mark.parametrize(
    ("second", "kind"),
    [
        (Response(200, "<html>Log in to the network</html>"), AnswerUnreadable),
        (told(500, "WebServiceException", "Database error"), CrmFault),
        (CrmTimeout(host=HOST), CrmTimeout),
        (Response(503, "<html>Busy</html>"), CrmAway),
    ],
)
def test_where_that_can_not_be_found_out_this_is_said(
    second: Response | ConnectorError, kind: type[ConnectorError]
) -> None:
    with pytest.raises(kind):
        call(Script(MISSING, second))


@pytest.mark.parametrize(("status", "kind"), [(502, CrmInterrupted), (503, CrmAway), (504, CrmTimeout)])
def test_a_gateway_does_not_speak_for_the_crm(status: int, kind: type[ConnectorError]) -> None:
    with pytest.raises(kind):
        call(Script(Response(status, "<html>Gateway</html>")))
    with pytest.raises(PermissionDenied):
        call(Script(told(status, "WebServiceException", "Permission to read is denied")))


def test_a_known_address_is_no_wrong_path() -> None:
    with pytest.raises(CrmHidden) as hidden:
        call(Script(CrmHidden(host=HOST)))
    with pytest.raises(CrmAway) as away:
        call(Script(CrmHidden(host=HOST)), known=True)
    assert "path is wrong" in say_error(hidden.value).next
    assert "path" not in say_error(away.value).next
    assert "maintenance" in say_error(away.value).next
