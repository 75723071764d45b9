"""The Content-Security-Policy inside the pages, for hosts that can't send headers (GitHub Pages).

A page can't say who may frame it: browsers take ``frame-ancestors`` from a header only.
"""

from __future__ import annotations

import html
import re
from collections.abc import Mapping
from pathlib import Path

_HEADER_ONLY = ("frame-ancestors",)
_MARK = '<meta charset="utf-8">'


def policy_for_page(policy: str) -> str:
    """Return a policy without what a page can't say."""
    return "; ".join(part for part in policy.split("; ") if part.split(" ", 1)[0] not in _HEADER_ONLY)


def put(dist: Path, headers: Mapping[str, str]) -> None:
    """Put the policy, and that of the referrer, into each page that has none, before anything that it is about."""
    policy = html.escape(policy_for_page(headers["Content-Security-Policy"]), quote=True).replace("&#x27;", "'")
    lines = [
        f'<meta http-equiv="Content-Security-Policy" content="{policy}">',
        f'<meta name="referrer" content="{headers["Referrer-Policy"]}">',
    ]
    for page in sorted(dist.glob("*.html")):
        text = page.read_text("utf-8")
        if re.search(r'http-equiv="Content-Security-Policy"', text):
            continue
        assert text.count(_MARK) == 1, page  # noqa: S101  # a test looks at each page
        page.write_text(text.replace(_MARK, "\n    ".join([_MARK, *lines])), "utf-8", newline="\n")
