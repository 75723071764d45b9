"""The environment: complete here, made from pinned files only, and plain about what is missing."""

from __future__ import annotations

import ast
import importlib.metadata
import json
import os
import re
import runpy
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from workshop import environment, installing, pane_packages
from workshop.checkout import NODE_REQUIREMENTS, PANE, PANE_REQUIREMENTS, REQUIREMENTS, ROOT
from workshop.installing import Failed, explain

SCRIPTS = ROOT / "scripts"
NO_NETWORK = {
    "PIP_INDEX_URL": "http://127.0.0.1:9/simple",
    "PIP_EXTRA_INDEX_URL": "",
    "PIP_FIND_LINKS": "",
    "PIP_CONFIG_FILE": os.devnull,
    "PIP_RETRIES": "1",
    "PIP_NO_CACHE_DIR": "1",
    "npm_config_registry": "http://127.0.0.1:9/",
}


def test_a_second_start_needs_no_network() -> None:
    environment.prepare(whole=True)
    command = [sys.executable, str(SCRIPTS / "environment.py")]
    done = subprocess.run(command, env={**os.environ, **NO_NETWORK}, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (0, "Ready.\n", "")


def test_the_command_starts_itself_again_in_the_environment() -> None:
    base = Path(sys.base_prefix) / ("python.exe" if sys.platform == "win32" else "bin/python3")
    code = "from workshop.environment import ensure; ensure(); print(sys.prefix)"
    code = f"import sys; sys.path.insert(0, sys.argv[1]); {code}"
    done = subprocess.run([str(base), "-c", code, str(SCRIPTS)], capture_output=True, text=True, check=True)
    assert Path(done.stdout.strip()).resolve() == environment.VENV.resolve()


def test_without_network_the_first_start_says_so(tmp_path: Path) -> None:
    scripts = tmp_path / "scripts"
    scripts.mkdir()
    for file in SCRIPTS.glob("*"):
        if file.is_file():
            shutil.copy(file, scripts)
    shutil.copytree(SCRIPTS / "workshop", scripts / "workshop")
    command = [sys.executable, str(scripts / "environment.py")]
    done = subprocess.run(command, env={**os.environ, **NO_NETWORK}, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert "Installing the Python packages failed: the package server can't be reached." in done.stderr
    assert "start again" in done.stderr
    assert "Traceback" not in done.stderr
    assert (tmp_path / ".cache" / "install.log").is_file()


def test_a_python_that_is_too_old_is_told_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "version_info", (3, 10, 4, "final", 0))
    with pytest.raises(SystemExit, match=r"needs Python 3\.11 or newer; this is Python 3\.10"):
        runpy.run_path(str(SCRIPTS / "workshop" / "environment.py"))


COMMANDS = sorted(path.name for path in SCRIPTS.glob("*.py"))


@pytest.mark.parametrize("name", [*COMMANDS, "workshop/environment.py"])
def test_an_old_python_can_read_as_far_as_that_sentence(name: str) -> None:
    tree = ast.parse((SCRIPTS / name).read_text("utf-8"), feature_version=(3, 7))
    for node in tree.body:
        if isinstance(node, ast.If) and name == "workshop/environment.py":
            return
        if isinstance(node, ast.Import | ast.ImportFrom):
            module = str(node.module if isinstance(node, ast.ImportFrom) else node.names[0].name)
            names = [f"{module}.{alias.name}" for alias in node.names]
            if "workshop.environment" in (module, *names):
                return
            assert module.split(".")[0] in sys.stdlib_module_names, f"{name} imports {module} before"
    pytest.fail(f"{name} does not import the environment at its top")


def test_a_command_is_a_few_lines() -> None:
    assert COMMANDS
    assert [name for name in COMMANDS if len((SCRIPTS / name).read_text("utf-8").splitlines()) > 20] == []


def test_a_python_without_venv_is_told_which_package(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "ensurepip", None)
    with pytest.raises(Failed, match="apt install python3-venv"):
        environment._make_venv()


@pytest.mark.parametrize(
    ("output", "words"),
    [
        ("ERROR: Could not install packages due to an OSError: [Errno 28] No space left on device", "disk is full"),
        ("NewConnectionError('Failed to establish a new connection: [Errno 111]", "can't be reached"),
        ("Temporary failure in name resolution", "can't be reached"),
        ("npm error code ENOTFOUND", "can't be reached"),
        ("SSLError(SSLCertVerificationError(1, '[SSL: CERTIFICATE_VERIFY_FAILED]", "certificate"),
        ("npm error code SELF_SIGNED_CERT_IN_CHAIN", "certificate"),
        ("ERROR: THESE PACKAGES DO NOT MATCH THE HASHES FROM THE REQUIREMENTS FILE", "not the pinned one"),
        ("npm error code EINTEGRITY", "not the pinned one"),
        ("ERROR: No matching distribution found for greenlet==3.5.6", "not available for this Python"),
        ("npm error code EACCES", "may not be written"),
        ("OSError('Tunnel connection failed: 407 Proxy Authentication Required')", "proxy"),
        ("something new", "see the lines below"),
    ],
)
def test_reasons_of_failures(output: str, words: str) -> None:
    assert words in explain(output)


def test_a_program_that_can_not_be_started(tmp_path: Path) -> None:
    with pytest.raises(Failed, match=r"Trying it failed: .* can't be started"):
        installing.run([tmp_path / "nothing"], "Trying it")


def test_the_last_lines_are_shown_and_all_are_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(installing, "CACHE", tmp_path / "cache")
    code = "import sys; print(*range(100), sep='\\n'); sys.exit(3)"
    with pytest.raises(Failed) as caught:
        installing.run([sys.executable, "-c", code], "Counting")
    assert "    99" in str(caught.value)
    assert "    50" not in str(caught.value)
    assert (tmp_path / "cache" / "install.log").read_text("utf-8").split() == [str(number) for number in range(100)]


@pytest.mark.parametrize("lock", [REQUIREMENTS, NODE_REQUIREMENTS, PANE_REQUIREMENTS])
def test_everything_is_pinned_by_hash_and_by_no_address(lock: Path) -> None:
    text = lock.read_text("utf-8")
    assert "://" not in text
    entries = re.split(r"\n(?=[a-zA-Z])", "\n" + re.sub(r"^#.*\n", "", text, flags=re.M))
    for entry in filter(None, (entry.strip() for entry in entries)):
        assert re.match(r"[\w.-]+==[\w.]+( ;.*)? \\\n", entry), entry
        assert re.search(r"--hash=sha256:[0-9a-f]{64}", entry), entry


def test_what_is_installed_is_what_is_pinned() -> None:
    pins = dict(re.findall(r"^([\w.-]+)==([\w.]+) \\", REQUIREMENTS.read_text("utf-8"), re.M))
    assert len(pins) > 30
    for name, version in pins.items():
        if name != "colorama":
            assert importlib.metadata.version(name) == version, name


def test_every_direct_requirement_is_locked() -> None:
    direct = re.findall(r"^([a-z][\w-]+)", (SCRIPTS / "requirements.in").read_text("utf-8"), re.M)
    locked = re.findall(r"^([\w.-]+)==", REQUIREMENTS.read_text("utf-8"), re.M)
    assert len(direct) > 10
    assert set(direct) <= set(locked)


def test_the_first_start_installs_a_part_that_is_whole_in_itself() -> None:
    lock = environment.first_lock(REQUIREMENTS.read_text("utf-8"))
    names = set(re.findall(r"^([\w.-]+)==", lock, re.M))
    assert names == environment.FIRST_PACKAGES
    assert len(re.findall(r"^cryptography==", lock, re.M)) == 2, "one for old Macs"
    for name in names - {"colorama"}:
        for needed in importlib.metadata.requires(name) or ():
            if not re.search(r"extra ==|python_version < ", needed):
                found = re.split(r"[^\w.-]", needed, maxsplit=1)[0].lower().replace("_", "-")
                assert found in names, (name, needed)


def test_what_is_tried_and_built_needs_no_more_than_that() -> None:
    code = (
        "import sys; sys.path.insert(0, sys.argv[1]);"
        "import workshop.development, workshop.build, workshop.sandbox, workshop.licence, workshop.component;"
        "import workshop.catalogue, workshop.translations, workshop.extraction, workshop.vendoring, workshop.boot_set;"
        "print(*{name.split('.')[0] for name, module in sys.modules.items()"
        " if 'site-packages' in (getattr(module, '__file__', None) or '')})"
    )
    done = subprocess.run([sys.executable, "-c", code, str(SCRIPTS)], capture_output=True, text=True, check=True)
    distributions = importlib.metadata.packages_distributions()
    needed = {distributions[name][0].lower() for name in done.stdout.split() if name in distributions}
    assert "starlette" in needed
    assert needed - {"setuptools"} <= environment.FIRST_PACKAGES | {"python_multipart", "typing_extensions"}


@pytest.fixture
def installing_nothing(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> list[str]:
    """Locks that would have been installed; the environment's stamp is a file of this test."""
    installed: list[str] = []
    monkeypatch.setattr(environment, "STAMP", tmp_path / "installed-from")
    monkeypatch.setattr(environment, "_works_still", lambda: True)
    monkeypatch.setattr(environment, "_works", lambda: True)
    monkeypatch.setattr(environment, "run", lambda command, _what: installed.append(command[-1].read_text("utf-8")))
    return installed


def test_packages_are_installed_once_and_more_only_when_needed(
    installing_nothing: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    everything = REQUIREMENTS.read_text("utf-8")
    for whole in (False, False, True, True, False):
        environment._python_packages(whole=whole)
    assert installing_nothing == [environment.first_lock(everything), everything]
    told = capsys.readouterr().err
    assert told == "Installing the Python packages …\nInstalling the Python packages for checks and tests …\n"


def test_a_copied_checkout_keeps_its_packages(installing_nothing: list[str]) -> None:
    environment._python_packages(whole=True)
    stamp = environment.STAMP
    other = stamp.with_name("other")
    os.link(stamp, other)
    stamp.write_text("0" * 64 + " whole")
    environment._python_packages(whole=False)
    assert len(installing_nothing) == 2
    assert other.read_text() == "0" * 64 + " whole", "the copy's own stamp is left alone"
    assert stamp.read_text() != other.read_text()


def test_another_lock_is_told_as_an_update(installing_nothing: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    environment.STAMP.write_text("0" * 64 + " whole")
    environment._python_packages(whole=False)
    assert installing_nothing == [REQUIREMENTS.read_text("utf-8")], "nothing is left at an old version"
    assert capsys.readouterr().err == "Updating the Python packages …\n"


def test_npm_packages_are_found_missing_or_changed(tmp_path: Path) -> None:
    assert pane_packages.complete()
    pane = tmp_path / "pane"
    (pane / "node_modules").mkdir(parents=True)
    shutil.copy(PANE / "package-lock.json", pane)
    assert not pane_packages.complete(pane), "there is no record of npm"
    record = json.loads((PANE / "node_modules" / ".package-lock.json").read_text("utf-8"))
    for path in record["packages"]:
        (pane / path).mkdir(parents=True)
        (pane / path / "package.json").write_text("{}")
    written = pane / "node_modules" / ".package-lock.json"
    written.write_text(json.dumps(record))
    assert pane_packages.complete(pane)
    (pane / "node_modules" / "pyodide" / "package.json").unlink()
    assert not pane_packages.complete(pane), "a package was removed by hand"
    (pane / "node_modules" / "pyodide" / "package.json").write_text("{}")
    record["packages"]["node_modules/pyodide"]["integrity"] = "sha512-other"
    written.write_text(json.dumps(record))
    assert not pane_packages.complete(pane), "another version is there"


def test_a_wheel_that_is_not_the_pinned_one_is_not_used(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    name, pin = next(iter(pane_packages.pinned_wheels().items()))
    found = pane_packages.find_wheel(name, *pin)
    assert found is not None
    monkeypatch.setattr(pane_packages, "WHEELS", tmp_path)
    assert pane_packages.find_wheel(name, *pin) is None
    (tmp_path / found.name).write_bytes(found.read_bytes() + b"x")
    assert pane_packages.find_wheel(name, *pin) is None
    (tmp_path / found.name).write_bytes(found.read_bytes())
    assert pane_packages.find_wheel(name, *pin) == tmp_path / found.name
