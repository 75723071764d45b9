"""The documentation is tested: every command in it exists, and every command stands in it."""

from __future__ import annotations

import re
import subprocess
import sys

import pytest

from workshop.checkout import ROOT

PAGES = (
    "README.md",
    "CONTRIBUTING.md",
    "docs/architecture.md",
    "docs/development.md",
    "docs/performance.md",
    "docs/hosting.md",
)
TEXT = "\n".join((ROOT / page).read_text("utf-8") for page in PAGES)
COMMANDS = sorted(set(re.findall(r"python (scripts/\w+\.py[^\n`]*)", TEXT)))
SCRIPTS = sorted(
    file.relative_to(ROOT).as_posix()
    for file in (ROOT / "scripts").glob("*.py")
    if '__name__ == "__main__"' in file.read_text("utf-8")
)


def test_commands_are_found() -> None:
    assert len(COMMANDS) > 8


@pytest.mark.parametrize("script", sorted({command.split()[0] for command in COMMANDS}))
def test_a_command_has_the_options_that_are_named(script: str) -> None:
    assert (ROOT / script).is_file()
    uses = " ".join(command for command in COMMANDS if command.split()[0] == script)
    named = set(re.findall(r" (--[\w-]+)", uses)) - {"--help"}
    if not named:
        return
    done = subprocess.run([sys.executable, str(ROOT / script), "--help"], capture_output=True, text=True, check=True)
    missing = named - set(re.findall(r"--[\w-]+", done.stdout))
    assert not missing


def test_an_option_named_in_passing_belongs_to_a_command() -> None:
    in_passing = set(re.findall(r"`(--[\w-]+)", TEXT)) - {"--liftoff-only"}  # which is V8's
    commands = {
        "--outlook": "scripts/build.py",
        "--quick": "scripts/test.py",
        "--deep": "scripts/test.py",
        "--mail": "scripts/dev.py",
        "--crm": "scripts/dev.py",
        "--pane": "scripts/dev.py",
        "--graph": "scripts/dev.py",
        "--out": "scripts/build.py",
        "--ca": "scripts/doctor.py",
        "--smoke": "scripts/bench.py",
    }
    assert in_passing == set(commands)
    for option, command in commands.items():
        done = subprocess.run(
            [sys.executable, str(ROOT / command), "--help"], capture_output=True, text=True, check=True
        )
        assert option in done.stdout


@pytest.mark.parametrize("room", ["app", "linking"])
def test_the_map_names_each_file_of_a_large_room(room: str) -> None:
    page = (ROOT / "docs" / "architecture.md").read_text("utf-8")
    table = page.partition(f"## The room `{room}/`")[2].partition("\n## ")[0]
    files = {file.name for file in (ROOT / "py" / "connector" / room).glob("*.py")} - {"__init__.py"}
    assert {name for name in files if f"`{name}`" not in table} == set()


@pytest.mark.parametrize("script", SCRIPTS)
def test_every_command_is_described(script: str) -> None:
    assert f"python {script}" in TEXT


def test_every_file_that_is_named_exists() -> None:
    built = re.compile(
        r"dist/|\.venv|\.cache|node_modules|_headers|\.htaccess|nginx\.conf|/path/to|"
        r"dist-admin/|web\.config|staticwebapp|contents\.json|^/etc/"
    )
    named = set(re.findall(r"`((?:[\w.-]+/)*[\w-]*\.?[\w-]+\.\w+|[\w.-]+/[\w./-]+)`", TEXT)) - {
        "pyodide-lock.json",
        "Office.onReady",
        "commands.Options",
        "commands.run",
    }
    assert len(named) > 8
    missing = [name for name in named if not built.search(name) and not _exists(name)]
    assert missing == []


def test_each_question_of_a_newcomer_is_answered_by_a_file() -> None:
    page = (ROOT / "docs" / "architecture.md").read_text("utf-8")
    rows = re.findall(r"^\| (.+\?) \| (.+) \|$", page, re.M)
    assert len(rows) >= 20
    for question, answer in rows:
        files = re.findall(r"`([\w./-]+\.\w+)`", answer)
        assert files, question
        assert [file for file in files if not (ROOT / file).is_file()] == [], question


def test_every_room_stands_on_the_map() -> None:
    page = (ROOT / "docs" / "architecture.md").read_text("utf-8")
    rooms = {place.name for place in (ROOT / "py" / "connector").iterdir() if (place / "__init__.py").exists()}
    assert rooms == set(re.findall(r"^\| `(\w+)/` \|", page, re.M))


ROOMS = ("", "py/connector", "scripts", "pane", "crm/modules/MailConnector")


def _exists(name: str) -> bool:
    """Whether a file is there: named from the top, from within a room, or by its own name only."""
    here = any((ROOT / room / name).exists() for room in ROOMS)
    return here or ("/" not in name and any((ROOT / "py" / "connector").rglob(name)))
