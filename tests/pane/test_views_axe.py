"""Every state of the pane under axe-core, in light and dark, and in panes of every width.

The tree is drawn from HTML text here; `test_journey` and its neighbours meet the same views in the running pane.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from connector.app.views import view
from pane.desk import patient
from unit.markup import html
from unit.screens import SCREENS
from workshop.checkout import NODE_MODULES, ROOT
from workshop.gallery import TREES
from workshop.stylesheet import joined

AXE = NODE_MODULES / "axe-core" / "axe.min.js"
BEST_PRACTICES_TOO = {"resultTypes": ["violations"]}
COLOURS = {"resultTypes": ["violations"], "runOnly": {"type": "rule", "values": ["color-contrast"]}}
DRAWN = {name: html(view(state)) for name, state in SCREENS.items()}
SMALLEST = 24
"""CSS pixels that a target has at least with a mouse (WCAG 2.2, 2.5.8); 44 with a finger."""

pytestmark = pytest.mark.browser


def opened(browser: Browser, **options: Any) -> Iterator[Page]:
    """An empty page with the pane's style."""
    context = patient(browser.new_context(**options))
    page = context.new_page()
    css = joined(ROOT / "pane" / "pane.css")
    page.set_content(
        '<!doctype html><html lang="en"><head><title>Mail Connector</title>'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f'<style>{css}</style></head><body><div id="pane"></div></body></html>'
    )
    yield page
    context.close()


def draw(page: Page, markup: str) -> None:
    page.evaluate("markup => void (document.getElementById('pane').innerHTML = markup)", markup)


def violations(page: Page, options: dict[str, Any], names: Sequence[str]) -> dict[str, list[str]]:
    """What axe finds in these screens."""
    page.add_script_tag(content=AXE.read_text("utf-8"))
    found = {}
    for name in names:
        markup = DRAWN[name]
        draw(page, markup)
        result = page.evaluate("options => axe.run(document, options)", options)
        # A sticky bar lies over what is scrolled under it: axe can't see colours there, and says so elsewhere.
        found[name] = [f"{one['id']}: {node['html'][:120]}" for one in result["violations"] for node in one["nodes"]]
    return {name: several for name, several in found.items() if several}


@pytest.fixture
def light(browser: Browser) -> Iterator[Page]:
    """A page 320 pixels wide, and high enough for everything to be seen at once."""
    yield from opened(browser, viewport={"width": 320, "height": 3000}, color_scheme="light", reduced_motion="reduce")


@pytest.fixture
def dark(browser: Browser) -> Iterator[Page]:
    """The same at night."""
    yield from opened(browser, viewport={"width": 320, "height": 3000}, color_scheme="dark", reduced_motion="reduce")


@pytest.fixture
def touched(browser: Browser) -> Iterator[Page]:
    """A telephone."""
    yield from opened(browser, viewport={"width": 360, "height": 700}, has_touch=True, is_mobile=True)


@pytest.mark.deep("axe at two of three screens", few=1)
@pytest.mark.parametrize("third", range(3))
def test_axe_finds_nothing_by_day(light: Page, third: int) -> None:
    assert violations(light, BEST_PRACTICES_TOO, list(DRAWN)[third::3]) == {}


@pytest.mark.deep("every view at night, and at odd widths")
def test_axe_finds_nothing_by_night(dark: Page) -> None:
    assert violations(dark, COLOURS, list(DRAWN)) == {}


def test_outlooks_theme_outweighs_the_systems(light: Page) -> None:
    """The same colours come by Outlook's theme as by the system's."""
    look = "() => JSON.stringify(['color', 'backgroundColor'].map(one => getComputedStyle(document.body)[one]))"
    by_day = light.evaluate(look)
    light.evaluate("() => void (document.documentElement.dataset.theme = 'dark')")
    by_night = light.evaluate(look)
    assert by_day != by_night
    light.emulate_media(color_scheme="dark")
    assert light.evaluate(look) == by_night
    light.evaluate("() => void (document.documentElement.dataset.theme = 'light')")
    assert light.evaluate(look) == by_day


def test_what_a_screen_reader_is_told_is_what_was_looked_at(light: Page) -> None:
    """Look at what has changed; if it is meant: ``python scripts/gallery.py --trees``."""
    told = {}
    for name, markup in DRAWN.items():
        draw(light, markup)
        told[name] = light.locator("#pane").aria_snapshot()
    known = dict(re.findall(r"^# ([\w-]+)\n(.*?)\n\n", TREES.read_text("utf-8"), re.MULTILINE | re.DOTALL))
    assert list(known) == list(told)
    assert [name for name in told if told[name] != known[name]] == []


@pytest.mark.deep("every view at night, and at odd widths", also=("80", "320"))
@pytest.mark.parametrize("width", [80, 160, 280, 320, 600])
def test_nothing_is_wider_than_the_pane(light: Page, width: int) -> None:
    """160 is a pane of 320 pixels at 200 %, 80 one at 400 %."""
    light.set_viewport_size({"width": width, "height": 640})
    for name, markup in DRAWN.items():
        draw(light, markup)
        wide = light.evaluate("() => document.documentElement.scrollWidth")
        assert wide <= width, name


def targets(page: Page) -> list[tuple[str, float, float]]:
    """What can be pressed: its text, width and height; a checkbox counts with its label."""
    found: list[list[Any]] = page.evaluate(
        """() => [...document.querySelectorAll("button, summary, select, input:not([type=checkbox]), label:has(input)")]
            .filter((node) => node.checkVisibility())
            .map((node) => [node.textContent || node.id, node.offsetWidth, node.offsetHeight])"""
    )
    return [(text, width, height) for text, width, height in found]


def test_everything_can_be_hit_with_a_mouse(light: Page) -> None:
    for name, markup in DRAWN.items():
        draw(light, markup)
        small = [one for one in targets(light) if min(one[1:]) < SMALLEST]
        assert small == [], name


def test_everything_can_be_hit_with_a_finger(touched: Page) -> None:
    assert touched.evaluate("() => matchMedia('(pointer: coarse)').matches")
    for name, markup in DRAWN.items():
        draw(touched, markup)
        small = [one for one in targets(touched) if min(one[1:]) < 44]
        assert small == [], name


@pytest.mark.parametrize("screen", ["sign-in-first", "choose-note", "create-contact"])
def test_the_field_that_is_written_in_is_seen_above_a_telephones_keyboard(touched: Page, screen: str) -> None:
    """Android makes the pane lower for its keyboard; the bar with the button must not lie over the field."""
    draw(touched, DRAWN[screen])
    touched.set_viewport_size({"width": 360, "height": 280})
    fields = touched.locator("input:not([type=checkbox]), textarea, select")
    hidden = []
    for field in fields.all():
        if not field.is_visible():
            continue
        field.focus()
        # Of one with several lines the first, where the writing begins.
        seen = field.evaluate(
            """(node) => {
              const { left, top, width, height } = node.getBoundingClientRect();
              const lines = node.rows > 1 ? [top + 2] : [top + 2, top + height - 2];
              return lines.every((y) => document.elementFromPoint(left + width / 2, y) === node);
            }"""
        )
        hidden += [] if seen else [field.get_attribute("id")]
    assert fields.count() > 0
    assert hidden == []


def test_text_stays_readable_where_colours_are_forced(light: Page) -> None:
    light.emulate_media(forced_colors="active")
    for screen in ("receipt-mixed", "choose-several", "sign-in-locking"):
        draw(light, DRAWN[screen])
        hidden = light.evaluate(
            """() => [...document.querySelectorAll("button, .box, .chip")].filter((node) => {
                const style = getComputedStyle(node);
                return style.color === style.backgroundColor;
            }).length"""
        )
        assert hidden == 0, screen
