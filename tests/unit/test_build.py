"""The build: complete, the same bytes every time, and refused where it would be wrong."""

from __future__ import annotations

import hashlib
import html
import json
import os
import re
import zipfile
from html.parser import HTMLParser
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog

from connector.graph.addresses import GRAPH
from workshop import build as builder
from workshop import translations, vendoring
from workshop.build import BuildError, build
from workshop.checkout import ROOT
from workshop.finishing import admin_folder
from workshop.hosting import SETTINGS
from workshop.pane_headers import MEDIA_TYPES, OFFICE_JS_HOST, content_security_policy, crm_sources, headers_for
from workshop.pane_packages import pinned_wheels

HOST = "https://addin.example.com"
CLIENT = "01234567-89ab-cdef-0123-456789abcdef"
OUTLOOK = "https://owa.example.com"


@pytest.fixture(scope="module")
def dist(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build(tmp_path_factory.mktemp("build") / "dist", HOST, [f"{OUTLOOK}/owa/"])


def vendored(dist: Path) -> Path:
    """The folder of what others made, for the plain start."""
    [folder] = dist.glob("boot/plain-*/vendor")
    return folder


def names(folder: Path) -> dict[str, bytes]:
    return {file.relative_to(folder).as_posix(): file.read_bytes() for file in folder.rglob("*") if file.is_file()}


def test_the_languages_hold_no_minute_of_the_build(dist: Path) -> None:
    compiled = list(dist.rglob("*.mo"))
    assert compiled
    assert [file.name for file in compiled if b"POT-Creation-Date: 1980-01-01 00:00" not in file.read_bytes()] == []


def test_every_text_is_translated() -> None:
    """If this fails: ``python scripts/catalogue.py``, then fill in what ``python scripts/check.py`` names."""
    assert translations.all_faults(translations.catalogues()).missing == ()


def test_a_language_that_is_not_whole_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    unfinished = Catalog(locale="it")
    unfinished.add("Sign out", "")
    monkeypatch.setattr(translations, "catalogues", lambda: {"it": unfinished})
    with pytest.raises(BuildError, match="it: “Sign out” is not translated"):
        build(tmp_path / "dist", HOST, whole=True)


def test_the_same_input_gives_the_same_bytes(dist: Path, tmp_path: Path) -> None:
    before = os.umask(0o077)
    try:
        again = build(tmp_path / "again", HOST, [OUTLOOK])
    finally:
        os.umask(before)
    assert names(again) == names(dist)


def test_a_second_build_replaces_the_first_as_a_whole(tmp_path: Path) -> None:
    out = build(tmp_path / "dist", HOST)
    (out / "stale.js").write_text("")
    build(out, HOST)
    assert not (out / "stale.js").exists()
    assert sorted(entry.name for entry in tmp_path.iterdir()) == ["dist", "dist-admin"]


def test_what_is_not_the_pane_stays_out(dist: Path) -> None:
    present = set(names(dist))
    assert "index.html" in present
    assert not {"package.json", "package-lock.json"} & present
    assert not [name for name in present if "node_modules" in name or name.endswith((".po", ".pot", ".pyc"))]
    assert not [name for name in present if "office" in name and "vendor" in name]


class _Links(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self.inline: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        for name, value in attrs:
            if name in ("src", "href", "config", "srcset") and value:
                self.found.append(value)
            if name == "style" or name.startswith("on"):
                self.inline.append(f"{tag} {name}")


def test_pages_refer_to_what_is_served_and_to_office_js_only(dist: Path) -> None:
    pages = [file for file in dist.rglob("*.html") if "vendor" not in file.parts]
    assert pages
    for page in pages:
        links = _Links()
        links.feed(page.read_text("utf-8"))
        assert links.inline == [], "the Content-Security-Policy forbids it"
        for link in links.found:
            if link.startswith(OFFICE_JS_HOST) or link.startswith("#"):
                continue
            assert "://" not in link, link
            assert (page.parent / link.split("?")[0]).is_file(), f"{page.name}: {link}"


def test_no_other_page_than_the_panes_three_runs_a_script(dist: Path) -> None:
    """Any page of the origin could read what the pane keeps; so could another kind of file that a browser shows."""
    shown = (".htm", ".html", ".svg", ".xht", ".xhtml", ".xml", ".xsl", ".pdf")
    pages = {
        file.relative_to(dist).as_posix(): file.read_text("utf-8") for file in dist.rglob("*") if file.suffix in shown
    }
    assert sorted(pages) == ["check.html", "index.html", "manifest.xml", "signin.html", "support.html"]
    for name in ("manifest.xml", "support.html"):
        assert not re.search(r"<(\w+:)?script\b|\son\w+\s*=|javascript:|xhtml", pages[name], re.I)
    [policy] = re.findall(r'http-equiv="Content-Security-Policy" content="([^"]+)"', pages["support.html"])
    assert policy.startswith("default-src 'none'; ")
    assert "script" not in policy


def test_every_file_has_a_media_type(dist: Path) -> None:
    unknown = {Path(name).suffix for name in names(dist)} - set(MEDIA_TYPES) - {".br", ".gz"}
    assert unknown == set(), "pane_headers.MEDIA_TYPES does not know it"


def test_pyodide_finds_its_packages(dist: Path) -> None:
    folder = vendored(dist) / "pyodide"
    lock = json.loads((folder / "pyodide-lock.json").read_text("utf-8"))
    assert set(lock["packages"]) == set(pinned_wheels())
    for package in lock["packages"].values():
        assert hashlib.sha256((folder / package["file_name"]).read_bytes()).hexdigest() == package["sha256"]
        assert set(package["depends"]) <= set(lock["packages"])


def test_pyscript_finds_its_chunks(dist: Path) -> None:
    folder = vendored(dist) / "pyscript"
    left_out = re.compile("|".join([*vendoring.LEFT_OUT_PLUGINS, "codemirror_.*", "zip"]))
    for file in folder.glob("*.js"):
        for chunk in re.findall(r"[\"']\./([\w.-]+\.js)[\"']", file.read_text("utf-8")):
            stem = chunk[: -len("-xxxxxxxx.js")]
            assert (folder / chunk).is_file() or left_out.fullmatch(stem), f"{file.name}: {chunk}"


def test_the_application_is_packed_as_it_is(dist: Path) -> None:
    sources = {
        file.relative_to(ROOT / "py").as_posix(): file.read_bytes()
        for file in (ROOT / "py" / "connector").rglob("*")
        if file.is_file() and "__pycache__" not in file.parts
    }
    with zipfile.ZipFile(vendored(dist) / "connector.zip") as archive:
        assert archive.testzip() is None
        assert {name: archive.read(name) for name in archive.namelist()} == sources
        assert archive.namelist() == sorted(sources)


@pytest.mark.parametrize(
    "host",
    ["http://addin.example.com", "addin.example.com", "https://", "https://a.example/?x", "https://u:p@a.example", ""],
)
def test_hosts_that_outlook_would_not_take(host: str, tmp_path: Path) -> None:
    with pytest.raises(BuildError, match="--host has to look like"):
        build(tmp_path / "dist", host)


@pytest.mark.parametrize("address", ["owa.example.com", "http://owa.example.com", "https://a.example; script-src *"])
def test_outlook_hosts_that_no_policy_may_name(address: str, tmp_path: Path) -> None:
    with pytest.raises(BuildError, match="is not an https:// address"):
        build(tmp_path / "dist", HOST, [address])


@pytest.mark.parametrize(
    ("config", "complaint"),
    [({"crm_url": "https://crm.example"}, "'crm_url' is not known"), ({"free_url": "yes"}, "has to be true or false")],
)
def test_a_config_with_mistakes_is_refused(config: dict[str, object], complaint: str, tmp_path: Path) -> None:
    with pytest.raises(BuildError, match=complaint):
        build(tmp_path / "dist", HOST, config=config)
    assert not (tmp_path / "dist").exists()


def test_a_config_takes_the_place_of_the_committed_one(tmp_path: Path) -> None:
    config = {"crm_urls": ["https://crm.example/crm"], "free_url": False}
    out = build(tmp_path / "dist", HOST, config=config)
    assert json.loads((out / "config.json").read_text("utf-8")) == config


def test_a_folder_of_somebody_else_is_not_replaced(tmp_path: Path) -> None:
    (tmp_path / "thesis.txt").write_text("years of work")
    with pytest.raises(BuildError, match="was not made by a build"):
        build(tmp_path, HOST)
    assert (tmp_path / "thesis.txt").read_text() == "years of work"


@pytest.mark.parametrize(
    ("trouble", "code", "said"),
    [
        (KeyboardInterrupt(), 130, "Stopped. What was made so far is kept: the next build goes on from there."),
        (OSError(28, "No space left on device", "vendor"), 1, "The build stopped: vendor: No space left on device."),
    ],
    ids=["stopped by hand", "a full disk"],
)
def test_what_ends_a_build_is_said_in_a_sentence(
    trouble: BaseException,
    code: int,
    said: str,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def vendor(out: Path) -> None:
        raise trouble

    monkeypatch.setattr(vendoring, "vendor", vendor)
    assert builder.main(["--host", HOST, "--out", str(tmp_path / "dist")]) == code
    assert capsys.readouterr().err.splitlines()[-1] == said
    assert list(tmp_path.iterdir()) == [], "and nothing is left behind"


def test_the_policy_lets_no_foreign_code_in() -> None:
    policy = dict(part.split(" ", 1) for part in headers_for("/")["Content-Security-Policy"].split("; "))
    assert policy["default-src"] == "'none'"
    assert policy["script-src"] == f"'self' 'wasm-unsafe-eval' {OFFICE_JS_HOST}/lib/1/hosted/"
    assert policy["require-trusted-types-for"] == "'script'"
    assert "unsafe-inline" not in str(policy)
    assert "'unsafe-eval'" not in str(policy)


@pytest.mark.parametrize(
    ("config", "sources"),
    [
        ({}, "https:"),
        ({"crm_urls": ["crm.example.com/crm"]}, "https:"),
        ({"crm_urls": ["http://localhost:8080/crm"]}, "https: http://localhost:8080"),
        ({"crm_urls": ["crm.example.com/crm", "https://crm.example.com:444/"], "free_url": False},
         "https://crm.example.com https://crm.example.com:444"),
        ({"crm_urls": [], "free_url": False}, "https:"),
        ({"crm_urls": ["crm.example.com"], "free_url": False, "entra_client_id": CLIENT},
         f"https://crm.example.com {GRAPH}"),
        ({"crm_urls": ["crm.example.com"], "free_url": False, "entra_client_id": ""}, "https://crm.example.com"),
    ],
)  # fmt: skip
def test_the_pane_may_call_no_more_than_its_configuration_allows(config: dict[str, object], sources: str) -> None:
    policy = content_security_policy(crms=crm_sources(config))
    assert f"; connect-src 'self' {sources};" in policy


def test_the_build_writes_the_policy_of_its_configuration(tmp_path: Path) -> None:
    config = {"crm_urls": ["https://crm.example.com/crm"], "free_url": False}
    dist = build(tmp_path / "dist", HOST, config=config)
    for setting in SETTINGS.values():
        text = html.unescape((admin_folder(dist) / setting.file).read_text("utf-8"))
        assert "connect-src 'self' https://crm.example.com;" in text
        assert "localhost:*" not in text


def test_licences_of_all_that_is_copied(dist: Path) -> None:
    text = (dist / "THIRD-PARTY.txt").read_text("utf-8")
    for name in ("Pyodide", "PyScript", "CPython", "micropip", "pyodide-http", "polyscript"):
        assert name in text
    for licence in ("Apache License", "Mozilla Public License", "Permission to use, copy, modify"):
        assert licence in text


def test_the_command_says_what_it_made(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert builder.main(["--quick", "--host", HOST, "--out", str(tmp_path / "dist")]) == 0
    assert re.search(r"dist: \d+ files, \d+\.\d MB, for https://addin\.example\.com$", capsys.readouterr().out, re.M)
    assert builder.main(["--host", "ftp://x", "--out", str(tmp_path / "other")]) == 1
    assert capsys.readouterr().err.startswith("The build stopped: --host")
