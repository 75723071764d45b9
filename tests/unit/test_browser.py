"""Finding a browser on the systems that people have."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from patience import LONGEST
from workshop import browser
from workshop.installing import Failed


def program(path: Path) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("#!/bin/sh\n")
    path.chmod(0o755)
    return path


@pytest.mark.skipif(sys.platform == "win32", reason="programs on the PATH have other names there")
def test_on_the_path_in_the_order_of_preference(tmp_path: Path) -> None:
    edge = program(tmp_path / "b" / "microsoft-edge")
    chromium = program(tmp_path / "a" / "chromium")
    environ = {"PATH": os.pathsep.join([str(edge.parent), str(chromium.parent)])}
    assert list(browser.candidates("darwin", environ))[:2] == [chromium, edge]


def test_in_the_applications_of_a_mac(tmp_path: Path) -> None:
    chrome = program(tmp_path / "Applications" / "Google Chrome.app" / "Contents" / "MacOS" / "Google Chrome")
    assert chrome in browser.candidates("darwin", {"PATH": "", "HOME": str(tmp_path)})


@pytest.mark.parametrize("variable", ["PROGRAMFILES", "PROGRAMFILES(X86)", "LOCALAPPDATA"])
@pytest.mark.parametrize("name", ["Google/Chrome/Application/chrome.exe", "Microsoft/Edge/Application/msedge.exe"])
def test_in_the_program_folders_of_windows(tmp_path: Path, variable: str, name: str) -> None:
    found = program(tmp_path / name)
    assert list(browser.candidates("win32", {"PATH": "", variable: str(tmp_path)})) == [found]


def test_the_override_comes_first(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    mine = program(tmp_path / ("mine.exe" if sys.platform == "win32" else "mine"))
    monkeypatch.setenv(browser.OVERRIDE, str(mine))
    assert browser.find().path == mine
    monkeypatch.setenv(browser.OVERRIDE, str(tmp_path / "gone"))
    with pytest.raises(Failed, match=r"MAIL_CONNECTOR_BROWSER names .*gone.*, which is no program here"):
        browser.find()


def test_tests_without_a_window_run_in_the_headless_shell(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    ending = ".exe" if sys.platform == "win32" else ""
    chrome, shell = (program(tmp_path / f"{name}{ending}") for name in ("chrome", "chromium-headless-shell"))
    for variable in (browser.OVERRIDE, browser.HEADLESS_OVERRIDE):
        monkeypatch.delenv(variable, raising=False)
    monkeypatch.setenv("PATH", str(tmp_path))
    assert (browser.find_headless().path, browser.find().path) == (shell, chrome)
    monkeypatch.setenv(browser.OVERRIDE, str(chrome))
    assert browser.find_headless().path == chrome, "who names one browser means it for all"
    monkeypatch.setenv(browser.HEADLESS_OVERRIDE, str(shell))
    assert (browser.find_headless().path, browser.find().path) == (shell, chrome)
    monkeypatch.delenv(browser.OVERRIDE)
    monkeypatch.delenv(browser.HEADLESS_OVERRIDE)
    shell.unlink()
    assert browser.find_headless().path == chrome


def test_what_to_install_where_there_is_none() -> None:
    assert "apt install chromium" in browser.advice("linux")
    assert "Chrome" in browser.advice("win32")


def test_what_is_found_here_runs() -> None:
    found = browser.find(fetch=False)
    command = [str(found.path), *found.headless_flags, "--headless=new", "--dump-dom", "data:text/html,<p>alive"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=LONGEST, check=True)
    assert "<p>alive</p>" in done.stdout
