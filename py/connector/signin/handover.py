"""What the pane and its own page in the sign-in window (``pane/signin.html``) say to each other: texts of JSON.

The page asks where to go, under the name of this one visit, and the pane answers. When the CRM has led back, the page
hands over what the CRM brought. A page that asks under another name gets no answer.
"""

from __future__ import annotations

import json
from typing import Any

LONGEST = 4000
"""Characters that a message may have."""


def asks(message: object, visit: str) -> bool:
    """Return whether this visit's page asks where to go."""
    said = _said(message)
    return bool(visit) and said.get("mailConnector") == "ready" and said.get("visit") == visit


def leading(visit: str, url: str) -> str:
    """Return the answer to this visit's page: go to this address."""
    return json.dumps({"mailConnector": "go", "visit": visit, "url": url})


def brought(message: object) -> str | None:
    """Return the fragment with which the CRM led back; None where the message hands none over."""
    said = _said(message)
    if said.get("mailConnector") != "sign-in":
        return None
    fragment = said.get("fragment")
    return fragment if isinstance(fragment, str) else ""


def _said(message: object) -> dict[str, Any]:
    """Take a message apart; anything else than one of the page's says nothing."""
    if not isinstance(message, str) or len(message) > LONGEST:
        return {}
    try:
        content = json.loads(message)
    except (ValueError, RecursionError):
        return {}
    return content if isinstance(content, dict) else {}
