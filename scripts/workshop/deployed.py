"""Look at a pane that is served already, before the stand-in Outlook shows it.

pane = look("https://addin.example.com/index.html")
"""

from __future__ import annotations

import http.client
import json
import ssl
import urllib.error
import urllib.request
from dataclasses import dataclass
from typing import Any
from urllib.parse import urljoin

from workshop.installing import Failed

TRUSTED: ssl.SSLContext | None = None
"""Whose certificates are trusted; None: those that the system trusts."""
SECONDS = 20
LARGEST = 2_000_000
OUTLOOK = "outlook.office.com"
"""Who may frame a deployed pane: the stand-in takes this name in the browser that ``dev.py`` opens."""


@dataclass(frozen=True)
class Deployed:
    """A pane that is served at ``page``; ``crms`` are the only ones that it knows, empty where any may be typed."""

    page: str
    crms: tuple[str, ...] = ()

    @property
    def sign_in_page(self) -> str:
        """The page to which the CRM's sign-in comes back."""
        return urljoin(self.page, "signin.html")


def look(page: str) -> Deployed:
    """Return what a pane's page says of it. Raises Failed with a sentence about the address."""
    text = _fetched(page).decode("utf-8", "replace")
    # A build gives its own scripts other names with each version.
    if "<title>Mail Connector" not in text or "office.js" not in text:
        raise Failed(f"--pane {page}: that page is no Mail Connector. Give the address that build.py --host was given.")
    try:
        config = json.loads(_fetched(urljoin(page, "config.json")))
    except ValueError:
        raise Failed(f"--pane {page}: the config.json beside it can't be read.") from None
    return Deployed(page, _only(config))


def _only(config: Any) -> tuple[str, ...]:
    if not isinstance(config, dict) or config.get("free_url", True):
        return ()
    urls = config.get("crm_urls")
    return tuple(str(url) for url in urls) if isinstance(urls, list) else ()


def _fetched(url: str) -> bytes:
    try:
        with urllib.request.urlopen(url, timeout=SECONDS, context=TRUSTED) as answer:  # noqa: S310  # https, by commands.address
            return bytes(answer.read(LARGEST))
    except urllib.error.HTTPError as error:
        raise Failed(f"--pane {url}: its server answers {error.code} ({error.reason}).") from None
    except (OSError, http.client.HTTPException) as error:
        raise Failed(f"--pane {url}: {_why(error)}") from None


def _why(error: Exception) -> str:
    reason = error.reason if isinstance(error, urllib.error.URLError) else error
    if isinstance(reason, ssl.SSLCertVerificationError):
        return f"its certificate is not trusted here ({reason.verify_message}); Outlook would not show it either."
    if isinstance(reason, TimeoutError):
        return f"its server did not answer within {SECONDS} seconds."
    text = reason.strerror if isinstance(reason, OSError) and reason.strerror else str(reason)
    return f"its server can't be reached ({text})."
