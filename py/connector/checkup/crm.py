"""What is wrong with the CRM, by its answers: CORS, the way of the Authorization header, component, licence, limits."""

from __future__ import annotations

import datetime
import json
from collections.abc import Iterator
from typing import Any

from connector.checkup import remedy
from connector.checkup.finding import Finding, failed, ok, unclear
from connector.checkup.seen import Answer, Silence
from connector.vtenext.component.status import Fit, Status, status_from
from connector.vtenext.envelope import answer_in
from connector.vtenext.url import same

STATUS, SIGNED, PROBE, NOTHING = "mailconnectorstatus", "mailconnectordevices", "listtypes", "mailconnectorselfcheck"
"""What is asked: without a sign-in, with one, of the stock CRM, and an operation that no CRM has."""
NOBODY = "mct1_" + 43 * "A"
"""A token that nobody has: it counts as no failed sign-in."""
OLDEST_TRIED = (24, 8, 2)
LEAST_REQUEST = 32_000_000
"""Bytes of a request that a mail with its files may well have."""
MOST_SECONDS = 300
"""How far the clocks may differ before tokens, codes and dates suffer."""


def data_of(answer: Answer) -> Any:
    """Return what the CRM answers; None where it is no good answer of a CRM."""
    found = answer_in(answer.text)
    return found.get("data") if found.get("status") == 200 else None


def is_missing(answer: Answer) -> bool:
    """Whether the CRM answers that it has no such operation."""
    return answer_in(answer.text).get("error") == "RouteNotFoundException"


def allowed(answer: Answer, origin: str) -> str:
    """Return what is wrong with the header that lets the pane read: ``missing``, ``doubled``, ``other``, or nothing."""
    values = [one.strip() for value in answer.all("Access-Control-Allow-Origin") for one in value.split(",")]
    if not values:
        return "missing"
    if len(values) > 1:
        return "doubled"
    return "" if values[0] in ("*", origin) else "other"


def _server(answer: Answer) -> str:
    return remedy.server(answer.header("Server"))


def _cors_remedy(fault: str, answer: Answer) -> str:
    return remedy.for_server(_server(answer), remedy.cors_once if fault == "doubled" else remedy.cors)


def either() -> str:
    """Return the lines for CORS headers that are missing, and for those that are doubled: no browser tells which."""
    missing, twice = (remedy.for_server("", one) for one in (remedy.cors, remedy.cors_once))
    return f"# -- where they are missing --\n{missing}\n# -- where they stand there twice --\n{twice}"


def preflight(answer: Answer | Silence, origin: str) -> Finding:
    """Judge the answer to the browser's question whether the pane may call."""
    if isinstance(answer, Silence):
        return unclear("preflight", "browser-hides" if answer.why == "hidden" else "not-asked")
    fault = allowed(answer, origin)
    if 300 <= answer.status < 400:
        return failed("preflight", "preflight-leads-on", address=_plain(answer.header("Location")))
    if not 200 <= answer.status < 300:
        return failed("preflight", "preflight-refused", status=str(answer.status))
    if fault:
        return failed("preflight", f"preflight-{fault}", _cors_remedy(fault, answer))
    named = {one.strip().lower() for one in answer.header("Access-Control-Allow-Headers").split(",")}
    lacking = {"authorization", "content-type"} - named
    if lacking - ((named & {"*"} and {"content-type"}) or set()):
        return failed("preflight", "preflight-narrow", _cors_remedy("", answer), names=", ".join(sorted(lacking)))
    return ok("preflight", "preflight-right")


def cors(answer: Answer, origin: str, *, error: Answer | Silence) -> Iterator[Finding]:
    """Judge whether the pane may read answers, good ones and errors."""
    fault = allowed(answer, origin)
    if fault:
        yield failed("cors", f"cors-{fault}", _cors_remedy(fault, answer))
        return
    yield ok("cors", "cors-right")
    if isinstance(error, Silence) or allowed(error, origin):
        yield failed("errors", "errors-without", remedy.for_server(_server(answer), remedy.cors))
    else:
        yield ok("errors", "errors-right")


def away(answer: Answer, page: Answer | Silence | None, better: str) -> Finding | None:
    """Why this is no answer of a CRM that works; None where it is one. ``better``: an address at which there is one."""
    page_text = page.text.lower() if isinstance(page, Answer) else ""
    if answer.status == 503 or (answer.status >= 500 and "maintenance" in page_text + answer.text.lower()):
        return failed("crm", "maintenance", status=str(answer.status))
    if answer.status >= 500 and not answer_in(answer.text):
        return failed("crm", "crm-error", status=str(answer.status))
    if 300 <= answer.status < 400:
        return failed("crm", "leads-on", address=_plain(answer.header("Location")))
    if not answer_in(answer.text):
        return failed("crm", "path-wrong", address=better) if better else failed("crm", "no-crm")
    return None


def component(answer: Answer, stock: Answer | Silence, pane: str, crm_url: str) -> Iterator[Finding]:
    """Judge what the component says of itself. ``stock``: the answer of a stock operation without a sign-in."""
    data = data_of(answer)
    result = data.get("result") if isinstance(data, dict) else None
    if not isinstance(data, dict) or not isinstance(result, dict):
        away_too = isinstance(stock, Answer) and is_missing(stock)
        yield failed("component", "database-away" if away_too else "component-missing")
        return
    contract = data.get("contract")
    status = status_from(contract if type(contract) is int else 0, result)
    yield _version(status, pane)
    yield _crm_version(status)
    yield _licence(status)
    right = not status.address or same(status.address, crm_url)
    yield ok("address", "address-right") if right else failed("address", "address-other", address=status.address)
    yield _limits(result, answer)
    yield _clock(status)


def _version(status: Status, pane: str) -> Finding:
    details = {"component": status.component or "–", "pane": pane, "most": status.maximum, "least": status.minimum}
    match status.fit(pane):
        case Fit.PANE_TOO_NEW:
            return failed("component", "component-old", "python scripts/component.py", **details)
        case Fit.PANE_TOO_OLD:
            return failed("component", "pane-old", "python scripts/build.py", **details)
    return ok("component", "component-right", **details)


def _crm_version(status: Status) -> Finding:
    numbers = tuple(int(part) for part in status.crm_version.split(".") if part.isdigit())
    if numbers and numbers >= OLDEST_TRIED:
        return ok("version", "version-right", version=status.crm_version)
    return unclear("version", "version-untried", version=status.crm_version or "–")


def _licence(status: Status) -> Finding:
    if status.licence in ("active", "seats_exhausted"):
        return ok("licence", "licence-active" if status.licence == "active" else "licence-full")
    return failed("licence", f"licence-{'expired' if status.licence == 'expired' else 'missing'}")


def _limits(result: Any, answer: Answer) -> Finding:
    limits = result.get("limits")
    most = limits.get("request") if isinstance(limits, dict) else None
    if type(most) is not int:
        return unclear("limits", "limits-unknown")
    size = f"{most / 1e6:.0f}"
    if most < LEAST_REQUEST:
        return failed("limits", "limits-small", remedy.for_server(_server(answer), remedy.body_size), size=size)
    return ok("limits", "limits-right", size=size)


def large(answer: Answer | Silence, first: Answer, size: int) -> Finding:
    """Judge what became of a request of this many bytes."""
    if isinstance(answer, Answer) and isinstance(data_of(answer), dict):
        return ok("upload", "upload-right", size=f"{size / 1e6:.0f}")
    lines = remedy.for_server(_server(first), remedy.body_size)
    return failed("upload", "upload-refused", lines, size=f"{size / 1e6:.0f}")


def _clock(status: Status) -> Finding:
    try:
        away_by = datetime.datetime.fromisoformat(status.server_time) - datetime.datetime.now(datetime.UTC)
    except (ValueError, TypeError):
        return unclear("clock", "clock-unknown")
    seconds = round(away_by.total_seconds())
    if abs(seconds) > MOST_SECONDS:
        return failed("clock", "clock-off", "timedatectl set-ntp true", minutes=str(round(seconds / 60)))
    return ok("clock", "clock-right")


def authorization(answer: Answer | Silence) -> Finding:
    """Judge whether the header that carries the sign-in arrives: the component says whether it saw a token."""
    data = data_of(answer) if isinstance(answer, Answer) else None
    reason = data.get("details", {}).get("reason") if isinstance(data, dict) and data.get("ok") is False else None
    if reason == "missing" and isinstance(answer, Answer):
        lines = remedy.for_server(_server(answer), remedy.authorization)
        return failed("authorization", "authorization-lost", lines)
    return ok("authorization", "authorization-right") if reason else unclear("authorization", "authorization-untold")


def body(**parameters: str) -> bytes:
    """Return the parameters of an operation as they are sent."""
    return json.dumps(parameters).encode()


def _plain(address: str) -> str:
    """An address without what might be of a person or a secret."""
    return address.partition("?")[0].partition("#")[0].rpartition("@")[2][:200]
