"""Text that comes from a mail, a file name or the CRM."""

from __future__ import annotations

from connector.app.element import Element, h
from connector.app.language import shown


def foreign(text: str, cls: str | None = None, longest: int = 300, *, whole: bool = False) -> Element:
    """Foreign text in an element of its own, which takes its direction from it.

    ``whole``: the style may cut it; then all of it shows when somebody points at it.
    """
    return h("span", shown(text, longest), dir="auto", cls=cls, title=shown(text) if whole else None)
