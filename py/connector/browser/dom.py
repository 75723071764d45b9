"""Shows a tree of elements in the page, changing only what differs from the one before.

    page = Page(js.document.getElementById("pane"), app.dispatch)
    page.show(view(state))

Text is set as text and attributes from a closed list: nothing from a mail or the CRM can become
markup or script.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import js
from pyodide.ffi import create_proxy

from connector.app.element import Element
from connector.browser.focus import Focus
from connector.browser.values import given, number, text

EVENTS = ("click", "input", "change", "submit")
TAGS = frozenset(
    "a article aside b button div details dd dl dt em fieldset footer form h1 h2 h3 header hr i img input label legend "
    "li main nav ol option p progress section select small span strong summary textarea time ul".split()
)
ATTRIBUTES = frozenset(
    "alt autocapitalize autocomplete autofocus checked class datetime dir disabled enterkeyhint for form height hidden "
    "id inert inputmode lang max maxlength min multiple name novalidate open placeholder readonly required role rows "
    "selected spellcheck src step tabindex title type value width".split()
)
TEXT = 3
"""A text's ``nodeType``."""
LIVE = {"value": "value", "checked": "checked"}
"""Attributes that stop showing once the user has touched the control, and the properties to set instead."""


@dataclass
class _Shown:
    element: Element | str
    node: Any
    children: list[_Shown]


class Page:
    """The pane's part of the document. ``dispatch`` takes the events that the elements carry."""

    def __init__(self, root: Any, dispatch: Callable[[Any], None]) -> None:
        self._root = root
        self._dispatch = dispatch
        self._shown: _Shown | None = None
        self._numbered: dict[int, _Shown] = {}
        self._last = 0
        self._focus = Focus(root)
        listener = create_proxy(self._heard)
        for name in EVENTS:
            root.addEventListener(name, listener)

    def show(self, tree: Element) -> None:
        """Show the tree."""
        if self._shown is None:
            self._shown = self._made(tree)
            self._root.replaceChildren(self._shown.node)
        else:
            self._shown = self._changed(self._shown, tree)
        self._focus.hold()

    def adopt(self, tree: Element) -> None:
        """Take over what stands in the page, where it is just this tree; else it stays until something is shown."""
        try:
            self._shown = self._adopted(tree, self._root.firstChild)
        except LookupError:
            self._numbered.clear()
        else:
            self._focus.adopt()

    def _adopted(self, element: Element | str, node: Any) -> _Shown:
        if isinstance(element, str):
            if not given(node) or node.nodeType != TEXT or node.data != element:
                raise LookupError(element)
            return _Shown(element, node, [])
        if text(node, "localName") != element.tag:
            raise LookupError(element.tag)
        shown = _Shown(element, node, [])
        child = node.firstChild
        for wanted in element.children:
            if not wanted:
                # HTML has no empty texts.
                made = self._made(wanted)
                node.insertBefore(made.node, child)
                shown.children.append(made)
                continue
            shown.children.append(self._adopted(wanted, child))
            child = child.nextSibling
        if given(child):
            raise LookupError(element.tag)
        self._number(shown)
        return shown

    def _heard(self, event: Any) -> None:
        node = event.target
        while given(node) and not node.isSameNode(self._root):
            shown = self._numbered.get(number(node, "connectorNumber"))
            if shown is not None and isinstance(shown.element, Element) and event.type in shown.element.on:
                handler = shown.element.on[event.type]
                if event.type == "submit":
                    event.preventDefault()
                self._dispatch(handler(_value(event.type, node, event.target)) if callable(handler) else handler)
                return
            node = node.parentElement

    def _made(self, element: Element | str) -> _Shown:
        if isinstance(element, str):
            return _Shown(element, js.document.createTextNode(element), [])
        if element.tag not in TAGS:
            raise ValueError(f"no such element here: {element.tag}")
        node = js.document.createElement(element.tag)
        shown = _Shown(element, node, [])
        for name, value in element.attributes.items():
            _set(node, name, value)
        for child in element.children:
            made = self._made(child)
            shown.children.append(made)
            node.appendChild(made.node)
        if "value" in element.attributes and element.tag == "select":
            node.value = element.attributes["value"]
        self._number(shown)
        if "autofocus" in element.attributes:
            # The attribute itself is refused in a frame of another origin.
            js.setTimeout(node.focus.bind(node), 0)
        return shown

    def _number(self, shown: _Shown) -> None:
        if isinstance(shown.element, Element) and shown.element.on:
            mark = number(shown.node, "connectorNumber")
            if not mark:
                self._last += 1
                mark = shown.node.connectorNumber = self._last
            self._numbered[mark] = shown

    def _forget(self, shown: _Shown) -> None:
        if isinstance(shown.element, Element):
            if shown.element.on:
                self._numbered.pop(number(shown.node, "connectorNumber"), None)
            for child in shown.children:
                self._forget(child)

    def _changed(self, shown: _Shown, element: Element | str) -> _Shown:
        """Turn what is shown into the element; the node stays the same where it can."""
        before = shown.element
        if before is element:
            return shown
        if (
            isinstance(before, str)
            or isinstance(element, str)
            or (before.tag, before.key) != (element.tag, element.key)
        ):
            if isinstance(before, str) and isinstance(element, str):
                if before != element:
                    shown.node.data = element
                    shown.element = element
                return shown
            made = self._made(element)
            shown.node.replaceWith(made.node)
            self._forget(shown)
            return made
        for name in before.attributes.keys() - element.attributes.keys():
            _unset(shown.node, name)
        for name, value in element.attributes.items():
            if name in LIVE or before.attributes.get(name) != value:
                _set(shown.node, name, value)
        if "autofocus" in element.attributes and "autofocus" not in before.attributes:
            self._focus.offer(shown.node)
        shown.element = element
        self._children(shown, element.children)
        if (
            "value" in element.attributes
            and element.tag == "select"
            and shown.node.value != element.attributes["value"]
        ):
            shown.node.value = element.attributes["value"]
        self._number(shown)
        return shown

    def _children(self, shown: _Shown, children: Sequence[Element | str]) -> None:
        old = shown.children
        keyed = {one.element.key: one for one in old if isinstance(one.element, Element) and one.element.key}
        loose = [one for one in old if not (isinstance(one.element, Element) and one.element.key)]
        new: list[_Shown] = []
        for child in children:
            key = child.key if isinstance(child, Element) else ""
            known = keyed.pop(key, None) if key else (loose.pop(0) if loose else None)
            new.append(self._made(child) if known is None else self._changed(known, child))
        for gone in (*keyed.values(), *loose):
            gone.node.remove()
            self._forget(gone)
        place = shown.node.firstChild
        for one in new:
            if given(place) and one.node.isSameNode(place):
                place = place.nextSibling
            else:
                shown.node.insertBefore(one.node, place)
        shown.children = new


def _value(kind: str, node: Any, target: Any) -> str:
    if kind == "submit":
        password = node.elements.namedItem("password")
        if not given(password):
            return ""
        # Read once, and gone from the page.
        value, password.value = str(password.value), ""
        return value
    if text(target, "type") == "checkbox":
        return "yes" if target.checked else ""
    return text(target, "value")


def _set(node: Any, name: str, value: str) -> None:
    if not (name in ATTRIBUTES or name.startswith(("aria-", "data-"))):
        raise ValueError(f"no such attribute here: {name}")
    if name == "src" and not value.startswith("icons/"):
        raise ValueError("pictures come from the pane's own files only")
    if name == "value" and node.localName in ("input", "textarea"):
        if node.value != value:
            node.value = value
    elif name == "checked":
        node.checked = True
    elif name != "autofocus" and not (name == "value" and node.localName == "select"):
        node.setAttribute(name, value)


def _unset(node: Any, name: str) -> None:
    if name == "checked":
        node.checked = False
    else:
        node.removeAttribute(name)
