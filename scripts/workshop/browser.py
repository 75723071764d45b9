"""Find a Chromium, Chrome or Edge to show the pane in and to test it with.

An installed one is preferred; else Playwright's own is used, and fetched when it is not there yet.
``MAIL_CONNECTOR_BROWSER`` names another executable; for what needs no window, so does
``MAIL_CONNECTOR_HEADLESS_BROWSER``.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from workshop.installing import Failed, announce, run

OVERRIDE = "MAIL_CONNECTOR_BROWSER"
HEADLESS_OVERRIDE = "MAIL_CONNECTOR_HEADLESS_BROWSER"

NAMES = (
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
    "microsoft-edge",
    "microsoft-edge-stable",
    "chrome",
    "msedge",
)
HEADLESS_NAMES = ("chromium-headless-shell", "chrome-headless-shell")
"""Chromium's engine without its windows: pages behave alike and take a sixth less processor time."""
MAC_APPLICATIONS = ("Google Chrome", "Chromium", "Microsoft Edge")
WINDOWS_PROGRAMS = (
    "Google/Chrome/Application/chrome.exe",
    "Microsoft/Edge/Application/msedge.exe",
    "Chromium/Application/chrome.exe",
)

QUIET = (
    "--no-first-run",
    "--no-default-browser-check",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
"""Keep the browser from asking and from talking to anybody else."""
HEADLESS = (*QUIET, "--disable-gpu")


@dataclass(frozen=True)
class Browser:
    """An executable, and the flags without which it does not start on this machine."""

    path: Path
    needed_flags: tuple[str, ...] = ()

    @property
    def headless_flags(self) -> tuple[str, ...]:
        """What the browser tests start it with; Playwright adds its own."""
        return (*HEADLESS, *self.needed_flags)

    @property
    def window_flags(self) -> tuple[str, ...]:
        """What it is started with in a window, for a person."""
        return (*QUIET, *self.needed_flags)


def find(*, fetch: bool = True) -> Browser:
    """Return a browser. ``fetch``: let Playwright fetch its own when none is found. Raises Failed."""
    named = chosen()
    if named:
        return Browser(named, _sandbox_flags())
    installed = next(candidates(sys.platform, os.environ), None)
    if installed:
        return Browser(installed, _sandbox_flags())
    own = playwrights_own()
    if not own.exists():
        if not fetch:
            raise Failed(f"There is no browser here. {advice(sys.platform)}")
        _fetch(own)
    # Its sandbox helper is not installed as root, and newer Ubuntus refuse user namespaces to unknown programs.
    browser = Browser(own, ("--no-sandbox", "--test-type") if sys.platform == "linux" else ())
    if sys.platform == "linux":
        _check_libraries(browser)
    return browser


def chosen() -> Path | None:
    """Return the browser that ``MAIL_CONNECTOR_BROWSER`` names, None where it names none. Raises Failed."""
    return _named(OVERRIDE)


def find_headless() -> Browser:
    """Return the browser for tests to which windows, and what Chromium does to those, don't matter. Raises Failed."""
    named = _named(HEADLESS_OVERRIDE)
    if named is None and not os.environ.get(OVERRIDE):
        named = next((Path(found) for found in map(shutil.which, HEADLESS_NAMES) if found), None)
    return Browser(named, _sandbox_flags()) if named else find()


def _named(variable: str) -> Path | None:
    name = os.environ.get(variable)
    if not name:
        return None
    found = shutil.which(name)
    if found is None:
        raise Failed(f"{variable} names {name!r}, which is no program here. Correct it, or unset it.")
    return Path(found)


def candidates(platform: str, environ: Mapping[str, str]) -> Iterator[Path]:
    """Yield the installed browsers, the preferred one first: by name on the PATH, then in the usual places."""
    for name in NAMES:
        found = shutil.which(name, path=environ.get("PATH", os.defpath))
        if found:
            yield Path(found)
    places: list[Path] = []
    if platform == "darwin":
        folders = [Path("/Applications"), Path(environ.get("HOME", "/")) / "Applications"]
        places = [folder / f"{name}.app/Contents/MacOS/{name}" for name in MAC_APPLICATIONS for folder in folders]
    elif platform == "win32":
        roots = [environ[key] for key in ("PROGRAMFILES", "PROGRAMFILES(X86)", "LOCALAPPDATA") if environ.get(key)]
        places = [Path(root) / program for program in WINDOWS_PROGRAMS for root in roots]
    elif platform == "linux":
        places = [Path("/opt/google/chrome/chrome"), Path("/snap/bin/chromium")]
    yield from (place for place in places if place.is_file())


def advice(platform: str) -> str:
    """Return how to get a browser on this system, a sentence or two."""
    if platform == "linux":
        return "Install one, on Debian and Ubuntu with: apt install chromium (as root), then start again."
    return "Install Chrome (google.com/chrome), Edge or Chromium, then start again."


def playwrights_own() -> Path:
    """Return where Playwright keeps, or would keep, its own Chromium."""
    from workshop import environment

    environment.complete()
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        return Path(playwright.chromium.executable_path)


def _fetch(own: Path) -> None:
    announce("There is no Chromium, Chrome or Edge here: fetching Playwright's own Chromium (about 150 MB) …")
    try:
        run([sys.executable, "-m", "playwright", "install", "chromium"], "Fetching a browser")
    except Failed as error:
        raise Failed(f"{error}\n\n{advice(sys.platform)}") from None
    if not own.exists():
        raise Failed(f"Playwright fetched no browser for this system. {advice(sys.platform)}")


def _check_libraries(browser: Browser) -> None:
    command = [str(browser.path), "--version", *browser.needed_flags]
    asked = subprocess.run(command, capture_output=True, text=True, check=False)
    if asked.returncode:
        reason = (asked.stderr.strip().splitlines() or ["it does not start"])[-1]
        raise Failed(
            f"Playwright's Chromium lacks libraries of the system ({reason}).\n"
            f"As root: {sys.executable} -m playwright install-deps chromium\n{advice(sys.platform)}"
        )


def _sandbox_flags() -> tuple[str, ...]:
    """Chromium refuses to run as root with its sandbox, and can't make one in most containers."""
    if sys.platform != "linux":
        return ()
    contained = Path("/.dockerenv").exists() or Path("/run/.containerenv").exists()
    # "--test-type" keeps the warning bar about it out of the window.
    return ("--no-sandbox", "--test-type") if os.geteuid() == 0 or contained else ()
