"""What holds for everything that the pane can show."""

from __future__ import annotations

import dataclasses
import gettext
import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

import pytest

from connector.app.element import Element
from connector.app.language import shown, use
from connector.app.state import State
from connector.app.views import view
from connector.signin.states import SignedIn
from unit.markup import expect_same_tree, find, html, name, text, walk
from unit.screens import SCREENS
from workshop.checkout import ROOT

every_screen = pytest.mark.parametrize("state", SCREENS.values(), ids=SCREENS.keys())
SPOKEN = ("aria-label", "title", "placeholder", "aria-valuetext", "alt")


@every_screen
def test_the_tree_is_sound_html(state: State) -> None:
    expect_same_tree(view(state))


@every_screen
def test_keys_and_ids_are_unique(state: State) -> None:
    tree = view(state)
    ids = [one.attributes["id"] for one in walk(tree) if "id" in one.attributes]
    assert len(ids) == len(set(ids))
    for element in walk(tree):
        keys = [child.key for child in element.children if isinstance(child, Element) and child.key]
        assert len(keys) == len(set(keys))
        # Where some parts have keys all have: else those without would change places with each other.
        assert not keys or len(keys) == len(element.children)


@every_screen
def test_everything_is_named(state: State) -> None:
    tree = view(state)
    ids = {one.attributes["id"]: one for one in walk(tree) if "id" in one.attributes}
    labelled = {one.attributes["for"] for one in walk(tree) if "for" in one.attributes}
    wrapped = {id(inner) for label in walk(tree) if label.tag == "label" and text(label) for inner in walk(label)}
    assert labelled <= ids.keys()
    for element in walk(tree):
        for reference in ("aria-labelledby", "aria-describedby"):
            if reference in element.attributes:
                assert all(text(ids[one]) for one in element.attributes[reference].split())
        if element.tag in ("button", "summary", "option") or re.fullmatch("h[1-6]", element.tag):
            assert name(element)
        if element.tag in ("input", "select"):
            by_label = element.attributes.get("id") in labelled or id(element) in wrapped
            assert by_label or element.attributes.get("aria-label")
        if element.tag == "button":
            assert element.attributes["type"] in ("button", "submit")


@pytest.mark.parametrize(
    ("host", "shown"),
    [
        ("crm.example.com:8443", "crm.example.com:8443"),
        ("localhost", "localhost"),
        ("a" * 60 + ".sales.europe.example.com", "a" * 30 + "…" + "a" * 24 + ".sales.europe.example.com"),
        ("aus.kunden-und-interessenten.der.gruppe.example", "aus.kunden-und-interessenten.der.gruppe.example"),
    ],
)
def test_the_end_of_a_host_is_never_cut(host: str, shown: str) -> None:
    state = replace(SCREENS["choose"], sign_in=SignedIn(f"https://{host}/crm", "agent"))
    [told] = find(view(state), lambda it: it.attributes.get("class") == "host")
    assert text(told) == shown


@every_screen
def test_headings_are_in_order(state: State) -> None:
    levels = [int(one.tag[1]) for one in walk(view(state)) if re.fullmatch("h[1-6]", one.tag)]
    assert levels.count(1) == 1
    assert all(level <= before + 1 for before, level in zip([0, *levels], levels, strict=False))


@every_screen
def test_live_regions_are_always_there(state: State) -> None:
    main = next(one for one in walk(view(state)) if one.tag == "main")
    kept = [(child.key, child.attributes["role"]) for child in main.children[:3] if isinstance(child, Element)]
    assert kept == [("said", "status"), ("alerts", "alert"), ("notices", "status")]


@every_screen
def test_the_tree_is_small(state: State) -> None:
    assert sum(1 for _ in walk(view(state))) < 700


class Marking(gettext.NullTranslations):
    """Marks each word that comes from the catalogue."""

    def gettext(self, message: str) -> str:
        return " ".join(f"⟦{word}⟧" for word in message.split())

    def ngettext(self, msgid1: str, msgid2: str, n: int) -> str:
        return self.gettext(msgid1 if n == 1 else msgid2)

    def pgettext(self, context: str, message: str) -> str:
        assert context
        return self.gettext(message)


@every_screen
def test_every_text_is_in_the_catalogue_or_in_the_state(state: State) -> None:
    data = sorted({shown(one, length) for one in texts_in(state) for length in (80, 160, 300)}, key=len, reverse=True)
    use(Marking())
    try:
        tree = view(state)
    finally:
        use(gettext.NullTranslations())
    for seen in texts_of(tree):
        left = seen
        while left != (left := re.sub("⟦[^⟦⟧]*⟧", "", left)):
            pass  # a text inside a text, such as a date in a sentence
        for one in data:
            left = left.replace(one, "")
        assert re.fullmatch(r"[\s·.<>⟦⟧]*", left), f"{left!r} of {seen!r} is in no catalogue"


def test_the_shell_in_the_page_is_the_first_view() -> None:
    """The static shell is what Python draws first, so that nothing jumps; but for what shows where no script came."""
    page = " ".join((ROOT / "pane" / "index.html").read_text("utf-8").split()).replace("> <", "><")
    page, stuck = re.subn(r'<p class="stuck" role="alert">[^<]+</p>', "", page)
    assert stuck == 1
    assert html(view(State())) in page, html(view(State()))


@pytest.mark.parametrize("early", [State(ready=True), SCREENS["returning"]], ids=["sign-in", "returning"])
def test_an_early_screen_is_the_view_of_it(early: State) -> None:
    """Python takes the screen over as it stands. The attribute that takes the focus is refused to foreign frames."""
    page = (ROOT / "pane" / "index.html").read_text("utf-8")
    drawn = view(early)
    markup = html(drawn).replace(' autofocus=""', "")
    assert f'<template id="{drawn.attributes["data-screen"]}-early">{markup}</template>' in page, markup


def texts_of(tree: Element) -> Iterator[str]:
    for element in walk(tree):
        yield from (child for child in element.children if isinstance(child, str))
        yield from (value for key, value in element.attributes.items() if key in SPOKEN)


def texts_in(value: Any) -> Iterator[str]:
    """Every text in a state, and the pieces in which views show some of them."""
    if isinstance(value, str):
        yield from (one for one in (value, f"<{value}>", *value.split("/"), *re.split("[/.]", value)) if one.strip())
    elif dataclasses.is_dataclass(value) and not isinstance(value, type):
        for field in dataclasses.fields(value):
            yield from texts_in(getattr(value, field.name))
    elif isinstance(value, Mapping):
        yield from texts_in(tuple(value.values()))
    elif isinstance(value, tuple | list | set | frozenset):
        for one in value:
            yield from texts_in(one)
