"""The pane in the language of Outlook: from the first word on, with Outlook's genuine office.js, and in every width."""

from __future__ import annotations

import gettext
import io
import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, Route, expect

from connector.app.language import use
from connector.app.views import view
from pane.boot.place import WASM
from pane.desk import Desk
from pane.test_views_axe import draw, opened
from unit.markup import html
from unit.screens import SCREENS
from workshop import catalogue, translations
from workshop.translations import catalogues, compiled

pytestmark = pytest.mark.browser
MAIL = "plain-ascii"
LANGUAGES = translations.languages()
SPOKEN = [("it-CH", "it"), ("de-AT", "de"), ("fr-FR", "fr"), ("es-419", "es"), ("pt-BR", "en"), ("en-GB", "en")]
"""Outlook's languages, and the pane's."""


def said(language: str, english: str) -> str:
    """A text in a language."""
    message = catalogues()[language].get(english) if language in LANGUAGES else None
    return str(message.string) if message else english


@pytest.mark.deep("languages in a browser", few=1)
@pytest.mark.parametrize(("outlook", "language"), SPOKEN)
def test_the_pane_speaks_outlooks_language(at: Desk, outlook: str, language: str) -> None:
    held: list[Route] = []
    at.context.route(re.compile(WASM), lambda route: held.append(route))
    at.outlook.open()
    at.outlook.set_locale(outlook)
    at.show(MAIL)
    pane = at.outlook.open_pane()
    # Python is not there yet: this is the page's own.
    expect(pane.locator("h2")).to_have_text(said(language, "Sign in to your CRM"))
    assert pane.evaluate("document.documentElement.lang") == language
    field = pane.get_by_label(said(language, "User name"), exact=True)
    field.fill("agent")
    field.evaluate("node => { node.same = true; }")
    for route in held:
        route.continue_()
    at.context.unroute(re.compile(WASM))
    at.ready()
    # Python has taken over what was there, and goes on in that language.
    assert field.evaluate("node => node.same") is True
    pane.get_by_label(said(language, "Address of the CRM"), exact=True).fill(at.url)
    pane.get_by_label(said(language, "Password"), exact=True).fill("agent-sandbox")
    pane.get_by_role("button", name=said(language, "Sign in"), exact=True).click()
    expect(pane.get_by_role("button", name=said(language, "Sign out"), exact=True)).to_be_visible()
    expect(pane.get_by_role("heading", name=said(language, "Suggested records"))).to_be_visible()
    assert pane.evaluate("[document.documentElement.lang, document.documentElement.dir]") == [language, "ltr"]
    assert asked(at) == ([] if language == "en" else [f"catalogue-{language}", f"texts-{language}"])


def asked(at: Desk) -> list[str]:
    """The files of languages that were fetched."""
    names = re.findall(r"/boot/((?:texts|catalogue)-\w+)-", "\n".join(one.url for one in at.traffic))
    return sorted(set(names))


@pytest.mark.deep("languages in a browser")
def test_english_stays_in_order_where_outlook_runs_from_right_to_left(at: Desk) -> None:
    at.outlook.open()
    at.outlook.set_locale("ar-SA")
    at.show(MAIL)
    pane = at.outlook.open_pane()
    at.ready()
    assert pane.evaluate("[document.documentElement.lang, document.documentElement.dir]") == ["en", "rtl"]
    expect(pane.get_by_role("button", name="Sign in", exact=True)).to_be_visible()
    hint = pane.locator("#url-hint")
    looks = hint.evaluate("node => [getComputedStyle(node).textAlign, getComputedStyle(node).unicodeBidi]")
    assert looks == ["right", "plaintext"]
    assert pane.evaluate("document.documentElement.scrollWidth <= innerWidth")


@pytest.mark.deep("languages in a browser")
@pytest.mark.parametrize("kinds", ["catalogue", "texts|catalogue"])
@pytest.mark.parametrize("length", [None, 0, 3, 19, 9999])
def test_without_its_texts_the_pane_is_english_and_works(at: Desk, length: int | None, kinds: str) -> None:
    """They are missing, or come short: after so many bytes."""
    at.allowed += ["404", "texts-it", "catalogue-it"]

    def spoilt(route: Route) -> None:
        if length is None:
            route.fulfill(status=404, body="")
        else:
            whole = route.fetch()
            route.fulfill(response=whole, body=whole.body()[:length])

    at.context.route(re.compile(rf"/boot/({kinds})-it"), spoilt)
    at.outlook.open()
    at.outlook.set_locale("it-IT")
    at.show(MAIL)
    pane = at.outlook.open_pane()
    at.ready()
    at.sign_in()
    expect(pane.get_by_role("button", name="Sign out")).to_be_visible()
    assert pane.evaluate("document.documentElement.lang") == "en"


def test_a_start_that_fails_is_told_in_the_language(at: Desk) -> None:
    at.allowed += ["404", "python", "Error"]
    at.context.route(re.compile(WASM), lambda route: route.fulfill(status=404, body=""))
    at.outlook.open()
    at.outlook.set_locale("de-DE")
    at.show(MAIL)
    pane = at.outlook.open_pane()
    told = pane.get_by_role("alert").filter(has_text=said("de", "The Mail Connector can't start"))
    expect(told).to_contain_text("Auf dem Server fehlt eine Datei: boot/python-")
    expect(told).to_contain_text(said("de", "Nothing was stored."))
    expect(told.get_by_role("button", name=said("de", "Try again"))).to_be_visible()


def test_the_sign_in_window_speaks_the_language(at: Desk) -> None:
    page = at.open(MAIL).url.partition("index.html")[0] + "signin.html?_host_Info=Outlook$Web$16.01$it-IT$$$$0"
    window = at.context.new_page()
    window.goto(page)
    expect(window.get_by_role("status")).to_have_text(
        said("it", "This page is a part of signing in, which begins in Outlook. You can close it.")
    )
    expect(window).to_have_title(said("it", "Sign in · Mail Connector for vtenext"))
    window.close()


@pytest.fixture
def narrow(browser: Browser) -> Iterator[Page]:
    """An empty page of 320 pixels."""
    yield from opened(browser, viewport={"width": 320, "height": 640}, color_scheme="light", reduced_motion="reduce")


@pytest.mark.deep("languages in a browser", also=("de", "qps"))
@pytest.mark.parametrize("language", [*LANGUAGES, "qps"])
def test_every_state_fits_in_every_language(narrow: Page, language: str) -> None:
    """``qps`` is a language whose words are a third longer than the English ones."""
    catalog = catalogues().get(language) or translations.pseudo(catalogue.template())
    use(gettext.GNUTranslations(io.BytesIO(compiled(catalog))))
    try:
        drawn = {name: html(view(state)) for name, state in SCREENS.items()}
    finally:
        use(gettext.NullTranslations())
    wide = {}
    for name, markup in drawn.items():
        draw(narrow, markup)
        width = narrow.evaluate("() => document.documentElement.scrollWidth")
        if width > 320:
            wide[name] = width
    assert wide == {}
