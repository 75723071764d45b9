"""Signing in on the CRM's own page: authorization code with PKCE (RFC 7636, S256; contract in ``crm/README.md``).

The answer names the CRM that gives it (RFC 9207). Only the one that was asked may answer: else a server that somebody
signs in at by mistake could lead on to the right CRM, and get the code that the user let that one give.
"""

from __future__ import annotations

import base64
import hashlib
import secrets
from dataclasses import dataclass, field
from urllib.parse import parse_qsl, quote, urlencode

from connector.errors import (
    ComponentError,
    GrantRefused,
    LicenceExpired,
    LicenceMissing,
    NoSeat,
    PageClosed,
    PageForeign,
    PageOfOtherCrm,
    PaneTooNew,
    PaneTooOld,
)
from connector.ports import Transport
from connector.vtenext.component.operations import ask, session_from
from connector.vtenext.session import Session
from connector.vtenext.url import host, same

_ERRORS: dict[str, type[ComponentError]] = {
    "no_seat": NoSeat,
    "licence_missing": LicenceMissing,
    "licence_expired": LicenceExpired,
    "pane_too_old": PaneTooOld,
    "pane_too_new": PaneTooNew,
}


@dataclass(frozen=True)
class Visit:
    """One visit to the sign-in page; ``verifier`` proves later that the code was asked for here."""

    crm_url: str
    return_address: str
    state: str
    verifier: str = field(repr=False)

    def address(self, *, device: str, stay: bool, pane: str) -> str:
        """The page to open."""
        digest = hashlib.sha256(self.verifier.encode()).digest()
        parameters = {
            "module": "MailConnector",
            "action": "Authorize",
            "contract": "1",
            "redirect_uri": self.return_address,
            "state": self.state,
            "code_challenge": base64.urlsafe_b64encode(digest).rstrip(b"=").decode(),
            "code_challenge_method": "S256",
            "device": device,
            "stay": "1" if stay else "",
            "pane": pane,
            # vtenext's own switches, which leave its menus away.
            "skip_vte_header": "true",
            "skip_footer": "1",
        }
        # A blank as %20: after its login page vtenext comes back without what stands behind the first "+".
        return f"{self.crm_url}/index.php?{urlencode(parameters, quote_via=quote, safe='')}"

    def grant(self, fragment: str) -> str:
        """The code in the fragment that the page led back with.

        Raises `PageError`, `ComponentError`, `SignInRefused`.
        """
        where = host(self.crm_url)
        try:
            answer = dict(parse_qsl(fragment.lstrip("#"), keep_blank_values=True, max_num_fields=10))
        except ValueError as refused:
            raise PageForeign(host=where) from refused
        if not secrets.compare_digest(answer.get("state", "").encode(), self.state.encode()):
            raise PageForeign(host=where)
        if not same(answer.get("iss", ""), self.crm_url):
            raise PageOfOtherCrm(host=where)
        error = answer.get("error", "")
        if error in _ERRORS:
            raise _ERRORS[error](host=where)
        if error == "access_denied":
            raise PageClosed(host=where)
        code = answer.get("code", "")
        if error or not code:
            raise GrantRefused(host=where, reason=error)
        return code


def begin(crm_url: str, return_address: str) -> Visit:
    """A visit with a fresh state and verifier."""
    return Visit(crm_url, return_address, secrets.token_urlsafe(32), secrets.token_urlsafe(48))


async def exchange(transport: Transport, visit: Visit, code: str, pane: str) -> Session:
    """Exchange the code for a token; it works once, within a minute."""
    parameters = {
        "code": code,
        "code_verifier": visit.verifier,
        "redirect_uri": visit.return_address,
        "pane": pane,
    }
    _, result = await ask(transport, visit.crm_url, "mailconnectortoken", parameters)
    return session_from(visit.crm_url, result)
