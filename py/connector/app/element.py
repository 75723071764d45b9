"""Elements: what views return, and what `connector.browser.dom` shows.

    >>> h("button", "Link", cls="primary").tag
    'button'

Text reaches the page as text only: there is no way to put markup into an element.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

Handler = Callable[[str], Any] | Any
"""An event of `connector.app.events`, or a function that makes one of the control's value."""


@dataclass(frozen=True)
class Element:
    """One HTML element. ``key`` keeps it the same node between two renderings of a list."""

    tag: str
    attributes: Mapping[str, str] = field(default_factory=dict)
    children: tuple[Element | str, ...] = ()
    on: Mapping[str, Handler] = field(default_factory=dict)
    key: str = ""


def h(
    tag: str,
    *children: Element | str | Iterable[Element | str | None] | None,
    on: Mapping[str, Handler] | None = None,
    key: str = "",
    **attributes: str | bool | int | None,
) -> Element:
    """Make an element. ``cls`` is the class; an underscore stands for a hyphen (``aria_label``, ``for_`` is ``for``).

    None and False leave an attribute out, True writes it without a value.
    """
    names: dict[str, str] = {}
    for name, value in attributes.items():
        if value is None or value is False:
            continue
        name = {"cls": "class", "for_": "for", "type_": "type"}.get(name, name).replace("_", "-")
        names[name] = "" if value is True else str(value)
    return Element(tag, names, tuple(_flat(children)), dict(on or {}), key)


def _flat(children: Iterable[Any]) -> Iterable[Element | str]:
    for child in children:
        if child is None:
            continue
        if isinstance(child, Element | str):
            yield child
        else:
            yield from _flat(child)
