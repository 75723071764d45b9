"""The sandbox CRM against the project's own table of what a stock vtenext answers."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from contract import facts
from contract.vtews import Vtews
from sandbox_crm.app import create_app
from sandbox_crm.crm import SandboxCrm
from workshop.serving import Server

CORS = {
    "access-control-allow-headers": "Authorization, Content-Type",
    "access-control-allow-credentials": "true",
    "access-control-allow-methods": "POST, OPTIONS",
    "access-control-allow-origin": "*",
    "x-frame-options": "DENY",
}


@pytest.fixture(scope="module", params=[0, 1000], ids=["stock module ids", "other module ids"])
def vtews(request: pytest.FixtureRequest) -> Iterator[Vtews]:
    crm = SandboxCrm(id_offset=request.param)
    with Server(create_app(crm)) as server, Vtews(server.url, crm) as client:
        yield client
    crm.close()


@pytest.mark.parametrize("fact", facts.FACTS, ids=lambda fact: str(fact.about))
def test_fact(vtews: Vtews, fact: facts.Fact) -> None:
    names = facts.ids(vtews.crm)
    given = {name: _named(value, names) for name, value in fact.given.items()}
    answer = vtews.call(fact.operation, user=fact.user, **given)
    body = answer.json()
    assert answer.headers.items() >= (CORS | {"content-type": "application/json; charset=utf-8"}).items()
    assert answer.status_code == body["status"] == fact.status, body
    if fact.status == 200:
        assert set(body) == {"status", "data"}
        assert fact.data is ... or body["data"] == _named(fact.data, names)
        assert fact.shape is None or isinstance(body["data"], fact.shape)
        return
    assert fact.message is None or body["message"] == fact.message
    if fact.fatal:
        assert list(body) == ["status", "success", "error", "message", "file"]
        assert (body["success"], body["error"]) == (False, 0)
        assert body["file"].endswith(".php")
    else:
        errors = {400: "RouteNotFoundException", 401: "InvalidLoginException", 500: "WebServiceException"}
        assert body == {"status": fact.status, "error": errors[fact.status], "message": body["message"]}


def _named(value: Any, names: dict[str, str]) -> Any:
    if isinstance(value, str):
        for name, id_ in names.items():
            value = value.replace(f"{{{name}}}", id_)
    elif isinstance(value, dict):
        value = {key: _named(item, names) for key, item in value.items()}
    elif isinstance(value, list):
        value = [_named(item, names) for item in value]
    return value


def test_preflight(vtews: Vtews) -> None:
    asked = {"Origin": "https://pane.example", "Access-Control-Request-Method": "POST"}
    answer = vtews.http.options("query", headers=asked)
    assert (answer.status_code, answer.text) == (200, "")
    assert answer.headers.items() >= (CORS | {"content-type": "text/html; charset=UTF-8"}).items()


def test_get_is_no_route(vtews: Vtews) -> None:
    answer = vtews.http.get("listtypes", headers=vtews.authorization("admin"))
    assert answer.status_code == 400
    assert answer.json()["message"] == "There is no route for 'listtypes'."


@pytest.mark.parametrize("path", ["/", "/restapi/v1/vtews/listtypes", "/crm/nosuch", "/CRM/index.php"])
def test_a_wrong_path_is_the_web_servers_page(vtews: Vtews, path: str) -> None:
    root = vtews.url.removesuffix("/crm")
    for method in ("GET", "POST", "OPTIONS"):
        answer = vtews.http.request(method, f"{root}{path}")
        assert (answer.status_code, answer.headers["content-type"]) == (404, "text/html; charset=iso-8859-1")
        assert "<title>404 Not Found</title>" in answer.text
        assert not [name for name in answer.headers if name.startswith("access-control")]


def test_parameters_may_come_as_json_or_as_a_form(vtews: Vtews) -> None:
    given = {"query": "SELECT count(*) FROM Vendors;"}
    headers = vtews.authorization("admin")
    answers = [
        vtews.http.post("query", json=given, headers=headers),
        vtews.http.post("query", data=given, headers=headers),
        vtews.http.post("query", files={"query": (None, given["query"])}, headers=headers),
    ]
    assert [answer.json()["data"] for answer in answers] == [[{"count": "3"}]] * 3


@pytest.mark.parametrize(
    "body", [b"", b"[]", b"7", b"{", b'{"query": NaN}', b"\xff\xfe", b'{"query": "\\ud800"}', b"[" * 100_000]
)
def test_a_body_that_is_no_json_object_is_no_parameters(vtews: Vtews, body: bytes) -> None:
    headers = vtews.authorization("admin") | {"Content-Type": "application/json"}
    answer = vtews.http.post("describe", content=body, headers=headers)
    assert (answer.status_code, answer.json()["message"]) == (500, facts.DENIED)


def test_module_lists(vtews: Vtews) -> None:
    everything = vtews.data("listtypes", fieldTypeList="")
    assert list(everything["information"]) == everything["types"]
    assert {"Accounts", "Messages", "Machines", "Notices", "Users", "DocumentFolders"} <= set(everything["types"])
    assert everything["information"]["HelpDesk"] == {"isEntity": True, "label": "Trouble Tickets", "singular": "Ticket"}
    assert everything["information"]["Groups"]["isEntity"] is False
    with_mail = vtews.data("listtypes", user="agent", fieldTypeList='["email"]')["types"]
    assert with_mail == ["Accounts", "Contacts", "HelpDesk", "Vendors", "Newsletter", "Employees", "Machines"]


@pytest.mark.parametrize(
    "module", ["Accounts", "Contacts", "Potentials", "HelpDesk", "Messages", "Documents", "Assets"]
)
def test_describe(vtews: Vtews, module: str) -> None:
    told = vtews.data("describe", elementType=module)
    assert told["name"] == module
    assert told["idPrefix"] == str(vtews.crm.records.prefix(module))
    fields = {field["name"]: field for field in told["fields"]}
    assert set(told["labelFields"].split(",")) < set(fields)
    assert all(told[right] is True for right in ("createable", "updateable", "deleteable", "retrieveable"))
    assert fields.pop("id")["type"] == {"name": "autogenerated"}
    assert all(
        {"uitype", "mandatory", "editable", "nullable", "type", "label"} <= set(field) for field in fields.values()
    )
    assert fields["assigned_user_id"]["type"] == {"name": "owner"}


def test_the_limit_of_a_file_is_told(vtews: Vtews) -> None:
    fields = {field["name"]: field for field in vtews.data("describe", elementType="Documents")["fields"]}
    assert fields["filename"]["type"] == {"maxUploadFileSize": 64_000_000, "name": "file"}
    assert fields["folderid"]["type"] == {"refersTo": ["DocumentFolders"], "name": "reference"}


def test_records_are_called_and_numbered_by_the_fields_of_vtenext(vtews: Vtews) -> None:
    for told in " ".join(facts.NAMES.split("\n")).split(";"):
        module, _, fields = told.strip().partition(":")
        names, _, number = fields.strip().partition(" ")
        described = vtews.data("describe", elementType=module)
        assert described["labelFields"] == names, module
        assert [one["name"] for one in described["fields"] if one.get("uitype") == "4"] == [number] * bool(number), (
            module
        )
