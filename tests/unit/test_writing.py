"""Trees of elements as they are handed to the page: nothing that is not on the lists, and nothing lost."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connector.app import events as e
from connector.app.element import Element, h
from connector.app.views import view
from connector.app.writing import ATTRIBUTES, EVENTS, TAGS, written
from unit.screens import SCREENS

HANDLERS = st.dictionaries(st.sampled_from(EVENTS), st.just(e.SuggestAgainAsked()), max_size=2)
NAMES = st.sampled_from(sorted(ATTRIBUTES - {"src"})) | st.sampled_from(["aria-label", "data-screen"])
TREES: st.SearchStrategy[Element | str] = st.recursive(
    st.text(),
    lambda inside: st.builds(
        Element,
        st.sampled_from(sorted(TAGS)),
        st.dictionaries(NAMES, st.text(), max_size=3),
        st.lists(inside, max_size=4).map(tuple),
        HANDLERS,
        st.text(max_size=3),
    ),
)


def read(made: Any, handlers: Any) -> Element | str:
    """The tree that a text tells of."""
    if isinstance(made, str):
        return made
    tag, key, attributes, on, children = made
    known = handlers[on[0]] if on else {}
    assert list(known) == (on[1:] if on else [])
    return Element(tag, attributes, tuple(read(child, handlers) for child in children), known, key)


@given(TREES.filter(lambda tree: isinstance(tree, Element)))
def test_a_tree_comes_out_as_it_was(tree: Element) -> None:
    made = written(tree)
    assert read(json.loads(made.text), made.handlers) == tree


@pytest.mark.parametrize("name", list(SCREENS))
def test_every_screen_can_be_written(name: str) -> None:
    tree = view(SCREENS[name])
    made = written(tree)
    assert read(json.loads(made.text), made.handlers) == tree


@pytest.mark.parametrize(
    "tree",
    [
        h("script", "alert(1)"),
        h("div", h("iframe")),
        h("p", onclick="alert(1)"),
        h("div", h("a", href="javascript:alert(1)")),
        h("p", style="color: red"),
        h("img", src="https://elsewhere.example/a.png"),
        h("img", src="/icons/a.png"),
    ],
    ids=lambda tree: str(tree.tag),
)
def test_what_is_not_on_the_lists_is_not_written(tree: Element) -> None:
    with pytest.raises(ValueError, match=r"no such|own files only"):
        written(tree)
