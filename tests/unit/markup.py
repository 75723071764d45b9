"""Elements as HTML text, for tests without the pane's own renderer (`connector.browser.dom`)."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator
from html import escape

import html5lib

from connector.app.element import Element

_BREAK = "\u200b"
VOID = frozenset({"input", "img", "hr", "wbr"})


def html(element: Element | str) -> str:
    """Write an element; everything foreign is escaped."""
    if isinstance(element, str):
        return escape(element, quote=False)
    attributes = "".join(f' {name}="{escape(value)}"' for name, value in element.attributes.items())
    if element.tag in VOID:
        return f"<{element.tag}{attributes}>"
    return f"<{element.tag}{attributes}>{''.join(map(html, element.children))}</{element.tag}>"


def walk(element: Element) -> Iterator[Element]:
    """The element and all below it, in the order of the page."""
    yield element
    for child in element.children:
        if isinstance(child, Element):
            yield from walk(child)


def text(element: Element) -> str:
    """What is read in it; parts are set apart by a space."""
    parts = " ".join(child if isinstance(child, str) else text(child) for child in element.children)
    return _BREAK if element.tag == "wbr" else " ".join(parts.replace(f" {_BREAK} ", "").split())


def name(element: Element) -> str:
    """What a control is called: its label for a screen reader, else its text."""
    return element.attributes.get("aria-label") or text(element)


def find(tree: Element, wanted: Callable[[Element], bool]) -> list[Element]:
    """All elements that are wanted."""
    return [one for one in walk(tree) if wanted(one)]


def buttons(tree: Element) -> dict[str, Element]:
    """The buttons by name."""
    return {name(one): one for one in walk(tree) if one.tag == "button"}


def by_id(tree: Element, wanted: str) -> Element:
    """The element with that id."""
    (found,) = find(tree, lambda one: one.attributes.get("id") == wanted)
    return found


def expect_same_tree(tree: Element) -> None:
    """A browser makes of the markup just these elements: nothing in a text became one, nothing is misplaced."""
    document = html5lib.parse(_sound(html(tree)), treebuilder="etree", namespaceHTMLElements=False)
    body = document.find("body")
    assert body is not None
    made = list(body.iter())[1:]
    meant = list(walk(tree))
    assert Counter(one.tag for one in made) == Counter(one.tag for one in meant)
    for element, parsed in zip(meant, made, strict=True):
        assert element.tag == parsed.tag
        assert {key: _sound(value) for key, value in element.attributes.items()} == dict(parsed.attrib)


def _sound(value: str) -> str:
    """What the parser of this test makes of characters that are in no HTML text."""
    return re.sub("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]", "\ufffd", value).replace(
        "\r", "\n"
    )
