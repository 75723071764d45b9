"""Commands that are given wrong input: each answers in a sentence about what was typed, and starts nothing."""

from __future__ import annotations

import importlib
import os
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from workshop import commands, own_mails
from workshop.checkout import ROOT
from workshop.installing import Failed

SCRIPTS = ROOT / "scripts"
SAMPLES = ROOT / "tests" / "mails"
MODULES = {"test": "testing", "check": "checks", "bench": "measuring", "doctor": "doctor.command"}
"""Where a command's module is called otherwise than the command."""
ISSUE = ["issue", "--request", "MCR1.e30", "--private"]
PRIVATE = "{folder}/key.pem"

WRONG: list[tuple[str, list[str], str]] = [
    ("dev", ["--port", "99999"], "'99999'"),
    ("dev", ["--port", "65535"], "leaves no room for 4 ports"),
    ("dev", ["--port", "0"], "'0'"),
    ("dev", ["--port", "-1"], "'-1'"),
    ("dev", ["--port", "8443a"], "'8443a'"),
    ("dev", ["--port", "٨٤٤٣"], "no port"),
    ("dev", ["--seconds", "soon"], "'soon'"),
    ("dev", ["--seconds", "-5"], "'-5'"),
    ("dev", ["--seconds", "nan"], "'nan'"),
    ("dev", ["--crm", "ftp://crm.example.com"], "'ftp://crm.example.com' is no address of a CRM"),
    ("dev", ["--crm", "http://crm.example.com"], "begins with http"),
    ("dev", ["--crm", ""], "no address of a CRM"),
    ("dev", ["--crm", "https://"], "no address of a CRM"),
    ("dev", ["--crm", "https://crm.example.com:99999"], "no address of a CRM"),
    ("dev", ["--pane", "addin.example.com"], "'addin.example.com' is no https address"),
    ("dev", ["--pane", "http://localhost:8443"], "begins with http"),
    ("dev", ["--pane", "https://a.example/#x"], "leave user names"),
    ("dev", ["--pane", "https://[::1"], "no https address"),
    ("dev", ["--signed-in", "--crm", "https://crm.example.com"], "--signed-in is for the sandbox CRM"),
    ("dev", ["--stock", "--crm", "https://crm.example.com"], "--stock is for the sandbox CRM"),
    ("dev", ["--signed-in", "--pane", "https://addin.example.com"], "--signed-in is for a pane that is built here"),
    ("dev", ["--stock", "--no-licence"], "--stock"),
    ("dev", ["--signed-in", "nobody"], "There are admin, agent, sara"),
    ("dev", ["--mail", "{folder}/none.eml"], "there is no such file or folder"),
    ("dev", ["--outlook", "sizes"], "NAME=VALUE"),
    ("dev", ["--mails", "x"], "--mails"),
    ("dev", ["--no-browse"], "--no-browse"),
    ("dev", ["offer.eml"], "offer.eml"),
    ("build", ["--host", "http://addin.example.com"], "'http://addin.example.com'"),
    ("build", ["--host", "addin.example.com"], "https://addin.example.com, not"),
    ("build", ["--out", "{folder}/file/dist"], "is a file, not a folder"),
    ("build", ["--out", "{folder}/file"], "is a file, not a folder"),
    ("build", ["--out", "{folder}"], "was not made by a build"),
    ("build", ["--outlook", "owa.example.com"], "'owa.example.com'"),
    ("build", ["--demo", "--host", "http://demo.example.com"], "'http://demo.example.com'"),
    ("build", ["--demo", "--out", "{folder}"], "was not made by a build"),
    ("gallery", ["--all", "{folder}/file"], "is a file, not a folder"),
    ("licence", [], "COMMAND"),
    ("licence", ["renew"], "'renew'"),
    ("licence", [*ISSUE, PRIVATE, "--until", "31/12/2027"], "'31/12/2027' is no date"),
    ("licence", [*ISSUE, PRIVATE, "--until", "2027-02-30"], "'2027-02-30' is no date"),
    ("licence", [*ISSUE, PRIVATE, "--until", "20271231"], "'20271231' is no date"),
    ("licence", [*ISSUE, "{folder}/none.pem", "--until", "2099-12-31"], "none.pem: there is no such file"),
    ("licence", [*ISSUE, "{folder}", "--until", "2099-12-31"], "it is a folder"),
    ("licence", [*ISSUE, "{folder}/file", "--until", "2099-12-31"], "MCR1"),
    ("licence", [*ISSUE, PRIVATE, "--until", "2099-12-31", "--users", "0"], "'0' is not a whole number, 1 or more"),
    ("licence", ["issue", "--until", "2099-12-31"], "--private"),
    ("licence", ["request", "--installation", "A", "--url", "crm", "--users", "5"], "'crm' is no https address"),
    ("licence", ["request", "--installation", " ", "--url", "https://a.example", "--users", "5"], "name"),
    ("licence", ["request", "--installation", "A", "--url", "https://a.example", "--users", "many"], "'many'"),
    ("licence", ["keygen", "--private", "{folder}/a/b.pem", "--public", "{folder}/c.pub"], "there is no folder"),
    ("licence", ["keygen", "--private", "{folder}/file", "--public", "{folder}/c.pub"], "is there already"),
    ("licence", ["keygen", "--private", "{folder}/new", "--public", "{folder}/new"], "the same file"),
    ("licence", ["keygen", "--private", "{folder}", "--public", "{folder}/c.pub"], "it is a folder"),
    ("licence", ["show", "eyJ"], "licence key"),
    ("licence", ["show", ""], "licence key"),
    ("licence", ["verify", "eyJ", "--public", "{folder}/none.pub"], "none.pub: there is no such file"),
    ("licence", ["verify", "eyJ", "--public", "{folder}/file"], "file: That is no"),
    ("licence", ["verify", "eyJ", "--public", "{folder}/bytes"], "bytes: That is no"),
    ("catalogue", ["--new", "xx"], "'xx' is no language's code"),
    ("catalogue", ["--new", "../../it"], "no language's code"),
    ("catalogue", ["--new"], "--new"),
    ("component", ["--public-key", "{folder}/none.pub"], "none.pub: there is no such file"),
    ("component", ["--public-key", "{folder}/file"], "file: That is no"),
    ("component", ["--public-key", "{folder}/bytes"], "bytes: That is no"),
    ("component", [], "--public-key"),
    ("sandbox", ["--port", "http"], "'http' is no port"),
    ("sandbox", ["--port", "70000"], "'70000' is no port"),
    ("sandbox", ["--latency", "slow"], "'slow'"),
    ("sandbox", ["--latency", "-1"], "'-1'"),
    ("sandbox", ["--time-zone", "Mars"], "'Mars' is no time zone"),
    ("sandbox", ["--time-zone", "../../etc/passwd"], "no time zone"),
    ("sandbox", ["--id-offset", "x"], "'x'"),
    ("sandbox", ["--path", "/a b"], "'/a b' is no path"),
    ("sandbox", ["--quirk", "kindness=yes"], "no quirk 'kindness'"),
    ("sandbox", ["--quirk", "subject_limit=many"], "'many'"),
    ("sandbox", ["--database", "{folder}/none/crm.db"], "can't be used as a SQLite database"),
    ("sandbox", ["--database", "{folder}/file"], "can't be used as a SQLite database"),
    ("sandbox", ["--database", "{folder}"], "can't be used as a SQLite database"),
    ("bench", ["startt"], "startt"),
    ("bench", ["--rounds", "0"], "'0'"),
    ("bench", ["--json", "{folder}/none/bench.json"], "there is no folder"),
    ("bench", ["--dist", "{folder}"], "holds no built pane"),
    *[
        (name, ["--every"], "--every")
        for name in ("check", "doctor", "domains", "environment", "gallery", "icons", "pictures", "states")
    ],
    ("vendoring", ["--pin", "--every"], "--every"),
    ("vendoring", [], "--pin"),
]


def main_of(command: str) -> Callable[[list[str]], int]:
    """The function behind a script."""
    if command == "states" and str(ROOT / "py") not in sys.path:
        sys.path.append(str(ROOT / "py"))
    main: Callable[[list[str]], int] = importlib.import_module(f"workshop.{MODULES.get(command, command)}").main
    return main


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "file").write_text("no mail, no key, no database, " * 200)
    (tmp_path / "key.pem").write_text("no key")
    (tmp_path / "bytes").write_bytes(bytes(range(256)) * 4)
    return tmp_path


@pytest.mark.parametrize(("command", "typed", "words"), WRONG, ids=lambda value: str(value)[:40])
def test_a_sentence_about_what_was_typed(
    command: str, typed: list[str], words: str, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    main = main_of(command)
    arguments = [text.replace("{folder}", str(folder)) for text in typed]
    try:
        code = commands.answered(lambda: main(arguments))
    except SystemExit as ended:
        code = ended.code if isinstance(ended.code, int) else 1
    told = capsys.readouterr()
    assert code in (1, 2)
    assert words in told.err
    assert "Traceback" not in told.err
    assert "usage:" not in told.err
    assert told.err.strip().endswith((".", "--help."))
    assert told.out == ""


def test_every_command_is_tried() -> None:
    assert {path.stem for path in SCRIPTS.glob("*.py")} - {"test"} == {command for command, _, _ in WRONG}


@pytest.mark.parametrize("script", sorted(path.name for path in SCRIPTS.glob("*.py")))
def test_every_script_runs_by_what_answers_wrong_input(script: str) -> None:
    assert "sys.exit(commands.run(" in (SCRIPTS / script).read_text("utf-8")


def test_a_script_answers_so_too() -> None:
    command = [sys.executable, str(SCRIPTS / "licence.py"), *ISSUE, "none.pem", "--until", "31/12/2027"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (2, "")
    assert re.fullmatch(
        r"--private: none\.pem: there is no such file or folder\. See \S+ issue --help\.\n", done.stderr
    )


@pytest.mark.parametrize(
    ("error", "sentence"),
    [
        (FileNotFoundError(2, "No such file", "a.txt"), "a.txt: there is no such file or folder."),
        (PermissionError(13, "Permission denied", "/root/x"), "/root/x: this user may not read or write there."),
        (OSError(28, "No space left on device"), "The disk is full; make some room and start again."),
        (OSError(99, "Cannot assign"), "Cannot assign."),
        (OSError("odd"), "Odd."),
    ],
)
def test_what_the_system_refuses_is_told(error: OSError, sentence: str, capsys: pytest.CaptureFixture[str]) -> None:
    def refused() -> int:
        raise error

    assert commands.answered(refused) == 1
    assert capsys.readouterr().err == f"{sentence}\n"


def test_ctrl_c_ends_a_command_quietly(capsys: pytest.CaptureFixture[str]) -> None:
    def interrupted() -> int:
        raise KeyboardInterrupt

    assert commands.answered(interrupted) == commands.STOPPED
    assert capsys.readouterr().err == "\nStopped.\n"


def test_a_fault_of_the_command_is_not_hidden() -> None:
    def faulty() -> int:
        raise LookupError("a fault")

    with pytest.raises(LookupError):
        commands.answered(faulty)


@pytest.mark.skipif(os.name == "nt", reason="there is no head")
def test_a_reader_that_has_enough_is_no_failure() -> None:
    command = [sys.executable, str(SCRIPTS / "dev.py"), "--help"]
    reading, writing = os.pipe()
    os.close(reading)
    done = subprocess.run(command, stdout=writing, stderr=subprocess.PIPE, check=False)
    os.close(writing)
    assert done.stderr == b""


# -- the mails of a try


@pytest.mark.parametrize(
    ("content", "complaint"),
    [
        (b"", "it is empty"),
        (b" \r\n", "it is empty"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "Outlook's own format"),
        (b"%PDF-1.7 and so on", "no headers"),
        (b"PK\x03\x04" + bytes(100), "no headers"),
        (b"Dear all,\nsee you: soon\n", "no headers"),
    ],
)
def test_a_file_that_is_no_mail(content: bytes, complaint: str, tmp_path: Path) -> None:
    file = tmp_path / "offer.eml"
    file.write_bytes(content)
    with pytest.raises(Failed, match=complaint):
        own_mails.read([file])


def test_every_sample_is_taken_for_a_mail(capsys: pytest.CaptureFixture[str]) -> None:
    files = list(SAMPLES.rglob("*.eml"))
    assert len(own_mails.read([SAMPLES])) == len(files)
    assert capsys.readouterr().err == f"Reading {len(files)} files …\n"


def test_one_of_a_folder_is_left_out(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "good.EML").write_bytes((SAMPLES / "emoji.eml").read_bytes())
    (tmp_path / "empty.eml").write_bytes(b"")
    (tmp_path / "._good.eml").write_bytes(b"\0\5\26\7")
    assert len(own_mails.read([tmp_path])) == 1
    told = capsys.readouterr().err
    assert told == f"Reading 2 files …\n{tmp_path / 'empty.eml'} is left out: it is empty.\n"


def test_a_folder_of_none(tmp_path: Path) -> None:
    (tmp_path / "offer.msg").write_bytes(b"x")
    with pytest.raises(Failed, match=r"no \.eml file in that folder \(there is \.msg\)"):
        own_mails.read([tmp_path])
