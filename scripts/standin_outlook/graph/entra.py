"""Microsoft Entra and Outlook's bridge to it (nested app authentication), as msal-browser speaks with them.

A request and its answer are JSON texts: ``NestedAppAuthRequest`` and ``NestedAppAuthResponse`` of
``@azure/msal-browser`` 5.
"""

from __future__ import annotations

import base64
import json
import secrets
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

TENANT, USER = "89abcdef-0123-4567-89ab-cdef01234567", "01234567-0000-4567-89ab-cdef01234567"
BRIDGE = (Path(__file__).parent / "nested.js").read_text("utf-8")
"""What has to run in a page whose Outlook signs add-ins in; it asks the page's ``askedOfMicrosoft``."""
ENVIRONMENT = "login.microsoftonline.com"

Refusal = tuple[str, str, str]
"""``status`` of the bridge, ``code`` and ``description`` of Entra."""
REFUSALS: Mapping[str, Refusal] = {
    "consent": ("USER_INTERACTION_REQUIRED", "invalid_grant", "AADSTS65001: The user has not consented to use it."),
    "admin": ("USER_INTERACTION_REQUIRED", "invalid_grant", "AADSTS90094: The grant requires admin permission."),
    "second factor": ("USER_INTERACTION_REQUIRED", "interaction_required", "AADSTS50076: Use multi-factor."),
    "approved app": ("USER_INTERACTION_REQUIRED", "interaction_required", "AADSTS53009: App protection policy."),
    "blocked": ("PERSISTENT_ERROR", "access_denied", "AADSTS53003: Access has been blocked by Conditional Access."),
    "expired": ("USER_INTERACTION_REQUIRED", "invalid_grant", "AADSTS700082: The refresh token has expired."),
    "declined": ("PERSISTENT_ERROR", "access_denied", "AADSTS65004: User declined to consent to access the app."),
    "closed": ("USER_CANCEL", "", ""),
    "unknown app": ("PERSISTENT_ERROR", "unauthorized_client", "AADSTS700016: Application was not found."),
    "offline": ("NO_NETWORK", "", ""),
    "no account": ("ACCOUNT_UNAVAILABLE", "", ""),
    "disabled": ("DISABLED", "", ""),
    "busy": ("TRANSIENT_ERROR", "temporarily_unavailable", "AADSTS90033: A transient error has occurred."),
}


@dataclass(frozen=True)
class Given:
    """What a token is good for. ``until`` is in seconds since 1970; ``claims`` is what it was asked to have."""

    scopes: frozenset[str]
    until: float
    claims: str = ""


@dataclass
class Entra:
    """Who may have which token. ``silently`` and ``asked`` are keys of `REFUSALS`; empty where a token is given.

    ``asked`` is what comes of it when the user is asked; whoever agrees is not asked again. ``bridged``: whether
    Outlook's bridge works at all. ``lifetime`` of a token in seconds.
    """

    client_id: str
    silently: str = ""
    asked: str = ""
    bridged: bool = True
    lifetime: int = 3600
    requests: list[dict[str, Any]] = field(default_factory=list)
    given: dict[str, Given] = field(default_factory=dict)

    def answer(self, text: str) -> str:
        """Return the bridge's answer to a request."""
        request = json.loads(text)
        assert request["messageType"] == "NestedAppAuthRequest", request  # noqa: S101  # msal-browser's own
        self.requests.append(request)
        head = {"messageType": "NestedAppAuthResponse", "requestId": request["requestId"]}
        if not self.bridged:
            return json.dumps({**head, "success": False, "error": {"status": "NESTED_APP_AUTH_UNAVAILABLE"}})
        if request["method"] == "GetInitContext":
            context = {"sdkName": "stand-in", "sdkVersion": "1", "capabilities": {"queryAccount": False}}
            return json.dumps({**head, "success": True, "initContext": context})
        wanted = request["tokenParams"]
        refusal = self.asked if request["method"] == "GetTokenPopup" else self.silently
        if wanted["clientId"] != self.client_id:
            refusal = "unknown app"
        if refusal:
            status, code, description = REFUSALS[refusal]
            return json.dumps(
                {**head, "success": False, "error": {"status": status, "code": code, "description": description}}
            )
        if request["method"] == "GetTokenPopup":
            self.silently = ""
        token = self.token(wanted["scope"], wanted.get("claims") or "")
        return json.dumps({**head, "success": True, "token": self._told(token, wanted["scope"]), "account": _account()})

    def token(self, scope: str, claims: str = "") -> str:
        """Give out a token."""
        token = f"token-{secrets.token_urlsafe(24)}"
        self.given[token] = Given(frozenset(scope.split()), time.time() + self.lifetime, claims)
        return token

    def _told(self, token: str, scope: str) -> dict[str, Any]:
        claims = {
            "aud": self.client_id, "iss": f"https://{ENVIRONMENT}/{TENANT}/v2.0", "oid": USER, "sub": USER,
            "tid": TENANT, "name": "Sales", "preferred_username": "sales@ourcompany.example", "ver": "2.0",
            "exp": int(time.time()) + self.lifetime, "iat": int(time.time()),
        }  # fmt: skip
        parts = (json.dumps(part).encode() for part in ({"typ": "JWT", "alg": "none"}, claims))
        identity = ".".join([*(base64.urlsafe_b64encode(part).decode().rstrip("=") for part in parts), "none"])
        return {
            "access_token": token, "expires_in": self.lifetime, "id_token": identity, "properties": None,
            "scope": f"{scope} openid profile",
        }  # fmt: skip


def _account() -> dict[str, str]:
    return {
        "homeAccountId": f"{USER}.{TENANT}",
        "environment": ENVIRONMENT,
        "tenantId": TENANT,
        "username": "sales@ourcompany.example",
        "localAccountId": USER,
        "name": "Sales",
    }
