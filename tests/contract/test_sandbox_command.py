"""The sandbox CRM as a command of its own."""

from __future__ import annotations

import contextlib
import dataclasses
import io
import queue
import re
import socket
import threading
from pathlib import Path

import httpx
import pytest

from patience import LONGEST
from sandbox_crm.quirks import Quirks
from workshop import sandbox


class Told(io.TextIOBase):
    """What a command prints in another thread, to be waited for: reading what pytest captured would lose some of it."""

    def __init__(self) -> None:
        self._pieces: queue.Queue[str] = queue.Queue()

    def write(self, text: str) -> int:
        """Take what is printed."""
        self._pieces.put(text)
        return len(text)

    def until(self, last: str) -> str:
        """Everything up to the piece with these words."""
        told = ""
        while last not in told:
            told += self._pieces.get(timeout=LONGEST)
        return told


class Running:
    """The command in a thread of this process, until the block ends."""

    def __init__(self, *arguments: str) -> None:
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, args=(arguments,))
        self._told = Told()
        self._printing = contextlib.redirect_stdout(self._told)
        self.code: int | None = None

    def _run(self, arguments: tuple[str, ...]) -> None:
        self.code = sandbox.main(arguments, stop=self._stop)

    def __enter__(self) -> Running:
        self._printing.__enter__()
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        self._thread.join()
        self._printing.__exit__(None, None, None)

    def address(self) -> str:
        """Where the command says that the CRM is."""
        told = self._told.until("Stop with")
        match = re.search(r"Sandbox CRM: (\S+)", told)
        assert match is not None
        assert "agent" in told
        assert "agent-sandbox" in told
        return match[1]


def test_it_serves_with_its_options(tmp_path: Path) -> None:
    database = tmp_path / "crm.db"
    options = (
        "--http",
        "--path",
        "/vte",
        "--quirk",
        "subject-limit=5",
        "--database",
        str(database),
        "--id-offset",
        "7",
    )
    with Running(*options) as running:
        url = running.address()
        assert url.endswith("/vte")
        rest = f"{url}/restapi/v1/vtews"
        given = {"username": "admin", "password": "admin-sandbox"}
        (key,) = httpx.post(f"{rest}/loginpwd", json=given).json()["data"]
        element = '{"subject": "123456789", "messageid": "<x@y.example>"}'
        mail = {"elementType": "Messages", "element": element}
        told = httpx.post(f"{rest}/create", json=mail, auth=("admin", key)).json()["data"]
        assert (told["subject"], told["id"].partition("x")[0]) == ("12345", "51")
    assert running.code == 0
    assert database.exists()


def test_a_taken_port_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        assert sandbox.main(["--http", "--port", str(taken.getsockname()[1])]) == 1
    assert "--port" in capsys.readouterr().err


@pytest.mark.parametrize("quirk", ["nosuch=1", "subject_limit=x", "sanitize_html=maybe", "subject_limit=none", ""])
def test_a_wrong_quirk_is_told(capsys: pytest.CaptureFixture[str], quirk: str) -> None:
    assert sandbox.main(["--quirk", quirk]) == 2
    assert "quirk" in capsys.readouterr().err


def test_help_names_every_quirk_and_shows_examples(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        sandbox.main(["--help"])
    assert ended.value.code == 0
    told = capsys.readouterr().out
    assert "python scripts/sandbox.py --http" in told
    for quirk in dataclasses.fields(Quirks):
        assert quirk.name in told


def test_quirks_from_text() -> None:
    settings = ["three_byte_text=off", "lockout_after=none", "latency=0.5", "post-max-size=1_000"]
    quirks = Quirks.parse(settings)
    assert (quirks.three_byte_text, quirks.lockout_after, quirks.latency) == (False, None, 0.5)
    assert quirks.post_max_size == 1000
    assert Quirks.parse([]) == Quirks()
