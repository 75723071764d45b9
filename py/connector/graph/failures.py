"""What went wrong, of Microsoft's answers: to requests for content, and to those for a token.

Source: Microsoft Entra's error codes (``AADSTS…``), MSAL's ``errorCode`` values, Graph's HTTP statuses.
"""

from __future__ import annotations

import binascii
import json
import re
from collections.abc import Mapping

from connector.errors import (
    GraphAdminNeeded,
    GraphBusy,
    GraphClosed,
    GraphConditions,
    GraphConsent,
    GraphDenied,
    GraphElsewhere,
    GraphExpired,
    GraphFailed,
    GraphMailMissing,
    GraphNoBridge,
    GraphNotAllowed,
    GraphNotHere,
    GraphPopupBlocked,
    GraphSetup,
    GraphUnreachable,
    GraphUnreadable,
    SourceError,
)
from connector.graph.addresses import HOST
from connector.graph.waiting import BUSY

_AADSTS = re.compile(r"AADSTS(\d{4,9})")
_CLAIMS = re.compile(r'\bclaims="([^"]{1,8000})"')
_BY_NUMBER: tuple[tuple[type[SourceError], frozenset[int]], ...] = (
    (GraphConsent, frozenset({65001, 65002})),
    (GraphAdminNeeded, frozenset({90093, 90094, 90095, 900941})),
    (GraphNotAllowed, frozenset({65004})),
    # What the user can do in Microsoft's window: a second factor, another password, a new sign-in.
    (
        GraphExpired,
        frozenset(
            {50055, 50058, 50072, 50074, 50076, 50078, 50079, 50089, 50129, 50132, 50133, 50144, 50158, 50173}
            | {70008, 70043, 700082, 700084, 160021}
        ),
    ),
    # What the organization's rules forbid on this device: "app protection policy" (53009) among them.
    (
        GraphConditions,
        frozenset(
            {50005, 50097, 50131, 53000, 53001, 53002, 53003, 53004, 53005, 53008, 53009, 53010, 53011}
            | {530001, 530003, 530021, 530032, 530034, 530035, 501314}
        ),
    ),
    (
        GraphSetup,
        frozenset(
            {50011, 50020, 50105, 50194, 70001, 70011, 90002, 90072, 500011, 500113, 650052, 650053, 650056, 650057}
            | {700016, 900023, 900384, 900971, 7000112, 7000114, 7000116, 7000218, 9002326}
        ),
    ),
)
_BY_CODE: Mapping[str, type[SourceError]] = {
    "no_bridge": GraphNoBridge,
    "bridge_timeout": GraphBusy,
    "bridge_disabled": GraphNoBridge,
    "bridge_unavailable": GraphNoBridge,
    "nested_app_auth_bridge_disabled": GraphNoBridge,
    "user_canceled": GraphClosed,
    "user_cancelled": GraphClosed,
    "popup_window_error": GraphPopupBlocked,
    "empty_window_error": GraphPopupBlocked,
    "access_denied": GraphNotAllowed,
    "consent_required": GraphConsent,
    "no_account_found": GraphNotHere,
    "no_account_error": GraphNotHere,
    "account_unavailable": GraphNotHere,
    "no_network_connectivity": GraphUnreachable,
    "no_network": GraphUnreachable,
    "login_required": GraphExpired,
    "refresh_token_expired": GraphExpired,
    "timed_out": GraphBusy,
    "bad_token": GraphExpired,
    "token_expired": GraphExpired,
    "temporarily_unavailable": GraphBusy,
    "server_error": GraphBusy,
    "invalid_client": GraphSetup,
    "unauthorized_client": GraphSetup,
    "invalid_scope": GraphSetup,
}

_BY_GRAPHS_CODE: Mapping[str, type[SourceError]] = {
    # The mailbox is on a server of the organization, or there is none at all.
    "MailboxNotEnabledForRESTAPI": GraphNotHere,
    "MailboxNotSupportedForRESTAPI": GraphNotHere,
    "OrganizationFromTenantGuidNotFound": GraphNotHere,
    "ResourceNotFound": GraphNotHere,
    # The token is another account's than the one whose mail is open, or that lies in a shared mailbox.
    "ErrorInvalidMailboxItemId": GraphElsewhere,
    "ErrorInvalidUser": GraphElsewhere,
    # Nothing has this id.
    "ErrorInvalidId": GraphMailMissing,
    "ErrorInvalidIdMalformed": GraphMailMissing,
}


def of_token(code: str, text: str, *, interaction: bool = False) -> SourceError:
    """Return why there is no token: of MSAL's ``errorCode`` and ``errorMessage``.

    ``interaction``: MSAL says that somebody has to answer Microsoft.
    """
    numbers = [int(number) for number in _AADSTS.findall(text)]
    reason = f"AADSTS{numbers[0]}" if numbers else code[:60]
    kinds = [kind for number in numbers for kind, known in _BY_NUMBER if number in known]
    kind = kinds[0] if kinds else _BY_CODE.get(code, GraphConsent if interaction else GraphFailed)
    return kind(reason=reason, host=HOST) if kind is GraphUnreachable else kind(reason=reason)


def of_answer(status: int, headers: Mapping[str, str], text: str = "") -> SourceError:
    """Return what an answer without content means. ``headers`` in lower case; ``text`` is the answer's beginning."""
    code = _graphs_code(text)
    reason = f"HTTP {status} {code}".strip()
    if 400 <= status < 500 and code in _BY_GRAPHS_CODE:
        return _BY_GRAPHS_CODE[code](reason=reason)
    if status in (401, 403) and claims(headers.get("www-authenticate", "")):
        return GraphConditions(reason=reason)
    if status == 401:
        return GraphExpired(reason=reason)
    if status == 403:
        return GraphDenied(reason=reason)
    if status in (404, 410):
        return GraphMailMissing(reason=reason)
    if status in BUSY:
        return GraphBusy(reason=reason)
    return GraphUnreadable(reason=reason) if status < 400 else GraphFailed(reason=reason)


def claims(challenge: str) -> str:
    """Return what a refusal asks the next token to have (continuous access evaluation); empty where it asks nothing."""
    found = _CLAIMS.search(challenge)
    if found is None:
        return ""
    encoded = found[1]
    try:
        text = binascii.a2b_base64(encoded.replace("-", "+").replace("_", "/") + "==").decode()
        return text if isinstance(json.loads(text), dict) else ""
    except (ValueError, binascii.Error):
        return ""


def _graphs_code(text: str) -> str:
    try:
        answer = json.loads(text)
    except ValueError:
        return ""
    error = answer.get("error") if isinstance(answer, dict) else None
    code = error.get("code") if isinstance(error, dict) else None
    return code[:60] if isinstance(code, str) and code.isascii() and code.isprintable() else ""
