"""Shows a tree of elements in the page, changing only what differs from the one before.

    page = Page(js.document.getElementById("pane"), app.dispatch)
    page.show(view(state))

The tree goes to ``pane/elements.js`` as one text: to touch the nodes from Python takes longer than to write all of it.
Text is set as text and attributes from a closed list: nothing from a mail or the CRM can become markup or script.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import js
from pyodide.ffi import create_proxy, to_js

from connector.app.element import Element, Handler
from connector.app.writing import ATTRIBUTES, EVENTS, TAGS, Written, written
from connector.browser.focus import Focus


class Page:
    """The pane's part of the document. ``dispatch`` takes the events that the elements carry."""

    def __init__(self, root: Any, dispatch: Callable[[Any], None]) -> None:
        self._dispatch = dispatch
        self._handlers: Mapping[int, Mapping[str, Handler]] = {}
        self._focus = Focus(root)
        lists = (to_js(sorted(one)) for one in (TAGS, ATTRIBUTES, EVENTS))
        heard, offer = create_proxy(self._heard), create_proxy(self._focus.offer)
        self._elements = js.mailConnector.elements(root, *lists, heard, offer)

    def show(self, tree: Element) -> None:
        """Show the tree."""
        made = written(tree)
        self._handlers = made.handlers
        self._elements.show(made.text)
        self._focus.hold()

    def adopt(self, made: Written, key: str = "", other: str = "") -> None:
        """Take over what stands in the page, where it is just this tree; else it stays until something is shown.

        ``other`` is the tree, as text, that stands there in the place of the element with that key, where there is one.
        """
        if self._elements.adopt(made.text, key, other) is True:
            self._handlers = made.handlers
            self._focus.adopt()

    def _heard(self, number: int, kind: str, value: str) -> None:
        handler = self._handlers[number][kind]
        self._dispatch(handler(value) if callable(handler) else handler)
