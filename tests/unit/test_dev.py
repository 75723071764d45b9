"""The first command: it starts everything, says where it is, and ends when it is told to."""

from __future__ import annotations

import re
import shutil
import signal
import ssl
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

from patience import LONGEST
from sandbox_crm.store.users import SEED_USERS
from workshop.checkout import CACHE, ROOT
from workshop.serving import Server

pytestmark = pytest.mark.xdist_group("one at a time: they look for free ports")
SAMPLES = ROOT / "tests" / "mails"
NAMES = ("Stand-in Outlook", "Pane", "Sandbox CRM")
if sys.platform == "win32":
    STOP, NEW_GROUP = signal.CTRL_BREAK_EVENT, subprocess.CREATE_NEW_PROCESS_GROUP
else:
    STOP, NEW_GROUP = signal.SIGINT, 0


def free_port() -> int:
    """A port that is free, as are most likely those after it."""
    server = Server(None)
    server.close()
    return min(server.port, 60000)


@contextmanager
def development(*options: str) -> Iterator[subprocess.Popen[str]]:
    command = [sys.executable, str(ROOT / "scripts" / "dev.py"), "--no-browser", *options]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, encoding="utf-8", creationflags=NEW_GROUP
    ) as process:
        try:
            yield process
        finally:
            process.kill()


def printed(process: subprocess.Popen[str]) -> str:
    """What it prints until everything runs."""
    assert process.stdout is not None
    lines = []
    for line in process.stdout:
        lines.append(line)
        if line.startswith(("Stop with", "It stops")):
            break
    return "".join(lines)


def complaints(errors: str) -> list[str]:
    """What it wrote to stderr, without the notes about ports that somebody else has taken meanwhile."""
    return [line for line in errors.splitlines() if "is taken: the" not in line]


def trusting() -> httpx.Client:
    """A client that trusts the development certificate, which the first start makes."""
    context = ssl.create_default_context(cafile=str(CACHE / "certificate" / "localhost.pem"))
    return httpx.Client(verify=context)


def test_everything_is_there_and_ctrl_c_ends_it() -> None:
    with development("--port", str(free_port())) as process:
        text = printed(process)
        outlook, pane, crm = (re.search(rf"{name} +(https://localhost:\d+\S*)", text) for name in NAMES)
        assert outlook is not None
        assert pane is not None
        assert crm is not None
        with trusting() as client:
            page = client.get(pane[1])
            assert "frame-ancestors https://outlook.office.com" in page.headers["content-security-policy"]
            assert page.headers["content-security-policy"].endswith(" " + outlook[1].rstrip("/"))
            assert 'src="/lib/1/hosted/office.js"' in page.text
            assert client.get(f"{pane[1]}lib/1/hosted/office.js").status_code == 200
            assert client.get(f"{pane[1]}config.json").json()["crm_urls"] == [crm[1]]
            assert client.get(f"{outlook[1]}configuration").json()["paneUrl"] == f"{pane[1]}index.html"
            assert f"{len(client.get(f'{outlook[1]}mails').json())} mails" in text
            for user in SEED_USERS:
                assert re.search(rf"{user.name} +{user.password} ", text)
                signed_in = client.post(
                    f"{crm[1]}/restapi/v1/vtews/loginpwd", data={"username": user.name, "password": user.password}
                )
                assert signed_in.status_code == 200
        process.send_signal(STOP)
        rest, errors = process.communicate(timeout=LONGEST)
        assert (process.returncode, rest, complaints(errors)) == (0, "Stopping …\n", [])


def test_a_taken_port_is_passed_over_and_told() -> None:
    with Server(None) as taken, development("--port", str(taken.port), "--seconds", "0") as process:
        text, errors = process.communicate(timeout=LONGEST)
    assert process.returncode == 0
    assert f"Port {taken.port} is taken: the pane uses {taken.port + 10}." in errors
    assert f"https://localhost:{taken.port + 10}/" in text


def test_own_mails_and_an_own_crm(tmp_path: Path) -> None:
    folder = tmp_path / "mails"
    folder.mkdir()
    shutil.copy(SAMPLES / "emoji.eml", folder)
    own = ["--mail", str(folder), "--mail", str(SAMPLES / "plain-ascii.eml"), "--crm", "https://crm.example.com/crm"]
    with development("--port", str(free_port()), "--seconds", "0", *own) as process:
        text, errors = process.communicate(timeout=LONGEST)
    assert (process.returncode, complaints(errors)) == (0, [])
    assert " 2 mails;" in text
    assert "vtenext           https://crm.example.com/crm" in text
    assert "Sandbox" not in text


@pytest.mark.parametrize(("make", "complaint"), [(False, "there is no such file"), (True, "there is no .eml file")])
def test_mails_that_are_not_there(make: bool, complaint: str, tmp_path: Path) -> None:
    folder = tmp_path / "mails"
    if make:
        folder.mkdir()
    with development("--mail", str(folder)) as process:
        text, errors = process.communicate(timeout=LONGEST)
    assert (process.returncode, text) == (1, "")
    assert complaint in errors
    assert "Traceback" not in errors


def test_a_crm_address_that_is_none() -> None:
    with development("--crm", "ftp://crm.example.com", "--seconds", "0") as process:
        _, errors = process.communicate(timeout=LONGEST)
    assert process.returncode == 1
    assert "no https address of a CRM" in errors
    assert "Traceback" not in errors


def test_manners_of_outlook() -> None:
    chosen = ["--outlook", "sizes=zero", "--outlook", "recipients=100"]
    with development("--port", str(free_port()), *chosen) as process:
        text = printed(process)
        address = next(line.split()[-1] for line in text.splitlines() if "Stand-in Outlook" in line)
        with trusting() as client:
            manners = client.get(f"{address}configuration").json()["manners"]
    assert (manners["sizes"], manners["recipients"], manners["item_id"]) == ("zero", 100, "given")


@pytest.mark.parametrize("wrong", ["sizes=huge", "kindness=much", "sizes"])
def test_a_manner_that_there_is_not_is_told_with_those_there_are(wrong: str) -> None:
    with development("--outlook", wrong) as process:
        text, errors = process.communicate(timeout=LONGEST)
    assert (process.returncode, text) == (1, "")
    assert "zero" in errors or "item_id" in errors
    assert "Traceback" not in errors
