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
from standin_outlook.graph.answers import rest_id
from workshop import deployed, microsoft
from workshop.certificate import certificate_for
from workshop.checkout import CACHE, ROOT
from workshop.installing import Failed
from workshop.pane_server import create_app as pane_server
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


def shown(text: str, name: str) -> str:
    """An address that it printed."""
    found = re.search(rf"{name} +(https://\S+)", text)
    assert found is not None
    return found[1]


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
            assert "getAsFileAsync" in client.get(f"{pane[1]}lib/1/hosted/office.js").text, "today's office.js has it"
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
    assert (process.returncode, complaints(errors)) == (0, ["Reading 2 files …"])
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


@pytest.mark.deep("commands with each option", few=1)
@pytest.mark.parametrize(
    ("option", "state", "policy"),
    [
        ("--no-licence", "missing", "required"),
        ("--expired-licence", "expired", "required"),
        ("--stock", None, "optional"),
    ],
)
def test_sandboxes_that_are_not_licensed(option: str, state: str | None, policy: str) -> None:
    with development("--port", str(free_port()), option) as process:
        text = printed(process)
        crm, pane = shown(text, "Sandbox CRM"), shown(text, "Pane")
        with trusting() as client:
            asked = client.post(f"{crm}/restapi/v1/vtews/mailconnectorstatus", json={})
            config = client.get(f"{pane}config.json").json()
    if state is None:
        assert asked.status_code == 400
    else:
        assert asked.json()["data"]["result"]["licence"]["state"] == state
    assert config["licence"] == policy


def test_signed_in_by_itself() -> None:
    with development("--port", str(free_port()), "--signed-in", "jürgen") as process:
        pane = shown(printed(process), "Pane")
        with trusting() as client:
            page = client.get(pane)
            page.encoding = "utf-8"
            script = client.get(f"{pane}signed_in.js")
    assert '<script src="signed_in.js" data-user="jürgen" data-password="jürgen-sandbox" defer></script>' in page.text
    assert "requestSubmit" in script.text


def test_an_outlook_that_hands_out_no_files_has_graph_beside_it() -> None:
    with development("--port", str(free_port()), "--graph") as process:
        text = printed(process)
        pane, outlook = shown(text, "Pane"), shown(text, "Stand-in Outlook")
        with trusting() as client:
            config = client.get(f"{pane}config.json").json()
            assert config["entra_client_id"] == microsoft.CLIENT
            assert client.get(f"{outlook}configuration").json()["mailboxSet"] == "1.5"
            assert "askedOfMicrosoft" in client.get(f"{pane}lib/1/hosted/office.js").text
            mail = client.get(f"{outlook}mails").json()[0]["id"]
        assert "a stand-in of Microsoft Graph" in text
        found = re.search(r"--host-resolver-rules=MAP graph\.microsoft\.com:443 127\.0\.0\.1:(\d+)", text)
        assert found is not None
        graph = f"https://localhost:{found[1]}"
        with trusting() as client:
            address = f"{graph}/v1.0/me/messages/{rest_id(mail)}/attachments"
            assert client.get(address).status_code == 401
            wanted = {"clientId": microsoft.CLIENT, "scope": "Mail.Read"}
            request = {"messageType": "NestedAppAuthRequest", "method": "GetToken", "requestId": "1"}
            answer = client.post(f"{graph}{microsoft.SIGN_IN}", json={**request, "tokenParams": wanted}).json()
            token = answer["token"]["access_token"]
            assert client.get(address, headers={"Authorization": f"Bearer {token}"}).status_code == 200


@pytest.mark.parametrize("option", ["--graph", "--signed-in"])
def test_what_is_for_a_pane_that_is_built_here(option: str) -> None:
    with development(option, "--pane", "https://addin.example.com") as process:
        text, errors = process.communicate(timeout=LONGEST)
    assert (process.returncode, text) == (2, "")
    assert f"{option} is for a pane that is built here" in errors


@pytest.fixture
def elsewhere(tmp_path: Path) -> Iterator[Server]:
    """A pane that is served, and knows one CRM; this machine trusts the server's certificate (SSL_CERT_FILE)."""
    shutil.copy(ROOT / "pane" / "index.html", tmp_path)
    (tmp_path / "other.html").write_text("<h1>It works!</h1>")
    (tmp_path / "config.json").write_text('{"free_url": false, "crm_urls": ["https://crm.example.com"]}')
    with Server(pane_server(tmp_path), certificate=certificate_for(["localhost"], tmp_path / "keys")) as server:
        yield server


def test_a_pane_that_is_served_elsewhere(elsewhere: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "keys" / "localhost.pem"))
    with development("--port", str(free_port()), "--pane", elsewhere.url, "--seconds", "0") as process:
        text, errors = process.communicate(timeout=LONGEST)
    assert (process.returncode, complaints(errors)) == (0, [])
    assert shown(text, "Pane") == f"{elsewhere.url}/index.html"
    assert shown(text, "Stand-in Outlook") == "https://outlook.office.com/", "whom the pane's policy lets frame it"
    assert "--host-resolver-rules=MAP outlook.office.com:443 127.0.0.1:" in text
    assert "That pane knows only https://crm.example.com" in text


@pytest.mark.parametrize(
    ("page", "trusted", "complaint"),
    [
        ("other.html", True, "is no Mail Connector"),
        ("none/index.html", True, "its server answers 404"),
        ("index.html", False, "its certificate is not trusted here"),
    ],
)
def test_what_is_served_there_is_told(
    page: str, trusted: bool, complaint: str, elsewhere: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if trusted:
        monkeypatch.setattr(deployed, "TRUSTED", ssl.create_default_context(cafile=tmp_path / "keys" / "localhost.pem"))
    with pytest.raises(Failed, match=complaint):
        deployed.look(f"{elsewhere.url}/{page}")


def test_a_pane_where_nobody_answers() -> None:
    with pytest.raises(Failed, match="its server can't be reached"):
        deployed.look(f"https://localhost:{free_port()}/index.html")


def test_a_browser_that_is_none_is_told_before_anything_starts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MAIL_CONNECTOR_BROWSER", "/no/browser")
    command = [sys.executable, str(ROOT / "scripts" / "dev.py")]
    done = subprocess.run(command, capture_output=True, text=True, encoding="utf-8", check=False)
    assert (done.returncode, done.stdout) == (1, "")
    assert "MAIL_CONNECTOR_BROWSER names '/no/browser', which is no program here." in done.stderr


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
