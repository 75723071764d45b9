"""Text that comes from a mail, a file name or the CRM."""

from __future__ import annotations

from connector.app.element import Element, h
from connector.app.language import shown


def foreign(text: str, cls: str | None = None, longest: int = 300) -> Element:
    """Foreign text in an element of its own, which takes its direction from it."""
    return h("span", shown(text, longest), dir="auto", cls=cls)
