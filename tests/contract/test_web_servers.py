"""The built pane behind real web servers: every file, header, type and encoding; and an update in place."""

from __future__ import annotations

import gzip
import http.client
import json
import re
import shutil
import socket
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from contract.webservers import BROTLI, PROGRAMS, has_ipv6, serving, trusting
from workshop.build import build
from workshop.certificate import Certificate, certificate_for
from workshop.doctor.command import main as doctor
from workshop.finishing import admin_folder
from workshop.pane_headers import FOREVER, REVALIDATE, common_headers, media_type
from workshop.pane_packages import node

pytestmark = pytest.mark.slow
HOST = "https://localhost/pane"
PACKED = (".br", ".gz")


@dataclass(frozen=True)
class Host:
    """A running server, and what it serves."""

    name: str
    port: int
    served: Path
    certificate: Certificate
    line: http.client.HTTPSConnection

    def get(self, path: str, **headers: str) -> tuple[http.client.HTTPMessage, int, bytes]:
        """Ask for a file below the pane's folder."""
        given = {name.replace("_", "-"): text for name, text in headers.items()}
        for last in (False, True):
            try:
                self.line.request("GET", f"/pane/{path}", headers=given)
                answer = self.line.getresponse()
                return answer.headers, answer.status, answer.read()
            except (http.client.HTTPException, OSError):
                # A server ends a connection after so many requests.
                self.line.close()
                if last:
                    raise
        raise AssertionError


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Certificate:
    return certificate_for(["localhost", "127.0.0.1"], tmp_path_factory.mktemp("certificate"))


@pytest.fixture(scope="module")
def dist(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build(tmp_path_factory.mktemp("hosts") / "dist", HOST)


@pytest.fixture(scope="module", params=PROGRAMS)
def host(request: pytest.FixtureRequest, dist: Path, certificate: Certificate) -> Iterator[Host]:
    with serving(request.param, dist, admin_folder(dist), certificate) as (port, served):
        line = http.client.HTTPSConnection("localhost", port, context=trusting(certificate))
        yield Host(request.param, port, served, certificate, line)
        line.close()


def files(dist: Path) -> list[str]:
    names = [file.relative_to(dist).as_posix() for file in dist.rglob("*") if file.is_file()]
    return sorted(name for name in names if not name.endswith(PACKED))


def unpacked(encoding: str | None, body: bytes, twin: Path) -> bytes:
    """Undo an encoding. Python has no brotli: that answer has to be the build's own copy, byte by byte."""
    if encoding == "gzip":
        return gzip.decompress(body)
    if encoding == "br":
        assert body == twin.read_bytes()
        return b""
    assert encoding is None
    return body


@pytest.mark.parametrize("accepted", ["", "gzip, deflate, br", "br;q=0, gzip"])
def test_every_file_arrives_as_it_was_built(host: Host, dist: Path, accepted: str) -> None:
    for name in files(dist):
        headers, status, body = host.get(name, **({"Accept_Encoding": accepted} if accepted else {}))
        file = dist / name
        twins = {one: file.with_name(file.name + one) for one in PACKED}
        encoding = headers["Content-Encoding"]
        content = unpacked(encoding, body, twins[".br"])
        assert status == 200, name
        assert encoding == "br" or content == file.read_bytes(), name
        assert headers["Content-Type"] == media_type(name), name
        assert headers.get_all("Cache-Control") == [FOREVER if name.startswith("boot/") else REVALIDATE], name
        for header, value in common_headers().items():
            assert headers.get_all(header) == [value], f"{name}: {header}"
        if twins[".gz"].exists():
            brotli = accepted.endswith("br") and (host.name != "nginx" or BROTLI.exists())
            assert encoding == ("br" if brotli else "gzip" if "gzip" in accepted else None), name
            assert headers.get_all("Vary") == ["Accept-Encoding"], name


def test_the_folder_itself_is_the_pane(host: Host, dist: Path) -> None:
    headers, status, body = host.get("", Accept_Encoding="gzip")
    assert (status, headers["Content-Type"]) == (200, "text/html; charset=utf-8")
    assert unpacked(headers["Content-Encoding"], body, dist) == (dist / "index.html").read_bytes()
    assert headers.get_all("Cache-Control") == [REVALIDATE]


def test_an_answer_that_a_file_is_missing_is_not_kept(host: Host) -> None:
    for name in ("boot/nothing-0123456789abcdef.js", "nothing"):
        headers, status, _ = host.get(name)
        assert status == 404
        assert "immutable" not in str(headers["Cache-Control"])
        assert headers.get_all("X-Content-Type-Options") == ["nosniff"]


def test_a_copy_that_is_still_good_is_not_sent_again(host: Host) -> None:
    for accepted in ("identity", "gzip", "gzip, br"):
        first, _, _ = host.get("index.html", Accept_Encoding=accepted)
        headers, status, body = host.get("index.html", Accept_Encoding=accepted, If_None_Match=first["ETag"])
        assert (status, body) == (304, b"")
        assert headers.get_all("Cache-Control") == [REVALIDATE]


def test_http_2_is_spoken(host: Host) -> None:
    with socket.create_connection(("127.0.0.1", host.port)) as line:
        context = trusting(host.certificate, "h2", "http/1.1")
        with context.wrap_socket(line, server_hostname="localhost") as sealed:
            assert sealed.selected_alpn_protocol() == "h2"


def test_ipv6_is_spoken(host: Host) -> None:
    if host.name == "apache" or not has_ipv6():
        return  # Apache's addresses are not in what the build writes
    line = socket.create_connection(("::1", host.port))
    with trusting(host.certificate).wrap_socket(line, server_hostname="localhost") as sealed:
        assert sealed.version()


def test_an_update_in_place_leaves_old_tabs_what_they_need(host: Host, dist: Path) -> None:
    """The new files are copied over the old ones: an open pane still finds its own, a new one finds the new."""
    before, _, page = host.get("index.html", Accept_Encoding="gzip")
    old = unpacked(before["Content-Encoding"], page, dist).decode()
    named = re.findall(r'(?:src|href)="(boot/[^"]+)"', old)
    assert named
    new_page = old.replace("</body>", "<!-- newer --></body>").replace(named[0], "boot/newer-0123456789abcdef.js")
    try:
        (host.served / "boot" / "newer-0123456789abcdef.js").write_text("// newer", "utf-8")
        (host.served / "index.html").write_text(new_page, "utf-8")
        (host.served / "index.html.gz").write_bytes(gzip.compress(new_page.encode()))
        (host.served / "index.html.br").unlink()
        after, status, page = host.get("index.html", Accept_Encoding="gzip", If_None_Match=before["ETag"])
        assert status == 200, "the browser learns that its copy is old"
        assert unpacked(after["Content-Encoding"], page, dist).decode() == new_page
        assert host.get("boot/newer-0123456789abcdef.js")[2] == b"// newer"
        for name in named:
            assert host.get(name)[2] == (dist / name).read_bytes(), "an old tab goes on with its own version"
    finally:
        shutil.copytree(dist, host.served, dirs_exist_ok=True)


def test_the_doctor_finds_nothing_wrong(host: Host, capsys: pytest.CaptureFixture[str]) -> None:
    """But that the manifest names the address without this test's port."""
    doctor(["--pane", f"https://localhost:{host.port}/pane", "--ca", str(host.certificate.chain)])
    said = capsys.readouterr().out
    assert [line for line in said.splitlines() if line.startswith("FAILED")] == [
        f"FAILED  Manifest: It names https://localhost/pane/icons/icon-64.png, but the pane is at "
        f"https://localhost:{host.port}/pane."
    ]


def test_what_is_compressed_is_what_was_built(dist: Path) -> None:
    """The tests above compare Brotli's bytes with the copies; here Node unpacks these."""
    code = (
        "const {readFileSync:r}=require('fs'),z=require('zlib'),h=require('crypto');"
        "const o={};for(const f of JSON.parse(r(0)))"
        "o[f]=h.createHash('sha256').update(z.brotliDecompressSync(r(f+'.br'))).digest('hex')"
        "===h.createHash('sha256').update(r(f)).digest('hex');process.stdout.write(JSON.stringify(o))"
    )
    packed = [str(file)[: -len(".br")] for file in dist.rglob("*.br")]
    done = subprocess.run([*node(), "-e", code], input=json.dumps(packed), capture_output=True, text=True, check=True)
    assert set(json.loads(done.stdout).values()) == {True}
