"""HTTP by Python's own ``urllib``: on a terminal as it is, in a browser's worker by way of ``pyodide-http``."""

from __future__ import annotations

import urllib.error
import urllib.request
from collections.abc import Callable, Mapping
from typing import Any

from connector.checkup.seen import Answer

MOST = 64_000_000
"""Bytes of an answer that are read at most."""


def call(
    opened: Callable[[urllib.request.Request], Any],
    method: str,
    url: str,
    headers: Mapping[str, str] | None = None,
    body: bytes | None = None,
) -> Answer:
    """Send a request and return the answer, an error's too. Raises what ``opened`` raises where there is none."""
    request = urllib.request.Request(url, data=body, headers=dict(headers or {}), method=method)  # noqa: S310
    try:
        answer = opened(request)
    except urllib.error.HTTPError as error:
        answer = error
    with answer:
        return Answer(int(answer.status), tuple(answer.headers.items()), answer.read(MOST))
