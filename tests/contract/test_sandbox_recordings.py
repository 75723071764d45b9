"""The sandbox CRM against what a real vtenext answered: 76 recorded exchanges, replayed in their order.

The recordings lie beside the repository and may be absent; `facts` holds the same facts for everywhere else.
The sandbox is filled so that records have the recorded numbers: bodies must be equal, not only alike.
"""

from __future__ import annotations

import base64
import datetime
import itertools
import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest

from sandbox_crm.app import create_app
from sandbox_crm.crm import SandboxCrm
from sandbox_crm.quirks import Quirks
from sandbox_crm.store.store import FIRST_RECORD
from workshop.serving import Server

RECORDINGS = Path(__file__).parents[3] / "shared" / "vtenext" / "recordings.json"
SCALE = 1024
"""The files and limits of the two exchanges with files over a limit are this many times smaller here."""
PASSWORD = "correct-password"
HEADERS = (
    "access-control-allow-headers",
    "access-control-allow-credentials",
    "access-control-allow-methods",
    "access-control-allow-origin",
    "content-type",
    "x-frame-options",
)
OWN_MODULES = {"Machines", "Notices"}

pytestmark = pytest.mark.skipif(not RECORDINGS.exists(), reason="the recordings are not beside this checkout")


@dataclass(frozen=True)
class Deviation:
    """Why an answer of the sandbox may differ, and what is compared instead."""

    why: str
    reduced: Callable[[Any], Any]


def _without_own_modules(body: Any) -> Any:
    data = body["data"]
    information = {name: told for name, told in data["information"].items() if name not in OWN_MODULES}
    return {"types": [name for name in data["types"] if name not in OWN_MODULES], "information": information}


def _without_numbers(body: Any) -> Any:
    def reduced(field: dict[str, Any]) -> dict[str, Any]:
        return {key: type(told) if key in {"fieldid", "blockid", "sequence"} else told for key, told in field.items()}

    return body["data"] | {"fields": [reduced(field) for field in body["data"]["fields"]]}


def _menu_shape(body: Any) -> Any:
    shape = {part: {(*entry,) for entry in entries} for part, entries in body["data"].items()}
    names = [(entry["name"], entry["index_url"], entry["translabel"]) for entry in body["data"]["visible"]]
    return list(shape), shape["visible"], names


OWN = Deviation("the sandbox has two custom modules of its own", _without_own_modules)
NUMBERS = Deviation("numbers of fields and blocks belong to an installation", _without_numbers)
DEVIATIONS = {
    "listtypes as admin": OWN,
    "listtypes as agent (no Leads in profile)": OWN,
    "listtypes with an e-mail field": OWN,
    "describe Contacts": NUMBERS,
    "describe Accounts": NUMBERS,
    "describe Potentials": NUMBERS,
    "describe HelpDesk": NUMBERS,
    "describe Vendors": NUMBERS,
    "describe Messages": NUMBERS,
    "describe Documents": NUMBERS,
    "menu list": Deviation("tools that no mail connector uses are left out of the menu", _menu_shape),
    "labels": Deviation("the sandbox translates names of modules only", lambda body: body["data"]["LBL_MODULE_NAME"]),
}


def _exchanges() -> list[dict[str, Any]]:
    if not RECORDINGS.exists():
        return []
    exchanges: list[dict[str, Any]] = json.loads(RECORDINGS.read_text(encoding="utf-8"))["exchanges"]
    return exchanges


class Replica:
    """A sandbox that stands where the recorded vtenext stood, and a client of it."""

    def __init__(self) -> None:
        ticks = itertools.count()
        start = datetime.datetime(2026, 11, 23, 9, 42, 40, tzinfo=datetime.UTC)
        limits = Quirks(server_file_limit=67_108_864 // SCALE, post_max_size=134_217_728 // SCALE)
        self.crm = SandboxCrm(
            seed=False, quirks=limits, clock=lambda: start + datetime.timedelta(seconds=next(ticks)), path_prefix="/vte"
        )
        for user in ("admin", "agent", "sara"):
            self.crm.set_password(user, PASSWORD)
        self._next = FIRST_RECORD
        self._fill()

    def _place(self, number: int, module: str, owner: str = "admin", **fields: str) -> None:
        for _ in range(self._next, number):
            self.crm.next_number()
        self._next = number + 1
        assert self.crm.new_record(module, owner=owner, **fields).endswith(f"x{number}")

    def _fill(self) -> None:
        address = {"street": "999 Baker Way", "city": "San Jose", "state": "CA", "code": "47840", "country": "USA"}
        company = {f"{kind}_{name}": value for kind in ("bill", "ship") for name, value in address.items()}
        company |= {"accountname": "vtecrm", "website": "www.vtecrm.com", "phone": "(512) 790-9006"}
        self._place(19, "Accounts", industry="Other", **company)
        self._place(20, "Potentials", potentialname="vtecrm - 1000 units", related_to="3x19")
        mary = {"firstname": "Mary", "lastname": "Smith", "email": "mary_smith@company.com", "title": "VP Operations"}
        self._place(39, "Contacts", account_id="3x19", phone="(782) 686-6556", **mary)
        for number in range(40, 49):
            self._place(number, "Contacts", lastname=f"Person {number}")
        self._place(49, "Leads", firstname="Mary", lastname="Smith")
        files = {140: ("a.txt", 3), 142: ("b.txt", 3), 144: ("pic_a.png", 400), 151: ("big5.bin", 5242880)}
        for number, (name, size) in (files | {154: ("big25.bin", 26214400)}).items():
            self._place(number, "Documents", notes_title=name, folderid="24x2")
            row = self.crm.store.row(number)
            assert row is not None
            row.fields["filesize"] = str(size)
        self._place(162, "Messages", owner="agent", subject="Mine", messageid="<agent@company.com>")

    def send(self, client: httpx.Client, exchange: dict[str, Any]) -> httpx.Response:
        """Send the recorded request with this sandbox's keys."""
        request = exchange["request"]
        operation, headers = request["operation"], dict(request["headers"] or {})
        user, body = request["as_user"], dict(request["body"] or {})
        if user:
            token = base64.b64encode(f"{user}:{self.crm.access_key(user)}".encode()).decode()
            headers["Authorization"] = f"Basic {token}"
        path = operation if operation.startswith("/") else f"/vte/restapi/v1/vtews/{operation}"
        if request["content_type"] == "multipart/form-data":
            files = [
                (file["field"], (file["filename"], b"x" * self._size(file["size"]), file["type"]))
                for file in request["files"]
            ]
            return client.post(path, data=body, files=files, headers=headers)
        if request["content_type"] is None:
            return client.request(request["method"], path, headers=headers)
        return client.request(request["method"], path, json=body, headers=headers)

    @staticmethod
    def _size(size: int) -> int:
        return size // SCALE if size > 30_000_000 else size


@pytest.fixture(scope="module")
def answers() -> Iterator[dict[str, httpx.Response]]:
    """The sandbox's answer to each recorded exchange, by name."""
    replica = Replica()
    with Server(create_app(replica.crm)) as server, httpx.Client(base_url=server.url) as client:
        yield {exchange["name"]: replica.send(client, exchange) for exchange in _exchanges()}
    replica.crm.close()


@pytest.mark.parametrize("exchange", _exchanges(), ids=lambda exchange: str(exchange["name"]))
def test_answers_as_recorded(answers: dict[str, httpx.Response], exchange: dict[str, Any]) -> None:
    recorded, answer = exchange["response"], answers[exchange["name"]]
    assert answer.status_code == recorded["status"]
    assert {name: answer.headers.get(name) for name in HEADERS} == {
        name: recorded["headers"].get(name) for name in HEADERS
    }
    if isinstance(recorded["body"], str):
        assert answer.text == recorded["body"]
        return
    body = answer.json()
    deviation = DEVIATIONS.get(exchange["name"])
    if deviation is not None:
        assert deviation.reduced(body) == deviation.reduced(recorded["body"]), deviation.why
    else:
        assert _normal(body) == _normal(recorded["body"])
    assert _order(body) == _order(recorded["body"]) or deviation is OWN or exchange["name"] in {"menu list", "labels"}


def test_every_deviation_is_needed(answers: dict[str, httpx.Response]) -> None:
    for exchange in _exchanges():
        if exchange["name"] in DEVIATIONS:
            assert _normal(answers[exchange["name"]].json()) != _normal(exchange["response"]["body"]), exchange["name"]


def test_all_exchanges_are_replayed() -> None:
    names = [exchange["name"] for exchange in _exchanges()]
    assert len(names) == len(set(names)) == 76
    assert set(DEVIATIONS) <= set(names)


def _normal(value: Any) -> Any:
    """Leave out what differs from one run to the next: access keys, and times other than the mail's own."""
    if isinstance(value, dict):
        return {key: _normal(item) if key not in {"createdtime", "modifiedtime"} else _time(item)
                for key, item in value.items()}  # fmt: skip
    if isinstance(value, list) and len(value) == 1 and isinstance(value[0], str):
        return ["<access key>"] if re.fullmatch(r"[A-Za-z0-9]{16}", value[0]) else value
    return [_normal(item) for item in value] if isinstance(value, list) else value


def _time(value: str) -> bool:
    datetime.datetime.strptime(value, "%Y-%m-%d %H:%M:%S")
    return True


def _order(value: Any) -> Any:
    """The keys in their order, which JSON leaves open but vtenext keeps."""
    if isinstance(value, dict):
        return [(key, _order(item)) for key, item in value.items()]
    return [_order(item) for item in value] if isinstance(value, list) else None
