"""The scripted faults of the sandbox CRM, felt by a real client over real connections."""

from __future__ import annotations

import http.client
import json
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import httpx
import pytest

from contract.vtews import MAIL, Vtews
from sandbox_crm.app import create_app
from sandbox_crm.crm import SandboxCrm
from sandbox_crm.faults import KINDS, Fault
from sandbox_crm.quirks import Quirks
from workshop import serving
from workshop.certificate import Certificate, certificate_for
from workshop.serving import Server

LARGE = [("file0", "0_large.bin", b"x" * 8_000_000, "application/octet-stream")]

CUT = (httpx.NetworkError, httpx.RemoteProtocolError)
"""What a cut connection looks like, depending on whether the client was writing, reading or between."""


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Certificate:
    folder: Path = tmp_path_factory.mktemp("certificate")
    return certificate_for(["localhost"], folder)


@pytest.fixture(scope="module", params=["http", "https"])
def served(request: pytest.FixtureRequest, certificate: Certificate) -> Iterator[Vtews]:
    crm = SandboxCrm()
    secure = request.param == "https"
    with (
        Server(create_app(crm), certificate=certificate if secure else None) as server,
        Vtews(server.url, crm, verify=ssl.create_default_context(cafile=certificate.chain)) as vtews,
    ):
        yield vtews
    crm.close()


@pytest.fixture
def vtews(served: Vtews) -> Vtews:
    served.crm.reset()
    return served


def test_a_reset_before_handling_stores_nothing(vtews: Vtews) -> None:
    vtews.crm.faults.add(Fault("create", "reset", module="Messages"))
    with pytest.raises(CUT):
        vtews.mail()
    assert vtews.crm.messages() == []
    assert vtews.mail()["subject"] == "Offer 42"


def test_a_reset_in_the_middle_of_the_answer_comes_after_storing(vtews: Vtews) -> None:
    vtews.crm.faults.add(Fault("create", "reset", when="after", after_bytes=20))
    request = vtews.http.build_request(
        "POST",
        "create",
        json={"elementType": "Messages", "element": json.dumps(MAIL)},
        headers=vtews.authorization("admin"),
    )
    answer = vtews.http.send(request, stream=True)
    assert answer.status_code == 200
    received: list[bytes] = []
    with pytest.raises(CUT):
        received.extend(answer.iter_raw())
    assert sum(map(len, received)) == 20
    assert len(vtews.crm.messages()) == 1


def test_a_reset_after_storing_without_any_answer(vtews: Vtews) -> None:
    vtews.crm.faults.add(Fault("create", "reset", when="after", after_bytes=0))
    with pytest.raises(CUT):
        vtews.mail()
    assert len(vtews.crm.messages()) == 1


def test_connections_may_end_with_each_answer(vtews: Vtews) -> None:
    assert "connection" not in vtews.call("listtypes").headers
    vtews.crm.quirks = Quirks(keep_alive=False)
    assert vtews.call("listtypes").headers["connection"] == "close"


def test_a_reset_in_the_middle_of_an_upload_stores_nothing(vtews: Vtews) -> None:
    vtews.crm.faults.add(Fault("create", "reset", module="Messages", after_bytes=1_000_000))
    with pytest.raises(CUT):
        vtews.mail(LARGE)
    assert vtews.crm.messages() == vtews.crm.documents() == []
    assert vtews.crm.requests[-1].fault == "reset"


def test_an_upload_fault_of_another_module_lets_the_body_through(vtews: Vtews) -> None:
    vtews.crm.faults.add(Fault("create", "reset", module="Documents", after_bytes=1000))
    vtews.mail(LARGE)
    assert vtews.crm.file(vtews.crm.documents()[0].id) == LARGE[0][2]


@contextmanager
def unanswered(vtews: Vtews, call: Callable[[], object]) -> Iterator[None]:
    """While a call is kept waiting; afterwards it has to have ended, without an answer."""
    failures: list[httpx.TransportError] = []

    def ask() -> None:
        try:
            call()
        except httpx.TransportError as error:
            failures.append(error)

    thread = threading.Thread(target=ask)
    thread.start()
    while not vtews.crm.faults.held:
        thread.join(0.01)
        assert thread.is_alive(), "it was answered"
    yield
    thread.join()
    assert len(failures) == 1
    assert vtews.crm.faults.held == {}


@pytest.mark.parametrize("when", ["before", "after"])
def test_an_answer_that_never_comes(vtews: Vtews, when: str) -> None:
    vtews.crm.faults.add(Fault("create", "never_answers", when=when))
    with unanswered(vtews, vtews.mail):
        assert len(vtews.crm.messages()) == (when == "after")
        vtews.crm.faults.release()


def test_a_client_that_goes_away_is_waited_for_no_longer(vtews: Vtews, certificate: Certificate) -> None:
    vtews.crm.faults.add(Fault("listtypes", "never_answers"))
    place = vtews.http.base_url.join("listtypes")
    client = http.client.HTTPConnection(place.host, place.port)
    if place.scheme == "https":
        trusted = ssl.create_default_context(cafile=certificate.chain)
        client = http.client.HTTPSConnection(place.host, place.port, context=trusted)
    client.request("POST", place.path)
    while not vtews.crm.faults.held:
        time.sleep(0.01)
    client.close()
    while vtews.crm.faults.held:
        time.sleep(0.01)


def test_an_upload_that_stalls(vtews: Vtews) -> None:
    vtews.crm.faults.add(Fault("create", "never_answers", after_bytes=100_000))
    with unanswered(vtews, lambda: vtews.mail([("file0", "0_large.bin", b"x" * 40_000_000, "")])):
        assert vtews.crm.messages() == []
        vtews.crm.faults.release()
    assert vtews.crm.messages() == []


def test_a_call_that_never_answers_does_not_hold_up_the_end_of_the_server(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(serving, "GRACE_SECONDS", 3_600)
    crm = SandboxCrm(seed=False)
    crm.faults.add(Fault("listtypes", "never_answers"))
    server = Server(create_app(crm))
    with server, Vtews(server.url, crm) as vtews, unanswered(vtews, lambda: vtews.call("listtypes")):
        server.stop()
    crm.close()


@pytest.mark.parametrize(
    ("kind", "status", "told"),
    [
        ("error_500", 500, {"error": "WebServiceException"}),
        ("fatal_500", 500, {"success": False, "error": 0}),
        ("permission_500", 500, {"message": "Permission to perform the operation is denied"}),
        ("unauthorized_401", 401, {"error": "InvalidLoginException"}),
        ("database_away", 400, {"error": "RouteNotFoundException", "message": "There is no route for 'query'."}),
    ],
)
def test_failures_of_every_shape(vtews: Vtews, kind: str, status: int, told: dict[str, object]) -> None:
    vtews.crm.faults.add(Fault("query", kind))
    answer = vtews.call("query", query="SELECT id FROM Contacts;")
    assert answer.status_code == answer.json()["status"] == status
    assert answer.json().items() >= told.items()
    assert answer.headers["access-control-allow-origin"] == "*"
    assert vtews.crm.failed_sign_ins("admin") == 0
    assert vtews.call("query", query="SELECT id FROM Contacts;").status_code == 200


@pytest.mark.parametrize(("kind", "status"), [("too_large_413", 413), ("maintenance_503", 503)])
def test_answers_of_a_proxy_have_no_cors_headers(vtews: Vtews, kind: str, status: int) -> None:
    vtews.crm.faults.add(Fault("*", kind))
    answer = vtews.call("listtypes")
    assert (answer.status_code, answer.headers["content-type"]) == (status, "text/html")
    assert not [name for name in answer.headers if name.startswith("access-control")]


def test_maintenance_mode_is_empty_and_without_cors_headers_preflights_too(vtews: Vtews) -> None:
    vtews.crm.faults.add(Fault("listtypes", "maintenance_500"))
    answers = [vtews.call("listtypes")]
    vtews.crm.quirks = replace(vtews.crm.quirks, maintenance=True)
    answers += [vtews.http.options("listtypes"), vtews.call("listtypes"), vtews.call("nosuch", user=None)]
    for answer in answers:
        assert (answer.status_code, answer.text) == (500, "")
        assert answer.headers["content-type"].startswith("text/html")
        assert not [name for name in answer.headers if name.startswith("access-control")]
    page = httpx.get(f"{vtews.url}/index.php", verify=False)  # noqa: S501  # own certificate
    assert (page.status_code, "maintenance mode" in page.text) == (200, True)


def test_without_its_database_the_crm_has_no_operation(vtews: Vtews) -> None:
    vtews.crm.quirks = replace(vtews.crm.quirks, database_away=True)
    for name in ("listtypes", "loginpwd", "mailconnectorstatus"):
        answer = vtews.call(name)
        assert (answer.status_code, answer.json()["error"]) == (400, "RouteNotFoundException")
        assert answer.headers["access-control-allow-origin"] == "*"
    assert vtews.http.options("listtypes").headers["access-control-allow-origin"] == "*"
    assert vtews.crm.failed_sign_ins("admin") == 0


@pytest.mark.parametrize("kind", ["noise_before", "noise_behind", "noise_around"])
def test_php_prints_around_the_right_answer(vtews: Vtews, kind: str) -> None:
    clean = vtews.call("describe", elementType="Contacts").text
    vtews.crm.faults.add(Fault("describe", kind))
    noisy = vtews.call("describe", elementType="Contacts")
    before, _, behind = noisy.text.partition(clean)
    assert noisy.headers["access-control-allow-origin"] == "*"
    assert ("<b>Warning</b>" in before, "<b>Notice</b>" in behind) == (kind != "noise_behind", kind != "noise_before")
    vtews.crm.quirks = replace(vtews.crm.quirks, noise_before=True, noise_behind=True)
    refused = vtews.call("describe", elementType="Nothing").text
    assert refused.startswith("<br />")
    assert refused.endswith("<br />\n")


@pytest.mark.parametrize("when", ["before", "after"])
def test_answers_that_are_no_whole_json(vtews: Vtews, when: str) -> None:
    for kind in ("empty_json", "truncated_json", "html"):
        vtews.crm.faults.add(Fault("create", kind, when=when))
        answer = vtews.create("Messages", MAIL | {"messageid": f"<{kind}@x.example>"})
        assert answer.status_code == 200
        assert answer.headers["access-control-allow-origin"] == "*"
        with pytest.raises(ValueError, match=r"Expecting|Unterminated"):
            answer.json()
    assert len(vtews.crm.messages()) == (3 if when == "after" else 0)


def test_other_data_than_the_crm_has(vtews: Vtews) -> None:
    vtews.crm.faults.add(Fault("query", "other_data", data=[{"id": "4x1", "firstname": "half \ud800"}]))
    answer = vtews.call("query", query="SELECT id FROM Contacts;")
    assert (answer.status_code, answer.headers["access-control-allow-origin"]) == (200, "*")
    assert answer.json() == {"status": 200, "data": [{"id": "4x1", "firstname": "half \ud800"}]}


def test_a_slow_answer_is_right(vtews: Vtews) -> None:
    vtews.crm.faults.add(Fault("query", "slow", delay=0.2))
    started = time.perf_counter()
    assert vtews.query("SELECT count(*) FROM Vendors;") == [{"count": "3"}]
    assert time.perf_counter() - started >= 0.2


def test_what_was_on_its_way_when_the_crm_was_reset_does_nothing(vtews: Vtews) -> None:
    vtews.crm.faults.add(Fault("create", "slow", delay=0.2))
    statuses: list[int] = []
    thread = threading.Thread(target=lambda: statuses.append(vtews.create("Messages", MAIL).status_code))
    thread.start()
    while not vtews.crm.faults.struck:
        thread.join(0.01)
    vtews.crm.reset()
    thread.join()
    assert statuses == [400]
    assert (vtews.crm.messages(), vtews.crm.requests) == ([], [])


def test_a_refused_preflight(vtews: Vtews) -> None:
    vtews.crm.faults.add(Fault("query", "preflight_refused"))
    refused, granted = vtews.http.options("query"), vtews.http.options("query")
    assert "access-control-allow-origin" not in refused.headers
    assert granted.headers["access-control-allow-origin"] == "*"
    assert vtews.call("query", query="SELECT id FROM Contacts;").status_code == 200


def test_a_fault_strikes_as_often_as_it_may(vtews: Vtews) -> None:
    vtews.crm.faults.add(Fault("describe", "error_500", module="Contacts", times=2))
    asked = [vtews.call("describe", elementType=name).status_code for name in ("Accounts", *["Contacts"] * 3)]
    assert asked == [200, 500, 500, 200]
    assert [fault.kind for fault in vtews.crm.faults.struck] == ["error_500"] * 2
    assert vtews.crm.faults.waiting == []


@pytest.mark.parametrize(
    ("operation", "given"),
    [
        ("query", {"query": "select id from Contacts where lastname = 'from Leads';"}),
        ("retrieve", {"id": "4x1"}),
        ("relate", {"id": "4x1", "relatelist": "[]"}),
        ("revise", {"element": '{"id": "4x1"}'}),
        ("oldoquery", {"module": "Contacts"}),
    ],
)
def test_the_module_of_every_operation_is_known(vtews: Vtews, operation: str, given: dict[str, str]) -> None:
    vtews.crm.faults.add(Fault(operation, "fatal_500", module="Contacts"))
    vtews.call(operation, **given)
    assert [fault.kind for fault in vtews.crm.faults.struck] == ["fatal_500"]


def test_faults_over_http(vtews: Vtews) -> None:
    path = f"{vtews.url}/sandbox/faults"
    added = vtews.http.post(path, json=[{"operation": "query", "kind": "html"}, {"operation": "*", "kind": "slow"}])
    assert [fault["kind"] for fault in added.json()["waiting"]] == ["html", "slow"]
    assert set(vtews.http.get(path).json()["kinds"]) == set(KINDS)
    wrong: object
    for wrong in ({"operation": "query"}, {"operation": "query", "kind": "nosuch"}, {"x": 1}, 7, [[]]):
        assert vtews.http.post(path, json=wrong).status_code == 400
    assert vtews.http.post(path, content='{"operation": "*", "kind": "html"}').status_code == 400
    assert vtews.http.delete(path).json()["waiting"] == []
    assert vtews.call("query", query="SELECT id FROM Contacts;").status_code == 200


def test_faults_are_checked() -> None:
    wrongs: list[dict[str, object]]
    wrongs = [{"kind": "nosuch"}, {"when": "now"}, {"times": 0}, {"delay": -1.0}, {"after_bytes": -1}]
    for wrong in wrongs:
        with pytest.raises(ValueError, match=r"."):
            Fault.from_json({"operation": "query", "kind": "slow"} | wrong)
