"""What JavaScript hands over, taken without believing anything of it.

    text(item, "subject")      # "" where there is none, or no text
    entries(item, "to")        # [] where there is none, or no list

A JavaScript object is never tested for truth: Pyodide takes one whose ``size`` or ``length`` is 0 for false.
"""

from __future__ import annotations

import math
from typing import Any

from pyodide.ffi import JsException, jsnull


def given(value: Any) -> bool:
    """Return whether JavaScript gave anything: neither undefined nor null."""
    return value is not None and value is not jsnull


def part(holder: Any, name: str) -> Any:
    """Return a property; None where there is none, or where asking for it throws."""
    try:
        value = getattr(holder, name, None) if given(holder) else None
    except JsException:
        return None
    return value if given(value) else None


def text(holder: Any, name: str) -> str:
    """Return a property that is a text; empty where it is none."""
    value = part(holder, name)
    return value if isinstance(value, str) else ""


def number(holder: Any, name: str) -> int:
    """Return a property that is a number, without its fraction; 0 where it is none."""
    value = part(holder, name)
    return int(value) if isinstance(value, int | float) and math.isfinite(value) else 0


def flag(holder: Any, name: str) -> bool:
    """Return whether a property is ``true``."""
    return part(holder, name) is True


def entries(holder: Any, name: str) -> list[Any]:
    """Return a property that is a list, without what is nothing in it; empty where it is none."""
    value = part(holder, name)
    try:
        return [one for one in value if given(one)] if value is not None and not isinstance(value, str) else []
    except (TypeError, JsException):
        return []
