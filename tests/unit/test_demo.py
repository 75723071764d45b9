"""The demo that needs no installation: its files, and what answers in the browser's worker, here on CPython."""

from __future__ import annotations

import asyncio
import json
import re
import subprocess
import sys
import zipfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest

from workshop import demo, pane_headers
from workshop.checkout import ROOT
from workshop.demo.served import Demo
from workshop.installing import Failed

PLACE = "https://demo.example.com/try/"
MAILS = ROOT / "tests" / "mails"
FORM = [["content-type", "application/x-www-form-urlencoded"]]
NAVIGATING = [["sec-fetch-mode", "navigate"]]


def built(folder: Path, _host: str, _outlooks: Sequence[str], config: Mapping[str, object]) -> None:
    """As much of a pane as the demo looks at."""
    (folder / "boot" / "plain-0123" / "vendor" / "pyodide").mkdir(parents=True)
    (folder / "index.html").write_text("<html></html>")
    (folder / "config.json").write_text(json.dumps(config))
    folder.with_name("pane-admin").mkdir()


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return demo.make(tmp_path_factory.mktemp("demo") / "dist", PLACE.rstrip("/"), built)


@pytest.fixture(scope="module")
def served() -> Demo:
    return Demo(PLACE, MAILS)


def asked(there: Demo, method: str, path: str, headers: object = (), body: bytes = b"") -> tuple[int, Any, bytes]:
    """What it answers: status, headers by name, body."""
    status, told, content = asyncio.run(there.answer(method, path, json.dumps(headers), memoryview(body)))
    return status, dict(json.loads(told)), content


def test_what_is_served(made: Path) -> None:
    files = {file.relative_to(made).as_posix() for file in made.rglob("*") if file.is_file()}
    assert {"index.html", "sw.js", "pane/index.html", "demo/worker.js", "static/page.js", "THIRD-PARTY.txt"} <= files
    assert "static/addon.js" not in files, "office.js is Microsoft's own, as it is"
    assert {path.partition("/")[0] for path in files} == {
        "index.html", "sw.js", "THIRD-PARTY.txt", "pane", "demo", "static",
    }  # fmt: skip
    assert json.loads((made / "pane" / "config.json").read_text()) == {"crm_urls": ["https://demo.example.com/try/crm"]}


def test_the_pane_gets_the_policy_that_it_has_anywhere(made: Path) -> None:
    about = json.loads((made / "demo" / "demo.json").read_text())
    usual = pane_headers.common_headers(["'self'"])
    assert about == {"pyodide": "pane/boot/plain-0123/vendor/pyodide/", "headers": usual}


def test_the_page_has_a_policy_and_says_what_it_is(made: Path) -> None:
    page = (made / "index.html").read_text("utf-8")
    assert page.index("Content-Security-Policy") < page.index("<script")
    assert "microsoft" not in demo.POLICY
    assert "password <b>agent-sandbox</b>" in page
    assert re.findall(r'(?:src|href)="(?!static/|demo/)[^"]*"', page) == [], "it works below any path"
    assert '<script type="module" src="demo/start.js">' in page
    assert "static/page.js" not in page


def test_a_page_that_has_changed_is_noticed() -> None:
    with pytest.raises(Failed, match="can't be made of it"):
        demo.page("<html><head></head></html>")


def test_the_same_input_gives_the_same_bytes(made: Path, tmp_path: Path) -> None:
    again = demo.make(tmp_path / "dist", PLACE.rstrip("/"), built)
    for file in made.rglob("*"):
        if file.is_file():
            assert (again / file.relative_to(made)).read_bytes() == file.read_bytes(), file


def test_a_folder_of_somebody_else_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "letter.txt").write_text("Dear all")
    with pytest.raises(Failed, match="was not made by a build"):
        demo.make(tmp_path, PLACE, built)
    assert (tmp_path / "letter.txt").read_text() == "Dear all"


def test_what_the_worker_unpacks_is_all_that_it_needs(made: Path, tmp_path: Path) -> None:
    with zipfile.ZipFile(made / "demo" / "packages.zip") as archive:
        archive.extractall(tmp_path)
    # Without this environment's packages, and without the system's time zones, as in Pyodide.
    code = (
        "import sys; sys.path.insert(0, sys.argv[1]); import asyncio, zoneinfo, served; zoneinfo.reset_tzpath(());"
        f"demo = served.Demo({PLACE!r});"
        "print(len(demo.mailbox.mails), asyncio.run(demo.answer('GET', '/try/configuration', '[]', b''))[0])"
    )
    command = [sys.executable, "-I", "-S", "-c", code, str(tmp_path)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.stdout == f"{len(list(MAILS.rglob('*.eml')))} 200\n", done.stderr


def test_mailbox_and_crm_answer_below_the_path(served: Demo) -> None:
    status, _, content = asked(served, "GET", "/try/configuration")
    assert status == 200
    configuration = json.loads(content)
    assert configuration["paneUrl"] == "https://demo.example.com/try/pane/index.html"
    first = next(mail for mail in configuration["mails"] if mail["source"] == demo.FIRST)
    assert first["subject"] == "Forecast for the next half year"
    status, headers, content = asked(served, "POST", "/try/crm/restapi/v1/vtews/mailconnectorstatus", FORM)
    assert (status, json.loads(content)["data"]["result"]["licence"]["state"]) == (200, "active")
    assert "content-length" not in headers
    assert asked(served, "GET", "/try/crm/restapi/v1/vtews/none")[0] == 400
    assert asked(served, "GET", "/try/nothing")[0] == 404


def test_the_crms_pages_know_their_visitor(served: Demo) -> None:
    page = "/try/crm/index.php?module=Contacts&action=DetailView&record=22"
    assert b"Mary" not in asked(served, "GET", page, NAVIGATING)[2]
    status, headers, _ = asked(
        served, "POST", "/try/crm/index.php", [*FORM, *NAVIGATING], b"user_name=agent&user_password=agent-sandbox"
    )
    assert status in {200, 302, 303}
    assert "set-cookie" not in headers
    assert b"Mary" in asked(served, "GET", page, NAVIGATING)[2]
    assert b"Mary" not in asked(served, "GET", page)[2], "a script of a page sends no cookie"
