"""The answers of the CRM and of the web server around it, as they go over the wire."""

from __future__ import annotations

import dataclasses
import functools
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from ..errors import DENIED, WRONG_KEY, InvalidLogin, PhpFatal, Refusal, RouteNotFound, WebServiceError
from ..faults import Fault

CORS = (
    ("Access-Control-Allow-Headers", "Authorization, Content-Type"),
    ("Access-Control-Allow-Credentials", "true"),
    ("Access-Control-Allow-Methods", "POST, OPTIONS"),
    ("Access-Control-Allow-Origin", "*"),
)
NO_FRAMES = ("X-Frame-Options", "DENY")
JSON = "application/json; charset=utf-8"
LARGE = 100_000
"""Characters from which on an answer is not kept."""


@dataclass(frozen=True)
class Answer:
    """A complete answer: status, headers, body. ``promised`` is a Content-Length that is not kept."""

    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes
    promised: int | None = None


def from_data(data: Any) -> Answer:
    """Return a success."""
    return _json(200, {"status": 200, "data": data})


def from_refusal(refusal: Refusal) -> Answer:
    """Return a failure in the shape that belongs to it."""
    return _json(refusal.status, refusal.body())


def _json(status: int, value: Any) -> Answer:
    told = json.dumps(value)
    body = _written_before(told) if len(told) < LARGE else _written(told)
    return Answer(status, (*CORS, ("Content-Type", JSON), NO_FRAMES), body)


def _written(told: str) -> bytes:
    """JSON indented and escaped as vtenext writes it."""
    return json.dumps(json.loads(told), indent=4).replace("/", "\\/").encode()


# Python's encoder takes long to indent, and most answers come again.
_written_before = functools.lru_cache(maxsize=512)(_written)


def with_noise(answer: Answer, *, before: bool, behind: bool) -> Answer:
    """Return the answer among what PHP prints where ``display_errors`` is on."""
    body = (_NOISE_BEFORE if before else b"") + answer.body + (_NOISE_BEHIND if behind else b"")
    return dataclasses.replace(answer, body=body)


_NOISE_BEFORE = (
    b"<br />\n<b>Warning</b>:  Undefined array key &quot;{module}&quot; in <b>/var/www/vte/include/utils/utils.php</b>"
    b" on line <b>4711</b><br />\n"
    b"<br />\n<b>Deprecated</b>:  Optional parameter declared before required parameter $x [] is implicitly required in"
    b" <b>/var/www/vte/include/ListView.php</b> on line <b>12</b><br />\n"
)
_NOISE_BEHIND = (
    b"<br />\n<b>Notice</b>:  Undefined index: {} in <b>/var/www/vte/data/Tracker.php</b> on line <b>8</b><br />\n"
)


def preflight(*, refused: bool = False) -> Answer:
    """Return the answer to a preflight, or one that lacks the CORS headers."""
    return Answer(200, (*(() if refused else CORS), ("Content-Type", "text/html; charset=UTF-8"), NO_FRAMES), b"")


def not_found() -> Answer:
    """Return the web server's own page for a path that is not the CRM's: without CORS headers."""
    page = _page("404 Not Found", "Not Found", "The requested URL was not found on this server.")
    return Answer(404, (("Content-Type", "text/html; charset=iso-8859-1"),), page)


def request_entity_too_large() -> Answer:
    """Return a proxy's refusal of a large body: without CORS headers."""
    page = _page("413 Request Entity Too Large", "Request Entity Too Large", "")
    return Answer(413, (("Content-Type", "text/html"),), page)


def maintenance() -> Answer:
    """Return a proxy's page while the CRM is being maintained: without CORS headers."""
    page = _page("503 Service Unavailable", "Maintenance", "The CRM is being updated. Please come back later.")
    return Answer(503, (("Content-Type", "text/html"), ("Retry-After", "600")), page)


def in_maintenance() -> Answer:
    """Return what the REST API answers in maintenance mode, preflights too: PHP dies, without CORS headers."""
    return Answer(500, (("Content-Type", "text/html; charset=UTF-8"),), b"")


def of_fault(fault: Fault, real: Answer | None) -> Answer | None:
    """Return what a fault answers instead of the real answer (None where it answers in no such way)."""
    instead = _INSTEAD.get(fault.kind)
    if instead is not None:
        return instead(fault)
    spoilt = _SPOILT.get(fault.kind)
    if spoilt is not None:
        return spoilt(real or from_data({"id": "", "note": "never handled"}), fault)
    return real if fault.kind == "slow" else None


def _php_fatal(_: Fault) -> Answer:
    return from_refusal(PhpFatal("Allowed memory size of 134217728 bytes exhausted", "include/utils/utils.php"))


def _html(_: Fault) -> Answer:
    page = _page("vtenext", "Fatal error", "Call to undefined function in index.php")
    return Answer(200, (*CORS, ("Content-Type", "text/html; charset=UTF-8"), NO_FRAMES), page)


def _truncated(whole: Answer, fault: Fault) -> Answer:
    length = len(whole.body) // 2 if fault.after_bytes is None else min(fault.after_bytes, len(whole.body) - 1)
    return Answer(whole.status, whole.headers, whole.body[:length])


_INSTEAD: Mapping[str, Callable[[Fault], Answer]] = {
    "error_500": lambda _: from_refusal(WebServiceError("Database error while performing required operation")),
    "fatal_500": _php_fatal,
    "permission_500": lambda _: from_refusal(WebServiceError(DENIED)),
    "unauthorized_401": lambda _: from_refusal(InvalidLogin(WRONG_KEY)),
    "too_large_413": lambda _: request_entity_too_large(),
    "maintenance_503": lambda _: maintenance(),
    "maintenance_500": lambda _: in_maintenance(),
    "moved_307": lambda fault: Answer(307, (*CORS, ("Location", str(fault.data))), b""),
    "other_data": lambda fault: from_data(fault.data),
    "database_away": lambda fault: from_refusal(
        RouteNotFound(fault.operation if fault.operation != "*" else "listtypes")
    ),
    "html": _html,
}
"""Faults that answer something else."""

_SPOILT: Mapping[str, Callable[[Answer, Fault], Answer]] = {
    "empty_json": lambda whole, _: Answer(200, whole.headers, b""),
    "truncated_json": _truncated,
    "noise_before": lambda whole, _: with_noise(whole, before=True, behind=False),
    "noise_behind": lambda whole, _: with_noise(whole, before=False, behind=True),
    "noise_around": lambda whole, _: with_noise(whole, before=True, behind=True),
}
"""Faults that spoil the real answer."""


def _page(title: str, heading: str, text: str) -> bytes:
    return (
        '<!DOCTYPE HTML PUBLIC "-//IETF//DTD HTML 2.0//EN">\n'
        f"<html><head>\n<title>{title}</title>\n</head><body>\n<h1>{heading}</h1>\n<p>{text}</p>\n</body></html>\n"
    ).encode()
