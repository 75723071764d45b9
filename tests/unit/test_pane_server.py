"""The pane's server: production headers on every answer, and nothing beside the built files."""

from __future__ import annotations

import gzip
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from workshop import pane_headers
from workshop.pane_server import create_app
from workshop.serving import Server

TAG = f'<script src="{pane_headers.OFFICE_JS_HOST}/lib/1/hosted/office.js"></script>'


@pytest.fixture
def dist(tmp_path: Path) -> Path:
    folder = tmp_path / "dist"
    (folder / "vendor").mkdir(parents=True)
    (folder / "index.html").write_text(TAG)
    (folder / "vendor" / "a.mjs").write_text("export const a = 1;")
    (tmp_path / "secret.txt").write_text("secret")
    return folder


@pytest.fixture
def client(dist: Path) -> Iterator[httpx.Client]:
    with Server(create_app(dist)) as server, httpx.Client(base_url=server.url) as client:
        yield client


@pytest.mark.parametrize(
    ("path", "status", "kind"),
    [
        ("/", 200, "text/html; charset=utf-8"),
        ("/index.html", 200, "text/html; charset=utf-8"),
        ("/vendor/a.mjs", 200, "text/javascript; charset=utf-8"),
        ("/vendor/", 404, "text/plain; charset=utf-8"),
        ("/missing.wasm", 404, "text/plain; charset=utf-8"),
    ],
)
def test_every_answer_has_the_production_headers(client: httpx.Client, path: str, status: int, kind: str) -> None:
    answer = client.get(path)
    assert (answer.status_code, answer.headers["content-type"]) == (status, kind)
    crms = pane_headers.crm_sources({}, development=True)
    for name, value in pane_headers.headers_for(path, crms=crms).items():
        assert answer.headers[name] == value


def test_a_missing_file_is_not_missing_for_ever(client: httpx.Client, dist: Path) -> None:
    assert client.get("/boot/a.js").headers["cache-control"] == "no-cache"
    (dist / "boot").mkdir()
    (dist / "boot" / "a.js").write_text("1;")
    assert client.get("/boot/a.js").headers["cache-control"].endswith("immutable")


@pytest.mark.parametrize(
    "path",
    ["/../secret.txt", "/%2e%2e/secret.txt", "/..%2fsecret.txt", "/vendor/..%5c..%5csecret.txt", "//etc/hosts", "/%00"],
)
def test_nothing_beside_the_files_is_handed_out(client: httpx.Client, path: str) -> None:
    raw = httpx.URL(client.base_url).copy_with(raw_path=path.encode())  # as it stands, without httpx's tidying
    answer = client.send(client.build_request("GET", raw))
    assert answer.status_code == 404


def test_a_file_is_sent_again_only_when_it_has_changed(client: httpx.Client, dist: Path) -> None:
    first = client.get("/vendor/a.mjs")
    known = {"If-None-Match": first.headers["etag"]}
    again = client.get("/vendor/a.mjs", headers=known)
    assert (again.status_code, again.content) == (304, b"")
    assert again.headers["content-security-policy"] == first.headers["content-security-policy"]
    (dist / "vendor" / "a.mjs").write_text("export const a = 22;")
    changed = client.get("/vendor/a.mjs", headers=known)
    assert (changed.status_code, changed.text) == (200, "export const a = 22;")


def test_only_reading_is_possible(client: httpx.Client) -> None:
    assert client.post("/").status_code == 405
    head = client.head("/")
    assert (head.status_code, head.content, int(head.headers["content-length"])) == (200, b"", len(TAG))


def test_a_precompressed_copy_is_used_when_the_client_takes_it(client: httpx.Client, dist: Path) -> None:
    (dist / "vendor" / "a.mjs.gz").write_bytes(gzip.compress(b"compressed"))
    packed = client.get("/vendor/a.mjs", headers={"Accept-Encoding": "gzip, deflate"})
    assert (packed.text, packed.headers["content-encoding"]) == ("compressed", "gzip")
    plain = client.get("/vendor/a.mjs", headers={"Accept-Encoding": "identity"})
    assert (plain.text, plain.headers["vary"]) == ("export const a = 1;", "Accept-Encoding")
    assert packed.headers["content-type"] == plain.headers["content-type"]


def test_frame_ancestors_of_the_development_server_come_on_top(dist: Path) -> None:
    with Server(create_app(dist, extra_frame_ancestors=["https://localhost:8444"])) as server:
        policy = httpx.get(server.url).headers["content-security-policy"]
    crms = pane_headers.crm_sources({}, development=True)
    assert policy == pane_headers.content_security_policy(["https://localhost:8444"], crms)


def test_office_js_can_come_from_this_machine(dist: Path, tmp_path: Path) -> None:
    officejs = tmp_path / "officejs"
    (officejs / "en-us").mkdir(parents=True)
    (officejs / "office.js").write_text("/* office */")
    (officejs / "en-us" / "strings.js").write_text("/* strings */")
    with Server(create_app(dist, local_officejs=officejs)) as server, httpx.Client(base_url=server.url) as client:
        assert client.get("/").text == '<script src="/lib/1/hosted/office.js"></script>'
        assert client.get("/lib/1/hosted/office.js").text == "/* office */"
        assert client.get("/lib/1/hosted/en-US/strings.js").text == "/* strings */"
    behind = create_app(dist, local_officejs=officejs, behind_officejs=b"/* newer */")
    with Server(behind) as server, httpx.Client(base_url=server.url) as client:
        assert client.get("/lib/1/hosted/office.js").text == "/* office *//* newer */"
        assert client.get("/lib/1/hosted/en-US/strings.js").text == "/* strings */"
    with Server(create_app(dist)) as server:
        assert httpx.get(f"{server.url}/lib/1/hosted/office.js").status_code == 404
        assert httpx.get(server.url).text == TAG
