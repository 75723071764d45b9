"""Keeps the focus in the pane when the control that had it goes away, and leads the Tab and arrow keys on.

A lost focus falls to the document itself, where a screen reader starts anew. office.js takes the Tab key
over, and knows only the controls of its own list: it never stops at a summary, and from a heading that got
the focus by program it would lead out of the pane. The arrow keys lead from the search through the records below it,
and Enter chooses the record there.
"""

from __future__ import annotations

from typing import Any

import js
from pyodide.ffi import create_proxy

from connector.browser.values import flag, given, text

TARGETS = ":is(h2:not(.unseen), button:enabled, input:enabled, select:enabled, summary, [tabindex]):not(.passing *)"
"""Where it may go, within the nearest part of the page that is still there: not into what is to leave by itself."""
STOPS = "button:enabled, input:enabled, select:enabled, textarea:enabled, summary, a[href], [tabindex='0']"
"""Where the Tab key stops."""
RECORDS = "#search-text:enabled, .rows input:enabled"
"""Where the arrow keys stop."""
BEFORE, AFTER = 2, 4
"""Bits of ``compareDocumentPosition``."""


class Focus:
    """Follows the focus inside an element. The pane never takes it from elsewhere, nor after a user left a control."""

    def __init__(self, root: Any) -> None:
        self._root = root
        self._places: list[Any] = []
        self._settling = create_proxy(self._settle)
        root.addEventListener("focusin", create_proxy(lambda event: self._came(event.target)))
        root.addEventListener("keydown", create_proxy(self._pressed))

    def adopt(self) -> None:
        """Begin with what has the focus already."""
        if self._root.contains(js.document.activeElement):
            self._came(js.document.activeElement)

    def hold(self) -> None:
        """After a change of the page: find a new place when what had the focus is gone or can't be used any more."""
        if self._places and self._lost():
            # Whatever asks for the focus itself, being new, comes before.
            js.setTimeout(self._settling, 0)

    def offer(self, node: Any) -> None:
        """Put the focus there, where the pane has it and no control does: a heading gets it if there is none."""
        active = js.document.activeElement
        idle = not given(active) or active.localName in ("body", "h2")
        if idle and js.document.hasFocus():
            js.setTimeout(node.focus.bind(node), 0)

    def _came(self, node: Any) -> None:
        self._places = []
        while given(node) and not node.isSameNode(self._root):
            self._places.append(node)
            node = node.parentElement

    def _lost(self) -> bool:
        node = self._places[0]
        return not node.isConnected or flag(node, "disabled")

    def _settle(self) -> None:
        active = js.document.activeElement
        kept = given(active) and not active.isSameNode(js.document.body) and not flag(active, "disabled")
        if kept or not self._places or not self._lost() or not js.document.hasFocus():
            return
        for place in (*self._places[1:], self._root):
            target: Any = place.querySelector(TARGETS) if self._root.contains(place) else None
            if given(target):
                if target.localName == "h2" and not target.hasAttribute("tabindex"):
                    target.tabIndex = -1
                target.focus()
                return

    def _pressed(self, event: Any) -> None:
        here, key = event.target, event.key
        if event.ctrlKey or event.altKey or event.metaKey:
            return
        if key == "Tab":
            self._go(event, STOPS, back=event.shiftKey)
        elif here.matches(RECORDS) is not True or flag(event, "shiftKey") or flag(event, "isComposing"):
            return
        elif key in ("ArrowDown", "ArrowUp"):
            self._go(event, RECORDS, back=key == "ArrowUp")
        elif key == "Enter" and text(here, "type") == "checkbox":
            event.preventDefault()
            # One that is chosen stays so: the pane may have chosen it by itself. The space bar takes it away.
            if here.checked is not True:
                here.click()

    def _go(self, event: Any, where: str, *, back: bool) -> None:
        """Go on to the next stop. At the ends office.js leads out of the pane; it listens later, at the window."""
        wanted = BEFORE if back else AFTER
        here = event.target
        stops = [one for one in self._root.querySelectorAll(where) if here.compareDocumentPosition(one) & wanted]
        for stop in reversed(stops) if back else stops:
            if stop.checkVisibility():
                event.preventDefault()
                event.stopPropagation()
                stop.focus()
                return
