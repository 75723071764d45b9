"""Trees of elements as JSON, in which they are handed to the page as a whole (``pane/elements.js``).

    written(h("p", "Hello", cls="hint")).text
    '["p","",{"class":"hint"},0,["Hello"]]'

An element is ``[tag, key, attributes, handlers, children]``; handlers are 0, or a number and the names of events. Only
elements and attributes of closed lists are written.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from connector.app.element import Element, Handler

EVENTS = ("click", "input", "change", "submit")
TAGS = frozenset(
    "a article aside b button div details dd dl dt em fieldset footer form h1 h2 h3 header hr i img input label legend "
    "li main nav ol option p progress section select small span strong summary textarea time ul wbr".split()
)
ATTRIBUTES = frozenset(
    "alt autocapitalize autocomplete autofocus checked class datetime dir disabled enterkeyhint for form height hidden "
    "id inert inputmode lang max maxlength min multiple name novalidate open placeholder readonly required role rows "
    "selected spellcheck src step tabindex title type value width".split()
)
_FAMILIES = ("aria-", "data-")


@dataclass(frozen=True)
class Written:
    """A tree as text, and the handlers of its elements by the numbers that stand there, from 1 on."""

    text: str
    handlers: Mapping[int, Mapping[str, Handler]]


def written(tree: Element) -> Written:
    """Write a tree. Raises ValueError for an element or an attribute that the lists do not have."""
    handlers: dict[int, Mapping[str, Handler]] = {}
    made = _made(tree, handlers)
    return Written(json.dumps(made, ensure_ascii=False, separators=(",", ":")), handlers)


def _made(tree: Element | str, handlers: dict[int, Mapping[str, Handler]]) -> Any:
    if isinstance(tree, str):
        return tree
    if tree.tag not in TAGS:
        raise ValueError(f"no such element here: {tree.tag}")
    attributes = tree.attributes
    if not attributes.keys() <= ATTRIBUTES:
        _check(attributes)
    if "src" in attributes and not attributes["src"].startswith("icons/"):
        raise ValueError("pictures come from the pane's own files only")
    on: Any = 0
    if tree.on:
        number = len(handlers) + 1
        handlers[number] = tree.on
        on = [number, *tree.on]
    return [tree.tag, tree.key, attributes, on, [_made(child, handlers) for child in tree.children]]


def _check(attributes: Mapping[str, str]) -> None:
    for name in attributes:
        if name not in ATTRIBUTES and not name.startswith(_FAMILIES):
            raise ValueError(f"no such attribute here: {name}")
