"""The pages beside the pane, small as a pane: help, self-check, and the component's own for consent and settings."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Callable, Iterator
from typing import Any, Literal

import pytest
from playwright.sync_api import Browser, Page

from contract.component_crm import Pkce
from contract.component_php import php
from pane.test_views_axe import AXE, BEST_PRACTICES_TOO, COLOURS, SMALLEST, opened, targets
from patience import LONGEST
from workshop.checkout import ROOT
from workshop.stylesheet import joined

pytestmark = pytest.mark.browser
PHP = ROOT / "tests" / "php"
CONSENT = """parse_str($argv[1], $_GET);
$_SERVER["REQUEST_METHOD"] = "GET";
require $argv[2];"""
FINDING = '<li class="failed"><strong>The CRM: failed</strong><p>It does not answer.</p><pre>CGIPassAuth On</pre></li>'
SETTINGS = '<!doctype html><html lang="en"><title>Settings</title><main><h1>CRM</h1>{}</main></html>'

SCHEMES: dict[Literal["light", "dark"], Any] = {"light": BEST_PRACTICES_TOO, "dark": COLOURS}


def printed(*arguments: str) -> str:
    """What PHP prints."""
    done = subprocess.run([php(), *arguments], capture_output=True, text=True, timeout=LONGEST, check=True)
    return done.stdout


def own(name: str) -> str:
    """A page of the pane's folder, with its style."""
    page = (ROOT / "pane" / name).read_text("utf-8")
    page = re.sub(r"<script[^>]*></script>|<meta http-equiv[^>]*>", "", page)
    style = f"<style>{joined(ROOT / 'pane' / 'pane.css')}</style>"
    page, count = re.subn(r'<link rel="stylesheet" href="pane.css">', lambda _: style, page)
    assert count == 1
    return page


def consent() -> str:
    query = Pkce().query(stay="1", device="Outlook on the web, Windows")
    return printed("-r", CONSENT, "--", query, str(PHP / "authorize_front.php"))


PAGES: dict[str, Callable[[], str]] = {
    "support": lambda: own("support.html"),
    "check": lambda: own("check.html").replace('id="findings">', f'id="findings">{FINDING}').replace(" hidden>", ">"),
    "consent": consent,
    "settings": lambda: SETTINGS.format(printed(str(PHP / "print_settings.php"))),
    "settings with an error": lambda: SETTINGS.format(printed(str(PHP / "print_settings.php"), "refused")),
}


@pytest.fixture
def narrow(browser: Browser) -> Iterator[Page]:
    """A window as small as the pane."""
    yield from opened(browser, viewport={"width": 320, "height": 640}, reduced_motion="reduce")


def test_they_are_accessible_and_fit(narrow: Page) -> None:
    wrong: dict[str, list[str]] = {}
    for name, page in PAGES.items():
        found = []
        narrow.set_content(page())
        narrow.add_script_tag(content=AXE.read_text("utf-8"))
        for scheme, options in SCHEMES.items():
            narrow.emulate_media(color_scheme=scheme)
            result = narrow.evaluate("options => axe.run(document, options)", options)
            found += [f"{one['id']}: {node['html'][:120]}" for one in result["violations"] for node in one["nodes"]]
        found += [f"{text!r} is too small" for text, *size in targets(narrow) if min(size) < SMALLEST]
        # The CRM lays its settings out for a desktop.
        wide = narrow.evaluate("document.documentElement.scrollWidth")
        if wide > 320 and not name.startswith("settings"):
            found.append(f"{wide} pixels wide")
        if found:
            wrong[name] = found
    assert wrong == {}
